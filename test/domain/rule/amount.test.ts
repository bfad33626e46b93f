import fc from 'fast-check';
import { AMOUNT_PARTS, amountParts, countedValues } from '../../../src/domain/rule/amount';
import type { JsonValue } from '../../../src/domain/json';

const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;

describe('amountParts', () => {
  it('makes the same sum in whatever order amounts of money are added', () => {
    const cents = fc.array(fc.integer({ min: -100_000_00, max: 100_000_00 }), { maxLength: 50 });
    fc.assert(
      fc.property(cents, (list) => {
        const exact = list.reduce((sum, value) => sum + value, 0) / 100;
        const parts = list.map((value) => amountParts(value / 100));
        const forth = parts.reduce((sum, value) => sum + value, 0);
        const back = parts.reduceRight((sum, value) => sum + value, 0);
        expect([forth / AMOUNT_PARTS, back / AMOUNT_PARTS]).toEqual([exact, exact]);
      }),
    );
  });

  it('of a list is that of its items, of lists and objects among them nothing', () => {
    fc.assert(
      fc.property(fc.array(json), (list) => {
        const items = list.filter((item) => typeof item !== 'object');
        expect(amountParts(list)).toBe(items.reduce<number>((sum, item) => sum + amountParts(item), 0));
      }),
    );
  });

  it.each<[JsonValue | undefined, number]>([
    [0.1, 100_000],
    ['19.90', 19_900_000],
    [0.0000005, 1],
    [-0.0000005, -1],
    [0.0000004, 0],
    [1e15, 1e21],
    [1.1e15, 0],
    ['1e300', 0],
    [true, 0],
    ['', 0],
    [null, 0],
    [undefined, 0],
    [{ a: 5 }, 0],
  ])('of %j is %d', (value, parts) => {
    expect(amountParts(value)).toBeCloseTo(parts, 10);
  });
});

describe('countedValues', () => {
  it('tells text and numbers apart and leaves out what is no value', () => {
    expect(countedValues([1, '1', true, 'true', null, {}, [1]])).toEqual(['1', '"1"', 'true', '"true"']);
    expect(countedValues('a')).toEqual(['"a"']);
    expect([countedValues(null), countedValues(undefined), countedValues({ a: 1 })]).toEqual([[], [], []]);
  });
});
