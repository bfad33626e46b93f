import { upsertProfiles } from '../../../../src/app/upsert-profiles';
import type { Operation } from '../../operation';
import { contactDataProperties, readContactData } from './contact-data';
import { passResults } from './pass-results';

export const upsert: Operation = {
  value: 'upsert',
  name: 'Create or Update',
  action: 'Create or update a contact',
  // eslint-disable-next-line n8n-nodes-base/node-param-description-wrong-for-upsert -- a contact is not a record
  description: 'Updates the contact that has one of the identifiers given, or creates it',
  properties: contactDataProperties('upsert'),
  async execute(run) {
    const read = run.read((index) => readContactData(run, index));
    const results = await run.batch(read, (requests, policy) =>
      upsertProfiles(run.store, requests, run.now, policy),
    );
    passResults(run, read, results);
  },
};
