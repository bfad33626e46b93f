/** How many points a panel has: a polynomial of up to degree 2 · 10 − 1 is summed up exactly. */
export const POINTS = 10;

/** The points of Gauss and Legendre between −1 and 1, in order, and their weights. */
export const GAUSS: ReadonlyArray<{ readonly at: number; readonly weight: number }> = gaussPoints();

/** The sum of a function over panels, each between two neighbouring knots; knots in order. */
export function integrate(f: (x: number) => number, knots: readonly number[]): number {
  let sum = 0;
  forEachPoint(knots, (x, weight) => (sum += weight * f(x)));
  return sum;
}

/** Calls back for each point of each panel, with what the value there counts in a sum. */
export function forEachPoint(knots: readonly number[], visit: (x: number, weight: number) => void): void {
  for (let panel = 1; panel < knots.length; panel++) {
    const from = knots[panel - 1] ?? 0;
    const half = ((knots[panel] ?? 0) - from) / 2;
    for (const { at, weight } of GAUSS) visit(from + half * (1 + at), half * weight);
  }
}

/** A function within a panel as Legendre polynomials: one coefficient for each degree from 0. */
export function legendreOf(values: readonly number[]): number[] {
  const coefficients = new Array<number>(POINTS).fill(0);
  GAUSS.forEach(({ weight }, point) => {
    const own = POLYNOMIALS[point] ?? [];
    for (let degree = 0; degree < POINTS; degree++) {
      const part = ((2 * degree + 1) / 2) * weight * (own[degree] ?? 0) * (values[point] ?? 0);
      coefficients[degree] = (coefficients[degree] ?? 0) + part;
    }
  });
  return coefficients;
}

/** The sum of Legendre polynomials from −1 up to `at`: each of degree n gives (P(n+1) − P(n−1)) / (2n + 1). */
export function sumUpTo(coefficients: readonly number[], at: number): number {
  let sum = (coefficients[0] ?? 0) * (1 + at);
  let [before, own] = [1, at];
  for (let degree = 1; degree < POINTS; degree++) {
    const next = ((2 * degree + 1) * at * own - degree * before) / (degree + 1);
    sum += ((coefficients[degree] ?? 0) * (next - before)) / (2 * degree + 1);
    before = own;
    own = next;
  }
  return sum;
}

/** The values of the Legendre polynomials of degree 0 to `most`. */
function polynomials(at: number, most: number): number[] {
  const values = [1, at];
  for (let degree = 2; degree <= most; degree++) {
    const [one, two] = [values[degree - 1] ?? 0, values[degree - 2] ?? 0];
    values.push(((2 * degree - 1) * at * one - (degree - 1) * two) / degree);
  }
  return values;
}

/** The zeros of the polynomial of degree `POINTS`, by Newton's steps from Chebyshev's points. */
function gaussPoints(): Array<{ at: number; weight: number }> {
  return Array.from({ length: POINTS }, (_, index) => {
    let at = -Math.cos((Math.PI * (index + 0.75)) / (POINTS + 0.5));
    let slope = 1;
    for (let step = 0; step < 20; step++) {
      const values = polynomials(at, POINTS);
      const [value, before] = [values[POINTS] ?? 0, values[POINTS - 1] ?? 0];
      slope = (POINTS * (at * value - before)) / (at * at - 1);
      at -= value / slope;
    }
    return { at, weight: 2 / ((1 - at * at) * slope * slope) };
  });
}

const POLYNOMIALS: ReadonlyArray<readonly number[]> = GAUSS.map(({ at }) => polynomials(at, POINTS));
