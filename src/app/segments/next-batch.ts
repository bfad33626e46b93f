import type { Change, ChangeKind } from '../../domain/change/change';
import type { Subscription, Timer, Transaction } from '../../store/port';

/** Changes, and contacts whose time has come, that are looked at in one transaction. */
const AT_ONCE = 1_000;

/** Changes and timers that are looked at together. */
export interface Batch {
  /** Everything up to this moment is done in this batch. */
  readonly until: number;
  /** Nobody is judged as of an earlier moment. */
  readonly floor: number;
  readonly changes: readonly Change[];
  /** As of when each change counts. */
  readonly moments: readonly number[];
  /** The timers that are due. */
  readonly ripe: readonly Timer[];
}

/** The next batch of an upkeep, and what comes after it. */
export interface NextBatch {
  readonly batch: Batch;
  readonly isMoreLogged: boolean;
  readonly isMoreRipe: boolean;
  /** The last change of the log when the batch was read. */
  readonly last: number;
}

/**
 * Returns the next changes after a subscription's cursor and its timers that are due, in the order of time: as much of
 * them as is known to be complete. Nobody is to be judged as of a moment before `floor`.
 */
export async function nextBatch(
  tx: Transaction,
  { id, cursor }: Subscription,
  kinds: readonly ChangeKind[],
  floor: number,
  now: number,
): Promise<NextBatch> {
  const [changes, ripe, last] = await Promise.all([
    tx.changes.after(cursor, kinds, AT_ONCE),
    tx.timers.ripe(id, now, AT_ONCE),
    tx.changes.lastSequence(),
  ]);
  const batch = inOrder(changes, ripe, floor, Math.max(now, floor));
  return {
    batch,
    isMoreLogged: batch.changes.length < changes.length || changes.length === AT_ONCE,
    isMoreRipe: ripe.length === AT_ONCE,
    last,
  };
}

/** As much of what was read as is known to be complete: nothing that was not read belongs before its end. */
function inOrder(changes: readonly Change[], ripe: readonly Timer[], floor: number, now: number): Batch {
  const moments: number[] = [];
  for (const change of changes) moments.push(Math.max(moments.at(-1) ?? floor, Math.min(change.at, now)));
  const until = Math.min(
    changes.length < AT_ONCE ? now : (moments.at(-1) ?? now),
    ripe.length < AT_ONCE ? now : Math.max(ripe.at(-1)?.dueAt ?? now, floor),
  );
  const count = moments.filter((at) => at <= until).length;
  return {
    until,
    floor,
    changes: changes.slice(0, count),
    moments: moments.slice(0, count),
    ripe: ripe.filter(({ dueAt }) => dueAt <= until),
  };
}
