import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { Contact, Identifier, IdentifierKind } from '../../domain/contact/contact';
import { identifierKey } from '../../domain/contact/identifier';
import type { JsonObject } from '../../domain/json';
import type { ContactQuery, ContactTable, Membership } from '../port';
import { allocate, idRows } from './batch';
import type { SqlDialect } from './dialect';
import { absorbAssignments } from './experiment-table';
import { absorbEnrolments } from './enrolment-table';
import { absorbMessages } from './message-table';
import { absorbStandings } from './score-table';
import { absorbMembers, removeMembers } from './segment-table';
import type { Tables } from './tables';

const MEMBER_TABLE = { tag: 'contact_tag', list: 'contact_list' } as const;

const FIELD_COLUMN = {
  email: 'email',
  phone: 'phone',
  externalId: 'external_id',
  firstName: 'first_name',
  lastName: 'last_name',
  locale: 'locale',
  timezone: 'timezone',
  country: 'country',
  lifecycleStage: 'lifecycle_stage',
  createdAt: 'created_at',
} as const;

const CONTACT_COLUMNS = {
  id: 'integer',
  email: 'text',
  phone: 'text',
  external_id: 'text',
  first_name: 'text',
  last_name: 'text',
  locale: 'text',
  timezone: 'text',
  country: 'text',
  lifecycle_stage: 'text',
  properties: 'json',
  created_at: 'integer',
  updated_at: 'integer',
} as const;

/** Contacts in SQL, one for both dialects. */
export function contactTable(db: QueryExecutorProvider, dialect: SqlDialect): ContactTable {
  const ids = (values: readonly number[]) => idRows(dialect, values);
  return {
    allocateIds: (count) => allocate(db, 'contact', count),

    async owners(identifiers) {
      const asked = dialect.rows(
        { kind: 'text', value: 'text' },
        identifiers.map(({ kind, value }) => [kind, value]),
      );
      const { rows } = await sql<Tables['identifier']>`
        select i.kind, i.value, i.contact_id from ${asked} as r
        join identifier as i on i.kind = r.kind and i.value = r.value`.execute(db);
      return new Map(rows.map((row) => [identifierKey(row), row.contact_id]));
    },

    async resolve(asked) {
      // A contact merged twice has two traces; the survivor column always names the last one (see absorb).
      const { rows } = await sql<{ asked: number; id: number }>`
        select r.id as asked, c.id from ${ids(asked)} as r
        left join merge_trace as m on m.absorbed_id = r.id
        join contact as c on c.id = coalesce(m.survivor_id, r.id)`.execute(db);
      return new Map(rows.map((row) => [row.asked, row.id]));
    },

    async get(asked) {
      const { rows } = await sql<Tables['contact']>`
        select c.* from ${ids(asked)} as r join contact as c on c.id = r.id`.execute(db);
      return new Map(rows.map((row) => [row.id, toContact(row)]));
    },

    async identifiers(asked) {
      const { rows } = await sql<Tables['identifier']>`
        select i.* from ${ids(asked)} as r join identifier as i on i.contact_id = r.id
        order by i.contact_id, i.kind, i.value`.execute(db);
      return rows.map(({ kind, value, contact_id }) => ({ kind, value, contactId: contact_id }));
    },

    async members(kind, asked) {
      const { rows } = await sql<{ contact_id: number; name: string }>`
        select m.contact_id, m.name from ${ids(asked)} as r
        join ${sql.table(MEMBER_TABLE[kind])} as m on m.contact_id = r.id
        order by m.contact_id, m.name`.execute(db);
      const members = new Map<number, string[]>();
      for (const row of rows) {
        const names = members.get(row.contact_id);
        if (names) names.push(row.name);
        else members.set(row.contact_id, [row.name]);
      }
      return members;
    },

    async select(query) {
      const { rows } = await sql<Tables['contact']>`
        select c.* from contact as c where ${conditions(dialect, query)}
        and c.id > ${query.afterId ?? 0} order by c.id limit ${query.limit}`.execute(db);
      return rows.map(toContact);
    },

    async count(query) {
      const { rows } = await sql<{ n: number }>`
        select count(*) as n from contact as c where ${conditions(dialect, query)}`.execute(db);
      return rows[0]?.n ?? 0;
    },

    async put(contacts) {
      if (contacts.length === 0) return;
      const rows = dialect.newRows(
        CONTACT_COLUMNS,
        contacts.map((c) => [
          c.id,
          c.email,
          c.phone,
          c.externalId,
          c.firstName,
          c.lastName,
          c.locale,
          c.timezone,
          c.country,
          c.lifecycleStage,
          c.properties,
          c.createdAt,
          c.updatedAt,
        ]),
      );
      await sql`
        insert into contact (id, email, phone, external_id, first_name, last_name, locale, timezone, country,
          lifecycle_stage, properties, created_at, updated_at) ${rows}
        on conflict (id) do update set email = excluded.email, phone = excluded.phone,
          external_id = excluded.external_id, first_name = excluded.first_name, last_name = excluded.last_name,
          locale = excluded.locale, timezone = excluded.timezone, country = excluded.country,
          lifecycle_stage = excluded.lifecycle_stage, properties = excluded.properties,
          created_at = excluded.created_at, updated_at = excluded.updated_at`.execute(db);
    },

    async putIdentifiers(identifiers) {
      if (identifiers.length === 0) return;
      const rows = dialect.newRows(
        { kind: 'text', value: 'text', contact_id: 'integer' },
        identifiers.map(({ kind, value, contactId }) => [kind, value, contactId]),
      );
      await sql`
        insert into identifier (kind, value, contact_id) ${rows}
        on conflict (kind, value) do update set contact_id = excluded.contact_id`.execute(db);
    },

    async dropIdentifiers(identifiers) {
      if (identifiers.length === 0) return;
      const values = identifierRows(dialect, identifiers);
      await sql`
        delete from identifier where (kind, value) in (select kind, value from ${values} as r)`.execute(db);
    },

    async join(kind, members, at) {
      if (members.length === 0) return;
      const rows = dialect.newRows(
        { contact_id: 'integer', name: 'text', at: 'integer' },
        members.map(({ contactId, name }) => [contactId, name, at]),
      );
      await sql`
        insert into ${sql.table(MEMBER_TABLE[kind])} (contact_id, name, at) ${rows}
        on conflict (contact_id, name) do nothing`.execute(db);
    },

    async leave(kind, members) {
      if (members.length === 0) return;
      const values = memberRows(dialect, members);
      await sql`
        delete from ${sql.table(MEMBER_TABLE[kind])}
        where (contact_id, name) in (select contact_id, name from ${values} as r)`.execute(db);
    },

    absorb: (merges, at) => absorb(db, dialect, merges, at),

    async remove(asked, { erase }) {
      if (asked.length === 0) return;
      const gone = sql`(select id from ${ids(asked)} as r)`;
      await removeMembers(db, gone);
      const tables = [
        'identifier',
        'contact_tag',
        'contact_list',
        'consent',
        'event',
        'timer',
        'property_history',
        'message',
        'experiment_assignment',
        'experiment_past',
        'score_standing',
        'enrolment',
      ];
      for (const table of [...tables, ...(erase ? ['consent_statement'] : [])]) {
        await sql`delete from ${sql.table(table)} where contact_id in ${gone}`.execute(db);
      }
      if (erase) {
        await sql`
          delete from change where contact_id in ${gone} or contact_id in (
            select absorbed_id from merge_trace where survivor_id in ${gone})`.execute(db);
        await sql`delete from merge_trace where survivor_id in ${gone}`.execute(db);
      }
      await sql`delete from contact where id in ${gone}`.execute(db);
    },
  };
}

