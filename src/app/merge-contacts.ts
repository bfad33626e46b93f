import { mergeContacts } from '../domain/contact/merge';
import type { Problem } from '../domain/problem';
import type { Store, Transaction } from '../store/port';
import { writeBatch, type BatchPolicy } from './all-or-nothing';
import { absorb } from './upsert-contacts';
import { keepHistory } from './property-history';
import { findContacts, type ContactReference } from './find-contacts';

/** Two contacts that are to become one: `survivor` stays, `absorbed` ends in it. */
export interface MergeRequest {
  readonly survivor: ContactReference;
  readonly absorbed: ContactReference;
}

export type MergeResult =
  | { readonly outcome: 'merged' | 'unchanged'; readonly contactId: number }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/**
 * Merges contacts, one request after the other, all in one transaction. Merging again changes nothing: the
 * absorbed contact is found in its survivor.
 */
export function mergeAll(
  store: Store,
  requests: readonly MergeRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<MergeResult[]> {
  return writeBatch(store, policy, async (tx) => {
    const ids = await findContacts(
      tx,
      requests.flatMap(({ survivor, absorbed }) => [survivor, absorbed]),
    );
    const before = await tx.contacts.get(ids.filter((id) => id !== null));
    const contacts = new Map(before);
    const becameOf = new Map<number, number>();
    const present = (id: number): number => {
      const next = becameOf.get(id);
      return next === undefined ? id : present(next);
    };
    const merges: Array<{ absorbedId: number; survivorId: number }> = [];
    const results = requests.map((_, index): MergeResult => {
      const [a, b] = [ids[index * 2] ?? null, ids[index * 2 + 1] ?? null];
      if (a === null || b === null) return missing(a === null ? 'survivor' : 'absorbed');
      const [survivorId, absorbedId] = [present(a), present(b)];
      if (survivorId === absorbedId) return { outcome: 'unchanged', contactId: survivorId };
      const survivor = contacts.get(survivorId);
      const absorbed = contacts.get(absorbedId);
      if (!survivor || !absorbed) return missing(survivor ? 'absorbed' : 'survivor');
      contacts.set(survivorId, mergeContacts(survivor, absorbed, now));
      becameOf.set(absorbedId, survivorId);
      merges.push({ absorbedId, survivorId });
      return { outcome: 'merged', contactId: survivorId };
    });
    await write(tx, merges, now);
    const survivors = [...new Set(merges.map(({ survivorId }) => present(survivorId)))];
    const after = survivors.flatMap((id) => contacts.get(id) ?? []);
    await tx.contacts.put(after);
    await keepHistory(tx, [], { before, after }, now);
    return results.map((result) =>
      result.outcome === 'refused' ? result : { ...result, contactId: present(result.contactId) },
    );
  });
}

async function write(
  tx: Transaction,
  merges: ReadonlyArray<{ absorbedId: number; survivorId: number }>,
  now: number,
) {
  await absorb(tx, merges, now);
  await tx.changes.append(
    merges.map(({ absorbedId, survivorId }) => ({
      kind: 'contact_merged',
      contactId: survivorId,
      at: now,
      subject: null,
      eventId: null,
      detail: { absorbedId },
    })),
  );
}

function missing(field: 'survivor' | 'absorbed'): MergeResult {
  const message =
    field === 'survivor'
      ? 'The contact that is to stay is not in the store.'
      : 'The contact that is to be merged into it is not in the store.';
  return { outcome: 'refused', problems: [{ field, message }] };
}
