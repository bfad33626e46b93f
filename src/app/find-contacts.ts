import { identifierKey } from '../domain/contact/identifier';
import type { Identifier } from '../domain/contact/contact';
import type { Transaction } from '../store/port';
import { chunks } from './chunks';

/** How a step names a contact: by the store's id, or by identifiers, the first that is known counting. */
export type ContactReference = { readonly id: number } | { readonly identifiers: readonly Identifier[] };

/** Returns the present id of each referenced contact, in order; null where there is none. Merged contacts are found under their old id. */
export async function findContacts(
  tx: Transaction,
  references: readonly ContactReference[],
): Promise<Array<number | null>> {
  const found: Array<number | null> = [];
  for (const piece of chunks(references)) {
    const ids = piece.flatMap((reference) => ('id' in reference ? [reference.id] : []));
    const identifiers = piece.flatMap((reference) => ('id' in reference ? [] : reference.identifiers));
    const byId = ids.length > 0 ? await tx.contacts.resolve(ids) : new Map<number, number>();
    const byIdentifier =
      identifiers.length > 0 ? await tx.contacts.owners(identifiers) : new Map<string, number>();
    for (const reference of piece) {
      if ('id' in reference) {
        found.push(byId.get(reference.id) ?? null);
        continue;
      }
      const known = reference.identifiers.map((identifier) => byIdentifier.get(identifierKey(identifier)));
      found.push(known.find((id) => id !== undefined) ?? null);
    }
  }
  return found;
}
