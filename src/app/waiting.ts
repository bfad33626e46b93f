import { toTravelForm, type ContactProfile } from '../domain/contact/contact';
import { isJsonObject, type JsonObject, type JsonValue } from '../domain/json';
import type { Problem } from '../domain/problem';
import type { Store, Subscription, Timer, TimerQuery, Transaction } from '../store/port';
import { RefusedRequest, type BatchPolicy } from './all-or-nothing';
import { findContacts, type ContactReference } from './find-contacts';
import { UNKNOWN_CONTACT } from './find-profiles';
import { loadProfiles } from './profiles';

/** Which waiting contacts; every condition given must hold. */
export interface WaitingFilter {
  readonly workflowId?: string;
  /** The wait node's name as the workflow has it. */
  readonly nodeName?: string;
  readonly contactIds?: readonly number[];
  readonly ids?: readonly number[];
  /** Failed deliveries of triggers are told of where `failed` is asked for; by default only waits are. */
  readonly state?: Timer['state'];
}

/** {@link WaitingFilter}, and how many at most. */
export interface WaitingQuery extends WaitingFilter {
  readonly limit: number;
}

const PAGE = 1_000;

/** Lists contacts that wait, are being delivered, or whose delivery failed, oldest first. */
export function listWaiting(store: Store, query: WaitingQuery): Promise<JsonObject[]> {
  return store.read(async (tx) => {
    const subscriptions = await matching(tx, query);
    const listed: JsonObject[] = [];
    for (let afterId = 0; listed.length < query.limit;) {
      const limit = Math.min(PAGE, query.limit - listed.length);
      const timers = await tx.timers.list({ ...timerQuery(query, subscriptions), afterId, limit });
      const profiles = await loadProfiles(
        tx,
        timers.map(({ contactId }) => contactId),
      );
      for (const timer of timers) {
        const contact = profiles.get(timer.contactId);
        listed.push(toListed(timer, subscriptions.get(timer.subscriptionId), contact));
      }
      if (timers.length < limit) break;
      afterId = timers.at(-1)?.id ?? afterId;
    }
    return listed;
  });
}

/** Lets contacts go at once, those whose delivery failed too; tells how many. */
export async function releaseWaiting(store: Store, filter: WaitingFilter, now: number): Promise<number> {
  return total(await endWaits(store, 'release', filter, now));
}

/** Removes waits: these contacts never leave them. Tells how many. */
export async function cancelWaiting(store: Store, filter: WaitingFilter): Promise<number> {
  return total(await endWaits(store, 'cancel', filter, 0));
}

/** The waits of one contact (null: of everybody who fits) that are to end, or are asked for. */
export interface WaitingRequest {
  readonly contact: ContactReference | null;
  readonly filter: Omit<WaitingFilter, 'contactIds'>;
}

/** How many waits a request ended. What travels in a delivery at this moment has left already and is not counted. */
export type EndedWaits =
  | { readonly outcome: 'released' | 'cancelled' | 'unchanged'; readonly count: number }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/**
 * Ends waits: `release` lets the contacts go at once, failed ones too, `cancel` removes the waits. Requests that differ
 * in their contact only are carried out together, a thousand waits in each transaction. With `allOrNothing` an unknown
 * contact throws a RefusedRequest before any wait ends.
 */
export async function endWaitsOf(
  store: Store,
  action: 'release' | 'cancel',
  requests: readonly WaitingRequest[],
  now: number,
  { allOrNothing }: BatchPolicy,
): Promise<EndedWaits[]> {
  const ids = await contactIdsOf(store, requests);
  const unknown = requests.findIndex(
    ({ contact }, index) => contact !== null && (ids[index] ?? null) === null,
  );
  if (allOrNothing && unknown !== -1) throw new RefusedRequest(unknown, [UNKNOWN_CONTACT]);
  const counts = new Map<string, ReadonlyMap<number, number>>();
  const alike = Map.groupBy(requests.keys(), (index) => filterKey(requests[index]));
  for (const [key, indexes] of alike) {
    const request = requests[indexes[0] ?? 0];
    if (!request) continue;
    const contactIds = indexes.flatMap((index) => ids[index] ?? []);
    const filter = request.contact === null ? request.filter : { ...request.filter, contactIds };
    counts.set(key, await endWaits(store, action, filter, now));
  }
  const done = action === 'release' ? 'released' : 'cancelled';
  return requests.map((request, index): EndedWaits => {
    const id = ids[index] ?? null;
    if (request.contact !== null && id === null) return { outcome: 'refused', problems: [UNKNOWN_CONTACT] };
    const ended = counts.get(filterKey(request)) ?? new Map<number, number>();
    const count = id === null ? total(ended) : (ended.get(id) ?? 0);
    return { outcome: count > 0 ? done : 'unchanged', count };
  });
}

