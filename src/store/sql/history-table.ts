import { sql, type QueryExecutorProvider } from 'kysely';
import type { JsonValue } from '../../domain/json';
import type { HistoryTable } from '../segment-port';
import { idRows } from './batch';
import type { SqlDialect } from './dialect';
import type { Tables } from './tables';

/** The past of watched properties in SQL. */
export function historyTable(db: QueryExecutorProvider, dialect: SqlDialect): HistoryTable {
  let known: Promise<Set<string>> | null = null;
  const namesIn = (names: readonly string[]) =>
    dialect.rows(
      { name: 'text' },
      names.map((name) => [name]),
    );
  const watched = () => {
    known ??= sql<{ name: string }>`select name from catalogue where kind = 'watched_property'`
      .execute(db)
      .then(({ rows }) => new Set(rows.map(({ name }) => name)));
    return known;
  };
  return {
    watched,

    async watch(names) {
      const present = await watched();
      const fresh = [...new Set(names)].filter((name) => !present.has(name));
      if (fresh.length === 0) return;
      for (const name of fresh) present.add(name);
      await sql`
        insert into catalogue (kind, name) select 'watched_property', name from ${namesIn(fresh)} as r`.execute(
        db,
      );
      // The log names merged contacts by their old ids; what is known of them begins with the merge.
      await sql`
        insert into property_history (contact_id, name, at, before)
        select c.contact_id, f.key, c.at, nullif(f.value -> 0, 'null') from change as c
        cross join ${dialect.jsonEntries(sql`c.detail -> 'fields'`)} as f
        where c.kind = 'contact_updated' and f.key in (select name from ${namesIn(fresh)} as r)
        and exists (select 1 from contact as own where own.id = c.contact_id)
        order by c.sequence`.execute(db);
    },

    async append(changes) {
      if (changes.length === 0) return;
      const rows = dialect.newRows(
        { contact_id: 'integer', name: 'text', at: 'integer', before: 'json' },
        changes.map(({ contactId, name, at, before }) => [contactId, name, at, before]),
      );
      await sql`insert into property_history (contact_id, name, at, before) ${rows}`.execute(db);
    },

    async since(contactIds, names, at) {
      if (contactIds.length === 0 || names.length === 0) return [];
      const { rows } = await sql<Tables['property_history']>`
        select h.* from ${idRows(dialect, contactIds)} as r cross join property_history as h
        where h.contact_id = r.id and h.name in (${sql.join([...names])}) and h.at >= ${at}
        order by h.contact_id, h.name, h.at`.execute(db);
      return rows.map((row) => ({
        contactId: row.contact_id,
        name: row.name,
        at: row.at,
        before: row.before === null ? null : (JSON.parse(row.before) as JsonValue),
      }));
    },
  };
}
