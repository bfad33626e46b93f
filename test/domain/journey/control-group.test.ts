import fc from 'fast-check';
import { splitter } from '../../../src/domain/experiment/split-contact';
import { controlGroup } from '../../../src/domain/journey/control-group';

const IDS = 1_000_000;
/** Of so many contacts independence is asked: four times as many take four times as long and tell twice as much. */
const SOME_IDS = 250_000;
/** So many standard errors lie between what is chance and what is not: beyond them lies one case in a million. */
const Z = 4.9;
/** The same for chi-square with one degree of freedom. */
const CHI_SQUARE = Z ** 2;

const shares = fc.integer({ min: 0, max: 10_000 }).map((n) => n / 10_000);
const names = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
const ids = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });

/** How far a table of two by two is from independence. */
function chiSquare(isFirst: (id: number) => boolean, isSecond: (id: number) => boolean): number {
  const table = [
    [0, 0],
    [0, 0],
  ];
  for (let id = 1; id <= SOME_IDS; id++) table[Number(isFirst(id))]![Number(isSecond(id))]! += 1;
  const row = table.map(([a = 0, b = 0]) => a + b);
  const column = [0, 1].map((at) => (table[0]?.[at] ?? 0) + (table[1]?.[at] ?? 0));
  let sum = 0;
  for (const first of [0, 1]) {
    for (const second of [0, 1]) {
      const expected = ((row[first] ?? 0) * (column[second] ?? 0)) / SOME_IDS;
      sum += ((table[first]?.[second] ?? 0) - expected) ** 2 / expected;
    }
  }
  return sum;
}

describe('the control group of a journey', () => {
  it('is the same for the same contact for ever', () => {
    fc.assert(
      fc.property(names, shares, fc.array(ids, { maxLength: 20 }), (name, share, contacts) => {
        const answer = contacts.map(controlGroup(name, share));
        expect(contacts.map(controlGroup(name, share))).toEqual(answer);
        expect(contacts.toReversed().map(controlGroup(name, share)).toReversed()).toEqual(answer);
      }),
    );
    // Written down once: another answer would give mails to who was to get none.
    const group = controlGroup('welcome', 0.25);
    expect(Array.from({ length: 40 }, (_, index) => index + 1).filter(group)).toEqual([
      4, 5, 6, 7, 9, 11, 12, 15, 22, 26, 34, 37, 40,
    ]);
  });

  it('is nobody at 0 %, everybody at 100 %, and keeps whom it had as it grows', () => {
    fc.assert(
      fc.property(names, shares, shares, ids, (name, one, other, id) => {
        expect(controlGroup(name, 0)(id)).toBe(false);
        expect(controlGroup(name, 1)(id)).toBe(true);
        const [small, large] = [Math.min(one, other), Math.max(one, other)];
        if (controlGroup(name, small)(id)) expect(controlGroup(name, large)(id)).toBe(true);
      }),
    );
  });

  it.each([0.001, 0.1, 0.5])('is %d of a million contacts, within the binomial error', (share) => {
    const group = controlGroup('welcome', share);
    let size = 0;
    for (let id = 1; id <= IDS; id++) if (group(id)) size++;
    expect(Math.abs(size - IDS * share)).toBeLessThan(Z * Math.sqrt(IDS * share * (1 - share)));
  });

  it('is independent of those of other journeys', () => {
    expect(chiSquare(controlGroup('welcome', 0.1), controlGroup('win-back', 0.1))).toBeLessThan(CHI_SQUARE);
    expect(chiSquare(controlGroup('welcome', 0.1), controlGroup('welcome 2', 0.5))).toBeLessThan(CHI_SQUARE);
  });

  it('is independent of the groups and variants of split tests, also of one with the name of the journey', () => {
    for (const name of ['welcome', 'subject']) {
      const split = splitter({
        name,
        variants: [
          { name: 'A', weight: 50 },
          { name: 'B', weight: 50 },
        ],
        controlShare: 0.1,
      });
      const inJourney = controlGroup('welcome', 0.1);
      expect(chiSquare(inJourney, (id) => split(id) === null)).toBeLessThan(CHI_SQUARE);
      expect(chiSquare(inJourney, (id) => split(id) === 'A')).toBeLessThan(CHI_SQUARE);
    }
  });

  it('would not pass as independent of itself', () => {
    expect(chiSquare(controlGroup('welcome', 0.1), controlGroup('welcome', 0.1))).toBeGreaterThan(CHI_SQUARE);
  });
});
