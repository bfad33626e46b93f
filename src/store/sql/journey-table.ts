import { sql, type QueryExecutorProvider } from 'kysely';
import type { JourneyStep } from '../../domain/journey/enrolment';
import type { JsonObject, JsonValue } from '../../domain/json';
import type { Journey, JourneyTable } from '../journey-port';
import { allocate } from './batch';
import type { SqlDialect } from './dialect';
import type { Tables } from './tables';

/** Journeys in SQL. */
export function journeyTable(db: QueryExecutorProvider, dialect: SqlDialect): JourneyTable {
  const get = async (name: string): Promise<Journey | null> => {
    const { rows } = await sql<Tables['journey']>`select * from journey where name = ${name}`.execute(db);
    return rows[0] ? toJourney(rows[0]) : null;
  };

  return {
    get,

    async list() {
      const { rows } = await sql<Tables['journey']>`select * from journey order by name`.execute(db);
      return rows.map(toJourney);
    },

    async put(journey, now) {
      const present = await get(journey.name);
      const [id = 0] = present ? [present.id] : await allocate(db, 'journey', 1);
      const isChanged = present?.version !== journey.version;
      const steps = journey.steps as unknown as JsonValue[];
      const json = dialect.rows({ definition: 'json', steps: 'json' }, [[journey.definition, steps]]);
      await sql`
        insert into journey (id, name, version, definition, zone, workflow_id, workflow_name, workflow_version, steps,
          seeded_to, created_at, updated_at)
        select ${sql.lit(id)}, ${journey.name}, ${sql.lit(journey.version)}, r.definition, ${journey.zone},
          ${journey.workflowId}, ${journey.workflowName}, ${sql.lit(journey.workflowVersion)}, r.steps,
          ${sql.lit(journey.seededTo)}, ${sql.lit(present?.createdAt ?? now)},
          ${sql.lit(isChanged ? now : (present?.updatedAt ?? now))} from ${json} as r where true
        on conflict (id) do update set version = excluded.version, definition = excluded.definition,
          zone = excluded.zone, workflow_id = excluded.workflow_id, workflow_name = excluded.workflow_name,
          workflow_version = excluded.workflow_version, steps = excluded.steps, seeded_to = excluded.seeded_to,
          updated_at = excluded.updated_at`.execute(db);
      const saved = await get(journey.name);
      if (!saved) throw new Error(`Journey ${journey.name} vanished in its own transaction`);
      return saved;
    },

    async seed(id, seededTo) {
      await sql`update journey set seeded_to = ${seededTo} where id = ${id}`.execute(db);
    },

    async sizes() {
      const { rows } = await sql<{ journey_id: number; n: number }>`
        select journey_id, count(*) as n from enrolment where state = 'active' group by journey_id`.execute(
        db,
      );
      return new Map(rows.map(({ journey_id, n }) => [journey_id, Number(n)]));
    },
  };
}

function toJourney(row: Tables['journey']): Journey {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    definition: JSON.parse(row.definition) as JsonObject,
    zone: row.zone,
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    workflowVersion: row.workflow_version,
    // Steps that were noted before their order was say nothing of it.
    steps: (JSON.parse(row.steps) as Array<Omit<JourneyStep, 'after'> & Partial<JourneyStep>>).map(
      (step) => ({
        after: [],
        ...step,
      }),
    ),
    seededTo: row.seeded_to,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
