import type { RuleBook } from '../../domain/rule/rule-book';
import type { RuleFacts } from '../../domain/rule/rule-facts';
import { evaluateScore, type Score } from '../../domain/scoring/evaluate-score';
import { nextCrossing } from '../../domain/scoring/next-crossing';
import { isSameStanding, type Crossing } from '../../domain/scoring/standing';
import type { KeptStanding } from '../../store/port';
import { contactZone } from '../../domain/schedule/contact-zone';
import type { LiveModel } from './live-models';

/** Something that happened to a contact and may have moved its score. */
export interface ScoreOccasion {
  readonly at: number;
  /** Whether the contact came to be by it: everything it reaches is then new. */
  readonly isCreation: boolean;
  /** The event that was recorded; null where it was something else. */
  readonly eventId: number | null;
}

/** Where a contact stood in a model, and when time moves it. */
export interface ScoreState {
  readonly contactId: number;
  /** Null where it never stood anywhere. */
  readonly kept: KeptStanding | null;
  readonly turnsAt: number | null;
}

/** What a walk led to. */
export interface WalkedScore {
  /** To be written; null where it is as it was. */
  readonly kept: KeptStanding | null;
  readonly turnsAt: number | null;
  readonly crossings: ReadonlyArray<{ readonly crossing: Crossing; readonly score: Score }>;
  readonly judgedAt: number | null;
}

/**
 * Takes the score of one contact through what happened to it and through the moments at which points fade below a limit,
 * in the order of time, up to `until`, and never as of a moment before `judgedTo`. Where the present version of the model
 * has not scored the contact yet it begins at the moment at which it was saved, and tells what the contact stands at then
 * only if it is to.
 */
export function walkScore(
  { saved, model }: LiveModel,
  { contactId, kept, turnsAt }: ScoreState,
  occasions: readonly ScoreOccasion[],
  facts: RuleFacts,
  book: RuleBook,
  { judgedTo, until }: { readonly judgedTo: number; readonly until: number },
): WalkedScore {
  const isPresent = kept?.version === saved.version;
  let standing = kept?.standing ?? null;
  let turn = isPresent ? turnsAt : null;
  let last: Score | null = null;
  let crossed: Crossed = { crossedAt: kept?.crossedAt ?? null, stoodBefore: kept?.stoodBefore ?? null };
  const crossings: Array<{ crossing: Crossing; score: Score }> = [];
  const judge = (at: number, isTold: boolean, known = facts) => {
    const moment = { now: at, zone: contactZone(facts.contact, saved.zone, at) };
    const score = evaluateScore(model, known, moment, book, standing);
    if (isTold) for (const crossing of score.crossings) crossings.push({ crossing, score });
    if (isTold && score.crossings.length > 0) crossed = { crossedAt: at, stoodBefore: standing };
    if (last !== null || !isPresent || standing === null || !isSameStanding(standing, score.standing))
      last = score;
    standing = score.standing;
    turn = nextCrossing(model, facts, moment, book, standing)?.at ?? null;
  };
  if (!isPresent && !occasions.some(({ isCreation }) => isCreation)) {
    judge(saved.updatedAt, saved.tellsPresent, factsBefore(facts, occasions));
  }
  let judgedAt: number | null = null;
  for (let next = 0; ;) {
    const due = Math.min(occasions[next]?.at ?? Infinity, turn ?? Infinity);
    if (due > until) break;
    const at = Math.max(due, judgedAt ?? judgedTo);
    while ((occasions[next]?.at ?? Infinity) <= at) next++;
    judge(at, true);
    judgedAt = at;
  }
  return {
    kept: last === null ? null : toKept(last, contactId, saved, crossed),
    turnsAt: turn,
    crossings,
    judgedAt,
  };
}

/** What was known before events were recorded: ids grow with them, whenever the events occurred. */
function factsBefore(facts: RuleFacts, occasions: readonly ScoreOccasion[]): RuleFacts {
  const first = Math.min(...occasions.map(({ eventId }) => eventId ?? Infinity));
  if (first === Infinity) return facts;
  const events = new Map([...facts.events].map(([type, own]) => [type, own.filter(({ id }) => id < first)]));
  return { ...facts, events };
}

/** When something was last crossed that was told, and from where. */
type Crossed = Pick<KeptStanding, 'crossedAt' | 'stoodBefore'>;

function toKept(
  { standing, total, fit, engagement, grade, at }: Score,
  contactId: number,
  { id: modelId, version }: LiveModel['saved'],
  crossed: Crossed,
): KeptStanding {
  return { contactId, modelId, version, standing, points: { total, fit, engagement }, grade, at, ...crossed };
}
