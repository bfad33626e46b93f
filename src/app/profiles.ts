import type { ContactProfile } from '../domain/contact/contact';
import type { ConsentStatus } from '../domain/consent/consent';
import type { Transaction } from '../store/port';
import { chunks } from './chunks';

/** Returns the contacts of `ids` with tags, lists and consent; ids of no contact are absent. Merges are followed by the caller. */
export async function loadProfiles(
  tx: Transaction,
  ids: readonly number[],
): Promise<Map<number, ContactProfile>> {
  const profiles = new Map<number, ContactProfile>();
  for (const piece of chunks([...new Set(ids)])) {
    const [contacts, tags, lists, consents] = await Promise.all([
      tx.contacts.get(piece),
      tx.contacts.members('tag', piece),
      tx.contacts.members('list', piece),
      tx.consents.current(piece),
    ]);
    for (const [id, contact] of contacts) {
      const consent: Record<string, ConsentStatus> = Object.fromEntries(
        Object.entries(consents.get(id) ?? {}).map(([channel, { status }]) => [channel, status]),
      );
      profiles.set(id, { ...contact, tags: tags.get(id) ?? [], lists: lists.get(id) ?? [], consent });
    }
  }
  return profiles;
}
