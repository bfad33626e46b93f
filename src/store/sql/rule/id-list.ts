import { sql } from 'kysely';
import { idRows } from '../batch';
import type { Sql } from '../json-sql';
import { holdsForMembers, type Members, type RuleSql } from './contact-set';
import { allOf, type RuleScope } from './rule-scope';

/**
 * How many rules and conditions become one statement. SQLite takes 32,766 parameters and expressions 1,000 deep, and
 * PostgreSQL's planner takes half a minute for 1,000 subqueries that must all hold: what is larger is asked piece by piece.
 */
export const MOST_AT_ONCE = 100;

/** Those for whom a test holds, asked of the database at once. */
export async function idsOfTest(scope: RuleScope, test: Sql): Promise<number[]> {
  const asked = [scope.isAsked(sql`c.id`), scope.isAmong(sql`c.id`)];
  const { rows } = await sql<{ id: number }>`
    select c.id from contact as c where ${allOf([...asked, test])}`.execute(scope.db);
  return rows.map(({ id }) => id);
}

/** The same for the members of a set. */
export async function idsOfMembers({ db }: RuleScope, { query }: Members): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct contact_id as id from (${query}) as members`.execute(db);
  return rows.map(({ id }) => id);
}

/** A rule that holds for those listed, each once. */
export function holdsForIds(
  scope: RuleScope,
  ids: readonly number[],
): RuleSql & { readonly members: Members } {
  const query = sql`select id as contact_id from ${idRows(scope.dialect, ids)} as listed`;
  const members = { query, isDistinct: true, isCounted: true };
  return { ...holdsForMembers(scope, members), members };
}
