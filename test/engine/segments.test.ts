import { pick, runSimulation } from './run-simulation';

jest.setTimeout(180_000);

type Json = Record<string, unknown>;
interface Run {
  status: string;
  outputs: Record<string, Array<Array<{ json: Json; pairedItem?: unknown }>>>;
}

describe('segments in the engine', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('segments');
  });

  /** To the second. */
  const sent = (title: string) =>
    pick(cases.played(title).timeline, 'sent', 'at', 'to', 'subject').map(
      ({ at, to, subject }) =>
        `${String(at).slice(0, 19)} ${String(to).split('@')[0]} ${String(subject).trim()}`,
    );
  const items = (title: string) =>
    pick(cases.played(title).timeline, 'sent', 'text').map(({ text }) => JSON.parse(String(text)) as Json);

  it('tells of who enters and leaves, at the second, also when only time passes', () => {
    const title = 'entered and left, also when only time passes';
    expect(sent(title)).toEqual(['2026-03-02T21:00:00 ana Entered', '2026-03-04T09:00:00 ana Left']);
    expect(items(title)).toMatchObject([
      {
        contact: { email: 'ana@example.com' },
        change: { kind: 'segment_entered', subject: 'active', at: '2026-03-02T21:00:00.000Z' },
        delivery: { attempt: 1, redelivered: false },
      },
      { change: { kind: 'segment_left', subject: 'active', at: '2026-03-04T09:00:00.001Z' } },
    ]);
  });

  it('tells of everyone already in a segment where that is chosen, each once', () => {
    const title = 'everyone already in it, each once, and then those who enter';
    expect(sent(title)).toEqual(['2026-03-02T09:00:00 ana Entered', '2026-03-02T09:00:00 cyd Entered']);
  });

  it('gives a test run the latest contact that entered', () => {
    const { result } = cases.played<Run>('a test run gets the latest that entered');
    expect(result.outputs['When It Happens']?.[0]).toMatchObject([
      {
        json: { contact: { email: 'ben@example.com' }, change: { kind: 'segment_entered', subject: 'vips' } },
      },
    ]);
  });

  it('judges rules as the editor saves them, and says why for both outputs', () => {
    const title = 'rules that were built from lists';
    const told = pick(cases.played(title).timeline, 'sent', 'to', 'subject').map(
      ({ to, subject }) => `${String(to)} ${String(subject).trim()}`,
    );
    expect(told.slice(0, 3)).toEqual([
      'ana@example.com Fits',
      'ben@example.com Does Not Fit',
      'cyd@example.com Does Not Fit',
    ]);
    const [fits, few, elsewhere, unknown] = items(title).map(({ match }) => match as Json);
    expect(fits).toMatchObject({
      matches: true,
      reasons: [
        expect.stringMatching(/^email_opened or email_clicked .* in the last 30 days/) as string,
        expect.stringContaining('no stage') as string,
        expect.stringContaining('country is "DE"') as string,
      ],
      nextTurnAt: '2026-04-01T09:00:00.001Z',
    });
    expect((few?.reasons as string[])[0]).toMatch(/^not: /);
    expect((elsewhere?.reasons as string[])[2]).toContain('country is "SE" (not: ');
    expect(unknown).toEqual({
      matches: false,
      reasons: ['the contact is not in the store'],
      nextTurnAt: null,
    });
  });

  it('gives what cannot be judged to the error output, and nobody of it through Match', () => {
    const { status, outputs } = cases.played<Run>('items that cannot be judged').result;
    expect(status).toBe('success');
    const [match, noMatch, errors] = outputs.Match ?? [];
    expect(match).toMatchObject([
      { json: { match: { matches: true, segment: 'vips' } }, pairedItem: { item: 0 } },
    ]);
    expect(noMatch).toEqual([]);
    expect(errors).toMatchObject([
      { json: { error: expect.stringContaining('not in the store') as string }, pairedItem: { item: 1 } },
      { json: { error: 'There is no segment "nobody".' }, pairedItem: { item: 2 } },
    ]);
  });

  it('ends a wait when the contact enters a segment, leaves one, or stands so when it comes', () => {
    const title = 'a wait that a segment ends';
    expect(sent(title)).toEqual([
      '2026-03-02T09:00:00 cyd Left Early',
      '2026-03-02T15:00:00 ben Left Early',
      '2026-03-04T09:00:00 ana Left Early',
    ]);
    expect(items(title).map(({ wait }) => (wait as Json).leftBy)).toEqual([
      { segment: 'active', is: 'out' },
      { segment: 'vips', is: 'in' },
      { segment: 'active', is: 'out' },
    ]);
  });
});
