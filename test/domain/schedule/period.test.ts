import fc from 'fast-check';
import {
  addPeriod,
  offsetText,
  periodText,
  readPeriod,
  type Period,
  type PeriodUnit,
} from '../../../src/domain/schedule/period';
import {
  DAY,
  HOUR,
  inEveryZone,
  intlReading,
  messagesOf,
  MINUTE,
  momentIn,
  utc,
  utcText,
} from './every-zone';

const CALENDAR_UNITS: readonly PeriodUnit[] = ['days', 'weeks', 'months', 'years'];
const calendarPeriod = fc.record({
  amount: fc.integer({ min: -40, max: 40 }).filter((amount) => amount !== 0),
  unit: fc.constantFrom(...CALENDAR_UNITS),
});

/** The same date and time so many units on, by JavaScript's own UTC calendar. */
function onCalendar(reading: number, { amount, unit }: Period): number {
  if (unit === 'days' || unit === 'weeks') return reading + amount * (unit === 'days' ? 1 : 7) * DAY;
  const from = new Date(reading);
  const months = from.getUTCMonth() + amount * (unit === 'months' ? 1 : 12);
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), months + 1, 0)).getUTCDate();
  const midnight = Date.UTC(from.getUTCFullYear(), months, Math.min(from.getUTCDate(), lastDay));
  return midnight + (((reading % DAY) + DAY) % DAY);
}

describe('laws in every zone', () => {
  test('hours, minutes and seconds are exact', () => {
    inEveryZone(10, (zone) =>
      fc.property(
        fc.constant(zone),
        momentIn(zone),
        fc.integer({ min: -5000, max: 5000 }),
        (_, at, amount) => {
          expect(addPeriod(at, { amount, unit: 'hours' }, zone).at).toBe(at + amount * HOUR);
          expect(addPeriod(at, { amount, unit: 'minutes' }, zone).at).toBe(at + amount * MINUTE);
          expect(addPeriod(at, { amount, unit: 'seconds' }, zone).at).toBe(at + amount * 1000);
        },
      ),
    );
  });

  test('days, weeks, months and years keep the local time of day where it exists, else the next that does', () => {
    inEveryZone(12, (zone) =>
      fc.property(fc.constant(zone), momentIn(zone), calendarPeriod, (_, at, period) => {
        const wanted = onCalendar(intlReading(zone, at), period);
        const moment = addPeriod(at, period, zone);
        const shown = intlReading(zone, moment.at);
        if (shown !== wanted) {
          expect(shown).toBeGreaterThan(wanted);
          expect(intlReading(zone, moment.at - MINUTE)).toBeLessThan(wanted);
          expect(moment.reasons.join()).toContain('does not exist');
        }
      }),
    );
  });

  test('forward is never back, back is never forward, nothing is nothing', () => {
    inEveryZone(12, (zone) =>
      fc.property(fc.constant(zone), momentIn(zone), calendarPeriod, (_, at, { amount, unit }) => {
        const size = Math.abs(amount);
        expect(addPeriod(at, { amount: size, unit }, zone).at).toBeGreaterThan(at);
        expect(addPeriod(at, { amount: -size, unit }, zone).at).toBeLessThanOrEqual(at);
        expect(addPeriod(at, { amount: 0, unit }, zone)).toEqual({ at, reasons: [] });
      }),
    );
  });

  test('who starts later by the local clock does not arrive earlier; clamped months may mix the hours of one day', () => {
    inEveryZone(12, (zone) =>
      fc.property(
        fc.constant(zone),
        momentIn(zone),
        fc.nat(3 * DAY),
        calendarPeriod,
        (_, at, later, period) => {
          fc.pre(intlReading(zone, at + later) >= intlReading(zone, at));
          const first = addPeriod(at, period, zone).at;
          const second = addPeriod(at + later, period, zone).at;
          if (period.unit === 'days' || period.unit === 'weeks') expect(second).toBeGreaterThanOrEqual(first);
          const day = (moment: number): number => Math.floor(intlReading(zone, moment) / DAY);
          expect(day(second)).toBeGreaterThanOrEqual(day(first));
        },
      ),
    );
  });
});

