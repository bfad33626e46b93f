import { setImmediate as nextTurn } from 'node:timers/promises';
import { CHANGE_KINDS, type ChangeKind } from '../../domain/change/change';
import type { Enrolment } from '../../domain/journey/enrolment';
import type { Store, Subscription, SubscriptionKey, Transaction } from '../../store/port';
import { chunks } from '../chunks';
import type { Upkeep } from '../listener';
import { loadFacts } from '../segments/load-facts';
import { nextBatch, type Batch } from '../segments/next-batch';
import { setTurns, turnsOf } from '../segments/turn-timers';
import { endStays } from './end-stays';
import { liveJourneys, type LiveJourneys } from './live-journeys';
import { walkStays, type JourneyOccasion, type WalkedEnd } from './walk-stays';

/** Contacts whose facts are read together. */
const PIECE = 500;
/** Contacts after which the event loop is free for others. */
const BREATH = 50;
/** Stays that are looked at in one transaction when a definition is new. */
const PAGE = 1_000;
/** How old the note may become that a process keeps the journeys of this store, in milliseconds. */
const REOPEN_AFTER = 86_400_000;

/** Under what the store keeps how far its journeys are maintained; it is there as soon as there is a journey. */
export const JOURNEY_UPKEEP: SubscriptionKey = {
  key: 'journeys',
  kind: 'journeys',
  workflowId: '',
  workflowName: '',
  nodeName: 'Journeys',
};

/** The kinds of change that may end a stay. Segments are judged by their rules. */
const KINDS: readonly ChangeKind[] = CHANGE_KINDS.filter(
  (kind) => kind !== 'contact_deleted' && kind !== 'segment_entered' && kind !== 'segment_left',
);

/** Ends stays in journeys as soon as the goal is reached, the exit rule holds or the longest stay is over. */
export const journeyUpkeep: Upkeep = {
  async state(tx) {
    const subscription = await tx.subscriptions.get(JOURNEY_UPKEEP.key);
    if (!subscription) return { isBehind: false, nextAt: null };
    const [last, nextAt, journeys] = await Promise.all([
      tx.changes.lastSequence(),
      tx.timers.nextLook([subscription.id]),
      tx.journeys.list(),
    ]);
    const isUnseeded = journeys.some(({ seededTo }) => seededTo !== null);
    return { isBehind: subscription.cursor < last || isUnseeded, nextAt };
  },
  next: maintainJourneysOnce,
  // The pump tries again; a store that cannot be written says so to everybody who uses it.
  report: () => {},
};

/** Does everything that is to be done at a moment, so that what is read of journeys then is right. */
export async function maintainJourneys(store: Store, now: number): Promise<void> {
  for (;;) {
    const { isBehind, nextAt } = await store.read((tx) => journeyUpkeep.state(tx, now));
    if (!isBehind && (nextAt === null || nextAt > now)) return;
    await store.write((tx) => maintainJourneysOnce(tx, now), { isDerived: true });
  }
}

/**
 * Takes the next changes of the log and the stays whose time has come, in the order of time, and ends those that are over
 * as of the moment at which they were. Everything is done in the transaction that moves the cursor: once, in order,
 * whichever process does it. What it logs itself is looked at by the next one, for a goal may be another journey's.
 */
export async function maintainJourneysOnce(tx: Transaction, now: number): Promise<void> {
  const subscription = await tx.subscriptions.get(JOURNEY_UPKEEP.key);
  if (!subscription) return;
  if (now - subscription.openedAt >= REOPEN_AFTER) await tx.subscriptions.open(JOURNEY_UPKEEP, {}, now);
  const [live, { batch, isMoreLogged, last }] = await Promise.all([
    liveJourneys(tx),
    nextBatch(tx, subscription, KINDS, 0, now),
  ]);
  const occasions = occasionsOf(batch, live);
  for (const { contactId } of batch.ripe) if (!occasions.has(contactId)) occasions.set(contactId, []);
  await judgeStays(tx, subscription, live, occasions, batch.until, now);
  const cursor = isMoreLogged ? (batch.changes.at(-1)?.sequence ?? subscription.cursor) : last;
  await tx.subscriptions.advance(subscription.id, cursor);
  if (!isMoreLogged) await seedStays(tx, subscription, live, now);
}

