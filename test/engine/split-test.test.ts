import { pick, runSimulation } from './run-simulation';

jest.setTimeout(180_000);

describe('Split Test in the engine', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('split-test');
  });

  it('tries both variants on a part, and sends the rest what people clicked, a day later and once each', () => {
    const sent = pick(
      cases.played('sends the winner to the rest').timeline,
      'sent',
      'to',
      'subject',
      'at',
      'text',
    );
    const to = (subject: string) => sent.filter((mail) => String(mail.subject).trim() === subject);
    const [short, long] = [to('Short'), to('Long')];
    expect(short.length).toBeGreaterThan(20);
    expect(long.length).toBeGreaterThan(20);
    expect(to('Winner Short')).toEqual([]);
    expect(to('Winner Long')).toHaveLength(200 - short.length - long.length);
    expect(new Set(sent.map(({ to: address }) => address)).size).toBe(200);
    expect(new Set(to('Winner Long').map(({ at }) => at))).toEqual(new Set(['2026-03-03T09:00:00Z']));
    const [first] = to('Winner Long');
    expect(JSON.parse(String(first?.text))).toMatchObject({
      name: 'Long',
      decidedAt: '2026-03-03T09:00:00.000Z',
    });
  });
});
