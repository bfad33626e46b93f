import type { StoredEvent } from '../event/event';
import type { Message } from '../message/message';
import type { Channel } from './channel';
import { isReactionTo } from './reaction';

/** How many messages a contact may have got over a channel, and how many of them it answered to. */
export interface AnswerRate {
  readonly messages: number;
  readonly answered: number;
}

/** Counts by channel what a contact answered to; channels without a message are absent. */
export function answerRates(
  messages: readonly Message[],
  events: readonly StoredEvent[],
): Map<string, AnswerRate> {
  const rates = new Map<string, AnswerRate>();
  for (const message of messages) {
    const before = rates.get(message.channel) ?? { messages: 0, answered: 0 };
    const isAnswered = events.some((event) => isReactionTo(message, event));
    rates.set(message.channel, {
      messages: before.messages + 1,
      answered: before.answered + (isAnswered ? 1 : 0),
    });
  }
  return rates;
}

/** So many answers a channel needs before it moves ahead of any other. */
const FEWEST_ANSWERS = 2;

/**
 * Returns the channels, those ahead that the contact answers to. Rates begin at Beta(1, 1). A channel moves ahead of another
 * where it was answered to at least twice and its rate, less one standard deviation, is above the other's: one lucky click
 * moves nothing, nor does a channel that was never tried. What is not told apart keeps the order given.
 */
export function orderByAnswers(
  channels: readonly Channel[],
  rates: ReadonlyMap<string, AnswerRate>,
): Channel[] {
  const left = channels.map((channel) => ({ channel, ...estimate(rates.get(channel.name)) }));
  const ordered: Channel[] = [];
  while (left.length > 0) {
    // Who is ahead of whom has no circles: what is less a deviation is never above itself.
    const next = left.findIndex((own) => left.every((other) => !isAhead(other, own)));
    for (const { channel } of left.splice(Math.max(0, next), 1)) ordered.push(channel);
  }
  return ordered;
}

interface Estimate {
  readonly answered: number;
  readonly mean: number;
  readonly deviation: number;
}

function estimate(rate: AnswerRate | undefined): Estimate {
  const { messages, answered } = rate ?? { messages: 0, answered: 0 };
  const mean = (answered + 1) / (messages + 2);
  return { answered, mean, deviation: Math.sqrt((mean * (1 - mean)) / (messages + 3)) };
}

function isAhead(one: Estimate, other: Estimate): boolean {
  return one.answered >= FEWEST_ANSWERS && one.mean - one.deviation > other.mean;
}
