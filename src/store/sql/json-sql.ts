import type { RawBuilder } from 'kysely';
import type { JsonValue } from '../../domain/json';
import type { Scalar } from '../../domain/rule/rule-value';

/** A piece of SQL. */
export type Sql = RawBuilder<unknown>;

/** A value in a JSON column: the one under a top-level key, whatever the key is made of, or all that the column holds. */
export interface JsonRef {
  readonly column: Sql;
  readonly key: string | null;
}

/** A test of numbers, as SQL of one and as the ranges it lets through, ends included; never of null. */
export interface NumberTest {
  passes(number: Sql): Sql;
  readonly ranges: ReadonlyArray<readonly [low: number, high: number]>;
}

/**
 * How SQL looks into JSON values, which may be missing. What tells whether something is so is true or false, never
 * null.
 */
export interface JsonSql {
  /** The value as JSON text, the same for the same value; null where there is none. JSON null stays what it is. */
  text(value: JsonRef): Sql;
  /** Neither missing nor JSON null. */
  isPresent(value: JsonRef): Sql;
  isList(value: JsonRef): Sql;
  /** Whether it is true or the text `true`, itself and not as an item. */
  isTrue(value: JsonRef): Sql;
  /** Whether it, or an item of it if it is a list, is one of these: of the same type and the same value. */
  isOneOf(value: JsonRef, wanted: readonly Scalar[]): Sql;
  /** Whether its text passes the test, if it is no list; numbers, true and false as JavaScript writes them. */
  ownText(value: JsonRef, test: (text: Sql) => Sql): Sql;
  /** Whether some text passes the test: the value's own, or an item's of a list. */
  someText(value: JsonRef, test: (text: Sql) => Sql): Sql;
  /** Whether some number passes the test: the value, or an item of a list; also text that is a number (`numberOf`). */
  someNumber(value: JsonRef, test: NumberTest): Sql;
  /** The sum of what `amount` makes of each number, as `someNumber` finds them; 0 without any. */
  total(value: JsonRef, amount: (number: Sql) => Sql): Sql;
  /** A table with a row for each item of a list, and one for a value that is none; `scalar` is null for what is no scalar. */
  items(value: JsonRef): { readonly table: Sql; readonly scalar: Sql };
}

/** JSON text of each. */
export function literals(values: readonly JsonValue[]): string[] {
  return values.map((value) => JSON.stringify(value));
}
