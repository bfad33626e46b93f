import fc from 'fast-check';
import type { JsonValue } from '../../../src/domain/json';
import { conditionTurn, isTimed } from '../../../src/domain/rule/condition-turn';
import { localDayAt } from '../../../src/domain/rule/local-day';
import { matchesCondition } from '../../../src/domain/rule/match-condition';
import {
  parsePropertyConditions,
  PROPERTY_OPERATORS,
  type PropertyCondition,
} from '../../../src/domain/rule/property-condition';
import { isAnniversaryOn, nextReturn, readYearlyDay } from '../../../src/domain/rule/yearly-day';
import { DAY, HOUR, inEveryZone, momentIn, utc, utcText, valueOf } from '../schedule/every-zone';
import { comingWindows, datesNear, pairsIn, pastWindows, periods } from './rule-moments';

const property = 'p';
const timedConditions: fc.Arbitrary<PropertyCondition> = fc.oneof(
  pastWindows.map((value) => ({ property, op: 'withinLast' as const, value })),
  pastWindows.map((value) => ({ property, op: 'notWithinLast' as const, value })),
  comingWindows.map((value) => ({ property, op: 'withinNext' as const, value })),
  periods.map((value) => ({ property, op: 'inPeriod' as const, value })),
  fc.constant({ property, op: 'anniversaryToday' as const }),
);

const monthDays = fc
  .integer({ min: 0, max: 365 })
  .map((day) => new Date(Date.UTC(2028, 0, 1 + day)).toISOString().slice(5, 10));
const noDates = fc.constantFrom<JsonValue>('soon', '', null, true, 0, { at: 1 }, '3/7/2026', '2026-02-30');

const truth = (condition: PropertyCondition, value: JsonValue, now: number, zone: string): boolean =>
  matchesCondition(condition, { p: value }, { now, zone }).matches;
const turnOf = (condition: PropertyCondition, value: JsonValue, now: number, zone: string): number | null =>
  conditionTurn(condition, { p: value }, { now, zone });

const parse = (op: string, value?: unknown): PropertyCondition =>
  valueOf(parsePropertyConditions([{ property, op, value }], 'where'))[0] as PropertyCondition;

describe('laws in every zone', () => {
  /** A condition, a single value near a moment now, and some moments later. */
  const casesIn = (
    zone: string,
  ): fc.Arbitrary<[PropertyCondition, string | number, number, readonly number[]]> =>
    pairsIn(zone).chain(([at, now]) =>
      fc.tuple(
        timedConditions,
        fc.oneof(
          { weight: 4, arbitrary: datesNear(at) },
          { weight: 1, arbitrary: monthDays },
          { weight: 1, arbitrary: fc.constant(new Date(at).toISOString()) },
        ),
        fc.constant(now),
        fc.array(fc.integer({ min: 0, max: 420 * 24 }), { minLength: 3, maxLength: 3 }),
      ),
    );

  it('a single value turns a condition at its turn and at no moment before', () => {
    let turned = 0;
    inEveryZone(8, (zone) =>
      fc.property(fc.constant(zone), casesIn(zone), (_zone, [condition, value, now, hours]) => {
        const turn = turnOf(condition, value, now, zone);
        const before = truth(condition, value, now, zone);
        const until = turn ?? Infinity;
        expect(until).toBeGreaterThan(now);
        const moments = [...hours.map((hour) => now + hour * HOUR), until - 1, Math.floor((now + until) / 2)];
        for (const moment of moments.filter((each) => each >= now && each < until)) {
          expect([utcText(moment), truth(condition, value, moment, zone)]).toEqual([utcText(moment), before]);
        }
        if (turn === null) return;
        turned++;
        expect([utcText(turn), truth(condition, value, turn, zone)]).toEqual([utcText(turn), !before]);
      }),
    );
    expect(turned).toBeGreaterThan(1_000);
  });

  it('from turn to turn the truth of a list is known at every moment', () => {
    const items = (at: number): fc.Arbitrary<JsonValue[]> =>
      fc.array(fc.oneof({ weight: 4, arbitrary: datesNear(at) }, monthDays, noDates), { maxLength: 4 });
    inEveryZone(5, (zone) =>
      fc.property(
        fc.constant(zone),
        pairsIn(zone).chain(([at, now]) => fc.tuple(timedConditions, items(at), fc.constant(now))),
        fc.integer({ min: 0, max: 900 * 24 }),
        (_zone, [condition, list, now], hours) => {
          const wanted = now + hours * HOUR;
          let last = now;
          for (;;) {
            const turn = turnOf(condition, list, last, zone);
            if (turn === null || turn > wanted) break;
            expect(turn).toBeGreaterThan(last);
            last = turn;
          }
          expect(truth(condition, list, wanted, zone)).toBe(truth(condition, list, last, zone));
        },
      ),
    );
  });

  it('what is no date never turns, nor what time is not asked of', () => {
    fc.assert(
      fc.property(timedConditions, noDates, momentIn('Europe/Berlin'), (condition, value, now) => {
        expect(turnOf(condition, value, now, 'Europe/Berlin')).toBeNull();
        expect(conditionTurn(condition, {}, { now, zone: 'Europe/Berlin' })).toBeNull();
      }),
    );
    const conditions = [
      parse('equals', '2026-03-10'),
      parse('before', '2026-03-10'),
      parse('between', ['2026-03-10', '2026-03-11']),
      parse('exists'),
    ];
    for (const condition of conditions) {
      expect(turnOf(condition, '2026-03-10', utc('2026-03-10T12:00'), 'UTC')).toBeNull();
    }
  });

  it('a yearly day is over once a year, 29 February too', () => {
    inEveryZone(5, (zone) =>
      fc.property(fc.constant(zone), monthDays, momentIn(zone), (_zone, value, now) => {
        const day = readYearlyDay(value, zone);
        if (!day) throw new Error(`${value} is no day of the year`);
        const first = nextReturn(day, now, zone);
        const second = nextReturn(day, first.until, zone);
        expect(first.until).toBeGreaterThan(now);
        const days = (localDayAt(second.from, zone) - localDayAt(first.from, zone)) / DAY;
        // A return on a day that the clock has leapt over leaves two years between.
        expect([365, 366, 730, 731]).toContain(days);
      }),
    );
  });
});

