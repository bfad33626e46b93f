/** A row of a CSV file: its cells, or why it cannot be read. */
export type CsvRow =
  { readonly line: number; readonly values: string[] } | { readonly line: number; readonly reason: string };

/** The longest row, in characters. What is longer is one quote that nobody closed, not a contact. */
export const LONGEST_ROW = 1_048_576;

const TOO_LONG = `The row has more than ${LONGEST_ROW.toLocaleString('en')} characters.`;

const QUOTE = 0x22;
const LF = 0x0a;
const CR = 0x0d;

/** How far a row reached, and what became of it. */
type Scan =
  | { readonly kind: 'row'; readonly values: string[]; readonly end: number; readonly lines: number }
  /** The row is not complete; `quoteAt` is where the quote stands that is still open. */
  | { readonly kind: 'more'; readonly quoteAt: number | undefined; readonly isInQuotes: boolean }
  | { readonly kind: 'bad'; readonly quoteAt: number };

/**
 * Splits the text of a CSV file into rows by RFC 4180, piece by piece: cells in quotes may hold delimiters, line
 * breaks and doubled quotes; rows end with CRLF, LF or CR, also mixed. Each row has the line it begins on, counted
 * from 1 as an editor counts. Blank lines are passed over. A quote inside a cell that is not quoted is kept.
 *
 * A row is refused when text follows a closing quote, when a quote is never closed and when it is longer than
 * `LONGEST_ROW`; reading goes on with the line after the one on which that quote stands. (csv-parse 7.0.3 stays
 * inside the quotes instead: one bad quote on line 12 of 20,001 cost 19,989 rows, reported as one.)
 */
export class CsvRowSplitter {
  readonly #delimiter: string;
  #text = '';
  /** What is kept ends inside quotes: only another quote or its length can change that. */
  #isInQuotes = false;
  #line = 1;
  /** A row too long to keep: its rest is dropped up to the next line break. */
  #isDropping = false;

  constructor(delimiter: string) {
    if (delimiter.length !== 1 || '"\r\n'.includes(delimiter)) {
      throw new RangeError(`A delimiter is one character, and neither a quote nor a line break.`);
    }
    this.#delimiter = delimiter;
  }

  /** Takes the next piece and returns the rows that are complete with it. */
  push(text: string): CsvRow[] {
    return this.#split(text, false);
  }

  /** Takes the end of the file and returns the rows that were left. */
  end(): CsvRow[] {
    return this.#split('', true);
  }

