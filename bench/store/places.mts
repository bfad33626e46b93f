/** Where the two sides of a store measurement write: a store of their own each, on one file system or one server. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ContactPatch } from '../../src/domain/contact/contact.ts';
import type { NewEvent } from '../../src/domain/event/event.ts';
import type { Store } from '../../src/store/port.ts';
import { openPostgresStore, openSqliteStore } from './built-package.mts';
import { PostgresLoop } from './postgres-loop.mts';
import { SqliteLoop } from './sqlite-loop.mts';

/** The hand-written side. */
export interface Loop {
  upsert(patches: readonly ContactPatch[], now: number): void | Promise<void>;
  record(
    requests: ReadonlyArray<{ patch: ContactPatch; event: NewEvent }>,
    now: number,
  ): void | Promise<void>;
  close(): void | Promise<void>;
}

export interface Places {
  readonly loopName: string;
  open(): Promise<Store>;
  openLoop(): Promise<Loop>;
  /** Closes what was opened and removes what was written. */
  end(): Promise<void>;
}

/** SQLite files in a folder of their own. */
export async function sqlitePlaces(): Promise<Places> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'bench-store-'));
  const opened: Array<{ close(): void | Promise<void> }> = [];
  let count = 0;
  const open = async () => {
    const store = await openSqliteStore(path.join(folder, `${++count}.sqlite`));
    opened.push(store);
    return store;
  };
  return {
    loopName: 'hand-written node:sqlite loop',
    open,
    async openLoop() {
      const store = await open();
      await store.close();
      const loop = new SqliteLoop(store.location);
      opened.push(loop);
      return loop;
    },
    async end() {
      for (const one of opened) await one.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Schemas of one real PostgreSQL, the one that the contract suite starts. */
export async function postgresPlaces(): Promise<Places> {
  const { startPostgres } = (await import('../../test/store/start-postgres.mjs')) as {
    startPostgres(): Promise<{ url: string; stop(): Promise<void> }>;
  };
  const server = await startPostgres();
  const opened: Array<{ close(): void | Promise<void> }> = [];
  const open = async (schema: string) => {
    const store = await openPostgresStore({ connection: { connectionString: server.url }, schema });
    opened.push(store);
    return store;
  };
  let count = 0;
  return {
    loopName: 'hand-written pg loop',
    open: () => open(`ours_${++count}`),
    async openLoop() {
      const schema = `loop_${++count}`;
      await (await open(schema)).close();
      const loop = await PostgresLoop.open(server.url, schema);
      opened.push(loop);
      return loop;
    },
    async end() {
      for (const one of opened) await one.close();
      await server.stop();
    },
  };
}
