import { CsvRowSplitter } from './csv-rows';

/** The characters that separate cells, the likeliest first. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;

/** How a file's bytes are text. */
export type CsvEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const ROWS_COMPARED = 20;

/**
 * Returns the delimiter of a CSV file from its first lines: the one that cuts most of them into as many cells as
 * the header, and at least into two; of several the one that makes the most cells; a comma where none does (a
 * file with one column). Text that was cut off in the middle of a row does no harm.
 */
export function sniffDelimiter(beginning: string): string {
  const { delimiter } = spreadsheetHint(beginning);
  if (delimiter !== undefined) return delimiter;
  let best = { delimiter: ',', agreeing: 0, width: 1 };
  for (const candidate of DELIMITERS) {
    const rows = firstRows(beginning, candidate);
    const width = rows[0]?.length ?? 0;
    if (width < 2) continue;
    const agreeing = rows.filter((row) => row.length === width).length / rows.length;
    const isBetter = agreeing > best.agreeing || (agreeing === best.agreeing && width > best.width);
    if (isBetter) best = { delimiter: candidate, agreeing, width };
  }
  return best.delimiter;
}

/** Reads the line `sep=;` that Excel puts before the header: the delimiter it names and its length, else nothing. */
export function spreadsheetHint(beginning: string): { delimiter: string | undefined; length: number } {
  const match = /^sep=([^\r\n"])(?:\r\n|\n|\r)/i.exec(beginning);
  return { delimiter: match?.[1], length: match?.[0].length ?? 0 };
}

/**
 * Returns the encoding of a file from its first bytes: what a byte order mark says; else UTF-16 if the zeros in it stand
 * where those of ASCII letters stand in UTF-16 (delimiters, line breaks and addresses are some); else UTF-8 if they are UTF-8,
 * else Windows-1252, which is what older spreadsheets write. A character cut off at the end does no harm.
 */
export function sniffEncoding(beginning: Uint8Array): CsvEncoding {
  if (beginning[0] === 0xff && beginning[1] === 0xfe) return 'utf-16le';
  if (beginning[0] === 0xfe && beginning[1] === 0xff) return 'utf-16be';
  const unmarked = sniffUtf16(beginning);
  if (unmarked !== undefined) return unmarked;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(beginning, { stream: true });
    return 'utf-8';
  } catch {
    return 'windows-1252';
  }
}

/** The rows that a delimiter makes, none for one it cannot make. */
function firstRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  const splitter = new CsvRowSplitter(delimiter);
  const complete = splitter.push(text);
  // A short file may hold nothing but a header without a line break.
  for (const row of complete.length > 0 ? complete : splitter.end()) {
    rows.push('values' in row ? row.values : []);
    if (rows.length === ROWS_COMPARED) break;
  }
  return rows;
}

/** So many of the pairs of bytes hold a zero at one side, the side that ASCII leaves empty; other encodings have none. */
const LEAST_ZEROS = 0.1;

function sniffUtf16(bytes: Uint8Array): CsvEncoding | undefined {
  const pairs = Math.floor(bytes.length / 2);
  let even = 0;
  let odd = 0;
  for (let at = 0; at < pairs * 2; at += 2) {
    if (bytes[at] === 0) even++;
    if (bytes[at + 1] === 0) odd++;
  }
  if (Math.max(even, odd) < Math.max(3, pairs * LEAST_ZEROS)) return undefined;
  return odd > even ? 'utf-16le' : 'utf-16be';
}
