import { cleanText, toJsonValue, type JsonValue } from '../../domain/json';
import { quote, type Problem, type Reading } from '../../domain/problem';
import { namedIn, problemsOfEntry } from '../../domain/rule/book-entries';
import type { RuleBook } from '../../domain/rule/rule-book';
import { DEEPEST_RULE, parseRule } from '../../domain/rule/parse-rule';
import type { Rule } from '../../domain/rule/rule';
import { needsOf, type RuleNeeds } from '../../domain/rule/rule-needs';
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
 * Reads a definition against the segments and scores that are saved. Refused, each with its path: a name that is empty
 * or longer than 100 characters, a zone that does not exist, an invalid rule, a segment or score that does not exist, a
 * segment that is made of itself, also through others, and one that is too large with what it is made of.
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
  const { zone } = request;
  const book = { ...saved, segments: new Map(saved.segments).set(name, { rule, zone }) };
  problems.push(...problemsOfEntry({ kind: 'segment', name }, namedIn(definition, 'rule'), 'rule', book));
  if (problems.length > 0) return { ok: false, problems };
  const needs = needsOf(rule, book);
  return { ok: true, value: { name, definition, zone, rule, needs, book } };
}
