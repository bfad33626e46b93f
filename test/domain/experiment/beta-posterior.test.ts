import fc from 'fast-check';
import {
  betaPosterior,
  differenceBelow,
  differenceQuantile,
  quantile,
} from '../../../src/domain/experiment/beta-posterior';
import { GAUSS, integrate, POINTS } from '../../../src/domain/experiment/gauss-panel';

const trials = fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 5_000 }), fc.nat({ max: 2_000_000 }));
const tallies = fc
  .tuple(trials, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, share]) => [Math.round(n * share), n] as const);
const posteriors = tallies.map(([successes, n]) => betaPosterior(successes, n));
const probabilities = fc.double({ min: 0.001, max: 0.999, noNaN: true });

describe('integrate', () => {
  it('sums up polynomials exactly', () => {
    expect(GAUSS).toHaveLength(POINTS);
    for (let degree = 0; degree < 2 * POINTS; degree++) {
      expect(integrate((x) => x ** degree, [0, 0.3, 2])).toBeCloseTo(2 ** (degree + 1) / (degree + 1), 6);
    }
    expect(integrate(Math.exp, [0, 1])).toBeCloseTo(Math.E - 1, 14);
  });
});

describe('betaPosterior: laws', () => {
  it('has all of its probability between its knots, its mean and its spread', () => {
    fc.assert(
      fc.property(posteriors, ({ density, mean, spread, knots }) => {
        const moment = (power: number) =>
          integrate((rate) => density(rate) * ((rate - mean) / spread) ** power, knots);
        expect(moment(0)).toBeCloseTo(1, 9);
        expect(moment(1)).toBeCloseTo(0, 9);
        expect(moment(2)).toBeCloseTo(1, 8);
      }),
    );
  });

  it('lies below a quantile with its probability, and mirrors successes and failures', () => {
    fc.assert(
      fc.property(tallies, probabilities, ([successes, n], probability) => {
        const [posterior, mirrored] = [betaPosterior(successes, n), betaPosterior(n - successes, n)];
        const rate = quantile(posterior, probability);
        expect(posterior.below(rate)).toBeCloseTo(probability, 8);
        expect(mirrored.below(1 - rate)).toBeCloseTo(1 - probability, 7);
      }),
    );
  });

  it('mirrors a difference when the two change places', () => {
    fc.assert(
      fc.property(posteriors, posteriors, probabilities, (one, other, probability) => {
        const by = differenceQuantile(one, other, probability);
        expect(differenceBelow(one, other, by)).toBeCloseTo(probability, 7);
        expect(differenceBelow(other, one, -by)).toBeCloseTo(1 - probability, 7);
      }),
      { numRuns: 60 },
    );
  });
});

describe('betaPosterior: closed forms', () => {
  it('is 1 − (1 − x)^(n + 1) after n failures, and x^(n + 1) after n successes', () => {
    for (const n of [0, 1, 5, 80, 3_000, 1_000_000]) {
      for (const probability of [0.025, 0.5, 0.975]) {
        const low = 1 - (1 - probability) ** (1 / (n + 1));
        expect(quantile(betaPosterior(0, n), probability) / low).toBeCloseTo(1, 8);
        expect(quantile(betaPosterior(n, n), probability)).toBeCloseTo(probability ** (1 / (n + 1)), 9);
      }
    }
  });

  it('has a triangle as the difference of two rates of which nothing is known', () => {
    const unknown = betaPosterior(0, 0);
    expect(differenceQuantile(unknown, unknown, 0.025)).toBeCloseTo(-1 + Math.sqrt(0.05), 10);
    expect(differenceQuantile(unknown, unknown, 0.975)).toBeCloseTo(1 - Math.sqrt(0.05), 10);
    expect(differenceBelow(unknown, unknown, 0)).toBeCloseTo(0.5, 12);
  });

  it('has a cubic as the difference between one success and nothing', () => {
    const [won, unknown] = [betaPosterior(1, 1), betaPosterior(0, 0)];
    for (const by of [0, 0.2, 0.5, 0.9]) {
      expect(1 - differenceBelow(won, unknown, by)).toBeCloseTo(2 / 3 - by + by ** 3 / 3, 10);
    }
  });

  it('comes to the normal distribution with many trials', () => {
    const [one, other] = [betaPosterior(103_000, 1_000_000), betaPosterior(100_000, 1_000_000)];
    const deviation = Math.sqrt((0.103 * 0.897 + 0.1 * 0.9) / 1e6);
    expect(differenceQuantile(one, other, 0.975)).toBeCloseTo(0.003 + 1.959964 * deviation, 6);
    expect(differenceQuantile(one, other, 0.025)).toBeCloseTo(0.003 - 1.959964 * deviation, 6);
  });
});
