import type { Resource } from '../../operation';
import { prune } from './prune.operation';
import { statistics } from './statistics.operation';

export const store: Resource = {
  value: 'store',
  name: 'Store',
  description: 'The database itself: what it holds, and what it may forget',
  operations: [prune, statistics],
  defaultOperation: 'statistics',
};