describe('isTimed', () => {
  it.each(PROPERTY_OPERATORS)('%s', (op) => {
    const timed = ['withinLast', 'notWithinLast', 'withinNext', 'inPeriod', 'anniversaryToday'];
    const comparison = { op, value: undefined } as unknown as Parameters<typeof isTimed>[0];
    expect(isTimed(comparison)).toBe(timed.includes(op));
  });
});

describe('conditionTurn', () => {
  const now = utc('2026-03-10T15:30');
  const turnText = (
    condition: PropertyCondition,
    value: JsonValue,
    zone = 'Europe/Berlin',
  ): string | null => {
    const turn = turnOf(condition, value, now, zone);
    return turn === null ? null : utcText(turn);
  };

  it.each<[string, unknown, JsonValue, string | null]>([
    ['withinLast', { last: 7, unit: 'days' }, '2026-03-09T15:30:00Z', '2026-03-16T15:30:00.001Z'],
    ['withinLast', { last: 7, unit: 'days' }, '2026-03-12', '2026-03-11T23:00'],
    ['withinLast', { last: 7, unit: 'days' }, '2026-02-12', null],
    ['notWithinLast', { last: 7, unit: 'days' }, '2026-03-09T15:30:00Z', '2026-03-16T15:30:00.001Z'],
    ['withinLast', { last: 7, unit: 'calendarDays' }, '2026-03-09T15:30:00Z', '2026-03-15T23:00'],
    // Across the night the clock goes forward.
    ['withinLast', { last: 30, unit: 'calendarDays' }, '2026-03-09T15:30:00Z', '2026-04-07T22:00'],
    ['withinNext', { next: 7, unit: 'days' }, '2026-03-20', '2026-03-12T23:00'],
    ['withinNext', { next: 7, unit: 'calendarDays' }, '2026-03-20T12:00', '2026-03-13T23:00'],
    ['withinNext', { next: 7, unit: 'days' }, '2026-03-12', '2026-03-11T23:00:00.001Z'],
    ['inPeriod', 'nextMonth', '2026-05-20', '2026-03-31T22:00'],
    ['inPeriod', 'thisMonth', '2026-03-20', '2026-03-31T22:00'],
    ['inPeriod', 'lastWeek', '2026-03-11', '2026-03-15T23:00'],
    ['inPeriod', { period: 'lastWeek', weekStartsOn: 7 }, '2026-03-11', '2026-03-14T23:00'],
    ['inPeriod', 'today', '2026-03-09', null],
    ['anniversaryToday', undefined, '1990-03-10', '2026-03-10T23:00'],
    ['anniversaryToday', undefined, '1990-03-09', '2027-03-08T23:00'],
    ['anniversaryToday', undefined, '2026-03-10', '2027-03-09T23:00'],
    ['anniversaryToday', undefined, '02-29', '2027-02-27T23:00'],
    // The earliest of a list.
    [
      'withinLast',
      { last: 7, unit: 'days' },
      ['2026-03-08', 'soon', '2026-03-05'],
      '2026-03-11T23:00:00.001Z',
    ],
    ['anniversaryToday', undefined, ['12-24', '07-01'], '2026-06-30T22:00'],
  ])('%s %j of %j is at %s', (op, asked, value, turn) => {
    expect(turnText(parse(op, asked), value)).toBe(turn);
  });

  it('passes over a return on the day that Apia left out', () => {
    const condition = parse('anniversaryToday');
    const before = utc('2011-12-29T20:00');
    expect(turnOf(condition, '12-30', before, 'Pacific/Apia')).toBe(utc('2012-12-29T10:00'));
    expect(turnOf(condition, '12-31', before, 'Pacific/Apia')).toBe(utc('2011-12-30T10:00'));
    const day = readYearlyDay('12-30', 'Pacific/Apia');
    expect(day && isAnniversaryOn(day, utc('2011-12-30T00:00'))).toBe(true);
  });

  it('refuses a moment that is none instead of searching for ever', () => {
    const day = readYearlyDay('12-30', 'UTC');
    expect(() => day && nextReturn(day, NaN, 'UTC')).toThrow(RangeError);
  });
});
