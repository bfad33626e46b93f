import { runSimulation, pick } from './run-simulation';

jest.setTimeout(300_000);

interface Told {
  ends: Record<string, string | null>;
  seen: { app: Record<string, string | null> };
}

describe('nurture-leads-across-channels, when everything comes down between a message and what follows it', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('nurture-comes-down');
  });

  const withoutMoments = (ends: Record<string, string | null>) =>
    Object.fromEntries(Object.entries(ends).map(([who, told]) => [who, told?.replace(/ \([^()]*\)$/, '')]));
  /** What everybody got, and how it ended, whenever that was. */
  const cameOf = (title: string) => {
    const { timeline, result } = cases.played<Told>(title);
    return {
      messages: pick(timeline, 'sent', 'to', 'node')
        .map(({ to, node }) => `${to} ${node}`)
        .sort(),
      ends: withoutMoments(result.ends),
      inTheApp: withoutMoments(result.seen.app),
    };
  };

  it('has somebody on every way', () => {
    expect(cameOf('nothing comes down').ends).toEqual({
      ...{ ana: 'completed: the last piece by e-mail', bor: 'completed: the last piece by e-mail' },
      ...{ cene: 'completed: the rest by SMS', hugo: 'completed: the rest by SMS' },
      ...{ gita: 'completed: opened the intro at last', ema: 'completed: in the audience for ads' },
      fran: 'left: ads: consent ads: none on record',
    });
  });

  it.each(['after the intro', 'after what follows the intro', 'after the second', 'after the last'])(
    'loses nobody and sends nothing twice: %s',
    (title) => {
      expect(cases.played(title).timeline.some(({ message }) => message === 'The server is gone')).toBe(true);
      expect(cameOf(title)).toEqual(cameOf('nothing comes down'));
    },
  );
});
