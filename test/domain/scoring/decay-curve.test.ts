import fc from 'fast-check';
import { addCurves, curveOf, limitCurve, turningPoints } from '../../../src/domain/scoring/decay-curve';

const HALF_LIFE = 1_000_000;
const UNTIL = 8 * HALF_LIFE;

/**
 * Coefficients, by power of x, of a polynomial whose slope is zero exactly at the given places. With half-lives of 1/1,
 * 1/2, 1/3 … the same coefficients make a curve of x = 2^(−t / half-life), which turns when x comes by those places.
 */
function polynomialTurningAt(places: readonly number[]): number[] {
  let slope = [1];
  for (const place of places) {
    const times = [0, ...slope];
    slope = times.map((coefficient, power) => coefficient - place * (slope[power] ?? 0));
  }
  return [0, ...slope.map((coefficient, power) => coefficient / (power + 1))];
}

describe('turningPoints', () => {
  it('finds each moment at which a sum of any number of half-lives turns, and no other', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 19 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(1, -1, 40),
        (twentieths, scale) => {
          const places = twentieths.map((part) => part / 20);
          const parts = polynomialTurningAt(places).map((amount, power) =>
            curveOf(scale * amount, power === 0 ? null : HALF_LIFE / power, UNTIL),
          );
          const found = turningPoints(addCurves(parts, UNTIL)).sort((a, b) => a - b);
          const expected = places.map((place) => -HALF_LIFE * Math.log2(place)).sort((a, b) => a - b);
          expect(found).toHaveLength(expected.length + 1);
          [0, ...expected].forEach((moment, index) => {
            expect(Math.abs((found[index] ?? NaN) - moment)).toBeLessThan(2);
          });
        },
      ),
    );
  });

  it('cuts a limited curve where it comes to its limit and where it leaves it', () => {
    // x − x² rises from 0 to 1/4 at x = 1/2; it is above 3/16 between x = 3/4 and x = 1/4.
    const curve = addCurves([curveOf(1, HALF_LIFE, UNTIL), curveOf(-1, HALF_LIFE / 2, UNTIL)], UNTIL);
    const limited = limitCurve(curve, { cap: 3 / 16, floor: null });
    const cuts = turningPoints(limited).sort((a, b) => a - b);
    const expected = [0, -HALF_LIFE * Math.log2(3 / 4), 2 * HALF_LIFE];
    expect(cuts).toHaveLength(3);
    expected.forEach((moment, index) => {
      expect(Math.abs((cuts[index] ?? NaN) - moment)).toBeLessThan(2);
    });
  });

  it('finds none in what only falls, or stays', () => {
    const falling = [curveOf(5, 3_000, UNTIL), curveOf(2, 700, UNTIL), curveOf(-4, null, UNTIL)];
    expect(turningPoints(addCurves(falling, UNTIL))).toEqual([0]);
    expect(turningPoints(addCurves([], UNTIL))).toEqual([0]);
  });
});
