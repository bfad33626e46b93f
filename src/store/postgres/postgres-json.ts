import { sql } from 'kysely';
import { literals, type JsonSql, type Sql } from '../sql/json-sql';

/** JSON in PostgreSQL, where a value is `jsonb`. Numbers are `double precision`, as in JavaScript. */
export const postgresJson: JsonSql = {
  at: (column, key) => sql`(${column} -> ${key}::text)`,
  text: (value) => sql`(${value})::text`,
  isPresent: (value) => sql`coalesce(jsonb_typeof(${value}) <> 'null', false)`,
  isList,
  isExactly: (value, wanted) => sql`coalesce(${value} = any (${literals(wanted)}::jsonb[]), false)`,
  isOneOf(value, wanted) {
    // A list contains what is one of its items.
    const list = sql`any (${literals(wanted)}::jsonb[])`;
    return sql`(coalesce(${value} = ${list}, false) or (${isList(value)} and ${value} @> ${list}))`;
  },
  someText(value, test) {
    const ofScalar = (scalar: Sql) => sql`
      when 'string' then ${test(sql`(${scalar} #>> '{}')`)}
      when 'number' then ${test(textOfNumber(scalar))}
      when 'boolean' then ${test(sql`(${scalar})::text`)}`;
    const items = sql`
      select 1 from jsonb_array_elements(${value}) as item (v)
      where case jsonb_typeof(item.v) ${ofScalar(ITEM)} else false end`;
    return sql`case jsonb_typeof(${value}) ${ofScalar(value)} when 'array' then exists (${items}) else false end`;
  },
  someNumber(value, test) {
    const ofScalar = (scalar: Sql) => sql`
      when 'number' then ${test(sql`(${scalar})::double precision`)}
      when 'string' then coalesce(${test(numberOfText(sql`(${scalar} #>> '{}')`))}, false)`;
    const items = sql`
      select 1 from jsonb_array_elements(${value}) as item (v)
      where case jsonb_typeof(item.v) ${ofScalar(ITEM)} else false end`;
    return sql`case jsonb_typeof(${value}) ${ofScalar(value)} when 'array' then exists (${items}) else false end`;
  },
  total(value, amount) {
    const ofScalar = (scalar: Sql) => sql`
      when 'number' then ${amount(sql`(${scalar})::double precision`)}
      when 'string' then ${amount(numberOfText(sql`(${scalar} #>> '{}')`))}`;
    const items = sql`
      select sum(case jsonb_typeof(item.v) ${ofScalar(ITEM)} end) from jsonb_array_elements(${value}) as item (v)`;
    return sql`coalesce(case jsonb_typeof(${value}) ${ofScalar(value)} when 'array' then (${items}) end, 0)`;
  },
  items: (value) => ({
    table: sql`jsonb_array_elements(case when ${isList(value)} then ${value} else jsonb_build_array(${value}) end) as item (v)`,
    scalar: sql`case when jsonb_typeof(item.v) in ('string', 'number', 'boolean') then item.v end`,
  }),
};

const ITEM = sql`item.v`;

/** What JavaScript's `trim` takes away. */
const BLANKS =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

/** A number, or null where text is none; the same as `numberOf`. */
export function numberOfText(text: Sql): Sql {
  const trimmed = sql`btrim(${text}, ${BLANKS})`;
  return sql`case
    when length(${trimmed}) <= 100 and ${trimmed} ~ '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?$'
    then ${trimmed}::double precision end`;
}

function isList(value: Sql): Sql {
  return sql`coalesce(jsonb_typeof(${value}) = 'array', false)`;
}

/** As JavaScript writes it: with an exponent, of as many digits as it has, from 1e21 on and below 1e-6. */
function textOfNumber(value: Sql): Sql {
  const size = sql`abs((${value})::numeric)`;
  return sql`case when ${size} >= 1e21 or (${size} < 1e-6 and ${size} <> 0)
    then regexp_replace(((${value})::double precision)::text, 'e([+-])0', 'e\\1')
    else (${value})::text end`;
}
