import type { Change, ChangeKind } from '../domain/change/change';
import { movesDate, nextReached, type DateWatch } from '../domain/change/date-watch';
import { toTravelForm, type Contact } from '../domain/contact/contact';
import { isJsonObject, jsonEquals, type JsonObject } from '../domain/json';
import type { ContactValueName, NewTimer, Store, Subscription, Timer, Transaction } from '../store/port';
import { loadProfiles } from './profiles';
import type { Prepared } from './pump';
import { deliveryOf } from './watch-changes';

/** The kinds of change that may move a contact's date. */
export const DATE_KINDS: readonly ChangeKind[] = ['contact_created', 'contact_updated', 'contact_merged'];

/** Contacts whose dates are looked at in one transaction when a watch is new. */
const SEED_PAGE = 1_000;

/**
 * Notes what a subscription watches. When that is new or different, every contact's date is looked at anew, page by page
 * (see {@link seedDates}).
 */
export function defineDateWatch(
  tx: Transaction,
  subscription: Subscription,
  watch: DateWatch,
): Promise<void> {
  const { definition } = subscription;
  const next = watch as unknown as JsonObject;
  if (isJsonObject(definition.watch) && jsonEquals(definition.watch, next)) return Promise.resolve();
  return tx.subscriptions.define(subscription.id, { watch: next, seededTo: 0 });
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
    having: valueName(watch.property),
  });
  await setTimers(tx, subscription.id, watch, contacts, now);
  const last = contacts.length === SEED_PAGE ? (contacts.at(-1)?.id ?? null) : null;
  await tx.subscriptions.define(subscription.id, { ...subscription.definition, seededTo: last });
}

/** Sets anew the timers of contacts whose date may have moved. */
export async function routeDates(
  tx: Transaction,
  subscriptionId: number,
  watch: DateWatch,
  changes: readonly Change[],
  now: number,
): Promise<NewTimer[]> {
  const ids = [
    ...new Set(changes.filter((change) => movesDate(watch, change)).map(({ contactId }) => contactId)),
  ];
  const contacts = await tx.contacts.get(ids);
  await setTimers(tx, subscriptionId, watch, [...contacts.values()], now);
  return [];
}

async function setTimers(
  tx: Transaction,
  subscriptionId: number,
  watch: DateWatch,
  contacts: readonly Contact[],
  now: number,
): Promise<void> {
  const timers = contacts.flatMap((contact) => toTimer(watch, contact, now) ?? []);
  await tx.timers.removeFor(
    subscriptionId,
    contacts.map(({ id }) => id),
  );
  await tx.timers.set(subscriptionId, timers, 'restart', now);
}

function toTimer(watch: DateWatch, contact: Contact, after: number): NewTimer | null {
  const moment = nextReached(watch, contact, after);
  return (
    moment && {
      contactId: contact.id,
      dedupeKey: '',
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
    const [contact] = await tx.contacts.select({ limit: 1, having: valueName(watch.property) });
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

function valueName(property: string): ContactValueName {
  if (property === 'createdAt') return { field: 'createdAt' };
  const name = property.startsWith('properties.') ? property.slice('properties.'.length) : property;
  return { property: name.split('.')[0] ?? name };
}
