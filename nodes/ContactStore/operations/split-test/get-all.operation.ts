import { LIMIT_PROPERTIES, readLimit } from '../../limit';
import type { Operation } from '../../operation';
import { describeTest } from './test-form';

export const getAll: Operation = {
  value: 'getAll',
  name: 'Get Many',
  action: 'Get many split tests',
  description: 'Gives the tests that have begun, by name, each with its variants and its winner',
  properties: LIMIT_PROPERTIES,
  async execute(run) {
    const read = run.read((index) => readLimit(run.parameters, index));
    if (read.length === 0) return;
    const tests = (await run.store.read((tx) => tx.experiments.list())).map(describeTest);
    for (const { index, value: limit } of read) {
      for (const test of tests.slice(0, limit ?? tests.length)) run.emit(index, { json: { test } });
    }
  },
};
