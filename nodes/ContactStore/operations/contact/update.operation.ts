import { updateContacts } from '../../../../src/app/update-contacts';
import { CONTACT_PROPERTIES, contactOfItem } from '../../../execution/contact-of-item';
import type { Operation } from '../../operation';
import { contactDataProperties, readContactData } from './contact-data';
import { passResults } from './pass-results';

export const update: Operation = {
  value: 'update',
  name: 'Update',
  action: 'Update a contact',
  description: 'Changes what is given of a contact that is in the store already',
  properties: [...CONTACT_PROPERTIES, ...contactDataProperties('update')],
  async execute(run) {
    const read = run.read((index) => {
      const contact = contactOfItem(run.parameters, index, run.items[index]?.json ?? {});
      if (!contact.ok) return contact;
      const data = readContactData(run, index);
      return data.ok ? { ok: true, value: { contact: contact.value, patch: data.value.patch } } : data;
    });
    const results = await run.batch(read, (values, policy) =>
      updateContacts(run.store, values, run.now, policy),
    );
    passResults(run, read, results);
  },
};
