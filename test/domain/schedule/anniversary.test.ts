import fc from 'fast-check';
import {
  nextAnniversary,
  type AnniversaryRule,
  type LeapDay,
} from '../../../src/domain/schedule/anniversary';
import { readLocalTime } from '../../../src/domain/schedule/local-time';
import { readYearlyDate, type DateValue, type MonthDay } from '../../../src/domain/schedule/parse-date';
import type { Period, PeriodUnit } from '../../../src/domain/schedule/period';
import {
  DAY,
  inEveryZone,
  intlReading,
  MINUTE,
  momentIn,
  timeOfDay,
  utc,
  utcText,
  valueOf,
} from './every-zone';

const time = (text: string): number => valueOf(readLocalTime(text, 'time'));
const birthday = fc
  .integer({ min: Date.UTC(1920, 0, 1) / DAY, max: Date.UTC(1930, 0, 1) / DAY })
  .map((day): DateValue => ({ kind: 'date', reading: day * DAY }));
const monthDay = birthday.map((date): MonthDay => {
  const day = new Date((date as { reading: number }).reading);
  return { kind: 'monthDay', month: day.getUTCMonth() + 1, day: day.getUTCDate() };
});
const leapling = fc.constant<MonthDay>({ kind: 'monthDay', month: 2, day: 29 });
const yearly = fc.oneof(birthday, monthDay, leapling);
const leapDay = fc.constantFrom<LeapDay>('february28', 'march1');
const offset = fc.option(
  fc.record<Period>({
    amount: fc.integer({ min: -500, max: 500 }),
    unit: fc.constantFrom<PeriodUnit>('hours', 'days', 'weeks', 'months'),
  }),
  { nil: undefined },
);

const ruleOf = (zone: string, text: string, by: Period | undefined, leap: LeapDay): AnniversaryRule => ({
  zone,
  time: time(text),
  leapDay: leap,
  ...(by && { offset: by }),
});

describe('laws in every zone', () => {
  test('strictly after, and within a year and two days', () => {
    inEveryZone(10, (zone) =>
      fc.property(
        fc.constant(zone),
        yearly,
        momentIn(zone),
        timeOfDay,
        offset,
        leapDay,
        (_, date, at, text, by, leap) => {
          const next = nextAnniversary(date, ruleOf(zone, text, by, leap), at).at;
          expect(next).toBeGreaterThan(at);
          // Clamped months bring days of their own: 31 and 28 of different Februaries.
          expect(next - at).toBeLessThanOrEqual((366 + (by?.unit === 'months' ? 4 : 2)) * DAY);
        },
      ),
    );
  });

  test('no anniversary is passed over: none lies between a moment and the next', () => {
    inEveryZone(10, (zone) =>
      fc.property(
        fc.constant(zone),
        yearly,
        momentIn(zone),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        offset,
        leapDay,
        (_, date, at, share, by, leap) => {
          const rule = ruleOf(zone, '09:00', by, leap);
          const next = nextAnniversary(date, rule, at).at;
          const between = at + Math.floor((next - at) * share);
          expect(nextAnniversary(date, rule, between).at).toBe(next);
          expect(nextAnniversary(date, rule, next - 1).at).toBe(next);
          expect(nextAnniversary(date, rule, next).at).toBeGreaterThan(next);
        },
      ),
    );
  });

  test('the clock shows the day and the time, where they exist', () => {
    inEveryZone(10, (zone) =>
      fc.property(
        fc.constant(zone),
        monthDay,
        momentIn(zone),
        timeOfDay,
        leapDay,
        (_, date, at, text, leap) => {
          const { at: next, reasons } = nextAnniversary(date, ruleOf(zone, text, undefined, leap), at);
          fc.pre(!reasons.some((reason) => reason.includes('does not exist')));
          const shown = new Date(intlReading(zone, next)).toISOString();
          expect(shown.slice(11, 16)).toBe(text);
          const isKeptElsewhere = date.month === 2 && date.day === 29 && Number(shown.slice(0, 4)) % 4 !== 0;
          const kept = leap === 'march1' ? '03-01' : '02-28';
          const own = `${String(date.month).padStart(2, '0')}-${String(date.day).padStart(2, '0')}`;
          expect(shown.slice(5, 10)).toBe(isKeptElsewhere ? kept : own);
        },
      ),
    );
  });
});

