import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import type { RefusedRow } from '../../../../src/app/import-contacts';
import { writeTextCell } from '../../../../src/domain/contact-export/cell-guard';
import { csvLine } from '../../../../src/domain/contact-export/csv-row';

/** How many rows an item names; all of them are in the file. */
const NAMED = 1_000;

/** A row that was not taken, as an item names it. */
export type NamedRow = { readonly line: number; readonly column: string; readonly reason: string };

/** The first rows of many, as an item names them, and how many there were. */
export class FirstRows {
  count = 0;
  readonly rows: NamedRow[] = [];

  add(rows: readonly RefusedRow[]): void {
    this.count += rows.length;
    for (const row of rows) {
      if (this.rows.length >= NAMED) return;
      this.rows.push(named(row));
    }
  }
}

/**
 * Writes the rows that an import refused into a CSV file, while it runs: a file of a million bad rows must not be in memory.
 */
export class RefusedReport {
  private readonly context: IExecuteFunctions;
  private readonly fileName: string;
  private file: { readonly stream: PassThrough; readonly stored: Promise<IBinaryData> } | null = null;

  constructor(context: IExecuteFunctions, fileName: string) {
    this.context = context;
    this.fileName = fileName;
  }

  async add(rows: readonly RefusedRow[]): Promise<void> {
    if (rows.length === 0) return;
    this.file ??= this.begin();
    const { stream, stored } = this.file;
    const lines = rows.map((row) => {
      const { line, column, reason } = named(row);
      return csvLine([String(line), writeTextCell(column), writeTextCell(reason)]);
    });
    if (!stream.write(lines.join(''))) await Promise.race([once(stream, 'drain'), stored]);
  }

  /** The file with everything that was added; null where nothing was. */
  async finish(): Promise<IBinaryData | null> {
    if (!this.file) return null;
    this.file.stream.end();
    return this.file.stored;
  }

  /** Ends the file where the import itself failed. */
  abort(): void {
    this.file?.stream.destroy();
  }

  private begin() {
    const stream = new PassThrough();
    stream.write(csvLine(['line', 'column', 'reason']));
    const stored = this.context.helpers.prepareBinaryData(stream, this.fileName, 'text/csv');
    // Its failure is told where it is awaited.
    stored.catch(() => {});
    return { stream, stored };
  }
}

function named({ line, problems }: RefusedRow): NamedRow {
  return {
    line,
    column: [...new Set(problems.map(({ field }) => field))].join(', '),
    reason: problems.map(({ message }) => message).join(' '),
  };
}
