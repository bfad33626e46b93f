import type { Dialect, Kysely, RawBuilder, Transaction } from 'kysely';
import type { JsonValue } from '../../domain/json';
import type { ColumnTypes } from '../migrations/migration';
import type { JsonSql, Sql } from './json-sql';
import type { Tables } from './tables';

/** The type of a column of {@link SqlDialect.rows}. */
export type RowColumn = 'integer' | 'text' | 'json';

/** Runs `work` in a transaction of its own, whole or not at all. */
export type BeginTransaction = <T>(
  db: Kysely<Tables>,
  work: (transaction: Transaction<Tables>) => Promise<T>,
) => Promise<T>;

/**
 * What the two databases do differently, each difference by its name. Everything else is one SQL.
 */
export interface SqlDialect {
  readonly name: 'sqlite' | 'postgres';
  readonly columnTypes: ColumnTypes;
  readonly kysely: Dialect;
  /**
   * A table made of values, to select from and join with: one parameter, however many rows. Values stand in
   * the order of `columns`.
   */
  rows(
    columns: Readonly<Record<string, RowColumn>>,
    values: ReadonlyArray<readonly JsonValue[]>,
  ): RawBuilder<unknown>;
  /**
   * What an insert takes new rows from, after `insert into t (columns)`: their values in the order of `columns`. The
   * rows are inserted in the order given. The statement may have no other parameter.
   */
  newRows(
    columns: Readonly<Record<string, RowColumn>>,
    values: ReadonlyArray<readonly JsonValue[]>,
  ): RawBuilder<unknown>;
  /**
   * The condition of a delete for the rows with these values, in the order of `columns`. The statement may have no other
   * parameter.
   */
  isRow(
    columns: Readonly<Record<string, RowColumn>>,
    values: ReadonlyArray<readonly JsonValue[]>,
  ): RawBuilder<unknown>;
  /** Begins a transaction that ends before the disk has it; one that ends later and waits for the disk takes it along. */
  readonly beginUnsynced: BeginTransaction;
  /** The statement that empties the log of what was overwritten, run outside of transactions; null where the server sees to it. */
  readonly emptyLog: RawBuilder<unknown> | null;
  /** The statement that makes writers take turns, run first in each writing transaction; null where they do anyway. */
  readonly takeTurn: RawBuilder<unknown> | null;
  /** The statement that tells other processes of a write, run last in it; null where they notice by themselves. */
  readonly announce: RawBuilder<unknown> | null;
  /** The value of a top-level key of a JSON column as text. */
  jsonText(column: RawBuilder<unknown>, key: string): RawBuilder<unknown>;
  /** The entries of a JSON object as a table of `key` (text) and `value` (JSON). */
  jsonEntries(object: RawBuilder<unknown>): RawBuilder<unknown>;
  /** The whole numbers of a group as text, with commas; null where there is none. */
  listed(numbers: RawBuilder<unknown>): RawBuilder<unknown>;
  /** How conditions look into JSON. */
  readonly json: JsonSql;
  /** A number, or null where text is none; the same as `numberOf`. */
  numberOfText(text: Sql): Sql;
  /** Whether a part stands in a text, to the letter. */
  includes(text: Sql, part: string): Sql;
  /** The lesser, and the greater, of two numbers that are not null. */
  lesser(one: Sql, other: Sql): Sql;
  greater(one: Sql, other: Sql): Sql;
  /** What is left of 1 after so many halvings, as a floating-point number; next to nothing after a thousand. */
  halved(times: Sql): Sql;
  /** A column that no index is searched by, for what the planner takes for a small part; null where it knows better itself. */
  unsearched: ((column: Sql) => Sql) | null;
  /** Whether a column is among the ids that a query gives; true or false where neither is null. */
  isAmong(column: Sql, ids: Sql): Sql;
  /** A table with the rows of a query, which is run once whatever it is joined with. */
  workedOutOnce(query: Sql, column: string): Sql;
  /** The statement that readies a transaction for a look at each contact; null where nothing is to be done. */
  readonly beforeFullPass: RawBuilder<unknown> | null;
  /** Text in lower case, letters of every script. */
  lower(text: RawBuilder<unknown>): RawBuilder<unknown>;
  /** Calls `listener` whenever another process has written; returns how to stop. */
  onForeignWrite(listener: () => void): () => void;
  /** An error of the driver as a StoreError that says what to do; others unchanged. */
  explain(error: unknown): unknown;
  /** Whether the transaction failed for a reason that passes when it is run again. */
  isTransient(error: unknown): boolean;
  /** Whether the connection was cut that a transaction was to begin on; another may be whole. */
  isCut(error: unknown): boolean;
}
