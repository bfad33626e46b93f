import { cleanText, type JsonObject } from '../json';
import { quote, type Problem } from '../problem';

const LONGEST_NAME = 300;

/** Whether an object has no other keys than these; each other one is a problem at its own path. */
export function keysOf(
  json: JsonObject,
  known: readonly string[],
  path: string,
  problems: Problem[],
): boolean {
  const strange = Object.keys(json).filter((key) => !known.includes(key));
  for (const key of strange) {
    const message = `${quote(key)} does not belong here; known are ${known.join(', ')}.`;
    problems.push({ field: `${path}.${key}`, message });
  }
  return strange.length === 0;
}

/** Reads a name: text of 1 to 300 characters. */
export function readText(value: unknown, path: string, problems: Problem[]): string | undefined {
  const isName = typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME;
  // A store holds no other text, and PostgreSQL does not even take it.
  if (isName && cleanText(value) === value) return value;
  const message = `${quote(value)} is no name; it must be text of 1 to ${LONGEST_NAME} characters.`;
  problems.push({ field: path, message });
  return undefined;
}
