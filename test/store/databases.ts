import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Store } from '../../src/store/port';
import { openPostgresStore } from '../../src/store/postgres/open';
import { openSqliteStore } from '../../src/store/sqlite/open';

/** An empty database that can be opened several times, as several processes do. */
export interface TestDatabase {
  /** What `CONTACT_STORE_URL` would be. */
  readonly url: string;
  open(): Promise<Store>;
  drop(): Promise<void>;
}

/** A SQLite file in a folder of its own. */
export async function sqliteDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'contact-store-'));
  const file = path.join(folder, 'contacts.sqlite');
  return {
    url: `sqlite://${file}`,
    open: () => openSqliteStore(file),
    drop: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A schema of its own in the real PostgreSQL that the suite starts. */
export async function postgresDatabase(): Promise<TestDatabase> {
  const url = process.env.TEST_POSTGRES_URL;
  if (!url) throw new Error('TEST_POSTGRES_URL is missing; run this suite through jest');
  const schema = `test_${randomBytes(6).toString('hex')}`;
  return {
    url: `${url}?schema=${schema}`,
    open: () => openPostgresStore({ connection: { connectionString: url }, schema }),
    drop: async () => {},
  };
}

/** Every database the contract holds for. */
export const DATABASES = [
  { name: 'sqlite', create: sqliteDatabase },
  { name: 'postgres', create: postgresDatabase },
] as const;
