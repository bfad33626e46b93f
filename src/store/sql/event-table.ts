import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { JudgedEvent, StoredEvent } from '../../domain/event/event';
import type { JsonObject } from '../../domain/json';
import type { EventQuery, EventTable, JudgedEventQuery } from '../port';
import { allocate, idRows } from './batch';
import type { SqlDialect } from './dialect';
import type { Tables } from './tables';

/** Events in SQL. */
export function eventTable(db: QueryExecutorProvider, dialect: SqlDialect): EventTable {
  const sinceEach = async (
    asked: ReadonlyArray<{ readonly contactId: number; readonly type: string; readonly at: number }>,
    isOfType: RawBuilder<unknown>,
    written: (type: string) => string,
  ): Promise<StoredEvent[]> => {
    if (asked.length === 0) return [];
    const values = dialect.rows(
      { contact_id: 'integer', type: 'text', at: 'integer' },
      asked.map(({ contactId, type, at }) => [contactId, written(type), at]),
    );
    const { rows } = await sql<Tables['event']>`
      select e.* from ${values} as r cross join event as e
      where e.contact_id = r.contact_id and ${isOfType} and e.occurred_at >= r.at`.execute(db);
    return rows.map(toEvent);
  };
  const judgedEach = async (
    asked: readonly JudgedEventQuery[],
    properties: RawBuilder<unknown>,
  ): Promise<JudgedEvent[]> => {
    if (asked.length === 0) return [];
    const values = dialect.rows(
      { contact_id: 'integer', type: 'text', at: 'integer' },
      asked.map(({ contactId, type, at }) => [contactId, type, at]),
    );
    const { rows } = await sql<
      Pick<Tables['event'], 'id' | 'contact_id' | 'type' | 'occurred_at'> & { properties: string | null }
    >`
      select e.id, e.contact_id, e.type, e.occurred_at, ${properties} as properties from ${values} as r cross join event as e
      where e.contact_id = r.contact_id and e.type = r.type and e.occurred_at >= r.at`.execute(db);
    return rows.map((row) => ({
      id: row.id,
      contactId: row.contact_id,
      type: row.type,
      occurredAt: row.occurred_at,
      properties: row.properties === null ? {} : (JSON.parse(row.properties) as JsonObject),
    }));
  };
  return {
    async append(events, recordedAt) {
      const keys = events.flatMap(({ key }) => (key === null ? [] : [key]));
      const [present, ids] = await Promise.all([
        byKey(db, dialect, keys),
        allocate(db, 'event', events.length),
      ]);
      const fresh: StoredEvent[] = [];
      const outcome = events.map((event, index) => {
        const known = event.key === null ? undefined : present.get(event.key);
        if (known) return { event: known, isNew: false };
        const stored: StoredEvent = { ...event, id: ids[index] ?? 0, recordedAt };
        if (event.key !== null) present.set(event.key, stored);
        fresh.push(stored);
        return { event: stored, isNew: true };
      });
      if (fresh.length > 0) {
        const rows = dialect.newRows(
          {
            id: 'integer',
            contact_id: 'integer',
            type: 'text',
            occurred_at: 'integer',
            recorded_at: 'integer',
            properties: 'json',
            key: 'text',
          },
          fresh.map((event) => [
            event.id,
            event.contactId,
            event.type,
            event.occurredAt,
            recordedAt,
            event.properties,
            event.key,
          ]),
        );
        await sql`
          insert into event (id, contact_id, type, occurred_at, recorded_at, properties, key) ${rows}`.execute(
          db,
        );
      }
      return outcome;
    },

    async get(ids) {
      const { rows } = await sql<Tables['event']>`
        select e.* from ${idRows(dialect, ids)} as r join event as e on e.id = r.id`.execute(db);
      return new Map(rows.map((row) => [row.id, toEvent(row)]));
    },

    async select(query) {
      const within = conditions(dialect, query);
      const source =
        query.limitEach === undefined
          ? sql`event as e where ${within}`
          : sql`(
              select e.*, row_number() over (
                partition by e.contact_id order by e.occurred_at desc, e.id desc) as place
              from event as e where ${within}) as e
            where e.place <= ${query.limitEach}`;
      const { rows } = await sql<Tables['event']>`
        select e.* from ${source}
        order by e.occurred_at desc, e.id desc limit ${query.limit}`.execute(db);
      return rows.map(toEvent);
    },

    async since(asked) {
      const found = await Promise.all([
        // An exact type is looked up in the index, a beginning is compared with each of the contact's events.
        sinceEach(
          asked.filter(({ type }) => !type.endsWith('*')),
          sql`e.type = r.type`,
          (type) => type,
        ),
        sinceEach(
          asked.filter(({ type }) => type.endsWith('*')),
          sql`e.type like r.type escape '\\'`,
          likePattern,
        ),
      ]);
      const events = new Map(found.flat().map((event) => [event.id, event]));
      return [...events.values()].sort((a, b) => a.occurredAt - b.occurredAt || a.id - b.id);
    },

    async judgedSince(asked) {
      const found = await Promise.all([
        judgedEach(
          asked.filter(({ withProperties }) => withProperties),
          sql`e.properties`,
        ),
        // The index holds everything else, and in SQLite is all that is read.
        judgedEach(
          asked.filter(({ withProperties }) => !withProperties),
          sql`null`,
        ),
      ]);
      return found.flat().sort((a, b) => a.occurredAt - b.occurredAt || a.id - b.id);
    },

    async prune(before, types, limit) {
      // By type, because the index on (type, occurred_at) serves this as well as segments do.
      const asked = types ?? (await everyType(db));
      let pruned = 0;
      for (const type of asked) {
        if (pruned >= limit) break;
        const result = await sql`
          delete from event where id in (select id from event where type = ${type} and occurred_at < ${before}
          order by occurred_at limit ${limit - pruned})`.execute(db);
        pruned += Number(result.numAffectedRows ?? 0);
      }
      return pruned;
    },

    async remove(ids) {
      if (ids.length === 0) return 0;
      const result = await sql`
        delete from event where id in (select id from ${idRows(dialect, ids)} as r)`.execute(db);
      return Number(result.numAffectedRows ?? 0);
    },

    async count() {
      const { rows } = await sql<{ n: number }>`select count(*) as n from event`.execute(db);
      return rows[0]?.n ?? 0;
    },
  };
}

