import type { ContactProfile } from '../domain/contact/contact';
import type { ContactQuery, Store } from '../store/port';
import { CHUNK } from './chunks';
import { findContacts, type ContactReference } from './find-contacts';
import { presentProfiles } from './present-profiles';
import { loadProfiles } from './profiles';

/** Which contacts, and how many of them; every condition given must hold. */
export type ContactFilter = Omit<ContactQuery, 'limit'>;

/** Returns the contact that each reference names today, in order; null where there is none. */
export function getContacts(
  store: Store,
  references: readonly ContactReference[],
): Promise<Array<ContactProfile | null>> {
  return store.read(async (tx) => {
    const ids = await findContacts(tx, references);
    const profiles = await presentProfiles(
      tx,
      ids.filter((id) => id !== null),
    );
    return ids.map((id) => (id === null ? null : (profiles.get(id) ?? null)));
  });
}

/**
 * Gives the contacts that fit, by id ascending, page by page, at most `limit` of them. Each page is of one moment; what is
 * written meanwhile may be in later pages, and no contact is given twice.
 */
export async function* contactPages(
  store: Store,
  filter: ContactFilter,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<ContactProfile[]> {
  let afterId = filter.afterId ?? 0;
  for (let left = limit; left > 0;) {
    const size = Math.min(CHUNK, left);
    const page = await store.read(async (tx) => {
      const contacts = await tx.contacts.select({ ...filter, afterId, limit: size });
      const profiles = await loadProfiles(
        tx,
        contacts.map(({ id }) => id),
      );
      return [...profiles.values()].sort((a, b) => a.id - b.id);
    });
    if (page.length > 0) yield page;
    if (page.length < size) return;
    afterId = page.at(-1)?.id ?? afterId;
    left -= page.length;
  }
}
