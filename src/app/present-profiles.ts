import type { ContactProfile } from '../domain/contact/contact';
import type { Transaction } from '../store/port';
import { loadProfiles } from './profiles';

/**
 * Returns the contacts that go by these ids today, by the id asked for: one that was merged meanwhile is its survivor. Ids of
 * no contact are absent.
 */
export async function presentProfiles(
  tx: Transaction,
  ids: readonly number[],
): Promise<Map<number, ContactProfile>> {
  const profiles = await loadProfiles(tx, ids);
  const missing = [...new Set(ids)].filter((id) => !profiles.has(id));
  if (missing.length === 0) return profiles;
  const survivors = await tx.contacts.resolve(missing);
  const found = await loadProfiles(tx, [...survivors.values()]);
  for (const [id, survivor] of survivors) {
    const profile = found.get(survivor);
    if (profile) profiles.set(id, profile);
  }
  return profiles;
}
