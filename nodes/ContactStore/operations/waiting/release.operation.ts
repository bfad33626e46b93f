import type { Operation } from '../../operation';
import { endWaits } from './end-waits';
import { WAITING_PROPERTIES } from './waiting-filters';

export const release: Operation = {
  value: 'release',
  name: 'Release',
  action: 'Release waiting contacts',
  description: 'Lets contacts leave their wait at once, also those whose delivery failed',
  properties: WAITING_PROPERTIES,
  execute: (run) => endWaits(run, 'release'),
};
