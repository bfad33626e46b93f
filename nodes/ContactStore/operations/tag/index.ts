import { membershipOperations } from '../../membership-operations';
import type { Resource } from '../../operation';

export const tag: Resource = {
  value: 'tag',
  name: 'Tag',
  description: 'Words that mark contacts, such as vip',
  operations: membershipOperations('tag'),
  defaultOperation: 'add',
};