/** What waits for one request, as `listWaiting` tells it. */
export type ListedWaits =
  | { readonly outcome: 'listed'; readonly waits: readonly JsonObject[] }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/** Lists for each request at most `limit` waits, oldest first. Requests that differ in their contact only are answered together. */
export async function listWaitingOf(
  store: Store,
  requests: ReadonlyArray<WaitingRequest & { readonly limit: number }>,
): Promise<ListedWaits[]> {
  const ids = await contactIdsOf(store, requests);
  const listed = new Map<string, JsonObject[]>();
  const alike = Map.groupBy(requests.keys(), (index) => filterKey(requests[index]));
  for (const [key, indexes] of alike) {
    const request = requests[indexes[0] ?? 0];
    if (!request) continue;
    const contactIds = indexes.flatMap((index) => ids[index] ?? []);
    const query =
      request.contact === null
        ? { ...request.filter, limit: Math.max(...indexes.map((index) => requests[index]?.limit ?? 0)) }
        : { ...request.filter, contactIds, limit: Number.MAX_SAFE_INTEGER };
    listed.set(key, await listWaiting(store, query));
  }
  const byContact = new Map(
    [...listed].map(([key, waits]) => [key, Map.groupBy(waits, ({ contact }) => contactIdOf(contact))]),
  );
  return requests.map((request, index): ListedWaits => {
    const id = ids[index] ?? null;
    if (request.contact !== null && id === null) return { outcome: 'refused', problems: [UNKNOWN_CONTACT] };
    const key = filterKey(request);
    const waits = id === null ? listed.get(key) : byContact.get(key)?.get(id);
    return { outcome: 'listed', waits: (waits ?? []).slice(0, request.limit) };
  });
}

function contactIdOf(contact: JsonValue | undefined): number {
  return isJsonObject(contact) ? Number(contact.id) : 0;
}

/** The contact of each request; null where it names none, or one that the store does not have. */
function contactIdsOf(store: Store, requests: readonly WaitingRequest[]): Promise<Array<number | null>> {
  return store.read((tx) =>
    findContacts(
      tx,
      requests.map(({ contact }) => contact ?? { id: null, identifiers: [] }),
    ),
  );
}

function filterKey(request: WaitingRequest | undefined): string {
  return request ? JSON.stringify([request.contact === null, request.filter]) : '';
}

/** Ends the waits that fit, and tells how many of each contact. */
async function endWaits(
  store: Store,
  action: 'release' | 'cancel',
  filter: WaitingFilter,
  now: number,
): Promise<Map<number, number>> {
  const counts = new Map<number, number>();
  for (let afterId: number | null = 0; afterId !== null;) {
    const after: number = afterId;
    const { ended, last } = await store.write(async (tx) => {
      const subscriptions = await matching(tx, filter);
      const query = { ...timerQuery(filter, subscriptions), afterId: after, limit: PAGE };
      const timers = await tx.timers.list(query);
      const ended = timers.filter(({ state }) => state !== 'delivering');
      const ids = ended.map(({ id }) => id);
      if (ids.length > 0) await (action === 'release' ? tx.timers.release(ids, now) : tx.timers.remove(ids));
      return { ended, last: timers.length === PAGE ? (timers.at(-1)?.id ?? null) : null };
    });
    for (const { contactId } of ended) counts.set(contactId, (counts.get(contactId) ?? 0) + 1);
    afterId = last;
  }
  return counts;
}

function total(counts: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

async function matching(tx: Transaction, filter: WaitingFilter): Promise<Map<number, Subscription>> {
  const all = await tx.subscriptions.list();
  return new Map(
    all
      .filter(({ workflowId }) => filter.workflowId === undefined || workflowId === filter.workflowId)
      .filter(({ nodeName }) => filter.nodeName === undefined || nodeName === filter.nodeName)
      // Deliveries of a trigger are waits only when they failed; a date that lies ahead is nobody's wait.
      .map((subscription) => [subscription.id, subscription]),
  );
}

function timerQuery(
  { contactIds, ids, state }: WaitingFilter,
  subscriptions: Map<number, Subscription>,
): Omit<TimerQuery, 'limit'> {
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
  profile: ContactProfile | undefined,
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
