import type { Change } from '../domain/change/change';
import { kindsOf, matchesWatch, type ChangeWatch } from '../domain/change/watch';
import { toTravelForm } from '../domain/contact/contact';
import { toEventTravelForm, type StoredEvent } from '../domain/event/event';
import type { JsonObject } from '../domain/json';
import type { NewTimer, Store, Timer, Transaction } from '../store/port';
import { loadProfiles } from './profiles';
import type { Prepared } from './listener';

/** The zone in which dates without one count where a watch filters on them. */
export interface WatchContext {
  readonly workflowZone: string;
}

/** Returns the timers, due at once, for those changes that a watch asks for. */
export async function routeChanges(
  tx: Transaction,
  watch: ChangeWatch,
  context: WatchContext,
  changes: readonly Change[],
  now: number,
): Promise<NewTimer[]> {
  const events = await eventsOf(tx, changes);
  const moment = { now, zone: context.workflowZone };
  return changes
    .filter((change) => matchesWatch(watch, change, events.get(change.eventId ?? -1), moment))
    .map((change) => ({
      contactId: change.contactId,
      dedupeKey: null,
      dueAt: now,
      sinceAt: now,
      sinceEventId: null,
      watch: null,
      payload: {
        kind: change.kind,
        subject: change.subject,
        eventId: change.eventId,
        at: change.at,
        detail: change.detail,
      },
    }));
}

/** Turns ripe timers of changes into items: the contact as it is now, the event or change that started them. */
export async function prepareChanges(
  tx: Transaction,
  timers: readonly Timer[],
): Promise<Prepared<JsonObject>> {
  const profiles = await loadProfiles(
    tx,
    timers.map(({ contactId }) => contactId),
  );
  const payloads = timers.map(
    ({ payload }) => payload as unknown as Pick<Change, 'kind' | 'subject' | 'eventId' | 'at' | 'detail'>,
  );
  const events = await tx.events.get(payloads.flatMap(({ eventId }) => (eventId === null ? [] : [eventId])));
  const deliver: Array<{ timer: Timer; item: JsonObject }> = [];
  const discard: number[] = [];
  timers.forEach((timer, index) => {
    const contact = profiles.get(timer.contactId);
    const payload = payloads[index];
    const event = payload?.eventId ? events.get(payload.eventId) : undefined;
    // An event that is gone was pruned, or another answer took its place, of which the log tells as well.
    if (!contact || !payload || (payload.eventId && !event)) {
      discard.push(timer.id);
      return;
    }
    const item = changeItem(toTravelForm(contact), payload, event);
    deliver.push({ timer, item: { ...item, delivery: deliveryOf(timer) } });
  });
  return { deliver, postpone: [], discard };
}

/** Which delivery of the same thing this is, so that a step may take care when it is not the first. */
export function deliveryOf(timer: Timer): JsonObject {
  return { attempt: timer.attempt + 1, redelivered: timer.attempt > 0 };
}

/** The newest change that a watch asks for, as an item; null when there has been none. */
export function latestMatch(
  store: Store,
  watch: ChangeWatch,
  context: WatchContext,
  now: number,
): Promise<JsonObject | null> {
  return store.read(async (tx) => {
    const changes = await tx.changes.latest(kindsOf(watch), LOOK_BACK);
    const events = await eventsOf(tx, changes);
    const moment = { now, zone: context.workflowZone };
    const match = changes.find((change) =>
      matchesWatch(watch, change, events.get(change.eventId ?? -1), moment),
    );
    if (!match) return null;
    const contact = (await loadProfiles(tx, [match.contactId])).get(match.contactId);
    return contact ? changeItem(toTravelForm(contact), match, events.get(match.eventId ?? -1)) : null;
  });
}

/** How many changes a test run looks through for one that fits. */
const LOOK_BACK = 1_000;

function eventsOf(tx: Transaction, changes: readonly Change[]): Promise<Map<number, StoredEvent>> {
  const ids = changes.flatMap(({ eventId }) => (eventId === null ? [] : [eventId]));
  return ids.length > 0 ? tx.events.get(ids) : Promise.resolve(new Map());
}

function changeItem(
  contact: JsonObject,
  change: Pick<Change, 'kind' | 'subject' | 'at' | 'detail'>,
  event: StoredEvent | undefined,
): JsonObject {
  if (event) return { contact, event: toEventTravelForm(event) };
  const { kind, subject, at, detail } = change;
  const own = kind === 'score_crossed' ? crossingOf(detail) : detail;
  return { contact, change: { ...own, kind, subject, at: new Date(at).toISOString() } };
}

/** What crossed, `crossing` and `points` in the place of names that every change has. */
function crossingOf({ kind: crossing, at: points, ...more }: JsonObject): JsonObject {
  return {
    ...(crossing === undefined ? {} : { crossing }),
    ...(points === undefined ? {} : { points }),
    ...more,
  };
}
