import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { SqlDialect } from './dialect';

/** Reserves `count` numbers of a counter, in growing order. Numbers are never given twice, also after a deletion. */
export async function allocate(db: QueryExecutorProvider, name: string, count: number): Promise<number[]> {
  if (count === 0) return [];
  const { rows } = await sql<{ value: number }>`
    update counter set value = value + ${count} where name = ${name} returning value`.execute(db);
  const last = rows[0]?.value;
  if (last === undefined) throw new Error(`There is no counter "${name}"`);
  return Array.from({ length: count }, (_, index) => last - count + 1 + index);
}

/** A table of one column `id`. */
export function idRows(dialect: SqlDialect, ids: readonly number[]): RawBuilder<unknown> {
  return dialect.rows(
    { id: 'integer' },
    ids.map((id) => [id]),
  );
}
