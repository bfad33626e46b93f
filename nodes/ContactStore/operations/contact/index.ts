import type { Resource } from '../../operation';
import { get } from './get.operation';

export const contact: Resource = {
  value: 'contact',
  name: 'Contact',
  description: 'People with their addresses, properties, tags and lists',
  operations: [get],
  defaultOperation: 'get',
};
