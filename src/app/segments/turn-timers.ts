import { isJsonObject, type JsonObject } from '../../domain/json';
import type { DueTimer, NewTimer, Transaction } from '../../store/port';
import { firstOf, type Turns } from './contact-walk';

/**
 * The moments at which time turns segments for a contact hang on one timer, which is due at the first of them: a row for
 * each contact and not for each of its segments.
 */
export const TURN_KEY = '';

/** The turns that a contact's timers hold; after a merge it may have several. */
export function turnsOf(timers: readonly Pick<DueTimer, 'payload'>[]): Turns {
  const turns = new Map<number, number>();
  for (const { payload } of timers) {
    for (const [id, at] of Object.entries(isJsonObject(payload.turns) ? payload.turns : {})) {
      if (typeof at === 'number') turns.set(Number(id), Math.min(at, turns.get(Number(id)) ?? Infinity));
    }
  }
  return turns;
}

/**
 * Gives contacts one timer for their turns. One that waits already is left alone if it is in time: what happens puts most
 * turns off ("no open in 60 days"), and a look in vain once a window costs less than a timer that moves at every event.
 */
export async function setTurns(
  tx: Transaction,
  subscriptionId: number,
  contacts: ReadonlyArray<{
    readonly contactId: number;
    readonly timers: readonly DueTimer[];
    readonly turns: Turns;
  }>,
  now: number,
): Promise<void> {
  const set: Array<NewTimer & { readonly id: number | null }> = [];
  const gone: number[] = [];
  for (const { contactId, timers, turns } of contacts) {
    const dueAt = firstOf(turns);
    const payload: JsonObject = { turns: Object.fromEntries(turns) };
    const [only, ...others] = timers;
    if (only && others.length === 0 && only.dueAt > now && isInTime(turnsOf([only]), turns)) continue;
    for (const { id, dedupeKey } of timers) if (dueAt === null || dedupeKey !== TURN_KEY) gone.push(id);
    if (dueAt === null) continue;
    const id = timers.find(({ dedupeKey }) => dedupeKey === TURN_KEY)?.id ?? null;
    set.push({
      id,
      contactId,
      dedupeKey: TURN_KEY,
      dueAt,
      sinceAt: 0,
      sinceEventId: null,
      watch: null,
      payload,
    });
  }
  if (gone.length > 0) await tx.timers.remove(gone);
  await tx.timers.replace(subscriptionId, set, now);
}

/** Whether a contact that is looked at at the moments of `present` is looked at in time for every turn. */
function isInTime(present: Turns, turns: Turns): boolean {
  for (const [id, at] of turns) if ((present.get(id) ?? Infinity) > at) return false;
  return true;
}
