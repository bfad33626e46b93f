import { Readable } from 'node:stream';
import fc from 'fast-check';
import { readCsv, type CsvChunk, type ReadCsvOptions } from '../../src/app/read-csv';

async function readAll(source: Readable | Uint8Array, options?: ReadCsvOptions): Promise<CsvChunk> {
  const rows: Array<CsvChunk['rows'][number]> = [];
  const refused: Array<CsvChunk['refused'][number]> = [];
  let headers: readonly string[] | undefined;
  for await (const chunk of readCsv(source, options)) {
    headers ??= chunk.headers;
    rows.push(...chunk.rows);
    refused.push(...chunk.refused);
  }
  if (!headers) throw new Error('no chunk came');
  return { headers, rows, refused };
}

const cells = fc
  .array(fc.constantFrom('a', 'Ä', '😀', '"', ',', ';', '\n', '\r\n', '中'), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(''))
  .filter((cell) => cell.trim() !== '');

describe('readCsv', () => {
  it('reads a table back, whatever its delimiter, line ending, mark and encoding, and however its bytes arrive', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 2, max: 4 })
          .chain((width) =>
            fc.array(fc.array(cells, { minLength: width, maxLength: width }), { minLength: 2, maxLength: 8 }),
          ),
        fc.constantFrom(',', ';', '\t', '|'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom<[BufferEncoding, string]>(['utf8', ''], ['utf8', '\ufeff'], ['utf16le', '\ufeff']),
        fc.integer({ min: 1, max: 50 }),
        async (table, delimiter, lineEnd, [encoding, mark], piece) => {
          const quote = (value: string): string => `"${value.replaceAll('"', '""')}"`;
          const text = table.map((row) => row.map(quote).join(delimiter) + lineEnd).join('');
          const bytes = Buffer.from(mark + text, encoding);
          const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, at) =>
            bytes.subarray(at * piece, (at + 1) * piece),
          );
          const fromStream = await readAll(Readable.from(pieces));
          expect([fromStream.headers, ...fromStream.rows.map((row) => row.values)]).toEqual(table);
          expect(fromStream.refused).toEqual([]);
          expect(await readAll(bytes)).toEqual(fromStream);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('refuses ragged and broken rows with their line and reads on', async () => {
    const text =
      'email,name\r\na@example.com\r\n\r\n"b@example.com","B\r\nB"\r\nc@example.com,C,3\r\n"d"d,x\r\ne@example.com,E\r\n,\r\n';
    expect(await readAll(Buffer.from(text))).toEqual({
      headers: ['email', 'name'],
      rows: [
        { line: 4, values: ['b@example.com', 'B\r\nB'] },
        { line: 8, values: ['e@example.com', 'E'] },
      ],
      refused: [
        { line: 2, reason: 'The row has 1 cell, the header has 2.' },
        { line: 6, reason: 'The row has 3 cells, the header has 2.' },
        { line: 7, reason: expect.stringContaining('Text follows the closing quote') as string },
      ],
    });
  });

  it('reads what an older spreadsheet saved', async () => {
    const { headers, rows } = await readAll(
      Buffer.from('sep=;\r\nE-Mail;Straße\r\na@example.com;Größe\r\n', 'latin1'),
    );
    expect(headers).toEqual(['E-Mail', 'Straße']);
    expect(rows).toEqual([{ line: 3, values: ['a@example.com', 'Größe'] }]);
  });

  it('refuses a row that is not UTF-8 where the rest of the file is', async () => {
    const before = Buffer.from(`email,name\n${'a@example.com,Ä\n'.repeat(5_000)}`);
    const { rows, refused } = await readAll(
      Buffer.concat([
        before,
        Buffer.from('b@example.com,\xfc\n', 'latin1'),
        Buffer.from('c@example.com,C\n'),
      ]),
    );
    expect(rows).toHaveLength(5_001);
    expect(refused).toEqual([
      { line: 5_002, reason: 'The row holds characters that are not UTF-8; save the file as UTF-8.' },
    ]);
  });

  it.each([
    ['', { headers: [], rows: [], refused: [{ line: 1, reason: 'The file is empty.' }] }],
    ['\n\n', { headers: [], rows: [], refused: [{ line: 1, reason: 'The file is empty.' }] }],
    ['email,name', { headers: ['email', 'name'], rows: [], refused: [] }],
    [
      ',\na,b',
      {
        headers: [],
        rows: [],
        refused: [{ line: 1, reason: 'The header cannot be read: All its cells are blank.' }],
      },
    ],
    [
      '"email,name\na,b',
      {
        headers: [],
        rows: [],
        refused: [
          { line: 1, reason: expect.stringContaining('The quote that opens a cell on line 1') as string },
        ],
      },
    ],
  ])('gives one chunk for %j', async (text, expected) => {
    const chunks: CsvChunk[] = [];
    for await (const chunk of readCsv(Buffer.from(text))) chunks.push(chunk);
    expect(chunks).toEqual([expected]);
  });

  it('gives chunks of at most the rows asked for, in order', async () => {
    const text = `n\n${Array.from({ length: 1_234 }, (_, index) => `${index},`.slice(0, -1)).join('\n')}`;
    const sizes: number[] = [];
    let next = 0;
    for await (const { rows } of readCsv(Buffer.from(text), { chunkRows: 100 })) {
      sizes.push(rows.length);
      for (const { line, values } of rows) {
        expect([line, values]).toEqual([next + 2, [String(next)]]);
        next++;
      }
    }
    expect([...new Set(sizes)]).toEqual([100, 34]);
    expect(next).toBe(1_234);
  });

  it('throws what the source throws', async () => {
    const failing = new Readable({
      read() {
        this.destroy(new Error('disk gone'));
      },
    });
    await expect(readAll(failing)).rejects.toThrow('disk gone');
  });

  it('stops reading the source when nobody wants more', async () => {
    let pushed = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.from(`n\n${++pushed}\n`.repeat(1_000));
      })(),
    );
    for await (const { rows } of readCsv(endless)) if (rows.length > 0) break;
    expect(endless.destroyed).toBe(true);
    expect(pushed).toBeLessThan(100);
  });

  it('reads no further ahead than a few pieces, and lets other work in between its chunks', async () => {
    const line = 'someone@example.com,"Last, name",+442079460958,"one\ntwo"\n';
    const piece = Buffer.from(line.repeat(1_000));
    let pushed = 0;
    const source = Readable.from(
      (function* () {
        yield Buffer.from('email,name,phone,note\n');
        for (; pushed < 100; pushed++) yield piece;
      })(),
    );
    let turns = 0;
    let isReading = true;
    const takeTurn = (): void => {
      turns++;
      if (isReading) setImmediate(takeTurn);
    };
    setImmediate(takeTurn);
    let rows = 0;
    let furthestAhead = 0;
    for await (const chunk of readCsv(source)) {
      rows += chunk.rows.length;
      furthestAhead = Math.max(furthestAhead, pushed * 1_000 - rows);
    }
    isReading = false;
    expect(rows).toBe(100_000);
    // The stream itself keeps up to 16 objects.
    expect(furthestAhead).toBeLessThan(20_000);
    expect(turns).toBeGreaterThanOrEqual(200);
  });
});
