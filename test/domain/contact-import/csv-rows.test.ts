import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import {
  sniffDelimiter,
  sniffEncoding,
  spreadsheetHint,
} from '../../../src/domain/contact-import/csv-format';
import { CsvRowSplitter, LONGEST_ROW, type CsvRow } from '../../../src/domain/contact-import/csv-rows';

function split(text: string, delimiter = ',', pieceLength = text.length): CsvRow[] {
  const splitter = new CsvRowSplitter(delimiter);
  const rows: CsvRow[] = [];
  for (let at = 0; at < text.length; at += Math.max(1, pieceLength)) {
    rows.push(...splitter.push(text.slice(at, at + Math.max(1, pieceLength))));
  }
  return [...rows, ...splitter.end()];
}

/** A table written by RFC 4180: every cell in quotes that needs them, others at random. */
function write(
  table: string[][],
  delimiter: string,
  breaks: string[],
  quotes: boolean[],
  endsWithBreak: boolean,
): string {
  let cell = 0;
  const lines = table.map((row, index) => {
    const cells = row.map((value) => {
      const isFirstBlank = value === '' && row.length === 1;
      const must = /["\r\n]/.test(value) || value.includes(delimiter) || isFirstBlank;
      return must || quotes[cell++ % quotes.length] ? `"${value.replaceAll('"', '""')}"` : value;
    });
    const isLast = index === table.length - 1;
    return cells.join(delimiter) + (isLast && !endsWithBreak ? '' : breaks[index % breaks.length]);
  });
  return lines.join('');
}

const delimiters = fc.constantFrom(',', ';', '\t', '|');
const cells = fc.oneof(
  fc
    .array(fc.constantFrom('a', 'Ä', '😀', '"', ',', ';', '\t', '|', '\n', '\r', '\r\n', ' ', "'"), {
      maxLength: 6,
    })
    .map((parts) => parts.join('')),
  fc.string({ unit: 'grapheme' }),
);
const tables = fc
  .integer({ min: 1, max: 4 })
  .chain((width) =>
    fc.array(fc.array(cells, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
  );
const lineBreaks = fc.array(fc.constantFrom('\n', '\r\n', '\r'), { minLength: 1, maxLength: 3 });
const files = fc.record({
  table: tables,
  delimiter: delimiters,
  breaks: lineBreaks,
  quotes: fc.array(fc.boolean(), { minLength: 1, maxLength: 7 }),
  endsWithBreak: fc.boolean(),
});

describe('CsvRowSplitter', () => {
  it('reads every table written by RFC 4180 back, with the lines its rows begin on', () => {
    fc.assert(
      fc.property(
        files,
        fc.integer({ min: 1, max: 40 }),
        ({ table, delimiter, breaks, quotes, endsWithBreak }, piece) => {
          const rows = split(write(table, delimiter, breaks, quotes, endsWithBreak), delimiter, piece);
          let line = 1;
          const expected = table.map((values) => {
            const row = { line, values };
            line += 1 + values.join(',').split(/\r\n|\n|\r/).length - 1;
            return row;
          });
          expect(rows).toEqual(expected);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('reads what csv-parse reads', () => {
    fc.assert(
      fc.property(files, ({ table, delimiter, breaks, quotes, endsWithBreak }) => {
        const text = write(table, delimiter, [breaks[0] ?? '\n'], quotes, endsWithBreak);
        const record_delimiter = ['\r\n', '\n', '\r'];
        const theirs: string[][] = parse(text, { delimiter, record_delimiter, relax_column_count: true });
        expect(split(text, delimiter).map((row) => ('values' in row ? row.values : row.reason))).toEqual(
          theirs,
        );
      }),
    );
  });

  it('does not depend on where the pieces of any text end, also of one that is broken', () => {
    const texts = fc
      .array(fc.constantFrom('a', 'b', '"', '"', ',', '\n', '\r', ' '), { maxLength: 30 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 5 }), (text, piece) => {
        expect(split(text, ',', piece)).toEqual(split(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('reads on after the line with a bad quote, whatever it is', () => {
    const bad = fc.constantFrom('"Smith"son,x', '"open,x', 'a,"open', '"a" b,c', '""",x');
    const good = fc.array(fc.constantFrom('a,b', '"a","b"', 'é,ö'), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(good, bad, good, (before, broken, after) => {
        const rows = split([...before, broken, ...after].join('\n'));
        expect(rows.map((row) => ('values' in row ? 'read' : 'refused'))).toEqual([
          ...before.map(() => 'read'),
          'refused',
          ...after.map(() => 'read'),
        ]);
        expect(rows.map((row) => row.line)).toEqual(
          [...before, broken, ...after].map((_, index) => index + 1),
        );
      }),
    );
  });

  it.each([
    [
      'email,name\r\na@example.com,"Smith"son\r\nb@example.com,B',
      2,
      'Text follows the closing quote of a cell that begins on line 2; a quote inside quotes is written twice.',
    ],
    [
      'a,b\nx,"one\ntwo"\n"y\ny","open\nz,z',
      4,
      'The quote that opens a cell on line 5 is not closed before the end of the file.',
    ],
  ])('says on which line the quote of %j stands', (text, line, reason) => {
    expect(split(text)).toContainEqual({ line, reason });
    expect(split(text).at(-1)).toMatchObject({ line: text.split(/\r?\n/).length });
  });

  it('keeps quotes inside cells without them, and blanks, but not those after a closing quote', () => {
    expect(split('5" pipe, b ,"c"  ,d"\n')).toEqual([{ line: 1, values: ['5" pipe', ' b ', 'c', 'd"'] }]);
  });

  it('gives each row as soon as it is complete', () => {
    const splitter = new CsvRowSplitter(',');
    expect(splitter.push('a,"b')).toEqual([]);
    expect(splitter.push('\nc')).toEqual([]);
    expect(splitter.push('"\nd')).toEqual([{ line: 1, values: ['a', 'b\nc'] }]);
    expect(splitter.push(',e\r')).toEqual([]);
    expect(splitter.push('\nf')).toEqual([{ line: 3, values: ['d', 'e'] }]);
    expect(splitter.end()).toEqual([{ line: 4, values: ['f'] }]);
  });

  it('passes over blank lines and counts them', () => {
    expect(split('a\n\n\r\n""\n\rb')).toEqual([
      { line: 1, values: ['a'] },
      { line: 4, values: [''] },
      { line: 6, values: ['b'] },
    ]);
  });

  it('gives a quote that nobody closes up at the longest row, not at the end of the file', () => {
    const splitter = new CsvRowSplitter(',');
    const line = 'someone@example.com,Someone\n';
    const rows = splitter.push('"open,x\n');
    let read = 0;
    for (let pushed = 0; pushed < 3 * LONGEST_ROW; pushed += line.length) {
      for (const row of splitter.push(line)) {
        if ('values' in row) read++;
        else rows.push(row);
      }
    }
    expect(rows).toEqual([
      { line: 1, reason: 'The quote that opens a cell on line 1 is not closed within 1,048,576 characters.' },
    ]);
    expect(read).toBe(Math.ceil((3 * LONGEST_ROW) / line.length));
  });

  it('refuses a line that is too long and reads on after it', () => {
    const splitter = new CsvRowSplitter(',');
    const rows = splitter.push('a,b\n');
    for (let pushed = 0; pushed < 3 * LONGEST_ROW; pushed += 65_536)
      rows.push(...splitter.push('x'.repeat(65_536)));
    rows.push(...splitter.push('\r'), ...splitter.push('\nc,d\n'), ...splitter.end());
    expect(rows).toEqual([
      { line: 1, values: ['a', 'b'] },
      { line: 2, reason: 'The row has more than 1,048,576 characters.' },
      { line: 3, values: ['c', 'd'] },
    ]);
  });

  it('refuses a row that is too long, however it arrives', () => {
    const text = `a\n${'x'.repeat(LONGEST_ROW + 1)}\nb\n`;
    for (const piece of [text.length, 65_536])
      expect(split(text, ',', piece)).toEqual([
        { line: 1, values: ['a'] },
        { line: 2, reason: 'The row has more than 1,048,576 characters.' },
        { line: 3, values: ['b'] },
      ]);
  });

  it('refuses a delimiter that is none', () => {
    for (const delimiter of ['', '"', '\n', ',,'])
      expect(() => new CsvRowSplitter(delimiter)).toThrow(RangeError);
  });
});

describe('sniffDelimiter', () => {
  it('finds the delimiter of every file whose cells hold no other outside quotes', () => {
    fc.assert(
      fc.property(
        delimiters,
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 1, max: 30 }),
        (delimiter, width, height) => {
          const row = Array.from({ length: width }, (_, index) => `"a,b;c|d\t${index}"`).join(delimiter);
          expect(sniffDelimiter(Array.from({ length: height }, () => row).join('\n'))).toBe(delimiter);
        },
      ),
    );
  });

  it.each([
    ['email\na@example.com\n', ','],
    ['', ','],
    ['a,b;c;d\n1,2;3;4\n', ';'],
    ['Name;Preis\nTee;3,50\nKuchen;4,20\n', ';'],
    ['email,note\na@example.com,one; two\nb@example.com,three; four\n', ','],
    ['email,tags\na@example.com,a;b;c\n', ','],
    ['sep=|\na,b|c\n', '|'],
    ['email\tname\na@example.com\tA, B', '\t'],
  ])('%j has %j', (beginning, delimiter) => {
    expect(sniffDelimiter(beginning)).toBe(delimiter);
  });

  it('knows the line that Excel puts before the header', () => {
    expect(spreadsheetHint('sep=;\r\na;b')).toEqual({ delimiter: ';', length: 7 });
    expect(spreadsheetHint('a;b')).toEqual({ delimiter: undefined, length: 0 });
  });
});

describe('sniffEncoding', () => {
  it.each([
    ['utf-16le', Buffer.from('\ufeffa', 'utf16le')],
    ['utf-16be', Buffer.from([0xfe, 0xff, 0, 0x61])],
    ['utf-16le', Buffer.from('email;Имя\na@example.com;一\n', 'utf16le')],
    ['utf-16be', Buffer.from('email;Имя\na@example.com;Ж\n', 'utf16le').swap16()],
    ['utf-8', Buffer.from('email;na\0me\n')],
    ['utf-8', Buffer.from('\ufeffMüller')],
    ['utf-8', Buffer.from('Müller').subarray(0, 2)],
    ['windows-1252', Buffer.from('M\u00fcller', 'latin1')],
  ])('%s', (encoding, bytes) => {
    expect(sniffEncoding(bytes)).toBe(encoding);
  });
});
