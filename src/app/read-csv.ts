import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  sniffDelimiter,
  sniffEncoding,
  spreadsheetHint,
  type CsvEncoding,
} from '../domain/contact-import/csv-format';
import { CsvRowSplitter, type CsvRow } from '../domain/contact-import/csv-rows';

/** How a CSV file is read; what is not given is found out from its beginning. */
export interface ReadCsvOptions {
  readonly delimiter?: string;
  readonly encoding?: CsvEncoding;
  /** How many rows a chunk has at most. */
  readonly chunkRows?: number;
}

/** Some rows of a CSV file, in the file's order. */
export interface CsvChunk {
  /** The first row, as it stands in the file; the same in every chunk. */
  readonly headers: readonly string[];
  /** Rows with as many values as there are headers, and the line each begins on. */
  readonly rows: ReadonlyArray<{ readonly line: number; readonly values: readonly string[] }>;
  readonly refused: ReadonlyArray<{ readonly line: number; readonly reason: string }>;
}

const BEGINNING_BYTES = 65_536;
const DEFAULT_CHUNK_ROWS = 500;
const REPLACEMENT = '\ufffd';

/**
 * Reads a CSV file with a header row chunk by chunk, at least one chunk for any file. At no time is more of it in
 * memory than a chunk, a piece of the source and one row; between chunks other work of the process gets its turn.
 *
 * A row of more or fewer cells than the header, with a quote that is not closed or followed by text, or with bytes
 * that are not UTF-8 is refused with its line, and reading goes on. Rows of blank cells only are passed over.
 * A header that cannot be read, or none, refuses the file: one chunk without headers. What the source throws
 * is thrown on.
 */
export async function* readCsv(
  source: Readable | Uint8Array,
  options: ReadCsvOptions = {},
): AsyncGenerator<CsvChunk> {
  const chunkRows = options.chunkRows ?? DEFAULT_CHUNK_ROWS;
  const refuses = (options.encoding ?? 'utf-8') === 'utf-8';
  let headers: readonly string[] | undefined;
  let rows: Array<{ line: number; values: string[] }> = [];
  let refused: Array<{ line: number; reason: string }> = [];
  for await (const batch of csvRows(source, options)) {
    for (const row of batch) {
      if (!headers) {
        const reason = headerRefusal(row);
        if (reason !== undefined) {
          yield {
            headers: [],
            rows,
            refused: [{ line: row.line, reason: `The header cannot be read: ${reason}` }],
          };
          return;
        }
        headers = 'values' in row ? row.values : [];
        continue;
      }
      const reason = refusalOf(row, headers.length, refuses);
      if (reason !== undefined) refused.push({ line: row.line, reason });
      else if ('values' in row && !isBlank(row.values)) rows.push({ line: row.line, values: row.values });
      if (rows.length + refused.length < chunkRows) continue;
      yield { headers, rows, refused };
      rows = [];
      refused = [];
      await nextTurn();
    }
  }
  if (!headers) yield { headers: [], rows, refused: [{ line: 1, reason: 'The file is empty.' }] };
  else yield { headers, rows, refused };
}

function headerRefusal(row: CsvRow): string | undefined {
  if ('reason' in row) return row.reason;
  return isBlank(row.values) ? 'All its cells are blank.' : undefined;
}

function isBlank(values: readonly string[]): boolean {
  return values.every((value) => value.trim() === '');
}

function refusalOf(row: CsvRow, width: number, refusesReplacements: boolean): string | undefined {
  if ('reason' in row) return row.reason;
  if (row.values.length !== width) {
    const cells = row.values.length === 1 ? '1 cell' : `${row.values.length} cells`;
    return `The row has ${cells}, the header has ${width}.`;
  }
  if (refusesReplacements && row.values.some((value) => value.includes(REPLACEMENT))) {
    return 'The row holds characters that are not UTF-8; save the file as UTF-8.';
  }
  return undefined;
}

async function* csvRows(source: Readable | Uint8Array, options: ReadCsvOptions): AsyncGenerator<CsvRow[]> {
  const pieces = source instanceof Uint8Array ? slicesOf(source) : piecesOf(source);
  try {
    const { bytes, isWhole } = await readBeginning(pieces);
    const decoder = new TextDecoder(options.encoding ?? sniffEncoding(bytes));
    let text = decoder.decode(bytes, { stream: true });
    const hint = spreadsheetHint(text);
    const splitter = new CsvRowSplitter(options.delimiter ?? sniffDelimiter(text));
    const linesBefore = hint.length > 0 ? 1 : 0;
    const renumber = (batch: CsvRow[]): CsvRow[] =>
      linesBefore === 0 ? batch : batch.map((row) => ({ ...row, line: row.line + linesBefore }));
    text = text.slice(hint.length);
    for (let isDone = isWhole; ;) {
      yield renumber(splitter.push(text));
      if (isDone) break;
      const piece = await pieces.next();
      if (piece.done) isDone = true;
      text = piece.done ? decoder.decode() : decoder.decode(piece.value, { stream: true });
    }
    yield renumber(splitter.end());
  } finally {
    // Closes the source when the reader turns away before its end.
    await pieces.return();
  }
}

/** As much of the beginning as delimiter and encoding are found out from. */
async function readBeginning(
  pieces: AsyncGenerator<Uint8Array, void>,
): Promise<{ bytes: Uint8Array; isWhole: boolean }> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < BEGINNING_BYTES) {
    const piece = await pieces.next();
    if (piece.done) return { bytes: Buffer.concat(parts), isWhole: true };
    parts.push(piece.value);
    length += piece.value.length;
  }
  return { bytes: Buffer.concat(parts), isWhole: false };
}

async function* piecesOf(stream: Readable): AsyncGenerator<Uint8Array, void> {
  for await (const piece of stream as AsyncIterable<unknown>) {
    if (typeof piece === 'string') yield Buffer.from(piece);
    else if (piece instanceof Uint8Array) yield* slicesOf(piece);
    else throw new TypeError('A CSV file is read from a stream of bytes or text, not of objects.');
  }
}

/** A large piece is cut up: a megabyte decoded at once would hold up everything else. */
async function* slicesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += BEGINNING_BYTES) yield bytes.subarray(at, at + BEGINNING_BYTES);
}
