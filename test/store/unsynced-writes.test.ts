import { DatabaseSync } from 'node:sqlite';
import { Kysely, sql } from 'kysely';
import type { SqlDialect } from '../../src/store/sql/dialect';
import type { Tables } from '../../src/store/sql/tables';
import { sqliteDialect } from '../../src/store/sqlite/sqlite-dialect';
import { DATABASES, sqliteDatabase, type TestDatabase } from './databases';

/** How a database says that it waits for the disk at the end of a transaction, and that it does not. */
const WAYS = {
  sqlite: { ask: 'pragma synchronous', waits: [{ synchronous: 2 }], doesNot: [{ synchronous: 1 }] },
  postgres: {
    ask: 'show synchronous_commit',
    waits: [{ synchronous_commit: 'on' }],
    doesNot: [{ synchronous_commit: 'off' }],
  },
};

describe.each(DATABASES)('writes that do not wait for the disk ($name)', ({ name, create }) => {
  const { ask, waits, doesNot } = WAYS[name];
  let database: TestDatabase;
  let dialect: SqlDialect;
  let db: Kysely<Tables>;
  beforeEach(async () => {
    database = await create();
    const store = await database.open();
    await store.close();
    dialect = database.dialect();
    db = new Kysely<Tables>({ dialect: dialect.kysely });
  });
  afterEach(async () => {
    await db.destroy();
    await database.drop();
  });
  const modeOf = async (at: Kysely<Tables>) => (await sql.raw(ask).execute(at)).rows;
  const seen = async () => (await sql`select name from catalogue where kind = 'tag'`.execute(db)).rows;
  const note = (at: Kysely<Tables>) =>
    sql`insert into catalogue (kind, name) values ('tag', 'noted')`.execute(at);

  test('only these do not wait; what they wrote is there at once', async () => {
    expect(await modeOf(db)).toEqual(waits);
    const during = await dialect.beginUnsynced(db, async (tx) => {
      await note(tx);
      return await modeOf(tx);
    });
    expect(during).toEqual(doesNot);
    expect(await modeOf(db)).toEqual(waits);
    expect(await db.transaction().execute(modeOf)).toEqual(waits);
    expect(await seen()).toEqual([{ name: 'noted' }]);
  });

  test('one that fails writes nothing, and the next one waits again', async () => {
    const failing = dialect.beginUnsynced(db, async (tx) => {
      await note(tx);
      throw new Error('changed its mind');
    });
    await expect(failing).rejects.toThrow('changed its mind');
    expect(await seen()).toEqual([]);
    expect(await modeOf(db)).toEqual(waits);
  });

  test('writes that wait keep to themselves while one is on its way', async () => {
    const modes = await Promise.all([
      dialect.beginUnsynced(db, modeOf),
      db.transaction().execute(modeOf),
      dialect.beginUnsynced(db, modeOf),
      db.transaction().execute(modeOf),
    ]);
    expect(modes).toEqual([doesNot, waits, doesNot, waits]);
  });
});

test('one that SQLite cannot begin, because another program holds the file, leaves the next one waiting', async () => {
  const database = await sqliteDatabase();
  await (await database.open()).close();
  const dialect = sqliteDialect(database.file, 20);
  const db = new Kysely<Tables>({ dialect: dialect.kysely });
  const other = new DatabaseSync(database.file);
  try {
    other.exec('begin immediate');
    const work = async (at: Kysely<Tables>) => (await sql`pragma synchronous`.execute(at)).rows;
    await expect(dialect.beginUnsynced(db, work)).rejects.toThrow('database is locked');
    other.exec('rollback');
    expect(await db.transaction().execute(work)).toEqual(WAYS.sqlite.waits);
    expect(await dialect.beginUnsynced(db, work)).toEqual(WAYS.sqlite.doesNot);
  } finally {
    other.close();
    await db.destroy();
    await database.drop();
  }
});
