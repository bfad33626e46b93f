/** The built package, loaded as n8n loads it. BENCH_DIST names the `dist` folder of another build, to compare two. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const DIST = process.env['BENCH_DIST'] ?? fileURLToPath(new URL('../../dist', import.meta.url));

/** Loads a module of `src/` by its path without extension. */
export function loadBuilt<T>(module: string): T {
  return require(path.join(DIST, 'src', `${module}.js`)) as T;
}

export const { upsertContacts } =
  loadBuilt<typeof import('../../src/app/upsert-contacts.ts')>('app/upsert-contacts');
export const { recordEvents } =
  loadBuilt<typeof import('../../src/app/record-events.ts')>('app/record-events');
export const { openSqliteStore } =
  loadBuilt<typeof import('../../src/store/sqlite/open.ts')>('store/sqlite/open');
export const { openPostgresStore } =
  loadBuilt<typeof import('../../src/store/postgres/open.ts')>('store/postgres/open');
