import { sql } from 'kysely';
import { literals, type JsonSql, type Sql } from '../sql/json-sql';

/** More values than these are looked up in a table made of them. */
const MOST_LISTED = 8;

/**
 * JSON in SQLite, where a value is its JSON text as JavaScript writes it. Its first character tells its kind, in this
 * order: text (`"`), number (`-` or a digit), list (`[`), false, null, true, object (`{`). SQLite reads numbers to the
 * last digit as JavaScript does.
 */
export const sqliteJson: JsonSql = {
  at: (column, key) => sql`(${column} -> ${`$.${JSON.stringify(key)}`})`,
  text: (value) => value,
  isPresent: (value) => sql`coalesce(${value} <> 'null', false)`,
  isList,
  isExactly: (value, wanted) => sql`coalesce(${value} in ${listOf(literals(wanted))}, false)`,
  isOneOf(value, wanted) {
    const list = listOf(literals(wanted));
    const items = sql`select 1 from json_each(${value}) as item where ${itemText(value)} in ${list}`;
    return sql`(coalesce(${value} in ${list}, false) or case when ${isList(value)} then exists (${items}) else false end)`;
  },
  someText(value, test) {
    const items = sql`
      select 1 from json_each(${value}) as item where case
        when item.type = 'text' then ${test(sql`item.value`)}
        when item.type in ('true', 'false', 'integer', 'real') then ${test(itemText(value))}
        else false end`;
    return sql`case
      when ${value} < '-' then ${test(sql`(${value} ->> '$')`)}
      when ${value} < ':' or ${value} in ('true', 'false') then ${test(value)}
      when ${value} < '\\' then exists (${items})
      else false end`;
  },
  someNumber(value, test) {
    const items = sql`select 1 from json_each(${value}) as item where ${test(ITEM_NUMBER)}`;
    return sql`case
      when ${value} < '-' then coalesce(${test(numberOfText(sql`(${value} ->> '$')`))}, false)
      when ${value} < ':' then ${test(sql`cast(${value} as real)`)}
      when ${value} < '\\' then exists (${items})
      else false end`;
  },
  total(value, amount) {
    const items = sql`select total(${amount(ITEM_NUMBER)}) from json_each(${value}) as item`;
    return sql`coalesce(case
      when ${value} < '-' then ${amount(numberOfText(sql`(${value} ->> '$')`))}
      when ${value} < ':' then ${amount(sql`cast(${value} as real)`)}
      when ${value} < '\\' then (${items})
      end, 0)`;
  },
  items: (value) => ({
    // Of an object json_each would give the members.
    table: sql`json_each(case when ${value} < '{' then ${value} end) as item`,
    scalar: sql`case when item.type not in ('array', 'object', 'null') then ${itemText(value)} end`,
  }),
};

/** A number, or null where text is none; the worker brings the function. */
export function numberOfText(text: Sql): Sql {
  return sql`number_of_text(${text})`;
}

function isList(value: Sql): Sql {
  return sql`coalesce(${value} >= '[' and ${value} < '\\', false)`;
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
