import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import { OCCASIONS, type Message, type Purpose, type KeptMessageState } from '../../domain/message/message';
import type { MessageQuery, MessageTable } from '../message-port';
import { allocate, idRows } from './batch';
import type { SqlDialect } from './dialect';
import type { Tables } from './tables';

const OCCASION = { contact_id: 'integer', name: 'text', occasion: 'text' } as const;

const COLUMNS = {
  id: 'integer',
  ...OCCASION,
  channel: 'text',
  purpose: 'text',
  address: 'text',
  state: 'text',
  attempt: 'integer',
  claimed_at: 'integer',
  lease_until: 'integer',
  enrolment_id: 'integer',
  journey: 'text',
  workflow_id: 'text',
  node_name: 'text',
} as const;

/** The ledger of messages in SQL. */
export function messageTable(db: QueryExecutorProvider, dialect: SqlDialect): MessageTable {
  return {
    async claim(claimed) {
      if (claimed.length === 0) return [];
      const ids = await allocate(db, 'message', claimed.length);
      const places = dialect.rows(
        { ...OCCASION, channel: 'text' },
        claimed.map(({ contactId, name, occasion, channel }) => [contactId, name, occasion, channel]),
      );
      await sql`
        delete from message where id in (select m.id from ${places} as r cross join message as m
          where m.contact_id = r.contact_id and m.name = r.name and m.occasion = r.occasion
          and m.channel = r.channel and m.state = 'released')`.execute(db);
      const rows = dialect.newRows(
        COLUMNS,
        claimed.map((message, index) => [
          ids[index] ?? 0,
          message.contactId,
          message.name,
          message.occasion,
          message.channel,
          message.purpose,
          message.address,
          'claimed',
          message.attempt,
          message.claimedAt,
          message.leaseUntil,
          message.enrolmentId,
          message.journey,
          message.workflowId,
          message.nodeName,
        ]),
      );
      await sql`
        insert into message (${sql.join(Object.keys(COLUMNS).map((name) => sql.ref(name)))}) ${rows}`.execute(
        db,
      );
      return ids;
    },

    async get(ids) {
      const { rows } = await sql<Tables['message']>`
        select m.* from ${idRows(dialect, ids)} as r join message as m on m.id = r.id`.execute(db);
      return new Map(rows.map((row) => [row.id, toMessage(row)]));
    },

    async attempts(asked) {
      if (asked.length === 0) return [];
      const occasions = new Map(
        asked.map(({ contactId, name, occasion }) => [
          JSON.stringify([contactId, name, occasion]),
          [contactId, name, occasion],
        ]),
      );
      const { rows } = await sql<Tables['message']>`
        select m.* from ${dialect.rows(OCCASION, [...occasions.values()])} as r cross join message as m
        where m.contact_id = r.contact_id and m.name = r.name and m.occasion = r.occasion
        order by m.id`.execute(db);
      return rows.map(toMessage);
    },

    async since(asked) {
      if (asked.length === 0) return [];
      const earliest = new Map<number, number>();
      for (const { contactId, at } of asked) {
        earliest.set(contactId, Math.min(at, earliest.get(contactId) ?? at));
      }
      const { rows } = await sql<Tables['message']>`
        select m.* from ${dialect.rows({ contact_id: 'integer', at: 'integer' }, [...earliest])} as r
        cross join message as m where m.contact_id = r.contact_id and m.claimed_at >= r.at
        and m.state in ('claimed', 'sent') order by m.claimed_at, m.id`.execute(db);
      return rows.map(toMessage);
    },

    async settle(outcomes) {
      if (outcomes.length === 0) return;
      const values = dialect.rows(
        { id: 'integer', state: 'text', at: 'integer', error: 'text' },
        outcomes.map(({ id, state, at, error }) => [id, state, at, error]),
      );
      await sql`
        update message set state = r.state, settled_at = r.at, error = r.error from ${values} as r
        where message.id = r.id`.execute(db);
    },

    async select(query) {
      const { rows } = await sql<Tables['message']>`
        select m.* from message as m where ${conditions(dialect, query)}
        order by m.id desc limit ${query.limit}`.execute(db);
      return rows.map(toMessage);
    },

    async countUncertain(now) {
      const { rows } = await sql<{ n: number }>`
        select count(*) as n from message where state = 'claimed' and lease_until <= ${now}`.execute(db);
      return Number(rows[0]?.n ?? 0);
    },

    async count() {
      const { rows } = await sql<{ n: number }>`select count(*) as n from message`.execute(db);
      return Number(rows[0]?.n ?? 0);
    },

    async prune({ before, withKeys, afterId, limit }) {
      // By id, which follows the time of the claim: an index by age would cost every claim a page.
      const { rows } = await sql<{ id: number; claimed_at: number }>`
        select m.id, m.claimed_at from message as m where m.id > ${afterId}
        order by m.id limit ${limit}`.execute(db);
      const lastId = rows.at(-1)?.id;
      if (lastId === undefined || (rows[0]?.claimed_at ?? before) >= before) {
        return { deleted: 0, lastId: null };
      }
      const result = await sql`
        delete from message where id > ${afterId} and id <= ${lastId} and claimed_at < ${before}
          and state <> 'claimed' and ${isUnneeded(withKeys)}`.execute(db);
      return { deleted: Number(result.numAffectedRows ?? 0), lastId };
    },
  };
}

