import type { ContactPatch, ContactProfile } from '../../domain/contact/contact';
import {
  SURVEY_ANSWERED,
  toAnswerProperties,
  type AnswerOutcome,
  type SurveyAnswer,
} from '../../domain/nps/survey-answer';
import { occasionName } from '../../domain/nps/survey-period';
import type { Problem } from '../../domain/problem';
import { resolveZone } from '../../domain/schedule/zone';
import type { Store, Transaction } from '../../store/port';
import { writeBatch, type BatchPolicy } from '../all-or-nothing';
import { chunks } from '../chunks';
import { findContacts, type ContactReference } from '../find-contacts';
import { presentProfiles } from '../present-profiles';
import { applyEvents, keyOf, type EventRequest } from '../record-events';
import { applyUpserts } from '../upsert-contacts';
import { AnswerBook, type BookEntry, type OfferedAnswer } from './answer-book';

/** An answer that is to be recorded, and whose it is. */
export interface AnswerRequest extends OfferedAnswer {
  /** The contact as a step of a journey names it; one that is not found is created from `patch`. */
  readonly reference: ContactReference;
  readonly patch: ContactPatch;
}

/** What became of one answer. */
export type AnswerResult =
  | {
      readonly outcome: AnswerOutcome;
      readonly contact: ContactProfile;
      /** What the answer counts once for; null: for ever. */
      readonly period: string | null;
      /** The answer that stood before, where there was one. */
      readonly before: SurveyAnswer | null;
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/** When answers are recorded, and the zone of contacts whose own is unknown. */
export interface RecordingMoment {
  readonly now: number;
  readonly workflowZone: string;
}

/**
 * Records answers, all in one transaction, and returns what became of each in the order given. A contact's answer counts
 * once for its survey and period, by the local calendar of the contact; whoever recorded the
 * one that stands. What takes its place is a new event, and the other one is gone, so that triggers, waits and segments
 * learn of it as of any event. With `keepBoth` only the same answer of the same moment counts once.
 */
export function recordAnswers(
  store: Store,
  requests: readonly AnswerRequest[],
  moment: RecordingMoment,
  policy: BatchPolicy,
): Promise<AnswerResult[]> {
  return writeBatch(store, policy, async (tx) => {
    const results: AnswerResult[] = [];
    for (const piece of chunks(requests)) {
      for (const result of await recordPiece(tx, piece, moment)) results.push(result);
    }
    return results;
  });
}

async function recordPiece(
  tx: Transaction,
  requests: readonly AnswerRequest[],
  { now, workflowZone }: RecordingMoment,
): Promise<AnswerResult[]> {
  const owners = await ownersOf(tx, requests, now);
  const ids = owners.flatMap((owner) => (typeof owner === 'number' ? [owner] : []));
  const profiles = await presentProfiles(tx, ids);
  const present = [...new Set([...profiles.values()].map(({ id }) => id))];
  const events = await tx.events.select({
    contactIds: present,
    types: [SURVEY_ANSWERED],
    limit: Number.MAX_SAFE_INTEGER,
  });
  const book = new AnswerBook(events);

  const results = requests.map((request, index): AnswerResult => {
    const owner = owners[index] ?? [];
    if (typeof owner !== 'number') return { outcome: 'refused', problems: owner };
    const contact = profiles.get(owner);
    if (!contact) throw new Error(`Contact ${owner} is gone within its own transaction`);
    const { timezone: contactZone, country } = contact;
    const zone = resolveZone({ contactZone, country, workflowZone }, now);
    if (!zone.ok) return { outcome: 'refused', problems: zone.problems };
    const period = occasionName(request.occasion, request.answer.answeredAt, zone.value.zone);
    const place = { contactId: contact.id, zone: zone.value.zone, period };
    return { ...book.take(request, place), contact, period };
  });
  await write(tx, book, now);
  return results;
}

/** The ids of the contacts, who are created where they are new; or why not. */
async function ownersOf(
  tx: Transaction,
  requests: readonly AnswerRequest[],
  now: number,
): Promise<Array<number | readonly Problem[]>> {
  const found = await findContacts(
    tx,
    requests.map(({ reference }) => reference),
  );
  const unknown = requests.flatMap(({ patch }, index) =>
    found[index] === null ? [{ patch, mode: 'upsert' as const }] : [],
  );
  const created = (await applyUpserts(tx, unknown, now)).values();
  return found.map((id) => {
    if (id !== null) return id;
    const result = created.next().value;
    if (!result) throw new Error('The store gave fewer contacts than it was asked to create');
    return result.outcome === 'refused' ? result.problems : result.contactId;
  });
}

async function write(tx: Transaction, book: AnswerBook, now: number): Promise<void> {
  const { replaced, fresh } = book;
  await tx.events.remove(replaced);
  await applyEvents(tx, fresh.map(toEvent), now);
  const surveys = [...new Set(fresh.map(({ answer }) => answer.survey))];
  await tx.catalogue.note(surveys.map((name) => ({ kind: 'survey', name })));
}

const NO_CHANGES: ContactPatch = { identifiers: {}, fields: {}, properties: {}, tags: [], lists: [] };

/**
 * That an answer counts once in its period is decided by those that stand, which a merge may have made two. The key is that
 * of the answer itself: were it that of the period, the other of the two would hold it.
 */
function toEvent({ contactId, answer, scale, period, unit }: BookEntry): EventRequest {
  const { survey, score, comment, answeredAt } = answer;
  const occasion = [SURVEY_ANSWERED, survey, String(contactId), unit, period ?? ''];
  return {
    contact: { patch: NO_CHANGES, mode: 'upsert', contactId },
    event: {
      type: SURVEY_ANSWERED,
      occurredAt: answeredAt,
      properties: toAnswerProperties(answer, scale, period),
      key: keyOf(...occasion, String(answeredAt), String(score), comment ?? ''),
    },
  };
}
