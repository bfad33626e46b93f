import type { ContactProfile } from '../../domain/contact/contact';
import type { Consent } from '../../domain/consent/consent';
import { suppressionChannel } from '../../domain/channel/channel';
import { addressOn, type ChannelAddress } from '../../domain/channel/channel-address';
import type { ChannelFacts, ChannelRules } from '../../domain/channel/channel-question';
import { capReach } from '../../domain/channel/frequency-cap';
import { reactionTypes } from '../../domain/channel/reaction';
import type { StoredEvent } from '../../domain/event/event';
import { mayHaveArrived, type Message } from '../../domain/message/message';
import type { Reading } from '../../domain/problem';
import { resolveZone } from '../../domain/schedule/zone';
import { DAY_MS } from '../../domain/schedule/zone-clock';
import type { Transaction } from '../../store/port';
import { addressHash } from '../set-consent';
import type { ClaimRequest } from './claim-messages';

/** How far back the order by answers looks. */
const ANSWERS_REACH_MS = 365 * DAY_MS;

interface Asked {
  readonly request: ClaimRequest;
  readonly contact: ContactProfile;
}

type Suppressions = ReadonlyMap<string, { readonly reason: string; readonly at: number }>;
type Addresses = ReadonlyMap<string, Reading<ChannelAddress>>;

/**
 * What is known of the contacts of one piece of a batch, read in a constant number of statements, with the claims that the
 * batch itself makes as it goes.
 */
export class ChannelLedger {
  private readonly consents: ReadonlyMap<number, Record<string, Consent>>;
  private readonly tokens: ReadonlyMap<number, readonly string[]>;
  private readonly suppressions: Suppressions;
  private readonly attempts: Map<string, Message[]>;
  private readonly recent: Map<number, Message[]>;
  private readonly events: ReadonlyMap<number, readonly StoredEvent[]>;
  private readonly now: number;

  private constructor(
    read: {
      consents: ReadonlyMap<number, Record<string, Consent>>;
      tokens: ReadonlyMap<number, readonly string[]>;
      suppressions: Suppressions;
      attempts: readonly Message[];
      recent: readonly Message[];
      events: readonly StoredEvent[];
    },
    now: number,
  ) {
    this.consents = read.consents;
    this.tokens = read.tokens;
    this.suppressions = read.suppressions;
    this.attempts = Map.groupBy(read.attempts, occasionKey);
    this.recent = Map.groupBy(read.recent, ({ contactId }) => contactId);
    this.events = Map.groupBy(read.events, ({ contactId }) => contactId);
    this.now = now;
  }

  /** Reads what judging these requests takes. `made` is what the batch claimed before and only a preview does not find written. */
  static async load(
    tx: Transaction,
    asked: readonly Asked[],
    made: readonly Message[],
    now: number,
  ): Promise<ChannelLedger> {
    const ids = [...new Set(asked.map(({ contact }) => contact.id))];
    const needsTokens = asked.some(({ request }) => usesPushTokens(request.rules));
    const [consents, identifiers, attempts, recent] = await Promise.all([
      tx.consents.current(ids),
      needsTokens ? tx.contacts.identifiers(ids) : [],
      tx.messages.attempts(
        asked.map(({ request: { rules, occasion }, contact }) => ({
          contactId: contact.id,
          name: rules.message,
          occasion,
        })),
      ),
      tx.messages.since(
        asked.flatMap(({ request, contact }) => {
          const reach = reachOf(request.rules);
          return reach === 0 ? [] : [{ contactId: contact.id, at: now - reach }];
        }),
      ),
    ]);
    const tokens = new Map(
      [...Map.groupBy(identifiers, ({ contactId }) => contactId)].map(([id, own]) => [
        id,
        own.flatMap(({ kind, value }) => (kind === 'pushToken' ? [value] : [])),
      ]),
    );
    const [suppressions, events] = await Promise.all([
      tx.consents.suppressed(addressesToLookUp(asked, tokens)),
      tx.events.since([
        ...attempts
          .filter(mayHaveArrived)
          .flatMap(({ contactId, channel, claimedAt }) =>
            reactionTypes(channel).map((type) => ({ contactId, type, at: claimedAt })),
          ),
        ...asked.flatMap(({ request, contact }) => answersAskedFor(request.rules, contact.id, now)),
      ]),
    ]);
    const ledger = new ChannelLedger({ consents, tokens, suppressions, attempts, recent, events }, now);
    const isWritten = new Set([...attempts, ...recent].map(placeKey));
    const asking = new Set(ids);
    for (const message of made) {
      if (asking.has(message.contactId) && !isWritten.has(placeKey(message))) ledger.add(message);
    }
    return ledger;
  }