  #split(piece: string, isLast: boolean): CsvRow[] {
    const text = this.#text === '' ? piece : this.#text + piece;
    if (this.#isInQuotes && !isLast && text.length <= LONGEST_ROW && !piece.includes('"')) {
      this.#text = text;
      return [];
    }
    this.#isInQuotes = false;
    const rows: CsvRow[] = [];
    let at = 0;
    while (at < text.length) {
      if (this.#isDropping) {
        const next = lineAfter(text, at, isLast);
        if (next === undefined) {
          at = this.#keepsCarriageReturn(text, isLast) ? text.length - 1 : text.length;
          break;
        }
        this.#isDropping = false;
        this.#line++;
        at = next;
        continue;
      }
      const scan = scanRow(text, at, this.#delimiter, isLast);
      if (scan.kind === 'row' && scan.end - at > LONGEST_ROW) {
        rows.push({ line: this.#line, reason: TOO_LONG });
        this.#line += scan.lines;
        at = scan.end;
        continue;
      }
      if (scan.kind === 'row') {
        if (scan.values.length > 1 || scan.values[0] !== '' || text.charCodeAt(at) === QUOTE) {
          rows.push({ line: this.#line, values: scan.values });
        }
        this.#line += scan.lines;
        at = scan.end;
        continue;
      }
      const isTooLong = text.length - at > LONGEST_ROW;
      if (scan.kind === 'more' && !isTooLong && !isLast) {
        this.#isInQuotes = scan.isInQuotes;
        break;
      }
      rows.push({
        line: this.#line,
        reason: reasonOf(scan, isTooLong, lineOf(text, at, scan.quoteAt, this.#line)),
      });
      const from = scan.quoteAt ?? at;
      const skipped = countBreaks(text.slice(at, from));
      const next = lineAfter(text, from, isLast);
      this.#line += skipped;
      if (next === undefined) {
        this.#isDropping = true;
        at = from;
      } else {
        this.#line++;
        at = next;
      }
    }
    this.#text = text.slice(at);
    return rows;
  }

  #keepsCarriageReturn(text: string, isLast: boolean): boolean {
    return !isLast && text.charCodeAt(text.length - 1) === CR;
  }
}

function reasonOf(scan: Scan, isTooLong: boolean, line: number): string {
  if (scan.kind === 'bad') {
    return `Text follows the closing quote of a cell that begins on line ${line}; a quote inside quotes is written twice.`;
  }
  if (scan.kind === 'more' && scan.quoteAt !== undefined) {
    const where = isTooLong
      ? `within ${LONGEST_ROW.toLocaleString('en')} characters`
      : 'before the end of the file';
    return `The quote that opens a cell on line ${line} is not closed ${where}.`;
  }
  return TOO_LONG;
}

function scanRow(text: string, from: number, delimiter: string, isLast: boolean): Scan {
  const delimiterCode = delimiter.charCodeAt(0);
  const values: string[] = [];
  let lines = 1;
  let at = from;
  for (;;) {
    if (text.charCodeAt(at) === QUOTE) {
      const cell = scanQuoted(text, at, delimiterCode, isLast);
      if (cell.kind !== 'cell') return cell;
      values.push(cell.value);
      lines += cell.breaks;
      at = cell.end;
    } else {
      const start = at;
      let code = text.charCodeAt(at);
      while (at < text.length && code !== delimiterCode && code !== LF && code !== CR)
        code = text.charCodeAt(++at);
      values.push(text.slice(start, at));
    }
    if (at >= text.length) {
      return isLast
        ? { kind: 'row', values, end: at, lines }
        : { kind: 'more', quoteAt: undefined, isInQuotes: false };
    }
    const code = text.charCodeAt(at);
    if (code === delimiterCode) {
      at++;
      if (at >= text.length && !isLast) return { kind: 'more', quoteAt: undefined, isInQuotes: false };
      continue;
    }
    // A carriage return at the very end may be half of a CRLF.
    if (code === CR && at + 1 >= text.length && !isLast)
      return { kind: 'more', quoteAt: undefined, isInQuotes: false };
    const end = code === CR && text.charCodeAt(at + 1) === LF ? at + 2 : at + 1;
    return { kind: 'row', values, end, lines };
  }
}

type QuotedCell = {
  readonly kind: 'cell';
  readonly value: string;
  readonly end: number;
  readonly breaks: number;
};

function scanQuoted(
  text: string,
  quoteAt: number,
  delimiterCode: number,
  isLast: boolean,
): QuotedCell | Scan {
  let value = '';
  let start = quoteAt + 1;
  for (;;) {
    const quote = text.indexOf('"', start);
    if (quote === -1) return { kind: 'more', quoteAt, isInQuotes: true };
    value += text.slice(start, quote);
    if (text.charCodeAt(quote + 1) === QUOTE) {
      value += '"';
      start = quote + 2;
      continue;
    }
    let end = quote + 1;
    // Some programs pad cells; blanks after the closing quote belong to nothing.
    while (text.charCodeAt(end) === 0x20) end++;
    if (end >= text.length && !isLast) return { kind: 'more', quoteAt, isInQuotes: false };
    const next = text.charCodeAt(end);
    const isClosed = end >= text.length || next === delimiterCode || next === LF || next === CR;
    return isClosed ? { kind: 'cell', value, end, breaks: countBreaks(value) } : { kind: 'bad', quoteAt };
  }
}

/** Where the line after a place begins; undefined if the text does not reach so far. */
function lineAfter(text: string, from: number, isLast: boolean): number | undefined {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LF) return at + 1;
    if (code !== CR) continue;
    if (at + 1 >= text.length) return isLast ? at + 1 : undefined;
    return text.charCodeAt(at + 1) === LF ? at + 2 : at + 1;
  }
  return isLast ? text.length : undefined;
}

function lineOf(text: string, rowAt: number, quoteAt: number | undefined, rowLine: number): number {
  return quoteAt === undefined ? rowLine : rowLine + countBreaks(text.slice(rowAt, quoteAt));
}

function countBreaks(text: string): number {
  if (!text.includes('\n') && !text.includes('\r')) return 0;
  return text.match(/\r\n|\n|\r/g)?.length ?? 0;
}
