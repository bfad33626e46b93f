import { membershipOperations } from '../../membership-operations';
import type { Resource } from '../../operation';

export const list: Resource = {
  value: 'list',
  name: 'List',
  description: 'Named lists of contacts, such as a newsletter',
  operations: membershipOperations('list'),
  defaultOperation: 'add',
};
