import { Kysely, sql } from 'kysely';
import { Client } from 'pg';
import { MIGRATIONS, SCHEMA_VERSION } from '../../src/store/migrations';
import type { Migration } from '../../src/store/migrations/migration';
import { migrate } from '../../src/store/sql/migrate';
import type { SqlDialect } from '../../src/store/sql/dialect';
import type { Tables } from '../../src/store/sql/tables';
import { StoreError } from '../../src/store/store-error';
import { CompiledSource } from './compiled';
import { DATABASES, postgresUrl, runInPostgres, sqliteDatabase, type TestDatabase } from './databases';
import './each-database';

/** Works on the bare database, as an older version of the package did. */
async function bare<T>(
  database: TestDatabase,
  work: (db: Kysely<Tables>, dialect: SqlDialect) => Promise<T>,
): Promise<T> {
  const dialect = database.dialect();
  const db = new Kysely<Tables>({ dialect: dialect.kysely });
  try {
    return await work(db, dialect);
  } finally {
    await db.destroy();
  }
}

const versionOf = (database: TestDatabase) =>
  bare(database, async (db) => {
    const { rows } = await sql<{ v: number }>`select max(version) as v from schema_version`.execute(db);
    return rows[0]?.v;
  });

/** What a store of each version holds, in the words of that version; every statement is one it could run. */
const DATA: Readonly<Record<number, readonly string[]>> = {
  1: [
    `insert into contact (id, email, first_name, properties, created_at, updated_at)
      values (1, 'ann@example.com', 'Ann', '{"plan":"pro","n":1.5}', 10, 20)`,
    `insert into identifier (kind, value, contact_id) values ('email', 'ann@example.com', 1)`,
    `insert into contact_tag (contact_id, name, at) values (1, 'vip', 10)`,
    `insert into consent (contact_id, channel, status, at) values (1, 'email', 'opted_out', 10)`,
    `insert into suppression (channel, address_hash, reason, at) values ('email', 'h', 'bounced', 10)`,
    `update counter set value = 1 where name = 'contact'`,
  ],
  2: [
    `insert into event (id, contact_id, type, occurred_at, recorded_at, properties, key)
      values (1, 1, 'order_placed', 15, 16, '{"total":5}', 'order-1')`,
    `update counter set value = 1 where name = 'event'`,
  ],
  3: [
    `insert into change (kind, contact_id, at, subject, event_id, detail)
      values ('event_recorded', 1, 16, 'order_placed', 1, '{}')`,
  ],
  4: [],
  5: [],
  6: [],
  7: [],
  8: [],
  9: [],
  10: [],
  11: [],
  12: [],
  13: [],
};

/** Held against the newest version: what was written in any earlier one is there. */
async function expectKept(database: TestDatabase, version: number): Promise<void> {
  const store = await database.open();
  try {
    await store.write(async (tx) => {
      expect((await tx.contacts.get([1])).get(1)).toMatchObject({
        email: 'ann@example.com',
        firstName: 'Ann',
        properties: { plan: 'pro', n: 1.5 },
        createdAt: 10,
        updatedAt: 20,
      });
      expect(await tx.contacts.owners([{ kind: 'email', value: 'ann@example.com' }])).toEqual(
        new Map([['email:ann@example.com', 1]]),
      );
      expect(await tx.contacts.members('tag', [1])).toEqual(new Map([[1, ['vip']]]));
      expect((await tx.consents.current([1])).get(1)).toEqual({ email: { status: 'opted_out', at: 10 } });
      expect((await tx.consents.suppressed([{ channel: 'email', hash: 'h' }])).size).toBe(1);
      expect(await tx.contacts.allocateIds(1)).toEqual([2]);
      const happened = { contactId: 1, type: 'x', occurredAt: 1, properties: {}, key: 'order-1' };
      const [event] = await tx.events.append([happened], 30);
      expect(event?.isNew).toBe(version < 2);
      if (version >= 2)
        expect(event?.event).toMatchObject({ id: 1, properties: { total: 5 }, recordedAt: 16 });
      const changes = await tx.changes.after(0, ['event_recorded'], 9);
      expect(changes.map(({ eventId }) => eventId)).toEqual(version >= 3 ? [1] : []);
      expect(await tx.timers.countByState()).toEqual({ waiting: 0, delivering: 0, failed: 0 });
    });
  } finally {
    await store.close();
  }
}

