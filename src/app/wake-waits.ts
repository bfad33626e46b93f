import { toTravelForm, type ContactProfile } from '../domain/contact/contact';
import type { JsonObject } from '../domain/json';
import { nextOpening } from '../domain/schedule/next-opening';
import type { Subscription, Timer, Transaction } from '../store/port';
import { findLeavers, leftBy, type Leaver } from './leave-early';
import type { Prepared } from './listener';
import type { WaitPayload } from './park-waits';
import { loadProfiles } from './profiles';
import { signTicket, ticketSecret, type WokenOutcome } from './wait-ticket';

/** From how late on a contact is late enough for its delivery hours to be looked at again, in milliseconds. */
const LATE = 60_000;

/** A contact whose wait is over, as it is delivered. */
export interface WokenItem {
  readonly outcome: WokenOutcome;
  readonly json: JsonObject;
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
    ...(leaver ? { leftBy: leftBy(leaver) } : {}),
  };
  return {
    outcome,
    json: {
      ...payload.item,
      contact: { ...keptContact(payload.item), ...toTravelForm(contact) },
      [payload.toldAs ?? 'wait']: wait,
    },
  };
}

/** What the item's contact carries beyond the store's own keys, scores for example, stays on it. */
function keptContact(item: JsonObject): JsonObject {
  const { contact } = item;
  return typeof contact === 'object' && contact !== null && !Array.isArray(contact) ? contact : {};
}
