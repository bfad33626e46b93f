import type { Operation } from '../../operation';
import { MESSAGE_ID, settle } from './settle';

export const markAsSent: Operation = {
  value: 'markAsSent',
  name: 'Mark as Sent',
  action: 'Mark an uncertain message as sent',
  description:
    'Decides by hand that an uncertain message was sent; its event is recorded as of when it was claimed',
  properties: [MESSAGE_ID],
  execute: (run) => settle(run, () => ({ kind: 'markAsSent' })),
};
