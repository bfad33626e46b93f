import { sql } from 'kysely';
import type { Scalar } from '../../domain/rule/rule-value';
import { literals, type JsonRef, type JsonSql, type NumberTest, type Sql } from '../sql/json-sql';

/** More values than these are looked up in a list of them. */
const MOST_LISTED = 8;

/** JSON in PostgreSQL, where a value is `jsonb`. Numbers are `double precision`, as in JavaScript. */
export const postgresJson: JsonSql = {
  text: (ref) => sql`(${valueOf(ref)})::text`,
  isPresent: (ref) => sql`coalesce(jsonb_typeof(${valueOf(ref)}) <> 'null', false)`,
  isList: (ref) => isList(valueOf(ref)),
  // True and the text of that name have the same text, and nothing else has it.
  isTrue: (ref) => sql`(${textOf(ref)} is not distinct from 'true')`,
  isOneOf(ref, wanted) {
    const value = valueOf(ref);
    const all = literals(wanted);
    if (wanted.length > MOST_LISTED) {
      const list = sql`any (${all}::jsonb[])`;
      return sql`(coalesce(${value} = ${list}, false) or (${isList(value)} and ${value} @> ${list}))`;
    }
    // A list contains what is one of its items, and what is no list contains itself. The text tells sooner of most
    // values that they are neither a list nor the same: 0.25 s for a million instead of 0.37 s.
    const texts = wanted.map((scalar, index) =>
      typeof scalar === 'string' ? sql`${asPattern(scalar)}::text` : sql`(${all[index]}::jsonb #>> '{}')`,
    );
    const tests = wanted.map((scalar, index) =>
      isOnlyText(scalar)
        ? sql`(${textOf(ref)} = ${scalar} or ${value} @> ${all[index]}::jsonb)`
        : sql`${value} @> ${all[index]}::jsonb`,
    );
    const mayBe = sql`${textOf(ref)} like any (array[${sql.join(texts)}, '[%'])`;
    return sql`coalesce(${mayBe} and (${sql.join(tests, sql` or `)}), false)`;
  },
  ownText: (ref, test) =>
    sql`case jsonb_typeof(${valueOf(ref)}) ${byType(valueOf(ref), test)} else false end`,
  someText(ref, test) {
    const value = valueOf(ref);
    const items = sql`
      select 1 from jsonb_array_elements(${value}) as item (v)
      where case jsonb_typeof(item.v) ${byType(ITEM, test)} else false end`;
    return sql`case jsonb_typeof(${value}) ${byType(value, test)} when 'array' then exists (${items}) else false end`;
  },
  someNumber(ref, { passes, ranges }) {
    const value = valueOf(ref);
    const lows = ranges.map(([low]) => low);
    const highs = ranges.map(([, high]) => high);
    // Not a subquery here: one that looks at the row keeps the whole statement on one processor.
    return sql`case jsonb_typeof(${value})
      when 'number' then ${isWithin(value, ranges)}
      when 'string' then coalesce(${passes(numberOfText(textOf(ref)))}, false)
      when 'array' then some_number_within(${value}, ${lows}::double precision[], ${highs}::double precision[])
      else false end`;
  },
  total(ref, amount) {
    const value = valueOf(ref);
    const ofScalar = (scalar: Sql) => sql`
      when 'number' then ${amount(sql`(${scalar})::double precision`)}
      when 'string' then ${amount(numberOfText(textOfValue(scalar)))}`;
    const items = sql`
      select sum(case jsonb_typeof(item.v) ${ofScalar(ITEM)} end) from jsonb_array_elements(${value}) as item (v)`;
    return sql`coalesce(case jsonb_typeof(${value}) ${ofScalar(value)} when 'array' then (${items}) end, 0)`;
  },
  items(ref) {
    const value = valueOf(ref);
    const list = sql`case when ${isList(value)} then ${value} else jsonb_build_array(${value}) end`;
    return {
      table: sql`jsonb_array_elements(${list}) as item (v)`,
      scalar: sql`case when jsonb_typeof(item.v) in ('string', 'number', 'boolean') then item.v end`,
    };
  },
};

function valueOf({ column, key }: JsonRef): Sql {
  return key === null ? column : sql`(${column} -> ${key}::text)`;
}

/** Whether nothing but the text itself has this text: no number, true or false, list or object. */
function isOnlyText(scalar: Scalar): boolean {
  return typeof scalar === 'string' && /^[a-z]/i.test(scalar) && scalar !== 'true' && scalar !== 'false';
}

/** A pattern that only the text itself fits. */
function asPattern(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** The text of a text, and the JSON of anything else. */
function textOf({ column, key }: JsonRef): Sql {
  return key === null ? textOfValue(column) : sql`(${column} ->> ${key}::text)`;
}

function textOfValue(value: Sql): Sql {
  return sql`(${value} #>> '{}')`;
}

/** Whether a JSON number lies within one of some ranges. JSON numbers are compared as they are, in a third of the time. */
function isWithin(number: Sql, ranges: NumberTest['ranges']): Sql {
  const possible = ranges.filter(([low, high]) => Number.isFinite(low) && Number.isFinite(high));
  const jsonOf = (limit: number) => sql`${JSON.stringify(limit)}::jsonb`;
  if (possible.length === 0) return sql`false`;
  if (possible.length > MOST_LISTED && possible.every(([low, high]) => low === high)) {
    return sql`${number} = any (${literals(possible.map(([low]) => low))}::jsonb[])`;
  }
  const tests = possible.map(([low, high]) => {
    if (high === Number.MAX_VALUE) return sql`${number} >= ${jsonOf(low)}`;
    return low === high
      ? sql`${number} = ${jsonOf(low)}`
      : sql`${number} between ${jsonOf(low)} and ${jsonOf(high)}`;
  });
  return sql`(${sql.join(tests, sql` or `)})`;
}

/** What follows `case jsonb_typeof(value)` to test the text of what is one. */
function byType(value: Sql, test: (text: Sql) => Sql): Sql {
  return sql`
    when 'string' then ${test(textOfValue(value))}
    when 'number' then ${test(textOfNumber(value))}
    when 'boolean' then ${test(sql`(${value})::text`)}`;
}

const ITEM = sql`item.v`;

/** A number, or null where text is none. */
export function numberOfText(text: Sql): Sql {
  return sql`number_of_text(${text})`;
}

/** What JavaScript's `trim` takes away. */
const BLANKS =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

const NUMBER_OF_TEXT = (text: string) => `
  case when length(btrim(${text}, '${BLANKS}')) <= 100
    and btrim(${text}, '${BLANKS}') ~ '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?$'
  then btrim(${text}, '${BLANKS}')::double precision end`;

/** The functions that conditions call: `numberOf` of a text, and whether a list has a number within one of some ranges. */
export const POSTGRES_FUNCTIONS: readonly string[] = [
  `create function number_of_text(value text) returns double precision
   language sql immutable parallel safe as $$ select ${NUMBER_OF_TEXT('value')} $$`,
  `create function some_number_within(list jsonb, lows double precision[], highs double precision[]) returns boolean
   language sql immutable parallel safe as $$
     select exists (
       select 1 from (
         select case jsonb_typeof(item.v)
           when 'number' then item.v::double precision
           when 'string' then ${NUMBER_OF_TEXT(`(item.v #>> '{}')`)}
         end as n from jsonb_array_elements(list) as item (v)) as numbers
       join unnest(lows, highs) as ranges (low, high) on n between low and high) $$`,
];

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
