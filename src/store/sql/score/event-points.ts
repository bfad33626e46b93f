import { sql } from 'kysely';
import type { EventPoints } from '../../../domain/scoring/score-model';
import type { Sql } from '../json-sql';
import { eventTable, eventTests, isOfTypes, type EventTests } from '../rule/event-rows';
import { MOST_AT_ONCE } from '../rule/id-list';
import { realNumber } from '../rule/number-test';
import { allOf, type RuleScope } from '../rule/rule-scope';
import { isWithin } from '../rule/zoned-span';

/** What rules about events give each contact. */
export interface EventPointsSql {
  /** Tables of `contact_id` and what was counted, each contact once; who has none of the events is in none of them. */
  readonly tables: ReadonlyArray<{ readonly alias: string; readonly query: Sql }>;
  /** The points of each rule, its own cap applied, of a row of the tables; 0 for who is in none. */
  pointsOf(rule: EventPoints): Sql;
}

/** A rule with the tests of its events. */
interface Tested {
  readonly rule: EventPoints;
  readonly tests: EventTests;
}

/**
 * The points of rules about events; the same as `evaluateScore`. All of them are counted in one pass over the events, but
 * for those of which the first so many fade, which need the events in order and share a second one.
 */
export async function eventPointsSql(
  scope: RuleScope,
  rules: readonly EventPoints[],
): Promise<EventPointsSql> {
  const tested: Tested[] = [];
  for (const rule of rules) {
    const tests = await eventTests(scope, rule.filter, rule.within);
    if (tests) tested.push({ rule, tests });
  }
  const points = new Map<EventPoints, Sql>();
  const tables: Array<{ alias: string; query: Sql }> = [];
  const isLarge = tested.reduce((size, own) => size + weightOf(own), 0) > MOST_IN_ONE;
  const [ranked, counted] = [tested.filter(isRanked), tested.filter((own) => !isRanked(own))];
  for (const [list, makePass] of [
    [counted, countingPass],
    [ranked, rankingPass],
  ] as const) {
    for (const pass of passesOf(list)) {
      const alias = `pass${tables.length}`;
      const query = await makePass(scope, pass);
      tables.push({ alias, query: isLarge ? await askedNow(scope, query, pass.length) : query });
      for (const [index, { rule }] of pass.entries()) {
        points.set(rule, pointsSql(scope, rule, sql.ref(`${alias}.n${index}`)));
      }
    }
  }
  return { tables, pointsOf: (rule) => points.get(rule) ?? realNumber(0) };
}

/** Whether it matters which of the events come first: where all that count give the same, their number is enough. */
function isRanked({ rule: { halfLifeMs, times } }: Tested): boolean {
  return halfLifeMs !== null && times !== null && times > 1;
}

/** Models of more rules and conditions than these are asked pass by pass: SQLite takes 32,766 parameters a statement. */
const MOST_IN_ONE = 5 * MOST_AT_ONCE;

function weightOf({ tests }: Tested): number {
  return 1 + tests.conditions.length;
}

/** What a pass counts, asked of the database at once, as a table of it. */
async function askedNow({ db, dialect }: RuleScope, pass: Sql, counts: number): Promise<Sql> {
  const names = Array.from({ length: counts }, (_, index) => `n${index}`);
  const { rows } = await sql<Record<string, number | null>>`${pass}`.execute(db);
  const columns = {
    contact_id: 'integer',
    ...Object.fromEntries(names.map((name) => [name, 'text' as const])),
  } as const;
  const table = dialect.rows(
    columns,
    rows.map((row) => [
      row.contact_id ?? 0,
      ...names.map((name) => (row[name] == null ? null : String(row[name]))),
    ]),
  );
  const numbers = names.map((name) => sql`cast(${sql.ref(name)} as double precision) as ${sql.ref(name)}`);
  return sql`select contact_id, ${sql.join(numbers)} from ${table} as counted`;
}

/** Rules that are counted in one pass each, none larger than one statement should take. */
function passesOf(tested: readonly Tested[]): Tested[][] {
  const passes: Tested[][] = [];
  let size = Infinity;
  for (const own of tested) {
    const weight = weightOf(own);
    if (size + weight > MOST_AT_ONCE) {
      passes.push([]);
      size = 0;
    }
    passes.at(-1)?.push(own);
    size += weight;
  }
  return passes;
}

