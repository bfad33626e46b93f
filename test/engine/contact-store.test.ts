import type { INodeExecutionData } from 'n8n-workflow';
import { runSimulation } from './run-simulation';

interface Ran {
  readonly status: string;
  readonly error: { message: string } | null;
  readonly outputs: INodeExecutionData[][];
}

describe('Contact Store in the engine', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('contact-store');
  }, 120_000);

  it('takes what the editor mapped, field by field', () => {
    const { status, outputs } = cases.played<Ran>('fields that the editor mapped').result;
    expect(status).toBe('success');
    expect(outputs[0]).toMatchObject([
      {
        json: {
          mail: 'Ann@Example.com',
          contact: {
            email: 'ann@example.com',
            firstName: 'Ann',
            lastName: null,
            properties: { plan: 3, visits: 7 },
            tags: ['mapped'],
            createdAt: '2026-03-07T10:00:00.000Z',
          },
          result: { outcome: 'created' },
        },
        pairedItem: { item: 0 },
      },
      { json: { contact: { email: 'ben@example.com', firstName: null, properties: { visits: 1 } } } },
    ]);
  });

  it('ends with the first refused item, or gives it to the error output', () => {
    const [ends, goesOn] = cases.played<[Ran, Ran]>('an item that is refused').result;
    expect(ends).toMatchObject({
      status: 'error',
      error: { message: expect.stringContaining('"nobody" is not an e-mail address') as string },
    });
    expect(goesOn.status).toBe('success');
    expect(goesOn.outputs.map((items) => items.length)).toEqual([1, 1]);
    expect(goesOn.outputs[0]).toMatchObject([{ json: { result: { outcome: 'created' } } }]);
    expect(goesOn.outputs[1]).toMatchObject([{ pairedItem: { item: 1 } }]);
  });

  it('imports a file, and takes its own export back without a change', () => {
    const result = cases.played<Record<'imported' | 'again' | 'contacts' | 'one', Ran>>('a file').result;
    expect(result.imported.outputs[0]).toMatchObject([
      {
        json: {
          import: { rows: 2, created: 1, refused: 1, refusedRows: [{ line: 3, column: 'E-Mail' }] },
        },
        binary: { refused: { fileName: 'refused-rows.csv', mimeType: 'text/csv' } },
      },
    ]);
    expect(result.again.outputs[0]).toMatchObject([
      { json: { export: { contacts: 1 }, import: { rows: 1, unchanged: 1, source: 'Contact Store' } } },
    ]);
    expect(result.contacts.outputs[0]).toMatchObject([
      { json: { contact: { email: 'ann@example.com', firstName: 'Ann', lists: ['imported'] } } },
    ]);
    expect(result.one.outputs[0]).toMatchObject([{ json: { contact: { email: 'ann@example.com' } } }]);
  });
});
