import type { ContactProfile } from '../../domain/contact/contact';
import type { JudgedEvent } from '../../domain/event/event';
import type { Problem } from '../../domain/problem';
import type { RuleBook } from '../../domain/rule/rule-book';
import type { RuleFacts } from '../../domain/rule/rule-facts';
import { evaluateScore, needsOfModel, type Score } from '../../domain/scoring/evaluate-score';
import type { ScoreModel } from '../../domain/scoring/score-model';
import { crossingsBetween } from '../../domain/scoring/standing';
import type { KeptStanding, Store, Transaction } from '../../store/port';
import { RefusedRequest, type BatchPolicy } from '../all-or-nothing';
import { chunks } from '../chunks';
import { contactZone } from '../../domain/schedule/contact-zone';
import { findContacts, type ContactReference } from '../find-contacts';
import { UNKNOWN_CONTACT } from '../find-profiles';
import { loadFacts } from '../segments/load-facts';
import { liveModels } from './live-models';
import { maintainScores } from './maintain-scores';
import { readModel, zoneOfModel, type ModelRequest } from './read-model';

/** By what contacts are scored: a saved model, or one that is only tried out. */
export type AskedModel = { readonly saved: string } | ModelRequest;

/** Whose score is asked for, and the event that brought the contact here, if one did. */
export interface ScoreRequest {
  readonly contact: ContactReference;
  readonly startedBy: { readonly id: number | null; readonly occurredAt: number } | null;
}

/** The score of a contact; `crossings` are what that event moved it across, none where no event brought it. */
export type ScoreResult =
  | { readonly outcome: 'scored'; readonly contact: ContactProfile; readonly score: Score }
  | { readonly outcome: 'unknown' | 'refused'; readonly problems: readonly Problem[] };

const AT_ONCE = 500;

/**
 * Returns the scores of contacts at a moment, worked out from what is known of them then, in a constant number of
 * statements for each piece. Grades go by where a contact stood before (hysteresis), as the saved model keeps it.
 */
