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
      const rows = dialect.newRows(
        { experiment_id: 'integer', contact_id: 'integer', variant: 'text', at: 'integer' },
        assignments.map(({ contactId, variant, at }) => [id, contactId, variant, at]),
      );
      await sql`
        insert into experiment_assignment (experiment_id, contact_id, variant, at) ${rows}
        on conflict (experiment_id, contact_id) do update set variant = excluded.variant,
          at = excluded.at`.execute(db);
    },

    async tally(id, question) {
      const succeeded = await assignedWith(db, dialect, id, question, question.goal, question.withinMs);
      const reached =
        question.reached && (await assignedWith(db, dialect, id, question, question.reached, null));
      const counted = reached ? sql`and (a.variant is null or a.contact_id in (${reached}))` : sql``;
      const { rows } = await sql<{ variant: string | null; contacts: number; successes: number }>`
        select a.variant, count(*) as contacts, count(s.contact_id) as successes
        from experiment_assignment as a left join (${succeeded}) as s on s.contact_id = a.contact_id
        where a.experiment_id = ${id} ${counted} group by a.variant order by a.variant`.execute(db);
      return rows.map(({ variant, contacts, successes }) => ({
        variant,
        contacts: Number(contacts),
        successes: Number(successes),
      }));
    },
  };
}

/** The contacts of an experiment, each once, that have had such an event since their assignment. */
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
  if (!events) return sql`select a.contact_id from experiment_assignment as a where 1 = 0`;
  const inTime = withinMs === null ? sql`` : sql`and e.occurred_at <= p.at + ${withinMs}`;
  return sql`
    select distinct p.contact_id from ${events.from} join experiment_assignment as p on p.contact_id = e.contact_id
    where p.experiment_id = ${id} and e.occurred_at >= p.at ${inTime} and ${events.where}`;
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