function toContact(row: Tables['contact']): Contact {
  return {
    id: row.id,
    email: row.email,
    phone: row.phone,
    externalId: row.external_id,
    firstName: row.first_name,
    lastName: row.last_name,
    locale: row.locale,
    timezone: row.timezone,
    country: row.country,
    lifecycleStage: row.lifecycle_stage,
    properties: JSON.parse(row.properties) as JsonObject,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function identifierRows(dialect: SqlDialect, identifiers: readonly Identifier[]): RawBuilder<unknown> {
  return dialect.rows(
    { kind: 'text', value: 'text' },
    identifiers.map(({ kind, value }: { kind: IdentifierKind; value: string }) => [kind, value]),
  );
}

function memberRows(
  dialect: SqlDialect,
  members: ReadonlyArray<{ contactId: number; name: string }>,
): RawBuilder<unknown> {
  return dialect.rows(
    { contact_id: 'integer', name: 'text' },
    members.map(({ contactId, name }) => [contactId, name]),
  );
}

function memberCondition(kind: Membership, name: string): RawBuilder<unknown> {
  return sql`exists (select 1 from ${sql.table(MEMBER_TABLE[kind])} as m where m.contact_id = c.id and m.name = ${name})`;
}

function conditions(
  dialect: SqlDialect,
  query: Omit<ContactQuery, 'limit' | 'afterId'>,
): RawBuilder<unknown> {
  const all: Array<RawBuilder<unknown>> = [sql`true`];
  if (query.tag !== undefined) all.push(memberCondition('tag', query.tag));
  if (query.list !== undefined) all.push(memberCondition('list', query.list));
  if (query.lifecycleStage !== undefined) all.push(sql`c.lifecycle_stage = ${query.lifecycleStage}`);
  if (query.updatedAfter !== undefined) all.push(sql`c.updated_at > ${query.updatedAfter}`);
  if (query.identifiers) {
    const rows = identifierRows(dialect, query.identifiers);
    all.push(
      sql`c.id in (select i.contact_id from ${rows} as r join identifier as i on i.kind = r.kind and i.value = r.value)`,
    );
  }
  if (query.search !== undefined) {
    const text = query.search.toLowerCase();
    const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
    // Plain lower() is several times as fast, and enough for text that is ASCII.
    const lower = [...text].every((letter) => letter < '\u0080')
      ? (field: RawBuilder<unknown>) => sql`lower(${field})`
      : dialect.lower;
    const fields = [sql`c.email`, sql`c.first_name`, sql`c.last_name`];
    all.push(
      sql`(${sql.join(
        fields.map((field) => sql`${lower(field)} like ${pattern} escape '\\'`),
        sql` or `,
      )})`,
    );
  }
  if (query.having) {
    const values = query.having.map((name) =>
      'field' in name
        ? sql`c.${sql.ref(FIELD_COLUMN[name.field])}`
        : dialect.jsonText(sql`c.properties`, name.property),
    );
    const present = values.map((value) => sql`${value} is not null`);
    all.push(sql`(${sql.join([sql`false`, ...present], sql` or `)})`);
  }
  return sql.join(all, sql` and `);
}

async function absorb(
  db: QueryExecutorProvider,
  dialect: SqlDialect,
  merges: ReadonlyArray<{ readonly absorbedId: number; readonly survivorId: number }>,
  at: number,
): Promise<void> {
  if (merges.length === 0) return;
  const pairs = dialect.rows(
    { absorbed_id: 'integer', survivor_id: 'integer' },
    lastSurvivors(merges).map(({ absorbedId, survivorId }) => [absorbedId, survivorId]),
  );
  const absorbed = sql`(select absorbed_id from ${pairs} as r)`;
  for (const table of ['contact_tag', 'contact_list']) {
    await sql`
      insert into ${sql.table(table)} (contact_id, name, at)
      select r.survivor_id, m.name, min(m.at) from ${pairs} as r
      cross join ${sql.table(table)} as m where m.contact_id = r.absorbed_id group by r.survivor_id, m.name
      on conflict (contact_id, name) do nothing`.execute(db);
    await sql`delete from ${sql.table(table)} where contact_id in ${absorbed}`.execute(db);
  }
  await absorbMembers(db, pairs, absorbed);
  await absorbMessages(db, pairs);
  await absorbAssignments(db, pairs);
  await absorbStandings(db, pairs, absorbed);
  await absorbEnrolments(db, pairs, at);
  for (const table of ['consent', 'property_history']) {
    await sql`delete from ${sql.table(table)} where contact_id in ${absorbed}`.execute(db);
  }
  // Two waits that were one each for two contacts would be two for one: the second keeps its place without the key.
  await sql`
    update timer set dedupe_key = null where id in (select id from (
      select t.id, row_number() over (
        partition by r.survivor_id, t.subscription_id, t.dedupe_key order by r.is_absorbed, t.contact_id) as place
      from (
        select absorbed_id as contact_id, survivor_id, 1 as is_absorbed from ${pairs} as a
        union all select distinct survivor_id, survivor_id, 0 from ${pairs} as s) as r
      cross join timer as t where t.contact_id = r.contact_id and t.dedupe_key is not null) as ranked
    where place > 1)`.execute(db);
  for (const table of ['identifier', 'event', 'timer', 'consent_statement']) {
    await sql`
      update ${sql.table(table)} set contact_id = r.survivor_id from ${pairs} as r
      where ${sql.table(table)}.contact_id = r.absorbed_id`.execute(db);
  }
  await sql`
    update merge_trace set survivor_id = r.survivor_id from ${pairs} as r
    where merge_trace.survivor_id = r.absorbed_id`.execute(db);
  await sql`
    insert into merge_trace (absorbed_id, survivor_id, at)
    select absorbed_id, survivor_id, ${sql.lit(at)} from ${pairs} as r where true
    on conflict (absorbed_id) do nothing`.execute(db);
  await sql`delete from contact where id in ${absorbed}`.execute(db);
}

/** With a into b and b into c: both into c. */
function lastSurvivors(
  merges: ReadonlyArray<{ readonly absorbedId: number; readonly survivorId: number }>,
): Array<{ absorbedId: number; survivorId: number }> {
  const next = new Map(merges.map(({ absorbedId, survivorId }) => [absorbedId, survivorId]));
  return merges.map(({ absorbedId, survivorId }) => {
    let last = survivorId;
    for (let id = next.get(last); id !== undefined; id = next.get(last)) last = id;
    return { absorbedId, survivorId: last };
  });
}
