import type { ScoreModel } from '../scoring/score-model';
import type { RuleMoment } from './match-condition';
import type { Rule } from './rule';
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
  /** The rules that give points. */
  readonly rules: readonly Rule[];
  /** Whether some points fade as time goes by. */
  readonly fades: boolean;
  /** The total of a contact at a moment. */
  totalAt(facts: RuleFacts, moment: RuleMoment, book: RuleBook): number;
  /** The first moment after `moment` at which the total reaches one of some points or falls below it; null for never. */
  crossesAt(edges: readonly number[], facts: RuleFacts, moment: RuleMoment, book: RuleBook): number | null;
}
