import type { INodeProperties } from 'n8n-workflow';
import { findContacts } from '../../../../src/app/find-contacts';
import { loadProfiles } from '../../../../src/app/profiles';
import { toTravelForm } from '../../../../src/domain/contact/contact';
import { CONTACT_PROPERTIES, contactOfItem } from '../../../execution/contact-of-item';
import type { Operation } from '../../operation';

const WHEN_NOT_FOUND: INodeProperties = {
  displayName: 'When Not Found',
  name: 'whenNotFound',
  type: 'options',
  default: 'error',
  options: [
    {
      name: 'Give an Error',
      value: 'error',
      description: 'The run ends, or the item goes to the error output',
    },
    { name: 'Leave the Item Out', value: 'nothing', description: 'Gives nothing for the item' },
    {
      name: 'Pass the Item Without Contact',
      value: 'null',
      description: 'Gives the item with contact: null',
    },
  ],
  description: 'What becomes of an item whose contact is not in the store',
};

export const get: Operation = {
  value: 'get',
  name: 'Get',
  action: 'Get a contact',
  description: 'Gives each item the contact it means, with tags, lists and consent',
  properties: [...CONTACT_PROPERTIES, WHEN_NOT_FOUND],
  async execute(run) {
    const read = run.read((index) => contactOfItem(run.parameters, index, run.items[index]?.json ?? {}));
    const { ids, profiles } = await run.store.read(async (tx) => {
      const found = await findContacts(
        tx,
        read.map(({ value }) => value),
      );
      return {
        ids: found,
        profiles: await loadProfiles(
          tx,
          found.filter((id) => id !== null),
        ),
      };
    });
    read.forEach(({ index }, at) => {
      const profile = profiles.get(ids[at] ?? 0);
      if (profile) return run.pass(index, { contact: toTravelForm(profile) });
      const choice = run.parameters.value('whenNotFound', index);
      if (choice === 'null') run.pass(index, { contact: null });
      else if (choice === 'error') {
        const message = "This item's contact is not in the store.";
        run.refuse(index, [{ field: 'contact', message }]);
      }
    });
  },
};
