import type { Operation } from '../../operation';
import { MESSAGE_ID, settle } from './settle';

export const confirm: Operation = {
  value: 'confirm',
  name: 'Confirm',
  action: 'Confirm a message',
  description:
    'Tells that the message of each item was sent, and records it as an event, such as email_sent. Put it after the node that sends.',
  properties: [MESSAGE_ID],
  execute: (run) => settle(run, () => ({ kind: 'confirm' })),
};
