import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { Enrolment, EnrolmentState } from '../../domain/journey/enrolment';
import type { EnrolmentQuery, EnrolmentTable } from '../journey-port';
import { allocate, idRows } from './batch';
import type { SqlDialect } from './dialect';
import type { Tables } from './tables';

const COLUMNS = {
  id: 'integer',
  journey_id: 'integer',
  contact_id: 'integer',
  entered_at: 'integer',
  since_at: 'integer',
  event_id: 'integer',
  entry_key: 'text',
  is_control: 'integer',
  workflow_id: 'text',
  workflow_version: 'integer',
  state: 'text',
} as const;

/** Enrolments in SQL. */
export function enrolmentTable(db: QueryExecutorProvider, dialect: SqlDialect): EnrolmentTable {
  const ids = (values: readonly number[]) => idRows(dialect, values);
  return {
    async enter(entered) {
      if (entered.length === 0) return [];
      const fresh = await allocate(db, 'enrolment', entered.length);
      const rows = dialect.newRows(
        COLUMNS,
        entered.map((enrolment, index) => [
          fresh[index] ?? 0,
          enrolment.journeyId,
          enrolment.contactId,
          enrolment.enteredAt,
          enrolment.sinceAt,
          enrolment.eventId,
          enrolment.entryKey,
          enrolment.isControl ? 1 : 0,
          enrolment.workflowId,
          enrolment.workflowVersion,
          'active',
        ]),
      );
      await sql`
        insert into enrolment (${sql.join(Object.keys(COLUMNS).map((name) => sql.ref(name)))}) ${rows}`.execute(
        db,
      );
      return fresh;
    },

    async end(ends) {
      if (ends.length === 0) return;
      const values = dialect.rows(
        { id: 'integer', state: 'text', at: 'integer', reason: 'text' },
        ends.map(({ id, state, at, reason }) => [id, state, at, reason]),
      );
      await sql`
        update enrolment set state = r.state, ended_at = r.at, reason = r.reason from ${values} as r
        where enrolment.id = r.id and enrolment.state = 'active'`.execute(db);
    },

    async get(asked) {
      const { rows } = await sql<Tables['enrolment']>`
        select e.* from ${ids(asked)} as r join enrolment as e on e.id = r.id`.execute(db);
      return new Map(rows.map((row) => [row.id, toEnrolment(row)]));
    },

    async of(journeyId, contactIds) {
      const { rows } = await sql<Tables['enrolment']>`
        select e.* from ${ids(contactIds)} as r
        cross join enrolment as e where e.contact_id = r.id and e.journey_id = ${journeyId}
        order by e.id`.execute(db);
      return rows.map(toEnrolment);
    },

    async active(contactIds) {
      const { rows } = await sql<Tables['enrolment']>`
        select e.* from ${ids(contactIds)} as r
        cross join enrolment as e where e.contact_id = r.id and e.state = 'active' order by e.id`.execute(db);
      return rows.map(toEnrolment);
    },

    async standings(contactIds, journeys) {
      const names = dialect.rows(
        { name: 'text' },
        journeys.map((name) => [name]),
      );
      const { rows } = await sql<{ contact_id: number; name: string; state: string }>`
        select distinct e.contact_id, j.name, e.state from ${ids(contactIds)} as r
        cross join enrolment as e join journey as j on j.id = e.journey_id
        where e.contact_id = r.id and j.name in (select name from ${names} as n)`.execute(db);
      return rows.map(({ contact_id, name, state }) => ({
        contactId: contact_id,
        journey: name,
        state: state as EnrolmentState,
      }));
    },

    async select(query) {
      const source = query.contactIds
        ? sql`${ids(query.contactIds)} as r cross join enrolment as e where e.contact_id = r.id and`
        : sql`enrolment as e where`;
      const { rows } = await sql<Tables['enrolment']>`
        select e.* from ${source} ${conditions(dialect, query)} order by e.id limit ${query.limit}`.execute(
        db,
      );
      return rows.map(toEnrolment);
    },
  };
}

function conditions(dialect: SqlDialect, query: EnrolmentQuery): RawBuilder<unknown> {
  const all: Array<RawBuilder<unknown>> = [sql`e.id > ${query.afterId ?? 0}`];
  const within = (values: readonly number[]) => sql`(select id from ${idRows(dialect, values)} as w)`;
  if (query.ids) all.push(sql`e.id in ${within(query.ids)}`);
  if (query.journeyIds) all.push(sql`e.journey_id in ${within(query.journeyIds)}`);
  if (query.state) all.push(sql`e.state = ${query.state}`);
  return sql.join(all, sql` and `);
}

/** Why an enrolment ended whose contact was merged with one that was in the journey as well. */
const MERGED = 'the contact was merged with one that had entered before';

/**
 * Makes the enrolments of merged contacts those of their survivor. Of two stays in the same journey the one goes on that
 * began earlier; what was entered by twice keeps its name once.
 */
export async function absorbEnrolments(
  db: QueryExecutorProvider,
  pairs: RawBuilder<unknown>,
  at: number,
): Promise<void> {
  const ranked = (partition: RawBuilder<unknown>, which: RawBuilder<unknown>) => sql`(select id from (
    select e.id, row_number() over (partition by r.survivor_id, ${partition} order by e.id) as place
    from (
      select absorbed_id as contact_id, survivor_id from ${pairs} as a
      union all select distinct survivor_id, survivor_id from ${pairs} as s) as r
    cross join enrolment as e where e.contact_id = r.contact_id and ${which}) as ranked where place > 1)`;
  await sql`
    update enrolment set state = 'left', ended_at = ${sql.lit(at)}, reason = ${MERGED}
    where id in ${ranked(sql`e.journey_id`, sql`e.state = 'active'`)}`.execute(db);
  await sql`
    update enrolment set entry_key = null
    where id in ${ranked(sql`e.journey_id, e.entry_key`, sql`e.entry_key is not null`)}`.execute(db);
  await sql`
    update enrolment set contact_id = r.survivor_id from ${pairs} as r
    where enrolment.contact_id = r.absorbed_id`.execute(db);
}

function toEnrolment(row: Tables['enrolment']): Enrolment {
  return {
    id: row.id,
    journeyId: row.journey_id,
    contactId: row.contact_id,
    enteredAt: row.entered_at,
    sinceAt: row.since_at,
    eventId: row.event_id,
    entryKey: row.entry_key,
    isControl: row.is_control === 1,
    workflowId: row.workflow_id,
    workflowVersion: row.workflow_version,
    state: row.state as EnrolmentState,
    endedAt: row.ended_at,
    reason: row.reason,
  };
}
