import fc from 'fast-check';
import {
  cleanText,
  isJsonObject,
  jsonEquals,
  toJsonObject,
  toJsonValue,
  type JsonValue,
} from '../../../src/domain/json';

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withObjectString: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
} as fc.ObjectConstraints);

/** JSON with the keys and texts that go wrong. */
const json = fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<JsonValue>;
const hostile = fc.dictionary(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'a.b', '', '"'),
  json,
) as fc.Arbitrary<JsonValue>;
const value = fc.oneof(json, hostile);

/** What both databases can hold, said in another way: JSON text and back is the same, and no NUL or half character is in it. */
function isHeldByBoth(held: JsonValue): boolean {
  const text = JSON.stringify(held);
  // JSON.stringify writes both as escapes.
  return !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i.test(text) && jsonEquals(JSON.parse(text), held);
}

describe('laws of JSON values', () => {
  test('whatever it is given, it becomes something both databases can hold, and stays so', () => {
    fc.assert(
      fc.property(anything, (given) => {
        const held = toJsonValue(given);
        expect(isHeldByBoth(held)).toBe(true);
        expect(toJsonValue(held)).toEqual(held);
      }),
      { numRuns: 2_000 },
    );
  });

  test('well-formed JSON stays as it is, keys named __proto__ included', () => {
    fc.assert(
      fc.property(value, (given) => {
        if (!isHeldByBoth(given)) return;
        expect(jsonEquals(toJsonValue(given), given)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('equality is that of JSON text with sorted keys', () => {
    const sorted = (held: JsonValue): unknown =>
      Array.isArray(held)
        ? held.map(sorted)
        : isJsonObject(held)
          ? [
              'object',
              ...Object.keys(held)
                .sort()
                .map((key) => [key, sorted(held[key] ?? null)]),
            ]
          : held === 0
            ? 0
            : [typeof held, held];
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(jsonEquals(a, b)).toBe(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
        expect(jsonEquals(a, structuredClone(a))).toBe(true);
        expect(jsonEquals(a, b)).toBe(jsonEquals(b, a));
      }),
      { numRuns: 2_000 },
    );
  });

  test('the order of keys does not matter, that of items does', () => {
    expect(jsonEquals({ a: 1, b: { c: [1, 2] } }, { b: { c: [1, 2] }, a: 1 })).toBe(true);
    expect(jsonEquals([1, 2], [2, 1])).toBe(false);
    expect(jsonEquals({ a: 1 }, { a: 1, b: null })).toBe(false);
    expect(jsonEquals({ a: undefined as never }, {})).toBe(false);
    expect(jsonEquals([], {})).toBe(false);
    expect(jsonEquals(null, {})).toBe(false);
    expect(jsonEquals(undefined, undefined)).toBe(true);
    expect(jsonEquals('1', 1)).toBe(false);
    expect(jsonEquals(JSON.parse('{"__proto__":1}'), {})).toBe(false);
  });
});

describe('JSON values', () => {
  test.each([
    ['a NUL', 'a\u0000b', 'ab'],
    ['half a character', 'a\ud800b', 'a\ufffdb'],
    ['a whole one', '🎉', '🎉'],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['no date', new Date(Number.NaN), null],
    ['a Luxon date', { toISO: () => '2026-01-01T00:00:00.000Z' }, '2026-01-01T00:00:00.000Z'],
    ['no number', Number.NaN, null],
    ['infinity', Number.POSITIVE_INFINITY, null],
    ['a big integer', 2n ** 64n, '18446744073709551616'],
    ['undefined', undefined, null],
    ['a function', () => 1, null],
    ['a symbol', Symbol('s'), null],
    ['a list with holes', [1, undefined, () => 1], [1, null, null]],
    ['an object with nothing in it', { a: undefined, b: () => 1, c: null }, { c: null }],
    ['a key with a NUL', { 'a\u0000': 1 }, { a: 1 }],
  ])('%s', (_, given, held) => {
    expect(toJsonValue(given)).toEqual(held);
  });

  test('a key named __proto__ stays data and pollutes nothing', () => {
    const held = toJsonObject(JSON.parse('{"__proto__":{"polluted":1}}'));
    expect(Object.keys(held)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(held)).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('what is nested too deep for a database ends as null, whatever its depth', () => {
    const nest = (depth: number): unknown => {
      let nested: unknown = 'end';
      for (let level = 0; level < depth; level++) nested = level % 2 ? [nested] : { nested };
      return nested;
    };
    expect(toJsonValue(nest(90))).toEqual(nest(90));
    expect(JSON.stringify(toJsonValue(nest(100_000))).length).toBeLessThan(5_000);
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(JSON.stringify(toJsonValue(circle)).length).toBeLessThan(5_000);
  });

  test('clean text is well-formed and without NUL, and cleaning it again changes nothing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) }),
        (text) => {
          const clean = cleanText(text);
          expect(clean.isWellFormed() && !clean.includes('\u0000')).toBe(true);
          expect(cleanText(clean)).toBe(clean);
        },
      ),
    );
  });
});
