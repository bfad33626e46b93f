import { cleanText, isJsonObject, toJsonValue, type JsonValue } from '../../domain/json';
import { quote, type Problem, type Reading } from '../../domain/problem';
import { EMPTY_BOOK, type RuleBook } from '../../domain/rule/rule-book';
import { DEEPEST_RULE, parseRule } from '../../domain/rule/parse-rule';
import type { Rule } from '../../domain/rule/rule';
import { needsOf, type RuleNeeds } from '../../domain/rule/rule-needs';
import { RuleSizes, sizeProblem } from '../../domain/rule/rule-size';
import { isZone } from '../../domain/schedule/zone';

/** What somebody wants to save under a name. */
export interface SegmentRequest {
  readonly name: string;
  /** The rule in its JSON. */
  readonly rule: unknown;
  /** The zone of contacts whose own is unknown. */
  readonly zone: string;
}

/** A definition that may be saved. */
export interface ReadDefinition {
  readonly name: string;
  readonly definition: JsonValue;
  readonly zone: string;
  readonly rule: Rule;
  readonly needs: RuleNeeds;
  /** What is saved as it would be with it. */
  readonly book: RuleBook;
}

const LONGEST_NAME = 100;

/**
 * Reads a definition against the segments that are saved. Refused, each with its path: a name that is empty or longer
 * than 100 characters, a zone that does not exist, an invalid rule, a segment that does not exist, one that is made
 * of itself, also through others, and one that is too large with those it is made of.
 */
export function readDefinition(request: SegmentRequest, saved: RuleBook): Reading<ReadDefinition> {
  const problems: Problem[] = [];
  const name = cleanText(request.name).trim();
  if (name === '' || name.length > LONGEST_NAME) {
    const wanted = `it must be text of 1 to ${LONGEST_NAME} characters`;
    problems.push({ field: 'name', message: `The segment's name is ${quote(request.name)}; ${wanted}.` });
  }
  if (!isZone(request.zone)) {
    const wanted = 'use an IANA name such as Europe/Berlin';
    problems.push({ field: 'zone', message: `${quote(request.zone)} is not a time zone; ${wanted}.` });
  }
  const definition = toJsonValue(request.rule, DEEPEST_RULE);
  const reading = parseRule(definition);
  if (!reading.ok) return { ok: false, problems: [...problems, ...reading.problems] };
  const rule = reading.value;
  const book = { ...saved, segments: new Map(saved.segments).set(name, rule) };
  problems.push(...problemsOfSegments(definition, name, book));
  if (problems.length === 0) problems.push(...problemsOfSizes(name, book));
  if (problems.length > 0) return { ok: false, problems };
  const needs = needsOf(rule, book);
  return { ok: true, value: { name, definition, zone: request.zone, rule, needs, book } };
}

/** The problems of the segments that a rule's JSON names: those that do not exist, and those made of the rule itself. */
function problemsOfSegments(definition: JsonValue, name: string, book: RuleBook): Problem[] {
  return namedIn(definition, 'rule').flatMap(({ segment, path }): Problem[] => {
    if (!book.segments.has(segment)) {
      const known = [...book.segments.keys()].filter((own) => own !== name);
      const others = known.length === 0 ? 'none is saved yet' : `saved are ${listed(known)}`;
      return [{ field: path, message: `There is no segment ${quote(segment)}; ${others}.` }];
    }
    const circle = wayTo(name, segment, book, new Set());
    if (!circle) return [];
    const way = [name, ...circle].map(quote).join(' → ');
    return [{ field: path, message: `A segment cannot be made of itself: ${way}.` }];
  });
}

/** The problems of what is too large with the segments it is made of: the rule, or else a segment that is made of it. */
function problemsOfSizes(name: string, book: RuleBook): Problem[] {
  const sizes = new RuleSizes(book);
  const own = sizeProblem('this rule', sizes.ofSegment(name));
  if (own) return [own];
  return [...book.segments].flatMap(([other, rule]) => {
    if (!needsOf(rule, book).segments.has(name)) return [];
    const problem = sizeProblem(`the segment ${quote(other)}`, sizes.ofSegment(other));
    return problem ? [problem] : [];
  });
}

const MOST_LISTED = 10;

function listed(names: readonly string[]): string {
  const some = names.slice(0, MOST_LISTED).map(quote).join(', ');
  return names.length > MOST_LISTED ? `${some} and ${names.length - MOST_LISTED} more` : some;
}

/** Where a rule's JSON, which was read without problems, names segments. */
function namedIn(json: JsonValue, path: string): Array<{ segment: string; path: string }> {
  if (!isJsonObject(json)) return [];
  if (typeof json.segment === 'string') return [{ segment: json.segment, path: `${path}.segment` }];
  return ['all', 'any', 'none'].flatMap((mode) => {
    const rules = json[mode];
    return Array.isArray(rules)
      ? rules.flatMap((rule, index) => namedIn(rule, `${path}.${mode}[${index}]`))
      : [];
  });
}

/** The segments from `from` to `wanted`, each made of the next; null where none leads there. */
function wayTo(wanted: string, from: string, book: RuleBook, seen: Set<string>): string[] | null {
  if (from === wanted) return [wanted];
  if (seen.has(from)) return null;
  seen.add(from);
  for (const next of directlyNamed(book.segments.get(from))) {
    const way = wayTo(wanted, next, book, seen);
    if (way) return [from, ...way];
  }
  return null;
}

/** The segments that a rule itself names, not those that these are made of. */
export function directlyNamed(rule: Rule | undefined): ReadonlySet<string> {
  return rule ? needsOf(rule, EMPTY_BOOK).segments : new Set();
}