/** The types there are, by a step in the index for each of them, never by a look at each event. */
async function everyType(db: QueryExecutorProvider): Promise<string[]> {
  const { rows } = await sql<{ type: string }>`
    with recursive present (type) as (
      select min(type) from event
      union all select (select min(e.type) from event as e where e.type > present.type)
      from present where present.type is not null)
    select type from present where type is not null`.execute(db);
  return rows.map(({ type }) => type);
}

async function byKey(
  db: QueryExecutorProvider,
  dialect: SqlDialect,
  keys: readonly string[],
): Promise<Map<string, StoredEvent>> {
  if (keys.length === 0) return new Map();
  const asked = dialect.rows(
    { key: 'text' },
    [...new Set(keys)].map((key) => [key]),
  );
  const { rows } = await sql<Tables['event']>`
    select e.* from ${asked} as r join event as e on e.key = r.key`.execute(db);
  return new Map(rows.map((row) => [row.key ?? '', toEvent(row)]));
}

function conditions(dialect: SqlDialect, query: EventQuery): RawBuilder<unknown> {
  const all: Array<RawBuilder<unknown>> = [sql`true`];
  if (query.contactIds)
    all.push(sql`e.contact_id in (select id from ${idRows(dialect, query.contactIds)} as r)`);
  if (query.types && query.types.length > 0)
    all.push(sql`(${sql.join(query.types.map(typeCondition), sql` or `)})`);
  if (query.occurredAfter !== undefined) all.push(sql`e.occurred_at >= ${query.occurredAfter}`);
  if (query.occurredBefore !== undefined) all.push(sql`e.occurred_at < ${query.occurredBefore}`);
  if (query.olderThan) {
    const { occurredAt, id } = query.olderThan;
    all.push(sql`e.occurred_at <= ${occurredAt} and (e.occurred_at < ${occurredAt} or e.id < ${id})`);
  }
  return sql.join(all, sql` and `);
}

function typeCondition(pattern: string): RawBuilder<unknown> {
  return pattern.endsWith('*')
    ? sql`e.type like ${likePattern(pattern)} escape '\\'`
    : sql`e.type = ${pattern}`;
}

/** A pattern of event types as LIKE has it. */
function likePattern(type: string): string {
  const literal = (text: string) => text.replace(/[\\%_]/g, '\\$&');
  return type.endsWith('*') ? `${literal(type.slice(0, -1))}%` : literal(type);
}

function toEvent(row: Tables['event']): StoredEvent {
  return {
    id: row.id,
    contactId: row.contact_id,
    type: row.type,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
    properties: JSON.parse(row.properties) as JsonObject,
    key: row.key,
  };
}
