import net from 'node:net';
import { Client } from 'pg';
import type { Store } from '../../src/store/port';
import { openPostgresStore } from '../../src/store/postgres/open';
import { StoreError } from '../../src/store/store-error';
import { postgresDatabase, postgresUrl, runInPostgres } from './databases';
import { contactOf } from './each-database';

const SECRET = 's3cr3t-"p@ss/word';

/** Everything an error says, in every place a log would print. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = Object.entries(error).map(([key, value]) => `${key}=${JSON.stringify(value) ?? String(value)}`);
  return [error.message, error.stack, ...own, error.cause ? everythingIn(error.cause) : ''].join('\n');
}

async function errorOf(work: Promise<Store>): Promise<StoreError> {
  const error = await work.then(
    async (store) => {
      await store.close();
      return null;
    },
    (caught: unknown) => caught,
  );
  if (!(error instanceof StoreError))
    throw new Error(`Expected a StoreError, got ${String(error)}`, { cause: error });
  for (const secret of [SECRET, encodeURIComponent(SECRET), new URL(postgresUrl()).password]) {
    expect(everythingIn(error)).not.toContain(secret);
  }
  expect(error.advice.length).toBeGreaterThan(20);
  return error;
}

function urlWith(change: (url: URL) => void): string {
  const url = new URL(postgresUrl());
  change(url);
  return url.toString();
}

const open = (connectionString: string, schema = 'never_made') =>
  openPostgresStore({ connection: { connectionString, connectionTimeoutMillis: 2_000 }, schema });

describe('a PostgreSQL store that cannot be opened', () => {
  it('says that nobody answers', async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const url = urlWith((own) => {
      own.port = String(port);
      own.password = encodeURIComponent(SECRET);
    });
    const error = await errorOf(open(url));
    expect(error.code).toBe('unreachable');
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect((await errorOf(open('postgres://user:x@nowhere.invalid/db'))).code).toBe('unreachable');
  });

  it('says that somebody else answers, or nobody in time', async () => {
    const server = net.createServer((socket) => {
      sockets.push(socket);
    });
    const sockets: net.Socket[] = [];
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    try {
      const error = await errorOf(open(urlWith((own) => (own.port = String(port)))));
      expect(error.code).toBe('unreachable');
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });

  it.each<[string, (url: URL) => void]>([
    ['a wrong password', (url) => (url.password = encodeURIComponent(SECRET))],
    ['no password', (url) => (url.password = '')],
    ['an unknown user', (url) => (url.username = 'nobody')],
    ['an unknown database', (url) => (url.pathname = '/nothing')],
  ])('says that it is misconfigured: %s', async (_, change) => {
    expect((await errorOf(open(urlWith(change)))).code).toBe('misconfigured');
  });

  it.each([
    `postgres://user:${SECRET}@/:x`,
    `postgres://user:${encodeURIComponent(SECRET)}@host:port/db`,
    SECRET,
  ])('says so of an address that is none: %s', async (address) => {
    expect(['misconfigured', 'unreachable']).toContain((await errorOf(open(address))).code);
  });

  it.each([
    '',
    'Public',
    'a-b',
    'a"b',
    "a'; drop schema public; --",
    'pg toast',
    '1a',
    'a'.repeat(42),
    'ä',
    'a\nb',
  ])('refuses the schema %j', async (schema) => {
    expect((await errorOf(open(postgresUrl(), schema))).code).toBe('misconfigured');
  });

  it('refuses a schema that holds the tables of another program', async () => {
    const { schema, open: openThere, drop } = await postgresDatabase();
    await runInPostgres(`create schema ${schema}`, `create table ${schema}.workflow_entity (id integer)`);
    const error = await errorOf(openThere());
    expect([error.code, error.message]).toEqual(['misconfigured', expect.stringContaining(schema)]);
    await drop();
  });

  it('says that the user may not make the schema', async () => {
    await runInPostgres('drop role if exists humble', `create role humble login password '${SECRET}'`);
    const url = urlWith((own) => {
      own.username = 'humble';
      own.password = encodeURIComponent(SECRET);
    });
    const error = await errorOf(open(url));
    expect(error.code).toBe('misconfigured');
    expect(error.advice).toMatch(/Grant/);
    await runInPostgres('drop role humble');
  });
});

describe('a PostgreSQL store in use', () => {
  let database: Awaited<ReturnType<typeof postgresDatabase>>;
  let store: Store;
  beforeEach(async () => {
    database = await postgresDatabase();
    // Named, so that the tests beside this one keep their connections.
    const connection = { connectionString: postgresUrl(), application_name: database.schema };
    store = await openPostgresStore({ connection, schema: database.schema });
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  const put = (id: number) => store.write((tx) => tx.contacts.put([contactOf(id)]));
  const ids = () => store.read(async (tx) => (await tx.contacts.select({ limit: 99 })).map(({ id }) => id));
  /** Ends every connection to this store, as a server that is restarted does. */
  const cutOff = () =>
    runInPostgres(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${database.schema}'`,
    );

  it('whose connection is cut while it rests goes on with a new one', async () => {
    await put(1);
    await cutOff();
    // What the server has ended is noticed when it says so, at the latest by the next statement.
    await put(2);
    await cutOff();
    expect(await ids()).toEqual([1, 2]);
  });

  it('whose connection is cut in the middle of a write says so, undoes it, and goes on', async () => {
    await put(1);
    const cut = store.write(async (tx) => {
      await tx.contacts.put([contactOf(2)]);
      await cutOff();
      await tx.contacts.put([contactOf(3)]);
    });
    await expect(cut).rejects.toMatchObject({ code: 'unreachable' });
    expect(await ids()).toEqual([1]);
    await put(4);
    expect(await ids()).toEqual([1, 4]);
  });

  it('whose connection is cut between two statements does not end the process', async () => {
    const cut = store.write(async (tx) => {
      await tx.contacts.put([contactOf(2)]);
      await cutOff();
      await new Promise((resolve) => setTimeout(resolve, 200));
      await tx.contacts.put([contactOf(3)]);
    });
    await expect(cut).rejects.toMatchObject({ code: 'unreachable' });
    expect(await ids()).toEqual([]);
  });

  it('runs a write again that the server gave up for another, and gives up at last', async () => {
    let attempts = 0;
    const deadlock = (tries: number) =>
      store.write(async (tx) => {
        attempts++;
        await tx.contacts.put([contactOf(attempts)]);
        if (attempts <= tries) throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
        return attempts;
      });
    expect(await deadlock(2)).toBe(3);
    expect(await ids()).toEqual([3]);
    attempts = 0;
    await expect(deadlock(1_000)).rejects.toThrow('deadlock');
    expect(attempts).toBeGreaterThan(1);
    expect(attempts).toBeLessThan(20);
    expect(await ids()).toEqual([3]);
  });

  it('runs a write again after a real deadlock with another program', async () => {
    await put(1);
    await put(2);
    const other = new Client({ connectionString: postgresUrl() });
    await other.connect();
    // The one that waits longer is given up: the store's side.
    await other.query(`set search_path to "${database.schema}"; set deadlock_timeout = '30s'`);
    await other.query('begin; update contact set locale = null where id = 2');
    let attempts = 0;
    let blocked: Promise<unknown> | undefined;
    await store.write(async (tx) => {
      attempts++;
      await tx.contacts.put([contactOf(1, { firstName: 'store' })]);
      blocked ??= other.query('update contact set locale = null where id = 1; commit');
      if (attempts === 1) await new Promise((resolve) => setTimeout(resolve, 100));
      await tx.contacts.put([contactOf(2, { firstName: 'store' })]);
    });
    await blocked;
    await other.end();
    // On a busy machine the other program may still hold its lock when the write tries again.
    expect(attempts).toBeGreaterThan(1);
    expect((await store.read((tx) => tx.contacts.get([1, 2]))).get(2)?.firstName).toBe('store');
  });

  it('on a server that takes no writes says so', async () => {
    await runInPostgres(
      'drop role if exists reader',
      `create role reader login superuser password '${SECRET}'`,
      'alter role reader set default_transaction_read_only = on',
    );
    const url = urlWith((own) => {
      own.username = 'reader';
      own.password = encodeURIComponent(SECRET);
    });
    expect((await errorOf(open(url))).code).toBe('read_only');
    await runInPostgres('drop role reader');
  });

  it('tells another process of a write, also after the connection that listens was cut', async () => {
    const other = await database.open();
    try {
      let heard = 0;
      other.onWrite(() => heard++);
      const hear = async (from: number) => {
        for (let id = from; heard === 0; id++) {
          await put(id).catch(() => {});
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      };
      await hear(1);
      await runInPostgres(
        `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%${database.schema}%'`,
      );
      await new Promise((resolve) => setTimeout(resolve, 300));
      heard = 0;
      await hear(1_000);
      expect(heard).toBeGreaterThan(0);
    } finally {
      await other.close();
    }
  });
});
