import type { Resource } from '../../operation';
import { getAll } from './get-all.operation';
import { getResults } from './get-results.operation';

export const splitTest: Resource = {
  value: 'splitTest',
  name: 'Split Test',
  description: 'What the variants of Split Test nodes achieve, and whether a difference is more than chance',
  operations: [getAll, getResults],
  defaultOperation: 'getResults',
};
