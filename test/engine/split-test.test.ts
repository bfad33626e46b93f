import { splitter } from '../../src/domain/experiment/split-contact';
import { pick, runSimulation } from './run-simulation';

jest.setTimeout(180_000);

/** The addresses of the scenario's contacts, in the order of their ids, without those that get nothing. */
function outsideOfControlGroup(): string[] {
  const variants = ['Short', 'Long'].map((name) => ({ name, weight: 50 }));
  const draw = splitter({ name: 'subject', variants, controlShare: 0.1 });
  const addresses = Array.from({ length: 200 }, (_, index) => `p${index}@example.com`);
  return addresses.filter((_, index) => draw(index + 1) !== null);
}

describe('Split Test in the engine', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('split-test');
  });

  it('tries both variants on a part, and sends the rest what people clicked, a day later and once each, and the control group nothing', () => {
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
    const reached = sent.map(({ to: address }) => String(address));
    expect(reached.toSorted()).toEqual(outsideOfControlGroup().toSorted());
    expect(to('Winner Long')).toHaveLength(reached.length - short.length - long.length);
    expect(new Set(to('Winner Long').map(({ at }) => at))).toEqual(new Set(['2026-03-03T09:00:00Z']));
    const [first] = to('Winner Long');
    expect(JSON.parse(String(first?.text))).toMatchObject({
      name: 'Long',
      decidedAt: '2026-03-03T09:00:00.000Z',
    });
  });
});
