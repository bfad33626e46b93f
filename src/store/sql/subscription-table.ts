import { sql, type QueryExecutorProvider } from 'kysely';
import type { JsonObject } from '../../domain/json';
import type { Subscription, SubscriptionTable } from '../port';
import { allocate } from './batch';
import type { SqlDialect } from './dialect';
import type { Tables } from './tables';

/** How exactly it is known when a subscription was last opened, in milliseconds: a wait opens its own at each call. */
const OPENED_TO_THE = 86_400_000;

/** Subscriptions in SQL. */
export function subscriptionTable(db: QueryExecutorProvider, dialect: SqlDialect): SubscriptionTable {
  const get = async (key: string): Promise<Subscription | null> => {
    const { rows } = await sql<Tables['subscription']>`select * from subscription where key = ${key}`.execute(
      db,
    );
    return rows[0] ? toSubscription(rows[0]) : null;
  };
  const json = (definition: JsonObject) =>
    sql`(select definition from ${dialect.rows({ definition: 'json' }, [[definition]])} as r)`;
  return {
    get,

    async open(key, definition, now) {
      const present = await get(key.key);
      if (present) {
        const isRenamed = present.workflowName !== key.workflowName || present.nodeName !== key.nodeName;
        const isStale = now - present.openedAt >= OPENED_TO_THE;
        const openedAt = isRenamed || isStale ? now : present.openedAt;
        if (openedAt !== present.openedAt || isRenamed) {
          await sql`
            update subscription set workflow_name = ${key.workflowName}, node_name = ${key.nodeName},
              opened_at = ${openedAt} where id = ${present.id}`.execute(db);
        }
        return { subscription: { ...present, ...key, openedAt }, isNew: false };
      }
      const [id = 0] = await allocate(db, 'subscription', 1);
      await sql`
        insert into subscription (id, key, kind, workflow_id, workflow_name, node_name, cursor, definition, created_at, opened_at)
        values (${id}, ${key.key}, ${key.kind}, ${key.workflowId}, ${key.workflowName}, ${key.nodeName},
          coalesce((select max(sequence) from change), 0), ${json(definition)}, ${now}, ${now})`.execute(db);
      const created = await get(key.key);
      if (!created) throw new Error(`Subscription ${key.key} vanished in its own transaction`);
      return { subscription: created, isNew: true };
    },

    async list() {
      const { rows } = await sql<Tables['subscription']>`select * from subscription order by id`.execute(db);
      return rows.map(toSubscription);
    },

    async define(id, definition) {
      await sql`update subscription set definition = ${json(definition)} where id = ${id}`.execute(db);
    },

    async advance(id, cursor) {
      await sql`update subscription set cursor = ${cursor} where id = ${id} and cursor < ${cursor}`.execute(
        db,
      );
    },
  };
}

function toSubscription(row: Tables['subscription']): Subscription {
  return {
    id: row.id,
    key: row.key,
    kind: row.kind as Subscription['kind'],
    workflowId: row.workflow_id,
    workflowName: row.workflow_name,
    nodeName: row.node_name,
    cursor: row.cursor,
    definition: JSON.parse(row.definition) as JsonObject,
    createdAt: row.created_at,
    openedAt: row.opened_at,
  };
}
