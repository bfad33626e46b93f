/** A store of the made-up shop in either database: ours to ask by rules, and a connection of its own to ask by hand. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Store } from '../../src/store/port.ts';
import { openPostgresStore, openSqliteStore } from '../store/built-package.mts';
import { populate } from './population.mts';

const require = createRequire(import.meta.url);

export interface Shop {
  readonly kind: 'sqlite' | 'postgres';
  readonly store: Store;
  /** How many rows a hand-written query finds. */
  count(sql: string): Promise<number>;
  /** What a hand-written query gives. */
  rows(sql: string): Promise<Array<Record<string, unknown>>>;
  /** Runs statements beside the store. */
  write(sql: string): Promise<void>;
  end(): Promise<void>;
}

/** Makes a store in a file, with everything before `now`; gives the connection it was filled through. */
export async function fillSqlite(
  file: string,
  contacts: number,
  now?: number,
  eventsEach?: number,
): Promise<DatabaseSync> {
  await (await openSqliteStore(file)).close();
  const connection = new DatabaseSync(file);
  // As the package opens it.
  connection.exec('pragma cache_size = -131072; pragma mmap_size = 2147418112; pragma temp_store = memory');
  connection.exec('begin');
  for (const statement of populate('sqlite', contacts, now, eventsEach)) connection.exec(statement);
  connection.exec('commit; pragma wal_checkpoint(truncate); analyze');
  return connection;
}

export async function sqliteShop(contacts: number, eventsEach?: number): Promise<Shop> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-segments-'));
  const file = path.join(folder, 'shop.sqlite');
  const connection = await fillSqlite(file, contacts, undefined, eventsEach);
  const store = await openSqliteStore(file);
  return {
    kind: 'sqlite',
    store,
    async count(sql) {
      const row = connection.prepare(`select count(*) as n from (${sql}) as found`).get();
      return Number(row?.['n']);
    },
    rows: async (sql) => connection.prepare(sql).all(),
    async write(sql) {
      connection.exec(sql);
    },
    async end() {
      connection.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface PostgresClient {
  connect(): Promise<void>;
  query(sql: string): Promise<{ rows: Array<Record<string, unknown>> }>;
  end(): Promise<void>;
}

export async function postgresShop(contacts: number, eventsEach?: number): Promise<Shop> {
  const { startPostgres } = (await import('../../test/store/start-postgres.mjs')) as {
    startPostgres(): Promise<{ url: string; stop(): Promise<void> }>;
  };
  const { Client } = require('pg') as { Client: new (options: object) => PostgresClient };
  const server = await startPostgres();
  const schema = 'shop';
  const store = await openPostgresStore({ connection: { connectionString: server.url }, schema });
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(`set search_path to ${schema}`);
  for (const statement of populate('postgres', contacts, undefined, eventsEach))
    await client.query(statement);
  await client.query('vacuum analyze');
  return {
    kind: 'postgres',
    store,
    async count(sql) {
      const { rows } = await client.query(`select count(*) as n from (${sql}) as found`);
      return Number(rows[0]?.['n']);
    },
    async rows(sql) {
      return (await client.query(sql)).rows;
    },
    async write(sql) {
      await client.query(sql);
    },
    async end() {
      await client.end();
      await store.close();
      await server.stop();
    },
  };
}
