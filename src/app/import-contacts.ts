import type { Consent, ConsentStatement } from '../domain/consent/consent';
import type { ContactPatch } from '../domain/contact/contact';
import type { Problem } from '../domain/problem';
import type { UpsertResult } from '../domain/contact/upsert-plan';
import type { Store, Transaction } from '../store/port';
import { applyConsents, type ConsentRequest } from './set-consent';
import { applyUpserts } from './upsert-contacts';

/** One row of a file that could be read. */
export interface ImportRow {
  readonly line: number;
  readonly patch: ContactPatch;
  readonly consents: readonly ConsentStatement[];
  /** What is recorded where neither the rows nor the store know anything of the channel. */
  readonly otherwise?: ConsentStatement;
}

/** A row that was not taken, and why. */
export interface RefusedRow {
  readonly line: number;
  readonly problems: readonly Problem[];
}

/** What became of a piece of an import. */
export interface ImportedRows {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: readonly RefusedRow[];
  /** Rows that were taken without a telephone, because it belongs to somebody else. */
  readonly leftOut: readonly RefusedRow[];
}

/**
 * Creates or updates the contacts of a piece of a file with their consents, in one transaction. An import never brings back
 * who opted out. A telephone that belongs to somebody else is left out of the row: households share them. Running it
 * again changes nothing.
 */
export function importRows(store: Store, rows: readonly ImportRow[], now: number): Promise<ImportedRows> {
  return store.write(async (tx) => {
    const { results, leftOut } = await upsertRows(tx, rows, now);
    const refused: RefusedRow[] = [];
    const counts = { created: 0, updated: 0, unchanged: 0 };
    const statements: ConsentRequest[] = [];
    const ids = results.flatMap((result) => (result.outcome === 'refused' ? [] : [result.contactId]));
    const current = rows.some(({ consents, otherwise }) => consents.length > 0 || otherwise)
      ? await tx.consents.current(ids)
      : new Map<number, Record<string, Consent>>();
    const silent = new Map<string, ConsentRequest>();
    results.forEach((result, index) => {
      const row = rows[index];
      if (!row) return;
      if (result.outcome === 'refused') {
        refused.push({ line: row.line, problems: result.problems });
        return;
      }
      counts[result.outcome] += 1;
      for (const consent of row.consents) {
        // The same file again says nothing new, also where it does not say since when; its statements are not kept twice.
        const known = current.get(result.contactId)?.[consent.channel];
        if (known?.status === consent.status && (known.at >= consent.at || consent.at >= now)) continue;
        statements.push({ ...consent, contactId: result.contactId });
      }
      const { otherwise } = row;
      if (otherwise && !current.get(result.contactId)?.[otherwise.channel]) {
        const statement = { ...otherwise, contactId: result.contactId };
        silent.set(placeOf(statement), statement);
      }
    });
    for (const statement of statements) silent.delete(placeOf(statement));
    statements.push(...silent.values());
    await applyConsents(tx, statements, now);
    return { ...counts, refused, leftOut };
  });
}

async function upsertRows(
  tx: Transaction,
  rows: readonly ImportRow[],
  now: number,
): Promise<{ results: UpsertResult[]; leftOut: RefusedRow[] }> {
  const results = await applyUpserts(
    tx,
    rows.map(({ patch }) => ({ patch, mode: 'upsert' })),
    now,
  );
  const again = rows.flatMap((row, index) => {
    const result = results[index];
    const { email, externalId, phone } = row.patch.identifiers;
    if (result?.outcome !== 'refused' || !phone || !(email || externalId)) return [];
    return [{ row, index, problems: result.problems }];
  });
  if (again.length === 0) return { results, leftOut: [] };
  const retried = await applyUpserts(
    tx,
    again.map(({ row: { patch } }) => {
      const { phone: _shared, ...identifiers } = patch.identifiers;
      return { patch: { ...patch, identifiers }, mode: 'upsert' };
    }),
    now,
  );
  const leftOut: RefusedRow[] = [];
  again.forEach(({ row, index, problems }, at) => {
    const result = retried[at];
    if (!result || result.outcome === 'refused') return;
    results[index] = result;
    leftOut.push({ line: row.line, problems });
  });
  return { results, leftOut };
}

function placeOf({ contactId, channel }: ConsentRequest): string {
  return `${contactId}:${channel}`;
}
