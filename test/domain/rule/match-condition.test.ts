import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../../src/domain/json';
import { matchesCondition, matchesConditions } from '../../../src/domain/rule/match-condition';
import { parsePropertyConditions, type PropertyCondition } from '../../../src/domain/rule/property-condition';

const NOW = Date.parse('2026-03-10T15:30:00Z');
const BERLIN = { now: NOW, zone: 'Europe/Berlin' };

function parse(json: unknown): PropertyCondition {
  const reading = parsePropertyConditions([json], 'where');
  if (!reading.ok) throw new Error(reading.problems.map((problem) => problem.message).join(' '));
  const [condition] = reading.value;
  if (!condition) throw new Error('no condition');
  return condition;
}

function holds(op: string, value: unknown, seen: JsonValue | undefined, moment = BERLIN): boolean {
  const condition = parse(value === undefined ? { property: 'p', op } : { property: 'p', op, value });
  return matchesCondition(condition, seen === undefined ? {} : { p: seen }, moment).matches;
}

const scalars = fc.oneof(
  fc.constantFrom<string | number | boolean>(
    'pro',
    'Pro',
    '',
    '5',
    '5.0',
    5,
    0,
    -1.5,
    true,
    false,
    'true',
    '2026-03-09',
  ),
  fc.string(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const values: fc.Arbitrary<JsonValue> = fc.oneof(
  scalars,
  fc.array(fc.oneof(scalars, fc.constant(null)), { maxLength: 3 }),
  fc.constant({ nested: 1 }),
);

const VALID: Array<[string, unknown]> = [
  ['equals', 'pro'],
  ['notEquals', 'pro'],
  ['in', ['pro', 5]],
  ['notIn', ['pro', 5]],
  ['exists', undefined],
  ['notExists', undefined],
  ['contains', 'r'],
  ['notContains', 'r'],
  ['startsWith', 'p'],
  ['endsWith', 'o'],
  ['regex', '.*'],
  ['gt', -1e300],
  ['gte', -1e300],
  ['lt', 1e300],
  ['lte', 1e300],
  ['between', [-1e300, 1e300]],
  ['between', ['0001-01-01', '9999-12-31']],
  ['before', '9999-12-31'],
  ['after', '0001-01-01'],
  ['withinLast', { last: 30, unit: 'days' }],
  ['notWithinLast', { last: 30, unit: 'days' }],
  ['withinNext', { next: 30, unit: 'calendarDays' }],
  ['inPeriod', 'thisYear'],
  ['anniversaryToday', undefined],
];
const SATISFIED_BY_NOTHING = new Set(['notExists', 'notEquals', 'notIn', 'notContains']);

describe('a missing value', () => {
  it.each(VALID)(
    '%s: only not-exists, -equals, -in and -contains hold, null or missing alike',
    (op, value) => {
      expect(holds(op, value, undefined)).toBe(SATISFIED_BY_NOTHING.has(op));
      expect(holds(op, value, null)).toBe(SATISFIED_BY_NOTHING.has(op));
    },
  );
});

describe('laws', () => {
  it.each([
    ['equals', 'notEquals'],
    ['contains', 'notContains'],
  ])('%s and %s are opposites for every value', (op, opposite) => {
    fc.assert(
      fc.property(values, scalars, (seen, wanted) => {
        fc.pre(wanted !== '');
        expect(holds(op, wanted, seen)).toBe(!holds(opposite, wanted, seen));
      }),
    );
  });

  it('in is equals for one of its entries, notIn its opposite', () => {
    fc.assert(
      fc.property(values, fc.array(scalars, { minLength: 1, maxLength: 4 }), (seen, wanted) => {
        const expected = wanted.some((entry) => holds('equals', entry, seen));
        expect(holds('in', wanted, seen)).toBe(expected);
        expect(holds('notIn', wanted, seen)).toBe(!expected);
      }),
    );
  });

  it('a list satisfies what one of its items satisfies', () => {
    const positive = VALID.filter(([op]) => !op.startsWith('not') && op !== 'exists' && op !== 'contains');
    fc.assert(
      fc.property(fc.constantFrom(...positive), fc.array(scalars, { maxLength: 4 }), ([op, value], items) => {
        expect(holds(op, value, items)).toBe(items.some((item) => holds(op, value, item)));
      }),
    );
  });

  it('lt, equals and gt share the numbers out among them', () => {
    const numbers = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(numbers, numbers, (seen, limit) => {
        const which = ['lt', 'equals', 'gt'].filter((op) => holds(op, limit, seen));
        expect(which).toHaveLength(1);
        expect(holds('lte', limit, seen)).toBe(which[0] !== 'gt');
        expect(holds('gte', limit, seen)).toBe(which[0] !== 'lt');
      }),
    );
  });

  it('every moment is before, on or after a local day, and between it and itself on it', () => {
    const moments = fc.integer({ min: NOW - 5 * 86_400_000, max: NOW + 5 * 86_400_000 });
    fc.assert(
      fc.property(
        moments,
        fc.constantFrom('Europe/Berlin', 'Pacific/Auckland', 'America/New_York'),
        (at, zone) => {
          const moment = { now: NOW, zone };
          const seen = new Date(at).toISOString();
          const sides = [
            holds('before', '2026-03-08', seen, moment),
            holds('between', ['2026-03-08', '2026-03-08'], seen, moment),
            holds('after', '2026-03-08', seen, moment),
          ];
          expect(sides.filter(Boolean)).toHaveLength(1);
        },
      ),
    );
  });

  it('a date is within the last or the next of a long window, never in both but now', () => {
    const moments = fc.integer({ min: NOW - 5 * 86_400_000, max: NOW + 5 * 86_400_000 });
    fc.assert(
      fc.property(moments, fc.constantFrom('days', 'calendarDays'), (seen, unit) => {
        const past = holds('withinLast', { last: 9, unit }, seen);
        const coming = holds('withinNext', { next: 9, unit }, seen);
        expect([past, coming]).toEqual([seen <= NOW, seen >= NOW]);
        expect(holds('notWithinLast', { last: 9, unit }, seen)).toBe(!past);
      }),
    );
  });

  it('a date in a period is in the window that reaches as far', () => {
    const moments = fc.integer({ min: NOW - 3 * 86_400_000, max: NOW + 3 * 86_400_000 });
    fc.assert(
      fc.property(moments, (seen) => {
        const isToday = holds('inPeriod', 'today', seen);
        const pair = [
          holds('withinLast', { last: 1, unit: 'calendarDays' }, seen),
          holds('withinNext', { next: 1, unit: 'calendarDays' }, seen),
        ];
        expect(pair.includes(true)).toBe(isToday);
        const isTomorrow = holds('withinNext', { next: 2, unit: 'calendarDays' }, seen) && !isToday;
        expect(holds('inPeriod', 'tomorrow', seen)).toBe(isTomorrow && seen > NOW);
      }),
    );
  });

  it('no value and no operator throws, and each gives its reason', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...VALID),
        fc.jsonValue(),
        fc.string({ minLength: 1 }),
        ([op, value], seen, property) => {
          const condition = parse(value === undefined ? { property, op } : { property, op, value });
          const match = matchesCondition(
            condition,
            Object.fromEntries([[property, seen as JsonValue]]),
            BERLIN,
          );
          expect(match.seen).toEqual(seen);
          expect(match.reason.startsWith(`${property} is `)).toBe(true);
          expect(match.reason.includes('(not: ')).toBe(!match.matches);
        },
      ),
    );
  });

  it('any text is a name: quotes, dots, emoji, __proto__', () => {
    const names = fc.oneof(
      fc.constantFrom(
        '__proto__',
        'constructor',
        'toString',
        "it's",
        'a"b',
        'a.b',
        '😀',
        'a..b',
        '.',
        '$.x',
        "'; --",
      ),
      fc.string({ minLength: 1 }),
    );
    fc.assert(
      fc.property(names, (property) => {
        const condition = parse({ property, op: 'equals', value: 'x' });
        expect(matchesCondition(condition, Object.fromEntries([[property, 'x']]), BERLIN).matches).toBe(true);
        expect(matchesCondition(condition, {}, BERLIN)).toMatchObject({ matches: false, seen: undefined });
      }),
    );
  });
});

