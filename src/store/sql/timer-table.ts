import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import { matchesEventType } from '../../domain/event/event';
import type { JsonObject, JsonValue } from '../../domain/json';
import type { NewTimer, Timer, TimerQuery, TimerTable } from '../port';
import { allocate, idRows } from './batch';
import type { SqlDialect } from './dialect';
import type { Tables } from './tables';

const COLUMNS = {
  id: 'integer',
  subscription_id: 'integer',
  contact_id: 'integer',
  dedupe_key: 'text',
  due_at: 'integer',
  look_at: 'integer',
  since_at: 'integer',
  since_event_id: 'integer',
  watch: 'json',
  payload: 'json',
  attempt: 'integer',
  is_alone: 'integer',
  created_at: 'integer',
} as const;

/** Timers in SQL. A timer that is being delivered has no dedupe key, so that its contact may wait again meanwhile. */
export function timerTable(db: QueryExecutorProvider, dialect: SqlDialect): TimerTable {
  const ids = (values: readonly number[]) => sql`(select id from ${idRows(dialect, values)} as r)`;
  const affected = async (statement: RawBuilder<unknown>) =>
    Number((await statement.execute(db)).numAffectedRows ?? 0);

  // SQLite takes the tables of a cross join in their order: each asked timer is looked up, not the other way round.
  const present = async (subscriptionId: number, timers: readonly NewTimer[]) => {
    const asked = dialect.rows(
      { contact_id: 'integer', dedupe_key: 'text' },
      timers.flatMap(({ contactId, dedupeKey }) => (dedupeKey === null ? [] : [[contactId, dedupeKey]])),
    );
    const { rows } = await sql<Tables['timer']>`
      select t.id, t.contact_id, t.dedupe_key, t.due_at, t.since_at from ${asked} as r
      cross join timer as t where t.contact_id = r.contact_id and t.subscription_id = ${subscriptionId}
      and t.dedupe_key = r.dedupe_key`.execute(db);
    return new Map(
      rows.map((row) => [
        slot(row.contact_id, row.dedupe_key ?? ''),
        { id: row.id, dueAt: row.due_at, sinceAt: row.since_at },
      ]),
    );
  };

  return {
    async set(subscriptionId, timers, onPresent, now) {
      if (timers.length === 0) return [];
      const waiting = await present(subscriptionId, timers);
      const fresh = await allocate(db, 'timer', timers.length);
      const written = new Map<number, NewTimer>();
      const outcomes = timers.map((timer, index) => {
        const place = timer.dedupeKey === null ? null : slot(timer.contactId, timer.dedupeKey);
        const held = place === null ? undefined : waiting.get(place);
        if (held && (onPresent === 'keep' || held.sinceAt > timer.sinceAt)) {
          return { id: held.id, outcome: 'kept' as const, dueAt: held.dueAt };
        }
        const id = held?.id ?? fresh[index] ?? 0;
        written.set(id, timer);
        if (place !== null) waiting.set(place, { id, dueAt: timer.dueAt, sinceAt: timer.sinceAt });
        return { id, outcome: held ? ('restarted' as const) : ('set' as const), dueAt: timer.dueAt };
      });
      if (written.size > 0) await insert(subscriptionId, written, now);
      return outcomes;
    },

    async replace(subscriptionId, timers, now) {
      if (timers.length === 0) return;
      const fresh = await allocate(db, 'timer', timers.filter(({ id }) => id === null).length);
      const numbers = fresh.values();
      await insert(
        subscriptionId,
        new Map(timers.map((timer) => [timer.id ?? numbers.next().value ?? 0, timer])),
        now,
      );
    },

    async ripe(subscriptionId, now, limit) {
      const { rows } = await sql<Tables['timer']>`
        select * from timer where subscription_id = ${subscriptionId} and look_at <= ${now}
        order by look_at, id limit ${limit}`.execute(db);
      return rows.map(toTimer);
    },

    async claim(claimed, claim, leaseUntil) {
      await sql`
        update timer set claim = ${claim}, look_at = ${leaseUntil}, attempt = attempt + 1, dedupe_key = null
        where id in ${ids(claimed)}`.execute(db);
    },

    async postpone(postponed) {
      if (postponed.length === 0) return;
      await sql`update timer set look_at = due_at, claim = null where id in ${ids(postponed)}`.execute(db);
    },

    async reschedule(moved) {
      if (moved.length === 0) return;
      const values = dialect.rows(
        { id: 'integer', due_at: 'integer' },
        moved.map(({ id, dueAt }) => [id, dueAt]),
      );
      const due = sql`(select r.due_at from ${values} as r where r.id = timer.id)`;
      await sql`
        update timer set due_at = ${due}, look_at = ${due}, claim = null
        where id in ${ids(moved.map(({ id }) => id))}`.execute(db);
    },

    async transfer(moved, subscriptionId) {
      if (moved.length === 0) return 0;
      return affected(sql`
        update timer set subscription_id = ${subscriptionId} where id in ${ids(moved)} and claim is null
        and not exists (select 1 from timer as t where t.contact_id = timer.contact_id
          and t.subscription_id = ${subscriptionId} and t.dedupe_key = timer.dedupe_key)`);
    },

    async renew(claims, leaseUntil) {
      if (claims.length === 0) return;
      await sql`update timer set look_at = ${leaseUntil} where claim in (${sql.join([...claims])})`.execute(
        db,
      );
    },

    settle: (claim) => affected(sql`delete from timer where claim = ${claim}`),

    isolate: (claim, now) =>
      affected(sql`update timer set claim = null, is_alone = 1, look_at = ${now} where claim = ${claim}`),

    fail: (claim, error) =>
      affected(sql`update timer set claim = null, look_at = null, error = ${error} where claim = ${claim}`),

    async nextLook(subscriptionIds) {
      if (subscriptionIds.length === 0) return null;
      const { rows } = await sql<{ at: number | null }>`
        select min(t.at) as at from (
          select (select min(look_at) from timer where subscription_id = r.id) as at
          from ${idRows(dialect, subscriptionIds)} as r) as t`.execute(db);
      return rows[0]?.at ?? null;
    },

    async wake(events, now) {
      const contactIds = [...new Set(events.map(({ contactId }) => contactId))];
      const { rows } = await sql<{ id: number; contact_id: number; watch: string }>`
        select t.id, t.contact_id, t.watch from ${idRows(dialect, contactIds)} as r
        cross join timer as t where t.contact_id = r.id and t.watch is not null and t.claim is null and t.look_at > ${now}`.execute(
        db,
      );
      const types = new Map<number, string[]>();
      if (rows.length > 0) {
        for (const { contactId, type } of events)
          types.set(contactId, [...(types.get(contactId) ?? []), type]);
      }
      const woken = rows.filter((row) => {
        const watched = JSON.parse(row.watch) as string[];
        return types
          .get(row.contact_id)
          ?.some((type) => watched.some((pattern) => matchesEventType(pattern, type)));
      });
      if (woken.length === 0) return 0;
      return affected(sql`update timer set look_at = ${now} where id in ${ids(woken.map(({ id }) => id))}`);
    },

    wakeWatching: (part, now) =>
      affected(sql`
        update timer set look_at = ${now} where watch is not null and claim is null and look_at > ${now}
        and ${dialect.includes(sql`cast(watch as text)`, part)}`),

    wakeContacts: (contactIds, now) =>
      affected(sql`
        update timer set look_at = ${now} where contact_id in ${ids(contactIds)}
        and watch is not null and claim is null and look_at > ${now}`),

    async list(query) {
      const { rows } = await sql<Tables['timer']>`
        select t.* from timer as t where ${conditions(dialect, query)} and t.id > ${query.afterId ?? 0}
        order by t.id limit ${query.limit}`.execute(db);
      return rows.map(toTimer);
    },

    async ofContacts(subscriptionId, contactIds) {
      if (contactIds.length === 0) return [];
      const { rows } = await sql<Tables['timer']>`
        select t.id, t.contact_id, t.dedupe_key, t.due_at, t.payload from ${idRows(dialect, contactIds)} as r
        cross join timer as t where t.contact_id = r.id and t.subscription_id = ${subscriptionId}`.execute(
        db,
      );
      return rows.map((row) => ({
        id: row.id,
        contactId: row.contact_id,
        dedupeKey: row.dedupe_key,
        dueAt: row.due_at,
        payload: JSON.parse(row.payload) as JsonObject,
      }));
    },

    release: (released, now) =>
      affected(sql`
        update timer set look_at = ${now}, due_at = case when due_at > ${now} then ${sql.lit(now)} else due_at end,
          is_alone = case when error is null then is_alone else 1 end,
          attempt = case when attempt > 1 then 1 else attempt end, error = null
        where id in ${ids(released)} and claim is null`),

    remove: (removed) => affected(sql`delete from timer where id in ${ids(removed)}`),

    clear: (subscriptionId) =>
      affected(
        sql`delete from timer where subscription_id = ${subscriptionId} and claim is null and attempt = 0`,
      ),

    removeFor: (subscriptionId, contacts) => {
      const asked = dialect.rows(
        { contact_id: 'integer', due_after: 'integer' },
        contacts.map(({ contactId, dueAfter }) => [contactId, dueAfter]),
      );
      return affected(sql`
        delete from timer where id in (select t.id from ${asked} as r
          cross join timer as t where t.contact_id = r.contact_id and t.subscription_id = ${subscriptionId}
          and t.due_at > r.due_after and t.claim is null and t.attempt = 0)`);
    },

    async countByState() {
      const { rows } = await sql<{ waiting: number; delivering: number; failed: number }>`
        select coalesce(sum(case when claim is null and look_at is not null then 1 else 0 end), 0) as waiting,
          coalesce(sum(case when claim is not null then 1 else 0 end), 0) as delivering,
          coalesce(sum(case when look_at is null then 1 else 0 end), 0) as failed from timer
        where subscription_id not in (select id from subscription where kind in ('segments', 'scores', 'journeys'))`.execute(
        db,
      );
      const [row] = rows;
      return {
        waiting: Number(row?.waiting ?? 0),
        delivering: Number(row?.delivering ?? 0),
        failed: Number(row?.failed ?? 0),
      };
    },
  };

  async function insert(
    subscriptionId: number,
    timers: ReadonlyMap<number, NewTimer>,
    now: number,
  ): Promise<void> {
    const rows = dialect.newRows(
      COLUMNS,
      [...timers].map(([id, timer]): JsonValue[] => [
        id,
        subscriptionId,
        timer.contactId,
        timer.dedupeKey,
        timer.dueAt,
        timer.dueAt,
        timer.sinceAt,
        timer.sinceEventId,
        timer.watch === null ? null : [...timer.watch],
        timer.payload,
        0,
        0,
        now,
      ]),
    );
    await sql`
      insert into timer (id, subscription_id, contact_id, dedupe_key, due_at, look_at, since_at, since_event_id,
        watch, payload, attempt, is_alone, created_at) ${rows}
      on conflict (id) do update set due_at = excluded.due_at, look_at = excluded.look_at,
        since_at = excluded.since_at, since_event_id = excluded.since_event_id, watch = excluded.watch,
        payload = excluded.payload, attempt = 0, is_alone = 0, error = null`.execute(db);
  }
}

