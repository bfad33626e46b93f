import type { Change, ChangeKind } from '../domain/change/change';
import { movesDate, nextReached, type DateWatch } from '../domain/change/date-watch';
import { toTravelForm, type Contact } from '../domain/contact/contact';
import { customName } from '../domain/contact/value';
import { isJsonObject, jsonEquals, type JsonObject } from '../domain/json';
import type { ContactValueName, NewTimer, Store, Subscription, Timer, Transaction } from '../store/port';
import { loadProfiles } from './profiles';
import type { Prepared } from './listener';
import { deliveryOf } from './watch-changes';

/** The kinds of change that may move a contact's date. */
export const DATE_KINDS: readonly ChangeKind[] = ['contact_created', 'contact_updated', 'contact_merged'];

/** Contacts whose dates are looked at in one transaction when a watch is new. */
const SEED_PAGE = 1_000;

/**
 * Notes what a subscription watches. When that is new or different, what was set for the old watch is gone, and every
 * contact's date is looked at anew, page by page (see {@link seedDates}).
 */
export async function defineDateWatch(
  tx: Transaction,
  subscription: Subscription,
  watch: DateWatch,
): Promise<void> {
  const { definition } = subscription;
  const next = watch as unknown as JsonObject;
  if (isJsonObject(definition.watch) && jsonEquals(definition.watch, next)) return;
  await tx.timers.clear(subscription.id);
  await tx.subscriptions.define(subscription.id, { watch: next, seededTo: 0 });
}

/** Whether contacts that were there before the watch are still to be looked at. */
export function isSeedingUnfinished({ definition }: Subscription): boolean {
  return typeof definition.seededTo === 'number';
}

/** Sets the timers of the next page of contacts that were there before the watch. */
export async function seedDates(tx: Transaction, key: string, watch: DateWatch, now: number): Promise<void> {
  const subscription = await tx.subscriptions.get(key);
  const seededTo = subscription?.definition.seededTo;
  if (!subscription || typeof seededTo !== 'number') return;
  const contacts = await tx.contacts.select({
    limit: SEED_PAGE,
    afterId: seededTo,
    having: placesOf(watch.property),
  });
  const asked = contacts.map((contact) => ({ contact, after: now }));
  await setTimers(tx, subscription.id, watch, asked, now);
  const last = contacts.length === SEED_PAGE ? (contacts.at(-1)?.id ?? null) : null;
  await tx.subscriptions.define(subscription.id, { ...subscription.definition, seededTo: last });
}

/**
 * Sets anew the timers of contacts whose date may have moved, as of the moment of the change: a date that was
 * reached before it, or since, is delivered though the pump comes to it late.
 */
export async function routeDates(
  tx: Transaction,
  subscriptionId: number,
  watch: DateWatch,
  changes: readonly Change[],
  now: number,
): Promise<NewTimer[]> {
  const changedAt = new Map<number, number>();
  for (const change of changes) {
    if (movesDate(watch, change)) changedAt.set(change.contactId, Math.min(change.at, now));
  }
  const contacts = await tx.contacts.get([...changedAt.keys()]);
  const asked = [...contacts.values()].map((contact) => ({
    contact,
    after: changedAt.get(contact.id) ?? now,
  }));
  await setTimers(tx, subscriptionId, watch, asked, now);
  return [];
}

async function setTimers(
  tx: Transaction,
  subscriptionId: number,
  watch: DateWatch,
  contacts: ReadonlyArray<{ readonly contact: Contact; readonly after: number }>,
  now: number,
): Promise<void> {
  const timers = contacts.flatMap(({ contact, after }) => toTimer(watch, contact, after) ?? []);
  await tx.timers.removeFor(
    subscriptionId,
    contacts.map(({ contact, after }) => ({ contactId: contact.id, dueAfter: after })),
  );
  await tx.timers.set(subscriptionId, timers, 'restart', now);
}

function toTimer(watch: DateWatch, contact: Contact, after: number): NewTimer | null {
  const moment = nextReached(watch, contact, after);
  return (
    moment && {
      contactId: contact.id,
      // One timer for each moment: a date that was reached, and is still to be delivered, stays beside the next one.
      dedupeKey: String(moment.at),
      dueAt: moment.at,
      sinceAt: after,
      sinceEventId: null,
      watch: null,
      payload: { zone: moment.zone, reasons: [...moment.reasons] },
    }
  );
}

/** Turns ripe timers of dates into items. */
export async function prepareDates(
  tx: Transaction,
  watch: DateWatch,
  timers: readonly Timer[],
): Promise<Prepared<JsonObject>> {
  const profiles = await loadProfiles(
    tx,
    timers.map(({ contactId }) => contactId),
  );
  const deliver: Array<{ timer: Timer; item: JsonObject }> = [];
  const discard: number[] = [];
  for (const timer of timers) {
    const contact = profiles.get(timer.contactId);
    if (!contact) {
      discard.push(timer.id);
      continue;
    }
    const date = { property: watch.property, at: new Date(timer.dueAt).toISOString(), ...timer.payload };
    deliver.push({ timer, item: { contact: toTravelForm(contact), date, delivery: deliveryOf(timer) } });
  }
  return { deliver, postpone: [], discard };
}

/** After a yearly date was delivered: sets the next return of it. */
export async function setNextReturn(
  tx: Transaction,
  subscriptionId: number,
  watch: DateWatch,
  timers: readonly Timer[],
): Promise<void> {
  if (!watch.yearly) return;
  const contacts = await tx.contacts.get(timers.map(({ contactId }) => contactId));
  const next = timers.flatMap((timer) => {
    const contact = contacts.get(timer.contactId);
    return contact ? (toTimer(watch, contact, timer.dueAt) ?? []) : [];
  });
  await tx.timers.set(subscriptionId, next, 'keep', timers[0]?.dueAt ?? 0);
}

/** A contact that has such a date, as an item, for test runs; null when nobody has. */
export function sampleDate(store: Store, watch: DateWatch, now: number): Promise<JsonObject | null> {
  return store.read(async (tx) => {
    const [contact] = await tx.contacts.select({ limit: 1, having: placesOf(watch.property) });
    const profile = contact && (await loadProfiles(tx, [contact.id])).get(contact.id);
    if (!profile) return null;
    const moment = nextReached(watch, profile, now);
    const date: JsonObject = { property: watch.property };
    if (moment)
      Object.assign(date, {
        at: new Date(moment.at).toISOString(),
        zone: moment.zone,
        reasons: [...moment.reasons],
      });
    return { contact: toTravelForm(profile), date };
  });
}

/** Where a watched value may stand: a property of that very name, or the one that its first part names. */
function placesOf(property: string): ContactValueName[] {
  if (property === 'createdAt' || property === 'updatedAt') return [{ field: 'createdAt' }];
  const name = customName(property);
  return [{ property: name }, { property: name.split('.')[0] ?? name }];
}
