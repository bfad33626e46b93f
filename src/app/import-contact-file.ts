import type { Readable } from 'node:stream';
import type { ConsentStatement } from '../domain/consent/consent';
import { IDENTIFIER_KINDS } from '../domain/contact/contact';
import type { ImportColumns } from '../domain/contact-import/recognise-columns';
import { quote, type Problem } from '../domain/problem';
import type { Store } from '../store/port';
import { importRows, type ImportRow, type RefusedRow } from './import-contacts';
import { readContactFile, type ContactFileChunk, type ReadContactFileOptions } from './read-contact-file';

/** How a file of contacts is imported. */
export interface ImportFileOptions extends ReadContactFileOptions {
  /** Tags and lists that every contact of the file gets. */
  readonly tags?: readonly string[];
  readonly lists?: readonly string[];
  /** What is recorded for contacts of whose consent on the channel neither file nor store know; nothing by default. */
  readonly otherwise?: Pick<ConsentStatement, 'channel' | 'status' | 'source'>;
}

/** What became of a piece of the file. */
export interface ImportedPiece {
  readonly columns: ImportColumns;
  /** Rows of this piece, the refused ones too; blank rows do not count. */
  readonly rows: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: readonly RefusedRow[];
  /** Values that were left out of rows that were taken, with the line. */
  readonly leftOut: readonly RefusedRow[];
}

/** Thrown where a file as a whole holds no contacts; nothing of it is written. */
export class RefusedFile extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ message }) => message).join(' '));
    this.name = 'RefusedFile';
    this.problems = problems;
  }
}

/**
 * Imports contacts with their consents from a CSV file, piece by piece, each in its own transaction, in flat memory; the next
 * piece is read while one is written. A row that is refused never ends the import, and running it again changes
 * nothing. Throws a {@link RefusedFile} where the header cannot be read or no column identifies a contact.
 */
export async function* importContactFile(
  store: Store,
  source: Readable | Uint8Array,
  options: ImportFileOptions,
): AsyncGenerator<ImportedPiece> {
  const chunks = readContactFile(source, options);
  let reading = chunks.next();
  try {
    for (let isFirst = true; ; isFirst = false) {
      const { value: chunk, done } = await reading;
      if (done) return;
      if (isFirst) refuseWithoutContacts(chunk);
      reading = chunks.next();
      // Should the write fail, that is the error to tell.
      reading.catch(() => {});
      const rows = chunk.rows.map((row) => completed(row, options));
      const { refused, leftOut, ...counts } = await importRows(store, rows, options.importedAt);
      yield {
        columns: chunk.columns,
        rows: rows.length + chunk.refused.length,
        ...counts,
        refused: [...chunk.refused, ...refused].sort((a, b) => a.line - b.line),
        leftOut: [
          ...chunk.rows.flatMap(({ line, notes }) => (notes.length > 0 ? [{ line, problems: notes }] : [])),
          ...leftOut,
        ].sort((a, b) => a.line - b.line),
      };
    }
  } finally {
    await chunks.return(undefined);
  }
}

function completed(
  row: ContactFileChunk['rows'][number],
  { tags = [], lists = [], otherwise, importedAt }: ImportFileOptions,
): ImportRow {
  const { line, patch, consents } = row;
  const tagged = {
    ...patch,
    tags: [...new Set([...patch.tags, ...tags])],
    lists: [...new Set([...patch.lists, ...lists])],
  };
  if (!otherwise) return { line, patch: tagged, consents };
  return {
    line,
    patch: tagged,
    consents,
    otherwise: { ...otherwise, at: importedAt, evidence: {}, by: 'import' },
  };
}

function refuseWithoutContacts({ columns: { columns }, refused, rows }: ContactFileChunk): void {
  if (columns.length === 0) throw new RefusedFile(refused.flatMap(({ problems }) => problems));
  const identifies = columns.some(
    ({ target }) => target.to === 'field' && (IDENTIFIER_KINDS as readonly string[]).includes(target.field),
  );
  if (identifies || rows.length > 0) return;
  const headers = columns.map(({ header }) => quote(header)).join(', ');
  const message = `No column of the file identifies a contact; it takes an e-mail, a phone or an external id. The columns are ${headers}. Say which of them is which, or check the delimiter.`;
  throw new RefusedFile([{ field: 'columns', message }]);
}
