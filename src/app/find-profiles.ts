import type { ContactProfile } from '../domain/contact/contact';
import type { Problem } from '../domain/problem';
import type { Store } from '../store/port';
import { findContacts, type ContactReference } from './find-contacts';
import { loadProfiles } from './profiles';

/** Returns the profile of each referenced contact, in order; null where there is none. */
export function profilesOf(
  store: Store,
  references: readonly ContactReference[],
): Promise<Array<ContactProfile | null>> {
  return store.read(async (tx) => {
    const ids = await findContacts(tx, references);
    const profiles = await loadProfiles(
      tx,
      ids.filter((id) => id !== null),
    );
    return ids.map((id) => (id === null ? null : (profiles.get(id) ?? null)));
  });
}

/** What is said of an item whose contact the store does not have. */
export const UNKNOWN_CONTACT: Problem = {
  field: 'contact',
  message:
    'The contact of this item is not in the store. Put a Contact Store node (Create or Update) before this one, or choose the contact in the node.',
};
