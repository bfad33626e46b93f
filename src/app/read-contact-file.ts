import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readRow, type ImportedRow, type ReadRowOptions } from '../domain/contact-import/read-row';
import {
  recogniseColumns,
  type ColumnMapping,
  type ImportColumns,
} from '../domain/contact-import/recognise-columns';
import type { Problem } from '../domain/problem';
import { readCsv, type ReadCsvOptions } from './read-csv';

/** How a file of contacts is read. */
export interface ReadContactFileOptions extends ReadCsvOptions, ReadRowOptions {
  /** The user's own mapping of columns; what it leaves out is recognised by its header. */
  readonly mapping?: ColumnMapping;
}

/** Some contacts of a file, in its order. */
export interface ContactFileChunk {
  /** What the columns were taken for; the same in every chunk. */
  readonly columns: ImportColumns;
  readonly rows: ReadonlyArray<ImportedRow & { readonly line: number }>;
  /** Rows that cannot be read, with the line each begins on. */
  readonly refused: ReadonlyArray<{ readonly line: number; readonly problems: readonly Problem[] }>;
}

/** A row with a telephone number takes 30 microseconds, and this process has other things to do. */
const ROWS_AT_ONCE = 100;

/**
 * Reads contacts with their consents from a CSV file, chunk by chunk and flat in memory: at least one chunk for
 * any file. See `readCsv` for what is refused as a row, `recogniseColumns` for what its cells are taken for, and
 * `readRow` for what is refused as a contact.
 */
export async function* readContactFile(
  source: Readable | Uint8Array,
  options: ReadContactFileOptions,
): AsyncGenerator<ContactFileChunk> {
  let columns: ImportColumns | undefined;
  for await (const chunk of readCsv(source, options)) {
    columns ??= recogniseColumns(chunk.headers, options.mapping);
    const rows: Array<ImportedRow & { line: number }> = [];
    const refused = chunk.refused.map(({ line, reason }) => ({
      line,
      problems: [{ field: 'row', message: reason }] as readonly Problem[],
    }));
    for (const [index, { line, values }] of chunk.rows.entries()) {
      if (index > 0 && index % ROWS_AT_ONCE === 0) await nextTurn();
      const reading = readRow(values, columns, options);
      if (reading.ok) rows.push({ line, ...reading.value });
      else refused.push({ line, problems: reading.problems });
    }
    yield { columns, rows, refused: refused.sort((a, b) => a.line - b.line) };
  }
}
