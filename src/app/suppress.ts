import { readChannel } from '../domain/consent/read-statement';
import type { ContactProfile, Identifier } from '../domain/contact/contact';
import { identifierKey, readIdentifier } from '../domain/contact/identifier';
import { quote, type Problem, type Reading } from '../domain/problem';
import type { Store, Transaction } from '../store/port';
import { writeBatch, type BatchPolicy } from './all-or-nothing';
import { chunks } from './chunks';
import { findContacts, type ContactReference } from './find-contacts';
import { UNKNOWN_CONTACT } from './find-profiles';
import { loadProfiles } from './profiles';
import { addressHash, addressOf, applyConsents } from './set-consent';
import { ADDRESSED_CHANNELS } from './state-consent';

/** Why an address must not be written to. */
export const SUPPRESSION_REASONS = ['hard_bounce', 'complaint', 'request', 'other'] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** The reasons by which a contact says no; an address that does not exist says nothing about its owner. */
const WITHDRAWALS: readonly SuppressionReason[] = ['complaint', 'request'];

/** An address: as it is written, or the one that a contact has on the channel. */
export type AddressTarget = { readonly address: string } | { readonly contact: ContactReference };

/** One address that is to be suppressed or released. */
export interface SuppressionRequest {
  /** One of `ADDRESSED_CHANNELS`. */
  readonly channel: string;
  readonly target: AddressTarget;
  readonly reason: SuppressionReason;
}

/** What became of one address; `contact` is whose it is, if the store knows them. */
export type SuppressionResult =
  | {
      readonly outcome: 'suppressed' | 'unsuppressed' | 'unchanged';
      readonly contact: ContactProfile | null;
      /** Whether the contact's consent became *opted out* by this. */
      readonly optedOut: boolean;
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/** Reads the channel of a suppression: one whose addresses are kept here. */
export function readAddressedChannel(value: unknown): Reading<string> {
  const channel = readChannel(value, 'channel');
  if (!channel.ok || (ADDRESSED_CHANNELS as readonly string[]).includes(channel.value)) return channel;
  const message = `No addresses are kept for the channel ${quote(channel.value)}; only ${ADDRESSED_CHANNELS.join(', ')} can be suppressed.`;
  return { ok: false, problems: [{ field: 'channel', message }] };
}

/**
 * Keeps addresses from being written to, in one transaction. Only a hash of the address is kept, which outlives the contact's
 * deletion and erasure, and the address need not be a contact's. An address suppressed before keeps its first
 * reason. A complaint or a request also opts the contact out on that channel; a hard bounce leaves the
 * consent as it is, since the contact has said nothing.
 */
export function suppress(
  store: Store,
  requests: readonly SuppressionRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<SuppressionResult[]> {
  return writeBatch(store, policy, async (tx) => {
    const results: SuppressionResult[] = [];
    for (const piece of chunks(requests)) {
      const targets = await findTargets(tx, piece);
      const found = targets.flatMap((target) => ('hash' in target ? [target] : []));
      const before = await tx.consents.suppressed(found);
      const fresh = found.filter(({ channel, hash }) => !before.has(`${channel}:${hash}`));
      await tx.consents.suppress(fresh, now);
      const optedOut = await optOut(tx, found, now);
      const profiles = await loadProfiles(tx, contactIds(found));
      const done = new Set(before.keys());
      for (const target of targets) {
        if (!('hash' in target)) {
          results.push({ outcome: 'refused', problems: target.problems });
          continue;
        }
        const key = `${target.channel}:${target.hash}`;
        results.push({
          outcome: done.has(key) ? 'unchanged' : 'suppressed',
          contact: profiles.get(target.contactId ?? 0) ?? null,
          optedOut: optedOut.has(target),
        });
        done.add(key);
      }
    }
    return results;
  });
}

/** Lets addresses be written to again, in one transaction. Consent is not given back by this: it stays as it stands. */
export function unsuppress(
  store: Store,
  requests: ReadonlyArray<Omit<SuppressionRequest, 'reason'>>,
  policy: BatchPolicy,
): Promise<SuppressionResult[]> {
  return writeBatch(store, policy, async (tx) => {
    const results: SuppressionResult[] = [];
    for (const piece of chunks(requests)) {
      const targets = await findTargets(
        tx,
        piece.map((request) => ({ ...request, reason: 'other' })),
      );
      const found = targets.flatMap((target) => ('hash' in target ? [target] : []));
      const before = await tx.consents.suppressed(found);
      await tx.consents.unsuppress(found);
      const profiles = await loadProfiles(tx, contactIds(found));
      for (const target of targets) {
        if (!('hash' in target)) {
          results.push({ outcome: 'refused', problems: target.problems });
          continue;
        }
        const contact = profiles.get(target.contactId ?? 0) ?? null;
        const outcome = before.delete(`${target.channel}:${target.hash}`) ? 'unsuppressed' : 'unchanged';
        results.push({ outcome, contact, optedOut: false });
      }
    }
    return results;
  });
}

interface Target {
  readonly channel: string;
  readonly hash: string;
  readonly reason: SuppressionReason;
  readonly contactId: number | null;
}

async function findTargets(
  tx: Transaction,
  requests: readonly SuppressionRequest[],
): Promise<Array<Target | { readonly problems: readonly Problem[] }>> {
  const given = requests.map(({ channel, target }) =>
    'address' in target ? readAddress(channel, target.address) : null,
  );
  const owners = await tx.contacts.owners(given.flatMap((reading) => (reading?.ok ? [reading.value] : [])));
  const ids = await findContacts(
    tx,
    requests.map(({ target }) => ('contact' in target ? target.contact : { id: null, identifiers: [] })),
  );
  const contacts = await tx.contacts.get(ids.filter((id) => id !== null));
  return requests.map(({ channel, reason }, index) => {
    const reading = given[index];
    if (reading) {
      if (!reading.ok) return { problems: reading.problems };
      const contactId = owners.get(identifierKey(reading.value)) ?? null;
      return { channel, reason, hash: addressHash(channel, reading.value.value), contactId };
    }
    const contact = contacts.get(ids[index] ?? 0);
    if (!contact) return { problems: [UNKNOWN_CONTACT] };
    const address = addressOf(contact, channel);
    if (address === null) {
      const message = `Contact ${contact.id} has no address on the channel ${channel}.`;
      return { problems: [{ field: 'channel', message }] };
    }
    return { channel, reason, hash: addressHash(channel, address), contactId: contact.id };
  });
}

function readAddress(channel: string, address: string): Reading<Identifier> {
  return readIdentifier(channel === 'email' ? 'email' : 'phone', address);
}

/** Opts out whoever complained or asked; returns the requests by which a consent changed. */
async function optOut(tx: Transaction, targets: readonly Target[], now: number): Promise<Set<Target>> {
  const withdrawals = targets.flatMap((target) =>
    target.contactId !== null && WITHDRAWALS.includes(target.reason)
      ? [{ target, contactId: target.contactId }]
      : [],
  );
  const decisions = await applyConsents(
    tx,
    withdrawals.map(({ target: { channel, reason }, contactId }) => ({
      contactId,
      channel,
      status: 'opted_out',
      at: now,
      source: reason === 'complaint' ? 'complaint' : 'request',
      evidence: { suppressed: true },
      by: 'contact',
    })),
    now,
  );
  return new Set(withdrawals.flatMap(({ target }, index) => (decisions[index]?.changed ? [target] : [])));
}

function contactIds(targets: readonly Target[]): number[] {
  return targets.flatMap(({ contactId }) => contactId ?? []);
}
