/** What somebody writes who needs no package: `node:sqlite`, prepared statements, one contact after the other. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { ContactPatch } from '../../src/domain/contact/contact.ts';
import type { NewEvent } from '../../src/domain/event/event.ts';
import { BLANK, COLUMNS, identifiersOf, mergeByHand, type Row } from './merge-by-hand.mts';

const columns = Object.values(COLUMNS);

/** The same pragmas as the package's own connection. */
const PRAGMAS = [
  ...['journal_mode = wal', 'synchronous = full', 'cache_size = -131072', 'mmap_size = 2147418112'],
  'temp_store = memory',
];

/** Works on a file whose tables the package has made, so that the schema is the same. */
export class SqliteLoop {
  private readonly db: DatabaseSync;
  private readonly statement: (sql: string) => StatementSync;

  constructor(file: string) {
    this.db = new DatabaseSync(file);
    for (const pragma of PRAGMAS) this.db.exec(`pragma ${pragma}`);
    const prepared = new Map<string, StatementSync>();
    this.statement = (sql) => {
      const known = prepared.get(sql) ?? this.db.prepare(sql);
      prepared.set(sql, known);
      return known;
    };
  }

  /** Creates or updates each contact, all in one transaction. */
  upsert(patches: readonly ContactPatch[], now: number): void {
    this.transaction((names) => {
      for (const patch of patches) this.upsertOne(patch, now, names);
    });
  }

  /** Creates or updates each contact and records its event once, all in one transaction. */
  record(requests: ReadonlyArray<{ patch: ContactPatch; event: NewEvent }>, now: number): void {
    this.transaction((names) => {
      for (const { patch, event } of requests) {
        const contactId = this.upsertOne(patch, now, names);
        if (this.statement('select id from event where key = ?').get(event.key)) continue;
        const { lastInsertRowid: eventId } = this.statement(
          'insert into event (contact_id, type, occurred_at, recorded_at, properties, key) values (?, ?, ?, ?, ?, ?)',
        ).run(contactId, event.type, event.occurredAt, now, JSON.stringify(event.properties), event.key);
        this.log('event_recorded', contactId, now, event.type, Number(eventId), {});
        names.add(`event ${event.type}`);
      }
    });
  }

  close(): void {
    this.db.close();
  }

  private upsertOne(patch: ContactPatch, now: number, names: Set<string>): number {
    const identifiers = identifiersOf(patch);
    const find = this.statement('select contact_id from identifier where kind = ? and value = ?');
    const owners = new Set(
      identifiers.flatMap(([kind, value]) => {
        const row = find.get(kind, value) as { contact_id: number } | undefined;
        return row ? [row.contact_id] : [];
      }),
    );
    if (owners.size > 1) throw new Error('These identifiers belong to two contacts');
    const [owner] = owners;
    const row =
      owner === undefined ? BLANK : (this.statement('select * from contact where id = ?').get(owner) as Row);
    const { values, fields, hasChanged } = mergeByHand(row, patch);
    let id = owner ?? 0;
    if (owner === undefined) {
      const places = columns.map(() => '?').join(', ');
      id = Number(
        this.statement(
          `insert into contact (${columns.join(', ')}, properties, created_at, updated_at) values (${places}, ?, ?, ?)`,
        ).run(...(values as SQLInputValue[]), now, now).lastInsertRowid,
      );
    } else if (hasChanged) {
      const set = columns.map((column) => `${column} = ?`).join(', ');
      this.statement(`update contact set ${set}, properties = ?, updated_at = ? where id = ?`).run(
        ...(values as SQLInputValue[]),
        now,
        id,
      );
    }
    if (!hasChanged) return id;
    const own = this.statement(
      'insert into identifier (kind, value, contact_id) values (?, ?, ?) on conflict (kind, value) do nothing',
    );
    if (owner === undefined) for (const [kind, value] of identifiers) own.run(kind, value, id);
    this.log(owner === undefined ? 'contact_created' : 'contact_updated', id, now, null, null, { fields });
    if (fields['lifecycleStage']) {
      this.log('stage_changed', id, now, patch.fields.lifecycleStage ?? null, null, {
        from: row.lifecycle_stage,
        to: patch.fields.lifecycleStage,
      });
      names.add(`stage ${patch.fields.lifecycleStage}`);
    }
    for (const name of Object.keys(patch.properties)) names.add(`property ${name}`);
    return id;
  }

  private log(
    kind: string,
    contactId: number,
    now: number,
    subject: string | null,
    eventId: number | null,
    detail: object,
  ): void {
    this.statement(
      'insert into change (kind, contact_id, at, subject, event_id, detail) values (?, ?, ?, ?, ?, ?)',
    ).run(kind, contactId, now, subject, eventId, JSON.stringify(detail));
  }

  private transaction(work: (names: Set<string>) => void): void {
    const names = new Set<string>();
    this.db.exec('begin immediate');
    work(names);
    const note = this.statement('insert into catalogue (kind, name) values (?, ?) on conflict do nothing');
    for (const name of names) {
      const at = name.indexOf(' ');
      note.run(name.slice(0, at), name.slice(at + 1));
    }
    this.db.exec('commit');
  }
}
