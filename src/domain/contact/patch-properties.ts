import { jsonEquals, type JsonObject, type JsonValue } from '../json';

/**
 * Returns the properties after a patch, key by key: an absent key stays, null removes it; the same object where nothing
 * changes. Adds each change to `diff` as `properties.<name>` with the value before (null where there was none) and after.
 */
export function patchProperties(
  before: JsonObject,
  patch: JsonObject,
  diff: Array<[string, JsonValue]>,
): JsonObject {
  const changes = Object.entries(patch).filter(([name, value]) =>
    value === null
      ? Object.hasOwn(before, name)
      : !Object.hasOwn(before, name) || !jsonEquals(before[name], value),
  );
  if (changes.length === 0) return before;
  const after = new Map(Object.entries(before));
  for (const [name, value] of changes) {
    diff.push([`properties.${name}`, [Object.hasOwn(before, name) ? (before[name] ?? null) : null, value]]);
    if (value === null) after.delete(name);
    else after.set(name, value);
  }
  return Object.fromEntries(after);
}
