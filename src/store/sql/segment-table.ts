import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { JsonValue } from '../../domain/json';
import type { Segment, SegmentMove, SegmentTable } from '../segment-port';
import type { RuleQuestion } from '../port';
import { allocate, idRows } from './batch';
import type { SqlDialect } from './dialect';
import type { Tables } from './tables';

/** A select of the ids of the contacts a rule holds for, as `contact_id`. */
export type FittingContacts = (question: RuleQuestion) => Promise<RawBuilder<unknown>>;

/** Saved segments and their members in SQL. The size of each is kept with it. */
export function segmentTable(
  db: QueryExecutorProvider,
  dialect: SqlDialect,
  fitting: FittingContacts,
): SegmentTable {
  const get = async (name: string): Promise<Segment | null> => {
    const { rows } = await sql<Tables['segment']>`select * from segment where name = ${name}`.execute(db);
    return rows[0] ? toSegment(rows[0]) : null;
  };

  return {
    get,

    async list() {
      const { rows } = await sql<Tables['segment']>`select * from segment order by name`.execute(db);
      return rows.map(toSegment);
    },

    async put({ name, definition, zone, seededTo }, now) {
      const present = await get(name);
      const [id = 0] = present ? [present.id] : await allocate(db, 'segment', 1);
      const json = sql`(select definition from ${dialect.rows({ definition: 'json' }, [[definition]])} as r)`;
      await sql`
        insert into segment (id, name, version, definition, zone, size, refreshed_at, seeded_to, created_at, updated_at)
        values (${id}, ${name}, 1, ${json}, ${zone}, 0, ${now}, ${seededTo}, ${now}, ${now})
        on conflict (id) do update set version = segment.version + 1, definition = excluded.definition,
          zone = excluded.zone, seeded_to = excluded.seeded_to, updated_at = excluded.updated_at`.execute(db);
      const saved = await get(name);
      if (!saved) throw new Error(`Segment ${name} vanished in its own transaction`);
      return saved;
    },

    async unseededSince() {
      const { rows } = await sql<{ at: number | null }>`
        select min(refreshed_at) as at from segment where seeded_to is not null`.execute(db);
      return rows[0]?.at ?? null;
    },

    async seed(ids, seededTo) {
      if (ids.length === 0) return;
      await sql`
        update segment set seeded_to = ${seededTo}
        where id in (select id from ${idRows(dialect, ids)} as r)`.execute(db);
    },

    async remove(id) {
      await sql`delete from segment_member where segment_id = ${id}`.execute(db);
      await sql`delete from segment where id = ${id}`.execute(db);
    },

    async of(contactIds) {
      // A row for each contact, from the index alone: a contact is in many segments.
      const { rows } = await sql<{ contact_id: number; segment_ids: string | null }>`
        select r.id as contact_id, (
          select ${dialect.listed(sql`m.segment_id`)} from segment_member as m where m.contact_id = r.id) as segment_ids
        from ${idRows(dialect, contactIds)} as r`.execute(db);
      return new Map(
        rows.flatMap(({ contact_id, segment_ids }) =>
          segment_ids === null ? [] : [[contact_id, new Set(segment_ids.split(',').map(Number))] as const],
        ),
      );
    },

    async members({ segmentId, limit, afterId = 0, contactIds }) {
      const source = contactIds
        ? sql`${idRows(dialect, contactIds)} as r cross join segment_member as m where m.contact_id = r.id and`
        : sql`segment_member as m where`;
      const { rows } = await sql<Tables['segment_member']>`
        select m.* from ${source} m.segment_id = ${segmentId} and m.contact_id > ${afterId}
        order by m.contact_id limit ${limit}`.execute(db);
      return rows.map((row) => ({
        segmentId: row.segment_id,
        contactId: row.contact_id,
        at: row.entered_at,
      }));
    },

    async move(entered, left) {
      const statements: Array<RawBuilder<unknown>> = [];
      if (left.length > 0) {
        const isLeft = dialect.isRow(
          { segment_id: 'integer', contact_id: 'integer' },
          left.map(({ segmentId, contactId }) => [segmentId, contactId]),
        );
        statements.push(sql`delete from segment_member where ${isLeft}`);
      }
      if (entered.length > 0) {
        const rows = dialect.newRows(
          { segment_id: 'integer', contact_id: 'integer', entered_at: 'integer' },
          cells(entered),
        );
        statements.push(sql`
          insert into segment_member (segment_id, contact_id, entered_at) ${rows}
          on conflict (segment_id, contact_id) do update set entered_at = excluded.entered_at`);
      }
      const grown = growth(entered, left);
      if (grown.size > 0) {
        const rows = dialect.rows(
          { segment_id: 'integer', n: 'integer', at: 'integer' },
          [...grown].map(([id, { by, at }]) => [id, by, at]),
        );
        statements.push(sql`
          update segment set size = size + r.n,
            moved_at = case when moved_at > r.at then moved_at else r.at end
          from ${rows} as r where segment.id = r.segment_id`);
      }
      await Promise.all(statements.map((statement) => statement.execute(db)));
    },

    async refresh(segment, question, at, filling) {
      await sql`delete from segment_fit`.execute(db);
      await sql`insert into segment_fit (contact_id) ${await fitting(question)}`.execute(db);
      const isFit = sql`exists (select 1 from segment_fit as f where f.contact_id = m.contact_id)`;
      const isMember = sql`exists (select 1 from segment_member as m
        where m.segment_id = ${segment.id} and m.contact_id = f.contact_id)`;
      const members = sql`segment_member as m where m.segment_id = ${segment.id}`;
      const log = (kind: string) =>
        dialect.rows({ kind: 'text', at: 'integer', subject: 'text', detail: 'json' }, [
          [kind, at, segment.name, filling === 'first' ? { alreadyIn: true } : {}],
        ]);
      const left = await sql`
        insert into change (kind, contact_id, at, subject, detail)
        select r.kind, m.contact_id, r.at, r.subject, r.detail from ${log('segment_left')} as r cross join ${members} and not ${isFit}
        order by m.contact_id`.execute(db);
      await sql`
        delete from segment_member where segment_id = ${segment.id} and contact_id not in (select contact_id from segment_fit)`.execute(
        db,
      );
      const entered = await sql`
        insert into change (kind, contact_id, at, subject, detail)
        select r.kind, f.contact_id, r.at, r.subject, r.detail from ${log('segment_entered')} as r
        cross join segment_fit as f where not ${isMember} order by f.contact_id`.execute(db);
      await sql`
        insert into segment_member (segment_id, contact_id, entered_at)
        select ${sql.lit(segment.id)}, f.contact_id, ${sql.lit(at)} from segment_fit as f where not ${isMember}`.execute(
        db,
      );
      await sql`delete from segment_fit`.execute(db);
      const moved = {
        entered: Number(entered.numAffectedRows ?? 0),
        left: Number(left.numAffectedRows ?? 0),
      };
      await sql`
        update segment set refreshed_at = ${at}, size = size + ${moved.entered - moved.left},
          moved_at = ${moved.entered + moved.left > 0 ? sql.lit(at) : sql`moved_at`} where id = ${segment.id}`.execute(
        db,
      );
      return moved;
    },

    async compare(segmentId, question) {
      const { rows } = await sql<{ fitting: number; staying: number }>`
        select count(*) as fitting, count(m.contact_id) as staying
        from (${await fitting(question)}) as f
        left join segment_member as m on m.segment_id = ${segmentId ?? 0} and m.contact_id = f.contact_id`.execute(
        db,
      );
      return rows[0] ?? { fitting: 0, staying: 0 };
    },
  };
}

