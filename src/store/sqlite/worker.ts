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

/** Rows as lists of values in the order of `columns`: a third of the cost of as many objects from thread to thread. */
export interface WorkerAnswer {
  readonly id: number;
  readonly columns: readonly string[];
  readonly rows: ReadonlyArray<readonly unknown[]>;
  readonly affected: number;
}

export type WorkerReply =
  | WorkerAnswer
  | { readonly id: number; readonly error: { message: string; errcode: number | null } }
  | { readonly foreignWrite: true };

export interface WorkerSettings {
  readonly path: string;
  readonly busyTimeout: number;
  /** How often another process's writes are looked for, in milliseconds. */
  readonly pollInterval: number;
}

const STATEMENTS_KEPT = 200;

/** Told like SQLite's own codes, of which it is none: the file holds tables, but no store. */
const NOT_A_STORE = 26 | (1 << 8);

const port = parentPort;
if (!port) throw new Error('The SQLite worker runs only as a worker thread');
const settings = workerData as WorkerSettings;

let database: DatabaseSync | null = null;
/** The state of the file that is known here, by {@link dataVersion}. */
let seen = 0;
const statements = new Map<string, Prepared>();

interface Prepared {
  readonly statement: StatementSync;
  /** The names of what it gives; none where it gives no rows. */
  readonly columns: readonly string[];
}

function open(): DatabaseSync {
  if (database) return database;
  const opened = new DatabaseSync(settings.path, { timeout: settings.busyTimeout });
  try {
    refuseAnotherProgram(opened);
    opened.exec('pragma journal_mode = wal');
    // An acknowledged write survives a power cut; batches make the sync cheap.
    opened.exec('pragma synchronous = full');
    // What is deleted or changed is overwritten in the file: who is erased must not be found in its free space.
    opened.exec('pragma secure_delete = on');
    opened.exec('pragma cache_size = -131072');
    // Pages that others than the last writes left are read where the system holds them, without a call for each: a batch
    // reads thousands from all over the file. SQLite itself allows no more than this.
    opened.exec('pragma mmap_size = 2147418112');
    opened.exec('pragma temp_store = memory');
    opened.exec('pragma case_sensitive_like = on');
    // 64 MB of log between checkpoints: with the default of 4 MB each batch of 1,000 contacts would make one.
    opened.exec('pragma wal_autocheckpoint = 16000');
    opened.exec('pragma journal_size_limit = 67108864');
    opened.function('lower_unicode', { deterministic: true }, (text) =>
      typeof text === 'string' ? text.toLowerCase() : null,
    );
    opened.function('number_of_text', { deterministic: true }, (text) =>
      typeof text === 'string' ? numberOf(text) : null,
    );
  } catch (error) {
    opened.close();
    throw error;
  }
  database = opened;
  seen = dataVersion();
  return opened;
}

/** Thrown before anything is changed: to write to what another program keeps, such as n8n's own database, harms both. */
function refuseAnotherProgram(opened: DatabaseSync): void {
  const tables = opened.prepare("select name from sqlite_master where type = 'table'").all();
  const isEmpty = tables.length === 0;
  if (isEmpty || tables.some(({ name }) => name === 'schema_version')) return;
  throw Object.assign(new Error('The file is the database of another program'), { errcode: NOT_A_STORE });
}

const NUMERIC = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,2})?$/i;
const LONGEST_NUMBER = 100;

/** The same as `numberOf` of the domain, which this file cannot load: it is the whole program of its thread. */
function numberOf(value: string): number | null {
  const text = value.trim();
  return text.length <= LONGEST_NUMBER && NUMERIC.test(text) ? Number(text) : null;
}

function prepare(sql: string): Prepared {
  const known = statements.get(sql);
  if (known) {
    statements.delete(sql);
    statements.set(sql, known);
    return known;
  }
  const statement = open().prepare(sql);
  statement.setReturnArrays(true);
  const prepared = { statement, columns: statement.columns().map(({ name }) => name) };
  statements.set(sql, prepared);
  if (statements.size > STATEMENTS_KEPT) {
    const [oldest] = statements.keys();
    if (oldest !== undefined) statements.delete(oldest);
  }
  return prepared;
}

/** Why the present transaction is lost: nothing but its rollback is run until the next one begins. */
let failure: { message: string; errcode: number | null } | null = null;

/**
 * Answers a statement. After one that failed, those of the same transaction that are on their way already fail with the same
 * error: SQLite may have ended the transaction, or never begun it, and they would be written outside of it.
 */
function reply(request: WorkerRequest): WorkerReply {
  if (request.sql.startsWith('begin')) failure = null;
  if (failure && request.sql !== 'rollback') return { id: request.id, error: failure };
  try {
    return answer(request);
  } catch (error) {
    const { message, errcode } = error as Error & { errcode?: number };
    const told = { message, errcode: errcode ?? null };
    if (request.sql !== 'rollback') failure = told;
    return { id: request.id, error: told };
  } finally {
    if (request.sql === 'rollback') failure = null;
  }
}

function answer({ id, sql, parameters }: WorkerRequest): WorkerReply {
  const { statement, columns } = prepare(sql);
  const [first] = parameters;
  if (isRows(first)) return { id, columns, rows: [], affected: runForEach(statement, first) };
  const values = parameters as SQLInputValue[];
  if (columns.length === 0)
    return { id, columns, rows: [], affected: Number(statement.run(...values).changes) };
  // With setReturnArrays, which the types of node:sqlite do not know.
  const rows = statement.all(...values) as unknown as unknown[][];
  return { id, columns, rows, affected: 0 };
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
    port.postMessage(requests.map(reply));
    return;
  }
  clearInterval(poll);
  statements.clear();
  database?.close();
  port.close();
});

/** A number that changes only when another connection has committed. */
function dataVersion(): number {
  const [version = 0] = prepare('pragma data_version').statement.get() as unknown as number[];
  return version;
}

const poll = setInterval(() => {
  if (!database?.isOpen || database.isTransaction) return;
  const version = dataVersion();
  if (version !== seen) port.postMessage([{ foreignWrite: true }] satisfies WorkerReply[]);
  seen = version;
}, settings.pollInterval);
