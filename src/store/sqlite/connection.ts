import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import type { WorkerAnswer, WorkerReply, WorkerRequest, WorkerSettings } from './worker';

/** An error that SQLite gave, with its result code. */
export class SqliteError extends Error {
  /** SQLite's (extended) result code; null when the error is not SQLite's own. */
  readonly resultCode: number | null;

  constructor(message: string, resultCode: number | null) {
    super(message);
    this.name = 'SqliteError';
    this.resultCode = resultCode;
  }
}

interface Waiting {
  resolve(reply: { rows: unknown[]; affected: number }): void;
  reject(error: Error): void;
}

/** The one connection of a process to a SQLite file. The database runs in a worker thread, never on the event loop. */
export class SqliteConnection implements DatabaseConnection {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private readonly foreignWriteListeners = new Set<() => void>();
  private readonly outbox: WorkerRequest[] = [];
  private nextId = 1;
  private failure: Error | null = null;
  private isClosing = false;

  constructor(settings: WorkerSettings) {
    // Beside this file stands the worker: compiled, or as it was written where Node runs TypeScript itself.
    this.worker = new Worker(path.join(__dirname, `worker${path.extname(__filename)}`), {
      workerData: settings,
      execArgv: [],
    });
    this.worker.unref();
    this.worker.on('message', (replies: readonly WorkerReply[]) => {
      for (const reply of replies) this.receive(reply);
    });
    this.worker.on('error', (error) => this.failAll(error));
    this.worker.on('exit', () => this.failAll(new SqliteError('The SQLite worker has ended', null)));
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, affected } = await this.run(query.sql, query.parameters);
    return { rows: rows as R[], numAffectedRows: BigInt(affected) };
  }

  // eslint-disable-next-line require-yield -- the store pages through large results by key instead
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new SqliteError('Streaming is not offered; read by pages', null);
  }

  /** Runs a statement after those that were asked for before, whether they are answered or not. */
  run(sql: string, parameters: readonly unknown[] = []): Promise<{ rows: unknown[]; affected: number }> {
    if (this.failure) return Promise.reject(this.failure);
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      // While an answer is awaited the process stays alive for it.
      this.worker.ref();
      // What is asked for in one go travels in one message: waking the other thread costs more than most statements.
      if (this.outbox.length === 0) process.nextTick(() => this.worker.postMessage(this.outbox.splice(0)));
      this.outbox.push({ id, sql, parameters });
    });
  }

  onForeignWrite(listener: () => void): () => void {
    this.foreignWriteListeners.add(listener);
    return () => this.foreignWriteListeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.isClosing || this.failure) return;
    this.isClosing = true;
    const ended = new Promise<void>((resolve) => this.worker.once('exit', () => resolve()));
    this.worker.ref();
    this.worker.postMessage('close');
    await ended;
  }

  private receive(reply: WorkerReply): void {
    if ('foreignWrite' in reply) {
      for (const listener of this.foreignWriteListeners) listener();
      return;
    }
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if (this.waiting.size === 0 && !this.isClosing) this.worker.unref();
    if (!waiting) return;
    if ('error' in reply) waiting.reject(new SqliteError(reply.error.message, reply.error.errcode));
    else waiting.resolve({ rows: toObjects(reply), affected: reply.affected });
  }

  private failAll(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

function toObjects({ columns, rows }: WorkerAnswer): unknown[] {
  return rows.map((values) => {
    const row: Record<string, unknown> = {};
    columns.forEach((name, index) => (row[name] = values[index]));
    return row;
  });
}