/** The events of a pass, as what stands after `from` and `where`, and the test of each of its rules among them. */
function eventsOf(scope: RuleScope, pass: readonly Tested[]) {
  const types = [...new Set(pass.flatMap(({ tests }) => tests.types))];
  const span = {
    from: Math.min(...pass.map(({ tests }) => tests.span.from)),
    to: Math.max(...pass.map(({ tests }) => tests.span.to)),
  };
  const tests = pass.map(({ tests: own }) => {
    const isAll = own.types.length === types.length;
    const isAlways = own.isSameForAll && own.span.from === span.from && own.span.to === span.to;
    return allOf([
      ...(isAll ? [] : [isOfTypes(own.types)]),
      ...(isAlways ? [] : [own.isWithin]),
      ...(own.isHuman ? [own.isHuman] : []),
      ...own.conditions,
    ]);
  });
  const isMeant = (as: (column: Sql) => Sql) =>
    allOf([isOfTypes(types, as(sql`e.type`)), isWithin(as(sql`e.occurred_at`), span)]);
  const isTheirs = allOf([scope.isAsked(sql`e.contact_id`), scope.isAmong(sql`e.contact_id`)]);
  return { from: eventTable(pass.some((own) => own.tests.readsContact)), isTheirs, isMeant, tests };
}

const searched = (column: Sql) => column;

/** From this part of all events on it is less to read all of them by contact than to sort those that count. */
const LARGE_PART = 0.1;

/** Whether the events of a pass are a large part of all in the store. */
async function isLargePart({ db }: RuleScope, isMeant: Sql): Promise<boolean> {
  const part = sql`(select coalesce(max(id), 0) * ${LARGE_PART} from event)`;
  const { rows } = await sql<{ large: number }>`
    select count(*) >= ${part} as large
    from (select 1 from event as e where ${isMeant} limit cast(${part} as integer) + 1) as some`.execute(db);
  return rows[0]?.large === 1;
}

async function countingPass(scope: RuleScope, pass: readonly Tested[]): Promise<Sql> {
  const { from, isTheirs, isMeant, tests } = eventsOf(scope, pass);
  const { unsearched } = scope.dialect;
  const byContact = unsearched && scope.isOfAll && (await isLargePart(scope, isMeant(searched)));
  const where = allOf([isTheirs, isMeant(byContact ? unsearched : searched)]);
  const counts = pass.map(({ rule: { halfLifeMs, times } }, index) => {
    const test = tests[index] ?? sql`false`;
    const name = sql.ref(`n${index}`);
    if (halfLifeMs === null) return sql`count(*) filter (where ${test}) as ${name}`;
    // Of the first alone it is enough to know when it was.
    if (times === 1) return sql`min(e.occurred_at) filter (where ${test}) as ${name}`;
    return sql`sum(${leftOf(scope, halfLifeMs, sql`e.occurred_at`)}) filter (where ${test}) as ${name}`;
  });
  return sql`select e.contact_id, ${sql.join(counts)} from ${from} where ${where} group by e.contact_id`;
}

function rankingPass(scope: RuleScope, pass: readonly Tested[]): Sql {
  const { from, isTheirs, isMeant, tests } = eventsOf(scope, pass);
  const where = allOf([isTheirs, isMeant(searched)]);
  const fits = tests.map((test, index) => sql`case when ${test} then 1 end as ${sql.ref(`fits${index}`)}`);
  const places = tests.map(
    (
      _,
      index,
    ) => sql`case when ${sql.ref(`fits${index}`)} = 1 then count(${sql.ref(`fits${index}`)}) over in_order end
      as ${sql.ref(`place${index}`)}`,
  );
  const sums = pass.map(({ rule: { halfLifeMs, times } }, index) => {
    const left = leftOf(scope, halfLifeMs ?? 1, sql`occurred_at`);
    return sql`sum(${left}) filter (where ${sql.ref(`place${index}`)} <= ${times}) as ${sql.ref(`n${index}`)}`;
  });
  return sql`
    select contact_id, ${sql.join(sums)} from (
      select contact_id, occurred_at, ${sql.join(places)} from (
        select e.contact_id, e.occurred_at, e.id, ${sql.join(fits)} from ${from} where ${where}) as fitting
      window in_order as (partition by contact_id order by occurred_at, id)) as ranked
    group by contact_id`;
}

/** What is left of a point of an event: half after each half-life. */
function leftOf({ dialect, question }: RuleScope, halfLifeMs: number, occurredAt: Sql): Sql {
  const age = sql`cast(${question.now} - ${occurredAt} as double precision)`;
  return dialect.halved(sql`${age} / ${realNumber(halfLifeMs)}`);
}

/** The points of a rule by what a pass counted, null for who has no such event. */
function pointsSql(scope: RuleScope, rule: EventPoints, counted: Sql): Sql {
  const { dialect } = scope;
  const { points, halfLifeMs, times, cap } = rule;
  let amount = counted;
  if (halfLifeMs === null && times !== null) amount = dialect.lesser(counted, sql`${times}`);
  if (halfLifeMs !== null && times === 1) amount = leftOf(scope, halfLifeMs, counted);
  const own = sql`case when ${counted} is null then ${realNumber(0)} else ${realNumber(points)} * ${amount} end`;
  if (cap === null) return own;
  return points > 0 ? dialect.lesser(own, realNumber(cap)) : dialect.greater(own, realNumber(-cap));
}
