/** A value that JSON can hold. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/** A JSON object: custom properties, event properties, the details of a change. */
export type JsonObject = { [key: string]: JsonValue };

/** Whether `value` is a plain JSON object: not null, not a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How deep values may be nested; SQLite refuses JSON deeper than 1,000, and code that reads it has less room. */
const DEEPEST = 100;

/**
 * Returns `value` as both databases can hold it: text is made well-formed Unicode and loses NUL characters
 * (PostgreSQL refuses both), dates become ISO text, `undefined` and functions leave their object, numbers
 * that are not finite and what is nested deeper than 100 levels, or as many as `deepest` says, become null.
 */
export function toJsonValue(value: unknown, deepest = DEEPEST): JsonValue {
  return atDepth(value, DEEPEST - deepest);
}

/** Returns an object's own entries as JSON; `undefined` and functions are left out. See {@link toJsonValue}. */
export function toJsonObject(value: object): JsonObject {
  return entriesAtDepth(value, 0);
}

function atDepth(value: unknown, depth: number): JsonValue {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || depth >= DEEPEST) return null;
  // Array.from, because map leaves holes as they are.
  if (Array.isArray(value)) return Array.from(value, (entry) => atDepth(entry, depth + 1));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if ('toISO' in value && typeof value.toISO === 'function') return atDepth(value.toISO(), depth + 1);
  return entriesAtDepth(value, depth);
}

function entriesAtDepth(value: object, depth: number): JsonObject {
  const entries: Array<[string, JsonValue]> = [];
  for (const [key, entry] of Object.entries(value)) {
    if (entry === undefined || typeof entry === 'function') continue;
    entries.push([cleanText(key), atDepth(entry, depth + 1)]);
  }
  // fromEntries defines own properties, so that a key named "__proto__" stays data.
  return Object.fromEntries(entries);
}

/** Whether two JSON values are the same, whatever the order of keys. */
export function jsonEquals(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((entry, index) => jsonEquals(entry, b[index]))
    );
  }
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && jsonEquals(a[key], b[key]))
  );
}

const NUL = String.fromCharCode(0);

/** Text as both databases can hold it: well-formed Unicode without NUL characters. */
export function cleanText(text: string): string {
  const wellFormed = text.isWellFormed() ? text : text.toWellFormed();
  return wellFormed.includes(NUL) ? wellFormed.replaceAll(NUL, '') : wellFormed;
}