describe('examples', () => {
  test.each([
    ['2026-01-31T10:00', 1, 'months', 'UTC', '2026-02-28T10:00'],
    ['2028-01-31T10:00', 1, 'months', 'UTC', '2028-02-29T10:00'],
    ['2026-03-31T10:00', -1, 'months', 'UTC', '2026-02-28T10:00'],
    ['2026-12-31T10:00', 2, 'months', 'UTC', '2027-02-28T10:00'],
    ['2028-02-29T10:00', 1, 'years', 'UTC', '2029-02-28T10:00'],
  ] as const)('%s + %d %s in %s clamps to %s', (from, amount, unit, zone, expected) => {
    const moment = addPeriod(utc(from), { amount, unit }, zone);
    expect(utcText(moment.at)).toBe(expected);
    expect(moment.reasons).toEqual([
      `the month of ${expected.slice(0, 10)} has no day ${Number(from.slice(8, 10))}; its last day is taken`,
    ]);
  });

  test.each([
    ['America/New_York', '2026-03-07T15:00', 1, 'days', '2026-03-08T14:00'],
    ['America/New_York', '2026-03-07T15:00', 24, 'hours', '2026-03-08T15:00'],
    ['America/New_York', '2026-10-31T14:00', 1, 'weeks', '2026-11-07T15:00'],
    ['America/New_York', '2026-03-07T07:30', 1, 'days', '2026-03-08T07:00'],
    ['Pacific/Apia', '2011-12-29T19:00', 1, 'days', '2011-12-30T10:00'],
    ['Pacific/Apia', '2011-12-29T19:00', 2, 'days', '2011-12-30T19:00'],
    ['Australia/Lord_Howe', '2026-10-02T15:45', 1, 'days', '2026-10-03T15:30'],
    ['Africa/Casablanca', '2026-02-10T09:00', 15, 'days', '2026-02-25T10:00'],
    ['UTC', '2026-01-01T00:00', 1.5, 'hours', '2026-01-01T01:30'],
  ] as const)('%s: %s UTC + %d %s is %s UTC', (zone, from, amount, unit, expected) => {
    expect(utcText(addPeriod(utc(from), { amount, unit }, zone).at)).toBe(expected);
  });
});

test.each([
  [
    { amount: 1.5, unit: 'days' },
    'period: 1.5 days cannot be counted on a calendar; give a whole number, or hours.',
  ],
  [{ amount: '2', unit: 'days' }, 'period: "2" is not an amount of days; give a number, such as 2.'],
  [
    { amount: Number.NaN, unit: 'hours' },
    'period: "null" is not an amount of hours; give a number, such as 2.',
  ],
  [{ amount: 1001, unit: 'years' }, 'period: 1001 years is too long; the longest period is 1000 years.'],
  [
    { amount: 1, unit: 'fortnights' },
    'period: "fortnights" is not a unit of time; use one of seconds, minutes, hours, days, weeks, months, years.',
  ],
  [
    null,
    'period: nothing is not a unit of time; use one of seconds, minutes, hours, days, weeks, months, years.',
  ],
])('%p is refused', (value, message) => {
  expect(messagesOf(readPeriod(value, 'period'))).toEqual([message]);
});

test('periods and offsets in words', () => {
  expect(periodText({ amount: 1, unit: 'days' })).toBe('1 day');
  expect(periodText({ amount: -2, unit: 'weeks' })).toBe('2 weeks');
  expect(offsetText({ amount: -1, unit: 'months' })).toBe('1 month before ');
  expect(offsetText({ amount: 3, unit: 'hours' })).toBe('3 hours after ');
  expect(offsetText({ amount: 0, unit: 'hours' })).toBe('');
  expect(offsetText(undefined)).toBe('');
});
