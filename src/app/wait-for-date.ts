import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { toTravelForm, type ContactProfile } from '../domain/contact/contact';
import { matchesEventType, toEventTravelForm, type StoredEvent } from '../domain/event/event';
import { cleanText, toJsonObject, type JsonObject } from '../domain/json';
import type { Problem, Reading } from '../domain/problem';
import { matchesConditions } from '../domain/rule/match-condition';
import type { PropertyCondition } from '../domain/rule/property-condition';
import type { DeliveryHours } from '../domain/schedule/delivery-window';
import { nextOpening } from '../domain/schedule/next-opening';
import type { WaitPlan } from '../domain/schedule/wait';
import type { ZoneDecision } from '../domain/schedule/zone';
import type { NewTimer, Store, Subscription, SubscriptionKey, Timer, Transaction } from '../store/port';
import { writeBatch, type BatchPolicy } from './all-or-nothing';
import { chunks } from './chunks';
import { UNKNOWN_CONTACT } from './find-profiles';
import { findContacts, type ContactReference } from './find-contacts';
import { loadProfiles } from './profiles';
import type { Prepared } from './pump';

/** Events that let a contact go before its time: one of this type (`*` at the end for a beginning) that fits every condition. */
export interface LeaveRule {
  readonly type: string;
  readonly where: readonly PropertyCondition[];
}

/** One item that comes to a wait. */
export interface WaitRequest {
  readonly contact: ContactReference;
  /** What the item carries; it comes back after the wait. */
  readonly item: JsonObject;
  /** Tells waits of the same contact apart, for example a cart's id; empty: one wait for each contact. */
  readonly key: string;
  /** The same contact again while it waits: keep the first, restart the wait, or let both wait. */
  readonly again: 'keep' | 'restart' | 'both';
  readonly leaveOn: readonly LeaveRule[];
  /** The event that started this item: those at or after it count for leaving, itself excepted. */
  readonly startedBy: { readonly id: number | null; readonly occurredAt: number } | null;
  /** Works out the moment, with what the store knows of the contact. */
  plan(contact: ContactProfile): Reading<PlannedWait>;
}

/** A planned wait, with the hours in which its contact may go on where they are restricted. */
export interface PlannedWait extends WaitPlan {
  readonly openIn?: OpenHours;
}

interface OpenHours {
  readonly hours: DeliveryHours;
  readonly zones: Pick<ZoneDecision, 'zone' | 'quietZones'>;
}

/** From how late on a contact is late enough for its delivery hours to be looked at again, in milliseconds. */
const LATE = 60_000;

