import { pick, runSimulation } from './run-simulation';

jest.setTimeout(180_000);

type Json = Record<string, unknown>;
interface Run {
  status: string;
  outputs: Record<string, Array<Array<{ json: Json; pairedItem?: unknown }>>>;
}

describe('NPS Branch in the engine', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('nps-branch');
  });

  const sent = (title: string) =>
    pick(cases.played(title).timeline, 'sent', 'to', 'subject').map(
      ({ to, subject }) => `${String(to).split('@')[0]} ${String(subject).trim()}`,
    );
  const items = (title: string) =>
    pick(cases.played(title).timeline, 'sent', 'text').map(({ text }) => JSON.parse(String(text)) as Json);

  it('lets each answer out through its own output, and totals them', () => {
    const title = 'answers by their score, and their totals';
    expect(sent(title).sort()).toEqual(['p0 High', 'p1 Middle', 'p2 Low', 'p3 None']);
    const { outputs } = cases.played<Run>(title).result;
    expect(outputs.Total?.[0]).toMatchObject([
      { json: { totals: { answers: 3, counts: { promoter: 1, passive: 1, detractor: 1 }, score: 0 } } },
    ]);
  });

  it('lets answers on a scale of one’s own out by its limit', () => {
    const title = 'a scale of one’s own';
    expect(sent(title).sort()).toEqual(['p0 High', 'p1 High', 'p2 Low', 'p3 None']);
    expect(new Set(items(title).map(({ band }) => band))).toEqual(
      new Set(['satisfied', 'dissatisfied', null]),
    );
  });

  it('is started by each answer once, and does not start itself by recording it', () => {
    expect(sent('an answer that starts the workflow, replacing')).toEqual(['ana High', 'ana Low']);
    expect(sent('an answer that starts the workflow, keeping both')).toEqual(['ana High']);
  });

  it('gives items that fail to the error output, after the four for scores', () => {
    const title = 'an item without a contact, through the error output';
    expect(sent(title)).toEqual(['nobody Failed']);
    const { outputs } = cases.played<Run>(title).result;
    expect(outputs.Ask?.map((output) => output.length)).toEqual([0, 0, 0, 0, 1]);
  });
});
