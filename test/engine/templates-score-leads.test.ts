import { runSimulation } from './run-simulation';

jest.setTimeout(300_000);

interface Stands {
  stage: string | null;
  lists: string[];
  qualified: number;
}

let cases: Awaited<ReturnType<typeof runSimulation>>;

beforeAll(async () => {
  cases = await runSimulation('score-leads');
});

/** What came of a story in which nothing went wrong. */
function resultOf<Result>(title: string): Result {
  const { result, timeline } = cases.played<Result>(title);
  expect(timeline.filter(({ kind }) => kind === 'error')).toEqual([]);
  return result;
}

describe('a lead becomes warm, hot, and cold again by time alone', () => {
  const ana = (moment: string) =>
    resultOf<Record<string, Record<string, Stands>>>('becomes warm, hot, and cold again by time alone')[
      moment
    ]?.['ana'];

  it.each<[string, Stands]>([
    ['warm', { stage: null, lists: ['warm-leads'], qualified: 0 }],
    ['hot', { stage: 'marketing_qualified_lead', lists: ['hot-leads'], qualified: 1 }],
    ['faded', { stage: 'marketing_qualified_lead', lists: ['warm-leads'], qualified: 1 }],
    ['cold', { stage: 'marketing_qualified_lead', lists: [], qualified: 1 }],
  ])('%s', (moment, stands) => {
    expect(ana(moment)).toEqual(stands);
  });

  it('becomes hot again, but qualifies once', () => {
    expect(ana('again')).toEqual({
      stage: 'marketing_qualified_lead',
      lists: ['hot-leads'],
      qualified: 1,
    });
  });
});

it('leaves who is further on in their stage, and counts no opens by machines', () => {
  expect(resultOf('leaves alone who is further on, who stays below, and machines')).toEqual({
    cene: { stage: 'customer', lists: ['hot-leads'], qualified: 0 },
    bor: { stage: null, lists: ['warm-leads'], qualified: 0 },
  });
});

it('counts once what is told twice', () => {
  expect(resultOf('takes an event told twice once, and a contact without a country')).toEqual({
    bor: { stage: null, lists: [], qualified: 0 },
  });
});

it('lets a score fade that was raised before a restart', () => {
  expect(resultOf('goes on after a restart and while n8n was off')).toEqual({
    ana: { stage: 'marketing_qualified_lead', lists: [], qualified: 1 },
  });
});
