import { upsertProfiles } from '../../../../src/app/upsert-contacts';
import type { Operation } from '../../operation';
import { contactDataProperties, readContactData } from './contact-data';
import { passResult } from './pass-result';

export const upsert: Operation = {
  value: 'upsert',
  name: 'Create or Update',
  action: 'Create or update a contact',
  // eslint-disable-next-line n8n-nodes-base/node-param-description-wrong-for-upsert -- a contact is not a record
  description: 'Updates the contact that has one of the identifiers given, or creates it',
  properties: contactDataProperties('upsert'),
  async execute(run) {
    const read = run.read((index) => readContactData(run, index));
    const results = await run.batch(read, (values, policy) =>
      upsertProfiles(
        run.store,
        values.map(({ patch, matchOn }) => ({ patch, mode: 'upsert', ...(matchOn ? { matchOn } : {}) })),
        run.now,
        policy,
      ),
    );
    const patches = new Map(read.map(({ index, value }) => [index, value.patch]));
    for (const { index, value } of results) passResult(run, index, patches.get(index), value);
  },
};
