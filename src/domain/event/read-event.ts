import { cleanText } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import { readPropertyObject } from '../property-object';
import { isNoDate, readDate } from '../schedule/parse-date';
import { DAY_MS, momentOfReading } from '../schedule/zone-clock';
import type { NewEvent } from './event';

/** When and where raw events are read. */
export interface EventReadingOptions {
  /** Epoch milliseconds UTC; also when an event happened that says nothing about it. */
  readonly now: number;
  /** The IANA zone in which a time without an offset is meant. */
  readonly zone: string;
  /** Where the event stands in the user's data, for problems: `event` gives `event.type`. Empty: its keys as they are. */
  readonly field?: string;
}

export const LONGEST_EVENT_TYPE = 100;
export const LONGEST_EVENT_KEY = 255;
/** The largest properties of one event, as UTF-8 JSON. */
export const LARGEST_PROPERTIES_BYTES = 65_536;
/** How far ahead of the store's clock a sender's clock may be. */
export const MOST_AHEAD_MS = DAY_MS;

/** Letters and digits of any script, spaces within, and `_ . - : $`. Commas separate types in lists, `*` stands for any ending. */
const EVENT_TYPE = /^[\p{L}\p{N}_.:$-](?:[\p{L}\p{M}\p{N} _.:$-]*[\p{L}\p{M}\p{N}_.:$-])?$/u;

/**
 * Returns the event that `raw` describes by its keys `type`, `occurredAt`, `key` and `properties`.
 *
 * `occurredAt` takes what `readDate` takes; without one the event happens now. One more than 24 hours ahead
 * of `now` is refused: it would count in no window until then. `properties` must be an object of at most
 * 64 kB as JSON. An empty `key` is none. A problem names each field that cannot be taken.
 */
export function readEvent(
  raw: Readonly<Record<string, unknown>>,
  options: EventReadingOptions,
): Reading<NewEvent> {
  const prefix = options.field ? `${options.field}.` : '';
  const problems: Problem[] = [];
  const take = <T>(reading: Reading<T>): T | undefined => {
    if (reading.ok) return reading.value;
    problems.push(...reading.problems);
    return undefined;
  };
  const type = take(readEventType(raw.type, `${prefix}type`));
  const occurredAt = take(readOccurredAt(raw.occurredAt, `${prefix}occurredAt`, options));
  const key = take(readKey(raw.key, `${prefix}key`));
  const properties = take(
    readPropertyObject(raw.properties, `${prefix}properties`, LARGEST_PROPERTIES_BYTES),
  );
  if (type === undefined || occurredAt === undefined || key === undefined || properties === undefined) {
    return { ok: false, problems };
  }
  return { ok: true, value: { type, occurredAt, properties, key } };
}

/**
 * Returns the type of an event, trimmed: 1 to 100 characters, letters and digits of any script, spaces and
 * `_ . - : $`. Upper and lower case are different types.
 */
export function readEventType(value: unknown, field: string): Reading<string> {
  if (value === undefined || value === null || value === '') {
    return refuse(field, `${field} is missing; name what happened, such as order_placed.`);
  }
  const text = typeof value === 'string' ? cleanText(value).trim() : '';
  if (text.length > LONGEST_EVENT_TYPE) {
    return refuse(field, `${field} has ${text.length} characters; at most ${LONGEST_EVENT_TYPE} are taken.`);
  }
  if (!EVENT_TYPE.test(text)) {
    const rule = `use letters, digits, spaces and _ . - : $, as in order_placed`;
    return refuse(field, `${field} is ${quote(value)}; ${rule}.`);
  }
  return { ok: true, value: text };
}

function readOccurredAt(value: unknown, field: string, { now, zone }: EventReadingOptions): Reading<number> {
  if (isNoDate(value)) return { ok: true, value: now };
  const date = readDate(value, field);
  if (!date.ok) {
    return {
      ok: false,
      problems: date.problems.map(({ message }) => ({ field, message: `${field}: ${message}` })),
    };
  }
  const at = date.value.kind === 'instant' ? date.value.at : momentOfReading(zone, date.value.reading);
  if (at > now + MOST_AHEAD_MS) {
    const limit = new Date(now + MOST_AHEAD_MS).toISOString();
    return refuse(
      field,
      `${field} is ${quote(value)}, which lies ahead; an event may be dated up to ${limit}.`,
    );
  }
  return { ok: true, value: at };
}

function readKey(value: unknown, field: string): Reading<string | null> {
  if (value === undefined || value === null) return { ok: true, value: null };
  if (typeof value !== 'string' && typeof value !== 'number') {
    return refuse(
      field,
      `${field} is ${quote(value)}; it must be text that is the same whenever the event is sent again.`,
    );
  }
  const text = cleanText(String(value)).trim();
  if (text.length > LONGEST_EVENT_KEY) {
    return refuse(field, `${field} has ${text.length} characters; at most ${LONGEST_EVENT_KEY} are taken.`);
  }
  return { ok: true, value: text === '' ? null : text };
}

function refuse(field: string, message: string): { ok: false; problems: Problem[] } {
  return { ok: false, problems: [{ field, message }] };
}
