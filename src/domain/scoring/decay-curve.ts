import { limited } from './add-up';
import type { PointLimits } from './score-model';

/** A constant and what fades beside it: `constant + Σ amount · 2^(−(t − origin) / half-life)`. */
interface FadingSum {
  readonly constant: number;
  /** The amount at the origin, by half-life in milliseconds. */
  readonly amounts: ReadonlyMap<number, number>;
}

/** A sum that stands for a curve between two moments, counted in milliseconds from the origin. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly sum: FadingSum;
}

/** How points go as time goes by: stretch after stretch, without a gap. Moments are milliseconds after an origin. */
export type DecayCurve = readonly Stretch[];

/** The curve of an amount that fades with a half-life, or that stays for ever. */
export function curveOf(amount: number, halfLifeMs: number | null, until: number): DecayCurve {
  const sum: FadingSum =
    halfLifeMs === null
      ? { constant: amount, amounts: new Map() }
      : { constant: 0, amounts: new Map([[halfLifeMs, amount]]) };
  return [{ from: 0, until, sum }];
}

/** The sum of curves over the same time; of none, 0. */
export function addCurves(curves: readonly DecayCurve[], until: number): DecayCurve {
  let sum: DecayCurve = curveOf(0, null, until);
  for (const curve of curves) sum = addTwo(sum, curve);
  return sum;
}

/** A curve kept between limits, cut where it comes to them and where it leaves them. */
export function limitCurve(curve: DecayCurve, limits: PointLimits): DecayCurve {
  if (limits.cap === null && limits.floor === null) return curve;
  return curve.flatMap((stretch) => limitStretch(stretch, limits));
}

/** The moments between which a curve only rises or only falls: its cuts and its turning points, in no order. */
export function turningPoints(curve: DecayCurve): number[] {
  return curve.flatMap(({ from, until, sum }) => [from, ...zeros(slopeOf(sum), from, until)]);
}

function addTwo(one: DecayCurve, other: DecayCurve): DecayCurve {
  const added: Stretch[] = [];
  let [left, right] = [0, 0];
  for (;;) {
    const [a, b] = [one[left], other[right]];
    if (!a || !b) return added;
    const [from, until] = [Math.max(a.from, b.from), Math.min(a.until, b.until)];
    if (until > from || added.length === 0) added.push({ from, until, sum: addSums(a.sum, b.sum) });
    if (a.until <= until) left++;
    if (b.until <= until) right++;
  }
}

function addSums(one: FadingSum, other: FadingSum): FadingSum {
  const amounts = new Map(one.amounts);
  for (const [halfLife, amount] of other.amounts) {
    amounts.set(halfLife, (amounts.get(halfLife) ?? 0) + amount);
  }
  return { constant: one.constant + other.constant, amounts };
}

function limitStretch({ from, until, sum }: Stretch, limits: PointLimits): Stretch[] {
  const cuts = [limits.cap, limits.floor].flatMap((limit) =>
    limit === null ? [] : zeros(termsOf(sum, -limit), from, until),
  );
  const ends = [from, ...cuts.sort((a, b) => a - b), until];
  return ends.slice(1).map((end, index) => {
    const start = ends[index] ?? from;
    const value = valueOf(termsOf(sum, 0), (start + end) / 2);
    const kept = limited(limits, value);
    return { from: start, until: end, sum: kept === value ? sum : { constant: kept, amounts: new Map() } };
  });
}

/** `amount · e^(−rate · t)`. */
interface Term {
  readonly rate: number;
  readonly amount: number;
}

function termsOf({ constant, amounts }: FadingSum, more: number): Term[] {
  const terms: Term[] = [{ rate: 0, amount: constant + more }];
  for (const [halfLife, amount] of amounts) terms.push({ rate: Math.LN2 / halfLife, amount });
  return terms;
}

function slopeOf(sum: FadingSum): Term[] {
  return termsOf(sum, 0).map(({ rate, amount }) => ({ rate, amount: -rate * amount }));
}

function valueOf(terms: readonly Term[], at: number): number {
  let value = 0;
  for (const { rate, amount } of terms) value += amount * Math.exp(-rate * at);
  return value;
}

/** A zero is looked for until it is known to a part of a millisecond. */
const PRECISION_MS = 0.25;

/**
 * The moments strictly between two at which a sum of n fading terms changes its sign, in order; there are at most
 * n − 1. Multiplied so that the slowest term is constant, the sum keeps its zeros and its derivative has a term fewer:
 * between the zeros of that one it only rises or only falls.
 */
function zeros(terms: readonly Term[], from: number, until: number): number[] {
  const present = terms.filter(({ amount }) => amount !== 0);
  if (!present.some(({ amount }) => amount > 0) || !present.some(({ amount }) => amount < 0)) return [];
  const slowest = Math.min(...present.map(({ rate }) => rate));
  const scaled = present.map(({ rate, amount }) => ({ rate: rate - slowest, amount }));
  const slope = scaled.flatMap(({ rate, amount }) => (rate === 0 ? [] : [{ rate, amount: -rate * amount }]));
  const isNegative = (at: number) => valueOf(scaled, at) < 0;
  const ends = [from, ...zeros(slope, from, until), until];
  const found: number[] = [];
  for (let index = 1; index < ends.length; index++) {
    let [low, high] = [ends[index - 1] ?? from, ends[index] ?? until];
    const sign = isNegative(low);
    if (isNegative(high) === sign) continue;
    while (high - low > PRECISION_MS) {
      const middle = (low + high) / 2;
      if (isNegative(middle) === sign) low = middle;
      else high = middle;
    }
    found.push(high);
  }
  return found.filter((at) => at > from && at < until);
}
