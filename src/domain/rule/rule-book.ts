import type { ScoreModel } from '../scoring/score-model';
import type { RuleMoment } from './match-condition';
import type { Rule, ScoreComparison } from './rule';
import type { RuleFacts } from './rule-facts';

/** What rules may name: the saved segments and the saved scores. */
export interface RuleBook {
  /** The rules of segments by name. */
  readonly segments: ReadonlyMap<string, Rule>;
  readonly scores: ReadonlyMap<string, SavedScore>;
}

/** A book without anything in it. */
export const EMPTY_BOOK: RuleBook = { segments: new Map(), scores: new Map() };

/**
 * A saved score as rules see it. Models are made of rules and rules read scores: what works scores out is handed in
 * here (by `savedScore`), so that rules know nothing of it.
 */
export interface SavedScore {
  readonly model: ScoreModel;
  /** What gives points, as rules. */
  readonly rules: readonly Rule[];
  /** Whether some points fade as time goes by. */
  readonly fades: boolean;
  /** The total of a contact at a moment. */
  totalAt(facts: RuleFacts, moment: RuleMoment, book: RuleBook): number;
  /** The first moment after it at which the total may come to fit a comparison, or no more, by time alone; else null. */
  turnsAt(comparison: ScoreComparison, facts: RuleFacts, moment: RuleMoment, book: RuleBook): number | null;
}
