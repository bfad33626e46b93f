import type { Resource } from '../../operation';
import { deleteScores } from './delete.operation';
import { getTotals } from './get-totals.operation';

export const score: Resource = {
  value: 'score',
  name: 'Score',
  description: 'How contacts stand in the scores that Lead Scoring nodes define',
  operations: [deleteScores, getTotals],
  defaultOperation: 'getTotals',
};
