import type { JsonValue } from '../json';
import { readDate, type DateValue } from '../schedule/parse-date';
import { DAY_MS, momentOfReading } from '../schedule/zone-clock';
import type { Span } from './rule-window';

/** A single value that a rule compares with. */
export type Scalar = string | number | boolean;

const NUMERIC = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;

/** A number, or text that is one (`"19.90"`); anything else, also blank text, is none. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !NUMERIC.test(value.trim())) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/**
 * Whether a value is the one a rule names. Two texts must be the same to the letter; a number equals a number and
 * text that is that number; true and false equal themselves and their names.
 */
export function isSame(value: JsonValue, wanted: Scalar): boolean {
  if (value === wanted) return true;
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
