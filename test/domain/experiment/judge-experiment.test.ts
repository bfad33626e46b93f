import fc from 'fast-check';
import { experimentWords } from '../../../src/domain/experiment/experiment-words';
import { judgeExperiment, type Tally } from '../../../src/domain/experiment/judge-experiment';

const tally = (variant: string | null, successes: number, contacts: number): Tally => ({
  variant,
  contacts,
  successes,
});
const sizes = fc.oneof(fc.nat({ max: 40 }), fc.nat({ max: 20_000 }), fc.nat({ max: 1_000_000 }));
const counts = fc
  .tuple(sizes, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([contacts, share]) => [Math.round(contacts * share), contacts] as const);
const named = (list: ReadonlyArray<readonly [number, number]>) =>
  list.map(([successes, contacts], index) => tally('ABCDEF'[index] ?? '', successes, contacts));

const factorials: bigint[] = [1n];
function factorial(n: number): bigint {
  for (let next = factorials.length; next <= n; next++)
    factorials.push((factorials[next - 1] ?? 1n) * BigInt(next));
  return factorials[n] ?? 1n;
}
/** A quotient of whole numbers as a number, to eighteen decimals. */
const quotient = (above: bigint, beneath: bigint) => Number((above * 10n ** 18n) / beneath) / 1e18;

/**
 * The probability that a rate of Beta(c, d) exceeds one of Beta(a, b), exactly:
 * Σ over i below c of B(a + i, b + d) / ((d + i) · B(1 + i, d) · B(a, b)).
 */
function exceeds([c, d]: readonly [number, number], [a, b]: readonly [number, number]): number {
  let sum = 0;
  for (let i = 0; i < c; i++) {
    // B(x, y) is (x − 1)! (y − 1)! / (x + y − 1)!
    const above = factorial(a + i - 1) * factorial(b + d - 1) * factorial(i + d) * factorial(a + b - 1);
    const beneath =
      factorial(a + i + b + d - 1) *
      BigInt(d + i) *
      factorial(i) *
      factorial(d - 1) *
      factorial(a - 1) *
      factorial(b - 1);
    sum += quotient(above, beneath);
  }
  return sum;
}

/** How far the second rate lies above the first on average, where it does. */
function lossOf(one: readonly [number, number], other: readonly [number, number]): number {
  const mean = ([a, b]: readonly [number, number]) => a / (a + b);
  const grown = ([a, b]: readonly [number, number]) => [a + 1, b] as const;
  return mean(other) * exceeds(grown(other), one) - mean(one) * exceeds(other, grown(one));
}

