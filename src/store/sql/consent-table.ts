import { sql, type QueryExecutorProvider } from 'kysely';
import type { Consent } from '../../domain/consent/consent';
import type { ConsentTable, KeptStatement } from '../port';
import { allocate, idRows } from './batch';
import type { SqlDialect } from './dialect';
import type { Tables } from './tables';

/** Consents, their evidence and suppressions in SQL. */
export function consentTable(db: QueryExecutorProvider, dialect: SqlDialect): ConsentTable {
  return {
    async current(ids) {
      const { rows } = await sql<Tables['consent']>`
        select c.* from ${idRows(dialect, ids)} as r join consent as c on c.contact_id = r.id
        order by c.contact_id, c.channel`.execute(db);
      // fromEntries defines own properties, so that a channel named "__proto__" stays data.
      return new Map(
        [...Map.groupBy(rows, ({ contact_id }) => contact_id)].map(([contactId, own]) => [
          contactId,
          Object.fromEntries(own.map(({ channel, status, at }) => [channel, { status, at }])),
        ]),
      );
    },

    async statements(contactId) {
      const { rows } = await sql<Tables['consent_statement']>`
        select * from consent_statement where contact_id = ${contactId} order by id`.execute(db);
      return rows.map(toStatement);
    },

    async statementsOf(ids) {
      const { rows } = await sql<Tables['consent_statement']>`
        select s.* from ${idRows(dialect, [...new Set(ids)])} as r
        join consent_statement as s on s.contact_id = r.id order by s.contact_id, s.id`.execute(db);
      const statements = new Map<number, KeptStatement[]>();
      for (const row of rows) {
        const own = statements.get(row.contact_id);
        if (own) own.push(toStatement(row));
        else statements.set(row.contact_id, [toStatement(row)]);
      }
      return statements;
    },

    async put(consents) {
      if (consents.length === 0) return;
      const rows = dialect.newRows(
        { contact_id: 'integer', channel: 'text', status: 'text', at: 'integer' },
        consents.map(({ contactId, channel, status, at }) => [contactId, channel, status, at]),
      );
      await sql`
        insert into consent (contact_id, channel, status, at) ${rows}
        on conflict (contact_id, channel) do update set status = excluded.status, at = excluded.at`.execute(
        db,
      );
    },

    async append(statements, recordedAt) {
      if (statements.length === 0) return;
      const ids = await allocate(db, 'consent_statement', statements.length);
      const rows = dialect.newRows(
        {
          id: 'integer',
          contact_id: 'integer',
          channel: 'text',
          status: 'text',
          at: 'integer',
          recorded_at: 'integer',
          source: 'text',
          evidence: 'json',
          changed: 'integer',
        },
        statements.map((statement, index) => [
          ids[index] ?? 0,
          statement.contactId,
          statement.channel,
          statement.status,
          statement.at,
          recordedAt,
          statement.source,
          { by: statement.by, evidence: statement.evidence },
          statement.changed ? 1 : 0,
        ]),
      );
      await sql`
        insert into consent_statement (id, contact_id, channel, status, at, recorded_at, source, evidence, changed)
        ${rows}`.execute(db);
    },

    async suppressed(addresses) {
      if (addresses.length === 0) return new Map();
      const asked = addressRows(dialect, addresses);
      const { rows } = await sql<Tables['suppression']>`
        select s.* from ${asked} as r
        join suppression as s on s.channel = r.channel and s.address_hash = r.address_hash`.execute(db);
      return new Map(
        rows.map((row) => [`${row.channel}:${row.address_hash}`, { reason: row.reason, at: row.at }]),
      );
    },

    async suppress(addresses, at) {
      if (addresses.length === 0) return;
      const values = dialect.rows(
        { channel: 'text', address_hash: 'text', reason: 'text' },
        addresses.map(({ channel, hash, reason }) => [channel, hash, reason]),
      );
      await sql`
        insert into suppression (channel, address_hash, reason, at)
        select distinct channel, address_hash, reason, ${sql.lit(at)} from ${values} as r where true
        on conflict (channel, address_hash) do nothing`.execute(db);
    },

    async unsuppress(addresses) {
      if (addresses.length === 0) return 0;
      const result = await sql`
        delete from suppression where (channel, address_hash) in (
          select channel, address_hash from ${addressRows(dialect, addresses)} as r)`.execute(db);
      return Number(result.numAffectedRows ?? 0);
    },
  };
}

function toStatement(row: Tables['consent_statement']): KeptStatement {
  const { by, evidence } = JSON.parse(row.evidence) as Pick<KeptStatement, 'by' | 'evidence'>;
  return {
    channel: row.channel,
    status: row.status as Consent['status'],
    at: row.at,
    recordedAt: row.recorded_at,
    source: row.source,
    by,
    evidence,
    changed: row.changed === 1,
  };
}

function addressRows(dialect: SqlDialect, addresses: ReadonlyArray<{ channel: string; hash: string }>) {
  return dialect.rows(
    { channel: 'text', address_hash: 'text' },
    addresses.map(({ channel, hash }) => [channel, hash]),
  );
}
