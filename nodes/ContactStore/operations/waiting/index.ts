import type { Resource } from '../../operation';
import { cancel } from './cancel.operation';
import { getAll } from './get-all.operation';
import { release } from './release.operation';

export const waiting: Resource = {
  value: 'waiting',
  name: 'Waiting',
  description: 'Contacts that wait in Wait Until Date nodes, and deliveries that failed',
  operations: [cancel, getAll, release],
  defaultOperation: getAll.value,
};
