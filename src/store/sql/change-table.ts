import { sql, type QueryExecutorProvider } from 'kysely';
import type { Change, ChangeKind } from '../../domain/change/change';
import type { JsonObject } from '../../domain/json';
import type { ChangeTable } from '../port';
import type { SqlDialect } from './dialect';
import type { Tables } from './tables';

/** The change log in SQL. Writers take turns, so a smaller sequence never becomes visible after a larger one. */
export function changeTable(db: QueryExecutorProvider, dialect: SqlDialect): ChangeTable {
  const kindsIn = (kinds: readonly ChangeKind[]) => sql`c.kind in (${sql.join([...kinds])})`;
  // What happened to a merged contact happened to its survivor; the log itself is never rewritten.
  const ofSurvivor = sql`c.sequence, c.kind, coalesce(m.survivor_id, c.contact_id) as contact_id, c.at, c.subject,
    c.event_id, c.detail from change as c left join merge_trace as m on m.absorbed_id = c.contact_id`;
  return {
    async append(changes) {
      if (changes.length === 0) return;
      const rows = dialect.newRows(
        {
          kind: 'text',
          contact_id: 'integer',
          at: 'integer',
          subject: 'text',
          event_id: 'integer',
          detail: 'json',
        },
        changes.map((change) => [
          change.kind,
          change.contactId,
          change.at,
          change.subject,
          change.eventId,
          change.detail,
        ]),
      );
      await sql`insert into change (kind, contact_id, at, subject, event_id, detail) ${rows}`.execute(db);
    },

    async after(sequence, kinds, limit) {
      if (kinds.length === 0) return [];
      const { rows } = await sql<Tables['change']>`
        select ${ofSurvivor} where c.sequence > ${sequence} and ${kindsIn(kinds)}
        order by c.sequence limit ${limit}`.execute(db);
      return rows.map(toChange);
    },

    async latest(kinds, limit) {
      if (kinds.length === 0) return [];
      const { rows } = await sql<Tables['change']>`
        select ${ofSurvivor} where ${kindsIn(kinds)} order by c.sequence desc limit ${limit}`.execute(db);
      return rows.map(toChange);
    },

    async lastSequence() {
      const { rows } = await sql<{ n: number | null }>`select max(sequence) as n from change`.execute(db);
      return rows[0]?.n ?? 0;
    },

    async prune(before, limit) {
      const result = await sql`
        delete from change where sequence in (select sequence from change where at < ${before}
          and sequence <= coalesce((select min(cursor) from subscription
            where kind <> 'wait' and opened_at >= ${before}), sequence)
          order by sequence limit ${limit})`.execute(db);
      return Number(result.numAffectedRows ?? 0);
    },

    async count() {
      const { rows } = await sql<{ n: number }>`select count(*) as n from change`.execute(db);
      return rows[0]?.n ?? 0;
    },
  };
}

function toChange(row: Tables['change']): Change {
  return {
    sequence: row.sequence,
    kind: row.kind,
    contactId: row.contact_id,
    at: row.at,
    subject: row.subject,
    eventId: row.event_id,
    detail: JSON.parse(row.detail) as JsonObject,
  };
}
