import { sql } from 'kysely';
import type { SqlDialect } from '../dialect';
import type { NumberTest, Sql } from '../json-sql';
import { anyOf } from './rule-scope';

/** More numbers than these are looked up in a table made of them; each listed one is written three times. */
const MOST_LISTED = 4;
const LARGEST = Number.MAX_VALUE;

/** A test by one of the comparisons of numbers. */
export function compares(op: 'gt' | 'gte' | 'lt' | 'lte', limit: number): NumberTest {
  const sign = { gt: '>', gte: '>=', lt: '<', lte: '<=' }[op];
  const range = {
    gt: [neighbour(limit, 1), LARGEST],
    gte: [limit, LARGEST],
    lt: [-LARGEST, neighbour(limit, -1)],
    lte: [-LARGEST, limit],
  } as const;
  return { passes: (number) => sql`${number} ${sql.raw(sign)} ${realNumber(limit)}`, ranges: [range[op]] };
}

export function isBetween(low: number, high: number): NumberTest {
  return {
    passes: (number) => sql`${number} between ${realNumber(low)} and ${realNumber(high)}`,
    ranges: [[low, high]],
  };
}

export function isOneOfNumbers(dialect: SqlDialect, wanted: readonly number[]): NumberTest {
  const ranges = wanted.map((number) => [number, number] as const);
  if (wanted.length <= MOST_LISTED) {
    return {
      passes: (number) => anyOf(wanted.map((value) => sql`${number} = ${realNumber(value)}`)),
      ranges,
    };
  }
  const table = dialect.rows(
    { value: 'text' },
    wanted.map((value) => [String(value)]),
  );
  const values = sql`select cast(value as double precision) from ${table} as wanted`;
  return { passes: (number) => sql`${number} in (${values})`, ranges };
}

/** A number as JavaScript has it. */
export function realNumber(value: number): Sql {
  return sql`cast(${value} as double precision)`;
}

/** The next number that JavaScript knows, up or down. */
function neighbour(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * Number.MIN_VALUE;
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  // Read as whole numbers, those of one sign are in the order of their size.
  bits[0] = (bits[0] ?? 0n) + (value > 0 === direction > 0 ? 1n : -1n);
  return new Float64Array(bits.buffer)[0] ?? NaN;
}
