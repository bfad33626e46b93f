import { hash } from 'node:crypto';
import type { NewEvent, StoredEvent } from '../domain/event/event';
import type { UpsertRequest, UpsertResult } from '../domain/contact/upsert';
import type { Problem } from '../domain/problem';
import type { CatalogueKind, Store, Transaction } from '../store/port';
import { writeBatch, type BatchPolicy } from './all-or-nothing';
import { chunks } from './chunks';
import { applyUpserts } from './upsert-contacts';

/** An event, and whom it belongs to: a contact that may be new. */
export interface EventRequest {
  readonly contact: UpsertRequest;
  readonly event: NewEvent;
}

/** What became of one request. `isNew` is false when an event with this key had been recorded before. */
export type EventResult =
  | {
      readonly outcome: 'recorded' | 'known';
      readonly contactId: number;
      readonly contactOutcome: 'created' | 'updated' | 'unchanged';
      readonly event: StoredEvent;
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/**
 * Identifies or creates the contacts and records their events, all in one transaction; returns what became of each in the
 * order given.
 */
export function recordEvents(
  store: Store,
  requests: readonly EventRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<EventResult[]> {
  return writeBatch(store, policy, (tx) => applyEvents(tx, requests, now));
}

/** The same within a transaction that does more. */
export async function applyEvents(
  tx: Transaction,
  requests: readonly EventRequest[],
  now: number,
): Promise<EventResult[]> {
  const contacts = await applyUpserts(
    tx,
    requests.map(({ contact }) => contact),
    now,
  );
  const results: EventResult[] = [];
  for (const piece of chunks(requests)) {
    const owners = contacts.slice(results.length, results.length + piece.length);
    for (const result of await append(tx, piece, owners, now)) results.push(result);
  }
  return results;
}

async function append(
  tx: Transaction,
  requests: readonly EventRequest[],
  contacts: readonly UpsertResult[],
  now: number,
): Promise<EventResult[]> {
  const accepted = requests.flatMap(({ event }, index) => {
    const contact = contacts[index];
    return contact && contact.outcome !== 'refused' ? [{ ...event, contactId: contact.contactId }] : [];
  });
  const stored = await tx.events.append(accepted, now);
  const fresh = stored.flatMap(({ event, isNew }) => (isNew ? [event] : []));
  const names = [...new Set(fresh.map(({ type }) => type))].map((name) => ({
    kind: 'event' as CatalogueKind,
    name,
  }));
  await Promise.all([
    tx.changes.append(
      fresh.map((event) => ({
        kind: 'event_recorded',
        contactId: event.contactId,
        at: now,
        subject: event.type,
        eventId: event.id,
        detail: {},
      })),
    ),
    tx.catalogue.note(names),
    fresh.length > 0 ? tx.timers.wake(fresh, now) : 0,
  ]);

  const outcomes = stored.values();
  return contacts.map((contact): EventResult => {
    if (contact.outcome === 'refused') return contact;
    const next = outcomes.next();
    if (next.done) throw new Error('The store gave fewer events than it was asked to record');
    const { event, isNew } = next.value;
    return {
      outcome: isNew ? 'recorded' : 'known',
      contactId: contact.contactId,
      contactOutcome: contact.outcome,
      event,
    };
  });
}

/** A key that is the same whenever the same thing is said again: of the parts of an event that make it what it is. */
export function keyOf(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'hex');
}
