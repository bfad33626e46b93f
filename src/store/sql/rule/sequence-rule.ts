import { sql } from 'kysely';
import type { SequenceRule } from '../../../domain/rule/rule';
import type { Sql } from '../json-sql';
import { isMember } from './event-rule';
import { eventRows, type EventRows } from './event-rows';
import type { RuleScope } from './rule-scope';

/**
 * Whether events of the contact (alias `c`) came one after the other: the first of each step after the first of the step
 * before, which finds a sequence wherever there is one.
 */
export async function sequenceRuleSql(scope: RuleScope, { steps, within }: SequenceRule): Promise<Sql> {
  let done: Sql | null = null;
  for (const [index, filter] of steps.entries()) {
    const rows = await eventRows(scope, filter, within);
    if (!rows) return sql`false`;
    const after: EventRows = done ? afterThose(rows, done) : rows;
    done = index === steps.length - 1 ? contactsOf(after) : firstOfEach(after);
  }
  return done ? isMember(scope, done) : sql`false`;
}

function afterThose({ from, where }: EventRows, done: Sql): EventRows {
  return {
    from: sql`(${done}) as done cross join ${from}`,
    where: sql`${where} and e.contact_id = done.contact_id and (e.occurred_at, e.id) > (done.occurred_at, done.id)`,
  };
}

function contactsOf({ from, where }: EventRows): Sql {
  return sql`select e.contact_id from ${from} where ${where}`;
}

function firstOfEach({ from, where }: EventRows): Sql {
  return sql`
    select contact_id, occurred_at, id from (
      select e.contact_id, e.occurred_at, e.id,
        row_number() over (partition by e.contact_id order by e.occurred_at, e.id) as place
      from ${from} where ${where}) as ranked
    where place = 1`;
}
