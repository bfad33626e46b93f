/**
 * Something in the input that cannot be taken: what is wrong, with which value, and what would be right.
 * Problems are data until a node or the command line turns them into an error.
 */
export interface Problem {
  /** Where it stands, as the user knows it: `email`, `event.occurredAt`, `properties.birthday`. */
  readonly field: string;
  /** A whole sentence that names the value and says what would be right. */
  readonly message: string;
}

/** A value, or the problems that kept it from being read. */
export type Reading<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

/** Characters that nobody sees, but for the joiner within emoji: an address that holds one looks right. */
const UNSEEN = /(?!\u200d)[\p{Cf}\p{Cc}]/gu;

function asCode(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

/**
 * A value as it may be shown in a message: quoted, on one line, at most 60 characters, what cannot be seen as its code; one
 * that is absent is nothing.
 */
export function quote(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : jsonOf(value);
  const line = text.replace(/\s+/g, ' ').replace(UNSEEN, asCode);
  return `"${line.length > 60 ? `${line.slice(0, 57)}...` : line}"`;
}

/** What is nested too deep for JSON.stringify is not told. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return typeof value === 'object' ? '...' : String(value);
  }
}
