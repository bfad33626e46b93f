import type { ChangeWatch } from '../domain/change/watch';
import { isJsonObject, jsonEquals, type JsonObject } from '../domain/json';
import type { NewTimer, SegmentMove, Subscription, Transaction } from '../store/port';

/** Members that are looked at in one transaction when a watch is new. */
const PAGE = 1_000;
/** Log entries that are read at once. */
const LOG_PAGE = 1_000;

/**
 * Notes which segments or scores a subscription watches. With `alreadyIn`, those who are in a segment that is newly
 * watched are still to be delivered, page by page (see {@link seedMembers}).
 */
export async function defineChangeWatch(
  tx: Transaction,
  subscription: Subscription,
  watch: ChangeWatch,
): Promise<void> {
  const { definition } = subscription;
  const before = isJsonObject(definition.watch) && definition.watch.on === 'segment_changed';
  if (watch.on !== 'segment_changed') {
    // What is noted keeps a segment or score from being deleted; a node that watches something else now holds none back.
    const noted: JsonObject = watch.on === 'score_crossed' ? { watch: watch as unknown as JsonObject } : {};
    if (!jsonEquals(definition, noted)) await tx.subscriptions.define(subscription.id, noted);
    return;
  }
  const next = watch as unknown as JsonObject;
  if (before && jsonEquals(definition.watch, next)) return;
  const known = before ? namesIn(definition.known) : [];
  const named =
    watch.segments.length > 0 ? [...watch.segments] : (await tx.segments.list()).map(({ name }) => name);
  const unfinished = before ? unseeded(subscription).filter((name) => named.includes(name)) : [];
  const fresh =
    watch.alreadyIn && watch.action !== 'left' ? named.filter((name) => !known.includes(name)) : [];
  const seeding = [...unfinished, ...fresh];
  await tx.subscriptions.define(subscription.id, {
    watch: next,
    known: [...new Set([...known, ...named])],
    ...(seeding.length > 0
      ? {
          unseeded: seeding,
          afterId: unfinished.length > 0 ? (definition.afterId ?? 0) : 0,
          since: unfinished.length > 0 ? (definition.since ?? 0) : subscription.cursor,
        }
      : {}),
  });
}

/** Whether members of segments that are newly watched are still to be delivered. */
export function areMembersUnseeded(subscription: Subscription): boolean {
  return unseeded(subscription).length > 0;
}

/**
 * Sets timers, due at once, for the next page of contacts that were in a segment before it was watched. Those whose
 * entering the watch has seen itself are left out; it has to have seen everything first.
 */
export async function seedMembers(tx: Transaction, key: string, now: number): Promise<void> {
  const subscription = await tx.subscriptions.get(key);
  if (!subscription) return;
  const { definition } = subscription;
  const [name, ...others] = unseeded(subscription);
  if (name === undefined || subscription.cursor < (await tx.changes.lastSequence())) return;
  const segment = await tx.segments.get(name);
  const afterId = typeof definition.afterId === 'number' ? definition.afterId : 0;
  const since = typeof definition.since === 'number' ? definition.since : subscription.cursor;
  const page = segment ? await tx.segments.members({ segmentId: segment.id, afterId, limit: PAGE }) : [];
  const seen = await enteredSince(tx, since, name);
  await tx.timers.set(
    subscription.id,
    page.filter(({ contactId }) => !seen.has(contactId)).map((member) => toTimer(member, name, now)),
    'restart',
    now,
  );
  const last = page.length === PAGE ? page.at(-1) : undefined;
  const { unseeded: _, afterId: __, since: ___, ...lasting } = definition;
  const left = last ? [name, ...others] : others;
  await tx.subscriptions.define(
    subscription.id,
    left.length > 0 ? { ...lasting, unseeded: left, afterId: last?.contactId ?? 0, since } : lasting,
  );
}

async function enteredSince(tx: Transaction, since: number, name: string): Promise<Set<number>> {
  const entered = new Set<number>();
  for (let cursor = since; ;) {
    const changes = await tx.changes.after(cursor, ['segment_entered'], LOG_PAGE);
    for (const { contactId, subject } of changes) if (subject === name) entered.add(contactId);
    const last = changes.at(-1);
    if (!last || changes.length < LOG_PAGE) return entered;
    cursor = last.sequence;
  }
}

function toTimer({ contactId, at }: SegmentMove, name: string, now: number): NewTimer {
  return {
    contactId,
    dedupeKey: null,
    dueAt: now,
    sinceAt: now,
    sinceEventId: null,
    watch: null,
    payload: { kind: 'segment_entered', subject: name, eventId: null, at, detail: { alreadyIn: true } },
  };
}

function unseeded({ definition }: Subscription): string[] {
  return namesIn(definition.unseeded);
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}
