import { sql, type QueryExecutorProvider } from 'kysely';
import type { RuleQuestion, RuleTable } from '../port';
import type { SqlDialect } from './dialect';
import type { Sql } from './json-sql';
import { fittingContacts } from './rule/fitting-contacts';

/** Rules judged by the database, one SQL for both dialects. */
export function ruleTable(db: QueryExecutorProvider, dialect: SqlDialect): RuleTable {
  return {
    async select(question, { limit, afterId = 0, contactIds }) {
      const { from, where } = await fittingContacts(db, dialect, question, contactIds);
      const { rows } = await sql<{ id: number }>`
        select c.id from ${from} where c.id > ${afterId} and ${where} order by c.id limit ${limit}`.execute(
        db,
      );
      return rows.map(({ id }) => id);
    },

    async count(question, contactIds) {
      const { from, where } = await fittingContacts(db, dialect, question, contactIds);
      const { rows } = await sql<{ n: number }>`select count(*) as n from ${from} where ${where}`.execute(db);
      return rows[0]?.n ?? 0;
    },
  };
}

/** A select of the ids of the contacts a rule holds for, each once, as `contact_id`. */
export async function fittingIds(
  db: QueryExecutorProvider,
  dialect: SqlDialect,
  question: RuleQuestion,
): Promise<Sql> {
  const { from, where } = await fittingContacts(db, dialect, question);
  return sql`select c.id as contact_id from ${from} where ${where}`;
}
