import type { ILoadOptionsFunctions, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';
import { searchContacts as search, namesSeen } from '../../src/app/browse';
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

/** A search over names the store has seen of one kind; what is typed is offered too. */
export function searchNames(kind: CatalogueKind) {
  return async function (this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
    const { store } = await openContactStore(this);
    const wanted = (filter ?? '').trim();
    const names = (await namesSeen(store, kind)).filter((name) =>
      name.toLowerCase().includes(wanted.toLowerCase()),
    );
    return { results: names.map((name) => ({ name, value: name })) };
  };
}

/** Names the store has seen of one kind, as options of a multi-select. */
export function loadNames(kind: CatalogueKind) {
  return async function (this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
    const { store } = await openContactStore(this);
    return (await namesSeen(store, kind)).map((name) => ({ name, value: name }));
  };
}

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
