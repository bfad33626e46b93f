import { sql } from 'kysely';
import type { Scalar } from '../../domain/rule/rule-value';
import { literals, type JsonRef, type JsonSql, type Sql } from '../sql/json-sql';

/** More values than these are looked up in a table made of them. */
const MOST_LISTED = 8;
/** More values than these are not looked for in the text first. */
const MOST_SOUGHT = 3;

/**
 * JSON in SQLite, where a value is its JSON text as JavaScript writes it. Its first character tells its kind, in this
 * order: text (`"`), number (`-` or a digit), list (`[`), false, null, true, object (`{`). SQLite reads numbers to the
 * last digit as JavaScript does. Each look at a value is a look-up of its own, a third of what parsing the text costs.
 */
export const sqliteJson: JsonSql = {
  text: valueOf,
  isPresent: (ref) => sql`coalesce(${valueOf(ref)} <> 'null', false)`,
  isList: (ref) => sql`coalesce(${isList(valueOf(ref))}, false)`,
  isTrue: (ref) =>
    sql`(${mayHold(ref, [true])} and coalesce(${valueOf(ref)} in ${listOf(literals([true, 'true']))}, false))`,
  isOneOf(ref, wanted) {
    const value = valueOf(ref);
    const list = listOf(literals(wanted));
    const items = sql`select 1 from json_each(${value}) as item where ${itemText(value)} in ${list}`;
    return sql`(${mayHold(ref, wanted)} and case
      when ${value} in ${list} then true
      when ${isList(value)} then exists (${items})
      else false end)`;
  },
  ownText(ref, test) {
    const value = valueOf(ref);
    return sql`case
      when ${value} < '-' then ${test(textOf(value))}
      when ${value} < ':' or ${value} in ('true', 'false') then ${test(value)}
      else false end`;
  },
  someText(ref, test) {
    const value = valueOf(ref);
    const items = sql`
      select 1 from json_each(${value}) as item where case
        when item.type = 'text' then ${test(sql`item.value`)}
        when item.type in ('true', 'false', 'integer', 'real') then ${test(itemText(value))}
        else false end`;
    return sql`case
      when ${value} < '-' then ${test(textOf(value))}
      when ${value} < ':' or ${value} in ('true', 'false') then ${test(value)}
      when ${isList(value)} then exists (${items})
      else false end`;
  },
  someNumber(ref, { passes }) {
    const value = valueOf(ref);
    const items = sql`select 1 from json_each(${value}) as item where ${passes(ITEM_NUMBER)}`;
    return sql`case
      when ${isNumber(value)} then ${passes(sql`cast(${value} as real)`)}
      when ${value} < '-' then coalesce(${passes(numberOfText(textOf(value)))}, false)
      when ${isList(value)} then exists (${items})
      else false end`;
  },
  total(ref, amount) {
    const value = valueOf(ref);
    const items = sql`select total(${amount(ITEM_NUMBER)}) from json_each(${value}) as item`;
    return sql`coalesce(case
      when ${isNumber(value)} then ${amount(sql`cast(${value} as real)`)}
      when ${value} < '-' then ${amount(numberOfText(textOf(value)))}
      when ${isList(value)} then (${items})
      end, 0)`;
  },
  items(ref) {
    const value = valueOf(ref);
    return {
      // Of an object json_each would give the members.
      table: sql`json_each(case when ${value} < '{' then ${value} end) as item`,
      scalar: sql`case when item.type not in ('array', 'object', 'null') then ${itemText(value)} end`,
    };
  },
};

/** A number, or null where text is none; the worker brings the function. */
export function numberOfText(text: Sql): Sql {
  return sql`number_of_text(${text})`;
}

function valueOf({ column, key }: JsonRef): Sql {
  return key === null ? column : sql`(${column} -> ${`$.${JSON.stringify(key)}`})`;
}

/** What holds a value holds its text: a search through a row's JSON takes a tenth of the time that parsing it takes. */
function mayHold({ column }: JsonRef, wanted: readonly Scalar[]): Sql {
  if (wanted.length > MOST_SOUGHT) return sql`true`;
  const sought = literals(wanted).map((literal) => sql`coalesce(instr(${column}, ${literal}), 0) > 0`);
  return sql`(${sql.join(sought, sql` or `)})`;
}

function textOf(value: Sql): Sql {
  return sql`(${value} ->> '$')`;
}

function isNumber(value: Sql): Sql {
  return sql`${value} between '-' and ':'`;
}

function isList(value: Sql): Sql {
  return sql`${value} between '[' and '\\'`;
}

/** JSON text of an item; json_each itself gives numbers as SQLite writes them. */
function itemText(value: Sql): Sql {
  return sql`case item.type when 'text' then json_quote(item.value) else ${value} -> item.fullkey end`;
}

const ITEM_NUMBER = sql`case item.type
  when 'text' then ${numberOfText(sql`item.value`)}
  when 'integer' then item.value
  when 'real' then item.value
  end`;

function listOf(texts: readonly string[]): Sql {
  if (texts.length <= MOST_LISTED) return sql`(${sql.join(texts)})`;
  return sql`(select value from json_each(${JSON.stringify(texts)}))`;
}
