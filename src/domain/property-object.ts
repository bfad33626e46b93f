import { isJsonObject, toJsonObject, type JsonObject } from './json';
import { quote, type Reading } from './problem';

/** SQLite takes JSON of at most 1,000 levels; whatever is nested deeper than this is nobody's property. */
export const DEEPEST_PROPERTIES = 100;

/**
 * Returns the properties that `value` holds, as both databases can keep them (see `toJsonObject`); none for null and what
 * is absent. Refused under `field`: what is no object, what is nested deeper than 100 levels, and what has more than
 * `largestBytes` as UTF-8 JSON.
 */
export function readPropertyObject(value: unknown, field: string, largestBytes: number): Reading<JsonObject> {
  if (value === undefined || value === null) return { ok: true, value: {} };
  const refuse = (what: string): Reading<JsonObject> => ({
    ok: false,
    problems: [{ field, message: `${field} ${what}` }],
  });
  if (!isJsonObject(value)) {
    return refuse(`is ${quote(value)}; it must be an object with a key for each property.`);
  }
  if (isDeeperThan(DEEPEST_PROPERTIES, value)) {
    return refuse(`is nested deeper than ${DEEPEST_PROPERTIES} levels.`);
  }
  const properties = toJsonObject(value);
  const bytes = Buffer.byteLength(JSON.stringify(properties));
  if (bytes > largestBytes) {
    return refuse(`has ${Math.ceil(bytes / 1024)} kB; at most ${largestBytes / 1024} kB are taken.`);
  }
  return { ok: true, value: properties };
}

/** Level by level, because a recursion would end with the stack before it ends with the data. */
function isDeeperThan(levels: number, value: object): boolean {
  let level: object[] = [value];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level
      .flatMap((entry): unknown[] => Object.values(entry))
      .filter((entry): entry is object => typeof entry === 'object' && entry !== null && !isDateLike(entry));
  }
  return false;
}

function isDateLike(value: object): boolean {
  return value instanceof Date || 'toISO' in value;
}
