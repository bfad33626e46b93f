import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { readContactFile, type ContactFileChunk } from '../../src/app/read-contact-file';

const IMPORTED_AT = Date.parse('2026-01-02T03:04:05Z');

async function readAll(source: Uint8Array | string, chunkRows = 500): Promise<ContactFileChunk[]> {
  const bytes =
    typeof source === 'string'
      ? createReadStream(join(__dirname, '../fixtures/contact-import', source))
      : source;
  const chunks: ContactFileChunk[] = [];
  for await (const chunk of readContactFile(bytes, { importedAt: IMPORTED_AT, chunkRows }))
    chunks.push(chunk);
  return chunks;
}

describe('readContactFile', () => {
  it('reads an export from its bytes to contacts with consent', async () => {
    const [chunk] = await readAll('mailchimp-subscribed.csv');
    expect(chunk?.columns.tool).toBe('Mailchimp');
    expect(
      chunk?.rows.map(({ line, patch, consents }) => [line, patch.identifiers.email, consents.length]),
    ).toEqual([
      [2, 'ada@example.com', 1],
      [3, 'grace@example.com', 1],
      [5, 'nobody.confirmed@example.com', 0],
    ]);
    expect(chunk?.refused).toEqual([]);
  });

  it('lists every refused row by its line, whether the row or the contact in it is at fault', async () => {
    const [chunk] = await readAll('spreadsheet-german.csv');
    expect(chunk?.rows.map(({ line }) => line)).toEqual([2]);
    expect(
      chunk?.refused.map(({ line, problems }) => [line, problems[0]?.field, problems[0]?.message]),
    ).toEqual([
      [
        3,
        'E-Mail',
        'Column "E-Mail": "kein mail" is not an e-mail address; one looks like name@example.com.',
      ],
      [4, 'row', 'The row has 3 cells, the header has 9.'],
    ]);
  });

  it('gives every row of a long file once, in order', async () => {
    const rows = Array.from({ length: 1_050 }, (_, index) =>
      index % 7 === 0 ? 'bad' : `c${index}@example.com`,
    );
    const chunks = await readAll(Buffer.from(`email\n${rows.join('\n')}\n`), 250);
    expect(chunks.map((chunk) => chunk.rows.length + chunk.refused.length)).toEqual([250, 250, 250, 250, 50]);
    const read = chunks.flatMap((chunk) => [
      ...chunk.rows.map(({ line }) => line),
      ...chunk.refused.map(({ line }) => line),
    ]);
    expect(read.sort((a, b) => a - b)).toEqual(rows.map((_, index) => index + 2));
    expect(chunks.flatMap((chunk) => chunk.refused)).toHaveLength(150);
  });

  it('refuses a file without a header that can be read', async () => {
    expect(await readAll(Buffer.from(''))).toEqual([
      {
        columns: { tool: null, columns: [] },
        rows: [],
        refused: [{ line: 1, problems: [{ field: 'row', message: 'The file is empty.' }] }],
      },
    ]);
  });
});
