import { identifierKey } from '../domain/contact/identifier';
import type { Identifier } from '../domain/contact/contact';
import type { Transaction } from '../store/port';
import { chunks } from './chunks';

/** How a step names a contact: by the store's id, else by identifiers, of which the first that is known counts. */
export interface ContactReference {
  readonly id: number | null;
  readonly identifiers: readonly Identifier[];
}

/**
 * Returns the present id of each referenced contact, in order; null where there is none. Merged contacts are
 * found under their old id.
 */
export async function findContacts(
  tx: Transaction,
  references: readonly ContactReference[],
): Promise<Array<number | null>> {
  const found: Array<number | null> = [];
  for (const piece of chunks(references)) {
    const ids = piece.flatMap(({ id }) => (id === null ? [] : [id]));
    const byId = ids.length > 0 ? await tx.contacts.resolve(ids) : new Map<number, number>();
    const identifiers = piece.flatMap(({ id, identifiers: own }) => (id !== null && byId.has(id) ? [] : own));
    const byIdentifier =
      identifiers.length > 0 ? await tx.contacts.owners(identifiers) : new Map<string, number>();
    for (const { id, identifiers: own } of piece) {
      const known = own.map((identifier) => byIdentifier.get(identifierKey(identifier)));
      found.push(
        (id === null ? undefined : byId.get(id)) ?? known.find((owner) => owner !== undefined) ?? null,
      );
    }
  }
  return found;
}