function slot(contactId: number, dedupeKey: string): string {
  return `${contactId}:${dedupeKey}`;
}

function conditions(dialect: SqlDialect, query: TimerQuery): RawBuilder<unknown> {
  const all: Array<RawBuilder<unknown>> = [sql`true`];
  const within = (values: readonly number[]) => sql`(select id from ${idRows(dialect, values)} as r)`;
  if (query.ids) all.push(sql`t.id in ${within(query.ids)}`);
  if (query.subscriptionIds) all.push(sql`t.subscription_id in ${within(query.subscriptionIds)}`);
  if (query.contactIds) all.push(sql`t.contact_id in ${within(query.contactIds)}`);
  if (query.state === 'failed') all.push(sql`t.look_at is null`);
  if (query.state === 'delivering') all.push(sql`t.claim is not null`);
  if (query.state === 'waiting') all.push(sql`t.claim is null and t.look_at is not null`);
  return sql.join(all, sql` and `);
}

function toTimer(row: Tables['timer']): Timer {
  return {
    id: row.id,
    subscriptionId: row.subscription_id,
    contactId: row.contact_id,
    dedupeKey: row.dedupe_key,
    dueAt: row.due_at,
    sinceAt: row.since_at,
    sinceEventId: row.since_event_id,
    watch: row.watch === null ? null : (JSON.parse(row.watch) as string[]),
    payload: JSON.parse(row.payload) as JsonObject,
    createdAt: row.created_at,
    attempt: row.attempt,
    isAlone: row.is_alone === 1,
    claim: row.claim,
    error: row.error,
    state: row.look_at === null ? 'failed' : row.claim === null ? 'waiting' : 'delivering',
  };
}