  /** Takes note of a claim that is about to be written, so that the next request of the same contact counts it. */
  add(message: Message): void {
    const key = occasionKey(message);
    this.attempts.set(key, [...(this.attempts.get(key) ?? []), message]);
    this.recent.set(message.contactId, [...(this.recent.get(message.contactId) ?? []), message]);
  }

  /** What one request is judged by. Refused: a zone that does not exist. */
  factsOf({ rules, occasion, zone }: ClaimRequest, contact: ContactProfile): Reading<ChannelFacts> {
    const decided = resolveZone(
      { ...zone, contactZone: contact.timezone, country: contact.country },
      this.now,
    );
    if (!decided.ok) return decided;
    const addresses = addressesOf(rules, contact, this.tokens.get(contact.id) ?? []);
    const suppressions = new Map<string, { readonly reason: string; readonly at: number }>();
    for (const [name, { key }] of suppressionKeys(rules, addresses)) {
      const suppression = this.suppressions.get(key);
      if (suppression) suppressions.set(name, suppression);
    }
    return {
      ok: true,
      value: {
        zone: decided.value,
        consents: this.consents.get(contact.id) ?? {},
        addresses,
        suppressions,
        attempts:
          this.attempts.get(occasionKey({ contactId: contact.id, name: rules.message, occasion })) ?? [],
        recent: this.recent.get(contact.id) ?? [],
        events: this.events.get(contact.id) ?? [],
      },
    };
  }
}

function occasionKey({
  contactId,
  name,
  occasion,
}: Pick<Message, 'contactId' | 'name' | 'occasion'>): string {
  return JSON.stringify([contactId, name, occasion]);
}

function placeKey(message: Message): string {
  return JSON.stringify([occasionKey(message), message.channel]);
}

function usesPushTokens({ channels }: ChannelRules): boolean {
  return channels.some(({ address }) => address.from === 'pushToken');
}

/** How far back these rules look at what a contact got, in milliseconds. */
function reachOf({ caps, order }: ChannelRules): number {
  return Math.max(0, order === 'answers' ? ANSWERS_REACH_MS : 0, ...caps.map(capReach));
}

function answersAskedFor(
  { order, channels }: ChannelRules,
  contactId: number,
  now: number,
): Array<{ contactId: number; type: string; at: number }> {
  if (order !== 'answers') return [];
  const types = new Set(channels.flatMap(({ name }) => reactionTypes(name)));
  return [...types].map((type) => ({ contactId, type, at: now - ANSWERS_REACH_MS }));
}

function addressesOf(rules: ChannelRules, contact: ContactProfile, tokens: readonly string[]): Addresses {
  return new Map(rules.channels.map((channel) => [channel.name, addressOn(channel, contact, tokens)]));
}

/** Where the suppression of each channel's address stands, by the name of the channel. */
function suppressionKeys(
  { channels }: ChannelRules,
  addresses: Addresses,
): Map<string, { channel: string; hash: string; key: string }> {
  const keys = new Map<string, { channel: string; hash: string; key: string }>();
  for (const own of channels) {
    const address = addresses.get(own.name);
    const channel = suppressionChannel(own);
    if (channel === null || !address?.ok) continue;
    const hash = addressHash(channel, address.value.value);
    keys.set(own.name, { channel, hash, key: `${channel}:${hash}` });
  }
  return keys;
}

function addressesToLookUp(
  asked: readonly Asked[],
  tokens: ReadonlyMap<number, readonly string[]>,
): Array<{ channel: string; hash: string }> {
  const all = new Map<string, { channel: string; hash: string }>();
  for (const { request, contact } of asked) {
    const addresses = addressesOf(request.rules, contact, tokens.get(contact.id) ?? []);
    for (const own of suppressionKeys(request.rules, addresses).values()) all.set(own.key, own);
  }
  return [...all.values()];
}
