import type { Resource } from '../../operation';
import { get } from './get.operation';
import { set } from './set.operation';
import { suppress } from './suppress.operation';
import { unsuppress } from './unsuppress.operation';

export const consent: Resource = {
  value: 'consent',
  name: 'Consent',
  description:
    'Who may be written to on which channel, what proves it, and addresses that must not be written to',
  operations: [get, set, suppress, unsuppress],
  defaultOperation: 'set',
};
