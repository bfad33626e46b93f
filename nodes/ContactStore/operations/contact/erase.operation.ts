import { CONTACT_PROPERTIES } from '../../../execution/contact-of-item';
import type { Operation } from '../../operation';
import { removeContactsOfItems } from './remove';
import { whenNotFound } from './when-not-found';

export const erase: Operation = {
  value: 'erase',
  name: 'Erase',
  action: 'Erase a contact',
  description: 'Removes everything personal of contacts, for a request to be forgotten',
  properties: [
    {
      displayName:
        'Erasing cannot be undone. It removes the contact, its events, waits, consent records and its part of the log. If the contact had opted out, a one-way hash of its address stays, so that it is not written to again by mistake; no address can be read from it. Copies in n8n’s own execution data and in your backups are not touched.',
      name: 'eraseNotice',
      type: 'notice',
      default: '',
    },
    ...CONTACT_PROPERTIES,
    whenNotFound('Gives the item with result.outcome: not_found'),
  ],
  execute: (run) => removeContactsOfItems(run, 'erase'),
};
