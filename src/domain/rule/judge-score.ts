import { matchesCondition, type RuleMoment } from './match-condition';
import type { ScoreRule } from './rule';
import { momentOf, type RuleBook } from './rule-book';
import type { RuleFacts } from './rule-facts';

interface ScoreState {
  readonly holds: boolean;
  readonly turnsAt: number | null;
  seen(): string;
}

/** Judges a comparison with a saved score, worked out as of the moment. */
export function judgeScore(
  { score, comparison }: ScoreRule,
  facts: RuleFacts,
  moment: RuleMoment,
  book: RuleBook,
): ScoreState {
  const saved = book.scores.get(score);
  if (!saved) return { holds: false, turnsAt: null, seen: () => 'there is no such score' };
  const own = momentOf(saved, facts, moment);
  const total = saved.totalAt(facts, own, book);
  const match = matchesCondition({ property: score, ...comparison }, { [score]: total }, own);
  const turnsAt = saved.turnsAt(comparison, facts, own, book);
  return { holds: match.matches, turnsAt, seen: () => match.reason };
}
