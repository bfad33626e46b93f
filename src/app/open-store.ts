import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { Clock } from '../domain/clock';
import type { Store } from '../store/port';
import { DEFAULT_SCHEMA, openPostgresStore } from '../store/postgres/open';
import { openSqliteStore } from '../store/sqlite/open';
import { StoreError } from '../store/store-error';
import { Pump } from './pump';
import { journeyUpkeep } from './journeys/maintain';
import { scoreUpkeep } from './scores/maintain-scores';
import { segmentUpkeep } from './segments/maintain';
import { systemClock } from './system-clock';

/** Where a store is. */
export type StoreLocation =
  | { readonly kind: 'sqlite'; readonly file: string }
  | {
      readonly kind: 'postgres';
      readonly url: string;
      readonly schema: string;
      readonly tls?: 'verify' | 'accept';
    };

/** A store that is open in this process, with the pump that serves it. */
export interface OpenStore {
  readonly store: Store;
  readonly clock: Clock;
  readonly pump: Pump;
  /** Resolves when nothing is due, unrouted or in flight at the clock's present time. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

interface ProcessHandle {
  clock: Clock;
  readonly stores: Map<string, OpenStore>;
  readonly opening: Map<string, Promise<OpenStore>>;
}

/**
 * n8n loads a package anew when it is updated, and may have it loaded twice; what a process has open hangs on
 * the process itself. A simulation puts its own clock there before it loads the package.
 */
const HANDLE = Symbol.for('n8n-nodes-marketing-automation');

function processHandle(): ProcessHandle {
  const globals = globalThis as { [HANDLE]?: Partial<ProcessHandle> };
  const present = globals[HANDLE];
  const handle: ProcessHandle = {
    clock: present?.clock ?? systemClock,
    stores: present?.stores ?? new Map(),
    opening: present?.opening ?? new Map(),
  };
  globals[HANDLE] = handle;
  return handle;
}

/** The clock of this process. */
export function processClock(): Clock {
  return processHandle().clock;
}

/**
 * Opens a store, or returns the one this process has open at that place. Code of another version of the package
 * opens its own beside it, as another process would. Throws a StoreError that says what to do.
 */
export async function openStore(location: StoreLocation, version: string): Promise<OpenStore> {
  const handle = processHandle();
  const key = `${version} ${JSON.stringify(location)}`;
  const open = handle.stores.get(key);
  if (open) return open;
  let opening = handle.opening.get(key);
  if (!opening) {
    opening = connect(location, handle, key).finally(() => handle.opening.delete(key));
    handle.opening.set(key, opening);
  }
  return opening;
}

/** Opens the store at a place without a pump and outside the process's handle: for tools that end by themselves. */
export function connectStore(location: StoreLocation): Promise<Store> {
  if (location.kind === 'sqlite') return openSqliteStore(location.file);
  const ssl = location.tls ? { ssl: { rejectUnauthorized: location.tls === 'verify' } } : {};
  return openPostgresStore({
    connection: { connectionString: location.url, ...ssl },
    schema: location.schema,
  });
}

async function connect(location: StoreLocation, handle: ProcessHandle, key: string): Promise<OpenStore> {
  const store = await connectStore(location);
  const pump = new Pump(store, handle.clock, randomUUID);
  pump.keep(segmentUpkeep);
  pump.keep(journeyUpkeep);
  pump.keep(scoreUpkeep);
  const open: OpenStore = {
    store,
    clock: handle.clock,
    pump,
    settled: () => pump.settled(),
    async close() {
      handle.stores.delete(key);
      await pump.close();
      await store.close();
    },
  };
  handle.stores.set(key, open);
  return open;
}

/** The environment that decides where the store is when no credential does. */
export interface StoreEnvironment {
  readonly CONTACT_STORE_URL?: string;
  readonly CONTACT_STORE_REQUIRE_CREDENTIAL?: string;
  readonly EXECUTIONS_MODE?: string;
  readonly N8N_USER_FOLDER?: string;
}

/**
 * Returns the place that the environment names, by default a file in n8n's own folder. Throws a StoreError
 * where an explicit choice is needed.
 */
export function locationFromEnvironment(environment: StoreEnvironment): StoreLocation {
  if (environment.CONTACT_STORE_REQUIRE_CREDENTIAL === 'true') {
    throw new StoreError(
      'misconfigured',
      'This n8n asks for a Contact Store credential on every node.',
      'Choose the Contact Store credential in the node (CONTACT_STORE_REQUIRE_CREDENTIAL is set).',
    );
  }
  if (environment.CONTACT_STORE_URL) return parseStoreUrl(environment.CONTACT_STORE_URL);
  const folder = path.join(environment.N8N_USER_FOLDER ?? os.homedir(), '.n8n');
  return { kind: 'sqlite', file: path.join(folder, 'contact-store.sqlite') };
}

/** Refuses SQLite where n8n runs on several processes, which would each see their own machine's file. */
export function refuseSqliteInQueueMode(location: StoreLocation, environment: StoreEnvironment): void {
  if (location.kind === 'sqlite' && environment.EXECUTIONS_MODE === 'queue') {
    throw new StoreError(
      'misconfigured',
      'n8n runs in queue mode, where a contact store in a SQLite file cannot be shared by the workers.',
      'Create a Contact Store credential of type PostgreSQL and choose it in the node, or set CONTACT_STORE_URL=postgres://user:password@host:5432/database for the main process and every worker.',
    );
  }
}

/** Reads `sqlite:///path/file.sqlite` or `postgres://user:password@host:5432/database?schema=name`. */
export function parseStoreUrl(text: string): StoreLocation {
  const refuse = () =>
    new StoreError(
      'misconfigured',
      'CONTACT_STORE_URL is not the address of a contact store.',
      'Use sqlite:///absolute/path/contacts.sqlite or postgres://user:password@host:5432/database?schema=marketing_automation.',
    );
  if (text.startsWith('sqlite://')) {
    const file = decoded(text.slice('sqlite://'.length));
    if (file === null || !path.isAbsolute(file)) throw refuse();
    return { kind: 'sqlite', file };
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw refuse();
  }
  if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') throw refuse();
  const schema = url.searchParams.get('schema') ?? DEFAULT_SCHEMA;
  url.searchParams.delete('schema');
  return { kind: 'postgres', url: url.toString(), schema };
}

/** Text without percent-encoding; null where a percent sign begins no code. */
function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
