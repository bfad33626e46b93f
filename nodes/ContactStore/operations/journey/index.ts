import type { Resource } from '../../operation';
import { end } from './end.operation';
import { getAll } from './get-all.operation';
import { move } from './move.operation';

export const journey: Resource = {
  value: 'journey',
  name: 'Journey',
  description: 'Stays of contacts in journeys: where they wait, and how they ended',
  operations: [end, getAll, move],
  defaultOperation: getAll.value,
};
