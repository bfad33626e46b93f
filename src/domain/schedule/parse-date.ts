import { DateTime } from 'luxon';
import { quote, type Reading } from '../problem';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './zone-clock';

/** A date as a user's data hold it. */
export type DateValue =
  /** A moment, the same everywhere: epoch milliseconds UTC. */
  | { readonly kind: 'instant'; readonly at: number }
  /** A local date and time without a zone, as the reading of a local clock (see zone-clock). */
  | { readonly kind: 'localDateTime'; readonly reading: number }
  /** A day of the calendar, wherever one is; as the reading of its midnight. */
  | { readonly kind: 'date'; readonly reading: number };

/** A day that comes every year, without a year of its own. */
export interface MonthDay {
  readonly kind: 'monthDay';
  readonly month: number;
  readonly day: number;
}

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](.+))?$/;
const ISO_TIME =
  /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}(?::?[0-5]\d)?)?$/i;
const MONTH_DAY = /^(?:--)?(\d{2})-(\d{2})$/;
const EPOCH_DIGITS = /^(\d{10}|\d{13})$/;

/** Below this a number is taken for epoch seconds (up to the year 2286), from it on for milliseconds. */
const FIRST_MILLISECONDS = 10_000_000_000;
/** Smaller numbers are days of a spreadsheet or an empty field, not seconds since 1970. */
const LEAST_SECONDS = 100_000;
/** The last moment of the year 9999. */
const LAST_MOMENT = Date.UTC(10_000, 0, 1) - 1;
const FIRST_MOMENT = -62_167_219_200_000;

const WHAT_IS_RIGHT =
  'write 2026-03-07 (a calendar day), 2026-03-07T10:00 (local time) or 2026-03-07T10:00:00Z (with Z or an offset such as +02:00), or give a date object or epoch milliseconds';

function midnightReading(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1) return undefined;
  const date = DateTime.utc(year, month, 1);
  return day <= (date.daysInMonth ?? 0) ? date.toMillis() + (day - 1) * DAY_MS : undefined;
}

function offsetOf(text: string): number {
  if (text.toUpperCase() === 'Z') return 0;
  const digits = text.slice(1).replace(':', '');
  const size = Number(digits.slice(0, 2)) * HOUR_MS + Number(digits.slice(2) || '0') * MINUTE_MS;
  return text.startsWith('-') ? -size : size;
}

function fromText(text: string): DateValue | string {
  if (EPOCH_DIGITS.test(text)) return fromNumber(Number(text));
  const match = ISO_DATE.exec(text);
  if (!match) return WHAT_IS_RIGHT;
  const midnight = midnightReading(Number(match[1]), Number(match[2]), Number(match[3]));
  if (midnight === undefined) return `the calendar has no such day; ${WHAT_IS_RIGHT}`;
  if (match[4] === undefined) return { kind: 'date', reading: midnight };
  const time = ISO_TIME.exec(match[4]);
  if (!time) return `its time of day cannot be read; ${WHAT_IS_RIGHT}`;
  const reading =
    midnight +
    Number(time[1]) * HOUR_MS +
    Number(time[2]) * MINUTE_MS +
    Number(time[3] ?? '0') * SECOND_MS +
    Number((time[4] ?? '').padEnd(3, '0').slice(0, 3));
  return time[5] === undefined
    ? { kind: 'localDateTime', reading }
    : { kind: 'instant', at: reading - offsetOf(time[5]) };
}

function fromNumber(value: number): DateValue | string {
  if (!Number.isFinite(value)) return WHAT_IS_RIGHT;
  if (Math.abs(value) < LEAST_SECONDS) {
    return `it is too small for seconds since 1970, perhaps a spreadsheet's day number; ${WHAT_IS_RIGHT}`;
  }
  if (value >= 19_000_101 && value <= 20_991_231) {
    return `it looks like a date without dashes; ${WHAT_IS_RIGHT}`;
  }
  const at = Math.round(Math.abs(value) < FIRST_MILLISECONDS ? value * SECOND_MS : value);
  return at >= FIRST_MOMENT && at <= LAST_MOMENT
    ? { kind: 'instant', at }
    : `it lies outside the years 0 to 9999; ${WHAT_IS_RIGHT}`;
}

function fromObject(value: object): DateValue | string {
  // Date objects and Luxon's come from other realms and other copies of the library: their methods tell them.
  const candidate = value as { getTime?: unknown; toMillis?: unknown };
  const method = candidate.toMillis ?? candidate.getTime;
  if (typeof method !== 'function') return WHAT_IS_RIGHT;
  const at: unknown = method.call(value);
  if (typeof at !== 'number' || Number.isNaN(at))
    return `it is a date object that holds no valid date; ${WHAT_IS_RIGHT}`;
  return at >= FIRST_MOMENT && at <= LAST_MOMENT
    ? { kind: 'instant', at }
    : `it lies outside the years 0 to 9999; ${WHAT_IS_RIGHT}`;
}

/**
 * Reads a date from a user's data. Taken are: ISO date (a calendar day), ISO date and time without a zone
 * (local; `T` or a space between), with `Z` or an offset (a moment), a JavaScript Date or Luxon DateTime of
 * any copy or realm (a moment), a number of epoch seconds or milliseconds (a moment; below 10,000,000,000 it
 * counts seconds), and such a number as text of 10 or 13 digits. Years 0 to 9999. Everything else is refused:
 * `3/7/2026` could be two different days, and nobody notices which one was taken.
 */
export function readDate(value: unknown, field: string): Reading<DateValue> {
  let result: DateValue | string = WHAT_IS_RIGHT;
  if (typeof value === 'string') result = fromText(value.trim());
  else if (typeof value === 'number') result = fromNumber(value);
  else if (typeof value === 'object' && value !== null) result = fromObject(value);
  if (typeof result !== 'string') return { ok: true, value: result };
  const message = isNoDate(value)
    ? `There is no date; ${WHAT_IS_RIGHT}.`
    : `${quote(value)} is not taken as a date: ${result}.`;
  return { ok: false, problems: [{ field, message }] };
}

/** Whether a value is simply absent: undefined, null or blank text. */
export function isNoDate(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** Reads a date that returns every year: all that `readDate` takes, and a day without a year (`02-29`, `--02-29`). */
export function readYearlyDate(value: unknown, field: string): Reading<DateValue | MonthDay> {
  const match = typeof value === 'string' ? MONTH_DAY.exec(value.trim()) : null;
  if (!match) return readDate(value, field);
  const [month, day] = [Number(match[1]), Number(match[2])];
  // 2000 was a leap year, so that 29 February is a day.
  if (midnightReading(2000, month, day) !== undefined)
    return { ok: true, value: { kind: 'monthDay', month, day } };
  const message = `${quote(value)} is no day of the year; write month and day, such as 02-29 for 29 February.`;
  return { ok: false, problems: [{ field, message }] };
}
