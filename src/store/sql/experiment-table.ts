import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { JsonObject } from '../../domain/json';
import type { EventFilter } from '../../domain/rule/rule';
import { EMPTY_BOOK } from '../../domain/rule/rule-book';
import type { ExperimentQuestion, ExperimentTable, SavedExperiment } from '../experiment-port';
import { allocate, idRows } from './batch';
import type { SqlDialect } from './dialect';
import type { Sql } from './json-sql';
import { eventRows } from './rule/event-rows';
import { RuleScope } from './rule/rule-scope';
import type { Tables } from './tables';

/** Experiments, what contacts got, and what came of it, in SQL. */
export function experimentTable(db: QueryExecutorProvider, dialect: SqlDialect): ExperimentTable {
  const one = async (name: string): Promise<SavedExperiment | null> => {
    const { rows } = await sql<Tables['experiment']>`
      select * from experiment where name = ${name}`.execute(db);
    return rows[0] ? toExperiment(rows[0]) : null;
  };
  return {
    async list() {
      const { rows } = await sql<Tables['experiment']>`select * from experiment order by name`.execute(db);
      return rows.map(toExperiment);
    },

    get: one,

    async put(name, definition, now) {
      const [id] = await allocate(db, 'experiment', 1);
      const columns = {
        id: 'integer',
        name: 'text',
        version: 'integer',
        definition: 'json',
        created_at: 'integer',
        updated_at: 'integer',
      } as const;
      const rows = dialect.newRows(columns, [[id ?? 0, name, 1, definition, now, now]]);
      await sql`
        insert into experiment (id, name, version, definition, created_at, updated_at) ${rows}
        on conflict (name) do update set version = experiment.version + 1, definition = excluded.definition,
          updated_at = excluded.updated_at`.execute(db);
      const saved = await one(name);
      if (!saved) throw new Error(`Experiment ${name} vanished in its own transaction`);
      return saved;
    },

    async decide(id, winner, at) {
      await sql`
        update experiment set winner = ${winner}, decided_at = ${at}
        where id = ${id} and winner is null`.execute(db);
    },

    async assigned(id, contactIds) {
      if (contactIds.length === 0) return new Map();
      const { rows } = await sql<{ contact_id: number; variant: string | null; at: number }>`
        select a.contact_id, a.variant, a.at from ${idRows(dialect, contactIds)} as r
        cross join experiment_assignment as a
        where a.contact_id = r.id and a.experiment_id = ${id}`.execute(db);
      return new Map(rows.map(({ contact_id, variant, at }) => [contact_id, { variant, at }]));
    },

    async assign(id, assignments) {
      if (assignments.length === 0) return;
      const columns = {
        experiment_id: 'integer',
        contact_id: 'integer',
        variant: 'text',
        at: 'integer',
      } as const;
      const values = assignments.map(({ contactId, variant, at }) => [id, contactId, variant, at]);
      await sql`
        insert into experiment_past (experiment_id, contact_id, at, variant, until)
        select a.experiment_id, a.contact_id, a.at, a.variant, r.at from ${dialect.rows(columns, values)} as r
        cross join experiment_assignment as a
        where a.experiment_id = r.experiment_id and a.contact_id = r.contact_id and a.at < r.at
          and a.variant is distinct from r.variant
        on conflict (experiment_id, contact_id, at) do nothing`.execute(db);
      const rows = dialect.newRows(columns, values);
      await sql`
        insert into experiment_assignment (experiment_id, contact_id, variant, at) ${rows}
        on conflict (experiment_id, contact_id) do update set variant = excluded.variant,
          at = case when experiment_assignment.variant is distinct from excluded.variant then excluded.at
            else experiment_assignment.at end`.execute(db);
    },

    async tally(id, question) {
      const succeeded = await assignedWith(db, dialect, id, question, question.goal, question.withinMs);
      const reached =
        question.reached && (await assignedWith(db, dialect, id, question, question.reached, null));
      const counted = reached
        ? sql`where a.variant is null or exists (select 1 from (${reached}) as t where ${isSame(sql`t`)})`
        : sql``;
      const { rows } = await sql<{ variant: string | null; contacts: number; successes: number }>`
        select a.variant, count(*) as contacts, count(s.contact_id) as successes
        from (select distinct contact_id, variant from (${timesOf(id)}) as had) as a
        left join (${succeeded}) as s on ${isSame(sql`s`)}
        ${counted} group by a.variant order by a.variant`.execute(db);
      return rows.map(({ variant, contacts, successes }) => ({
        variant,
        contacts: Number(contacts),
        successes: Number(successes),
      }));
    },

    async times(id, { afterId, limit }) {
      const last = sql`coalesce((
        select contact_id from experiment_assignment where experiment_id = ${id} and contact_id > ${afterId}
        order by contact_id limit 1 offset ${limit - 1}), ${sql.lit(Number.MAX_SAFE_INTEGER)})`;
      const isOnPage = sql`contact_id > ${afterId} and contact_id <= ${last}`;
      const { rows } = await sql<Tables['experiment_past'] & { until: number | null }>`
        ${timesOf(id, isOnPage)} order by contact_id, at`.execute(db);
      return rows.map(({ contact_id, variant, at, until }) => ({
        contactId: contact_id,
        variant,
        at,
        until,
      }));
    },
  };
}

