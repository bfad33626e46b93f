import { once } from 'node:events';
import type { WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { RefusedRow } from '../app/import-contacts';
import { writeTextCell } from '../domain/contact-export/cell-guard';
import { csvLine } from '../domain/contact-export/csv-row';
import { openPrivately, refuseToDestroy, type KeptFiles } from './output-file';
import { UsageError, type Terminal } from './terminal';

/** How many rows are named on a terminal; all of them are in the file. */
const NAMED = 100;

/** What was wrong with a row: it was not taken, or it was taken without a value. */
export type RowFault = 'refused' | 'left out';

/** Tells of rows that were not taken, or not wholly, while the import runs: never all of them are in memory. */
export interface RefusedRows {
  add(fault: RowFault, rows: readonly RefusedRow[]): Promise<void>;
  /** Ends the file, or tells how many more there were. */
  finish(): Promise<void>;
}

/**
 * Keeps the rows as CSV in a file (line, what became of it, column, reason), which exists also when there are none and is
 * readable for its owner only. Refused is a file that is to be kept.
 */
export async function refusedRowsFile(file: string, kept: KeptFiles): Promise<RefusedRows> {
  await refuseToDestroy(file, kept);
  const handle = await openPrivately(file, { isNew: false }).catch((error: Error) => {
    throw new UsageError(`--refused: ${error.message}`);
  });
  const stream = handle.createWriteStream();
  const closed = finished(stream);
  // Its failure is told where it is awaited.
  closed.catch(() => {});
  await write(stream, csvLine(['line', 'outcome', 'column', 'reason']));
  return {
    async add(fault, rows) {
      const lines = rows.map((row) => {
        const { line, columns, reason } = named(row);
        return csvLine([String(line), fault, writeTextCell(columns), writeTextCell(reason)]);
      });
      if (lines.length > 0) await write(stream, lines.join(''));
    },
    async finish() {
      stream.end();
      await closed;
    },
  };
}

/** Names the first hundred on standard error once the import is over, and counts the others. */
export function refusedRowsOnTerminal({ stderr }: Terminal): RefusedRows {
  const lines: string[] = [];
  let count = 0;
  return {
    async add(fault, rows) {
      count += rows.length;
      for (const row of rows) {
        if (lines.length >= NAMED) return;
        const { line, columns, reason } = named(row);
        lines.push(`line ${line}: ${fault === 'refused' ? '' : `${columns} left out: `}${reason}\n`);
      }
    },
    async finish() {
      stderr.write(lines.join(''));
      if (count > lines.length) {
        const more = (count - lines.length).toLocaleString('en');
        stderr.write(`and ${more} more; --refused FILE keeps them all.\n`);
      }
    },
  };
}

async function write(stream: WriteStream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}

function named({ line, problems }: RefusedRow): { line: number; columns: string; reason: string } {
  return {
    line,
    columns: [...new Set(problems.map(({ field }) => field))].join(', '),
    reason: problems.map(({ message }) => message).join(' '),
  };
}
