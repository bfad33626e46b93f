import type { StoredEvent } from '../event/event';
import { mayHaveArrived, stateAt, type MessageState } from '../message/message';
import type { Channel } from './channel';
import type { ChannelAddress } from './channel-address';
import { answerRates, orderByAnswers } from './channel-order';
import type { ChannelFacts, ChannelRules } from './channel-question';
import { judgeChannel, type ChannelCheck } from './judge-channel';
import { isReactionTo } from './reaction';

/** An attempt that was made before. */
export interface TriedChannel {
  readonly channel: string;
  readonly state: MessageState;
  readonly at: number;
}

/** What is to become of a message to one contact, with what every channel said, in the order in which they were asked. */
export type ChannelDecision = {
  readonly checks: readonly ChannelCheck[];
  readonly tried: readonly TriedChannel[];
  readonly reasons: readonly string[];
} & (
  | {
      readonly outcome: 'chosen';
      readonly channel: Channel;
      readonly address: ChannelAddress;
      /** How often this message was tried with this attempt. */
      readonly attempt: number;
    }
  | { readonly outcome: 'answered'; readonly channel: string; readonly event: StoredEvent }
  /**
   * Nothing passes now; if nothing else happens, that is the first moment at which it is decided otherwise, or at which an
   * attempt under way is uncertain.
   */
  | { readonly outcome: 'blocked'; readonly eligibleAt: number }
  | { readonly outcome: 'unreachable' }
);

/**
 * Chooses the first channel that passes at `now`: an address, consent for marketing, no suppression, room under every cap,
 * outside the quiet hours, and not tried for this message before. A person's reaction to an earlier attempt ends it. While
 * an attempt is being made, and until the contact has had time to react to it, no other channel is tried. An uncertain
 * attempt stands for one that was sent.
 */
export function chooseChannel(rules: ChannelRules, facts: ChannelFacts, now: number): ChannelDecision {
  const order = ordered(rules, facts);
  const tried = facts.attempts
    .filter(({ state }) => state !== 'released')
    .map((own) => ({ channel: own.channel, state: stateAt(own, now), at: own.settledAt ?? own.claimedAt }));
  const answer = answerTo(facts);
  if (answer) {
    const { channel, event } = answer;
    const reason = `${channel}: ${event.type} at ${iso(event.occurredAt)} answers this message`;
    return { outcome: 'answered', channel, event, checks: [], tried, reasons: [...order.reasons, reason] };
  }
  const checks = order.channels.map((channel) => ({
    channel,
    check: judgeChannel(channel, rules, facts, now),
  }));
  const told = { checks: checks.map(({ check }) => check), tried };
  const reasons = [
    ...order.reasons,
    ...checks.flatMap(({ check }) => check.reasons.map((reason) => `${check.channel}: ${reason}`)),
  ];
  const pending = pendingUntil(rules, facts, now);
  if (pending) {
    const eligibleAt = pending.isUnderWay ? pending.until : eligibleFrom(rules, facts, pending.until);
    return { ...told, outcome: 'blocked', eligibleAt, reasons: [...reasons, pending.reason] };
  }
  for (const { channel, check } of checks) {
    const address = facts.addresses.get(channel.name);
    if (check.verdict !== 'passes' || !address?.ok) continue;
    const attempt = facts.attempts.reduce((most, own) => Math.max(most, own.attempt), 0) + 1;
    return { ...told, outcome: 'chosen', channel, address: address.value, attempt, reasons };
  }
  const moments = checks.flatMap(({ check }) => check.eligibleAt ?? []);
  if (moments.length === 0) return { ...told, outcome: 'unreachable', reasons };
  return { ...told, outcome: 'blocked', eligibleAt: Math.min(...moments), reasons };
}

function ordered(
  { channels, order }: ChannelRules,
  { recent, events }: ChannelFacts,
): { channels: readonly Channel[]; reasons: string[] } {
  if (order === 'fixed') return { channels, reasons: [] };
  const rates = answerRates(recent, events);
  const parts = channels.map(({ name }) => {
    const { answered, messages } = rates.get(name) ?? { answered: 0, messages: 0 };
    return `${name} ${answered} of ${messages}`;
  });
  return { channels: orderByAnswers(channels, rates), reasons: [`answered: ${parts.join(', ')}`] };
}

function answerTo({ attempts, events }: ChannelFacts): { channel: string; event: StoredEvent } | undefined {
  for (const event of events) {
    const attempt = attempts.find((own) => mayHaveArrived(own) && isReactionTo(own, event));
    if (attempt) return { channel: attempt.channel, event };
  }
  return undefined;
}

/** When a message goes on that nothing keeps back before `at`. */
function eligibleFrom(rules: ChannelRules, facts: ChannelFacts, at: number): number {
  const later = chooseChannel(rules, facts, at);
  return later.outcome === 'blocked' ? later.eligibleAt : at;
}

/** Until when an attempt made before keeps the other channels back. How one under way will end, nobody can tell. */
function pendingUntil(
  { reactionTimeMs }: ChannelRules,
  { attempts }: ChannelFacts,
  now: number,
): { until: number; reason: string; isUnderWay: boolean } | undefined {
  const underWay = attempts.filter((own) => stateAt(own, now) === 'claimed');
  if (underWay.length > 0) {
    const until = Math.max(...underWay.map(({ leaseUntil }) => leaseUntil));
    const names = underWay.map(({ channel }) => channel).join(', ');
    return {
      until,
      isUnderWay: true,
      reason: `${names}: being sent; uncertain at ${iso(until)} unless confirmed or failed`,
    };
  }
  const arrived = attempts.filter(mayHaveArrived);
  const until = Math.max(...arrived.map((own) => (own.settledAt ?? own.claimedAt) + reactionTimeMs));
  if (!(until > now)) return undefined;
  return { until, isUnderWay: false, reason: `the contact has until ${iso(until)} to react` };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
