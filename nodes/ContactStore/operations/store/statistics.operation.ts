import { statistics as count } from '../../../../src/app/statistics';
import type { Operation } from '../../operation';

export const statistics: Operation = {
  value: 'statistics',
  name: 'Statistics',
  action: 'Get statistics of the store',
  description: 'Gives where the store is and how many contacts, events, log entries and waits it holds',
  properties: [],
  async execute(run) {
    const counted = await count(run.store);
    for (let index = 0; index < run.items.length; index++) run.emit(index, { json: { ...counted } });
  },
};
