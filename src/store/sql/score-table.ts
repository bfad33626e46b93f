import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { JsonValue } from '../../domain/json';
import type { ScoreAxis } from '../../domain/scoring/score-model';
import type { ScoreStanding } from '../../domain/scoring/standing';
import type { KeptStanding, SavedScoreModel, ScoreTable } from '../score-port';
import { allocate, idRows } from './batch';
import type { SqlDialect } from './dialect';
import type { Tables } from './tables';

const STANDING_COLUMNS = {
  contact_id: 'integer',
  model_id: 'integer',
  version: 'integer',
  levels: 'json',
  above: 'json',
  points: 'json',
  grade: 'text',
  at: 'integer',
  crossed_at: 'integer',
  was: 'json',
} as const;

/** Saved score models and standings in SQL. */
export function scoreTable(db: QueryExecutorProvider, dialect: SqlDialect): ScoreTable {
  const get = async (name: string): Promise<SavedScoreModel | null> => {
    const { rows } = await sql<Tables['score_model']>`
      select * from score_model where name = ${name}`.execute(db);
    return rows[0] ? toModel(rows[0]) : null;
  };

  return {
    get,

    async list() {
      const { rows } = await sql<Tables['score_model']>`select * from score_model order by name`.execute(db);
      return rows.map(toModel);
    },

    async put({ name, definition, zone, tellsPresent, watchesSince }, now) {
      const present = await get(name);
      const [id = 0] = present ? [present.id] : await allocate(db, 'score_model', 1);
      const json = sql`(select definition from ${dialect.rows({ definition: 'json' }, [[definition]])} as r)`;
      await sql`
        insert into score_model (id, name, version, definition, zone, tells_present, watches_since, seeded_to,
          created_at, updated_at)
        values (${id}, ${name}, 1, ${json}, ${zone}, ${tellsPresent ? 1 : 0}, ${watchesSince}, 0, ${now}, ${now})
        on conflict (id) do update set version = score_model.version + 1, definition = excluded.definition,
          zone = excluded.zone, tells_present = excluded.tells_present, watches_since = excluded.watches_since,
          seeded_to = excluded.seeded_to, updated_at = excluded.updated_at`.execute(db);
      const saved = await get(name);
      if (!saved) throw new Error(`Score model ${name} vanished in its own transaction`);
      return saved;
    },

    async seed(ids, seededTo) {
      if (ids.length === 0) return;
      await sql`
        update score_model set seeded_to = ${seededTo}
        where id in (select id from ${idRows(dialect, ids)} as r)`.execute(db);
    },

    async remove(id) {
      await sql`delete from score_standing where model_id = ${id}`.execute(db);
      await sql`delete from score_model where id = ${id}`.execute(db);
    },

    async standings(contactIds) {
      const { rows } = await sql<Tables['score_standing']>`
        select s.* from ${idRows(dialect, contactIds)} as r
        cross join score_standing as s where s.contact_id = r.id
        order by s.contact_id, s.model_id`.execute(db);
      return rows.map(toStanding);
    },

    async keep(standings) {
      if (standings.length === 0) return;
      const rows = dialect.newRows(STANDING_COLUMNS, standings.map(toRow));
      await sql`
        insert into score_standing (contact_id, model_id, version, levels, above, points, grade, at, crossed_at, was)
        ${rows}
        on conflict (contact_id, model_id) do update set version = excluded.version, levels = excluded.levels,
          above = excluded.above, points = excluded.points, grade = excluded.grade, at = excluded.at,
          crossed_at = excluded.crossed_at, was = excluded.was`.execute(db);
    },
  };
}

/**
 * Lets the standings of merged contacts follow: a survivor keeps its own, and takes over those it has none of. What they
 * come to is worked out anew by whoever keeps them.
 */
export async function absorbStandings(
  db: QueryExecutorProvider,
  pairs: RawBuilder<unknown>,
  absorbed: RawBuilder<unknown>,
): Promise<void> {
  await sql`
    insert into score_standing (contact_id, model_id, version, levels, above, points, grade, at, crossed_at, was)
    select r.survivor_id, s.model_id, s.version, s.levels, s.above, s.points, s.grade, s.at, s.crossed_at, s.was
    from ${pairs} as r cross join score_standing as s where s.contact_id = r.absorbed_id
    order by s.at desc, s.contact_id
    on conflict (contact_id, model_id) do nothing`.execute(db);
  await sql`delete from score_standing where contact_id in ${absorbed}`.execute(db);
}

function toRow(kept: KeptStanding): JsonValue[] {
  const { contactId, modelId, version, standing, points, grade, at, crossedAt, stoodBefore } = kept;
  const was = stoodBefore && { levels: { ...stoodBefore.levels }, above: [...stoodBefore.above] };
  const { levels, above } = standing;
  return [contactId, modelId, version, { ...levels }, [...above], { ...points }, grade, at, crossedAt, was];
}

function toModel(row: Tables['score_model']): SavedScoreModel {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    definition: JSON.parse(row.definition) as JsonValue,
    zone: row.zone,
    tellsPresent: row.tells_present === 1,
    watchesSince: row.watches_since,
    seededTo: row.seeded_to,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toStanding(row: Tables['score_standing']): KeptStanding {
  return {
    contactId: row.contact_id,
    modelId: row.model_id,
    version: row.version,
    standing: {
      levels: JSON.parse(row.levels) as KeptStanding['standing']['levels'],
      above: JSON.parse(row.above) as string[],
    },
    points: JSON.parse(row.points) as Record<ScoreAxis, number>,
    grade: row.grade,
    at: row.at,
    crossedAt: row.crossed_at,
    stoodBefore: row.was === null ? null : (JSON.parse(row.was) as ScoreStanding | null),
  };
}
