import type { ContactProfile } from '../domain/contact/contact';
import type { StoredEvent } from '../domain/event/event';
import type { Problem } from '../domain/problem';
import type { Store, Transaction } from '../store/port';
import { chunks } from './chunks';
import { findContacts, type ContactReference } from './find-contacts';
import { UNKNOWN_CONTACT } from './find-profiles';
import { loadProfiles } from './profiles';

/** Which events; every condition given must hold. */
export interface EventFilter {
  /** Types, or beginnings followed by `*`; none means every type. */
  readonly types: readonly string[];
  /** Epoch milliseconds UTC: from the first on, before the second. */
  readonly from: number | null;
  readonly before: number | null;
  /** At most so many events of each request; null: all of them. */
  readonly limit: number | null;
}

/** The events of one contact, or of everybody (`contact: null`). */
export interface EventListRequest extends EventFilter {
  readonly contact: ContactReference | null;
}

/** The events that fit, the newest first, each with its contact as it is now. */
export type EventListResult =
  | {
      readonly outcome: 'listed';
      readonly events: ReadonlyArray<{ readonly event: StoredEvent; readonly contact: ContactProfile }>;
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/** Lists events for each request, in order. Requests that differ in their contact only are answered together. */
export function listEvents(store: Store, requests: readonly EventListRequest[]): Promise<EventListResult[]> {
  return store.read(async (tx) => {
    const contacts = await findContacts(
      tx,
      requests.map(({ contact }) => contact ?? { id: null, identifiers: [] }),
    );
    const found = new Map<string, Answer>();
    const alike = Map.groupBy(requests.keys(), (index) => filterKey(requests[index]));
    for (const [key, indexes] of alike) {
      const [first] = indexes;
      const filter = first === undefined ? undefined : requests[first];
      if (!filter) continue;
      const ids = indexes.flatMap((index) => contacts[index] ?? []);
      found.set(key, await answer(tx, filter, filter.contact === null ? null : ids));
    }
    return requests.map((request, index): EventListResult => {
      const id = contacts[index] ?? null;
      if (request.contact !== null && id === null) return { outcome: 'refused', problems: [UNKNOWN_CONTACT] };
      const { events, profiles } = found.get(filterKey(request)) ?? NOTHING;
      return {
        outcome: 'listed',
        events: (events.get(id) ?? []).flatMap((event) => {
          const contact = profiles.get(event.contactId);
          return contact ? [{ event, contact }] : [];
        }),
      };
    });
  });
}

/** Events by the contact they were asked for; under null those of everybody. */
interface Answer {
  readonly events: ReadonlyMap<number | null, readonly StoredEvent[]>;
  readonly profiles: ReadonlyMap<number, ContactProfile>;
}

const NOTHING: Answer = { events: new Map(), profiles: new Map() };

async function answer(tx: Transaction, filter: EventFilter, ids: readonly number[] | null): Promise<Answer> {
  const { types, from, before } = filter;
  const limit = filter.limit ?? Number.MAX_SAFE_INTEGER;
  const conditions = {
    types,
    ...(from === null ? {} : { occurredAfter: from }),
    ...(before === null ? {} : { occurredBefore: before }),
  };
  if (ids === null) {
    const events = await tx.events.select({ ...conditions, limit });
    const profiles = await loadProfiles(
      tx,
      events.map(({ contactId }) => contactId),
    );
    return { events: new Map([[null, events]]), profiles };
  }
  const events: StoredEvent[] = [];
  for (const contactIds of chunks([...new Set(ids)])) {
    const some = await tx.events.select({
      ...conditions,
      contactIds,
      limitEach: limit,
      limit: Number.MAX_SAFE_INTEGER,
    });
    for (const event of some) events.push(event);
  }
  return { events: Map.groupBy(events, ({ contactId }) => contactId), profiles: await loadProfiles(tx, ids) };
}

function filterKey(request: EventListRequest | undefined): string {
  if (!request) return '';
  const { types, from, before, limit, contact } = request;
  return JSON.stringify([types, from, before, limit, contact === null]);
}
