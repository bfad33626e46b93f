import type { CatalogueKind, Store } from '../store/port';

const PAGE = 50;

/** Contacts for somebody who looks for one: those whose e-mail or name holds `text`, fifty at a time. */
export function searchContacts(
  store: Store,
  text: string,
  afterId: number,
): Promise<{ contacts: Array<{ id: number; label: string }>; nextAfterId: number | null }> {
  return store.read(async (tx) => {
    const search = text.trim();
    const contacts = await tx.contacts.select({ limit: PAGE, afterId, ...(search === '' ? {} : { search }) });
    return {
      contacts: contacts.map((contact) => {
        const name = [contact.firstName, contact.lastName].filter((part) => part !== null).join(' ');
        const address = contact.email ?? contact.phone ?? contact.externalId ?? `contact ${contact.id}`;
        return { id: contact.id, label: name === '' ? address : `${name} (${address})` };
      }),
      nextAfterId: contacts.length === PAGE ? (contacts.at(-1)?.id ?? null) : null,
    };
  });
}

/** The names of one kind that the store has seen, for the editor to offer. */
export function namesSeen(store: Store, kind: CatalogueKind): Promise<string[]> {
  return store.read((tx) => tx.catalogue.list(kind));
}

/** How many of the events recorded last are looked through for the names of their properties. */
const LOOK_BACK = 1_000;

/** The names of the properties that the events recorded last have, in alphabetical order, for the editor to offer. */
export function eventPropertiesSeen(store: Store): Promise<string[]> {
  return store.read(async (tx) => {
    const changes = await tx.changes.latest(['event_recorded'], LOOK_BACK);
    const events = await tx.events.get(changes.flatMap(({ eventId }) => (eventId === null ? [] : [eventId])));
    const names = new Set<string>();
    for (const { properties } of events.values()) {
      for (const name of Object.keys(properties)) names.add(name);
    }
    return [...names].sort();
  });
}

/** The saved segments with how many contacts are in each, by name. */
export function segmentsSeen(store: Store): Promise<Array<{ name: string; size: number }>> {
  return store.read(async (tx) => (await tx.segments.list()).map(({ name, size }) => ({ name, size })));
}

/** The names of the experiments that contacts have been split for. */
export function experimentsSeen(store: Store): Promise<string[]> {
  return store.read(async (tx) => (await tx.experiments.list()).map(({ name }) => name));
}

/** The journeys with how many contacts are in each, by name. */
export function journeysSeen(store: Store): Promise<Array<{ name: string; size: number }>> {
  return store.read(async (tx) => {
    const [journeys, sizes] = await Promise.all([tx.journeys.list(), tx.journeys.sizes()]);
    return journeys.map(({ id, name }) => ({ name, size: sizes.get(id) ?? 0 }));
  });
}

/** The names of the saved score models. */
export function scoresSeen(store: Store): Promise<string[]> {
  return store.read(async (tx) => (await tx.scores.list()).map(({ name }) => name));
}
