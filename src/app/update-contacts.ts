import type { ContactPatch } from '../domain/contact/contact';
import type { UpsertRequest } from '../domain/contact/upsert';
import type { Store } from '../store/port';
import { writeBatch, type BatchPolicy } from './all-or-nothing';
import { findContacts, type ContactReference } from './find-contacts';
import { applyUpsertsWithProfiles, type ProfileResult } from './upsert-profiles';

/** A change to one contact that is in the store already. */
export interface UpdateRequest {
  readonly contact: ContactReference;
  readonly patch: ContactPatch;
}

/** Changes contacts, all in one transaction, and returns each as the batch leaves it. A contact the store does not have is refused. */
export function updateContacts(
  store: Store,
  requests: readonly UpdateRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<ProfileResult[]> {
  return writeBatch(store, policy, async (tx) => {
    const ids = await findContacts(
      tx,
      requests.map(({ contact }) => contact),
    );
    const known = requests.flatMap(({ patch }, index): UpsertRequest[] => {
      const contactId = ids[index];
      return typeof contactId === 'number' ? [{ patch, contactId, mode: 'update' }] : [];
    });
    const results = (await applyUpsertsWithProfiles(tx, known, now)).values();
    return ids.map((id): ProfileResult => (id === null ? UNKNOWN : (results.next().value ?? UNKNOWN)));
  });
}

const UNKNOWN: ProfileResult = {
  outcome: 'refused',
  problems: [
    {
      field: 'contact',
      message: 'The contact to update is not in the store. Use Create or Update to add contacts.',
    },
  ],
};
