import type { Resource } from '../../operation';
import { getTotals } from './get-totals.operation';

export const survey: Resource = {
  value: 'survey',
  name: 'Survey',
  description: 'What contacts answered, as NPS Branch and the event survey_answered keep it',
  operations: [getTotals],
  defaultOperation: 'getTotals',
};
