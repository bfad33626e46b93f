import { sql } from 'kysely';
import type { Comparison, PropertyCondition } from '../../../domain/rule/property-condition';
import { periodSpan } from '../../../domain/rule/rule-period';
import { numberOf, spanOfDate, type Scalar } from '../../../domain/rule/rule-value';
import { comingSpan, pastSpan, type Span } from '../../../domain/rule/rule-window';
import type { SqlDialect } from '../dialect';
import type { Sql } from '../json-sql';
import { judgeValues, type ValuePlace } from './judged-values';
import { anyOf, type RuleScope } from './rule-scope';
import { compares, isBetween, isOneOfNumbers } from './number-test';
import type { RuleValue, ValueTests } from './rule-value';
import { contactSpans, isWithinSpans } from './zoned-span';

/** A condition on a value in SQL, and whether it reads the contact (under the alias of the place). */
export interface ConditionSql {
  readonly test: Sql;
  readonly readsContact: boolean;
}

/**
 * One condition on a value; the same as `matchesCondition`. What SQL compares as JavaScript does, it compares; of all
 * else the different values are judged here, and those that fit are looked up.
 */
export async function conditionSql(
  scope: RuleScope,
  condition: PropertyCondition,
  value: RuleValue,
  place: ValuePlace,
): Promise<ConditionSql> {
  const test = value.tests && plainTest(scope.dialect, condition, value.tests);
  if (test) return { test, readsContact: false };
  if (value.moment && condition.op !== 'regex' && condition.op !== 'anniversaryToday') {
    return { test: await momentTest(scope, condition, value.moment, place.contact), readsContact: true };
  }
  return judgeValues(scope, condition, value, place);
}

/** Null where SQL does not compare as JavaScript does: patterns and dates. */
function plainTest(dialect: SqlDialect, asked: Comparison, value: ValueTests): Sql | null {
  switch (asked.op) {
    case 'exists':
      return value.isPresent();
    case 'notExists':
      return sql`not ${value.isPresent()}`;
    case 'equals':
      return isSame(dialect, value, [asked.value]);
    case 'notEquals':
      return sql`not ${isSame(dialect, value, [asked.value])}`;
    case 'in':
      return isSame(dialect, value, asked.value);
    case 'notIn':
      return sql`not ${isSame(dialect, value, asked.value)}`;
    case 'contains':
      return contains(dialect, value, asked.value);
    case 'notContains':
      return sql`not ${contains(dialect, value, asked.value)}`;
    case 'startsWith':
      return value.someText((text) => sql`substr(${text}, 1, ${lengthOf(asked.value)}) = ${asked.value}`);
    case 'endsWith':
      return value.someText(
        (text) => sql`substr(${text}, length(${text}) - ${lengthOf(asked.value) - 1}) = ${asked.value}`,
      );
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return value.someNumber(compares(asked.op, asked.value));
    case 'between': {
      const [low, high] = asked.value;
      return typeof low === 'number' && typeof high === 'number'
        ? value.someNumber(isBetween(low, high))
        : null;
    }
    default:
      return null;
  }
}

/** The same as `isSame` for one of several. */
function isSame(dialect: SqlDialect, value: ValueTests, wanted: readonly Scalar[]): Sql {
  const exactly = new Set<Scalar>();
  const numbers: number[] = [];
  for (const scalar of wanted) {
    if (typeof scalar === 'number') {
      numbers.push(scalar);
      continue;
    }
    exactly.add(scalar).add(String(scalar));
    if (scalar === 'true' || scalar === 'false') exactly.add(scalar === 'true');
    const number = numberOf(scalar);
    if (number !== undefined) exactly.add(number);
  }
  return anyOf([
    ...(exactly.size > 0 ? [value.isOneOf([...exactly])] : []),
    ...(numbers.length > 0 ? [value.someNumber(isOneOfNumbers(dialect, numbers))] : []),
  ]);
}

function contains(dialect: SqlDialect, value: ValueTests, wanted: Scalar): Sql {
  const inText = value.ownText((text) => dialect.includes(text, String(wanted)));
  const isList = value.isList();
  if (!isList) return inText;
  return sql`case when ${isList} then ${isSame(dialect, value, [wanted])} else ${inText} end`;
}

/** In characters, as SQL counts them. */
function lengthOf(text: string): number {
  return [...text].length;
}

/** Below it, a number read as a date would count seconds; no contact is as old as that (26 April 1970). */
const FIRST_MOMENT = 10_000_000_000;

/** A comparison of a column of moments with dates, without a look at each value. */
async function momentTest(
  scope: RuleScope,
  condition: PropertyCondition,
  moment: Sql,
  alias: 'c' | 'z',
): Promise<Sql> {
  const spans = await contactSpans(scope, true, (zone) => spanAsked(condition, scope.question.now, zone));
  const test = isWithinSpans(moment, spans, alias);
  return sql`(${moment} >= ${FIRST_MOMENT} and ${condition.op === 'notWithinLast' ? sql`not ${test}` : test})`;
}

/** The moments that fit a comparison with dates; of `notWithinLast` those that do not. */
function spanAsked(asked: Comparison, now: number, zone: string): Span | null {
  switch (asked.op) {
    case 'before': {
      const limit = spanOfDate(asked.value, zone);
      return limit ? { from: 0, to: limit.from - 1 } : null;
    }
    case 'after': {
      const limit = spanOfDate(asked.value, zone);
      return limit ? { from: limit.to + 1, to: Number.MAX_SAFE_INTEGER } : null;
    }
    case 'between': {
      const [first, last] = asked.value.map((date) => spanOfDate(date, zone));
      return first && last ? { from: first.from, to: last.to } : null;
    }
    case 'withinLast':
    case 'notWithinLast':
      return pastSpan(asked.value, now, zone);
    case 'withinNext':
      return comingSpan(asked.value, now, zone);
    case 'inPeriod':
      return periodSpan(asked.value, now, zone);
    default:
      throw new RangeError(`${asked.op} compares no dates.`);
  }
}
