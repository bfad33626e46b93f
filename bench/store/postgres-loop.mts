/** What somebody writes who needs no package: `pg`, prepared statements, one contact after the other. */
import { createRequire } from 'node:module';
import type { ContactPatch } from '../../src/domain/contact/contact.ts';
import type { NewEvent } from '../../src/domain/event/event.ts';
import { BLANK, COLUMNS, identifiersOf, mergeByHand, type Row } from './merge-by-hand.mts';

const { Client } = createRequire(import.meta.url)('pg') as typeof import('pg');

const columns = Object.values(COLUMNS);
const place = (_: unknown, index: number) => `$${index + 1}`;

const FIND = 'select contact_id::int8 as id from identifier where kind = $1 and value = $2';
const GET = `select ${columns.join(', ')}, properties::text as properties from contact where id = $1`;
const INSERT = `insert into contact (id, ${columns.join(', ')}, properties, created_at, updated_at)
  values ((select value from next), ${columns.map(place).join(', ')}, $${columns.length + 1}, $${columns.length + 2}, $${columns.length + 2})
  returning id`;
const UPDATE = `update contact set ${columns.map((column, index) => `${column} = $${index + 1}`).join(', ')},
  properties = $${columns.length + 1}, updated_at = $${columns.length + 2} where id = $${columns.length + 3}`;
const OWN =
  'insert into identifier (kind, value, contact_id) values ($1, $2, $3) on conflict (kind, value) do nothing';
const LOG =
  'insert into change (kind, contact_id, at, subject, event_id, detail) values ($1, $2, $3, $4, $5, $6)';
const EVENT = `insert into event (id, contact_id, type, occurred_at, recorded_at, properties, key)
  values ((select value from next), $1, $2, $3, $4, $5, $6) returning id`;
const NOTE = 'insert into catalogue (kind, name) values ($1, $2) on conflict do nothing';

/** The store numbers its rows by a counter; so does this, in the statement that inserts. */
const numbered = (counter: string, insert: string) =>
  `with next as (update counter set value = value + 1 where name = '${counter}' returning value) ${insert}`;

/** Works in a schema whose tables the package has made, so that they are the same. */
export class PostgresLoop {
  private readonly client: InstanceType<typeof Client>;
  private readonly names = new Map<string, string>();

  private constructor(client: InstanceType<typeof Client>) {
    this.client = client;
  }

  static async open(url: string, schema: string): Promise<PostgresLoop> {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(`set search_path to "${schema}"`);
    return new PostgresLoop(client);
  }

  /** Creates or updates each contact, all in one transaction. */
  async upsert(patches: readonly ContactPatch[], now: number): Promise<void> {
    await this.transaction(async (names) => {
      for (const patch of patches) await this.upsertOne(patch, now, names);
    });
  }

  /** Creates or updates each contact and records its event once, all in one transaction. */
  async record(
    requests: ReadonlyArray<{ patch: ContactPatch; event: NewEvent }>,
    now: number,
  ): Promise<void> {
    await this.transaction(async (names) => {
      for (const { patch, event } of requests) {
        const contactId = await this.upsertOne(patch, now, names);
        if ((await this.query('select id from event where key = $1', [event.key])).length > 0) continue;
        const [row] = await this.query<{ id: string }>(numbered('event', EVENT), [
          contactId,
          event.type,
          event.occurredAt,
          now,
          JSON.stringify(event.properties),
          event.key,
        ]);
        await this.query(LOG, ['event_recorded', contactId, now, event.type, row?.id, '{}']);
        names.add(`event ${event.type}`);
      }
    });
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private async upsertOne(patch: ContactPatch, now: number, names: Set<string>): Promise<string> {
    const identifiers = identifiersOf(patch);
    const owners = new Set<string>();
    for (const [kind, value] of identifiers) {
      const [row] = await this.query<{ id: string }>(FIND, [kind, value]);
      if (row) owners.add(row.id);
    }
    if (owners.size > 1) throw new Error('These identifiers belong to two contacts');
    const [owner] = owners;
    const [found] = owner === undefined ? [] : await this.query<Row>(GET, [owner]);
    const row = found ?? BLANK;
    const { values, fields, hasChanged } = mergeByHand(row, patch);
    let id = owner ?? '';
    if (owner === undefined) {
      const [made] = await this.query<{ id: string }>(numbered('contact', INSERT), [...values, now]);
      id = made?.id ?? '';
      for (const [kind, value] of identifiers) await this.query(OWN, [kind, value, id]);
    } else if (hasChanged) await this.query(UPDATE, [...values, now, id]);
    if (!hasChanged) return id;
    const kind = owner === undefined ? 'contact_created' : 'contact_updated';
    await this.query(LOG, [kind, id, now, null, null, JSON.stringify({ fields })]);
    if (fields['lifecycleStage']) {
      const stage = patch.fields.lifecycleStage ?? null;
      const detail = JSON.stringify({ from: row.lifecycle_stage, to: stage });
      await this.query(LOG, ['stage_changed', id, now, stage, null, detail]);
      names.add(`stage ${stage}`);
    }
    for (const name of Object.keys(patch.properties)) names.add(`property ${name}`);
    return id;
  }

  private async query<T>(text: string, values: unknown[]): Promise<T[]> {
    const name = this.names.get(text) ?? `statement_${this.names.size}`;
    this.names.set(text, name);
    return (await this.client.query({ name, text, values })).rows as T[];
  }

  private async transaction(work: (names: Set<string>) => Promise<void>): Promise<void> {
    const names = new Set<string>();
    await this.client.query('begin');
    await work(names);
    for (const name of names) {
      const at = name.indexOf(' ');
      await this.query(NOTE, [name.slice(0, at), name.slice(at + 1)]);
    }
    await this.client.query('commit');
  }
}
