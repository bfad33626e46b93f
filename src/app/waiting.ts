import { toTravelForm } from '../domain/contact/contact';
import { isJsonObject, type JsonObject } from '../domain/json';
import type { Store, Subscription, Timer, TimerQuery, Transaction } from '../store/port';
import { loadProfiles } from './profiles';

/** Which waiting contacts; every condition given must hold. */
export interface WaitingQuery {
  readonly workflowId?: string;
  /** The wait node's name as the workflow has it. */
  readonly nodeName?: string;
  readonly contactIds?: readonly number[];
  readonly ids?: readonly number[];
  readonly state?: Timer['state'];
  readonly limit: number;
}

const PAGE = 1_000;

/** Lists contacts that wait, are being delivered, or whose delivery failed, oldest first. */
export function listWaiting(store: Store, query: WaitingQuery): Promise<JsonObject[]> {
  return store.read(async (tx) => {
    const subscriptions = await matching(tx, query);
    const timers = await tx.timers.list({ ...timerQuery(query, subscriptions), limit: query.limit });
    const profiles = await loadProfiles(
      tx,
      timers.map(({ contactId }) => contactId),
    );
    return timers.map((timer) =>
      toListed(timer, subscriptions.get(timer.subscriptionId), profiles.get(timer.contactId)),
    );
  });
}

/** Lets contacts go at once, those whose delivery failed too; tells how many. */
export function releaseWaiting(
  store: Store,
  query: Omit<WaitingQuery, 'limit'>,
  now: number,
): Promise<number> {
  return forEachPage(store, query, (tx, ids) => tx.timers.release(ids, now));
}

/** Removes waits: these contacts never leave them. Tells how many. */
export function cancelWaiting(store: Store, query: Omit<WaitingQuery, 'limit'>): Promise<number> {
  return forEachPage(store, query, (tx, ids) => tx.timers.remove(ids));
}

async function forEachPage(
  store: Store,
  query: Omit<WaitingQuery, 'limit'>,
  act: (tx: Transaction, ids: number[]) => Promise<number>,
): Promise<number> {
  let total = 0;
  let afterId = 0;
  for (;;) {
    const [touched, last] = await store.write(async (tx): Promise<[number, number | null]> => {
      const subscriptions = await matching(tx, query);
      const timers = await tx.timers.list({ ...timerQuery(query, subscriptions), afterId, limit: PAGE });
      const ids = timers.filter(({ state }) => state !== 'delivering').map(({ id }) => id);
      const count = ids.length > 0 ? await act(tx, ids) : 0;
      return [count, timers.length === PAGE ? (timers.at(-1)?.id ?? null) : null];
    });
    total += touched;
    if (last === null) return total;
    afterId = last;
  }
}

async function matching(
  tx: Transaction,
  query: Omit<WaitingQuery, 'limit'>,
): Promise<Map<number, Subscription>> {
  const all = await tx.subscriptions.list();
  return new Map(
    all
      .filter(({ workflowId }) => query.workflowId === undefined || workflowId === query.workflowId)
      .filter(({ nodeName }) => query.nodeName === undefined || nodeName === query.nodeName)
      // Deliveries of a trigger are waits only when they failed; a date that lies ahead is nobody's wait.
      .map((subscription) => [subscription.id, subscription]),
  );
}

function timerQuery(
  query: Omit<WaitingQuery, 'limit'>,
  subscriptions: Map<number, Subscription>,
): Omit<TimerQuery, 'limit'> {
  const { contactIds, ids, state } = query;
  return {
    subscriptionIds: [...subscriptions.values()]
      .filter(({ kind }) => kind === 'wait' || state === 'failed')
      .map(({ id }) => id),
    ...(contactIds ? { contactIds } : {}),
    ...(ids ? { ids } : {}),
    ...(state ? { state } : {}),
  };
}

function toListed(
  timer: Timer,
  subscription: Subscription | undefined,
  profile: Parameters<typeof toTravelForm>[0] | undefined,
): JsonObject {
  const { startedAt, reasons, zone, item } = timer.payload;
  return {
    contact: profile ? toTravelForm(profile) : { id: timer.contactId },
    waiting: {
      id: timer.id,
      state: timer.state,
      workflowId: subscription?.workflowId ?? null,
      workflow: subscription?.workflowName ?? null,
      node: subscription?.nodeName ?? null,
      since: new Date(typeof startedAt === 'number' ? startedAt : timer.createdAt).toISOString(),
      dueAt: new Date(timer.dueAt).toISOString(),
      zone: typeof zone === 'string' ? zone : null,
      key: timer.dedupeKey,
      attempt: timer.attempt,
      error: timer.error,
      reasons: Array.isArray(reasons) ? reasons : [],
    },
    ...(isJsonObject(item) && isJsonObject(item.event) ? { event: item.event } : {}),
  };
}
