import { Kysely, type QueryExecutorProvider } from 'kysely';
import type { Store, Transaction, WriteOptions } from '../port';
import { StoreError } from '../store-error';
import { catalogueTable } from './catalogue-table';
import { changeTable } from './change-table';
import { consentTable } from './consent-table';
import { contactTable } from './contact-table';
import type { BeginTransaction, SqlDialect } from './dialect';
import { experimentTable } from './experiment-table';
import { enrolmentTable } from './enrolment-table';
import { eventTable } from './event-table';
import { historyTable } from './history-table';
import { journeyTable } from './journey-table';
import { messageTable } from './message-table';
import { migrate } from './migrate';
import { fittingIds, ruleTable } from './rule-table';
import { scoreTable } from './score-table';
import { scoringTable } from './scoring-table';
import { segmentTable } from './segment-table';
import { statementsInOrder } from './statements-in-order';
import { subscriptionTable } from './subscription-table';
import type { Tables } from './tables';
import { timerTable } from './timer-table';

/** How often a writing transaction runs before its failure stands, when the database says that trying again helps. */
const TRIES = 5;

/** Opens a store on a dialect, bringing its schema up to date. Throws a StoreError that says what to do. */
export async function openSqlStore(dialect: SqlDialect, location: string): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: dialect.kysely });
  try {
    await migrate(db, dialect);
  } catch (error) {
    await db.destroy();
    throw dialect.explain(error);
  }
  return new SqlStore(db, dialect, location);
}

class SqlStore implements Store {
  readonly kind;
  readonly location;
  private readonly db: Kysely<Tables>;
  private readonly dialect: SqlDialect;
  private readonly listeners = new Set<() => void>();
  private readonly stopListening: () => void;
  private isClosed = false;

  constructor(db: Kysely<Tables>, dialect: SqlDialect, location: string) {
    this.kind = dialect.name;
    this.location = location;
    this.db = db;
    this.dialect = dialect;
    this.stopListening = dialect.onForeignWrite(() => this.tellListeners());
  }

  async read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.refuseWhenClosed();
    for (let attempt = 1; ; attempt++) {
      let hasBegun = false;
      try {
        return await this.db
          .transaction()
          .setAccessMode('read only')
          // Every statement of a read sees the state that the first one saw.
          .setIsolationLevel('repeatable read')
          .execute((transaction) => {
            hasBegun = true;
            return statementsInOrder(transaction, (db) => work(tables(db, this.dialect)));
          });
      } catch (error) {
        if (attempt >= TRIES || hasBegun || !this.dialect.isCut(error)) throw this.dialect.explain(error);
      }
    }
  }

  async write<T>(
    work: (tx: Transaction) => Promise<T>,
    { isDerived = false, isErasure = false }: WriteOptions = {},
  ): Promise<T> {
    this.refuseWhenClosed();
    for (let attempt = 1; ; attempt++) {
      let hasBegun = false;
      try {
        const begin = isDerived ? this.dialect.beginUnsynced : beginSynced;
        const result = await begin(this.db, (transaction) => {
          hasBegun = true;
          return statementsInOrder(transaction, async (db) => {
            await this.dialect.takeTurn?.execute(db);
            const value = await work(tables(db, this.dialect));
            await this.dialect.announce?.execute(db);
            return value;
          });
        });
        // It is written whatever becomes of this; a log that others read at this moment is emptied by the next one.
        if (isErasure) await this.dialect.emptyLog?.execute(this.db).catch(() => {});
        this.tellListeners();
        return result;
      } catch (error) {
        // A connection that was cut while it rested had nothing to lose; once it has begun, nobody knows how it ended.
        const passes = this.dialect.isTransient(error) || (!hasBegun && this.dialect.isCut(error));
        if (attempt >= TRIES || !passes) throw this.dialect.explain(error);
      }
    }
  }

  onWrite(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.stopListening();
    this.listeners.clear();
    await this.db.destroy();
  }

  private refuseWhenClosed(): void {
    if (this.isClosed) throw new StoreError('closed', 'The contact store is closed.', 'Open it again.');
  }

  private tellListeners(): void {
    for (const listener of this.listeners) listener();
  }
}

const beginSynced: BeginTransaction = (db, work) => db.transaction().execute(work);

function tables(db: QueryExecutorProvider, dialect: SqlDialect): Transaction {
  return {
    contacts: contactTable(db, dialect),
    consents: consentTable(db, dialect),
    events: eventTable(db, dialect),
    changes: changeTable(db, dialect),
    subscriptions: subscriptionTable(db, dialect),
    timers: timerTable(db, dialect),
    rules: ruleTable(db, dialect),
    scoring: scoringTable(db, dialect),
    segments: segmentTable(db, dialect, (question) => fittingIds(db, dialect, question)),
    histories: historyTable(db, dialect),
    messages: messageTable(db, dialect),
    experiments: experimentTable(db, dialect),
    scores: scoreTable(db, dialect),
    journeys: journeyTable(db, dialect),
    enrolments: enrolmentTable(db, dialect),
    catalogue: catalogueTable(db, dialect),
  };
}