describe('values', () => {
  it.each<[string, unknown, JsonValue, boolean]>([
    ['equals', 'pro', 'Pro', false],
    ['equals', 'pro', 'pro ', false],
    ['equals', 5, '5.0', true],
    ['equals', '5', 5, true],
    ['equals', '5', '5.0', false],
    ['equals', 0, '', false],
    ['equals', true, 'true', true],
    ['equals', 1, true, false],
    ['equals', 'vip', ['new', 'vip'], true],
    ['notEquals', 'vip', ['new', 'vip'], false],
    ['contains', 'vi', ['new', 'vip'], false],
    ['contains', 'vip', ['new', 'vip'], true],
    ['contains', 'price', '/prices', true],
    ['contains', '20', 2026, true],
    ['startsWith', '/pricing', '/pricing/teams', true],
    ['endsWith', '@example.com', 'a@example.com', true],
    ['regex', '^/(pricing|plans)', '/plans/pro', true],
    ['gt', 50, '50.01', true],
    ['gt', '50', 51, true],
    ['gt', 50, '50 EUR', false],
    ['gte', 0, '', false],
    ['between', [10, 20], 20, true],
    ['between', [10, 20], 20.01, false],
    ['exists', undefined, [], true],
    ['exists', undefined, '', true],
  ])('%s %j of %j is %s', (op, wanted, seen, expected) => {
    expect(holds(op, wanted, seen)).toBe(expected);
  });

  it.each<[string, JsonObject, JsonValue | undefined]>([
    ['a.b', { 'a.b': 1, a: { b: 2 } }, 1],
    ['a.b', { a: { b: 2 } }, 2],
    ['a.b.c', { a: { 'b.c': 1 } }, undefined],
    ['items.sku', { items: [{ sku: 'x' }, { name: 'y' }, { sku: 'z' }] }, ['x', 'z']],
    ['items.tags', { items: [{ tags: ['a'] }, { tags: ['b', 'c'] }] }, ['a', 'b', 'c']],
    ['items.sku', { items: [] }, undefined],
    ['a.constructor', { a: {} }, undefined],
    ['a.length', { a: 'text' }, undefined],
  ])('the property %s of %j is %j', (property, properties, expected) => {
    expect(matchesCondition(parse({ property, op: 'exists' }), properties, BERLIN).seen).toEqual(expected);
  });

  it('judges an order by what is in it', () => {
    const order = {
      items: [
        { sku: 'shirt', price: 20 },
        { sku: 'lens', price: 80 },
      ],
      value: 100,
    };
    const where = [
      parse({ property: 'items.sku', op: 'in', value: ['lens'] }),
      parse({ property: 'items.price', op: 'gte', value: 80 }),
      parse({ property: 'coupon', op: 'notExists' }),
    ];
    expect(matchesConditions(where, order, BERLIN)).toEqual({
      matches: true,
      reasons: [
        'items.sku is "["shirt","lens"]" (in "lens")',
        'items.price is "[20,80]" (gte "80")',
        'coupon is missing (notExists)',
      ],
    });
    expect(matchesConditions([], order, BERLIN)).toEqual({ matches: true, reasons: [] });
  });
});

