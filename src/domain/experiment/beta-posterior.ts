import { GAUSS, integrate, legendreOf, sumUpTo } from './gauss-panel';

/** What is known of a rate after so many trials, where every rate was as likely before: Beta(1 + successes, 1 + failures). */
export interface BetaPosterior {
  readonly mean: number;
  /** The standard deviation. */
  readonly spread: number;
  /** How likely a rate is, in relation to others. */
  density(rate: number): number;
  /** The probability of a rate at or below this one. */
  below(rate: number): number;
  /** Moments of the axis between which the density is smooth; nothing to speak of lies outside of them. */
  readonly knots: readonly number[];
}

/** How far from the mean, in standard deviations, the knots lie: a tail may fall as slowly as an exponential. */
const DISTANCES: readonly number[] = [
  ...Array.from({ length: 17 }, (_, index) => index / 2),
  ...Array.from({ length: 16 }, (_, index) => 10 + 2 * index),
];

/** Returns the posterior of a rate; successes are at most as many as trials. */
export function betaPosterior(successes: number, trials: number): BetaPosterior {
  const failures = trials - successes;
  const mean = (successes + 1) / (trials + 2);
  const spread = Math.sqrt((mean * (1 - mean)) / (trials + 3));
  const knots = knotsAround(mean, spread);
  const highest = logDensity(trials === 0 ? 0.5 : successes / trials, successes, failures);
  const raw = (rate: number) =>
    rate < 0 || rate > 1 ? 0 : Math.exp(logDensity(rate, successes, failures) - highest);
  const all = integrate(raw, knots);
  const panels = panelsOf((rate) => raw(rate) / all, knots);
  return {
    mean,
    spread,
    knots,
    density: (rate) => raw(rate) / all,
    below: (rate) => sumBelow(panels, knots, rate),
  };
}

/** The rate below which a posterior has a given probability, to a billionth of a standard deviation. */
export function quantile(posterior: BetaPosterior, probability: number): number {
  const { knots, mean, spread } = posterior;
  return solve(posterior.below, posterior.density, probability, {
    from: knots[0] ?? 0,
    to: knots.at(-1) ?? 1,
    start: mean,
    precision: spread * 1e-9,
  });
}

/** The probability that one rate exceeds another by no more than `by`. */
export function differenceBelow(one: BetaPosterior, other: BetaPosterior, by: number): number {
  const knots = knotsOfDifference(one, other, by);
  return integrate((rate) => other.density(rate) * one.below(rate + by), knots);
}

/** The difference between one rate and another below which it lies with a given probability. */
export function differenceQuantile(one: BetaPosterior, other: BetaPosterior, probability: number): number {
  const density = (by: number) =>
    integrate((rate) => other.density(rate) * one.density(rate + by), knotsOfDifference(one, other, by));
  return solve((by) => differenceBelow(one, other, by), density, probability, {
    from: (one.knots[0] ?? 0) - (other.knots.at(-1) ?? 1),
    to: (one.knots.at(-1) ?? 1) - (other.knots[0] ?? 0),
    start: one.mean - other.mean,
    precision: Math.hypot(one.spread, other.spread) * 1e-9,
  });
}

/** Knots in order, each once. */
export function mergeKnots(...lists: ReadonlyArray<readonly number[]>): number[] {
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}

function knotsOfDifference(one: BetaPosterior, other: BetaPosterior, by: number): number[] {
  const [first, last] = [other.knots[0] ?? 0, other.knots.at(-1) ?? 1];
  const shifted = one.knots.map((knot) => knot - by).filter((knot) => knot > first && knot < last);
  return mergeKnots(other.knots, shifted);
}

function logDensity(rate: number, successes: number, failures: number): number {
  // 0 · ln 0 is 0 here, not NaN.
  const [won, lost] = [
    successes === 0 ? 0 : successes * Math.log(rate),
    failures === 0 ? 0 : failures * Math.log1p(-rate),
  ];
  return won + lost;
}

function knotsAround(mean: number, spread: number): number[] {
  const around = DISTANCES.flatMap((distance) => [mean - distance * spread, mean + distance * spread]);
  return mergeKnots(around.map((knot) => Math.min(1, Math.max(0, knot))));
}

interface Panel {
  /** The probability of all rates before it. */
  readonly before: number;
  readonly half: number;
  readonly coefficients: readonly number[];
}

function panelsOf(density: (rate: number) => number, knots: readonly number[]): Panel[] {
  let before = 0;
  return knots.slice(1).map((to, index) => {
    const from = knots[index] ?? 0;
    const half = (to - from) / 2;
    const coefficients = legendreOf(GAUSS.map(({ at }) => density(from + half * (1 + at))));
    const panel = { before, half, coefficients };
    before += half * sumUpTo(coefficients, 1);
    return panel;
  });
}

function sumBelow(panels: readonly Panel[], knots: readonly number[], rate: number): number {
  const [first, last] = [knots[0] ?? 0, knots.at(-1) ?? 1];
  if (rate <= first) return 0;
  if (rate >= last) return 1;
  let [low, high] = [0, panels.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((knots[middle] ?? 1) <= rate) low = middle;
    else high = middle - 1;
  }
  const panel = panels[low];
  if (!panel) return 1;
  const at = (rate - (knots[low] ?? 0)) / panel.half - 1;
  return Math.min(1, Math.max(0, panel.before + panel.half * sumUpTo(panel.coefficients, at)));
}

interface Search {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly precision: number;
}

/** Where a rising function reaches a value: Newton's steps, halving instead where one would leave what is left. */
function solve(
  rising: (x: number) => number,
  slope: (x: number) => number,
  wanted: number,
  { from, to, start, precision }: Search,
): number {
  let [low, high, x] = [from, to, start];
  for (let step = 0; step < 200 && high - low > precision; step++) {
    const missing = wanted - rising(x);
    if (missing > 0) low = x;
    else high = x;
    const next = x + missing / slope(x);
    const isInside = next > low && next < high;
    if (isInside && Math.abs(next - x) < precision) return next;
    x = isInside ? next : (low + high) / 2;
  }
  return x;
}
