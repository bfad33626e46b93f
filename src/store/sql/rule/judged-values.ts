import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql } from 'kysely';
import { matchesCondition } from '../../../domain/rule/match-condition';
import type { PropertyCondition } from '../../../domain/rule/property-condition';
import type { Sql } from '../json-sql';
import type { RowColumn } from '../dialect';
import type { ConditionSql } from './condition';
import type { RuleScope } from './rule-scope';
import type { RuleValue } from './rule-value';

/** Where values stand that a condition is judged on. */
export interface ValuePlace {
  /** What stands after `from`, with and without the contact joined to it, and after `where`. */
  readonly rows: (withContact: boolean) => Sql;
  readonly where: Sql;
  /** The alias of the contact. */
  readonly contact: 'c' | 'z';
}

/** How long values are judged before whatever else waits has its turn, in milliseconds. */
const LONGEST_TURN_MS = 10;

/**
 * A condition that only JavaScript can judge: each different value is judged once, in each zone that contacts with it
 * live in, and the condition becomes a look-up of those that fit.
 */
export async function judgeValues(
  scope: RuleScope,
  condition: PropertyCondition,
  value: RuleValue,
  place: ValuePlace,
): Promise<ConditionSql> {
  const { dialect, question } = scope;
  const zones = await zonesFor(scope, condition);
  const readsContact = zones.length > 1;
  const said = readsContact ? saidBy(place.contact) : [];
  const columns = [...value.cells, ...said];
  const names = columns.map((_, index) => `v${index}`);
  const listed = columns.map((column, index) => sql`${column} as ${sql.ref(`v${index}`)}`);
  const { rows } = await sql<Record<string, string>>`
    select distinct ${sql.join(listed)} from ${place.rows(readsContact)} where ${place.where}`.execute(
    scope.db,
  );

  const zoneOf = new Map(zones.map(({ timezone, country, zone }) => [`${timezone}\n${country}`, zone]));
  const own = { ...condition, property: value.name };
  const known = new Map<string, boolean>();
  const fitting: string[][] = [];
  await inTurns(rows, (row) => {
    const cells = names.map((name) => row[name] ?? '');
    const values = cells.slice(0, value.cells.length);
    const [timezone = '', country = ''] = cells.slice(value.cells.length);
    const zone =
      (readsContact ? zoneOf.get(`${timezone}\n${country}`) : zones[0]?.zone) ?? question.workflowZone;
    const key = JSON.stringify([zone, ...values]);
    const fits =
      known.get(key) ?? matchesCondition(own, value.read(values), { now: question.now, zone }).matches;
    known.set(key, fits);
    if (fits) fitting.push(cells);
  });
  if (fitting.length === 0) return { test: sql`false`, readsContact: false };
  if (fitting.length === rows.length) return { test: sql`true`, readsContact: false };
  const types = Object.fromEntries(names.map((name): [string, RowColumn] => [name, 'text']));
  const table = dialect.rows(types, fitting);
  const test = sql`(${sql.join(columns)}) in (select ${sql.join(names.map((name) => sql.ref(name)))} from ${table} as fits)`;
  return { test: sql`(${test})`, readsContact };
}

/** Does something with each of many, letting whatever else waits have its turn every few milliseconds. */
export async function inTurns<T>(items: readonly T[], work: (item: T) => unknown): Promise<void> {
  let turnEnds = performance.now() + LONGEST_TURN_MS;
  for (const item of items) {
    if (performance.now() > turnEnds) {
      await nextTurn();
      turnEnds = performance.now() + LONGEST_TURN_MS;
    }
    work(item);
  }
}

/** A pattern fits in every zone alike. */
async function zonesFor(scope: RuleScope, { op }: PropertyCondition) {
  const zones = ZONELESS.has(op) ? [] : await scope.zones();
  const different = new Set(zones.map(({ zone }) => zone));
  return different.size > 1 ? zones : zones.slice(0, 1);
}

/** What needs judging only because SQL cannot follow the path to the value, and patterns. */
const ZONELESS = new Set<PropertyCondition['op']>([
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
]);

function saidBy(alias: 'c' | 'z'): Sql[] {
  return [
    sql`coalesce(${sql.ref(`${alias}.timezone`)}, '')`,
    sql`coalesce(${sql.ref(`${alias}.country`)}, '')`,
  ];
}
