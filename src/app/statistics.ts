import { matchesEventType } from '../domain/event/event';
import type { Store } from '../store/port';

/** What a store holds. */
export interface Statistics {
  readonly kind: 'sqlite' | 'postgres';
  readonly location: string;
  readonly contacts: number;
  readonly events: number;
  readonly changes: number;
  readonly waiting: number;
  readonly delivering: number;
  readonly failed: number;
}

/** Counts what a store holds, at one moment. */
export function statistics(store: Store): Promise<Statistics> {
  return store.read(async (tx) => ({
    kind: store.kind,
    location: store.location,
    contacts: await tx.contacts.count({}),
    events: await tx.events.count(),
    changes: await tx.changes.count(),
    ...(await tx.timers.countByState()),
  }));
}

/** Rows deleted in one transaction, so that pruning years of events holds nobody up. */
const PRUNE_AT_ONCE = 5_000;

/** What is to be deleted: events that occurred, and log entries made, before these moments. */
export interface PruneRequest {
  readonly eventsBefore: number | null;
  /** Only events of these types, or beginnings followed by `*`; null: every type. */
  readonly eventTypes: readonly string[] | null;
  readonly changesBefore: number | null;
}

/** Deletes old events and log entries in small transactions, and tells how many of each. What a subscription has not seen is kept. */
export async function prune(
  store: Store,
  request: PruneRequest,
): Promise<{ events: number; changes: number }> {
  const { eventsBefore, changesBefore } = request;
  const eventTypes = request.eventTypes && (await typesSeen(store, request.eventTypes));
  const events =
    eventsBefore === null
      ? 0
      : await repeat(() => store.write((tx) => tx.events.prune(eventsBefore, eventTypes, PRUNE_AT_ONCE)));
  const changes =
    changesBefore === null
      ? 0
      : await repeat(() => store.write((tx) => tx.changes.prune(changesBefore, PRUNE_AT_ONCE)));
  return { events, changes };
}

/** The types of events in the store that fit the patterns. */
function typesSeen(store: Store, patterns: readonly string[]): Promise<string[]> {
  return store.read(async (tx) => {
    const seen = await tx.catalogue.list('event');
    return seen.filter((type) => patterns.some((pattern) => matchesEventType(pattern, type)));
  });
}

async function repeat(deleteSome: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const deleted = await deleteSome();
    total += deleted;
    if (deleted < PRUNE_AT_ONCE) return total;
  }
}
