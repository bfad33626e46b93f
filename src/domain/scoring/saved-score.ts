import type { ScoreComparison } from '../rule/rule';
import type { SavedScore } from '../rule/rule-book';
import { axesAt } from './evaluate-score';
import { nextCrossing } from './next-crossing';
import { asRule, fades, POINT_PARTS, roundPoints, type ScoreModel } from './score-model';

/** Returns a model, saved with a zone, as rules read it. */
export function savedScore(model: ScoreModel, zone: string): SavedScore {
  return {
    model,
    zone,
    rules: model.rules.map(asRule),
    fades: fades(model),
    totalAt: (facts, moment, book) => axesAt(model, facts, moment, book).total,
    turnsAt(comparison, facts, moment, book) {
      const thresholds = edgesOf(comparison).map((at, index) => ({
        name: String(index),
        of: 'total' as const,
        at,
        hysteresis: 0,
      }));
      return nextCrossing({ ...model, grading: null, thresholds }, facts, moment, book, null)?.at ?? null;
    },
  };
}

/** The points at which a total comes to fit a comparison as it rises, and those at which it ceases to. */
export function edgesOf({ op, value }: ScoreComparison): number[] {
  switch (op) {
    case 'gte':
    case 'lt':
      return [leastFrom(value)];
    case 'gt':
    case 'lte':
      return [leastAbove(value)];
    case 'equals':
      return [leastFrom(value), leastAbove(value)];
    case 'between':
      return [leastFrom(value[0]), leastAbove(value[1])];
  }
}

/** The fewest points, kept to a millionth, that are not below a number. */
function leastFrom(value: number): number {
  const points = roundPoints(value);
  return points >= value ? points : roundPoints(points + 1 / POINT_PARTS);
}

/** The same that are above it. */
function leastAbove(value: number): number {
  const points = roundPoints(value);
  return points > value ? points : roundPoints(points + 1 / POINT_PARTS);
}
