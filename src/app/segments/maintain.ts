import { CHANGE_KINDS, type ChangeKind } from '../../domain/change/change';
import type { Store, Subscription, SubscriptionKey, Transaction } from '../../store/port';
import type { Upkeep } from '../listener';
import { judgeBatch } from './judge-batch';
import { liveRules } from './live-rules';
import { nextBatch } from './next-batch';
import { refreshSegment } from './refresh-segment';
import { seedTurns } from './seed-turns';

/**
 * How long the pump lets turns gather, in milliseconds; each is made as of its own moment. In a store of a million one is
 * due every few milliseconds, and a transaction for each would keep the process busy for nothing else.
 */
const GATHER = 250;
/** How far a clock may be set back before it is taken for one that had run ahead by mistake, in milliseconds. */
const LONGEST_SETBACK = 31 * 86_400_000;
/** How old the note may become that a process keeps the segments of this store, in milliseconds. */
const REOPEN_AFTER = 86_400_000;

/** Under what the store keeps how far its segments are maintained; it is there as soon as there is a segment. */
export const UPKEEP: SubscriptionKey = {
  key: 'segments',
  kind: 'segments',
  workflowId: '',
  workflowName: '',
  nodeName: 'Segments',
};

/** The kinds of change that may let somebody enter or leave a segment. */
const KINDS: readonly ChangeKind[] = CHANGE_KINDS.filter(
  (kind) =>
    kind !== 'contact_deleted' &&
    kind !== 'segment_entered' &&
    kind !== 'segment_left' &&
    kind !== 'score_crossed',
);

/** The highest moment as of which anybody was judged. Nobody is judged as of an earlier one, so that a clock set back repeats nothing. */
export function judgedTo({ definition }: Subscription): number {
  return typeof definition.judgedTo === 'number' ? definition.judgedTo : 0;
}

/** Whether there is anything to do for {@link maintainOnce}, and when the next timer is due. */
async function upkeepState(tx: Transaction, now: number) {
  const subscription = await tx.subscriptions.get(UPKEEP.key);
  if (!subscription) return { isBehind: false, nextAt: null, unseededSince: null };
  const [last, nextAt, unseededSince] = await Promise.all([
    tx.changes.lastSequence(),
    tx.timers.nextLook([subscription.id]),
    tx.segments.unseededSince(),
  ]);
  const isBehind = subscription.cursor < last || hadRunAhead(subscription, now);
  return { isBehind, nextAt, unseededSince };
}

/** Whether somebody was judged as of a moment so far ahead that the clock must have been wrong. */
function hadRunAhead(subscription: Subscription, now: number): boolean {
  return judgedTo(subscription) - now > LONGEST_SETBACK;
}

/** Lets contacts enter and leave the saved segments as soon as they do; who is in them is right at every moment. */
export const segmentUpkeep: Upkeep = {
  async state(tx, now) {
    const { isBehind, nextAt, unseededSince } = await upkeepState(tx, now);
    return {
      isBehind: isBehind || unseededSince !== null,
      nextAt: nextAt === null ? null : Math.ceil(nextAt / GATHER) * GATHER,
    };
  },
  next: maintainOnce,
  // The pump tries again; a store that cannot be written says so to everybody who uses it.
  report: () => {},
};

/**
 * Does everything that is to be done at a moment, so that the members read then are right. Until it is known for everybody
 * when time will turn a new definition, which takes a minute in a store of a million, they are right as of the moment at
 * which it was saved: that may be so long ago as `freshFor` says, in milliseconds.
 */
export async function maintain(store: Store, now: number, freshFor = 0): Promise<void> {
  for (;;) {
    const { isBehind, nextAt, unseededSince } = await store.read((tx) => upkeepState(tx, now));
    const isFresh = unseededSince === null || unseededSince >= now - freshFor;
    if (!isBehind && (nextAt === null || nextAt > now) && isFresh) return;
    await store.write((tx) => maintainOnce(tx, now), { isDerived: true });
  }
}

/**
 * Takes the next changes of the log and the contacts whose time has come, in the order of time, and lets each enter and
 * leave segments as of the moment at which it became so; tells whether there is more to do. Everything is done in the
 * transaction that moves the cursor: once, in order, whichever process does it.
 */
export async function maintainOnce(tx: Transaction, now: number): Promise<boolean> {
  const subscription = await tx.subscriptions.get(UPKEEP.key);
  if (!subscription) return false;
  if (now - subscription.openedAt >= REOPEN_AFTER) await tx.subscriptions.open(UPKEEP, {}, now);
  const floor = judgedTo(subscription);
  const [segments, models, { batch, isMoreLogged, isMoreRipe, last }] = await Promise.all([
    tx.segments.list(),
    tx.scores.list(),
    nextBatch(tx, subscription, KINDS, floor, now),
  ]);
  const rules = liveRules(segments, models);
  if (hadRunAhead(subscription, now)) {
    // Else nothing would turn until the clock has come that far again: years, after a machine that started in 2036.
    for (const { name } of rules.all) await refreshSegment(tx, rules, name, now, 'later');
    await tx.subscriptions.define(subscription.id, { ...subscription.definition, judgedTo: now });
    return true;
  }
  const judgedAt = await judgeBatch(tx, subscription.id, rules, batch, now);

  // What this very transaction logged is of no concern to segments.
  const cursor = isMoreLogged
    ? (batch.changes.at(-1)?.sequence ?? subscription.cursor)
    : judgedAt === null
      ? last
      : await tx.changes.lastSequence();
  const hasMoved = judgedAt !== null && judgedAt > floor;
  await Promise.all([
    tx.subscriptions.advance(subscription.id, cursor),
    hasMoved
      ? tx.subscriptions.define(subscription.id, { ...subscription.definition, judgedTo: judgedAt })
      : null,
  ]);
  if (isMoreLogged || isMoreRipe) return true;
  return seedTurns(tx, subscription, rules, segments, now);
}