describe('examples', () => {
  const next = (value: unknown, rule: AnniversaryRule, after: string): string =>
    utcText(nextAnniversary(valueOf(readYearlyDate(value, 'd')), rule, utc(after)).at);

  test('today counts until its time has come', () => {
    const rule: AnniversaryRule = { zone: 'America/New_York', time: time('09:00') };
    expect(next('1990-03-08', rule, '2026-03-08T12:59')).toBe('2026-03-08T13:00');
    expect(next('1990-03-08', rule, '2026-03-08T13:00')).toBe('2027-03-08T14:00');
  });

  test('29 February is kept on the 28th, or on 1 March where that is chosen, and on itself in leap years', () => {
    const rule: AnniversaryRule = { zone: 'UTC', time: time('09:00') };
    expect(next('1992-02-29', rule, '2026-02-01T00:00')).toBe('2026-02-28T09:00');
    expect(next('--02-29', { ...rule, leapDay: 'march1' }, '2026-02-01T00:00')).toBe('2026-03-01T09:00');
    expect(next('1992-02-29', rule, '2028-02-28T12:00')).toBe('2028-02-29T09:00');
    expect(next('02-29', { ...rule, leapDay: 'march1' }, '2100-01-01T00:00')).toBe('2100-03-01T09:00');
    const moment = nextAnniversary({ kind: 'monthDay', month: 2, day: 29 }, rule, utc('2026-02-01T00:00'));
    expect(moment.reasons).toEqual(['2026 has no 29 February; 28 February is taken']);
  });

  test('an offset counts from the day, over the turn of the year too', () => {
    const rule: AnniversaryRule = { zone: 'UTC', time: time('09:00'), offset: { amount: -7, unit: 'days' } };
    expect(next('1990-01-03', rule, '2026-12-01T00:00')).toBe('2026-12-27T09:00');
    expect(next('1990-01-03', rule, '2026-12-27T09:00')).toBe('2027-12-27T09:00');
    expect(next('1990-12-30', { ...rule, offset: { amount: 1, unit: 'weeks' } }, '2026-01-01T00:00')).toBe(
      '2026-01-06T09:00',
    );
  });

  test('without a time of day it is that of the date, for a calendar day 00:00', () => {
    expect(next('1990-05-01', { zone: 'Europe/Berlin' }, '2026-01-01T00:00')).toBe('2026-04-30T22:00');
    expect(next('1990-05-01T08:15', { zone: 'Europe/Berlin' }, '2026-01-01T00:00')).toBe('2026-05-01T06:15');
    expect(next('1990-05-01T08:15Z', { zone: 'Europe/Berlin' }, '2026-01-01T00:00')).toBe('2026-05-01T08:15');
  });

  test('never before its own year; the date itself counts unless it is skipped', () => {
    const rule: AnniversaryRule = { zone: 'UTC', time: time('09:00') };
    expect(next('2030-05-01', rule, '2026-01-01T00:00')).toBe('2030-05-01T09:00');
    expect(next('2030-05-01', { ...rule, ownYear: 'skipped' }, '2026-01-01T00:00')).toBe('2031-05-01T09:00');
    expect(next('2026-05-01', { ...rule, ownYear: 'skipped' }, '2026-05-01T07:00')).toBe('2027-05-01T09:00');
  });

  test('Apia had no 30 December in 2011', () => {
    const rule: AnniversaryRule = { zone: 'Pacific/Apia', time: time('09:00') };
    const moment = nextAnniversary({ kind: 'monthDay', month: 12, day: 30 }, rule, utc('2011-06-01T00:00'));
    expect(utcText(moment.at)).toBe('2011-12-30T10:00');
    expect(moment.reasons).toEqual([
      '09:00 does not exist on 2011-12-30 in Pacific/Apia; moved to 2011-12-31 00:00',
    ]);
  });

  test('a birthday stored as midnight UTC is the day before in America, which is said', () => {
    const date = valueOf(readYearlyDate('1990-05-01T00:00:00Z', 'd'));
    const rule: AnniversaryRule = { zone: 'America/New_York', time: time('09:00') };
    const moment = nextAnniversary(date, rule, utc('2026-01-01T00:00'));
    expect(utcText(moment.at)).toBe('2026-04-30T13:00');
    expect(moment.reasons).toHaveLength(1);
    expect(moment.reasons[0]).toContain('store 1990-05-01 without a time');
  });
});

test('a minute after the last of a thousand years is no trouble', () => {
  const rule: AnniversaryRule = { zone: 'Europe/Berlin', offset: { amount: -999, unit: 'years' } };
  const at = utc('2026-03-07T10:00');
  const next = nextAnniversary({ kind: 'monthDay', month: 3, day: 7 }, rule, at).at;
  expect(next).toBeGreaterThan(at);
  expect(next - at).toBeLessThan(367 * DAY + MINUTE);
});

test('no moment throws instead of searching for ever', () => {
  const date = { kind: 'monthDay', month: 3, day: 7 } as const;
  expect(() => nextAnniversary(date, { zone: 'UTC' }, Number.NaN)).toThrow(RangeError);
});
