import type { JsonValue } from '../json';
import { numberOf } from './rule-value';

/** Sums are kept in whole parts of this size, so that 0.1 and 0.2 make 0.3, in whatever order they are added. */
export const AMOUNT_PARTS = 1_000_000;
/** What is larger, or less than its negative, counts nothing in a sum. */
export const LARGEST_AMOUNT = 1e15;

/**
 * Returns what a value adds to a sum, in whole millionths, half of one counting as one: the value's number, or those
 * of a list's items; nothing for what is no number. Sums are exact up to nine billion.
 */
export function amountParts(value: JsonValue | undefined): number {
  let parts = 0;
  for (const item of itemsOf(value)) {
    const number = numberOf(item);
    if (number === undefined || Math.abs(number) > LARGEST_AMOUNT) continue;
    parts += Math.trunc(number * AMOUNT_PARTS + (number < 0 ? -0.5 : 0.5));
  }
  return parts;
}

/**
 * Returns the values that count as different ones, as JSON text: the value, or the items of a list. Text and a number
 * are never the same; null and objects are no values.
 */
export function countedValues(value: JsonValue | undefined): string[] {
  return itemsOf(value)
    .filter((item) => item !== null && typeof item !== 'object')
    .map((item) => JSON.stringify(item));
}

function itemsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
