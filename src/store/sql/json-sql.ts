import type { RawBuilder } from 'kysely';
import type { JsonValue } from '../../domain/json';
import type { Scalar } from '../../domain/rule/rule-value';

/** A piece of SQL. */
export type Sql = RawBuilder<unknown>;

/**
 * How SQL looks into JSON values. A value is what stands under a key of a JSON column, or a column that holds one; SQL
 * null where there is none. What tells whether something is so is true or false, never null.
 */
export interface JsonSql {
  /** The value under a top-level key, whatever the key is made of; JSON null stays what it is. */
  at(column: Sql, key: string): Sql;
  /** The value as JSON text, the same for the same value; null where there is none. */
  text(value: Sql): Sql;
  /** Neither missing nor JSON null. */
  isPresent(value: Sql): Sql;
  isList(value: Sql): Sql;
  /** Whether it is one of these, itself and not as an item. */
  isExactly(value: Sql, wanted: readonly Scalar[]): Sql;
  /** Whether it, or an item of it if it is a list, is one of these: of the same type and the same value. */
  isOneOf(value: Sql, wanted: readonly Scalar[]): Sql;
  /** Whether some text passes the test: the value, or an item of a list; numbers, true and false as JavaScript writes them. */
  someText(value: Sql, test: (text: Sql) => Sql): Sql;
  /** Whether some number passes the test: the value, or an item of a list; also text that is a number (`numberOf`). */
  someNumber(value: Sql, test: (number: Sql) => Sql): Sql;
  /** The sum of what `amount` makes of each number, as `someNumber` finds them; 0 without any. */
  total(value: Sql, amount: (number: Sql) => Sql): Sql;
  /** A table with a row for each item of a list, and one for a value that is none; `scalar` is null for what is no scalar. */
  items(value: Sql): { readonly table: Sql; readonly scalar: Sql };
}

/** JSON text of each. */
export function literals(values: readonly JsonValue[]): string[] {
  return values.map((value) => JSON.stringify(value));
}