describe('judgeExperiment: laws', () => {
  it('agrees with the closed forms for two variants', () => {
    const small = fc
      .tuple(fc.nat({ max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([contacts, share]) => [Math.round(contacts * share), contacts] as const);
    fc.assert(
      fc.property(small, small, (one, other) => {
        const [a, b] = judgeExperiment(named([one, other])).variants;
        const beta = ([successes, contacts]: typeof one) =>
          [successes + 1, contacts - successes + 1] as const;
        const [first, second] = [beta(one), beta(other)];
        expect(b?.probabilityBest).toBeCloseTo(exceeds(second, first), 9);
        expect(a?.probabilityBest).toBeCloseTo(1 - exceeds(second, first), 9);
        expect(a?.expectedLoss).toBeCloseTo(lossOf(first, second), 9);
        expect(b?.expectedLoss).toBeCloseTo(lossOf(second, first), 9);
      }),
      { numRuns: 60 },
    );
  });

  it('shares out one whole probability of being the best, and a loss that the leader has least of', () => {
    fc.assert(
      fc.property(fc.array(counts, { minLength: 2, maxLength: 6 }), (list) => {
        const { variants, leader } = judgeExperiment(named(list));
        const sum = variants.reduce((all, { probabilityBest }) => all + (probabilityBest ?? NaN), 0);
        expect(sum).toBeCloseTo(1, 6);
        for (const { expectedLoss, interval, rate } of variants) {
          expect(expectedLoss).toBeGreaterThanOrEqual(0);
          expect(interval.low).toBeLessThan(interval.high);
          expect(rate === null || (rate >= 0 && rate <= 1)).toBe(true);
        }
        const tried = variants.filter(({ contacts }) => contacts > 0);
        const best = Math.max(...tried.map(({ probabilityBest }) => probabilityBest ?? 0));
        const own = variants.find(({ variant }) => variant === leader)?.probabilityBest;
        expect(leader === null || Math.abs((own ?? 0) - best) < 1e-8).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('does not depend on the order of variants', () => {
    fc.assert(
      fc.property(fc.array(counts, { minLength: 2, maxLength: 5 }), (list) => {
        const one = judgeExperiment(named(list));
        const other = judgeExperiment(named(list).reverse());
        for (const { variant, probabilityBest, expectedLoss } of one.variants) {
          const same = other.variants.find((own) => own.variant === variant);
          expect(same?.probabilityBest).toBeCloseTo(probabilityBest ?? NaN, 9);
          expect(same?.expectedLoss).toBeCloseTo(expectedLoss ?? NaN, 9);
        }
        expect(other.verdict).toBe(one.verdict);
      }),
      { numRuns: 15 },
    );
  });

  it('thinks more of a variant with one more success', () => {
    fc.assert(
      fc.property(counts, counts, ([successes, contacts], other) => {
        fc.pre(successes < contacts);
        const [before, after] = [successes, successes + 1].map(
          (own) => judgeExperiment(named([[own, contacts], other])).variants[0],
        );
        expect(after?.probabilityBest).toBeGreaterThanOrEqual((before?.probabilityBest ?? NaN) - 1e-9);
        expect(after?.expectedLoss).toBeLessThanOrEqual((before?.expectedLoss ?? NaN) + 1e-9);
        expect(after?.interval.low).toBeGreaterThan(before?.interval.low ?? NaN);
      }),
      { numRuns: 25 },
    );
  });
});

describe('judgeExperiment', () => {
  it('knows three variants exactly where they are simple', () => {
    // Densities 2x, 1 and 1: ∫ 2x · x · x and ∫ 1 · x² · x.
    const chances = judgeExperiment([tally('A', 1, 1), tally('B', 0, 0), tally('C', 0, 0)]).variants;
    expect(chances.map(({ probabilityBest }) => Number(probabilityBest?.toFixed(10)))).toEqual([
      0.5, 0.25, 0.25,
    ]);
  });

  it('leaves the control group out of the race, and compares with it', () => {
    const { variants, leader } = judgeExperiment([
      tally(null, 900, 1_000),
      tally('A', 120, 1_000),
      tally('B', 100, 1_000),
    ]);
    expect(leader).toBe('A');
    expect(variants.map(({ probabilityBest }) => probabilityBest === null)).toEqual([true, false, false]);
    expect(variants.map(({ difference }) => difference?.to)).toEqual([undefined, null, null]);
    expect(variants[1]?.difference?.high).toBeLessThan(-0.7);
    expect(variants[1]?.difference?.probabilityAbove).toBeCloseTo(0, 9);
  });

  it('compares with the leader where there is no control group', () => {
    const { variants } = judgeExperiment([tally('A', 120, 1_000), tally('B', 90, 1_000)]);
    expect(variants[0]?.difference).toBeNull();
    expect(variants[1]?.difference?.to).toBe('A');
    expect(variants[1]?.difference?.mean).toBeCloseTo(-30 / 1_002, 12);
    expect(variants[1]?.difference?.low).toBeCloseTo(-0.057, 3);
    expect(variants[1]?.difference?.high).toBeCloseTo(-0.0029, 3);
  });

  it.each([
    ['tooFew', [tally('A', 20, 99), tally('B', 1, 5_000)]],
    ['undecided', [tally('A', 22, 200), tally('B', 18, 200)]],
    ['decided', [tally('A', 1_300, 10_000), tally('B', 1_000, 10_000)]],
    ['same', [tally('A', 200_100, 1_000_000), tally('B', 200_000, 1_000_000)]],
    ['decided', [tally('A', 50, 100), tally('B', 10, 100), tally(null, 1, 3)]],
  ] as const)('says %s', (verdict, tallies) => {
    expect(judgeExperiment(tallies).verdict).toBe(verdict);
  });

  it('has no leader before anybody took part', () => {
    const result = judgeExperiment([tally('A', 0, 0), tally('B', 0, 0)]);
    expect([result.leader, result.verdict]).toEqual([null, 'tooFew']);
    expect(experimentWords(result)).toEqual(['Nobody has taken part yet.']);
  });

  it('refuses counts that cannot be', () => {
    expect(() => judgeExperiment([tally('A', 2, 1), tally('B', 0, 0)])).toThrow(RangeError);
    expect(() => judgeExperiment([tally('A', 0.5, 1), tally('B', 0, 0)])).toThrow(RangeError);
    expect(() => judgeExperiment([tally('A', 0, 1), tally(null, 0, 0)])).toThrow(RangeError);
  });
});

describe('experimentWords', () => {
  const words = (...tallies: Tally[]) => experimentWords(judgeExperiment(tallies));

  it('says what is missing, whether to stop, and what to take', () => {
    expect(words(tally('A', 20, 99), tally('B', 0, 0))).toEqual([
      'Too early to say: each variant needs 100 contacts, "A" has 99 and "B" has 0.',
      'So far, "A" reached 20.2 % (20 of 99) and "B" had nobody yet.',
    ]);
    expect(words(tally('A', 22, 200), tally('B', 18, 200))).toEqual([
      'Go on: taking "A" now would lose 0.46 percentage points on average, more than the 0.1 percentage points that are acceptable.',
      '"A" reached 11 % (22 of 200) and "B" reached 9 % (18 of 200); "A" is the best with a probability of 74.5 %.',
    ]);
    expect(words(tally('A', 1, 2_000), tally('B', 9, 2_000), tally('C', 1, 2_000))).toEqual([
      'Stop and take "B": if another is better after all, that loses 0.001 percentage points on average, no more than the 0.1 percentage points that are acceptable.',
      '"B" reached 0.45 % (9 of 2000), "A" reached 0.05 % (1 of 2000) and "C" reached 0.05 % (1 of 2000); "B" is the best with a probability of 98.9 %.',
    ]);
    expect(words(tally('A', 200_100, 1_000_000), tally('B', 200_000, 1_000_000))[0]).toBe(
      'Stop: there is no difference worth waiting for. Whichever is taken loses no more than 0.1 percentage points on average.',
    );
  });

  it('says what the leader does for contacts', () => {
    const against = (successes: number) =>
      words(tally('A', 500, 2_000), tally('B', 400, 2_000), tally(null, successes, 2_000));
    expect(against(300).at(-1)).toBe(
      'Against the control group it gains 9.99 percentage points, between 7.53 and 12.5 percentage points with 95 % probability.',
    );
    expect(against(480).at(-1)).toBe(
      'It is not certain that "A" does anything: its difference from the control group lies between -1.67 and 3.66 percentage points with 95 % probability.',
    );
    expect(against(900)).toMatchObject({
      0: 'Stop and take none: "A", the best of them, does worse than the control group, which gets nothing.',
      2: 'Against the control group it loses 20 percentage points, between 17.1 and 22.9 percentage points with 95 % probability.',
    });
  });
});
