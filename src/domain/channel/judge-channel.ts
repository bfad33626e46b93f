import { stateAt, type Message } from '../message/message';
import { nextOpening } from '../schedule/next-opening';
import { localTextWithWeekday } from '../schedule/wording';
import type { Channel } from './channel';
import type { ChannelFacts, ChannelRules } from './channel-question';
import { capText, judgeCap } from './frequency-cap';

/**
 * How one channel stands: it passes, was tried for this message, is blocked for now (by a cap or quiet hours), or is
 * impossible as things are (no address, no consent, suppressed).
 */
export interface ChannelCheck {
  readonly channel: string;
  readonly verdict: 'passes' | 'tried' | 'blocked' | 'impossible';
  /** When it would pass, if it is blocked and nothing else is sent meanwhile. */
  readonly eligibleAt: number | null;
  readonly reasons: readonly string[];
}

/** Judges one channel for one contact, and says everything that speaks for or against it. */
export function judgeChannel(
  channel: Channel,
  rules: ChannelRules,
  facts: ChannelFacts,
  now: number,
): ChannelCheck {
  const against: string[] = [];
  const reasons: string[] = [];
  const attempt = facts.attempts.find((own) => own.channel === channel.name && own.state !== 'released');
  if (attempt) {
    return {
      channel: channel.name,
      verdict: 'tried',
      eligibleAt: null,
      reasons: [attemptText(attempt, now)],
    };
  }

  const address = facts.addresses.get(channel.name);
  if (!address) against.push('no address was looked for');
  else if (!address.ok) against.push(...address.problems.map(({ message }) => message));
  else if (address.value.value !== '') reasons.push(`goes to ${address.value.value}`);

  const suppression = facts.suppressions.get(channel.name);
  if (suppression) {
    against.push(`the address is suppressed since ${iso(suppression.at)} (${suppression.reason})`);
  }
  const consent = Object.hasOwn(facts.consents, channel.consent)
    ? facts.consents[channel.consent]
    : undefined;
  if (rules.purpose === 'transactional') reasons.push('transactional, so no consent is needed');
  else if (consent?.status === 'opted_in') {
    reasons.push(`consent ${channel.consent}: opted_in since ${iso(consent.at)}`);
  } else {
    const stands = consent ? `${consent.status} since ${iso(consent.at)}` : 'none on record';
    against.push(`consent ${channel.consent}: ${stands}`);
  }
  if (against.length > 0) {
    return { channel: channel.name, verdict: 'impossible', eligibleAt: null, reasons: against };
  }
  return blockedOrPasses(channel, rules, facts, now, reasons);
}

function blockedOrPasses(
  channel: Channel,
  { caps, purpose, hours }: ChannelRules,
  { recent, zone }: ChannelFacts,
  now: number,
  reasons: readonly string[],
): ChannelCheck {
  const blocks: string[] = [];
  const free: string[] = [];
  let eligibleAt = now;
  for (const cap of caps) {
    if (cap.channel !== null && cap.channel !== channel.name) continue;
    const { count, freeAt } = judgeCap(cap, recent, purpose, zone.zone, now);
    const text = `${count} of ${capText(cap, purpose)}`;
    if (freeAt > now) blocks.push(`${text}; there is room at ${localTextWithWeekday(freeAt, zone.zone)}`);
    else free.push(text);
    eligibleAt = Math.max(eligibleAt, freeAt);
  }
  if (channel.keepsQuietHours && hours.quiet) {
    const opening = nextOpening(eligibleAt, hours, zone);
    if (!opening.ok) {
      const never = opening.problems.map(({ message }) => message);
      return { channel: channel.name, verdict: 'impossible', eligibleAt: null, reasons: never };
    }
    blocks.push(...opening.value.reasons);
    eligibleAt = opening.value.at;
  }
  return blocks.length > 0
    ? { channel: channel.name, verdict: 'blocked', eligibleAt, reasons: blocks }
    : { channel: channel.name, verdict: 'passes', eligibleAt: null, reasons: [...reasons, ...free] };
}

function attemptText(attempt: Message, now: number): string {
  const state = stateAt(attempt, now);
  const at = iso(attempt.settledAt ?? attempt.claimedAt);
  if (state === 'failed') return `failed at ${at}${attempt.error ? `: ${attempt.error}` : ''}`;
  if (state === 'sent') return `sent at ${at}, without a reaction`;
  return state === 'uncertain'
    ? `claimed at ${at}, and nobody said how that ended, so it may have arrived`
    : `being sent since ${at}`;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
