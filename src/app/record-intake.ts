import type { ConsentDecision, ConsentStatement } from '../domain/consent/consent';
import type { ContactPatch, ContactProfile, IdentifierKind } from '../domain/contact/contact';
import type { UpsertRequest } from '../domain/contact/upsert';
import type { NewEvent, StoredEvent } from '../domain/event/event';
import type { Problem } from '../domain/problem';
import type { Store, Transaction } from '../store/port';
import { writeBatch, type BatchPolicy } from './all-or-nothing';
import { chunks } from './chunks';
import { findContacts, type ContactReference } from './find-contacts';
import { presentProfiles } from './present-profiles';
import { applyEvents, type EventRequest, type EventResult } from './record-events';
import { applyConsents } from './set-consent';

/** What is said of one contact at once. */
export interface IntakeRequest {
  /**
   * The contact as a step of a journey names it. One that is found keeps its addresses as they are, and only takes on the
   * device it was seen with; null, or one that is not found: the patch finds or creates it.
   */
  readonly reference: ContactReference | null;
  readonly patch: ContactPatch;
  readonly event: NewEvent;
  readonly consents: readonly ConsentStatement[];
  /** The identifiers that may find the contact; all of them by default. */
  readonly matchOn?: readonly IdentifierKind[];
  /** Identifiers that are left out where they belong to somebody else, instead of refusing the event. */
  readonly dispensable?: readonly IdentifierKind[];
}

/** What became of one request. `known`: an event with this key was recorded before, with its consents. */
export type IntakeResult =
  | {
      readonly outcome: 'recorded' | 'known';
      readonly contact: ContactProfile;
      readonly contactOutcome: 'created' | 'updated' | 'unchanged';
      readonly event: StoredEvent;
      readonly consents: readonly ConsentDecision[];
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/**
 * Identifies or creates the contacts, records their events and what they consented to, all in one transaction; returns
 * what became of each in the order given, with the contacts as they are afterwards. The same event sent
 * again (its key is known) states its consents no second time, so that it cannot undo what was said since. A consent
 * dated ahead counts from now.
 */
export function recordIntake(
  store: Store,
  requests: readonly IntakeRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<IntakeResult[]> {
  return writeBatch(store, policy, async (tx) => {
    const results: IntakeResult[] = [];
    for (const piece of chunks(requests)) {
      for (const result of await recordPiece(tx, piece, now)) results.push(result);
    }
    return results;
  });
}

async function recordPiece(
  tx: Transaction,
  requests: readonly IntakeRequest[],
  now: number,
): Promise<IntakeResult[]> {
  const outcomes = await recordAll(tx, requests, now);
  const statements = requests.flatMap((request, index) => {
    const result = outcomes[index];
    return result?.outcome === 'recorded'
      ? request.consents.map((consent) => ({
          index,
          statement: { ...consent, at: Math.min(consent.at, now), contactId: result.contactId },
        }))
      : [];
  });
  const decided = await applyConsents(
    tx,
    statements.map(({ statement }) => statement),
    now,
  );
  const decisions = new Map<number, ConsentDecision[]>();
  statements.forEach(({ index }, at) => {
    const decision = decided[at];
    if (decision) decisions.set(index, [...(decisions.get(index) ?? []), decision]);
  });

  // A later request of this piece may have merged the contact of an earlier one.
  const written = outcomes.flatMap((result) => (result.outcome === 'refused' ? [] : [result.contactId]));
  const profiles = await presentProfiles(tx, written);
  return outcomes.map((result, index): IntakeResult => {
    if (result.outcome === 'refused') return result;
    const { outcome, contactOutcome, event } = result;
    const contact = profiles.get(result.contactId);
    if (!contact) throw new Error('The store has no contact for an event it has just recorded');
    return { outcome, contactOutcome, contact, event, consents: decisions.get(index) ?? [] };
  });
}

/** Records every event it can; those refused for an identifier they can do without are tried once more without it. */
async function recordAll(
  tx: Transaction,
  requests: readonly IntakeRequest[],
  now: number,
): Promise<EventResult[]> {
  const results = await recordFound(tx, requests, now);
  const again = results.flatMap((result, index) => {
    const request = requests[index];
    if (result.outcome !== 'refused' || !request?.dispensable) return [];
    const taken = result.problems.map(({ field }) => field);
    const without = request.dispensable.filter(
      (kind) => taken.includes(kind) && request.patch.identifiers[kind],
    );
    return without.length > 0 ? [{ index, request: leaveOut(request, without) }] : [];
  });
  if (again.length === 0) return results;
  const retried = await recordFound(
    tx,
    again.map(({ request }) => request),
    now,
  );
  again.forEach(({ index }, at) => {
    const result = retried[at];
    if (result) results[index] = result;
  });
  return results;
}

function leaveOut(request: IntakeRequest, kinds: readonly IdentifierKind[]): IntakeRequest {
  const identifiers = { ...request.patch.identifiers };
  for (const kind of kinds) delete identifiers[kind];
  return { ...request, patch: { ...request.patch, identifiers } };
}

/** Finds the contacts that are referred to and records the events. */
async function recordFound(
  tx: Transaction,
  requests: readonly IntakeRequest[],
  now: number,
): Promise<EventResult[]> {
  const found = await findContacts(
    tx,
    requests.map(({ reference }) => reference ?? { id: null, identifiers: [] }),
  );
  return applyEvents(
    tx,
    requests.map((request, index): EventRequest => ({
      contact: toUpsert(request, found[index] ?? null),
      event: request.event,
    })),
    now,
  );
}

function toUpsert({ patch, matchOn }: IntakeRequest, contactId: number | null): UpsertRequest {
  if (contactId === null) return { patch, mode: 'upsert', ...(matchOn ? { matchOn } : {}) };
  const { anonymousId } = patch.identifiers;
  return { patch: { ...patch, identifiers: anonymousId ? { anonymousId } : {} }, mode: 'upsert', contactId };
}
