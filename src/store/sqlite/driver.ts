import type { DatabaseConnection, Driver, TransactionSettings } from 'kysely';
import type { SqliteConnection } from './connection';

/** Kysely's driver over the one connection: transactions of this process take turns. */
export class SqliteDriver implements Driver {
  private readonly connection: SqliteConnection;
  private turn: Promise<void> = Promise.resolve();
  private endTurn: (() => void) | null = null;
  private begun: Promise<unknown> = Promise.resolve();

  constructor(connection: SqliteConnection) {
    this.connection = connection;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.turn;
    let end: () => void = () => {};
    this.turn = new Promise((resolve) => (end = resolve));
    await before;
    this.endTurn = end;
    return this.connection;
  }

  async beginTransaction(_connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    // Taking the write lock at once makes waiting possible; a read that turns into a write could only fail.
    this.begun = this.connection.run(settings.accessMode === 'read only' ? 'begin' : 'begin immediate');
    // It travels with the first statement, which fails with it; without one, the commit tells.
    this.begun.catch(() => {});
  }

  async commitTransaction(): Promise<void> {
    await this.begun;
    await this.connection.run('commit');
  }

  async rollbackTransaction(): Promise<void> {
    try {
      await this.connection.run('rollback');
    } catch (error) {
      // SQLite itself has rolled back after a full disk or an I/O error; the first error is the one to tell.
      if (!/no transaction is active/.test((error as Error).message)) throw error;
    }
  }

  async releaseConnection(): Promise<void> {
    this.endTurn?.();
  }

  async destroy(): Promise<void> {
    await this.connection.close();
  }
}
