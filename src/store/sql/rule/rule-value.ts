import { sql } from 'kysely';
import { CONTACT_FIELDS } from '../../../domain/contact/contact';
import { customName } from '../../../domain/contact/value';
import type { JsonObject, JsonValue } from '../../../domain/json';
import type { Scalar } from '../../../domain/rule/rule-value';
import type { SqlDialect } from '../dialect';
import type { JsonRef, NumberTest, Sql } from '../json-sql';
import { isOneOfNumbers } from './number-test';
import { anyOf } from './rule-scope';

/** A value that conditions are judged on, wherever it stands. Tests are true or false, never null. */
export interface RuleValue {
  /** The tests; null where only JavaScript can find the value. */
  readonly tests: ValueTests | null;
  /** The value itself, if it is JSON that SQL finds. */
  readonly json: JsonRef | null;
  /** A column of whole milliseconds, if it is one. */
  readonly moment: Sql | null;
  /** What the value is read from, each text, empty where it is missing. */
  readonly cells: readonly Sql[];
  /** The properties of which the value is `name`, from what `cells` gave. */
  read(cells: readonly string[]): JsonObject;
  readonly name: string;
}

/** See {@link JsonSql}. */
export interface ValueTests {
  isPresent(): Sql;
  isOneOf(wanted: readonly Scalar[]): Sql;
  ownText(test: (text: Sql) => Sql): Sql;
  someText(test: (text: Sql) => Sql): Sql;
  someNumber(test: NumberTest): Sql;
  /** Null where the value is never a list. */
  isList(): Sql | null;
}

const FIELD_COLUMN: Readonly<Record<string, string>> = {
  email: 'email',
  phone: 'phone',
  externalId: 'external_id',
  firstName: 'first_name',
  lastName: 'last_name',
  locale: 'locale',
  timezone: 'timezone',
  country: 'country',
  lifecycleStage: 'lifecycle_stage',
};
const MOMENT_COLUMN: Readonly<Record<string, string>> = { createdAt: 'created_at', updatedAt: 'updated_at' };

/** The value of a contact (alias `c`) under the name that a condition gives; see `conditionOnContact`. */
export function contactRuleValue(dialect: SqlDialect, property: string): RuleValue {
  if ((CONTACT_FIELDS as readonly string[]).includes(property)) {
    return textValue(dialect, property, sql.ref(`c.${FIELD_COLUMN[property] ?? property}`));
  }
  const moment = Object.hasOwn(MOMENT_COLUMN, property) ? MOMENT_COLUMN[property] : undefined;
  if (moment !== undefined) return momentValue(dialect, property, sql.ref(`c.${moment}`));
  return propertyValue(dialect, customName(property), sql`c.properties`);
}

/** The value that a property's name leads to in a JSON column; see `readProperty`. */
export function propertyValue(dialect: SqlDialect, name: string, column: Sql): RuleValue {
  const { json } = dialect;
  const [first = name] = name.split('.');
  if (first === name) return jsonValue(dialect, name, { column, key: name });
  // The key of that very name, else the steps between the dots.
  const keys = [name, first];
  return {
    name,
    tests: null,
    json: null,
    moment: null,
    cells: keys.map((key) => sql`coalesce(${json.text({ column, key })}, '')`),
    read: (cells) =>
      Object.fromEntries(
        keys.flatMap((key, index): Array<[string, JsonValue]> =>
          cells[index] ? [[key, JSON.parse(cells[index]) as JsonValue]] : [],
        ),
      ),
  };
}

/** A JSON value as a whole, under the name that a condition gives it. */
export function jsonValue({ json }: SqlDialect, name: string, value: JsonRef): RuleValue {
  return {
    name,
    tests: {
      isPresent: () => json.isPresent(value),
      isOneOf: (wanted) => json.isOneOf(value, wanted),
      ownText: (test) => json.ownText(value, test),
      someText: (test) => json.someText(value, test),
      someNumber: (test) => json.someNumber(value, test),
      isList: () => json.isList(value),
    },
    json: value,
    moment: null,
    cells: [sql`coalesce(${json.text(value)}, '')`],
    read: ([cell = '']) => (cell === '' ? {} : { [name]: JSON.parse(cell) as JsonValue }),
  };
}

function textValue(dialect: SqlDialect, name: string, column: Sql): RuleValue {
  const own = (test: (text: Sql) => Sql) => sql`coalesce(${test(column)}, false)`;
  return {
    name,
    tests: {
      isPresent: () => sql`(${column} is not null)`,
      isOneOf: (wanted) => {
        const texts = wanted.filter((value) => typeof value === 'string');
        return sql`coalesce(${isOneOfTexts(dialect, column, texts)}, false)`;
      },
      ownText: own,
      someText: own,
      someNumber: ({ passes }) => sql`coalesce(${passes(dialect.numberOfText(column))}, false)`,
      isList: () => null,
    },
    json: null,
    moment: null,
    // Marked, because a field could hold empty text.
    cells: [sql`coalesce('=' || ${column}, '')`],
    read: ([cell = '']) => (cell === '' ? {} : { [name]: cell.slice(1) }),
  };
}

function momentValue(dialect: SqlDialect, name: string, column: Sql): RuleValue {
  const own = (test: (text: Sql) => Sql) => test(sql`cast(${column} as text)`);
  return {
    name,
    tests: {
      isPresent: () => sql`true`,
      isOneOf: (wanted) => {
        const numbers = wanted.filter((value) => typeof value === 'number');
        return isOneOfNumbers(dialect, numbers).passes(column);
      },
      ownText: own,
      someText: own,
      someNumber: ({ passes }) => passes(column),
      isList: () => null,
    },
    json: null,
    moment: column,
    cells: [sql`cast(${column} as text)`],
    read: ([cell = '']) => ({ [name]: Number(cell) }),
  };
}

/** More values than these are looked up in a table made of them. */
const MOST_LISTED = 8;

function isOneOfTexts(dialect: SqlDialect, text: Sql, wanted: readonly string[]): Sql {
  if (wanted.length <= MOST_LISTED) return anyOf(wanted.map((value) => sql`${text} = ${value}`));
  const table = dialect.rows(
    { value: 'text' },
    wanted.map((value) => [value]),
  );
  return sql`${text} in (select value from ${table} as wanted)`;
}
