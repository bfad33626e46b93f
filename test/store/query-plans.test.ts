import type { CompiledQuery } from 'kysely';
import type { Store, Transaction } from '../../src/store/port';
import { openSqlStore } from '../../src/store/sql/sql-store';
import { SqliteConnection } from '../../src/store/sqlite/connection';
import { sqliteDatabase } from './databases';
import { fill, OPERATIONS } from './every-operation';
import { spyingOn } from './spying-dialect';

/** Single operations whose cost must not grow with the store either. */
const LOOKS: Readonly<Record<string, (tx: Transaction) => Promise<unknown>>> = {
  'a page of contacts': (tx) => tx.contacts.select({ limit: 10, afterId: 4_000 }),
  'consent statements': (tx) => tx.consents.statements(7),
  'events of a type': (tx) => tx.events.select({ types: ['page_viewed'], limit: 10 }),
  'pruning events of every type': (tx) => tx.events.prune(3, null, 10),
  'pruning events of a type': (tx) => tx.events.prune(3, ['x'], 10),
  'changes after': (tx) => tx.changes.after(4_990, ['tag_added'], 10),
  'latest changes': (tx) => tx.changes.latest(['tag_added'], 10),
  'last sequence': (tx) => tx.changes.lastSequence(),
  ripe: (tx) => tx.timers.ripe(1, 50, 10),
  clear: (tx) => tx.timers.clear(1),
  renew: (tx) => tx.timers.renew(['c', 'd'], 900),
  settle: (tx) => tx.timers.settle('c'),
  isolate: (tx) => tx.timers.isolate('c', 1),
  fail: (tx) => tx.timers.fail('c', 'x'),
  subscription: (tx) => tx.subscriptions.get('w'),
  secret: (tx) => tx.catalogue.secret('s', () => 'x'),
  'messages of a state': (tx) => tx.messages.select({ state: 'sent', now: 1, limit: 10 }),
  'messages of a name': (tx) => tx.messages.select({ name: 'intro', now: 1, limit: 10 }),
  'uncertain messages': (tx) => tx.messages.select({ state: 'uncertain', now: 1, limit: 10 }),
  'a page of messages': (tx) => tx.messages.select({ now: 1, limit: 10, beforeId: 4_000 }),
  'count of uncertain messages': (tx) => tx.messages.countUncertain(1),
  'pruning messages': (tx) => tx.messages.prune({ before: 1_000, withKeys: true, afterId: 4_000, limit: 10 }),
  'enrolments of a journey in a state': (tx) =>
    tx.enrolments.select({ journeyIds: [1], state: 'active', limit: 10, afterId: 4_000 }),
  'a page of enrolments': (tx) => tx.enrolments.select({ limit: 10, afterId: 4_000 }),
  'a journey': (tx) => tx.journeys.get('welcome'),
  'names seen': (tx) => tx.catalogue.list('tag'),
};

interface Step {
  readonly id: number;
  readonly parent: number;
  readonly detail: string;
}

/** The plan as text, and in it every step that looks at each row of a table, or at each given row for each row found. */
async function explain(
  connection: SqliteConnection,
  query: CompiledQuery,
): Promise<{ plan: string; bad: string[] }> {
  const { rows } = await connection.run(`explain query plan ${query.sql}`, query.parameters);
  const steps = rows as Step[];
  const bad = steps.filter(({ id, parent, detail }) => {
    if (/^SCAN \S+ VIRTUAL TABLE/.test(detail)) {
      // The rows given come first, so that each is looked up once in an index.
      return steps.some(
        (earlier) => earlier.parent === parent && earlier.id < id && /^(SEARCH|SCAN) /.test(earlier.detail),
      );
    }
    // An erasure, which is rare, looks through the log: an index by contact would cost every upsert a page.
    if (detail === 'SCAN change' && query.sql.includes('delete from change where contact_id')) return false;
    // In the order of its key or index, a scan ends at the limit.
    // What was worked out before for those asked about is read again: `points`, `halves` and `sums` of a score.
    return (
      /^SCAN (?!CONSTANT ROW|r$|present$|ranked$|points$|halves$|sums$|\(subquery)/.test(detail) &&
      !isOrdered(query.sql)
    );
  });
  return { plan: steps.map(({ detail }) => detail).join('\n'), bad: bad.map(({ detail }) => detail) };
}

function isOrdered(sql: string): boolean {
  return /order by (c\.sequence desc|type) limit/.test(sql);
}

/** Thrown to leave the store as it was. */
class Undo extends Error {}

describe('query plans in sqlite', () => {
  const statements: CompiledQuery[] = [];
  let database: Awaited<ReturnType<typeof sqliteDatabase>>;
  let store: Store;
  let connection: SqliteConnection;
  const ids = Array.from({ length: 5_000 }, (_, n) => n + 1);

  beforeAll(async () => {
    database = await sqliteDatabase();
    store = await openSqlStore(spyingOn(database.dialect(), statements), database.file);
    connection = new SqliteConnection({ path: database.file, busyTimeout: 1_000, pollInterval: 1_000 });
    await store.write((tx) => fill(tx, ids));
  });
  afterAll(async () => {
    await connection.close();
    await store.close();
    await database.drop();
  });

  it.each(Object.entries({ ...OPERATIONS, ...LOOKS }))('%s goes by an index', async (_, operation) => {
    statements.length = 0;
    const undone = store.write(async (tx) => {
      await operation(tx, ids.slice(100, 110));
      throw new Undo();
    });
    await expect(undone).rejects.toThrow(Undo);
    expect(statements.length).toBeGreaterThan(0);
    for (const query of statements) {
      const { plan, bad } = await explain(connection, query);
      expect({ sql: query.sql, plan, bad }).toMatchObject({ bad: [] });
    }
  });
});
