import type { Operation } from '../../operation';
import { endWaits } from './end-waits';
import { WAITING_PROPERTIES } from './waiting-filters';

export const cancel: Operation = {
  value: 'cancel',
  name: 'Cancel',
  action: 'Cancel waits',
  description: 'Removes waits, so that these contacts never leave them',
  properties: WAITING_PROPERTIES,
  execute: (run) => endWaits(run, 'cancel'),
};
