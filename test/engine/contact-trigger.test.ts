import { pick, runSimulation } from './run-simulation';

jest.setTimeout(180_000);

interface Run {
  status: string;
  error?: { message: string };
  outputs: Record<string, Array<Array<{ json: Record<string, unknown> }>>>;
}

describe('Contact Trigger in the engine', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('contact-trigger');
  });

  const told = (title: string) =>
    pick(cases.played(title).timeline, 'sent', 'workflow', 'to', 'subject').map(
      ({ workflow, to, subject }) =>
        `${String(workflow)}: ${String(to).split('@')[0]} ${String(subject).trim()}`,
    );
  const items = (title: string) =>
    pick(cases.played(title).timeline, 'sent', 'text').map(
      ({ text }) => JSON.parse(String(text)) as Record<string, unknown>,
    );

  it('hears events of its types that fit its conditions, and no others', () => {
    expect(told('events by type, beginning and condition')).toEqual([
      'watch: ana page_viewed',
      'watch: ben order_placed',
    ]);
    expect(items('events by type, beginning and condition')[0]).toMatchObject({
      contact: { id: 1, email: 'ana@example.com', tags: [], lists: [], consent: {} },
      event: { type: 'page_viewed', properties: { topic: 'shoes' }, occurredAt: '2026-02-27T09:00:00.000Z' },
      delivery: { attempt: 1, redelivered: false },
    });
  });

  it('hears an event that is told three times once', () => {
    expect(told('the same event twice')).toEqual(['watch: ana order_placed']);
  });

  it('hears that a contact was created, once', () => {
    expect(told('a contact is created, once')).toEqual(['watch: ana contact_created']);
  });

  it('hears changes of the fields it watches, and sees what they were', () => {
    expect(told('only certain fields')).toEqual(['watch: ana contact_updated', 'watch: ana contact_updated']);
    expect(items('only certain fields').map(({ change }) => (change as { fields: unknown }).fields)).toEqual([
      { 'properties.plan': ['free', 'pro'] },
      { country: [null, 'SI'] },
    ]);
  });

  it('hears of stages, tags, lists and consents', () => {
    expect(told('a stage, a tag, a list, a consent').sort()).toEqual([
      'consent: ana consent_changed email',
      'list: ana list_joined news',
      'stage: ana stage_changed customer',
      'tag: ana tag_added vip',
      'tag: ana tag_removed vip',
    ]);
  });

  it('begins when it is published, and misses nothing while n8n is down', () => {
    const seen = items('what happened before is not looked at, what happens while n8n is down is');
    expect(seen.map(({ event }) => (event as { properties: { n: number } }).properties.n)).toEqual([1, 2]);
  });

  it('bundles what has gathered, in order, up to the batch size, with each contact once', () => {
    const { timeline } = cases.played('many at once travel in batches');
    const sizes = pick(timeline, 'execution', 'items').map(({ items: size }) => Number(size));
    expect(sizes.every((size) => size <= 40)).toBe(true);
    expect(sizes.length).toBeLessThan(100);
    expect(pick(timeline, 'sent', 'to').map(({ to }) => to)).toEqual(
      Array.from({ length: 100 }, (_, n) => `c${n}@example.com`),
    );
  });

  it('reaches dates every year by each clock, on 28 February too, and follows a corrected date', () => {
    const { timeline } = cases.played(
      'birthdays in each zone, every year, also on 29 February and when the date is corrected',
    );
    expect(
      pick(timeline, 'sent', 'at', 'to').map(({ at, to }) => `${String(at)} ${String(to).split('@')[0]}`),
    ).toEqual([
      '2026-02-28T08:00:00Z ana',
      '2026-02-28T14:00:00Z ben',
      '2026-03-05T08:00:00Z cyd',
      '2027-02-28T08:00:00Z ana',
      '2027-02-28T14:00:00Z ben',
      '2027-03-05T08:00:00Z cyd',
      '2028-02-28T08:00:00Z ana',
      '2028-02-29T14:00:00Z ben',
    ]);
  });

  it('finds the dates of contacts that were there before it', () => {
    const { timeline } = cases.played('contacts that were there before');
    expect(pick(timeline, 'sent', 'at', 'to')).toEqual([
      { at: '2026-03-02T08:00:00Z', to: 'ana@example.com' },
    ]);
  });

  it('gives a test run the latest real thing that fits, or says that there is none', () => {
    const { result } = cases.played<Run>('a test run gets the latest that fits');
    expect(result.outputs['When It Happens']?.[0]).toHaveLength(1);
    expect(result.outputs['When It Happens']?.[0]?.[0]?.json).toMatchObject({
      contact: { email: 'ben@example.com' },
      event: { type: 'order_placed', properties: { n: 2 } },
    });
    expect(cases.played<Run>('a test run without anything').result.error?.message).toMatch(
      /Nothing in the contact store fits/,
    );
  });
});
