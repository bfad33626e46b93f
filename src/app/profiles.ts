import type { ContactProfile } from '../domain/contact/contact';
import type { Consent, ConsentStatus } from '../domain/consent/consent';
import type { Transaction } from '../store/port';
import { chunks } from './chunks';

/** What hangs on a contact. */
export interface ProfileParts {
  readonly tags: boolean;
  readonly lists: boolean;
  readonly consent: boolean;
}

const WHOLE: ProfileParts = { tags: true, lists: true, consent: true };

/**
 * Returns the contacts of `ids` with tags, lists and consent, or with those `parts` of them only, the others empty; ids of
 * no contact are absent. Merges are followed by the caller.
 */
export async function loadProfiles(
  tx: Transaction,
  ids: readonly number[],
  parts: ProfileParts = WHOLE,
): Promise<Map<number, ContactProfile>> {
  const profiles = new Map<number, ContactProfile>();
  for (const piece of chunks([...new Set(ids)])) {
    const [contacts, tags, lists, consents] = await Promise.all([
      tx.contacts.get(piece),
      parts.tags ? tx.contacts.members('tag', piece) : new Map<number, string[]>(),
      parts.lists ? tx.contacts.members('list', piece) : new Map<number, string[]>(),
      parts.consent ? tx.consents.current(piece) : new Map<number, Record<string, Consent>>(),
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
