import fc from 'fast-check';
import {
  bandOf,
  bandRange,
  bandWord,
  BANDS,
  isNameOfScale,
  ownScale,
  scaleName,
  SCALES,
} from '../../../src/domain/nps/scale';

const RANK = { low: 0, middle: 1, high: 2 };

/** Limits that make a scale. */
const limits = fc
  .tuple(fc.integer({ min: 0, max: 98 }), fc.integer({ min: 2, max: 30 }))
  .map(([lowest, length]) => ({ lowest, highest: Math.min(100, lowest + length) }))
  .chain(({ lowest, highest }) =>
    fc.integer({ min: lowest + 1, max: highest }).chain((satisfiedFrom) =>
      fc.record({
        lowest: fc.constant(lowest),
        highest: fc.constant(highest),
        satisfiedFrom: fc.constant(satisfiedFrom),
        neutralFrom: fc.option(fc.integer({ min: lowest + 1, max: satisfiedFrom })),
      }),
    ),
  );

describe('the bands of a scale', () => {
  it('are those of the standards', () => {
    const bands = (scale: keyof typeof SCALES, from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, at) =>
        bandWord(bandOf(from + at, SCALES[scale]), SCALES[scale]),
      );
    expect(bands('nps', 0, 10)).toEqual([
      ...Array<string>(7).fill('detractor'),
      'passive',
      'passive',
      'promoter',
      'promoter',
    ]);
    expect(bands('csat', 1, 5)).toEqual([
      'dissatisfied',
      'dissatisfied',
      'neutral',
      'satisfied',
      'satisfied',
    ]);
    expect(bands('ces', 1, 7)).toEqual([
      'difficult',
      'difficult',
      'difficult',
      'neutral',
      'easy',
      'easy',
      'easy',
    ]);
  });

  it('never fall as the score rises, and both ends of every scale lie in the outer two', () => {
    fc.assert(
      fc.property(limits, (own) => {
        const reading = ownScale(own);
        if (!reading.ok) throw new Error(reading.problems[0]?.message);
        const scale = reading.value;
        let before = 0;
        for (let score = own.lowest; score <= own.highest; score++) {
          const rank = RANK[bandOf(score, scale)];
          expect(rank).toBeGreaterThanOrEqual(before);
          before = rank;
        }
        expect(bandOf(own.lowest, scale)).toBe('low');
        expect(bandOf(own.highest, scale)).toBe('high');
        expect(bandRange('middle', scale) === null).toBe(
          own.neutralFrom === null || own.neutralFrom === own.satisfiedFrom,
        );
      }),
    );
  });

  it('are told by their scores', () => {
    expect(BANDS.map((band) => bandRange(band, SCALES.nps))).toEqual(['9 or 10', '7 or 8', '0 to 6']);
    expect(BANDS.map((band) => bandRange(band, SCALES.csat))).toEqual(['4 or 5', '3', '1 or 2']);
  });
});

describe('a scale of one’s own', () => {
  it.each<[string, Partial<Parameters<typeof ownScale>[0]>, string[]]>([
    ['begins below 0', { lowest: -1 }, ['lowest']],
    ['ends above 100', { highest: 101 }, ['highest']],
    ['ends where it begins', { lowest: 7, highest: 7 }, ['highest', 'satisfiedFrom', 'neutralFrom']],
    ['has no whole limits', { satisfiedFrom: 7.5 }, ['satisfiedFrom', 'neutralFrom']],
    ['leaves nobody dissatisfied', { satisfiedFrom: 0 }, ['satisfiedFrom', 'neutralFrom']],
    ['leaves nobody satisfied', { satisfiedFrom: 11 }, ['satisfiedFrom']],
    ['is neutral above satisfied', { neutralFrom: 8 }, ['neutralFrom']],
    ['is nothing', { lowest: NaN }, ['lowest', 'highest', 'satisfiedFrom', 'neutralFrom']],
  ])('is refused where it %s', (_, limit, fields) => {
    const reading = ownScale({ lowest: 0, highest: 10, satisfiedFrom: 7, neutralFrom: null, ...limit });
    expect(reading.ok ? [] : reading.problems.map(({ field }) => field)).toEqual(fields);
  });

  it('is recorded by its ends, so that a new limit does not part its answers', () => {
    const names = [7, 8].map((satisfiedFrom) => {
      const reading = ownScale({ lowest: 0, highest: 10, satisfiedFrom, neutralFrom: null });
      return reading.ok ? scaleName(reading.value) : '';
    });
    expect(names).toEqual(['0-10', '0-10']);
    expect(scaleName(SCALES.nps)).toBe('nps');
  });

  it('is named by its own name, and by that of another one with the same ends', () => {
    fc.assert(
      fc.property(limits, (own) => {
        const reading = ownScale(own);
        if (!reading.ok) throw new Error(reading.problems[0]?.message);
        const { value: scale } = reading;
        expect(isNameOfScale(scaleName(scale), scale)).toBe(true);
        for (const known of Object.values(SCALES)) {
          const isAlike = known.lowest === scale.lowest && known.highest === scale.highest;
          expect(isNameOfScale(known.kind, scale)).toBe(isAlike);
          expect(isNameOfScale(scaleName(scale), known)).toBe(isAlike);
        }
      }),
    );
    expect(isNameOfScale('NPS', SCALES.nps)).toBe(true);
    expect(['stars', '', 'own', 'toString'].filter((name) => isNameOfScale(name, SCALES.nps))).toEqual([]);
  });
});
