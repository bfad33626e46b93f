/**
 * How many contacts one statement takes. Large enough that a statement's own cost vanishes, small enough that
 * the event loop is free again after a few milliseconds.
 */
export const CHUNK = 500;

/** Cuts a list into pieces of at most `size`. */
export function* chunks<T>(list: readonly T[], size: number = CHUNK): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}
