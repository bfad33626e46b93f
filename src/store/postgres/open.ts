import { Client } from 'pg';
import type { Store } from '../port';
import { openSqlStore } from '../sql/sql-store';
import { StoreError } from '../store-error';
import { describeLocation, explainPostgresError } from './explain';
import { postgresDialect, type PostgresLocation } from './postgres-dialect';

export const DEFAULT_SCHEMA = 'marketing_automation';

/** Opens the PostgreSQL store, making its schema when it is missing. Throws a StoreError that says what to do. */
export async function openPostgresStore(location: PostgresLocation): Promise<Store> {
  if (!/^[a-z_][a-z0-9_]{0,40}$/.test(location.schema)) {
    throw new StoreError(
      'misconfigured',
      `"${location.schema}" cannot name the schema of a contact store.`,
      'Use lower-case letters, digits and underscores, at most 41, beginning with a letter.',
    );
  }
  const { connectionString } = location.connection;
  if (connectionString !== undefined && !URL.canParse(connectionString)) {
    // Not quoted: a password stands in it.
    throw new StoreError(
      'misconfigured',
      'The address of the PostgreSQL server is not one.',
      'Write postgres://user:password@host:5432/database, with signs such as @ and / in the password percent-encoded.',
    );
  }
  const client = new Client({ connectionTimeoutMillis: 10_000, ...location.connection });
  try {
    await client.connect();
    // Two processes that start at once: "if not exists" alone races.
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [location.schema]);
    await client.query(`create schema if not exists "${location.schema}"`);
    await refuseAnotherProgram(client, location);
    await client.query('commit');
  } catch (error) {
    throw error instanceof StoreError ? error : explainPostgresError(error, location);
  } finally {
    await client.end().catch(() => {});
  }
  return openSqlStore(postgresDialect(location), describeLocation(location));
}

/** An empty schema becomes a store; one with tables of another program does not, since names could be the same. */
async function refuseAnotherProgram(client: Client, location: PostgresLocation): Promise<void> {
  const { rows } = await client.query<{ tables: string; stores: string }>(
    `select count(*) as tables, count(*) filter (where tablename = 'schema_version') as stores
     from pg_tables where schemaname = $1`,
    [location.schema],
  );
  if (Number(rows[0]?.tables) === 0 || Number(rows[0]?.stores) > 0) return;
  throw new StoreError(
    'misconfigured',
    `The schema of ${describeLocation(location)} holds tables of another program.`,
    'Give the contact store a schema of its own, which is made when it is missing. Nothing was written.',
  );
}
