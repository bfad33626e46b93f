import { pick, runSimulation } from './run-simulation';

jest.setTimeout(180_000);

interface Run {
  status: string;
  error?: { message: string };
  outputs: Record<string, Array<Array<{ json: Record<string, unknown>; pairedItem?: unknown }>>>;
  hints?: unknown[];
}

describe('Wait Until Date in the engine', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('wait-until-date');
  });

  /** Who was sent what, when by their own clock. */
  const sent = (title: string) =>
    pick(cases.played(title).timeline, 'sent', 'local', 'at', 'to', 'subject').map(
      ({ local, at, to, subject }) => `${String(local ?? at)} ${String(to).split('@')[0]} ${String(subject)}`,
    );
  const texts = (title: string) =>
    pick(cases.played(title).timeline, 'sent', 'text').map(({ text }) => String(text).trim().split('|'));

  it('counts an hour for each contact from when it came, and says so', () => {
    expect(sent('an hour, for each from when it came')).toEqual([
      '2026-03-02 11:00 ana Due',
      '2026-03-02 05:20 ben Due',
    ]);
    expect(texts('an hour, for each from when it came')[0]).toEqual([
      "1 hour after 2026-03-02 10:00 in Europe/Ljubljana (contact's time zone)",
      '1',
      'false',
      'c1',
    ]);
  });

  it('keeps the first wait, restarts it, or lets both wait', () => {
    expect(sent('the same contact again: keep')).toEqual(['2026-03-02 11:00 ana Due']);
    expect(texts('the same contact again: keep')[0]?.[3]).toBe('first');
    expect(sent('the same contact again: restart')).toEqual(['2026-03-02 11:30 ana Due']);
    expect(texts('the same contact again: restart')[0]?.[3]).toBe('second');
    expect(sent('the same contact again: both')).toEqual([
      '2026-03-02 11:00 ana Due',
      '2026-03-02 11:30 ana Due',
    ]);
  });

  it('tells waits of one contact apart by a key', () => {
    expect(sent('told apart by a key')).toEqual(['2026-03-02 11:30 ana Due', '2026-03-02 11:40 ana Due']);
    expect(texts('told apart by a key').map((text) => text[3])).toEqual(['second', 'first']);
  });

  it('lets go at once of who did what ends the wait, and of nobody else', () => {
    expect(sent('leaves early on the order of that cart')).toEqual([
      '2026-03-02 04:10 ben Left Early',
      '2026-03-02 11:00 ana Due',
    ]);
    expect(texts('leaves early on the order of that cart')[0]?.[0]).toMatch(
      /order_placed at 2026-03-02T09:10:00/,
    );
  });

  it('keeps who waits over a restart, and delivers at the next publication what fell due without one', () => {
    expect(sent('a restart, an upgrade and a publication in between')).toEqual(['2026-03-02 15:30 ana Due']);
  });

  it('keeps nine o’clock over the change to summer time, in each zone, the workflow’s where none is known', () => {
    expect(sent('three days at nine over the change to summer time')).toEqual([
      '2026-03-09 09:00 ana Due',
      '2026-03-09T08:00:00Z cyd Due',
      '2026-03-09 09:00 ben Due',
    ]);
  });

  it('holds back in quiet hours and outside the windows of each', () => {
    expect(sent('quiet hours and windows of each')).toEqual([
      '2026-03-06 15:40 ben Due',
      '2026-03-09 09:00 ana Due',
    ]);
  });

  it('holds back in quiet hours also who is late because n8n was down', () => {
    // Ben comes due by day in New York, Ana at 21:30 in Ljubljana.
    expect(sent('due while n8n is down, back in the quiet hours')).toEqual([
      '2026-03-02 15:30 ben Due',
      '2026-03-03 08:00 ana Due',
    ]);
  });

  it('restarts for what is newer, not for what comes late', () => {
    expect(sent('an older event that comes late')).toEqual(['2026-03-02 11:00 ana Due']);
    expect(texts('an older event that comes late')[0]?.[3]).toBe('newer');
  });

  it('goes by a date of the contact; who is too late or has none leaves through Missed', () => {
    expect(sent('a date of the contact, before it, on time, too late and missing')).toEqual([
      '2026-03-02 04:00 ben Missed',
      '2026-03-02T09:00:00Z cyd Missed',
      '2026-03-08 10:00 ana Due',
    ]);
  });

  it('fails on a contact without the date where that is chosen', () => {
    const { timeline } = cases.played('a contact without the date, as an error');
    expect(pick(timeline, 'error', 'message')[0]?.message).toMatch(/no date in "trialEndsAt"/);
  });

  it('keeps 29 February on the 28th', () => {
    expect(sent('a birthday on 29 February')).toEqual(['2026-02-28 09:00 ana Due']);
  });

  it('finds the next weekday in each zone', () => {
    expect(sent('the next Tuesday at ten')).toEqual(['2026-03-03 10:00 ana Due', '2026-03-03 10:00 ben Due']);
  });

  it('lets one bad contact stop nobody else, and keeps it as failed', () => {
    const title = 'one bad address among many';
    expect(new Set(sent(title))).toEqual(
      new Set(['2026-03-02 11:00 ana Due', '2026-03-02T10:00:00Z cyd Due']),
    );
    expect(texts(title).at(-1)?.slice(1, 3)).toEqual(['2', 'true']);
    expect(cases.played(title).result).toEqual([
      expect.objectContaining({
        contact: expect.objectContaining({ email: 'ben@example.com' }),
        waiting: expect.objectContaining({ state: 'failed', error: 'Mailbox unknown', attempt: 2 }),
      }),
    ]);
  });

  it('waits again each time round a loop', () => {
    expect(sent('waits in a loop')).toEqual([
      '2026-03-03 10:00 ana Due',
      '2026-03-04 10:00 ana Due',
      '2026-03-05 10:00 ana Due',
    ]);
  });

  it('passes at once in a test run, says so, and keeps what the item carries', () => {
    const run = cases.played<Run>('a test run passes at once').result;
    const [item] = run.outputs.Wait?.[0] ?? [];
    expect(item?.json).toMatchObject({
      kept: true,
      contact: { firstName: 'Ana' },
      wait: { outcome: 'due', test: true, dueAt: '2026-03-05T09:00:00.000Z' },
    });
    expect(item?.pairedItem).toEqual({ item: 0 });
    expect(JSON.stringify(run.hints)).toMatch(/Test run: nobody waits/);
  });

  it('refuses where nothing would ever wake anybody, and an unknown contact', () => {
    expect(cases.played<Run>('not published').result.error?.message).toMatch(
      /not published, so nothing would ever wake/,
    );
    expect(cases.played<Run>('an unknown contact').result.error?.message).toMatch(/not in the store/);
  });

  it('holds the execution where that is chosen', () => {
    expect(sent('the execution held')).toEqual(['2026-03-04 10:00 ana Due']);
  });
});
