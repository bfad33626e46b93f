import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql, type RawBuilder } from 'kysely';
import type { JsonValue } from '../../domain/json';
import type { RowColumn, SqlDialect } from '../sql/dialect';
import { SqliteConnection } from './connection';
import { SqliteDriver } from './driver';
import { explainSqliteError } from './explain';
import { numberOfText, sqliteJson } from './sqlite-json';
import type { RowsParameter } from './worker';

/** How long a write waits for another process before it gives up, in milliseconds. */
const BUSY_TIMEOUT = 10_000;
const POLL_INTERVAL = 500;

/** The SQLite dialect on the file at `path`. */
export function sqliteDialect(path: string, busyTimeout = BUSY_TIMEOUT): SqlDialect {
  const connection = new SqliteConnection({ path, busyTimeout, pollInterval: POLL_INTERVAL });
  return {
    name: 'sqlite',
    columnTypes: {
      id: 'integer primary key',
      serial: 'integer primary key autoincrement',
      integer: 'integer',
      json: 'text',
      keyed: 'without rowid',
      functions: [],
    },
    kysely: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new SqliteDriver(connection),
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    rows(columns, values) {
      const [[name, type] = ['', 'json'], ...others] = Object.entries(columns);
      if (type !== 'json' && others.length === 0) {
        // A list of plain values takes no JSON to be read for each of them.
        const list = JSON.stringify(values.map(([value = null]) => value));
        return sql`(select value as ${sql.ref(name)} from json_each(${list}))`;
      }
      const names = Object.entries(columns).map(([name, type], index) => column(name, type, index));
      return sql`(select ${sql.raw(names.join(', '))} from json_each(${JSON.stringify(values)}))`;
    },
    // A prepared insert run for each row in the worker takes 1.4 us a row of 13 cells, json_each 5.5 us.
    newRows(columns, values) {
      return sql`values (${sql.join(rowParameters(columns, values))})`;
    },
    isRow(columns, values) {
      const names = Object.keys(columns).map((name) => sql.ref(name));
      const cells = rowParameters(columns, values);
      return sql.join(
        names.map((name, index) => sql`${name} = ${cells[index]}`),
        sql` and `,
      );
    },
    // SQLite does not let it be changed within a transaction.
    beginUnsynced: (db, work) =>
      db.connection().execute(async (held) => {
        await sql`pragma synchronous = normal`.execute(held);
        try {
          return await held.transaction().execute(work);
        } finally {
          await sql`pragma synchronous = full`.execute(held);
        }
      }),
    emptyLog: sql`pragma wal_checkpoint(truncate)`,
    takeTurn: null,
    announce: null,
    jsonText: (json, key) => sql`json_extract(${json}, ${`$.${JSON.stringify(key)}`})`,
    jsonEntries: (object) => sql`json_each(${object})`,
    listed: (numbers) => sql`group_concat(${numbers})`,
    json: sqliteJson,
    numberOfText,
    includes: (text, part) => sql`instr(${text}, ${part}) > 0`,
    lesser: (one, other) => sql`min(${one}, ${other})`,
    greater: (one, other) => sql`max(${one}, ${other})`,
    halved: (times) => sql`pow(0.5, ${times})`,
    unsearched: (column) => sql`+${column}`,
    isAmong: (column, ids) => sql`${column} in (${ids})`,
    workedOutOnce: (query) => sql`(${query})`,
    beforeFullPass: null,
    // SQLite's own lower() knows ASCII only; the worker brings this one.
    lower: (text) => sql`lower_unicode(${text})`,
    onForeignWrite: (listener) => connection.onForeignWrite(listener),
    explain: (error) => explainSqliteError(error, path),
    isTransient: () => false,
    isCut: () => false,
  };
}

/** The parameters of a statement that the worker runs once for each row: all rows in the first, places in the others. */
function rowParameters(
  columns: Readonly<Record<string, RowColumn>>,
  values: ReadonlyArray<readonly JsonValue[]>,
): Array<RawBuilder<unknown>> {
  const types = Object.values(columns);
  const rows: RowsParameter = { width: types.length, cells: JSON.stringify(cellsOf(types, values)) };
  return types.map((_, index) => (index === 0 ? sql`${rows}` : sql.raw('?')));
}

function cellsOf(types: readonly RowColumn[], values: ReadonlyArray<readonly JsonValue[]>): JsonValue[] {
  const cells: JsonValue[] = [];
  for (const row of values) {
    for (let index = 0; index < types.length; index++) {
      const cell = row[index] ?? null;
      cells.push(types[index] === 'json' && cell !== null ? JSON.stringify(cell) : cell);
    }
  }
  return cells;
}

function column(name: string, type: RowColumn, index: number): string {
  return type === 'json'
    ? `nullif(value -> '$[${index}]', 'null') as "${name}"`
    : `value ->> '$[${index}]' as "${name}"`;
}
