import { toTravelForm } from '../../domain/contact/contact';
import type { JsonObject } from '../../domain/json';
import { stateAt, type Message, type MessageState } from '../../domain/message/message';
import type { Problem } from '../../domain/problem';
import type { MessageQuery, Store, Transaction } from '../../store/port';
import { findContacts, type ContactReference } from '../find-contacts';
import { UNKNOWN_CONTACT } from '../find-profiles';
import { loadProfiles } from '../profiles';

/** Which messages; every condition given must hold. */
export interface MessageFilter {
  readonly state?: MessageState;
  readonly name?: string;
  readonly channel?: string;
}

/** The messages of one contact, or of everybody (null), that are asked for. */
export interface MessageListRequest {
  readonly contact: ContactReference | null;
  readonly filter: MessageFilter;
  readonly limit: number;
}

/** What a request gives, the newest first. */
export type ListedMessages =
  | { readonly outcome: 'listed'; readonly messages: readonly JsonObject[] }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

const PAGE = 1_000;

/**
 * Lists messages for each request, the newest first, with their contact and where they stand at `now`. Requests that differ in
 * their contact only are answered together.
 */
export function listMessages(
  store: Store,
  requests: readonly MessageListRequest[],
  now: number,
): Promise<ListedMessages[]> {
  return store.read(async (tx) => {
    const ids = await findContacts(
      tx,
      requests.map(({ contact }) => contact ?? { id: null, identifiers: [] }),
    );
    const results: ListedMessages[] = requests.map(({ contact }, index) =>
      contact !== null && (ids[index] ?? null) === null
        ? { outcome: 'refused', problems: [UNKNOWN_CONTACT] }
        : { outcome: 'listed', messages: [] },
    );
    const alike = Map.groupBy(requests.keys(), (index) =>
      JSON.stringify([requests[index]?.contact === null, requests[index]?.filter]),
    );
    for (const indexes of alike.values()) {
      const first = requests[indexes[0] ?? 0];
      if (!first) continue;
      const contactIds = indexes.flatMap((index) => ids[index] ?? []);
      const limits = indexes.map((index) => requests[index]?.limit ?? 0);
      const isOfContacts = first.contact !== null;
      const listed = await select(
        tx,
        isOfContacts ? { ...first.filter, contactIds, now } : { ...first.filter, now },
        isOfContacts ? Number.MAX_SAFE_INTEGER : Math.max(...limits),
      );
      const told = await tell(tx, listed, now);
      const byContact = Map.groupBy(listed.keys(), (at) => listed[at]?.contactId ?? 0);
      indexes.forEach((index) => {
        if (results[index]?.outcome !== 'listed') return;
        const own = isOfContacts ? (byContact.get(ids[index] ?? -1) ?? []) : [...listed.keys()];
        const messages = own
          .slice(0, requests[index]?.limit)
          .map((at) => told[at])
          .filter((message) => message !== undefined);
        results[index] = { outcome: 'listed', messages };
      });
    }
    return results;
  });
}

async function select(
  tx: Transaction,
  query: Omit<MessageQuery, 'limit' | 'beforeId'>,
  limit: number,
): Promise<Message[]> {
  const messages: Message[] = [];
  for (let beforeId = Number.MAX_SAFE_INTEGER; messages.length < limit;) {
    const size = Math.min(PAGE, limit - messages.length);
    const page = await tx.messages.select({ ...query, beforeId, limit: size });
    for (const message of page) messages.push(message);
    if (page.length < size) break;
    beforeId = page.at(-1)?.id ?? beforeId;
  }
  return messages;
}

async function tell(tx: Transaction, messages: readonly Message[], now: number): Promise<JsonObject[]> {
  const profiles = await loadProfiles(
    tx,
    messages.map(({ contactId }) => contactId),
  );
  return messages.map((message) => {
    const profile = profiles.get(message.contactId);
    return {
      contact: profile ? toTravelForm(profile) : { id: message.contactId },
      message: toMessageTravelForm(message, now),
    };
  });
}

/** A message of the ledger as it travels between nodes (`item.json.message`): times as ISO text. */
export function toMessageTravelForm(message: Message, now: number): JsonObject {
  const { settledAt } = message;
  return {
    id: message.id,
    name: message.name,
    channel: message.channel,
    address: message.address,
    attempt: message.attempt,
    state: stateAt(message, now),
    purpose: message.purpose,
    occasion: message.occasion,
    journey: message.journey,
    enrolmentId: message.enrolmentId,
    claimedAt: new Date(message.claimedAt).toISOString(),
    uncertainAt: new Date(message.leaseUntil).toISOString(),
    settledAt: settledAt === null ? null : new Date(settledAt).toISOString(),
    error: message.error,
    workflowId: message.workflowId,
    node: message.nodeName,
  };
}
