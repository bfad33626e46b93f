import fc from 'fast-check';
import { ownScale, SCALES, type Scale } from '../../../src/domain/nps/scale';
import { netPromoterScore, percentage, tally, totalsOf } from '../../../src/domain/nps/survey-totals';

const scale = fc.constantFrom(...Object.values(SCALES));
const answersTo = (to: Scale, minLength = 0) =>
  fc.array(fc.integer({ min: to.lowest, max: to.highest }), { minLength, maxLength: 200 });
const answered = (minLength = 0) => scale.chain((to) => fc.tuple(fc.constant(to), answersTo(to, minLength)));
const totals = (scores: readonly number[], to: Scale) => totalsOf(tally(scores), to);

const repeat = (score: number, times: number) => Array<number>(times).fill(score);

describe('the totals of a survey', () => {
  it('do not depend on the order of the answers', () => {
    const shuffled = answered().chain(([to, scores]) =>
      fc.tuple(
        fc.constant(to),
        fc.constant(scores),
        fc.shuffledSubarray(scores, { minLength: scores.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([to, scores, other]) => {
        expect(totals(other, to)).toEqual(totals(scores, to));
      }),
    );
  });

  it('count every answer in one band', () => {
    fc.assert(
      fc.property(answered(), ([to, scores]) => {
        const { answers, bands } = totals(scores, to);
        expect(answers).toBe(scores.length);
        expect(bands.high + bands.middle + bands.low).toBe(answers);
      }),
    );
  });

  it('are bounded: an NPS by -100 and 100, a share by 0 and 100, a mean by its scale, the intervals too', () => {
    fc.assert(
      fc.property(answered(1), ([to, scores]) => {
        const [least, most] = { nps: [-100, 100], csat: [0, 100], ces: [1, 7], own: [0, 100] }[to.kind] as [
          number,
          number,
        ];
        const { score, mean } = totals(scores, to);
        for (const [figure, low, high] of [
          [score, least, most],
          [mean, to.lowest, to.highest],
        ] as const) {
          if (!figure) throw new Error('There is no figure');
          const order = [low, figure.from, figure.value, figure.to, high];
          for (let at = 1; at < order.length; at++)
            expect(order[at]).toBeGreaterThanOrEqual((order[at - 1] ?? 0) - 1e-9);
        }
      }),
    );
  });

  it('never fall when one answer rises', () => {
    const raised = answered(1).chain(([to, scores]) =>
      fc.tuple(
        fc.constant(to),
        fc.constant(scores),
        fc.nat(scores.length - 1),
        fc.integer({ min: 0, max: to.highest }),
      ),
    );
    fc.assert(
      fc.property(raised, ([to, scores, at, by]) => {
        const higher = scores.with(at, Math.min(to.highest, (scores[at] ?? 0) + by));
        const [before, after] = [totals(scores, to), totals(higher, to)];
        expect(after.score?.value).toBeGreaterThanOrEqual((before.score?.value ?? 0) - 1e-9);
        expect(after.mean?.value).toBeGreaterThanOrEqual((before.mean?.value ?? 0) - 1e-9);
      }),
    );
  });

  it('turn their sign with promoters and detractors exchanged, within the same margin', () => {
    const people = fc.tuple(fc.nat(500), fc.nat(500), fc.nat(500)).filter(([p, d, n]) => p + d + n > 0);
    fc.assert(
      fc.property(people, ([promoters, detractors, passives]) => {
        const answers = promoters + detractors + passives;
        const one = netPromoterScore(promoters, detractors, answers);
        const other = netPromoterScore(detractors, promoters, answers);
        expect(other?.value).toBeCloseTo(-(one?.value ?? NaN), 10);
        expect(other?.margin).toBeCloseTo(one?.margin ?? NaN, 10);
        expect(other?.from).toBeCloseTo(-(one?.to ?? NaN), 10);
        expect(other?.to).toBeCloseTo(-(one?.from ?? NaN), 10);
      }),
    );
  });

  it('have a margin that only shrinks when the same is answered by more', () => {
    fc.assert(
      fc.property(answersTo(SCALES.nps, 2), fc.integer({ min: 2, max: 9 }), (scores, times) => {
        const more = Array<readonly number[]>(times).fill(scores).flat();
        for (const to of [SCALES.nps, { ...SCALES.nps, kind: 'own' as const }]) {
          const [few, many] = [totals(scores, to).score, totals(more, to).score];
          expect(many?.margin).toBeLessThanOrEqual((few?.margin ?? NaN) + 1e-9);
          expect(many?.value).toBeCloseTo(few?.value ?? NaN, 9);
        }
      }),
    );
  });

  it('have an NPS margin of 1.96 standard errors of answers counted as +100, 0 and -100', () => {
    fc.assert(
      fc.property(answersTo(SCALES.nps, 1), (scores) => {
        const points: number[] = scores.map((score) => (score >= 9 ? 100 : score <= 6 ? -100 : 0));
        const mean = points.reduce((sum, each) => sum + each, 0) / points.length;
        const variance = points.reduce((sum, each) => sum + (each - mean) ** 2, 0) / points.length;
        const { score } = totals(scores, SCALES.nps);
        expect(score?.value).toBeCloseTo(mean, 9);
        expect(score?.margin).toBeCloseTo(1.959963984540054 * Math.sqrt(variance / points.length), 6);
      }),
    );
  });
});

describe('known figures', () => {
  it('are those of the textbook for an NPS, unrounded', () => {
    // 70 promoters, 20 passives, 10 detractors: Var = 0.8 - 0.36 = 0.44, margin 1.96 * 0.0663 = 13.0 points.
    const { score, bands } = totals([...repeat(10, 70), ...repeat(8, 20), ...repeat(3, 10)], SCALES.nps);
    expect(bands).toEqual({ high: 70, middle: 20, low: 10 });
    expect(score?.value).toBeCloseTo(60, 10);
    expect(score?.margin).toBeCloseTo(13.0008, 3);
    expect(netPromoterScore(1, 0, 3)?.value).toBeCloseTo(100 / 3, 12);
  });

  it('are those of Wilson for a share', () => {
    // The example of 81 successes of 263: 0.2553 to 0.3662 (Newcombe 1998, table I, method 3).
    const share = percentage(81, 263);
    expect(share?.from).toBeCloseTo(25.53, 2);
    expect(share?.to).toBeCloseTo(36.62, 2);
    // None of 20: 0 to 0.1611 (the same table).
    expect(percentage(0, 20)).toMatchObject({ value: 0, from: 0 });
    expect(percentage(0, 20)?.to).toBeCloseTo(16.11, 2);
    expect(percentage(20, 20)?.to).toBe(100);
  });

  it('are the mean with its standard error for CES', () => {
    const { score } = totals([2, 4, 4, 4, 5, 5, 7, 7], SCALES.ces);
    // Sum 38, mean 4.75, sample variance 19.5 / 7.
    expect(score?.value).toBe(4.75);
    expect(score?.margin).toBeCloseTo(1.959963984540054 * Math.sqrt(19.5 / 7 / 8), 10);
  });

  it('are the share that is satisfied on a scale of one’s own', () => {
    const own = ownScale({ lowest: 0, highest: 10, satisfiedFrom: 7, neutralFrom: null });
    if (!own.ok) throw new Error('The scale is refused');
    const { bands, score } = totals([7, 10, 6, 0], own.value);
    expect(bands).toEqual({ high: 2, middle: 0, low: 2 });
    expect(score?.value).toBe(50);
  });

  it('are none without answers, and a mean without a margin with one', () => {
    expect(totals([], SCALES.nps)).toMatchObject({ answers: 0, score: null, mean: null });
    expect(totals([4], SCALES.ces).score).toEqual({ value: 4, margin: null, from: 1, to: 7 });
  });
});

describe('warnings', () => {
  const warnings = (scores: readonly number[], to: Scale) => totals(scores, to).warnings.join(' ');

  it('say that nobody answered, or fewer than 30', () => {
    expect(warnings([], SCALES.nps)).toContain('Nobody');
    expect(warnings([9], SCALES.nps)).toContain('1 answer is too few');
    const mixed = [...repeat(10, 23), ...repeat(3, 6)];
    expect(warnings(mixed, SCALES.nps)).toContain('29 answers are too few');
    expect(warnings([...mixed, 10], SCALES.nps)).toBe('');
    expect(warnings(repeat(4, 29), SCALES.ces)).toContain('29');
    expect(warnings(repeat(4, 30), SCALES.ces)).toBe('');
  });

  it('say that fewer than five answers lie outside the largest band', () => {
    expect(warnings(repeat(10, 100), SCALES.nps)).toContain('none differs');
    expect(warnings([...repeat(10, 99), 0], SCALES.nps)).toContain('only 1 differs');
    expect(warnings([...repeat(5, 96), ...repeat(1, 4)], SCALES.csat)).toContain('only 4 differ');
    expect(warnings([...repeat(5, 95), ...repeat(1, 5)], SCALES.csat)).toBe('');
  });

  it('say that nobody knows whether promoters or detractors prevail', () => {
    expect(warnings([...repeat(10, 20), ...repeat(3, 18)], SCALES.nps)).toContain('reaches over 0');
    expect(warnings([...repeat(10, 35), ...repeat(3, 5)], SCALES.nps)).toBe('');
    expect(warnings([...repeat(5, 20), ...repeat(1, 18)], SCALES.csat)).toBe('');
  });
});
