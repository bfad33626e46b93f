import type { ContactProfile } from '../../domain/contact/contact';
import { chooseChannel, type ChannelDecision } from '../../domain/channel/choose-channel';
import type { ChannelRules } from '../../domain/channel/channel-question';
import type { Enrolment } from '../../domain/journey/enrolment';
import type { JsonObject } from '../../domain/json';
import type { Message, NewMessage } from '../../domain/message/message';
import type { Problem } from '../../domain/problem';
import type { ZoneQuestion } from '../../domain/schedule/zone';
import type { Store, SubscriptionKey, Transaction } from '../../store/port';
import { RefusedRequest, writeBatch, type BatchPolicy } from '../all-or-nothing';
import { chunks } from '../chunks';
import { findContacts, type ContactReference } from '../find-contacts';
import { UNKNOWN_CONTACT } from '../find-profiles';
import { loadProfiles } from '../profiles';
import { ChannelLedger } from './channel-ledger';
import { holdMessages, type HoldRequest } from './hold-messages';

/** A message that an item's contact is to get over one of several channels. */
export interface ClaimRequest {
  readonly contact: ContactReference;
  readonly rules: ChannelRules;
  /** What the message is sent once for. */
  readonly occasion: string;
  readonly enrolmentId: number | null;
  readonly journey: string | null;
  readonly zone: Omit<ZoneQuestion, 'contactZone' | 'country'>;
  /** What becomes of a contact that a cap, quiet hours or an attempt under way keep back. */
  readonly whenBlocked: 'hold' | 'skip' | 'drop';
  /** How long a message is worth sending after it was first held, in milliseconds. */
  readonly freshForMs: number;
  /** When it was first held, if it comes back from there. */
  readonly heldSince: number | null;
  /** How long the outcome of a claim may take before it is uncertain, in milliseconds. */
  readonly leaseMs: number;
  /** What the item carries; it comes back when it was held. */
  readonly item: JsonObject;
}

