import { getContacts } from '../../../../src/app/get-contacts';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import { CONTACT_PROPERTIES, contactOfItem } from '../../../execution/contact-of-item';
import type { Operation } from '../../operation';
import { giveNotFound, whenNotFound } from './when-not-found';

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get a contact',
  description: 'Gives each item the contact it means, with tags, lists and consent',
  properties: [...CONTACT_PROPERTIES, whenNotFound('Gives the item with contact: null')],
  async execute(run) {
    const read = run.read((index) => contactOfItem(run.parameters, index, run.items[index]?.json ?? {}));
    const profiles = await getContacts(
      run.store,
      read.map(({ value }) => value),
    );
    read.forEach(({ index }, at) => {
      const profile = profiles[at];
      if (profile) run.pass(index, { contact: toTravelForm(profile) });
      else giveNotFound(run, index, { contact: null });
    });
  },
};
