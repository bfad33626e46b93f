import { sql, type QueryExecutorProvider } from 'kysely';
import type { RuleQuestion, RuleTable } from '../port';
import { idRows } from './batch';
import type { SqlDialect } from './dialect';
import type { Sql } from './json-sql';
import { ruleCondition } from './rule/rule-condition';

/** Rules judged by the database, one SQL for both dialects. */
export function ruleTable(db: QueryExecutorProvider, dialect: SqlDialect): RuleTable {
  const isAsked = (contactIds?: readonly number[]): Sql =>
    contactIds ? sql`c.id in (select id from ${idRows(dialect, contactIds)} as r)` : sql`true`;
  return {
    async select(question, { limit, afterId = 0, contactIds }) {
      const holds = await ruleCondition(db, dialect, question, contactIds);
      const { rows } = await sql<{ id: number }>`
        select c.id from contact as c where ${isAsked(contactIds)} and c.id > ${afterId} and ${holds}
        order by c.id limit ${limit}`.execute(db);
      return rows.map(({ id }) => id);
    },

    async count(question, contactIds) {
      const holds = await ruleCondition(db, dialect, question, contactIds);
      const { rows } = await sql<{ n: number }>`
        select count(*) as n from contact as c where ${isAsked(contactIds)} and ${holds}`.execute(db);
      return rows[0]?.n ?? 0;
    },
  };
}

/** A select of the ids of the contacts a rule holds for, as `contact_id`. */
export async function fittingContacts(
  db: QueryExecutorProvider,
  dialect: SqlDialect,
  question: RuleQuestion,
): Promise<Sql> {
  return sql`select c.id as contact_id from contact as c where ${await ruleCondition(db, dialect, question)}`;
}
