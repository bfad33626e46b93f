import { sql, type Kysely } from 'kysely';
import { MIGRATIONS } from '../migrations';
import type { Migration } from '../migrations/migration';
import { StoreError } from '../store-error';
import type { SqlDialect } from './dialect';
import type { Tables } from './tables';

/**
 * Brings the schema to the newest of `migrations`, each in the same transaction as its number, one process at
 * a time. Refuses a schema that is newer than that.
 */
export async function migrate(
  db: Kysely<Tables>,
  dialect: SqlDialect,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await dialect.takeTurn?.execute(tx);
    await sql`create table if not exists schema_version (version integer not null primary key, name text not null)`.execute(
      tx,
    );
    const { rows } = await sql<{
      version: number | null;
    }>`select max(version) as version from schema_version`.execute(tx);
    const present = rows[0]?.version ?? 0;
    if (present > migrations.length) {
      throw new StoreError(
        'newer',
        `The contact store was written by a newer version of this package (schema ${present}, this one knows ${migrations.length}).`,
        'Update n8n-nodes-marketing-automation on this machine, or open the store with the version that wrote it.',
      );
    }
    for (const migration of migrations.slice(present)) {
      for (const statement of migration.statements(dialect.columnTypes)) await sql.raw(statement).execute(tx);
      await sql`insert into schema_version (version, name) values (${migration.version}, ${migration.name})`.execute(
        tx,
      );
    }
  });
}
