import fc from 'fast-check';
import { parseExperiment, type Experiment } from '../../../src/domain/experiment/experiment';
import { splitter, type Assignment } from '../../../src/domain/experiment/split-contact';

function experiment(name: string, weights: Readonly<Record<string, number>>, controlShare = 0): Experiment {
  const reading = parseExperiment({
    name,
    variants: Object.entries(weights).map(([own, weight]) => ({ name: own, weight })),
    controlShare,
  });
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return reading.value;
}

const ids = fc.array(fc.maxSafeNat(), { minLength: 1, maxLength: 60 });
const names = fc.string({ minLength: 1, maxLength: 12 });
const weight = fc.oneof(fc.constantFrom(0, 1, 2, 50), fc.double({ min: 0.01, max: 100, noNaN: true }));
const two = (other: fc.Arbitrary<number>) =>
  fc.uniqueArray(
    fc.tuple(
      names.filter((name) => name.trim().toLowerCase() !== 'control'),
      other,
      other,
    ),
    {
      minLength: 2,
      maxLength: 6,
      selector: ([name]) => name,
    },
  );
const variants = two(weight).filter(
  (list) => list.some(([, before]) => before > 0) && list.some(([, , after]) => after > 0),
);

describe('splitter: laws', () => {
  it('gives a contact the same for ever, whatever the order of variants and the size of weights', () => {
    fc.assert(
      fc.property(names, variants, ids, fc.constantFrom(0.125, 3, 1_024), (name, list, contacts, factor) => {
        const all = list.map(([own, before]) => ({ name: own, weight: before }));
        const split = splitter({ name, variants: all, controlShare: 0.1 });
        const other = splitter({
          name,
          variants: [...all].reverse().map((own) => ({ ...own, weight: own.weight * factor })),
          controlShare: 0.1,
        });
        expect(contacts.map(other)).toEqual(contacts.map(split));
      }),
    );
  });

  it('moves a contact only to a variant whose weight grew in relation to that of the one it leaves', () => {
    fc.assert(
      fc.property(names, variants, ids, (name, list, contacts) => {
        const weights = (place: 1 | 2) => list.map((entry) => ({ name: entry[0], weight: entry[place] }));
        const [before, after] = ([1, 2] as const).map((place) =>
          splitter({ name, variants: weights(place), controlShare: 0 }),
        );
        const weightOf = (own: Assignment, place: 1 | 2) =>
          list.find(([other]) => other === own)?.[place] ?? 0;
        for (const id of contacts) {
          const [from, to] = [before?.(id) ?? null, after?.(id) ?? null];
          if (from === to) continue;
          const grew = weightOf(to, 2) * weightOf(from, 1);
          expect(grew).toBeGreaterThan(weightOf(to, 1) * weightOf(from, 2));
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('moves nobody between variants whose weights stayed', () => {
    fc.assert(
      fc.property(names, variants, ids, weight, (name, list, contacts, changed) => {
        const first = list[0]?.[0] ?? '';
        const weights = (own: number) =>
          list.map(([variant, before]) => ({ name: variant, weight: variant === first ? own : before }));
        fc.pre(weights(changed).some((own) => own.weight > 0));
        const [before, after] = [list[0]?.[1] ?? 0, changed].map((own) =>
          splitter({ name, variants: weights(own), controlShare: 0 }),
        );
        for (const id of contacts) {
          const moved = [before?.(id), after?.(id)];
          expect(moved[0] === moved[1] || moved.includes(first)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('moves nobody into the control group or out of it by weights, and keeps who was in a smaller one', () => {
    const share = fc.double({ min: 0, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(names, variants, ids, share, share, (name, list, contacts, one, other) => {
        const split = (place: 1 | 2, controlShare: number) =>
          splitter({
            name,
            variants: list.map((entry) => ({ name: entry[0], weight: entry[place] })),
            controlShare,
          });
        const [small, large] = [Math.min(one, other), Math.max(one, other)];
        for (const id of contacts) {
          expect(split(1, small)(id) === null).toBe(split(2, small)(id) === null);
          const [before, after] = [split(1, small)(id), split(1, large)(id)];
          if (before === null) expect(after).toBeNull();
          else expect([before, null]).toContain(after);
        }
      }),
    );
  });

  it('gives nobody a variant of weight 0', () => {
    const split = splitter(experiment('winner', { A: 0, B: 1, C: 0 }));
    expect(new Set(Array.from({ length: 1_000 }, (_, id) => split(id)))).toEqual(new Set(['B']));
  });
});

const CONTACTS = 1_000_000;

function assign(split: (id: number) => Assignment, count = CONTACTS): Assignment[] {
  return Array.from({ length: count }, (_, index) => split(index + 1));
}

function countBy(assigned: readonly Assignment[]): Map<Assignment, number> {
  const counts = new Map<Assignment, number>();
  for (const own of assigned) counts.set(own, (counts.get(own) ?? 0) + 1);
  return counts;
}

describe('splitter: a million contacts', () => {
  const shares = { A: 5, B: 3, C: 1.5, D: 0.5 };
  const first = assign(splitter(experiment('subject line', shares, 0.1)));

  it('meets the weights within four standard deviations of the binomial', () => {
    const counts = countBy(first);
    const expected = new Map<Assignment, number>([
      [null, 0.1],
      ...Object.entries(shares).map(([name, own]) => [name, (0.9 * own) / 10] as const),
    ]);
    expect(counts.size).toBe(expected.size);
    for (const [own, share] of expected) {
      const deviation = Math.sqrt(CONTACTS * share * (1 - share));
      expect(Math.abs((counts.get(own) ?? 0) - CONTACTS * share)).toBeLessThan(4 * deviation);
    }
  });

  // A name that differs in its last letter only, as those of a series do, with the same variants and weights.
  it('splits independently of another experiment', () => {
    const second = assign(splitter(experiment('subject line 2', shares, 0.1)));
    const [rows, columns] = [countBy(first), countBy(second)];
    const cells = new Map<string, number>();
    first.forEach((own, index) => {
      const cell = `${own} ${second[index]}`;
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
    });
    let chiSquared = 0;
    for (const [row, ofRow] of rows) {
      for (const [column, ofColumn] of columns) {
        const expected = (ofRow * ofColumn) / CONTACTS;
        chiSquared += ((cells.get(`${row} ${column}`) ?? 0) - expected) ** 2 / expected;
      }
    }
    // 16 degrees of freedom: exceeded once in a thousand by chance.
    expect(chiSquared).toBeLessThan(39.25);
    expect(chiSquared).toBeGreaterThan(3.9);
  });

  it('moves as many as must move when one weight changes, and no more', () => {
    const count = CONTACTS / 5;
    const after = assign(splitter(experiment('subject line', { ...shares, B: 6 }, 0.1)), count);
    const moved = after.filter((own, index) => own !== first[index]).length;
    const grown = 0.9 * (6 / 13 - 3 / 10);
    expect(Math.abs(moved - count * grown)).toBeLessThan(4 * Math.sqrt(count * grown * (1 - grown)));
  });
});

describe('splitter', () => {
  // Whoever is in an experiment now must find the same variant after every update.
  it('splits as it always has', () => {
    const split = splitter(experiment('welcome', { A: 2, B: 1, 'Ü 😀': 1 }, 0.2));
    expect([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 4_294_967_296, 9_007_199_254_740_991].map(split)).toEqual([
      ...['Ü 😀', null, 'A', 'B', null, 'Ü 😀', 'B', 'Ü 😀', 'A', 'Ü 😀', 'B', 'A'],
    ]);
  });
});

describe('parseExperiment', () => {
  const both = [{ name: 'A' }, { name: 'B' }];
  it('weighs variants alike unless told otherwise', () => {
    expect(parseExperiment({ name: 'x', variants: both })).toEqual({
      ok: true,
      value: {
        name: 'x',
        variants: [
          { name: 'A', weight: 1 },
          { name: 'B', weight: 1 },
        ],
        controlShare: 0,
      },
    });
  });

  it.each([
    ['nothing', null, 'experiment'],
    ['no name', { variants: both }, 'experiment.name'],
    ['one variant', { name: 'x', variants: [{ name: 'A' }] }, 'experiment.variants'],
    ['seven', { name: 'x', variants: 'ABCDEFG'.split('').map((name) => ({ name })) }, 'experiment.variants'],
    ['a name twice', { name: 'x', variants: [...both, { name: 'A' }] }, 'experiment.variants[2].name'],
    ['a text for a variant', { name: 'x', variants: ['A', { name: 'B' }] }, 'experiment.variants[0]'],
    [
      'a variant control',
      { name: 'x', variants: [...both, { name: 'Control' }] },
      'experiment.variants[2].name',
    ],
    [
      'a negative weight',
      { name: 'x', variants: [{ name: 'A', weight: -1 }, { name: 'B' }] },
      'experiment.variants[0].weight',
    ],
    [
      'weights of 0',
      { name: 'x', variants: both.map((own) => ({ ...own, weight: 0 })) },
      'experiment.variants',
    ],
    ['a control group of all', { name: 'x', variants: both, controlShare: 1 }, 'experiment.controlShare'],
    ['a strange key', { name: 'x', variants: both, size: 1 }, 'experiment.size'],
  ])('refuses %s with the path to it', (_, json, field) => {
    const reading = parseExperiment(json);
    expect(reading.ok ? [] : reading.problems.map((problem) => problem.field)).toEqual([field]);
  });
});
