import type { Resource } from '../../operation';
import { confirm } from './confirm.operation';
import { fail } from './fail.operation';
import { getAll } from './get-all.operation';
import { markAsSent } from './mark-as-sent.operation';
import { release } from './release.operation';

export const message: Resource = {
  value: 'message',
  name: 'Message',
  description: 'What Channel Fallback claimed: how its sending ended',
  operations: [confirm, fail, getAll, markAsSent, release],
  defaultOperation: confirm.value,
};
