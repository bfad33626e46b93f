import { randomUUID } from 'node:crypto';
import { PostgresDialect, sql } from 'kysely';
import { Pool, types, type Client, type PoolClient, type PoolConfig } from 'pg';
import type { SqlDialect, RowColumn } from '../sql/dialect';
import { explainPostgresError, isCut } from './explain';
import { listen } from './listen';
import { numberOfText, POSTGRES_FUNCTIONS, postgresJson } from './postgres-json';

/** Where the PostgreSQL store is: what `pg` takes, and the schema that holds the tables. */
export interface PostgresLocation {
  readonly connection: PoolConfig;
  /** A name of letters, digits and underscores. */
  readonly schema: string;
}

const INT8 = 20;
const NUMERIC = 1700;
const JSON_TYPES = new Set([114, 3802]);

/** Whole numbers as numbers (ids and times stay below 2^53) and JSON as text, as the SQLite dialect gives them. */
function parser(oid: number, format?: 'text' | 'binary') {
  if (oid === INT8 || oid === NUMERIC) return Number;
  if (JSON_TYPES.has(oid)) return (text: string) => text;
  return types.getTypeParser(oid, format as 'text');
}

/** The PostgreSQL dialect. */
export function postgresDialect(location: PostgresLocation): SqlDialect {
  const config: PoolConfig = {
    max: 4,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: 10_000,
    // Statements are sent on without awaiting the answers of those before, as the store asks for them.
    pipeline: true,
    ...location.connection,
    types: { getTypeParser: parser as typeof types.getTypeParser },
  };
  const pool = new Pool(config);
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client: PoolClient | Client) => {
    // So would one that breaks in use, where the pool does not listen; the statement that runs tells of it.
    client.on('error', () => {});
    client.query(`set search_path to "${location.schema}"`).catch(() => {});
  });
  const channel = `marketing_automation_${location.schema}`;
  // By which this process knows its own writes, of which it was told when they were made.
  const own = randomUUID();
  const rows: SqlDialect['rows'] = (columns, values) => {
    const names = Object.entries(columns).map(([name, type], index) => column(name, type, index));
    return sql`(select ${sql.raw(names.join(', '))} from jsonb_array_elements(${JSON.stringify(values)}::jsonb) with ordinality as input (value, position) order by input.position)`;
  };
  return {
    name: 'postgres',
    columnTypes: {
      id: 'bigint primary key',
      serial: 'bigint generated always as identity primary key',
      integer: 'bigint',
      json: 'jsonb',
      keyed: '',
      functions: POSTGRES_FUNCTIONS,
    },
    kysely: new PostgresDialect({ pool }),
    rows,
    newRows: (columns, values) =>
      sql`select ${sql.join(Object.keys(columns).map((name) => sql.ref(name)))} from ${rows(columns, values)} as r`,
    isRow(columns, values) {
      const names = sql.join(Object.keys(columns).map((name) => sql.ref(name)));
      return sql`(${names}) in (select ${names} from ${rows(columns, values)} as r)`;
    },
    emptyLog: null,
    beginUnsynced: (db, work) =>
      db.transaction().execute(async (transaction) => {
        await sql`set local synchronous_commit = off`.execute(transaction);
        return await work(transaction);
      }),
    takeTurn: sql`select pg_advisory_xact_lock(hashtextextended(${channel}, 0))`,
    announce: sql`select pg_notify(${channel}, ${own})`,
    jsonText: (json, key) => sql`(${json} ->> ${key})`,
    jsonEntries: (object) => sql`jsonb_each(${object})`,
    listed: (numbers) => sql`string_agg(${numbers}::text, ',')`,
    json: postgresJson,
    numberOfText,
    includes: (text, part) => sql`strpos(${text}, ${part}) > 0`,
    lesser: (one, other) => sql`least(${one}, ${other})`,
    greater: (one, other) => sql`greatest(${one}, ${other})`,
    // Beyond, power() refuses what a number cannot hold.
    halved: (times) => sql`power(0.5::double precision, least(${times}, 1000))`,
    unsearched: null,
    // Not "in": the planner joins with what exists, and would look through a list for each row.
    isAmong: (column, ids) => sql`exists (select 1 from (${ids}) as among (id) where among.id = ${column})`,
    // Each process of a parallel plan would count for itself, all of it.
    workedOutOnce: (query, column) =>
      sql`(with worked_out as materialized (${query}) select ${sql.ref(column)} from worked_out)`,
    // Sets of a million ids stay in memory; compiling costs more than it saves at such sizes; what processes hand to
    // each other are ids, a fifth of the row that the planner reckons with.
    beforeFullPass: sql`
      select set_config('work_mem', greatest(pg_size_bytes(current_setting('work_mem')) / 1024, 32768) || 'kB', true),
        set_config('jit', 'off', true), set_config('parallel_tuple_cost', '0.02', true)`,
    lower: (text) => sql`lower(${text})`,
    onForeignWrite: (listener) => listen(config, { channel, own }, listener),
    explain: (error) => explainPostgresError(error, location),
    isTransient: (error) => TRANSIENT.has(String((error as { code?: unknown })?.code)),
    isCut,
  };
}

/** serialization_failure and deadlock_detected. */
const TRANSIENT = new Set(['40001', '40P01']);

function column(name: string, type: RowColumn, index: number): string {
  if (type === 'json') return `nullif(value -> ${index}, 'null') as "${name}"`;
  return type === 'integer' ? `(value ->> ${index})::bigint as "${name}"` : `value ->> ${index} as "${name}"`;
}
