import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** What the worker is asked: one statement. `read` gives rows, `write` the number of rows touched. */
export interface WorkerRequest {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export type WorkerReply =
  | { readonly id: number; readonly rows: unknown[]; readonly affected: number }
  | { readonly id: number; readonly error: { message: string; errcode: number | null } }
  | { readonly foreignWrite: true };

export interface WorkerSettings {
  readonly path: string;
  readonly busyTimeout: number;
  /** How often another process's writes are looked for, in milliseconds. */
  readonly pollInterval: number;
}

const STATEMENTS_KEPT = 200;

const port = parentPort;
if (!port) throw new Error('The SQLite worker runs only as a worker thread');
const settings = workerData as WorkerSettings;

let database: DatabaseSync | null = null;
const statements = new Map<string, StatementSync>();

function open(): DatabaseSync {
  if (database) return database;
  const opened = new DatabaseSync(settings.path, { timeout: settings.busyTimeout });
  try {
    opened.exec('pragma journal_mode = wal');
    // An acknowledged write survives a power cut; batches make the sync cheap.
    opened.exec('pragma synchronous = full');
    opened.exec('pragma cache_size = -131072');
    opened.exec('pragma temp_store = memory');
    opened.exec('pragma case_sensitive_like = on');
    opened.exec('pragma journal_size_limit = 67108864');
    opened.function('lower_unicode', { deterministic: true }, (text) =>
      typeof text === 'string' ? text.toLowerCase() : null,
    );
  } catch (error) {
    opened.close();
    throw error;
  }
  database = opened;
  return opened;
}

function prepare(sql: string): StatementSync {
  const known = statements.get(sql);
  if (known) {
    statements.delete(sql);
    statements.set(sql, known);
    return known;
  }
  const statement = open().prepare(sql);
  statements.set(sql, statement);
  if (statements.size > STATEMENTS_KEPT) {
    const [oldest] = statements.keys();
    if (oldest !== undefined) statements.delete(oldest);
  }
  return statement;
}

function answer(request: WorkerRequest): WorkerReply {
  try {
    const statement = prepare(request.sql);
    const parameters = request.parameters as SQLInputValue[];
    if (statement.columns().length > 0) {
      return { id: request.id, rows: statement.all(...parameters), affected: 0 };
    }
    return { id: request.id, rows: [], affected: Number(statement.run(...parameters).changes) };
  } catch (error) {
    const { message, errcode } = error as Error & { errcode?: number };
    return { id: request.id, error: { message, errcode: errcode ?? null } };
  }
}

port.on('message', (request: WorkerRequest | 'close') => {
  if (request !== 'close') {
    port.postMessage(answer(request));
    return;
  }
  clearInterval(poll);
  statements.clear();
  database?.close();
  port.close();
});

let seen: number | null = null;
const poll = setInterval(() => {
  if (!database?.isOpen || database.isTransaction) return;
  // data_version changes only when another connection has committed.
  const row = prepare('pragma data_version').get() as { data_version: number };
  if (seen !== null && row.data_version !== seen) port.postMessage({ foreignWrite: true });
  seen = row.data_version;
}, settings.pollInterval);
