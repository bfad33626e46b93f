import type { Resource } from '../../operation';
import { getAll } from './get-all.operation';
import { record } from './record.operation';

export const event: Resource = {
  value: 'event',
  name: 'Event',
  description: 'What contacts did: orders, carts, visits, anything with a name and a time',
  operations: [getAll, record],
  defaultOperation: 'record',
};