describe('dates', () => {
  const at = (time: string, zone: string): { now: number; zone: string } => ({ now: Date.parse(time), zone });

  it.each<[string, unknown, JsonValue, { now: number; zone: string }, boolean]>([
    // Two days back at noon are 48 hours, whatever the calendar says.
    ['withinLast', { last: 2, unit: 'days' }, '2026-03-08T15:30:00Z', BERLIN, true],
    ['withinLast', { last: 2, unit: 'days' }, '2026-03-08T15:29:59Z', BERLIN, false],
    ['withinLast', { last: 2, unit: 'calendarDays' }, '2026-03-09T00:00:00+01:00', BERLIN, true],
    ['withinLast', { last: 2, unit: 'calendarDays' }, '2026-03-08T23:59:59+01:00', BERLIN, false],
    ['withinLast', { last: 1, unit: 'calendarDays' }, '2026-03-10', BERLIN, true],
    ['withinLast', { last: 1, unit: 'calendarDays' }, '2026-03-09', BERLIN, false],
    // In Auckland it is the 11th already.
    [
      'withinLast',
      { last: 1, unit: 'calendarDays' },
      '2026-03-10',
      at('2026-03-10T15:30:00Z', 'Pacific/Auckland'),
      false,
    ],
    // The night the clocks go forward has 23 hours.
    [
      'withinLast',
      { last: 1, unit: 'calendarDays' },
      '2026-03-29T00:00:00+01:00',
      at('2026-03-29T21:59:59Z', 'Europe/Berlin'),
      true,
    ],
    ['withinNext', { next: 1, unit: 'calendarDays' }, '2026-03-10T23:59:59+01:00', BERLIN, true],
    ['withinNext', { next: 1, unit: 'calendarDays' }, '2026-03-11', BERLIN, false],
    ['withinNext', { next: 2, unit: 'calendarDays' }, '2026-03-11', BERLIN, true],
    ['withinNext', { next: 1, unit: 'hours' }, '2026-03-10T15:29:59Z', BERLIN, false],
    ['withinNext', { next: 1, unit: 'weeks' }, NOW + 604_800_000, BERLIN, true],
    ['withinNext', { next: 1, unit: 'weeks' }, NOW + 604_800_001, BERLIN, false],
    ['notWithinLast', { last: 30, unit: 'days' }, 'soon', BERLIN, false],
    ['notWithinLast', { last: 30, unit: 'days' }, '2025-12-24', BERLIN, true],
    ['before', '2026-03-08', '2026-03-07T22:59:59Z', BERLIN, true],
    ['before', '2026-03-08', '2026-03-07T23:00:00Z', BERLIN, false],
    ['after', '2026-03-08', '2026-03-08T22:59:59Z', BERLIN, false],
    ['after', '2026-03-08', '2026-03-08T23:00:00Z', BERLIN, true],
    ['after', '2026-03-08T10:00:00Z', '2026-03-08 11:00', BERLIN, false],
    ['after', '2026-03-08T10:00:00Z', '2026-03-08 11:01', BERLIN, true],
    ['before', '2026-03-08', '3/7/2026', BERLIN, false],
    ['inPeriod', 'thisWeek', '2026-03-09', BERLIN, true],
    ['inPeriod', 'thisWeek', '2026-03-08', BERLIN, false],
    ['inPeriod', { period: 'thisWeek', weekStartsOn: 'sunday' }, '2026-03-08', BERLIN, true],
    ['inPeriod', 'lastMonth', '2026-02-28T23:00:00Z', BERLIN, false],
    ['inPeriod', 'lastMonth', '2026-02-28T22:59:59.999Z', BERLIN, true],
    ['inPeriod', 'thisQuarter', ['2025-12-31', '2026-01-01'], BERLIN, true],
    ['inPeriod', 'nextYear', '2027-12-31T23:59', BERLIN, true],
    ['inPeriod', 'today', '02-29', BERLIN, false],
    // In Auckland it is the 11th already.
    ['inPeriod', 'tomorrow', '2026-03-11', BERLIN, true],
    ['inPeriod', 'today', '2026-03-11', at('2026-03-10T15:30:00Z', 'Pacific/Auckland'), true],
    ['anniversaryToday', undefined, '1990-03-10', BERLIN, true],
    ['anniversaryToday', undefined, '03-10', BERLIN, true],
    ['anniversaryToday', undefined, '--03-10', BERLIN, true],
    ['anniversaryToday', undefined, '1990-03-11', BERLIN, false],
    ['anniversaryToday', undefined, '1990-03-11', at('2026-03-10T15:30:00Z', 'Pacific/Auckland'), true],
    ['anniversaryToday', undefined, '2025-03-09T23:30:00Z', BERLIN, true],
    ['anniversaryToday', undefined, ['12-24', '2000-03-10'], BERLIN, true],
    // The day itself is no return, nor is one that lies ahead.
    ['anniversaryToday', undefined, '2026-03-10', BERLIN, false],
    ['anniversaryToday', undefined, '2030-03-10', BERLIN, false],
    ['anniversaryToday', undefined, '2024-02-29', at('2026-02-28T12:00:00Z', 'Europe/Berlin'), true],
    ['anniversaryToday', undefined, '2024-02-29', at('2026-03-01T12:00:00Z', 'Europe/Berlin'), false],
    ['anniversaryToday', undefined, '2024-02-29', at('2028-02-28T12:00:00Z', 'Europe/Berlin'), false],
    ['anniversaryToday', undefined, '02-29', at('2028-02-29T12:00:00Z', 'Europe/Berlin'), true],
    ['anniversaryToday', undefined, '02-30', BERLIN, false],
  ])('%s %j of %j at %j is %s', (op, wanted, seen, moment, expected) => {
    expect(holds(op, wanted, seen, moment)).toBe(expected);
  });

  it('says what cannot be read', () => {
    const reason = (json: unknown, seen: JsonValue): string =>
      matchesCondition(parse(json), { p: seen }, BERLIN).reason;
    expect(reason({ property: 'p', op: 'withinLast', value: { last: 7, unit: 'days' } }, 'soon')).toBe(
      'p is "soon", no date (not: withinLast 7 days)',
    );
    expect(reason({ property: 'p', op: 'anniversaryToday' }, 'soon')).toBe(
      'p is "soon", no date (not: anniversaryToday)',
    );
    const period = { period: 'last week', weekStartsOn: 'sunday' };
    expect(reason({ property: 'p', op: 'inPeriod', value: period }, '2026-03-07')).toBe(
      'p is "2026-03-07" (inPeriod last week (from Sunday))',
    );
    expect(reason({ property: 'p', op: 'gt', value: 7 }, 'many')).toBe(
      'p is "many", no number (not: gt "7")',
    );
  });
});