/** What became of one request; whoever is `held` leaves later, whoever is `dropped` never. */
export type ClaimResult =
  | {
      readonly outcome: 'claimed';
      readonly contact: ContactProfile;
      readonly decision: Extract<ChannelDecision, { outcome: 'chosen' }>;
      /** Null where nothing was written. */
      readonly messageId: number | null;
    }
  | {
      readonly outcome: 'answered' | 'unreachable' | 'skipped' | 'dropped' | 'stale' | 'held';
      readonly contact: ContactProfile;
      readonly decision: ChannelDecision;
      /** When it may be sent, as far as can be told; null where it never may as things are. */
      readonly eligibleAt: number | null;
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/**
 * Chooses a channel for every message, claims it, and holds whom it must, all in one writing transaction: what was judged
 * stays true until the claims are written, and requests of one contact count each other. Claims become uncertain when nobody
 * tells their outcome in time; see {@link settleMessages}.
 */
export function claimMessages(
  store: Store,
  place: SubscriptionKey,
  requests: readonly ClaimRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<ClaimResult[]> {
  return writeBatch(store, policy, (tx) =>
    judge(tx, requests, now, async (piece) => {
      const ids = await tx.messages.claim(piece.claims.map((claim) => toNewMessage(claim, place, now)));
      await holdMessages(tx, place, piece.holds, now);
      return ids;
    }),
  );
}

/** Decides on every message as {@link claimMessages} would, and writes nothing. */
export function previewMessages(
  store: Store,
  requests: readonly ClaimRequest[],
  now: number,
  { allOrNothing }: BatchPolicy,
): Promise<ClaimResult[]> {
  return store.read(async (tx) => {
    const results = await judge(tx, requests, now, async () => []);
    const refused = results.findIndex(({ outcome }) => outcome === 'refused');
    const problems = results[refused];
    if (allOrNothing && problems?.outcome === 'refused') throw new RefusedRequest(refused, problems.problems);
    return results;
  });
}

interface Claim {
  readonly request: ClaimRequest;
  readonly contactId: number;
  readonly decision: Extract<ChannelDecision, { outcome: 'chosen' }>;
}

interface Piece {
  readonly claims: readonly Claim[];
  readonly holds: readonly HoldRequest[];
}

async function judge(
  tx: Transaction,
  requests: readonly ClaimRequest[],
  now: number,
  write: (piece: Piece) => Promise<number[]>,
): Promise<ClaimResult[]> {
  const results: ClaimResult[] = [];
  const made: Message[] = [];
  for (const piece of chunks(requests)) {
    const ids = await findContacts(
      tx,
      piece.map(({ contact }) => contact),
    );
    const profiles = await loadProfiles(
      tx,
      ids.filter((id) => id !== null),
    );
    const present = piece.flatMap((request, index) => {
      const contact = profiles.get(ids[index] ?? -1);
      return contact ? [{ request, contact }] : [];
    });
    const ledger = await ChannelLedger.load(tx, present, made, now);
    const stays = await tx.enrolments.get(piece.flatMap(({ enrolmentId }) => enrolmentId ?? []));
    const claims: Array<Claim & { at: number }> = [];
    const holds: HoldRequest[] = [];
    for (const [index, request] of piece.entries()) {
      const contact = profiles.get(ids[index] ?? -1);
      const facts = contact && ledger.factsOf(request, contact);
      if (!contact || !facts) results.push({ outcome: 'refused', problems: [UNKNOWN_CONTACT] });
      else if (!facts.ok) results.push({ outcome: 'refused', problems: facts.problems });
      else {
        const decision =
          overBy(stays.get(request.enrolmentId ?? -1)) ?? chooseChannel(request.rules, facts.value, now);
        const result = resultOf(request, contact, decision, now);
        if (result.outcome === 'claimed') {
          const claim = { request, contactId: contact.id, decision: result.decision };
          claims.push({ ...claim, at: results.length });
          const message = toMessage(toNewMessage(claim, NOWHERE, now));
          made.push(message);
          ledger.add(message);
        } else if (result.outcome === 'held') {
          const { zone } = facts.value.zone;
          const dueAt = result.eligibleAt ?? now;
          holds.push({ request, contactId: contact.id, dueAt, zone, reasons: decision.reasons });
        }
        results.push(result);
      }
    }
    const written = await write({ claims, holds });
    claims.forEach(({ at }, index) => {
      const result = results[at];
      const messageId = written[index];
      if (result?.outcome === 'claimed' && messageId !== undefined) results[at] = { ...result, messageId };
    });
  }
  return results;
}

function resultOf(
  { whenBlocked, heldSince, freshForMs }: ClaimRequest,
  contact: ContactProfile,
  decision: ChannelDecision,
  now: number,
): Exclude<ClaimResult, { outcome: 'refused' }> {
  const staleAt = (heldSince ?? now) + freshForMs;
  if (decision.outcome === 'answered' || decision.outcome === 'unreachable') {
    return { outcome: decision.outcome, contact, decision, eligibleAt: null };
  }
  if (heldSince !== null && now >= staleAt) return { outcome: 'stale', contact, decision, eligibleAt: null };
  if (decision.outcome === 'chosen') return { outcome: 'claimed', contact, decision, messageId: null };
  const { eligibleAt } = decision;
  if (whenBlocked !== 'hold') {
    return { outcome: whenBlocked === 'skip' ? 'skipped' : 'dropped', contact, decision, eligibleAt };
  }
  // Who would come back to a message that is stale by then need not wait for it.
  return { outcome: eligibleAt >= staleAt ? 'stale' : 'held', contact, decision, eligibleAt };
}

/** Who is not in the journey any more, or in its control group, gets nothing of it; a stay that is unknown says nothing. */
function overBy(stay: Enrolment | undefined): ChannelDecision | null {
  if (!stay || (stay.state === 'active' && !stay.isControl)) return null;
  const reason = stay.isControl
    ? 'it belongs to the control group of its journey'
    : `its stay in the journey has ended: ${stay.reason ?? stay.state}`;
  return { outcome: 'unreachable', checks: [], tried: [], reasons: [reason] };
}

const NOWHERE = { workflowId: '', nodeName: '' };

function toNewMessage(
  { request, contactId, decision }: Claim,
  { workflowId, nodeName }: Pick<SubscriptionKey, 'workflowId' | 'nodeName'>,
  now: number,
): NewMessage {
  return {
    contactId,
    name: request.rules.message,
    occasion: request.occasion,
    channel: decision.channel.name,
    purpose: request.rules.purpose,
    address: decision.address.value,
    attempt: decision.attempt,
    claimedAt: now,
    leaseUntil: now + request.leaseMs,
    enrolmentId: request.enrolmentId,
    journey: request.journey,
    workflowId,
    nodeName,
  };
}

function toMessage(message: NewMessage): Message {
  return { ...message, id: 0, state: 'claimed', settledAt: null, error: null };
}
