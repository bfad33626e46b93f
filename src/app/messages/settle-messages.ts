import { eventPrefix } from '../../domain/channel/channel';
import type { ContactPatch, ContactProfile } from '../../domain/contact/contact';
import { cleanText } from '../../domain/json';
import { stateAt, type KeptMessageState, type Message } from '../../domain/message/message';
import type { Problem, Reading } from '../../domain/problem';
import type { Store, Transaction } from '../../store/port';
import { writeBatch, type BatchPolicy } from '../all-or-nothing';
import { chunks } from '../chunks';
import { loadProfiles } from '../profiles';
import { applyEvents, keyOf, type EventRequest } from '../record-events';

/** What is said about an attempt: how its sending ended, or what somebody decided about one whose end is unknown. */
export type Settlement =
  { readonly kind: 'confirm' | 'markAsSent' | 'release' } | { readonly kind: 'fail'; readonly error: string };

export interface SettleRequest {
  readonly messageId: number;
  readonly settlement: Settlement;
}

/** What became of one attempt. `unchanged`: it stood so already. */
export type SettleResult =
  | {
      readonly outcome: 'sent' | 'failed' | 'released' | 'unchanged';
      readonly message: Message;
      readonly contact: ContactProfile | null;
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

const LONGEST_ERROR = 1_000;
const NO_CHANGES: ContactPatch = { identifiers: {}, fields: {}, properties: {}, tags: [], lists: [] };

/**
 * Tells how attempts ended, one after the other, in one transaction; telling it again changes nothing. What is confirmed is
 * sent, also after its claim became uncertain, and the event `<channel>_sent` is recorded once. What failed lets the next
 * channel have its turn. By hand an uncertain attempt is marked as sent, and an uncertain or failed one released, so that the
 * same channel may be tried again.
 */
export function settleMessages(
  store: Store,
  requests: readonly SettleRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<SettleResult[]> {
  return writeBatch(store, policy, async (tx) => {
    const results: SettleResult[] = [];
    for (const piece of chunks(requests)) {
      for (const result of await settlePiece(tx, piece, now)) results.push(result);
    }
    return results;
  });
}

async function settlePiece(
  tx: Transaction,
  requests: readonly SettleRequest[],
  now: number,
): Promise<SettleResult[]> {
  const messages = await tx.messages.get([...new Set(requests.map(({ messageId }) => messageId))]);
  const profiles = await loadProfiles(
    tx,
    [...messages.values()].map(({ contactId }) => contactId),
  );
  const moved = new Map<number, Message>();
  const events: EventRequest[] = [];
  const results = requests.map(({ messageId, settlement }): SettleResult => {
    const message = messages.get(messageId);
    if (!message) return { outcome: 'refused', problems: [unknown(messageId)] };
    const next = nextState(message, settlement, now);
    if (!next.ok) return { outcome: 'refused', problems: next.problems };
    const contact = profiles.get(message.contactId) ?? null;
    if (next.value === message.state) return { outcome: 'unchanged', message, contact };
    const error = settlement.kind === 'fail' ? cleanText(settlement.error.slice(0, LONGEST_ERROR)) : null;
    const settled = { ...message, state: next.value, settledAt: now, error };
    messages.set(messageId, settled);
    moved.set(messageId, settled);
    if (next.value === 'sent') events.push(sentEvent(message, settlement, now));
    return { outcome: next.value, message: settled, contact };
  });
  await tx.messages.settle(
    [...moved.values()].map(({ id, state, error }) => ({ id, state, at: now, error })),
  );
  await applyEvents(tx, events, now);
  return results;
}

/** Where an attempt stands after it, `claimed` excepted. */
function nextState(
  message: Message,
  { kind }: Settlement,
  now: number,
): Reading<Exclude<KeptMessageState, 'claimed'>> {
  if (kind === 'confirm') return { ok: true, value: 'sent' };
  if (kind === 'fail') return { ok: true, value: message.state === 'released' ? 'released' : 'failed' };
  const state = stateAt(message, now);
  const wanted = kind === 'markAsSent' ? 'sent' : 'released';
  if (state === wanted || state === 'uncertain') return { ok: true, value: wanted };
  if (kind === 'release' && state === 'failed') return { ok: true, value: 'released' };
  const stands =
    state === 'claimed'
      ? `is being sent; it is uncertain from ${new Date(message.leaseUntil).toISOString()} on`
      : `is ${state}`;
  const text = `Message ${message.id} ${stands}. Only ${kind === 'release' ? 'uncertain and failed messages can be released' : 'uncertain messages can be marked as sent'}.`;
  return { ok: false, problems: [{ field: 'messageId', message: text }] };
}

function unknown(messageId: number): Problem {
  const message = `There is no message ${messageId} in this store. Give the id that Channel Fallback put on the item as message.id.`;
  return { field: 'messageId', message };
}

/** A message that somebody marks as sent was so when it was claimed, as far as anybody knows. */
function sentEvent(message: Message, { kind }: Settlement, now: number): EventRequest {
  const { id, contactId, name, journey, channel, claimedAt } = message;
  return {
    contact: { patch: NO_CHANGES, mode: 'upsert', contactId },
    event: {
      type: `${eventPrefix(channel)}_sent`,
      occurredAt: kind === 'markAsSent' ? claimedAt : now,
      properties: { message: name, journey, channel, messageId: id },
      key: keyOf('message_sent', String(id)),
    },
  };
}