/** What became of an item that came to a wait. */
export type WaitResult =
  | {
      readonly outcome: 'parked' | 'restarted' | 'kept';
      readonly timerId: number;
      readonly contactId: number;
      readonly dueAt: number;
      readonly plan: PlannedWait;
    }
  | { readonly outcome: 'due' | 'missed'; readonly contact: ContactProfile; readonly plan: WaitPlan }
  | {
      readonly outcome: 'left_early';
      readonly contact: ContactProfile;
      readonly plan: WaitPlan;
      readonly event: StoredEvent;
      readonly reasons: readonly string[];
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

const PARK_CHUNK = 500;

/**
 * Decides on every item and keeps waiting those whose time has not come, in one transaction. Nothing is parked if the caller
 * throws in `plan`. A refused item keeps nobody else back.
 */
export function park(
  store: Store,
  subscriptionKey: SubscriptionKey,
  requests: readonly WaitRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<WaitResult[]> {
  return writeBatch(store, policy, async (tx) => {
    const { subscription } = await tx.subscriptions.open(subscriptionKey, {}, now);
    const results: WaitResult[] = [];
    for (const piece of chunks(requests, PARK_CHUNK)) {
      for (const result of await parkPiece(tx, subscription, piece, now)) results.push(result);
    }
    return results;
  });
}

async function parkPiece(
  tx: Transaction,
  subscription: Subscription,
  requests: readonly WaitRequest[],
  now: number,
): Promise<WaitResult[]> {
  const ids = await findContacts(
    tx,
    requests.map(({ contact }) => contact),
  );
  const profiles = await loadProfiles(
    tx,
    ids.filter((id) => id !== null),
  );
  const results: WaitResult[] = requests.map((request, index) =>
    decide(request, profiles.get(ids[index] ?? -1)),
  );

  const leavers = await findLeavers(
    tx,
    requests.flatMap((request, index) => {
      const result = results[index];
      const contact = profiles.get(ids[index] ?? -1);
      if (!contact || !result || !('plan' in result) || request.leaveOn.length === 0) return [];
      return [
        { key: index, contact, leaveOn: request.leaveOn, zone: result.plan.zone, ...since(request, now) },
      ];
    }),
    now,
  );
  for (const [index, leaver] of leavers) {
    const result = results[index];
    const contact = profiles.get(ids[index] ?? -1);
    if (result && contact && 'plan' in result) {
      results[index] = { outcome: 'left_early', contact, plan: result.plan, ...leaver };
    }
  }

  for (const policy of ['keep', 'restart'] as const) {
    const waiting = requests.flatMap((request, index) => {
      const result = results[index];
      const isOurs = (request.again === 'restart') === (policy === 'restart');
      return result?.outcome === 'parked' && isOurs ? [{ request, index, result }] : [];
    });
    const set = await tx.timers.set(
      subscription.id,
      waiting.map(({ request, result }) => toTimer(request, result.contactId, result.plan, now)),
      policy,
      now,
    );
    waiting.forEach(({ index, result }, at) => {
      const timer = set[at];
      if (!timer) return;
      const outcome = timer.outcome === 'set' ? 'parked' : timer.outcome;
      results[index] = { ...result, outcome, timerId: timer.id, dueAt: timer.dueAt };
    });
  }
  return results;
}

function decide(request: WaitRequest, contact: ContactProfile | undefined): WaitResult {
  if (!contact) {
    return { outcome: 'refused', problems: [UNKNOWN_CONTACT] };
  }
  const reading = request.plan(contact);
  if (!reading.ok) return { outcome: 'refused', problems: reading.problems };
  const plan = reading.value;
  if (plan.outcome !== 'wait') return { outcome: plan.outcome, contact, plan };
  return { outcome: 'parked', timerId: 0, contactId: contact.id, dueAt: plan.dueAt, plan };
}

function toTimer(request: WaitRequest, contactId: number, plan: PlannedWait, now: number): NewTimer {
  const { sinceAt, sinceEventId } = since(request, now);
  return {
    contactId,
    dedupeKey: request.again === 'both' ? null : cleanText(request.key),
    dueAt: plan.dueAt,
    sinceAt,
    sinceEventId,
    watch: request.leaveOn.length > 0 ? [...new Set(request.leaveOn.map(({ type }) => type))] : null,
    payload: {
      item: toJsonObject(request.item),
      leaveOn: request.leaveOn as unknown as JsonObject[],
      reasons: [...plan.reasons],
      zone: plan.zone,
      startedAt: now,
      ...(plan.openIn ? { openIn: plan.openIn as unknown as JsonObject } : {}),
    },
  };
}

/** From when on events let an item go early: from the event that started it, or from now. */
function since({ startedBy }: WaitRequest, now: number) {
  return { sinceAt: startedBy?.occurredAt ?? now, sinceEventId: startedBy?.id ?? null };
}

interface LeaveQuestion {
  readonly key: number;
  readonly contact: ContactProfile;
  readonly leaveOn: readonly LeaveRule[];
  readonly sinceAt: number;
  readonly sinceEventId: number | null;
  readonly zone: string;
}

interface Leaver {
  readonly event: StoredEvent;
  readonly reasons: readonly string[];
}

async function findLeavers(
  tx: Transaction,
  questions: readonly LeaveQuestion[],
  now: number,
): Promise<Map<number, Leaver>> {
  const leavers = new Map<number, Leaver>();
  if (questions.length === 0) return leavers;
  const events = await tx.events.since(
    questions.flatMap(({ contact, leaveOn, sinceAt }) =>
      leaveOn.map(({ type }) => ({ contactId: contact.id, type, at: sinceAt })),
    ),
  );
  const byContact = Map.groupBy(events, ({ contactId }) => contactId);
  for (const question of questions) {
    const own = byContact.get(question.contact.id) ?? [];
    const start = own.find(({ id }) => id === question.sinceEventId);
    for (const event of own) {
      // Shops tell time in seconds: of two alike in the same second, the one recorded later is the later one.
      const isBeforeStart =
        start?.type === event.type && start.occurredAt === event.occurredAt && event.id < start.id;
      const reasons = isBeforeStart ? null : leaves(question, event, now);
      if (reasons) {
        leavers.set(question.key, { event, reasons });
        break;
      }
    }
  }
  return leavers;
}

function leaves(question: LeaveQuestion, event: StoredEvent, now: number): string[] | null {
  if (event.id === question.sinceEventId || event.occurredAt < question.sinceAt) return null;
  for (const rule of question.leaveOn) {
    if (!matchesEventType(rule.type, event.type)) continue;
    const { matches, reasons } = matchesConditions(rule.where, event.properties, {
      now,
      zone: question.zone,
    });
    if (matches) return [`${event.type} at ${new Date(event.occurredAt).toISOString()}`, ...reasons];
  }
  return null;
}

/** A contact whose wait is over, as it is delivered. */
export interface WokenItem {
  readonly outcome: 'due' | 'left_early';
  readonly json: JsonObject;
}

interface WaitPayload {
  readonly item: JsonObject;
  readonly leaveOn: readonly LeaveRule[];
  readonly reasons: readonly string[];
  readonly zone: string;
  readonly startedAt: number;
  readonly openIn?: OpenHours;
}

/** Turns ripe timers of a wait into the items that leave it. The contact is read afresh. */
export async function wakeWaits(
  tx: Transaction,
  subscription: Subscription,
  timers: readonly Timer[],
  now: number,
): Promise<Prepared<WokenItem>> {
  const secret = await ticketSecret(tx);
  const profiles = await loadProfiles(
    tx,
    timers.map(({ contactId }) => contactId),
  );
  const leavers = await findLeavers(
    tx,
    timers.flatMap((timer, key) => {
      const contact = profiles.get(timer.contactId);
      const payload = timer.payload as unknown as WaitPayload;
      return contact && timer.watch
        ? [{ key, contact, ...timer, leaveOn: payload.leaveOn, zone: payload.zone }]
        : [];
    }),
    now,
  );
  const deliver: Array<{ timer: Timer; item: WokenItem }> = [];
  const postpone: number[] = [];
  const reschedule: Array<{ id: number; dueAt: number }> = [];
  const discard: number[] = [];
  timers.forEach((timer, index) => {
    const contact = profiles.get(timer.contactId);
    const leaver = leavers.get(index);
    if (!contact) discard.push(timer.id);
    else if (!leaver && timer.dueAt > now) postpone.push(timer.id);
    else if (!leaver && openingAfter(timer, now) > now) {
      reschedule.push({ id: timer.id, dueAt: openingAfter(timer, now) });
    } else deliver.push({ timer, item: wokenItem(subscription, timer, contact, leaver, secret, now) });
  });
  return { deliver, postpone, reschedule, discard };
}

/** Now, or for a contact that is late (n8n was down) and may not go on at this hour the next time it may. */
function openingAfter(timer: Timer, now: number): number {
  const { openIn } = timer.payload as unknown as WaitPayload;
  if (!openIn || now - timer.dueAt < LATE) return now;
  const opening = nextOpening(now, openIn.hours, openIn.zones);
  return opening.ok ? opening.value.at : now;
}

function wokenItem(
  subscription: Subscription,
  timer: Timer,
  contact: ContactProfile,
  leaver: Leaver | undefined,
  secret: string,
  now: number,
): WokenItem {
  const payload = timer.payload as unknown as WaitPayload;
  const outcome = leaver ? 'left_early' : 'due';
  const attempt = timer.attempt + 1;
  const wait: JsonObject = {
    id: timer.id,
    outcome,
    startedAt: new Date(payload.startedAt).toISOString(),
    dueAt: new Date(timer.dueAt).toISOString(),
    leftAt: new Date(now).toISOString(),
    zone: payload.zone,
    reasons: leaver ? [...leaver.reasons] : [...payload.reasons],
    attempt,
    redelivered: attempt > 1,
    ticket: signTicket(secret, subscription.key, timer.id, outcome),
    ...(leaver ? { leftBy: toEventTravelForm(leaver.event) } : {}),
  };
  return {
    outcome,
    json: { ...payload.item, contact: { ...keptContact(payload.item), ...toTravelForm(contact) }, wait },
  };
}

/** What the item's contact carries beyond the store's own keys, scores for example, stays on it. */
function keptContact(item: JsonObject): JsonObject {
  const { contact } = item;
  return typeof contact === 'object' && contact !== null && !Array.isArray(contact) ? contact : {};
}

/** The key with which a store signs the tickets of items that leave a wait. */
export function ticketSecret(tx: Transaction): Promise<string> {
  return tx.catalogue.secret('wait-ticket', () => randomBytes(32).toString('hex'));
}

function signTicket(
  secret: string,
  subscriptionKey: string,
  timerId: number,
  outcome: WokenItem['outcome'],
): string {
  const text = `${timerId}.${outcome}`;
  const signature = createHmac('sha256', secret).update(`${subscriptionKey} ${text}`).digest('base64url');
  return `${text}.${signature}`;
}

/** How each item may leave this wait, by its ticket; see {@link readTicket}. */
export function readTickets(
  store: Store,
  subscriptionKey: string,
  tickets: readonly unknown[],
): Promise<Array<WokenItem['outcome'] | null>> {
  return store.write(async (tx) => {
    const secret = await ticketSecret(tx);
    return tickets.map((ticket) => readTicket(secret, subscriptionKey, ticket));
  });
}

/**
 * Returns how the item may leave this wait, if its ticket was made by this very wait; null for an item that comes
 * to it. A ticket is taken off when it has been used, so that a loop waits again.
 */
function readTicket(secret: string, subscriptionKey: string, ticket: unknown): WokenItem['outcome'] | null {
  if (typeof ticket !== 'string') return null;
  const [id, outcome] = ticket.split('.');
  if (outcome !== 'due' && outcome !== 'left_early') return null;
  const expected = Buffer.from(signTicket(secret, subscriptionKey, Number(id), outcome));
  const given = Buffer.from(ticket);
  return given.length === expected.length && timingSafeEqual(given, expected) ? outcome : null;
}
