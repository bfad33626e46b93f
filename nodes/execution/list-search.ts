import type { ILoadOptionsFunctions, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';
import {
  eventPropertiesSeen,
  experimentsSeen,
  journeysSeen,
  scoresSeen,
  namesSeen,
  searchContacts as search,
  segmentsSeen,
} from '../../src/app/browse';
import { LIFECYCLE_STAGES } from '../../src/domain/contact/contact';
import type { CatalogueKind } from '../../src/store/port';
import { openContactStore } from './open-contact-store';

/** Contacts to choose from, by part of their e-mail or name. */
export async function searchContacts(
  this: ILoadOptionsFunctions,
  filter?: string,
  paginationToken?: string,
): Promise<INodeListSearchResult> {
  const { store } = await openContactStore(this);
  const found = await search(store, filter ?? '', Number(paginationToken ?? 0));
  return {
    results: found.contacts.map(({ id, label }) => ({ name: label, value: String(id) })),
    ...(found.nextAfterId === null ? {} : { paginationToken: String(found.nextAfterId) }),
  };
}

/** A search over names the store has seen of one kind. */
export function searchNames(kind: CatalogueKind) {
  return async function (this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
    const { store } = await openContactStore(this);
    const names = await namesSeen(store, kind);
    return offer(
      names.map((name) => ({ name, value: name })),
      filter,
    );
  };
}

/** Names the store has seen of one kind, as options of a multi-select. */
export function loadNames(kind: CatalogueKind) {
  return async function (this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
    const { store } = await openContactStore(this);
    return (await namesSeen(store, kind)).map((name) => ({ name, value: name }));
  };
}

/** The saved segments, each with how many contacts are in it. */
export async function searchSegments(
  this: ILoadOptionsFunctions,
  filter?: string,
): Promise<INodeListSearchResult> {
  const { store } = await openContactStore(this);
  const segments = await segmentsSeen(store);
  return offer(
    segments.map(({ name, size }) => ({ name: sizedName(name, size), value: name })),
    filter,
  );
}

/** The saved segments as options of a multi-select, each with how many contacts are in it. */
export async function loadSegments(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const { store } = await openContactStore(this);
  const segments = await segmentsSeen(store);
  return segments.map(({ name, size }) => ({ name: sizedName(name, size), value: name }));
}

/** The journeys as options of a multi-select, each with how many contacts are in it. */
export async function loadJourneys(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const { store } = await openContactStore(this);
  const journeys = await journeysSeen(store);
  return journeys.map(({ name, size }) => ({ name: sizedName(name, size), value: name }));
}

function sizedName(name: string, size: number): string {
  return `${name} (${size === 1 ? '1 contact' : `${size.toLocaleString('en-US')} contacts`})`;
}

/** The journeys that contacts have entered, each with how many are in it. */
export async function searchJourneys(
  this: ILoadOptionsFunctions,
  filter?: string,
): Promise<INodeListSearchResult> {
  const { store } = await openContactStore(this);
  const journeys = await journeysSeen(store);
  return offer(
    journeys.map(({ name, size }) => ({ name: sizedName(name, size), value: name })),
    filter,
  );
}

/** The saved score models. */
export async function searchScores(
  this: ILoadOptionsFunctions,
  filter?: string,
): Promise<INodeListSearchResult> {
  const { store } = await openContactStore(this);
  const names = await scoresSeen(store);
  return offer(
    names.map((name) => ({ name, value: name })),
    filter,
  );
}

/** The saved score models as options of a multi-select. */
export async function loadScores(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const { store } = await openContactStore(this);
  return (await scoresSeen(store)).map((name) => ({ name, value: name }));
}

/** The split tests that have begun. */
export async function searchExperiments(
  this: ILoadOptionsFunctions,
  filter?: string,
): Promise<INodeListSearchResult> {
  const { store } = await openContactStore(this);
  const names = await experimentsSeen(store);
  return offer(
    names.map((name) => ({ name, value: name })),
    filter,
  );
}

/** Lifecycle stages: the usual ones in their order, then those of this store. */
export async function searchStages(
  this: ILoadOptionsFunctions,
  filter?: string,
): Promise<INodeListSearchResult> {
  const { store } = await openContactStore(this);
  const stages = new Set([...LIFECYCLE_STAGES, ...(await namesSeen(store, 'stage'))]);
  return offer(
    [...stages].map((name) => ({ name, value: name })),
    filter,
  );
}

/** The fields of contacts that rules can ask about, as the editor shows them. */
const FIELDS = [
  { name: 'Country (Two-Letter Code)', value: 'country' },
  { name: 'Created At', value: 'createdAt' },
  { name: 'E-Mail', value: 'email' },
  { name: 'External ID', value: 'externalId' },
  { name: 'First Name', value: 'firstName' },
  { name: 'Last Name', value: 'lastName' },
  { name: 'Lifecycle Stage', value: 'lifecycleStage' },
  { name: 'Locale (Language Tag)', value: 'locale' },
  { name: 'Phone', value: 'phone' },
  { name: 'Time Zone (IANA Name)', value: 'timezone' },
  { name: 'Updated At', value: 'updatedAt' },
];

/** What a rule can ask of a contact: its fields, then the custom properties that the store has seen. */
export async function searchContactProperties(
  this: ILoadOptionsFunctions,
  filter?: string,
): Promise<INodeListSearchResult> {
  const { store } = await openContactStore(this);
  const custom = await namesSeen(store, 'property');
  return offer([...FIELDS, ...custom.map((name) => ({ name, value: name }))], filter);
}

/** The properties that events of this store had lately. */
export async function searchEventProperties(
  this: ILoadOptionsFunctions,
  filter?: string,
): Promise<INodeListSearchResult> {
  const { store } = await openContactStore(this);
  const names = await eventPropertiesSeen(store);
  return offer(
    names.map((name) => ({ name, value: name })),
    filter,
  );
}

/** Everything a rule builder lets the user choose from, for `methods.listSearch`. */
export const RULE_LIST_SEARCH = {
  searchChannels: searchNames('channel'),
  searchContactProperties,
  searchEventProperties,
  searchLists: searchNames('list'),
  searchSegments,
  searchStages,
  searchTags: searchNames('tag'),
};

/** The same for `methods.loadOptions`. */
export const RULE_LOAD_OPTIONS = { loadEventTypes: loadNames('event') };

/** What may hold a date of a contact: its creation and the properties the store has seen. */
export async function searchContactDates(
  this: ILoadOptionsFunctions,
  filter?: string,
): Promise<INodeListSearchResult> {
  const { results } = await searchNames('property').call(this, filter);
  const created = { name: 'Created At', value: 'createdAt' };
  return {
    results: created.name.toLowerCase().includes((filter ?? '').toLowerCase())
      ? [created, ...results]
      : results,
  };
}

/** Those of the choices whose name holds what was typed, whatever the case. */
function offer(
  choices: ReadonlyArray<{ readonly name: string; readonly value: string }>,
  typed = '',
): INodeListSearchResult {
  const wanted = typed.trim().toLowerCase();
  return { results: choices.filter(({ name }) => name.toLowerCase().includes(wanted)) };
}
