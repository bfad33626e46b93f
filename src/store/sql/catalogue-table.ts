import { sql, type QueryExecutorProvider } from 'kysely';
import type { CatalogueTable } from '../port';
import type { SqlDialect } from './dialect';

/** Known names and the store's own secrets in SQL. */
export function catalogueTable(db: QueryExecutorProvider, dialect: SqlDialect): CatalogueTable {
  return {
    async note(names) {
      if (names.length === 0) return;
      const values = dialect.rows(
        { kind: 'text', name: 'text' },
        names.map(({ kind, name }) => [kind, name]),
      );
      await sql`
        insert into catalogue (kind, name) select distinct kind, name from ${values} as r where true
        on conflict (kind, name) do nothing`.execute(db);
    },

    async list(kind) {
      const { rows } = await sql<{ name: string }>`
        select name from catalogue where kind = ${kind} order by name`.execute(db);
      return rows.map(({ name }) => name);
    },

    async secret(name, make) {
      const read = async () =>
        (await sql<{ value: string }>`select value from setting where name = ${name}`.execute(db)).rows[0]
          ?.value;
      const present = await read();
      if (present !== undefined) return present;
      const value = make();
      await sql`insert into setting (name, value) values (${name}, ${value})`.execute(db);
      return value;
    },
  };
}
