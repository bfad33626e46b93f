import type { JsonObject, JsonValue } from '../json';
import { quote } from '../problem';
import { localDayAt } from './local-day';
import type { Comparison, PropertyCondition } from './property-condition';
import { readProperty } from './property-path';
import { periodSpan, periodWords } from './rule-period';
import { isSame, numberOf, spanOfDate } from './rule-value';
import { comingSpan, pastSpan, type Span } from './rule-window';
import { compilePattern } from './text-pattern';
import { isAnniversaryOn, readYearlyDay } from './yearly-day';

/** When and where a rule is judged. */
export interface RuleMoment {
  /** Epoch milliseconds UTC. */
  readonly now: number;
  /** The IANA zone in which dates without one and calendar days count. */
  readonly zone: string;
  /** Statements about events count only those after this one; those of segments and scores count all. */
  readonly since?: EventStart;
}

/** A moment from which on events count, and the event that occurred then, which does not count itself. */
export interface EventStart {
  readonly at: number;
  readonly eventId: number | null;
}

/** Whether a condition holds, and why. */
export interface ConditionMatch {
  readonly matches: boolean;
  /** The property, the value it has, and what was asked: `plan is "free" (not: equals "pro")`. */
  readonly reason: string;
  /** The value that decided, before it was read as a number or a date; undefined where there is none. */
  readonly seen: JsonValue | undefined;
}

/**
 * Judges one condition on properties.
 *
 * A missing value, null included, satisfies `notExists`, `notEquals`, `notIn` and `notContains`, and nothing else.
 * A list satisfies what one of its items satisfies, and `notEquals`, `notIn`, `notContains` and `notWithinLast` if
 * none has what they rule out. A value that is no number satisfies no comparison of numbers, one that is no date
 * none of dates, `notWithinLast` included. `contains` looks for a part of a text and for a whole item of a list.
 *
 * Dates are ISO text or epoch numbers. A calendar day begins at its local midnight; `before` and `after` one mean
 * before and after the whole day, `between` includes both ends, windows include the moments they end and begin at.
 * `anniversaryToday` also takes a day without a year (`02-29`); the date's own day is no anniversary, and 29 February
 * returns on 28 February in other years.
 */
export function matchesCondition(
  condition: PropertyCondition,
  properties: JsonObject,
  moment: RuleMoment,
): ConditionMatch {
  const seen = readProperty(properties, condition.property);
  const { matches, note } = judge(condition, seen ?? null, moment);
  return new Match(condition, matches, seen, note);
}

/** A class, because a literal with a getter takes longer to make than most conditions to judge. */
class Match implements ConditionMatch {
  readonly matches: boolean;
  readonly seen: JsonValue | undefined;
  private readonly condition: PropertyCondition;
  private readonly note: string;

  constructor(condition: PropertyCondition, matches: boolean, seen: JsonValue | undefined, note: string) {
    this.condition = condition;
    this.matches = matches;
    this.seen = seen;
    this.note = note;
  }

  /** Worked out when it is asked for: of millions that are judged few are explained. */
  get reason(): string {
    const { condition, seen } = this;
    const value = seen === undefined ? 'missing' : seen === null ? 'null' : quote(seen);
    const asked = `${this.matches ? '' : 'not: '}${describe(condition)}`;
    return `${condition.property} is ${value}${this.note} (${asked})`;
  }
}

/** Whether all conditions hold, with the reason of each; no condition at all holds. */
export function matchesConditions(
  conditions: readonly PropertyCondition[],
  properties: JsonObject,
  moment: RuleMoment,
): { matches: boolean; reasons: string[] } {
  const results = conditions.map((condition) => matchesCondition(condition, properties, moment));
  return { matches: results.every(({ matches }) => matches), reasons: results.map(({ reason }) => reason) };
}

interface Judgement {
  readonly matches: boolean;
  /** What kept the value from being compared at all; begins with a comma. */
  readonly note: string;
}

