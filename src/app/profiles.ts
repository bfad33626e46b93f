import type { ContactProfile } from '../domain/contact/contact';
import type { Consent, ConsentStatus } from '../domain/consent/consent';
import type { Transaction } from '../store/port';
import { chunks } from './chunks';

/** The contacts of which what hangs on them is read. */
export interface ProfileParts {
  readonly tags: ReadonlySet<number>;
  readonly lists: ReadonlySet<number>;
  readonly consent: ReadonlySet<number>;
}

/**
 * Returns the contacts of `ids` with tags, lists and consent, or with these for the contacts of `parts` only, for others empty; ids of
 * no contact are absent. Merges are followed by the caller.
 */
export async function loadProfiles(
  tx: Transaction,
  ids: readonly number[],
  parts: ProfileParts | null = null,
): Promise<Map<number, ContactProfile>> {
  const profiles = new Map<number, ContactProfile>();
  for (const piece of chunks([...new Set(ids)])) {
    const [tagged, listed, asked] = [parts?.tags, parts?.lists, parts?.consent].map((part) =>
      part ? piece.filter((id) => part.has(id)) : piece,
    );
    const [contacts, tags, lists, consents] = await Promise.all([
      tx.contacts.get(piece),
      tagged?.length ? tx.contacts.members('tag', tagged) : new Map<number, string[]>(),
      listed?.length ? tx.contacts.members('list', listed) : new Map<number, string[]>(),
      asked?.length ? tx.consents.current(asked) : new Map<number, Record<string, Consent>>(),
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
