import { matchesEventType } from '../domain/event/event';
import type { MessagePruning, Store } from '../store/port';

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
  readonly messages: number;
  /** Claims whose outcome nobody told in time. */
  readonly uncertainMessages: number;
}

/** Counts what a store holds at one moment, `now`. */
export function statistics(store: Store, now: number): Promise<Statistics> {
  return store.read(async (tx) => ({
    kind: store.kind,
    location: store.location,
    contacts: await tx.contacts.count({}),
    events: await tx.events.count(),
    changes: await tx.changes.count(),
    ...(await tx.timers.countByState()),
    messages: await tx.messages.count(),
    uncertainMessages: await tx.messages.countUncertain(now),
  }));
}

/** Rows deleted in one transaction, so that pruning years of events holds nobody up. */
const PRUNE_AT_ONCE = 5_000;

/** What is to be deleted: events that occurred, log entries made, and messages claimed, before these moments. */
export interface PruneRequest {
  readonly eventsBefore: number | null;
  /** Only events of these types, or beginnings followed by `*`; null: every type. */
  readonly eventTypes: readonly string[] | null;
  readonly changesBefore: number | null;
  /** Caps and the order by answers look back {@link LONGEST_REACH_MS} at most. */
  readonly messagesBefore: number | null;
  /** Whether messages that were sent once for a key go too, so that the same key sends them again. */
  readonly keyedMessages: boolean;
}

/** How many of each were deleted. */
export interface Pruned {
  readonly events: number;
  readonly changes: number;
  readonly messages: number;
}

/**
 * Deletes old events, log entries and messages in small transactions, and tells how many of each. What a subscription has not
 * seen is kept, and so are messages that are uncertain or that keep one from being sent twice.
 */
export async function prune(store: Store, request: PruneRequest): Promise<Pruned> {
  const { eventsBefore, changesBefore, messagesBefore, keyedMessages } = request;
  const eventTypes = request.eventTypes && (await typesSeen(store, request.eventTypes));
  const events =
    eventsBefore === null
      ? 0
      : await repeat(() => store.write((tx) => tx.events.prune(eventsBefore, eventTypes, PRUNE_AT_ONCE)));
  const changes =
    changesBefore === null
      ? 0
      : await repeat(() => store.write((tx) => tx.changes.prune(changesBefore, PRUNE_AT_ONCE)));
  const messages = messagesBefore === null ? 0 : await pruneMessages(store, messagesBefore, keyedMessages);
  return { events, changes, messages };
}

async function pruneMessages(store: Store, before: number, withKeys: boolean): Promise<number> {
  let total = 0;
  let query: MessagePruning = { before, withKeys, afterId: 0, limit: PRUNE_AT_ONCE };
  for (;;) {
    const { deleted, lastId } = await store.write((tx) => tx.messages.prune(query));
    total += deleted;
    if (lastId === null) return total;
    query = { ...query, afterId: lastId };
  }
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
