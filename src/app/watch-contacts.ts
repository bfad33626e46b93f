import type { DateWatch } from '../domain/change/date-watch';
import { kindsOf, type ChangeWatch } from '../domain/change/watch';
import type { JsonObject } from '../domain/json';
import type { Store, SubscriptionKey } from '../store/port';
import type { OpenStore } from './open-store';
import type { DeliveryEnd, Listener } from './listener';
import { latestMatch, prepareChanges, routeChanges } from './watch-changes';
import {
  DATE_KINDS,
  defineDateWatch,
  isSeedingUnfinished,
  prepareDates,
  routeDates,
  sampleDate,
  seedDates,
  setNextReturn,
} from './watch-dates';
import { areMembersUnseeded, defineChangeWatch, seedMembers } from './watch-segments';

/** How a watch is served. */
export interface WatchSettings {
  readonly watch: ChangeWatch | DateWatch;
  readonly workflowZone: string;
  readonly batchSize: number;
  readonly maxInFlight: number;
  deliver(items: JsonObject[], claim: string): Promise<DeliveryEnd>;
  report(error: unknown): void;
}

/**
 * Delivers everything that fits a watch, from the moment it is first opened on; one that was open before goes on
 * where it stopped. Returns how to stop.
 */
export async function watchContacts(
  open: OpenStore,
  key: SubscriptionKey,
  settings: WatchSettings,
): Promise<() => void> {
  const { watch } = settings;
  const now = open.clock.now();
  const subscription = await open.store.write(async (tx) => {
    const opened = await tx.subscriptions.open(key, {}, now);
    if (watch.on === 'date_reached') await defineDateWatch(tx, opened.subscription, watch);
    else await defineChangeWatch(tx, opened.subscription, watch);
    return opened.subscription;
  });
  const shared = {
    subscription,
    batchSize: settings.batchSize,
    maxInFlight: settings.maxInFlight,
    deliver: (items: readonly JsonObject[], claim: string) => settings.deliver([...items], claim),
    report: (error: unknown) => settings.report(error),
  };
  const listener: Listener<JsonObject> =
    watch.on === 'date_reached'
      ? {
          ...shared,
          kinds: DATE_KINDS,
          route: (tx, changes, at) => routeDates(tx, subscription.id, watch, changes, at),
          seeding: {
            isUnfinished: isSeedingUnfinished,
            next: (tx, at) => seedDates(tx, key.key, watch, at),
          },
          prepare: (tx, timers) => prepareDates(tx, watch, timers),
          settled: (tx, timers) => setNextReturn(tx, subscription.id, watch, timers),
        }
      : {
          ...shared,
          kinds: kindsOf(watch),
          route: (tx, changes, at) =>
            routeChanges(tx, watch, { workflowZone: settings.workflowZone }, changes, at),
          seeding: {
            isUnfinished: areMembersUnseeded,
            next: (tx, at) => seedMembers(tx, key.key, at),
          },
          prepare: (tx, timers) => prepareChanges(tx, timers),
        };
  return open.pump.add(listener as Listener);
}

/** The latest thing in the store that a watch would have delivered, as an item for a test run; null when there is none. */
export function latestContactChange(
  store: Store,
  watch: ChangeWatch | DateWatch,
  workflowZone: string,
  now: number,
): Promise<JsonObject | null> {
  return watch.on === 'date_reached'
    ? sampleDate(store, watch, now)
    : latestMatch(store, watch, { workflowZone }, now);
}