function cells(moves: readonly SegmentMove[]): JsonValue[][] {
  return moves.map(({ segmentId, contactId, at }) => [segmentId, contactId, at]);
}

/** By how much segments grow by these moves, and when the last of them was. */
function growth(
  entered: readonly SegmentMove[],
  left: readonly SegmentMove[],
): Map<number, { by: number; at: number }> {
  const grown = new Map<number, { by: number; at: number }>();
  const count = (moves: readonly SegmentMove[], by: 1 | -1) => {
    for (const { segmentId, at } of moves) {
      const own = grown.get(segmentId) ?? { by: 0, at };
      grown.set(segmentId, { by: own.by + by, at: Math.max(own.at, at) });
    }
  };
  count(entered, 1);
  count(left, -1);
  return grown;
}

/** Lets the members of merged contacts follow: who was in a segment under either id stays in it, since the earlier moment. */
export async function absorbMembers(
  db: QueryExecutorProvider,
  pairs: RawBuilder<unknown>,
  absorbed: RawBuilder<unknown>,
): Promise<void> {
  const survivors = sql`(select survivor_id from ${pairs} as r)`;
  await resize(db, -1, absorbed);
  await resize(db, -1, survivors);
  await sql`
    insert into segment_member (segment_id, contact_id, entered_at)
    select m.segment_id, r.survivor_id, min(m.entered_at) from ${pairs} as r
    cross join segment_member as m where m.contact_id = r.absorbed_id group by m.segment_id, r.survivor_id
    on conflict (segment_id, contact_id) do update set entered_at =
      case when excluded.entered_at < segment_member.entered_at then excluded.entered_at
      else segment_member.entered_at end`.execute(db);
  await sql`delete from segment_member where contact_id in ${absorbed}`.execute(db);
  await resize(db, 1, survivors);
}

/** Takes contacts that are removed out of every segment. */
export async function removeMembers(db: QueryExecutorProvider, gone: RawBuilder<unknown>): Promise<void> {
  await resize(db, -1, gone);
  await sql`delete from segment_member where contact_id in ${gone}`.execute(db);
}

/** Counts the members among these contacts in, or out. */
async function resize(db: QueryExecutorProvider, by: 1 | -1, contacts: RawBuilder<unknown>): Promise<void> {
  await sql`
    update segment set size = size + ${sql.lit(by)} * r.n from (
      select m.segment_id, count(*) as n from segment_member as m where m.contact_id in ${contacts}
      group by m.segment_id) as r
    where segment.id = r.segment_id`.execute(db);
}

function toSegment(row: Tables['segment']): Segment {
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    definition: JSON.parse(row.definition) as JsonValue,
    zone: row.zone,
    size: row.size,
    movedAt: row.moved_at,
    refreshedAt: row.refreshed_at,
    seededTo: row.seeded_to,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
