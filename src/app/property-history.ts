import type { NewChange } from '../domain/change/change';
import type { Contact, ContactField } from '../domain/contact/contact';
import { isJsonObject, jsonEquals, type JsonValue } from '../domain/json';
import type { PropertyChange, Store, Transaction } from '../store/port';

/** The contacts that took others in, as they were before it and are after it. */
export interface Survivors {
  readonly before: ReadonlyMap<number, Contact>;
  readonly after: readonly Contact[];
}

/**
 * Keeps what watched properties were before the changes that are logged at this moment. The log does not say what a
 * merge changed in its survivor; that is told by the contact before and after it.
 */
export async function keepHistory(
  tx: Transaction,
  changes: readonly NewChange[],
  survivors: Survivors,
  now: number,
): Promise<void> {
  const updates = changes.filter(({ kind }) => kind === 'contact_updated');
  if (updates.length === 0 && survivors.after.length === 0) return;
  const watched = await tx.histories.watched();
  if (watched.size === 0) return;
  const merged = new Set(survivors.after.map(({ id }) => id));
  await tx.histories.append([
    ...updates
      .filter(({ contactId }) => !merged.has(contactId))
      .flatMap((change) => ofUpdate(change, watched)),
    ...survivors.after.flatMap((contact) => ofMerge(survivors.before.get(contact.id), contact, watched, now)),
  ]);
}

function ofUpdate({ contactId, at, detail }: NewChange, watched: ReadonlySet<string>): PropertyChange[] {
  const fields = isJsonObject(detail.fields) ? detail.fields : {};
  return Object.entries(fields).flatMap(([name, change]) =>
    watched.has(name) && Array.isArray(change) ? [{ contactId, name, at, before: change[0] ?? null }] : [],
  );
}

function ofMerge(
  before: Contact | undefined,
  after: Contact,
  watched: ReadonlySet<string>,
  at: number,
): PropertyChange[] {
  if (!before) return [];
  return [...watched].flatMap((name) => {
    const was = valueUnder(before, name);
    return jsonEquals(was, valueUnder(after, name)) ? [] : [{ contactId: after.id, name, at, before: was }];
  });
}

function valueUnder(contact: Contact, name: string): JsonValue {
  const own = name.startsWith('properties.') ? name.slice('properties.'.length) : null;
  if (own === null) return contact[name as ContactField] ?? null;
  return Object.hasOwn(contact.properties, own) ? (contact.properties[own] ?? null) : null;
}

/** Sees to it that what properties were before is known, for rules that ask how long a property has been what it is. */
export async function watchHistories(store: Store, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const watched = await store.read((tx) => tx.histories.watched());
  if (names.some((name) => !watched.has(name))) await store.write((tx) => tx.histories.watch(names));
}
