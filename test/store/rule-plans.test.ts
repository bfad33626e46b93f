import type { CompiledQuery } from 'kysely';
import { parseRule } from '../../src/domain/rule/parse-rule';
import { parseScoreModel } from '../../src/domain/scoring/parse-score-model';
import type { RuleQuestion, Store, Transaction } from '../../src/store/port';
import { openSqlStore } from '../../src/store/sql/sql-store';
import { SqliteConnection } from '../../src/store/sqlite/connection';
import { sqliteDatabase } from './databases';
import { fill } from './every-operation';
import { BOOK } from './random-rules';
import { spyingOn } from './spying-dialect';

const NOW = Date.parse('2026-03-10T12:00:00Z');

/** One rule of each kind. */
const RULES: Readonly<Record<string, unknown>> = {
  property: { property: 'plan', op: 'equals', value: 'pro' },
  pattern: { property: 'email', op: 'regex', value: '^a' },
  date: { property: 'renews', op: 'withinNext', value: { next: 3, unit: 'calendarDays' } },
  created: { property: 'createdAt', op: 'inPeriod', value: 'thisWeek' },
  held: { property: 'plan', op: 'equals', value: 'pro', for: { last: 3, unit: 'days' } },
  event: { event: 'page_viewed', within: { last: 7, unit: 'days' } },
  'calendar days': { event: 'page_viewed', within: { last: 7, unit: 'calendarDays' } },
  count: { event: 'page_viewed', count: { op: 'lt', n: 2 } },
  sum: { event: 'page_viewed', sum: { property: 'value', op: 'gte', n: 2 } },
  'sum by path': { event: 'page_viewed', sum: { property: 'items.value', op: 'gte', n: 2 } },
  distinct: { event: 'page_viewed', distinct: { property: 'url', op: 'gte', n: 2 } },
  last: { lastEvent: 'page_viewed', has: { property: 'url', op: 'regex', value: 'a' } },
  sequence: { sequence: [{ event: 'page_viewed' }, { event: 'x' }, { event: 'page_viewed' }] },
  tag: { tag: 'vip' },
  list: { list: 'vip' },
  consent: { consent: 'email', is: 'opted_in' },
  score: { score: 'activity', op: 'gte', value: 5 },
  'score of rules': { score: 'overall', op: 'gte', value: 5 },
};

/** A table read from end to end; `c` of one row at a time is a look-up. */
const READS_ALL = /^SCAN (contact|event|consent|[cezhkm])\b/;

describe('plans in sqlite', () => {
  const statements: CompiledQuery[] = [];
  let database: Awaited<ReturnType<typeof sqliteDatabase>>;
  let store: Store;
  let connection: SqliteConnection;

  beforeAll(async () => {
    database = await sqliteDatabase();
    store = await openSqlStore(spyingOn(database.dialect(), statements), database.file);
    connection = new SqliteConnection({ path: database.file, busyTimeout: 1_000, pollInterval: 1_000 });
    await store.write((tx) =>
      fill(
        tx,
        Array.from({ length: 2_000 }, (_, n) => n + 1),
      ),
    );
  });
  afterAll(async () => {
    await connection.close();
    await store.close();
    await database.drop();
  });

  /** The steps of each statement that a question comes to. */
  async function plansOf(ask: (tx: Transaction) => Promise<unknown>) {
    statements.length = 0;
    await store.read(ask);
    expect(statements.length).toBeGreaterThan(0);
    const plans: Array<{ sql: string; steps: string[] }> = [];
    for (const { sql, parameters } of statements) {
      const { rows } = await connection.run(`explain query plan ${sql}`, parameters);
      plans.push({ sql, steps: (rows as Array<{ detail: string }>).map(({ detail }) => detail) });
    }
    return plans;
  }

  it.each(Object.entries(RULES))(
    'rules of %s about a few are judged without a look at the others',
    async (_, json) => {
      const rule = parseRule(json);
      if (!rule.ok) throw new Error(JSON.stringify(rule.problems));
      const question: RuleQuestion = { rule: rule.value, book: BOOK, now: NOW, workflowZone: 'UTC' };
      const plans = await plansOf((tx) => tx.rules.select(question, { limit: 10, contactIds: [5, 6, 7] }));
      for (const { sql, steps } of plans) {
        expect({ sql, reads: steps.filter((step) => READS_ALL.test(step)) }).toMatchObject({ reads: [] });
      }
    },
  );

  it.each([
    ['by contact where they are many', 'page_viewed', 'SCAN e USING COVERING INDEX event_by_contact', false],
    [
      'by type, and sorts them, where they are few',
      'rare',
      'SEARCH e USING COVERING INDEX event_by_type',
      true,
    ],
  ])('a score of everybody reads events %s', async (_, event, reads, sorts) => {
    const model = parseScoreModel({ name: 'lead', rules: [{ event, points: 1 }] });
    if (!model.ok) throw new Error(JSON.stringify(model.problems));
    const question = { model: model.value, book: BOOK, now: NOW, workflowZone: 'UTC' };
    const plans = await plansOf((tx) => tx.scoring.totals(question, { limit: 10_000 }));
    const steps = plans.at(-1)?.steps ?? [];
    expect(steps).toContainEqual(expect.stringContaining(reads));
    expect(steps.includes('USE TEMP B-TREE FOR GROUP BY')).toBe(sorts);
  });
});
