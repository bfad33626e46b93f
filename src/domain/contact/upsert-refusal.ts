import type { IdentifierKind } from './contact';
import type { Problem } from '../problem';
import type { UpsertResult } from './upsert-plan';

/** The kind of an identifier in words. */
export function label(kind: IdentifierKind): string {
  return kind.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** What is said where identifiers of one request belong to two known contacts. */
export function twoContacts(
  a: readonly [number, IdentifierKind],
  b: readonly [number, IdentifierKind],
): Problem {
  return {
    field: a[1],
    message: `The ${label(a[1])} belongs to contact ${a[0]} and the ${label(b[1])} to contact ${b[0]}. Merge the two contacts first, or give only one of the identifiers.`,
  };
}

/** The result of a request that is refused for one reason. */
export function refused(field: string, message: string): UpsertResult {
  return { outcome: 'refused', problems: [{ field, message }] };
}
