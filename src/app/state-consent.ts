import type { Consent, ConsentDecision, ConsentStatement } from '../domain/consent/consent';
import type { ContactProfile } from '../domain/contact/contact';
import type { Problem } from '../domain/problem';
import type { KeptStatement, Store, Transaction } from '../store/port';
import { writeBatch, type BatchPolicy } from './all-or-nothing';
import { chunks } from './chunks';
import { findContacts, type ContactReference } from './find-contacts';
import { UNKNOWN_CONTACT } from './find-profiles';
import { loadProfiles } from './profiles';
import { addressHash, addressOf, applyConsents } from './set-consent';

/** What one contact says about a channel. */
export interface StatementRequest {
  readonly contact: ContactReference;
  readonly statement: ConsentStatement;
}

/** Where a contact stands on the channel after its statement. */
export type StatementResult =
  | {
      readonly outcome: 'changed' | 'unchanged';
      readonly contact: ContactProfile;
      readonly decision: ConsentDecision;
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/** Records statements of contacts that the store has, in one transaction, and returns where each stands. */
export function stateConsents(
  store: Store,
  requests: readonly StatementRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<StatementResult[]> {
  return writeBatch(store, policy, async (tx) => {
    const ids = await findContacts(
      tx,
      requests.map(({ contact }) => contact),
    );
    const statements = requests.flatMap(({ statement }, index) => {
      const contactId = ids[index] ?? null;
      return contactId === null ? [] : [{ ...statement, contactId }];
    });
    const decisions = (await applyConsents(tx, statements, now)).values();
    const profiles = await loadProfiles(
      tx,
      statements.map(({ contactId }) => contactId),
    );
    return ids.map((id): StatementResult => {
      const contact = id === null ? undefined : profiles.get(id);
      if (!contact) return { outcome: 'refused', problems: [UNKNOWN_CONTACT] };
      const next = decisions.next();
      if (next.done) throw new Error('The store decided on fewer statements than it was given');
      return { outcome: next.value.changed ? 'changed' : 'unchanged', contact, decision: next.value };
    });
  });
}

/** Channels whose addresses are kept here and so can be suppressed. */
export const ADDRESSED_CHANNELS = ['email', 'sms', 'whatsapp', 'phone'] as const;

/** Why an address must not be written to, and since when (epoch milliseconds). */
export interface Suppression {
  readonly reason: string;
  readonly at: number;
}

/** Everything that is known of one contact's consent. */
export interface ConsentRecord {
  readonly contact: ContactProfile;
  readonly consents: Readonly<Record<string, Consent>>;
  /** By channel: the address that the contact has now is suppressed. */
  readonly suppressions: Readonly<Record<string, Suppression>>;
  /** The evidence, oldest first; empty unless asked for. */
  readonly statements: readonly KeptStatement[];
}

/** Returns what is known of each contact's consent, in order; null where the store has no such contact. */
export function getConsents(
  store: Store,
  references: readonly ContactReference[],
  withEvidence: boolean,
): Promise<Array<ConsentRecord | null>> {
  return store.read(async (tx) => {
    const ids = await findContacts(tx, references);
    const records = new Map<number, ConsentRecord>();
    for (const piece of chunks([...new Set(ids.filter((id) => id !== null))])) {
      const profiles = await loadProfiles(tx, piece);
      const consents = await tx.consents.current(piece);
      const suppressions = await suppressionsOf(tx, [...profiles.values()]);
      const statements = withEvidence
        ? await tx.consents.statementsOf(piece)
        : new Map<number, KeptStatement[]>();
      for (const [id, contact] of profiles) {
        records.set(id, {
          contact,
          consents: consents.get(id) ?? {},
          suppressions: suppressions.get(id) ?? {},
          statements: statements.get(id) ?? [],
        });
      }
    }
    return ids.map((id) => (id === null ? null : (records.get(id) ?? null)));
  });
}

async function suppressionsOf(
  tx: Transaction,
  contacts: readonly ContactProfile[],
): Promise<Map<number, Record<string, Suppression>>> {
  const addresses = contacts.flatMap((contact) =>
    ADDRESSED_CHANNELS.flatMap((channel) => {
      const address = addressOf(contact, channel);
      return address === null ? [] : [{ id: contact.id, channel, hash: addressHash(channel, address) }];
    }),
  );
  const found = await tx.consents.suppressed(addresses);
  const suppressions = new Map<number, Record<string, Suppression>>();
  for (const { id, channel, hash } of addresses) {
    const suppression = found.get(`${channel}:${hash}`);
    if (suppression) suppressions.set(id, { ...suppressions.get(id), [channel]: suppression });
  }
  return suppressions;
}