function judge(asked: Comparison, value: JsonValue, moment: RuleMoment): Judgement {
  const items = Array.isArray(value) ? value.filter((item) => item !== null) : value === null ? [] : [value];
  const plainly = (matches: boolean): Judgement => ({ matches, note: '' });
  switch (asked.op) {
    case 'exists':
      return plainly(value !== null);
    case 'notExists':
      return plainly(value === null);
    case 'equals':
      return plainly(items.some((item) => isSame(item, asked.value)));
    case 'notEquals':
      return plainly(!items.some((item) => isSame(item, asked.value)));
    case 'in':
      return plainly(items.some((item) => asked.value.some((wanted) => isSame(item, wanted))));
    case 'notIn':
      return plainly(!items.some((item) => asked.value.some((wanted) => isSame(item, wanted))));
    case 'contains':
      return plainly(contains(value, items, asked.value));
    case 'notContains':
      return plainly(!contains(value, items, asked.value));
    case 'startsWith':
      return plainly(textsOf(items).some((text) => text.startsWith(asked.value)));
    case 'endsWith':
      return plainly(textsOf(items).some((text) => text.endsWith(asked.value)));
    case 'regex': {
      const pattern = compilePattern(asked.value, 'value');
      return plainly(pattern.ok && textsOf(items).some(pattern.value));
    }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return judgeNumbers(items, (number) => isOrdered(asked.op, number, asked.value));
    case 'between':
      return judgeRange(items, asked.value, moment);
    case 'before':
    case 'after': {
      const limit = spanOfDate(asked.value, moment.zone);
      if (!limit) return plainly(false);
      return judgeDates(items, moment, ({ from }) =>
        asked.op === 'before' ? from < limit.from : from > limit.to,
      );
    }
    case 'withinLast':
      return judgeWindow(items, pastSpan(asked.value, moment.now, moment.zone), moment);
    case 'withinNext':
      return judgeWindow(items, comingSpan(asked.value, moment.now, moment.zone), moment);
    case 'notWithinLast': {
      const within = judgeWindow(items, pastSpan(asked.value, moment.now, moment.zone), moment);
      const hasDate = items.some((item) => spanOfDate(item, moment.zone) !== undefined);
      return { matches: hasDate && !within.matches, note: within.note };
    }
    case 'inPeriod':
      return judgeWindow(items, periodSpan(asked.value, moment.now, moment.zone), moment);
    case 'anniversaryToday':
      return judgeAnniversary(items, moment);
  }
}

function contains(value: JsonValue, items: readonly JsonValue[], wanted: string | number | boolean): boolean {
  if (Array.isArray(value)) return items.some((item) => isSame(item, wanted));
  return textsOf(items).some((text) => text.includes(String(wanted)));
}

/** Text, and numbers, true and false as text; objects have none. */
function textsOf(items: readonly JsonValue[]): string[] {
  return items.filter((item) => typeof item !== 'object').map(String);
}

function isOrdered(op: 'gt' | 'gte' | 'lt' | 'lte', number: number, limit: number): boolean {
  if (op === 'gt') return number > limit;
  if (op === 'gte') return number >= limit;
  return op === 'lt' ? number < limit : number <= limit;
}

function judgeNumbers(items: readonly JsonValue[], holds: (number: number) => boolean): Judgement {
  const numbers = items.map(numberOf).filter((number) => number !== undefined);
  return {
    matches: numbers.some(holds),
    note: items.length > 0 && numbers.length === 0 ? ', no number' : '',
  };
}

function judgeDates(
  items: readonly JsonValue[],
  { zone }: RuleMoment,
  holds: (span: Span) => boolean,
): Judgement {
  const spans = items.map((item) => spanOfDate(item, zone)).filter((span) => span !== undefined);
  return { matches: spans.some(holds), note: items.length > 0 && spans.length === 0 ? ', no date' : '' };
}

function judgeWindow(items: readonly JsonValue[], window: Span, moment: RuleMoment): Judgement {
  return judgeDates(items, moment, ({ from }) => from >= window.from && from <= window.to);
}

function judgeAnniversary(items: readonly JsonValue[], { now, zone }: RuleMoment): Judgement {
  const days = items.map((item) => readYearlyDay(item, zone)).filter((day) => day !== undefined);
  const today = localDayAt(now, zone);
  return {
    matches: days.some((day) => isAnniversaryOn(day, today)),
    note: items.length > 0 && days.length === 0 ? ', no date' : '',
  };
}

function judgeRange(
  items: readonly JsonValue[],
  [low, high]: readonly [number, number] | readonly [string, string],
  moment: RuleMoment,
): Judgement {
  if (typeof low === 'number' && typeof high === 'number') {
    return judgeNumbers(items, (number) => number >= low && number <= high);
  }
  const [first, last] = [spanOfDate(low, moment.zone), spanOfDate(high, moment.zone)];
  if (!first || !last) return { matches: false, note: '' };
  return judgeDates(items, moment, ({ from }) => from >= first.from && from <= last.to);
}

/** What a comparison asks, in words: `equals "pro"`. */
export function describe(asked: Comparison): string {
  if (!('value' in asked)) return asked.op;
  if (typeof asked.value !== 'object') return `${asked.op} ${quote(asked.value)}`;
  if ('name' in asked.value) return `${asked.op} ${periodWords(asked.value)}`;
  if ('unit' in asked.value) {
    const amount = 'last' in asked.value ? asked.value.last : asked.value.next;
    return `${asked.op} ${amount} ${asked.value.unit}`;
  }
  const [first, last] = asked.value;
  if (asked.op === 'between') return `between ${String(first)} and ${String(last)}`;
  const named = asked.value.slice(0, MOST_NAMED).map(quote).join(', ');
  const others = asked.value.length - MOST_NAMED;
  return `${asked.op} ${named}${others > 0 ? ` and ${others} more` : ''}`;
}

/** How many values of a list are named where it is told what was asked. */
const MOST_NAMED = 5;
