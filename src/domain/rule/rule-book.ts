import { contactZone } from '../schedule/contact-zone';
import type { ScoreModel } from '../scoring/score-model';
import type { RuleMoment } from './match-condition';
import type { Rule, ScoreComparison } from './rule';
import type { RuleFacts } from './rule-facts';

/** What rules may name: the saved segments and the saved scores, by name. */
export interface RuleBook {
  readonly segments: ReadonlyMap<string, SavedSegment>;
  readonly scores: ReadonlyMap<string, SavedScore>;
}

/** A book without anything in it. */
export const EMPTY_BOOK: RuleBook = { segments: new Map(), scores: new Map() };

/** A saved segment as rules see it. */
export interface SavedSegment {
  readonly rule: Rule;
  /** The zone of contacts whose own is unknown, whoever asks: who is in a segment does not depend on it. */
  readonly zone: string;
}

/**
 * A saved score as rules see it. Models are made of rules and rules read scores: what works scores out is handed in
 * here (by `savedScore`), so that rules know nothing of it.
 */
export interface SavedScore {
  readonly model: ScoreModel;
  /** The zone of contacts whose own is unknown, whoever asks. */
  readonly zone: string;
  /** What gives points, as rules. */
  readonly rules: readonly Rule[];
  /** Whether some points fade as time goes by. */
  readonly fades: boolean;
  /** The total of a contact at a moment. */
  totalAt(facts: RuleFacts, moment: RuleMoment, book: RuleBook): number;
  /** The first moment after it at which the total may come to fit a comparison, or no more, by time alone; else null. */
  turnsAt(comparison: ScoreComparison, facts: RuleFacts, moment: RuleMoment, book: RuleBook): number | null;
}

/**
 * Returns the moment at which a saved segment or score is judged for a contact: the one that is asked about, by the
 * contact's clock, else by that of the zone it was saved with. It counts events whenever they occurred.
 */
export function momentOf(
  { zone }: Pick<SavedSegment, 'zone'>,
  { contact }: Pick<RuleFacts, 'contact'>,
  { now }: RuleMoment,
): RuleMoment {
  return { now, zone: contactZone(contact, zone, now) };
}
