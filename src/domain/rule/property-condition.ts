import { cleanText, isJsonObject } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import { readPeriod, type Period } from './rule-period';
import { readWindow, type ComingWindow, type PastWindow } from './rule-window';
import { isInOrder, isWrittenDate, numberOf, type Scalar } from './rule-value';
import { compilePattern } from './text-pattern';

/** The operators on properties, in the order an editor offers them. */
export const PROPERTY_OPERATORS = [
  'equals',
  'notEquals',
  'in',
  'notIn',
  'exists',
  'notExists',
  'contains',
  'notContains',
  'startsWith',
  'endsWith',
  'regex',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'before',
  'after',
  'withinLast',
  'notWithinLast',
  'withinNext',
  'inPeriod',
  'anniversaryToday',
] as const;
export type PropertyOperator = (typeof PROPERTY_OPERATORS)[number];

/** What is asked of a value, by operator. Dates stay as they were written; days count in the zone of the match. */
export type Comparison =
  | { readonly op: 'equals' | 'notEquals' | 'contains' | 'notContains'; readonly value: Scalar }
  | { readonly op: 'in' | 'notIn'; readonly value: readonly Scalar[] }
  | { readonly op: 'exists' | 'notExists' }
  | { readonly op: 'startsWith' | 'endsWith' | 'regex'; readonly value: string }
  | { readonly op: 'gt' | 'gte' | 'lt' | 'lte'; readonly value: number }
  | { readonly op: 'between'; readonly value: readonly [number, number] | readonly [string, string] }
  | { readonly op: 'before' | 'after'; readonly value: string | number }
  | { readonly op: 'withinLast' | 'notWithinLast'; readonly value: PastWindow }
  | { readonly op: 'withinNext'; readonly value: ComingWindow }
  | { readonly op: 'inPeriod'; readonly value: Period }
  | { readonly op: 'anniversaryToday' };

/** A condition on one property of a contact or an event. */
export type PropertyCondition = { readonly property: string } & Comparison;

const LONGEST_NAME = 300;
const KEYS = new Set(['property', 'op', 'value']);

/**
 * Reads a list of conditions, as `where` holds them; none at all is an empty list. The language is closed: an
 * unknown operator or key, a value of the wrong type, an empty list or text to look for, an inverted range, a
 * window without a unit and a dangerous pattern are each refused with the path to them, such as `where[1].value`.
 */
export function parsePropertyConditions(json: unknown, path: string): Reading<PropertyCondition[]> {
  if (json === undefined || json === null) return { ok: true, value: [] };
  const problems: Problem[] = [];
  const conditions: PropertyCondition[] = [];
  if (!Array.isArray(json)) {
    return {
      ok: false,
      problems: [{ field: path, message: `${path} is ${quote(json)}; it must be a list.` }],
    };
  }
  json.forEach((entry: unknown, index) => {
    const condition = parseCondition(entry, `${path}[${index}]`, problems);
    if (condition) conditions.push(condition);
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: conditions };
}

/** Reads one condition, adding what is wrong with it to `problems`, each with its path. */
export function parseCondition(
  json: unknown,
  path: string,
  problems: Problem[],
): PropertyCondition | undefined {
  const refuse = (field: string, message: string): undefined => void problems.push({ field, message });
  if (!isJsonObject(json)) {
    const shape = '{ "property": "plan", "op": "equals", "value": "pro" }';
    return refuse(path, `${quote(json)} is no condition; write ${shape}.`);
  }
  const strange = Object.keys(json).find((key) => !KEYS.has(key));
  if (strange !== undefined) {
    const known = [...KEYS].join(', ');
    return refuse(
      `${path}.${strange}`,
      `${quote(strange)} is not part of a condition on a property; known are ${known}.`,
    );
  }
  const { property } = json;
  if (!isText(property) || property === '' || property.length > LONGEST_NAME) {
    const wanted = `it must be text of 1 to ${LONGEST_NAME} characters`;
    return refuse(`${path}.property`, `The property's name is ${quote(property)}; ${wanted}.`);
  }
  const op = PROPERTY_OPERATORS.find((known) => known === json.op);
  if (!op) {
    const known = PROPERTY_OPERATORS.join(', ');
    return refuse(`${path}.op`, `${quote(json.op)} is not an operator; use one of ${known}.`);
  }
  const comparison = parseComparison(op, json.value, `${path}.value`, problems);
  return comparison && { property, ...comparison };
}

function parseComparison(
  op: PropertyOperator,
  value: unknown,
  path: string,
  problems: Problem[],
): Comparison | undefined {
  const refuse = (wanted: string): undefined =>
    void problems.push({ field: path, message: `${op} has the value ${quote(value)}; ${wanted}.` });
  switch (op) {
    case 'exists':
    case 'notExists':
    case 'anniversaryToday':
      return value === undefined || value === null ? { op } : refuse('it takes none');
    case 'equals':
    case 'notEquals':
      return isScalar(value) ? { op, value } : refuse('it takes text, a number, true or false');
    case 'contains':
    case 'notContains':
      return isScalar(value) && value !== ''
        ? { op, value }
        : refuse('it takes text that is not empty, or a number');
    case 'in':
    case 'notIn':
      return Array.isArray(value) && value.length > 0 && value.every(isScalar)
        ? { op, value }
        : refuse('it takes a list of texts, numbers, true or false, with at least one entry');
    case 'startsWith':
    case 'endsWith':
      return isText(value) && value !== '' ? { op, value } : refuse('it takes text that is not empty');
    case 'regex':
      return parsePattern(value, path, problems) ?? refuse('it takes a regular expression');
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte': {
      const number = numberOf(value);
      return number === undefined ? refuse('it takes a number') : { op, value: number };
    }
    case 'between':
      return parseRange(value) ?? refuse('it takes two numbers or two dates, the smaller first');
    case 'before':
    case 'after':
      return isWrittenDate(value)
        ? { op, value }
        : refuse('it takes a date such as 2026-03-07 or 2026-03-07T10:00:00Z');
    case 'withinLast':
    case 'notWithinLast': {
      const window = readWindow(value, 'last', path, problems);
      return window && { op, value: { last: window.amount, unit: window.unit } };
    }
    case 'withinNext': {
      const window = readWindow(value, 'next', path, problems);
      return window && { op, value: { next: window.amount, unit: window.unit } };
    }
    case 'inPeriod': {
      const period = readPeriod(value, path, problems);
      return period && { op, value: period };
    }
  }
}

function parsePattern(value: unknown, path: string, problems: Problem[]): Comparison | undefined {
  if (typeof value !== 'string') return undefined;
  const reading = compilePattern(value, path);
  if (!reading.ok) problems.push(...reading.problems);
  return { op: 'regex', value };
}

function parseRange(value: unknown): Comparison | undefined {
  if (!Array.isArray(value) || value.length !== 2) return undefined;
  const [from, to]: unknown[] = value;
  const [low, high] = [numberOf(from), numberOf(to)];
  if (low !== undefined && high !== undefined) {
    return low <= high ? { op: 'between', value: [low, high] } : undefined;
  }
  if (typeof from !== 'string' || typeof to !== 'string' || !isWrittenDate(from) || !isWrittenDate(to))
    return undefined;
  return isInOrder(from, to) ? { op: 'between', value: [from, to] } : undefined;
}

function isScalar(value: unknown): value is Scalar {
  return isText(value) || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

/** Text as a store can hold it; what cannot be there is not looked for, and PostgreSQL does not even take it. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && cleanText(value) === value;
}