/** What contacts have and had in an experiment, and until when; of those alone that a condition lets through. */
function timesOf(id: number, condition = sql`1 = 1`): Sql {
  return sql`
    select contact_id, variant, at, null as until from experiment_assignment
    where experiment_id = ${id} and ${condition}
    union all select contact_id, variant, at, until from experiment_past
    where experiment_id = ${id} and ${condition}`;
}

/** Whether a contact with what it had is that of `a`; the control group has nothing, which is something too. */
function isSame(other: Sql): Sql {
  return sql`${other}.contact_id = a.contact_id and ${other}.variant is not distinct from a.variant`;
}

/** The contacts of an experiment that have had such an event while they had a variant, each once with each of them. */
async function assignedWith(
  db: QueryExecutorProvider,
  dialect: SqlDialect,
  id: number,
  { now, workflowZone }: ExperimentQuestion,
  filter: EventFilter,
  withinMs: number | null,
): Promise<Sql> {
  const everyone = { rule: { kind: 'everyone' }, book: EMPTY_BOOK, now, workflowZone } as const;
  const events = await eventRows(new RuleScope(db, dialect, everyone, undefined), filter, null);
  if (!events) return sql`select a.contact_id, a.variant from experiment_assignment as a where 1 = 0`;
  const inTime = withinMs === null ? sql`` : sql`and e.occurred_at <= p.at + ${withinMs}`;
  return sql`
    select distinct p.contact_id, p.variant from ${events.from} join (${timesOf(id)}) as p on p.contact_id = e.contact_id
    where e.occurred_at >= p.at and (p.until is null or e.occurred_at < p.until) ${inTime} and ${events.where}`;
}

/** Makes the assignments of merged contacts those of their survivor; the earlier one of the same experiment stands. */
export async function absorbAssignments(
  db: QueryExecutorProvider,
  pairs: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    delete from experiment_assignment where (experiment_id, contact_id) in (
      select experiment_id, contact_id from (
        select a.experiment_id, a.contact_id, row_number() over (
          partition by a.experiment_id, r.survivor_id order by a.at, a.contact_id) as place
        from (
          select absorbed_id as contact_id, survivor_id from ${pairs} as p
          union all select distinct survivor_id, survivor_id from ${pairs} as q) as r
        cross join experiment_assignment as a where a.contact_id = r.contact_id) as ranked
      where place > 1)`.execute(db);
  await sql`
    update experiment_assignment set contact_id = r.survivor_id from ${pairs} as r
    where experiment_assignment.contact_id = r.absorbed_id`.execute(db);
  await sql`
    insert into experiment_past (experiment_id, contact_id, at, variant, until)
    select a.experiment_id, r.survivor_id, a.at, a.variant, a.until from ${pairs} as r
    cross join experiment_past as a where a.contact_id = r.absorbed_id order by a.contact_id, a.at
    on conflict (experiment_id, contact_id, at) do nothing`.execute(db);
  await sql`
    delete from experiment_past where contact_id in (select absorbed_id from ${pairs} as r)`.execute(db);
}

function toExperiment(row: Tables['experiment']): SavedExperiment {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    definition: JSON.parse(row.definition) as JsonObject,
    winner: row.winner,
    decidedAt: row.decided_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
