import { DateTime } from 'luxon';
import { readIdentifier } from '../contact/identifier';
import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { quote, type Problem } from '../problem';

/** One thing in a cart or an order, as events carry it. */
export type ShopItem = { sku: string; name: string; quantity: number; price: number } & JsonObject;

/** Reads the fields of one payload and gathers a problem for each that is missing or wrong. */
export class PayloadFields {
  readonly problems: Problem[] = [];

  /** The text or number at `field` as text. A blank is refused. */
  requiredText(value: JsonValue | undefined, field: string): string {
    const text = optionalText(value);
    if (text === null) this.#refuse(field, value, 'it must be text');
    return text ?? '';
  }

  /** An amount of money, written as a number or as a decimal with a point. */
  money(value: JsonValue | undefined, field: string): number {
    const text = optionalText(value);
    const amount = text !== null && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (!Number.isFinite(amount)) this.#refuse(field, value, 'it must be an amount such as 19.99');
    return amount;
  }

  /** How many pieces: a number from 0. */
  quantity(value: JsonValue | undefined, field: string): number {
    const count = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof count === 'number' && Number.isFinite(count) && count >= 0) return count;
    this.#refuse(field, value, 'it must be a number from 0');
    return 0;
  }

  /** A moment in epoch milliseconds; ISO text without an offset is UTC. */
  moment(value: JsonValue | undefined, field: string): number {
    const time = typeof value === 'string' ? DateTime.fromISO(value, { zone: 'utc' }) : undefined;
    if (time?.isValid) return time.toMillis();
    this.#refuse(field, value, 'it must be a time such as 2024-03-22T19:28:02Z');
    return 0;
  }

  /** The objects of a list. */
  objects(value: JsonValue | undefined, field: string): JsonObject[] {
    if (!Array.isArray(value)) {
      this.#refuse(field, value, 'it must be a list');
      return [];
    }
    const objects: JsonObject[] = [];
    value.forEach((entry, index) => {
      if (isJsonObject(entry)) objects.push(entry);
      else this.#refuse(`${field}[${index}]`, entry, 'it must be an object');
    });
    return objects;
  }

  /** The first e-mail address given; one that is no address is refused under its own field, not passed over. */
  email(candidates: ReadonlyArray<readonly [field: string, value: JsonValue | undefined]>): string | null {
    for (const [field, value] of candidates) {
      const text = optionalText(value);
      if (text === null) continue;
      const reading = readIdentifier('email', text);
      if (reading.ok) return reading.value.value;
      this.problems.push(...reading.problems.map(({ message }) => ({ field, message })));
      return null;
    }
    return null;
  }

  #refuse(field: string, value: JsonValue | undefined, wanted: string): void {
    const seen = value === undefined ? 'is missing' : `is ${quote(value)}`;
    this.problems.push({ field, message: `${field} ${seen}; ${wanted}.` });
  }
}

/** The text or number as trimmed text; null where there is none. */
export function optionalText(value: JsonValue | undefined): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const text = String(value).trim();
  return text === '' ? null : text;
}

/** The object at a key; an empty one where there is none. */
export function optionalObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/**
 * The first candidate that can be a telephone number in `country`, in E.164; null if none can. An address's number
 * is often unusable, and that never refuses an order.
 */
export function usablePhone(
  candidates: ReadonlyArray<JsonValue | undefined>,
  country: string | null,
): string | null {
  for (const candidate of candidates) {
    const text = optionalText(candidate);
    if (text === null) continue;
    const reading = readIdentifier('phone', text, country);
    if (reading.ok) return reading.value.value;
  }
  return null;
}

/** An ISO country code as the shop gives it, or null if it is none. */
export function countryCode(value: JsonValue | undefined): string | null {
  const text = optionalText(value)?.toUpperCase() ?? '';
  return /^[A-Z]{2}$/.test(text) ? text : null;
}

/** The entries that have a value: what a shop leaves blank never clears what is known. */
export function known(entries: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const kept: Array<[string, JsonValue]> = [];
  for (const [key, value] of Object.entries(entries)) {
    if (value !== null && value !== undefined && value !== '') kept.push([key, value]);
  }
  return Object.fromEntries(kept);
}

/** Money as it is summed: to a hundredth of the smallest unit, so that sums of decimals stay decimals. */
export function roundMoney(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}

/**
 * A short fingerprint of what an event says, by which two states of a cart within one second differ: 64 bits,
 * two runs of FNV-1a from different beginnings. It keeps apart by chance, not against an attacker.
 */
export function fingerprint(content: JsonValue): string {
  const text = JSON.stringify(content);
  return [0x811c9dc5, 0x01234567].map((seed) => fnv1a(text, seed).toString(16).padStart(8, '0')).join('');
}

function fnv1a(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