function occasionsOf({ changes, moments, until }: Batch, live: LiveJourneys): Map<number, JourneyOccasion[]> {
  const occasions = new Map<number, JourneyOccasion[]>();
  changes.forEach((change, index) => {
    const journeys = live.touchedBy(change);
    if (journeys.size === 0) return;
    const own = occasions.get(change.contactId);
    const occasion = { at: moments[index] ?? until, change, journeys };
    if (own) own.push(occasion);
    else occasions.set(change.contactId, [occasion]);
  });
  return occasions;
}

/** Judges the active stays of contacts at what happened to them, and ends those that are over. */
async function judgeStays(
  tx: Transaction,
  subscription: Subscription,
  live: LiveJourneys,
  occasions: ReadonlyMap<number, readonly JourneyOccasion[]>,
  until: number,
  now: number,
): Promise<void> {
  const ends: WalkedEnd[] = [];
  for (const contactIds of chunks([...occasions.keys()], PIECE)) {
    const [stays, timers] = await Promise.all([
      tx.enrolments.active(contactIds),
      tx.timers.ofContacts(subscription.id, contactIds),
    ]);
    if (stays.length + timers.length === 0) continue;
    const staysOf = Map.groupBy(stays, ({ contactId }) => contactId);
    const timersOf = Map.groupBy(timers, ({ contactId }) => contactId);
    const earliest = Math.min(
      until,
      ...timers.map(({ dueAt }) => dueAt),
      ...contactIds.flatMap((id) => occasions.get(id)?.[0]?.at ?? []),
    );
    const asked = new Map([...staysOf].map(([id, own]) => [id, needsOf(own, live)]));
    const facts = await loadFacts(tx, asked, earliest, { judgedOnly: true });
    const turned: Array<Parameters<typeof setTurns>[2][number]> = [];
    let count = 0;
    for (const contactId of contactIds) {
      const own = timersOf.get(contactId) ?? [];
      const known = facts.get(contactId);
      if (!known && own.length === 0) continue;
      const walked = known
        ? walkStays(
            staysOf.get(contactId) ?? [],
            occasions.get(contactId) ?? [],
            turnsOf(own),
            known,
            live,
            until,
          )
        : { ends: [], turns: new Map<number, number>() };
      ends.push(...walked.ends);
      turned.push({ contactId, timers: own, turns: walked.turns });
      if (++count % BREATH === 0) await nextTurn();
    }
    await setTurns(tx, subscription.id, turned, now);
  }
  await endStays(
    tx,
    ends.map(({ stay, live: { journey }, at, end }) => ({
      enrolment: stay,
      journey: journey.name,
      at,
      end,
    })),
    now,
  );
}

function needsOf(stays: readonly Enrolment[], { byId }: LiveJourneys) {
  return [...new Set(stays.map(({ journeyId }) => journeyId))].flatMap((id) => byId.get(id)?.needs ?? []);
}

/** Judges the next page of stays in a journey whose definition is new. */
async function seedStays(
  tx: Transaction,
  subscription: Subscription,
  live: LiveJourneys,
  now: number,
): Promise<void> {
  const journey = (await tx.journeys.list()).find(({ seededTo }) => seededTo !== null);
  if (!journey) return;
  const page = await tx.enrolments.select({
    journeyIds: [journey.id],
    state: 'active',
    afterId: journey.seededTo ?? 0,
    limit: PAGE,
  });
  const occasion = [{ at: now, change: null, journeys: new Set([journey.id]) }];
  const occasions = new Map(page.map(({ contactId }) => [contactId, occasion]));
  await judgeStays(tx, subscription, live, occasions, now, now);
  await tx.journeys.seed(journey.id, page.length < PAGE ? null : (page.at(-1)?.id ?? null));
}
