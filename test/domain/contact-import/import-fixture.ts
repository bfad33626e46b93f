import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sniffDelimiter, sniffEncoding } from '../../../src/domain/contact-import/csv-format';
import { CsvRowSplitter } from '../../../src/domain/contact-import/csv-rows';
import { readRow, type ImportedRow, type ReadRowOptions } from '../../../src/domain/contact-import/read-row';
import {
  recogniseColumns,
  type ColumnMapping,
  type ImportColumns,
} from '../../../src/domain/contact-import/recognise-columns';
import type { Problem, Reading } from '../../../src/domain/problem';

export const IMPORTED_AT = Date.parse('2026-01-02T03:04:05Z');

/** One of the files in `test/fixtures/contact-import`, read whole. */
export function importFixture(
  name: string,
  mapping?: ColumnMapping,
  options?: Partial<ReadRowOptions>,
): { columns: ImportColumns; rows: Array<Reading<ImportedRow>> } {
  const bytes = readFileSync(join(__dirname, '../../fixtures/contact-import', name));
  const text = new TextDecoder(sniffEncoding(bytes)).decode(bytes);
  const splitter = new CsvRowSplitter(sniffDelimiter(text));
  const [header, ...rows] = [...splitter.push(text), ...splitter.end()].map((row) => {
    if ('reason' in row) throw new Error(row.reason);
    return row.values;
  });
  const columns = recogniseColumns(header ?? [], mapping);
  return {
    columns,
    rows: rows.map((values) => readRow(values, columns, { importedAt: IMPORTED_AT, ...options })),
  };
}

export function taken(reading: Reading<ImportedRow> | undefined): ImportedRow {
  if (!reading?.ok) throw new Error(JSON.stringify(reading?.problems));
  return reading.value;
}

export function problemsOf(reading: Reading<unknown> | undefined): readonly Problem[] {
  if (!reading || reading.ok) throw new Error('it was taken');
  return reading.problems;
}
