import { listWaitingOf } from '../../../../src/app/waiting';
import type { Problem } from '../../../../src/domain/problem';
import { LIMIT_PROPERTIES, readLimit } from '../../limit';
import type { Operation } from '../../operation';
import { readWaitingRequest, WAITING_PROPERTIES } from './waiting-filters';

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many waiting contacts',
  description: 'Gives who waits where and until when, the oldest wait first, each as an item',
  properties: [...WAITING_PROPERTIES, ...LIMIT_PROPERTIES],
  async execute(run) {
    const read = run.read((index) => {
      const request = readWaitingRequest(run, index);
      const limit = readLimit(run.parameters, index);
      if (request.ok && limit.ok) {
        return { ok: true, value: { ...request.value, limit: limit.value ?? Number.MAX_SAFE_INTEGER } };
      }
      const problems: Problem[] = [];
      for (const reading of [request, limit]) if (!reading.ok) problems.push(...reading.problems);
      return { ok: false, problems };
    });
    const results = await run.batch(read, (requests) => listWaitingOf(run.store, requests));
    for (const { index, value } of results) for (const json of value.waits) run.emit(index, { json });
  },
};
