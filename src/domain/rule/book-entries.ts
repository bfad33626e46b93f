import { isJsonObject, type JsonValue } from '../json';
import { quote, type Problem } from '../problem';
import type { Rule } from './rule';
import { EMPTY_BOOK, type RuleBook } from './rule-book';
import { needsOfAll } from './rule-needs';
import { RuleSizes, sizeProblem } from './rule-size';

/** A saved segment or score, by its name. */
export interface BookEntry {
  readonly kind: 'segment' | 'score';
  readonly name: string;
}

/** Where a rule's JSON names one, as a path to the name. */
export interface NamedEntry extends BookEntry {
  readonly path: string;
}

/** Returns where a rule's JSON, which was read without problems, names segments and scores. */
export function namedIn(json: JsonValue | undefined, path: string): NamedEntry[] {
  if (!isJsonObject(json)) return [];
  for (const kind of ['segment', 'score'] as const) {
    const name = json[kind];
    if (typeof name === 'string') return [{ kind, name, path: `${path}.${kind}` }];
  }
  return ['all', 'any', 'none'].flatMap((mode) => {
    const rules = json[mode];
    return Array.isArray(rules)
      ? rules.flatMap((rule, index) => namedIn(rule, `${path}.${mode}[${index}]`))
      : [];
  });
}

/** Returns the segments and scores that rules name themselves, not those that these are made of. */
export function directlyNamed(rules: readonly Rule[]): BookEntry[] {
  const { segments, scores } = needsOfAll(rules, EMPTY_BOOK);
  return [
    ...[...segments].map((name): BookEntry => ({ kind: 'segment', name })),
    ...[...scores].map((name): BookEntry => ({ kind: 'score', name })),
  ];
}

/** Returns the segments and scores of a book that name one themselves. */
export function namedBy(entry: BookEntry, book: RuleBook): BookEntry[] {
  return entriesOf(book).filter((other) =>
    directlyNamed(rulesOf(other, book)).some((named) => isSame(named, entry)),
  );
}

/**
 * Returns what keeps a segment or score from being saved as it is in the book: names of what does not exist, being made
 * of itself, also through others, and being too large with what it is made of, or making another too large.
 */
export function problemsOfEntry(
  own: BookEntry,
  named: readonly NamedEntry[],
  field: string,
  book: RuleBook,
): Problem[] {
  const problems = named.flatMap((entry) => problemsOfName(own, entry, book));
  return problems.length > 0 ? problems : problemsOfSizes(own, field, book);
}

function problemsOfName(own: BookEntry, { path, ...entry }: NamedEntry, book: RuleBook): Problem[] {
  const names = [...(entry.kind === 'segment' ? book.segments : book.scores).keys()];
  if (!names.includes(entry.name)) {
    const known = names.filter((name) => entry.kind !== own.kind || name !== own.name);
    const others = known.length === 0 ? 'none is saved yet' : `saved are ${listed(known)}`;
    return [{ field: path, message: `There is no ${entry.kind} ${quote(entry.name)}; ${others}.` }];
  }
  const circle = wayTo(own, entry, book, new Set());
  if (!circle) return [];
  const words = ({ kind, name }: BookEntry) => (kind === own.kind ? '' : `the ${kind} `) + quote(name);
  const way = [own, ...circle].map(words).join(' → ');
  return [{ field: path, message: `A ${own.kind} cannot be made of itself: ${way}.` }];
}

/** The problems of what is too large: the entry itself, or else what is made of it. */
function problemsOfSizes(own: BookEntry, field: string, book: RuleBook): Problem[] {
  const sizes = new RuleSizes(book);
  const sizeOf = ({ kind, name }: BookEntry) =>
    kind === 'segment' ? sizes.ofSegment(name) : sizes.ofScore(name);
  const problem = sizeProblem(own.kind === 'segment' ? 'this rule' : 'this score', sizeOf(own), field);
  if (problem) return [problem];
  return entriesOf(book).flatMap((other) => {
    const { segments, scores } = needsOfAll(rulesOf(other, book), book);
    if (isSame(other, own) || !(own.kind === 'segment' ? segments : scores).has(own.name)) return [];
    return sizeProblem(`the ${other.kind} ${quote(other.name)}`, sizeOf(other), field) ?? [];
  });
}

/** The entries from `from` to `wanted`, each made of the next; null where none leads there. */
function wayTo(wanted: BookEntry, from: BookEntry, book: RuleBook, seen: Set<string>): BookEntry[] | null {
  if (isSame(from, wanted)) return [wanted];
  const key = `${from.kind} ${from.name}`;
  if (seen.has(key)) return null;
  seen.add(key);
  for (const next of directlyNamed(rulesOf(from, book))) {
    const way = wayTo(wanted, next, book, seen);
    if (way) return [from, ...way];
  }
  return null;
}

function entriesOf({ segments, scores }: RuleBook): BookEntry[] {
  return [
    ...[...segments.keys()].map((name): BookEntry => ({ kind: 'segment', name })),
    ...[...scores.keys()].map((name): BookEntry => ({ kind: 'score', name })),
  ];
}

function rulesOf({ kind, name }: BookEntry, { segments, scores }: RuleBook): readonly Rule[] {
  if (kind === 'score') return scores.get(name)?.rules ?? [];
  const saved = segments.get(name);
  return saved ? [saved.rule] : [];
}

function isSame(one: BookEntry, other: BookEntry): boolean {
  return one.kind === other.kind && one.name === other.name;
}

const MOST_LISTED = 10;

function listed(names: readonly string[]): string {
  const some = names.slice(0, MOST_LISTED).map(quote).join(', ');
  return names.length > MOST_LISTED ? `${some} and ${names.length - MOST_LISTED} more` : some;
}
