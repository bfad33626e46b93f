import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import type { Store } from '../../src/store/port';
import { openPostgresStore } from '../../src/store/postgres/open';
import { postgresDialect } from '../../src/store/postgres/postgres-dialect';
import type { SqlDialect } from '../../src/store/sql/dialect';
import { openSqliteStore } from '../../src/store/sqlite/open';
import { sqliteDialect } from '../../src/store/sqlite/sqlite-dialect';

/** An empty database that can be opened several times, as several processes do. */
export interface TestDatabase {
  /** What `CONTACT_STORE_URL` would be. */
  readonly url: string;
  open(): Promise<Store>;
  /** A new dialect on it, for what lies below the port. */
  dialect(): SqlDialect;
  drop(): Promise<void>;
}

/** A SQLite file in a folder of its own. */
export async function sqliteDatabase(): Promise<TestDatabase & { readonly file: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'contact-store-'));
  const file = path.join(folder, 'contacts.sqlite');
  return {
    file,
    url: `sqlite://${file}`,
    open: () => openSqliteStore(file),
    dialect: () => sqliteDialect(file),
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The address of the real PostgreSQL that the suite starts. */
export function postgresUrl(): string {
  const url = process.env.TEST_POSTGRES_URL;
  if (!url) throw new Error('TEST_POSTGRES_URL is missing; run this suite through jest');
  return url;
}

/** Runs statements in the suite's PostgreSQL, outside any store. */
export async function runInPostgres(...statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: postgresUrl() });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A schema of its own in the real PostgreSQL that the suite starts. */
export async function postgresDatabase(): Promise<TestDatabase & { readonly schema: string }> {
  const url = postgresUrl();
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const location = { connection: { connectionString: url }, schema };
  return {
    schema,
    url: `${url}?schema=${schema}`,
    open: () => openPostgresStore(location),
    dialect: () => postgresDialect(location),
    drop: () => runInPostgres(`drop schema if exists "${schema}" cascade`),
  };
}

/** Every database the contract holds for. */
export const DATABASES = [
  { name: 'sqlite', create: sqliteDatabase },
  { name: 'postgres', create: postgresDatabase },
] as const;
