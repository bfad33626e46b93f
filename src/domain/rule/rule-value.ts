import type { JsonValue } from '../json';
import { isNoDate, readDate, type DateValue } from '../schedule/parse-date';
import { DAY_MS, momentOfReading } from '../schedule/zone-clock';
import type { Span } from './rule-window';

/** A single value that a rule compares with. */
export type Scalar = string | number | boolean;

const NUMERIC = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,2})?$/i;
const LONGEST_NUMBER = 100;

/**
 * A number, or text that is one (`"19.90"`) of at most 100 characters, its exponent of at most two digits; anything
 * else, also blank text, is none.
 */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  const text = typeof value === 'string' ? value.trim() : '';
  return text.length <= LONGEST_NUMBER && NUMERIC.test(text) ? Number(text) : undefined;
}

/**
 * Whether a value is the one a rule names. Two texts must be the same to the letter; a number equals a number and
 * text that is that number; true and false equal themselves and their names. Lists and objects equal nothing.
 */
export function isSame(value: JsonValue, wanted: Scalar): boolean {
  if (value === wanted) return true;
  if (typeof value === 'object') return false;
  if (typeof value === 'boolean' || typeof wanted === 'boolean') return String(value) === String(wanted);
  const isNumeric = typeof value === 'number' || typeof wanted === 'number';
  return isNumeric && numberOf(value) === numberOf(wanted);
}

/**
 * The moments a date stands for in a zone: one for a moment or a local time, the whole day for a calendar day;
 * none if it cannot be read as a date.
 */
export function spanOfDate(value: unknown, zone: string): Span | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const reading = readDate(value, '');
  return reading.ok ? spanOf(reading.value, zone) : undefined;
}

function spanOf(date: DateValue, zone: string): Span {
  if (date.kind === 'instant') return { from: date.at, to: date.at };
  const from = momentOfReading(zone, date.reading);
  return { from, to: date.kind === 'date' ? momentOfReading(zone, date.reading + DAY_MS) - 1 : from };
}

/** Whether a value is a date as a rule may hold it: text or a number that `readDate` takes. */
export function isWrittenDate(value: unknown): value is string | number {
  const isDateLike = typeof value === 'string' || typeof value === 'number';
  return isDateLike && !isNoDate(value) && readDate(value, '').ok;
}

/** Whether one date is not after another; of a moment and a local date only a zone can tell, so they pass. */
export function isInOrder(from: string | number, to: string | number): boolean {
  const [first, last] = [readDate(from, ''), readDate(to, '')];
  if (!first.ok || !last.ok) return false;
  if (first.value.kind === 'instant' || last.value.kind === 'instant') {
    return first.value.kind !== 'instant' || last.value.kind !== 'instant' || first.value.at <= last.value.at;
  }
  return first.value.reading <= last.value.reading;
}
