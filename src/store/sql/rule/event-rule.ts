import { sql } from 'kysely';
import { AMOUNT_PARTS, amountParts, countedValues, LARGEST_AMOUNT } from '../../../domain/rule/amount';
import { comparesTo } from '../../../domain/rule/judge-events';
import type { CountOperator, EventMeasure, EventRule } from '../../../domain/rule/rule';
import { readProperty } from '../../../domain/rule/property-path';
import { idRows } from '../batch';
import type { Sql } from '../json-sql';
import { eventConditions, eventRows, eventTable, type EventRows } from './event-rows';
import { HOLDS_FOR_ALL, HOLDS_FOR_NOBODY, holdsForMembers, holdsIf, type RuleSql } from './contact-set';
import { inTurns } from './judged-values';
import { allOf, type RuleScope } from './rule-scope';
import { realNumber } from './number-test';
import { propertyValue, type RuleValue } from './rule-value';

/** Whether a statement about events holds for the contact (alias `c`). */
export async function eventRuleSql(scope: RuleScope, rule: EventRule): Promise<RuleSql> {
  const { measure } = rule;
  // Who has no events is in no set of those who have: what zero satisfies is told by those whom it leaves out.
  const includesNone = 'n' in measure && comparesTo(0, measure.op, measure.n);
  const rows = await eventRows(scope, rule.filter, rule.within);
  if (!rows) return includesNone ? HOLDS_FOR_ALL : HOLDS_FOR_NOBODY;
  if (!('n' in measure)) {
    const query = await decidedByOne(scope, rows, measure);
    return holdsForMembers(scope, { query, isDistinct: true, isCounted: true });
  }
  const op = includesNone ? OPPOSITE[measure.op] : measure.op;
  const query = await contactsByAmount(scope, rows, measure, op);
  if (includesNone) return holdsIf(sql`not ${scope.dialect.isAmong(sql`c.id`, query)}`);
  const isCounted = !hasEvents(measure, op);
  return holdsForMembers(scope, { query, isDistinct: isCounted, isCounted });
}

/** Whether a measure asks for one event or more, which needs no count. */
export function hasEvents(measure: EventMeasure, op: CountOperator): boolean {
  if (measure.of !== 'count') return false;
  const { n } = measure;
  return (op === 'gte' && n === 1) || ((op === 'gt' || op === 'notEquals') && n === 0);
}

const OPPOSITE: Readonly<Record<CountOperator, CountOperator>> = {
  gte: 'lt',
  gt: 'lte',
  lte: 'gt',
  lt: 'gte',
  equals: 'notEquals',
  notEquals: 'equals',
};

const SIGN: Readonly<Record<CountOperator, string>> = {
  gte: '>=',
  gt: '>',
  lte: '<=',
  lt: '<',
  equals: '=',
  notEquals: '<>',
};

type Amount = Exclude<EventMeasure, { of: 'first' | 'last' }>;
type PropertyAmount = Exclude<Amount, { of: 'count' }>;

/** Those with at least one event, whose count, sum or number of different values compares so. */
async function contactsByAmount(
  scope: RuleScope,
  rows: EventRows,
  measure: Amount,
  op: CountOperator,
): Promise<Sql> {
  const { json } = scope.dialect;
  const { from, where } = rows;
  const { n } = measure;
  const compared = (amount: Sql, limit: Sql) => sql`${amount} ${sql.raw(SIGN[op])} ${limit}`;
  if (measure.of === 'count') {
    if (hasEvents(measure, op)) return sql`select e.contact_id from ${from} where ${where}`;
    return sql`
      select e.contact_id from ${from} where ${where}
      group by e.contact_id having ${compared(sql`count(*)`, sql`${n}`)}`;
  }
  const value = propertyValue(scope.dialect, measure.property, sql`e.properties`);
  if (!value.json) return contactsByPath(scope, rows, measure, op, value);
  if (measure.of === 'sum') {
    const sum = sql`sum(${json.total(value.json, amountPartsSql)}) / ${realNumber(AMOUNT_PARTS)}`;
    return sql`
      select e.contact_id from ${from} where ${where}
      group by e.contact_id having ${compared(sum, realNumber(n))}`;
  }
  const { table, scalar } = json.items(value.json);
  return sql`
    select e.contact_id from ${from}, ${table} where ${where}
    group by e.contact_id having ${compared(sql`count(distinct ${scalar})`, sql`${n}`)}`;
}

/** The same where only JavaScript can follow the path to the value: what the events hold is added up here. */
async function contactsByPath(
  scope: RuleScope,
  { from, where }: EventRows,
  measure: PropertyAmount,
  op: CountOperator,
  value: RuleValue,
): Promise<Sql> {
  const columns = value.cells.map((cell, index) => sql`${cell} as ${sql.ref(`v${index}`)}`);
  const { rows } = await sql<Record<string, string | number>>`
    select e.contact_id as id, ${sql.join(columns)} from ${from} where ${where}`.execute(scope.db);
  const sums = new Map<number, number>();
  const seen = new Map<number, Set<string>>();
  await inTurns(rows, (row) => {
    const id = Number(row.id);
    const properties = value.read(value.cells.map((_, index) => String(row[`v${index}`])));
    const found = readProperty(properties, value.name);
    if (measure.of === 'sum') return sums.set(id, (sums.get(id) ?? 0) + amountParts(found));
    const own = seen.get(id) ?? new Set();
    seen.set(id, own);
    for (const counted of countedValues(found)) own.add(counted);
  });
  const amounts = measure.of === 'sum' ? [...sums] : [...seen];
  const fitting = amounts.flatMap(([id, amount]) =>
    comparesTo(typeof amount === 'number' ? amount / AMOUNT_PARTS : amount.size, op, measure.n) ? [id] : [],
  );
  return sql`select id as contact_id from ${idRows(scope.dialect, fitting)} as fits`;
}

/** The same as `amountParts` of one number. */
function amountPartsSql(number: Sql): Sql {
  const half = sql`case when ${number} < 0 then -0.5 else 0.5 end`;
  return sql`case when abs(${number}) <= ${realNumber(LARGEST_AMOUNT)}
    then trunc(${number} * ${realNumber(AMOUNT_PARTS)} + ${half}) else 0 end`;
}

/** Those whose earliest or latest event fits. */
async function decidedByOne(
  scope: RuleScope,
  { from, where }: EventRows,
  { of, has }: Extract<EventMeasure, { of: 'first' | 'last' }>,
): Promise<Sql> {
  const order = of === 'first' ? sql`e.occurred_at, e.id` : sql`e.occurred_at desc, e.id desc`;
  const ranked = sql`
    select e.id, row_number() over (partition by e.contact_id order by ${order}) as place
    from ${from} where ${where}`;
  const deciding = sql`e.id in (select ranked.id from (${ranked}) as ranked where ranked.place = 1)`;
  const { tests, readsContact } = await eventConditions(scope, has, deciding);
  return sql`select e.contact_id from ${eventTable(readsContact)} where ${allOf([deciding, ...tests])}`;
}
