import type { ContactProfile } from '../domain/contact/contact';
import { cleanText, toJsonObject, type JsonObject } from '../domain/json';
import type { Problem, Reading } from '../domain/problem';
import type { DeliveryHours } from '../domain/schedule/delivery-window';
import type { WaitPlan } from '../domain/schedule/wait';
import type { ZoneDecision } from '../domain/schedule/zone';
import type { NewTimer, Store, Subscription, SubscriptionKey, Transaction } from '../store/port';
import { writeBatch, type BatchPolicy } from './all-or-nothing';
import { chunks } from './chunks';
import { findContacts, type ContactReference } from './find-contacts';
import { UNKNOWN_CONTACT } from './find-profiles';
import { noteSegments, unknownSegment } from './leave-by-segment';
import { findLeavers, watchedBy, type Leaver, type LeaveRule } from './leave-early';
import { loadProfiles } from './profiles';

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

/** In which hours, and by which clocks, a contact may go on. */
export interface OpenHours {
  readonly hours: DeliveryHours;
  readonly zones: Pick<ZoneDecision, 'zone' | 'quietZones'>;
}

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
  | (Leaver & {
      readonly outcome: 'left_early';
      readonly contact: ContactProfile;
      readonly plan: WaitPlan;
    })
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
    const unknown = await noteSegments(
      tx,
      subscription,
      requests.flatMap(({ leaveOn }) => leaveOn),
    );
    const results: WaitResult[] = [];
    for (const piece of chunks(requests, PARK_CHUNK)) {
      for (const result of await parkPiece(tx, subscription, piece, unknown, now)) results.push(result);
    }
    return results;
  });
}

async function parkPiece(
  tx: Transaction,
  subscription: Subscription,
  requests: readonly WaitRequest[],
  unknown: ReadonlySet<string>,
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
    decide(request, profiles.get(ids[index] ?? -1), unknown),
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

function decide(
  request: WaitRequest,
  contact: ContactProfile | undefined,
  unknown: ReadonlySet<string>,
): WaitResult {
  if (!contact) {
    return { outcome: 'refused', problems: [UNKNOWN_CONTACT] };
  }
  const missing = request.leaveOn.flatMap((rule) =>
    'segment' in rule && unknown.has(rule.segment) ? [unknownSegment(rule.segment)] : [],
  );
  if (missing.length > 0) return { outcome: 'refused', problems: missing };
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
    dedupeKey: request.again === 'both' ? null : dedupeKeyOf(request),
    dueAt: plan.dueAt,
    sinceAt,
    sinceEventId,
    watch: request.leaveOn.length > 0 ? watchedBy(request.leaveOn) : null,
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

/** Another stay in a journey is another wait: that of the stay before is on its way out. */
function dedupeKeyOf({ key, leaveOn }: WaitRequest): string {
  const stay = leaveOn.find((rule) => 'enrolmentId' in rule);
  const own = cleanText(key);
  return stay ? `${own}${own === '' ? '' : ' '}journey:${stay.enrolmentId}` : own;
}

/** From when on events let an item go early: from the event that started it, or from now. */
function since({ startedBy }: WaitRequest, now: number) {
  return { sinceAt: startedBy?.occurredAt ?? now, sinceEventId: startedBy?.id ?? null };
}

/** What a wait keeps of an item while it waits. */
export interface WaitPayload {
  readonly item: JsonObject;
  readonly leaveOn: readonly LeaveRule[];
  readonly reasons: readonly string[];
  readonly zone: string;
  readonly startedAt: number;
  readonly openIn?: OpenHours;
  /** Under which name the item tells of it: as a wait, unless something else holds it. */
  readonly toldAs?: 'wait' | 'hold';
}
