import type { Store, Transaction } from '../store/port';
import { chunks } from './chunks';
import { addressHash, addressOf } from './set-consent';

/** The channels whose opt-outs outlive a contact as suppressions. */
const ADDRESSED_CHANNELS = ['email', 'sms', 'whatsapp', 'phone'] as const;

/**
 * Removes contacts with their events, memberships and waits. Who had opted out stays suppressed, as a hash of
 * the address. `delete` keeps the evidence of consent; `erase` leaves nothing but those hashes. SQLite overwrites what is
 * erased and its log is emptied; what it copied earlier, while it moved rows between pages, may stay until `vacuum`.
 */
export function removeContacts(
  store: Store,
  action: 'delete' | 'erase',
  ids: readonly number[],
  now: number,
): Promise<void> {
  const remove = async (tx: Transaction) => {
    for (const piece of chunks([...new Set(ids)])) {
      const contacts = await tx.contacts.get(piece);
      const consents = await tx.consents.current(piece);
      const identifiers = await tx.contacts.identifiers(piece);
      const suppressions: Array<{ channel: string; hash: string; reason: string }> = [];
      for (const contact of contacts.values()) {
        for (const channel of ADDRESSED_CHANNELS) {
          if (consents.get(contact.id)?.[channel]?.status !== 'opted_out') continue;
          const kind = channel === 'email' ? 'email' : 'phone';
          const others = identifiers.filter((own) => own.contactId === contact.id && own.kind === kind);
          const addresses = new Set([addressOf(contact, channel), ...others.map(({ value }) => value)]);
          for (const address of addresses) {
            if (address !== null)
              suppressions.push({ channel, hash: addressHash(channel, address), reason: 'opted_out' });
          }
        }
      }
      await tx.consents.suppress(suppressions, now);
      await tx.contacts.remove(piece, { erase: action === 'erase' });
      await tx.changes.append(
        [...contacts.keys()].map((contactId) => ({
          kind: 'contact_deleted',
          contactId,
          at: now,
          subject: null,
          eventId: null,
          detail: {},
        })),
      );
    }
  };
  return store.write(remove, { isErasure: action === 'erase' });
}
