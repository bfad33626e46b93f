import { statistics as count } from '../../../../src/app/statistics';
import type { Operation } from '../../operation';

export const statistics: Operation = {
  value: 'statistics',
  name: 'Statistics',
  action: 'Get statistics of the store',
  description:
    'Gives where the store is, how many contacts, events, log entries, waits and messages it holds, and how many messages are uncertain',
  properties: [],
  async execute(run) {
    const counted = await count(run.store, run.now);
    for (let index = 0; index < run.items.length; index++) run.emit(index, { json: { ...counted } });
  },
};