/** Whether a message keeps none from being sent twice: it stands for none, or nobody comes for it again. */
function isUnneeded(withKeys: boolean): RawBuilder<unknown> {
  const keys = withKeys ? sql`or occasion like ${`${OCCASIONS.key}%`}` : sql``;
  return sql`(occasion is null or state = 'released' ${keys}
    or exists (select 1 from enrolment as e where e.id = message.enrolment_id and e.state <> 'active'
      and message.occasion = cast(${OCCASIONS.enrolment} as text) || cast(e.id as text)))`;
}

function conditions(dialect: SqlDialect, query: MessageQuery): RawBuilder<unknown> {
  const all: Array<RawBuilder<unknown>> = [sql`true`];
  const { state, now } = query;
  if (state === 'claimed') all.push(sql`m.state = 'claimed' and m.lease_until > ${now}`);
  else if (state === 'uncertain') all.push(sql`m.state = 'claimed' and m.lease_until <= ${now}`);
  else if (state !== undefined) all.push(sql`m.state = ${state}`);
  if (query.contactIds) {
    all.push(sql`m.contact_id in (select id from ${idRows(dialect, query.contactIds)} as r)`);
  }
  if (query.name !== undefined) all.push(sql`m.name = ${query.name}`);
  if (query.channel !== undefined) all.push(sql`m.channel = ${query.channel}`);
  if (query.beforeId !== undefined) all.push(sql`m.id < ${query.beforeId}`);
  return sql.join(all, sql` and `);
}

/**
 * Makes the messages of merged contacts those of their survivor. Of two attempts at the same message on the same channel
 * the one stands that got further; the other is kept without its occasion, because it counts for caps.
 */
export async function absorbMessages(db: QueryExecutorProvider, pairs: RawBuilder<unknown>): Promise<void> {
  await sql`
    update message set occasion = null where id in (select id from (
      select m.id, row_number() over (
        partition by r.survivor_id, m.name, m.occasion, m.channel
        order by case m.state when 'sent' then 0 when 'claimed' then 1 when 'failed' then 2 else 3 end, m.id) as place
      from (
        select absorbed_id as contact_id, survivor_id from ${pairs} as a
        union all select distinct survivor_id, survivor_id from ${pairs} as s) as r
      cross join message as m where m.contact_id = r.contact_id and m.occasion is not null) as ranked
    where place > 1)`.execute(db);
  await sql`
    update message set contact_id = r.survivor_id from ${pairs} as r
    where message.contact_id = r.absorbed_id`.execute(db);
}

function toMessage(row: Tables['message']): Message {
  return {
    id: row.id,
    contactId: row.contact_id,
    name: row.name,
    occasion: row.occasion,
    channel: row.channel,
    purpose: row.purpose as Purpose,
    address: row.address,
    state: row.state as KeptMessageState,
    attempt: row.attempt,
    claimedAt: row.claimed_at,
    leaseUntil: row.lease_until,
    settledAt: row.settled_at,
    error: row.error,
    enrolmentId: row.enrolment_id,
    journey: row.journey,
    workflowId: row.workflow_id,
    nodeName: row.node_name,
  };
}
