import type { Problem } from '../../src/domain/problem';

/**
 * What the node's panel calls the parts of a rule, by their path in the rule's JSON. None at all where the user wrote the
 * JSON: there a path is the place.
 */
export type RulePlaces = ReadonlyMap<string, string>;

/** What the panel calls the parts of one row, by their path within it; the first that fits counts. */
const FIELDS: ReadonlyArray<readonly [RegExp, string | ((found: RegExpExecArray) => string)]> = [
  [/^\.event\b/, 'Event Names'],
  [/^\.(?:count|sum|distinct)\.n$/, 'Number'],
  [/^\.(?:count|sum|distinct)\.op$/, 'How Often'],
  [/^\.(?:sum|distinct)\.property$/, 'Property That Counts'],
  [/^\.(?:first|last)(?:\[(\d+)\])?/, ([, at]) => numbered('It Must Be So That', at)],
  [/^\.where\[(\d+)\]/, ([, at]) => numbered('Only Events Where', at)],
  [/^\.within\b/, 'When'],
  [/^\.property$/, 'Property'],
  [/^\.op$/, 'Operator'],
  [/^\.value\b/, 'Value'],
  [/^\.for\b/, 'Held For'],
  [/^\.(?:tag|list|segment|stage)$/, 'Name'],
  [/^\.(?:consent|channel)$/, 'Channel'],
  [/^\.is$/, 'Status'],
  [/^\.randomBucket$/, 'Percent'],
  [/^\.seed$/, 'Seed'],
];

/** The panel asks for a share as a percentage, so that it is also what the user is told. */
const MESSAGES: Readonly<Record<string, string>> = {
  '.randomBucket': 'Percent must be a number above 0 and at most 100.',
};

/** A problem of a rule that begins with its place: `Group 2 › Event 1 › Number: …`, or `rule.all[1].within.unit: …`. */
export function inWords(problem: Problem, places: RulePlaces): Problem {
  let place = '';
  for (const path of places.keys()) {
    if (path.length > place.length && isWithin(problem.field, path)) place = path;
  }
  if (place === '') return { ...problem, message: `${problem.field}: ${problem.message}` };
  const rest = problem.field.slice(place.length);
  const words = [places.get(place), fieldWords(rest)].filter((word) => word !== undefined && word !== '');
  const message = MESSAGES[rest] ?? problem.message;
  return { ...problem, message: words.length > 0 ? `${words.join(' › ')}: ${message}` : message };
}

function isWithin(path: string, place: string): boolean {
  return path.startsWith(place) && ['', '.', '['].includes(path.charAt(place.length));
}

function fieldWords(rest: string): string | undefined {
  for (const [pattern, words] of FIELDS) {
    const found = pattern.exec(rest);
    if (found) return typeof words === 'string' ? words : words(found);
  }
  return undefined;
}

function numbered(words: string, at: string | undefined): string {
  return at === undefined ? words : `${words} ${Number(at) + 1}`;
}
