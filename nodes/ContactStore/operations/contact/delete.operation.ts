import { CONTACT_PROPERTIES } from '../../../execution/contact-of-item';
import type { Operation } from '../../operation';
import { removeContactsOfItems } from './remove';
import { whenNotFound } from './when-not-found';

export const deleteContact: Operation = {
  value: 'delete',
  name: 'Delete',
  action: 'Delete a contact',
  description:
    'Removes contacts with their events, tags, lists and waits; keeps the evidence of their consent',
  properties: [
    {
      displayName:
        'Events, tags, lists and waits go with the contact. The evidence of consent stays, so that you can prove it. Who had opted out stays suppressed, also when the same address comes back. To remove everything personal, use Erase.',
      name: 'deleteNotice',
      type: 'notice',
      default: '',
    },
    ...CONTACT_PROPERTIES,
    whenNotFound('Gives the item with result.outcome: not_found'),
  ],
  execute: (run) => removeContactsOfItems(run, 'delete'),
};
