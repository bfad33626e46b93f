import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

/** One statement. */
export interface WorkerRequest {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/**
 * The only parameter of a statement that is run once for each of its rows: their cells, row after row, as one JSON list.
 */
export interface RowsParameter {
  readonly width: number;
  readonly cells: string;
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

/**
 * Answers statements in their order. After one that failed none is run: SQLite may have ended the transaction, and what
 * follows would be written outside of it. They fail with the same error.
 */
function answerAll(requests: readonly WorkerRequest[]): WorkerReply[] {
  let failure: { message: string; errcode: number | null } | null = null;
  return requests.map((request) => {
    if (failure) return { id: request.id, error: failure };
    try {
      return answer(request);
    } catch (error) {
      const { message, errcode } = error as Error & { errcode?: number };
      failure = { message, errcode: errcode ?? null };
      return { id: request.id, error: failure };
    }
  });
}

function answer({ id, sql, parameters }: WorkerRequest): WorkerReply {
  const statement = prepare(sql);
  const [first] = parameters;
  if (isRows(first)) return { id, rows: [], affected: runForEach(statement, first) };
  if (statement.columns().length > 0) {
    return { id, rows: statement.all(...(parameters as SQLInputValue[])), affected: 0 };
  }
  return { id, rows: [], affected: Number(statement.run(...(parameters as SQLInputValue[])).changes) };
}

function isRows(parameter: unknown): parameter is RowsParameter {
  return typeof parameter === 'object' && parameter !== null && 'cells' in parameter;
}

function runForEach(statement: StatementSync, { width, cells }: RowsParameter): number {
  const values = JSON.parse(cells) as SQLInputValue[];
  let affected = 0;
  for (let at = 0; at < values.length; at += width) {
    affected += Number(statement.run(...values.slice(at, at + width)).changes);
  }
  return affected;
}

port.on('message', (requests: readonly WorkerRequest[] | 'close') => {
  if (requests !== 'close') {
    port.postMessage(answerAll(requests));
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
  if (seen !== null && row.data_version !== seen)
    port.postMessage([{ foreignWrite: true }] satisfies WorkerReply[]);
  seen = row.data_version;
}, settings.pollInterval);