export async function scoreContacts(
  store: Store,
  asked: AskedModel,
  requests: readonly ScoreRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<ScoreResult[]> {
  await maintainScores(store, now);
  return store.read(async (tx) => {
    const model = await modelOf(tx, asked);
    if ('problems' in model) {
      if (policy.allOrNothing && requests.length > 0) throw new RefusedRequest(0, model.problems);
      return requests.map(() => ({ outcome: 'refused', problems: model.problems }));
    }
    const results: ScoreResult[] = [];
    // What the next piece needs is fetched while this one is scored.
    let fetched: Promise<Piece> | null = null;
    for (const piece of [...chunks(requests, AT_ONCE), null]) {
      const last = await fetched;
      fetched = piece && loadPiece(tx, model, piece, now);
      // Awaited in the next turn, which does not come where scoring fails.
      fetched?.catch(() => {});
      if (last) for (const result of scorePiece(model, last, now)) results.push(result);
    }
    return results;
  });
}

/** A model with what it is scored by. */
interface Scoring {
  readonly model: ScoreModel;
  readonly book: RuleBook;
  readonly zone: string;
  /** Null for one that is only tried out. */
  readonly modelId: number | null;
  /** Since when it tells what is crossed, epoch milliseconds UTC; null for one that is only tried out. */
  readonly watchesSince: number | null;
}

async function modelOf(
  tx: Transaction,
  asked: AskedModel,
): Promise<Scoring | { readonly problems: readonly Problem[] }> {
  const { all, book } = await liveModels(tx);
  if ('saved' in asked) {
    const own = all.find(({ saved }) => saved.name === asked.saved);
    if (own) {
      const { zone, id, updatedAt } = own.saved;
      return { model: own.model, book, zone, modelId: id, watchesSince: updatedAt };
    }
    const message = `There is no score model "${asked.saved}". Define it in a Lead Scoring node, which saves it when it runs in a published workflow.`;
    return { problems: [{ field: 'model', message }] };
  }
  const reading = readModel(asked, book);
  if (!reading.ok) return { problems: reading.problems };
  const present = all.find(({ saved }) => saved.name === reading.value.model.name);
  return {
    model: reading.value.model,
    book: reading.value.book,
    zone: zoneOfModel(asked, present?.saved),
    modelId: present?.saved.id ?? null,
    watchesSince: null,
  };
}

/** Requests with what is known of their contacts. */
interface Piece {
  readonly requests: readonly ScoreRequest[];
  readonly ids: ReadonlyArray<number | null>;
  readonly facts: ReadonlyMap<number, RuleFacts>;
  readonly kept: ReadonlyMap<number, KeptStanding>;
}

async function loadPiece(
  tx: Transaction,
  { model, book, modelId }: Scoring,
  requests: readonly ScoreRequest[],
  now: number,
): Promise<Piece> {
  const ids = await findContacts(
    tx,
    requests.map(({ contact }) => contact),
  );
  const contactIds = [...new Set(ids.flatMap((id) => id ?? []))];
  const needs = [needsOfModel(model, book)];
  const earliest = requests.reduce((at, { startedBy }) => Math.min(at, startedBy?.occurredAt ?? at), now);
  const [facts, standings] = await Promise.all([
    loadFacts(tx, new Map(contactIds.map((id) => [id, needs])), earliest),
    modelId === null ? [] : tx.scores.standings(contactIds),
  ]);
  const kept = new Map(standings.filter((own) => own.modelId === modelId).map((own) => [own.contactId, own]));
  return { requests, ids, facts, kept };
}

function scorePiece(
  { model, book, zone, watchesSince }: Scoring,
  { requests, ids, facts, kept }: Piece,
  now: number,
): ScoreResult[] {
  return requests.map(({ startedBy }, index): ScoreResult => {
    const own = facts.get(ids[index] ?? -1);
    if (!own) return { outcome: 'unknown', problems: [UNKNOWN_CONTACT] };
    const momentOf = (at: number) => ({ now: at, zone: contactZone(own.contact, zone, at) });
    const present = kept.get(own.contact.id) ?? null;
    const score = evaluateScore(model, own, momentOf(now), book, present?.standing ?? null);
    const isNothing =
      startedBy !== null &&
      watchesSince !== null &&
      watchesSince <= startedBy.occurredAt &&
      (present?.crossedAt ?? -Infinity) < startedBy.occurredAt;
    if (!startedBy || isNothing) {
      return { outcome: 'scored', contact: own.contact, score: { ...score, crossings: [] } };
    }
    const [known, withIt] = [knownUpTo(own, startedBy, false), knownUpTo(own, startedBy, true)];
    const moment = momentOf(Math.min(now, latestOf(withIt, startedBy.occurredAt)));
    // In a hysteresis it stood where it stood before it last crossed something.
    const stood = watchesSince === null ? null : (present?.stoodBefore ?? null);
    const before = evaluateScore(model, known, moment, book, stood).standing;
    // What happened since is crossed by the items of what happened.
    const after = evaluateScore(model, withIt, moment, book, before).standing;
    const crossings = crossingsBetween(model, before, after);
    return { outcome: 'scored', contact: own.contact, score: { ...score, crossings } };
  });
}

type Started = NonNullable<ScoreRequest['startedBy']>;

/** What was known when an event was recorded, with or without it: ids grow with them, whenever the events occurred. */
function knownUpTo(facts: RuleFacts, { id, occurredAt }: Started, isIncluded: boolean): RuleFacts {
  const isKnown = (event: JudgedEvent) => {
    const distance = id === null ? event.occurredAt - occurredAt : event.id - id;
    return isIncluded ? distance <= 0 : distance < 0;
  };
  const events = new Map([...facts.events].map(([type, own]) => [type, own.filter(isKnown)]));
  return { ...facts, events };
}

/** When the last of what is known occurred; what is recorded late is judged as of then. */
function latestOf({ events }: RuleFacts, occurredAt: number): number {
  let latest = occurredAt;
  for (const own of events.values()) for (const event of own) latest = Math.max(latest, event.occurredAt);
  return latest;
}
