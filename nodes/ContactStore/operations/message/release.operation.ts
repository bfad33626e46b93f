import type { Operation } from '../../operation';
import { MESSAGE_ID, settle } from './settle';

export const release: Operation = {
  value: 'release',
  name: 'Release',
  action: 'Release a message',
  description:
    'Decides by hand that an uncertain or failed message was not sent: it counts no longer, and its channel may be tried again',
  properties: [MESSAGE_ID],
  execute: (run) => settle(run, () => ({ kind: 'release' })),
};
