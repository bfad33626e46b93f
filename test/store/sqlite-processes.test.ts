import { stat } from 'node:fs/promises';
import { openSqliteStore } from '../../src/store/sqlite/open';
import { CompiledSource, type ChildProcess } from './compiled';
import { sqliteDatabase } from './databases';
import './each-database';

type SqliteDatabase = Awaited<ReturnType<typeof sqliteDatabase>>;

/** Upserts one contact after another, of few, and says after each that it is done. */
const WRITER = `
  const { openSqliteStore } = load('store/sqlite/open');
  const { upsertContacts } = load('app/upsert-contacts');
  const [file, name, count] = process.argv.slice(1);
  const store = await openSqliteStore(file);
  for (let n = 0; n < Number(count); n++) {
    const patch = {
      identifiers: { email: 'p' + (n * 7) % 50 + '@example.com', anonymousId: 'd' + (n * 3) % 20 },
      fields: {}, properties: { [name]: n }, tags: [name], lists: [],
    };
    const [result] = await upsertContacts(store, [{ patch, mode: 'upsert' }], Date.now(), { allOrNothing: true });
    console.log(n + ' ' + result.contactId);
  }
  await store.close();
  process.exit(0);
`;

describe('several processes on one SQLite file', () => {
  let compiled: CompiledSource;
  let database: SqliteDatabase;

  beforeAll(async () => {
    compiled = await CompiledSource.create();
  });
  afterAll(() => compiled.drop());
  beforeEach(async () => {
    database = await sqliteDatabase();
  });
  afterEach(() => database.drop());

  const write = (name: string, count: number): ChildProcess =>
    compiled.start(WRITER, database.file, name, String(count));

  it('two that write 500 times each to the same contacts lose nothing and agree in the end', async () => {
    // Neither finds the file; both make it.
    const writers = [write('a', 500), write('b', 500)];
    await Promise.all(writers.map((writer) => writer.end()));
    expect(writers.map(({ lines }) => lines.length)).toEqual([500, 500]);
    const store = await database.open();
    try {
      await store.read(async (tx) => {
        const contacts = await tx.contacts.select({ limit: 1_000 });
        expect(contacts).toHaveLength(50);
        const emails = contacts.map(({ email }) => email);
        expect(new Set(emails).size).toBe(50);
        for (const { id, email, properties } of contacts) {
          const own = Number(/\d+/.exec(email ?? '')?.[0]);
          const last = Math.max(
            ...Array.from({ length: 500 }, (_, n) => n).filter((n) => (n * 7) % 50 === own),
          );
          expect(properties).toEqual({ a: last, b: last });
          expect((await tx.contacts.members('tag', [id])).get(id)).toEqual(['a', 'b']);
          expect(await tx.contacts.owners([{ kind: 'email', value: email ?? '' }])).toEqual(
            new Map([[`email:${email}`, id]]),
          );
        }
        const identifiers = await tx.contacts.identifiers(contacts.map(({ id }) => id));
        const present = new Set(contacts.map(({ id }) => id));
        expect(identifiers.filter(({ kind }) => kind === 'anonymousId')).toHaveLength(20);
        expect(identifiers.every(({ contactId }) => present.has(contactId))).toBe(true);
      });
    } finally {
      await store.close();
    }
  });

  it('one that is killed while it writes loses nothing it was told is written', async () => {
    for (const lines of [1, 17, 60]) {
      const writer = write('killed', 10_000);
      await writer.said(lines);
      await writer.kill();
      const done = writer.lines.length;
      const store = await database.open();
      try {
        await store.write(async (tx) => {
          const contacts = await tx.contacts.select({ limit: 1_000 });
          const written = contacts.map(({ properties }) => Number(properties.killed));
          // The one that was on its way may have come through as well.
          expect(Math.max(...written)).toBeGreaterThanOrEqual(done - 1);
          expect(Math.max(...written)).toBeLessThanOrEqual(done + 1);
          await tx.contacts.remove(
            contacts.map(({ id }) => id),
            { erase: true },
          );
        });
      } finally {
        await store.close();
      }
    }
  });

  it('a lock held for a while is waited for, one held too long is told of, and nothing is lost', async () => {
    const store = await openSqliteStore(database.file, { busyTimeout: 700 });
    const tag = (name: string) => store.write((tx) => tx.catalogue.note([{ kind: 'tag', name }]));
    const holder = compiled.start(
      `const { DatabaseSync } = require('node:sqlite');
       const db = new DatabaseSync(process.argv[1], { timeout: 5000 });
       process.stdin.on('data', (line) => {
         for (const word of String(line).trim().split('\\n')) {
           db.exec(word === 'hold' ? 'begin immediate' : 'rollback');
           console.log(word);
         }
       });`,
      database.file,
    );
    try {
      await tag('before');
      holder.tell('hold');
      await holder.said(1);
      await expect(tag('too late')).rejects.toMatchObject({
        code: 'locked',
        message: expect.stringContaining(database.file),
        advice: expect.stringMatching(/Close the other program/),
      });
      // Readers are not kept waiting by a writer.
      expect(await store.read((tx) => tx.catalogue.list('tag'))).toEqual(['before']);
      const patient = tag('after');
      holder.tell('let go');
      await patient;
      expect(await store.read((tx) => tx.catalogue.list('tag'))).toEqual(['after', 'before']);
    } finally {
      await holder.kill();
      await store.close();
    }
  });

  it('a write of another process is noticed', async () => {
    const store = await database.open();
    try {
      await store.read((tx) => tx.contacts.count({}));
      const noticed = new Promise<void>((resolve) => store.onWrite(resolve));
      const writer = write('other', 20);
      await noticed;
      await writer.end();
    } finally {
      await store.close();
    }
  });

  it('nobody else may read what is in the file, its log and its index', async () => {
    const store = await database.open();
    try {
      await store.write((tx) => tx.catalogue.note([{ kind: 'tag', name: 'x' }]));
      for (const suffix of ['', '-wal', '-shm']) {
        expect([suffix, ((await stat(`${database.file}${suffix}`)).mode & 0o777).toString(8)]).toEqual([
          suffix,
          '600',
        ]);
      }
    } finally {
      await store.close();
    }
  });
});