describe.each(DATABASES)('migrations in $name', ({ name, create }) => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await create();
    if (name === 'postgres') await makeSchema(database);
  });
  afterEach(() => database.drop());

  const versions = MIGRATIONS.map(({ version }) => version);

  it('are numbered one after the other', () => {
    expect(versions).toEqual(versions.map((_, index) => index + 1));
    expect(SCHEMA_VERSION).toBe(versions.length);
    expect(Object.keys(DATA).map(Number)).toEqual(versions);
  });

  it.each(versions)('bring a store of version %i, with its data, to the newest', async (version) => {
    await bare(database, async (db, dialect) => {
      for (let each = 1; each <= version; each++) {
        await migrate(db, dialect, MIGRATIONS.slice(0, each));
        for (const statement of DATA[each] ?? []) await sql.raw(statement).execute(db);
      }
    });
    expect(await versionOf(database)).toBe(version);
    await expectKept(database, version);
    expect(await versionOf(database)).toBe(SCHEMA_VERSION);
    await (await database.open()).close();
  });

  it('that fail leave the version and the tables as they were, and nothing half done', async () => {
    await (await database.open()).close();
    const broken: Migration = {
      version: SCHEMA_VERSION + 1,
      name: 'broken',
      statements: () => ['create table half_done (id integer)', 'delete from counter', 'this is no SQL'],
    };
    const failing = bare(database, (db, dialect) => migrate(db, dialect, [...MIGRATIONS, broken]));
    await expect(failing).rejects.toThrow();
    expect(await versionOf(database)).toBe(SCHEMA_VERSION);
    const halfDone = bare(database, (db) => sql`select * from half_done`.execute(db));
    await expect(halfDone).rejects.toThrow(/half_done/);
    const store = await database.open();
    expect(await store.write((tx) => tx.contacts.allocateIds(1))).toEqual([1]);
    await store.close();
  });

  it('fail whole when one of several does', async () => {
    const first = MIGRATIONS.slice(0, 1);
    await bare(database, (db, dialect) => migrate(db, dialect, first));
    const broken = [
      ...MIGRATIONS.slice(0, 2),
      { version: 3, name: 'broken', statements: () => ['nonsense'] },
    ];
    await expect(bare(database, (db, dialect) => migrate(db, dialect, broken))).rejects.toThrow();
    expect(await versionOf(database)).toBe(1);
    await (await database.open()).close();
    expect(await versionOf(database)).toBe(SCHEMA_VERSION);
  });

  it('refuse a store that a newer version wrote, and leave it alone', async () => {
    await (await database.open()).close();
    const newer = SCHEMA_VERSION + 1;
    await bare(database, (db) =>
      sql`insert into schema_version (version, name) values (${newer}, 'the future')`.execute(db),
    );
    const error = await database.open().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({
      code: 'newer',
      message: expect.stringContaining(String(newer)),
      advice: expect.stringMatching(/Update/),
    });
    expect(await versionOf(database)).toBe(newer);
  });

  it('run once when several open a new store at the same time', async () => {
    for (let round = 0; round < 3; round++) {
      const fresh = await create();
      const stores = await Promise.all(Array.from({ length: 6 }, () => fresh.open()));
      for (const [index, store] of stores.entries()) {
        expect(await store.write((tx) => tx.contacts.allocateIds(1))).toEqual([index + 1]);
      }
      for (const store of stores) await store.close();
      await fresh.drop();
    }
  });
});

async function makeSchema(database: TestDatabase): Promise<void> {
  const schema = new URL(database.url).searchParams.get('schema');
  await runInPostgres(`create schema "${schema}"`);
}

/** The steps of the newest migration, begun and not ended. */
function stepsOf(dialect: SqlDialect): string[] {
  const [first] = MIGRATIONS;
  return [
    'create table schema_version (version integer not null primary key, name text not null)',
    ...(first?.statements(dialect.columnTypes) ?? []),
    `insert into schema_version (version, name) values (1, 'contacts')`,
  ];
}

describe('a process that is killed in the middle of a migration', () => {
  it('leaves a SQLite file as it was, which the next one brings up to date', async () => {
    const database = await sqliteDatabase();
    const compiled = await CompiledSource.create();
    const dialect = database.dialect();
    const db = new Kysely<Tables>({ dialect: dialect.kysely });
    try {
      const child = compiled.start(
        `const { DatabaseSync } = require('node:sqlite');
         const db = new DatabaseSync(process.argv[1]);
         db.exec('pragma journal_mode = wal');
         db.exec('begin immediate');
         for (const step of JSON.parse(process.argv[2])) db.exec(step);
         db.exec('pragma cache_spill = on');
         console.log('in the middle');
         setInterval(() => {}, 1000);`,
        database.file,
        JSON.stringify(stepsOf(dialect)),
      );
      await child.said(1);
      await child.kill();
      await migrate(db, dialect);
      expect(await versionOf(database)).toBe(SCHEMA_VERSION);
    } finally {
      await db.destroy();
      await compiled.drop();
      await database.drop();
    }
  });

  it('leaves a PostgreSQL schema as it was, which the next one brings up to date', async () => {
    const [, { create }] = DATABASES;
    const database = await create();
    await makeSchema(database);
    const client = new Client({ connectionString: postgresUrl() });
    client.on('error', () => {});
    await client.connect();
    await client.query(`set search_path to "${database.schema}"`);
    await client.query('begin');
    for (const step of stepsOf(database.dialect())) await client.query(step);
    const { rows } = await client.query('select pg_backend_pid() as pid');
    await runInPostgres(`select pg_terminate_backend(${rows[0].pid})`);
    const store = await database.open();
    expect(await store.write((tx) => tx.contacts.allocateIds(1))).toEqual([1]);
    await store.close();
    expect(await versionOf(database)).toBe(SCHEMA_VERSION);
    await client.end().catch(() => {});
    await database.drop();
  });
});
