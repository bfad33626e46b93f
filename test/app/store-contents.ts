import type { ConsentRequest } from '../../src/app/set-consent';
import { CHANGE_KINDS } from '../../src/domain/change/change';
import type { TestStore } from '../store/each-database';

/** The moment of most that tests do. */
export const NOW = Date.UTC(2026, 0, 1);

/** Everything a store holds of contacts, for comparing one with another. */
export function everything(test: TestStore) {
  return test.read(async (tx) => {
    const contacts = await tx.contacts.select({ limit: 100_000 });
    const ids = contacts.map(({ id }) => id);
    const changes = await tx.changes.after(0, CHANGE_KINDS, 100_000);
    return {
      contacts,
      identifiers: (await tx.contacts.identifiers(ids)).sort((a, b) => (a.value < b.value ? -1 : 1)),
      tags: [...(await tx.contacts.members('tag', ids))].sort(([a], [b]) => a - b),
      lists: [...(await tx.contacts.members('list', ids))].sort(([a], [b]) => a - b),
      consents: [...(await tx.consents.current(ids))].sort(([a], [b]) => a - b),
      changes: changes.map(({ sequence: _, ...change }) => change),
    };
  });
}

/** What a contact says of the e-mail channel at {@link NOW}, unless said otherwise. */
export const said = (contactId: number, more: Partial<ConsentRequest> = {}): ConsentRequest => ({
  contactId,
  channel: 'email',
  status: 'opted_in',
  at: NOW,
  source: 'form',
  evidence: {},
  by: 'contact',
  ...more,
});
