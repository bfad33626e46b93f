import fc from 'fast-check';
import { momentOfDate, type DateRule } from '../../../src/domain/schedule/contact-date';
import { readDate } from '../../../src/domain/schedule/parse-date';
import { atReading, readLocalTime } from '../../../src/domain/schedule/local-time';
import { addPeriod, type PeriodUnit } from '../../../src/domain/schedule/period';
import {
  DAY,
  HOUR,
  inEveryZone,
  intlReading,
  MINUTE,
  momentIn,
  timeOfDay,
  utcText,
  valueOf,
} from './every-zone';

const time = (text: string): number => valueOf(readLocalTime(text, 'time'));

describe('laws in every zone', () => {
  test('a time of day is shown on the day of the date, moved by so many days, where it exists', () => {
    inEveryZone(8, (zone) =>
      fc.property(
        fc.constant(zone),
        momentIn(zone),
        timeOfDay,
        fc.integer({ min: -60, max: 60 }),
        (_, at, text, amount) => {
          const day = Math.floor(intlReading(zone, at) / DAY) * DAY;
          const rule: DateRule = { zone, time: time(text), offset: { amount, unit: 'days' } };
          const wanted = day + amount * DAY + time(text);
          const moment = momentOfDate({ kind: 'instant', at }, rule);
          expect(moment.at).toBe(atReading(wanted, zone).at);
          expect(momentOfDate({ kind: 'date', reading: day }, rule).at).toBe(moment.at);
          expect(intlReading(zone, moment.at)).toBeGreaterThanOrEqual(wanted);
        },
      ),
    );
  });

  test('hours are added in exact time, after the time of day', () => {
    inEveryZone(8, (zone) =>
      fc.property(
        fc.constant(zone),
        momentIn(zone),
        timeOfDay,
        fc.integer({ min: -100, max: 100 }),
        (_, reading, text, amount) => {
          const date = { kind: 'localDateTime', reading } as const;
          const plain = momentOfDate(date, { zone, time: time(text) }).at;
          const moved = momentOfDate(date, { zone, time: time(text), offset: { amount, unit: 'hours' } }).at;
          expect(moved - plain).toBe(amount * HOUR);
        },
      ),
    );
  });

  test('a moment without a time of day stays itself, and moves as any moment does', () => {
    const unit = fc.constantFrom<PeriodUnit>('minutes', 'hours', 'days', 'weeks', 'months', 'years');
    inEveryZone(8, (zone) =>
      fc.property(
        fc.constant(zone),
        momentIn(zone),
        fc.integer({ min: -9, max: 9 }),
        unit,
        (_, at, amount, by) => {
          expect(momentOfDate({ kind: 'instant', at }, { zone })).toEqual({ at, reasons: [] });
          const moved = momentOfDate({ kind: 'instant', at }, { zone, offset: { amount, unit: by } });
          expect(moved).toEqual(addPeriod(at, { amount, unit: by }, zone));
        },
      ),
    );
  });

  test('a later date is never due earlier', () => {
    inEveryZone(8, (zone) =>
      fc.property(fc.constant(zone), momentIn(zone), fc.nat(3 * 24 * 60), (_, reading, minutes) => {
        const rule: DateRule = { zone, offset: { amount: -3, unit: 'days' } };
        const first = momentOfDate({ kind: 'localDateTime', reading }, rule).at;
        const later = momentOfDate({ kind: 'localDateTime', reading: reading + minutes * MINUTE }, rule).at;
        expect(later).toBeGreaterThanOrEqual(first);
      }),
    );
  });
});

describe('examples', () => {
  const due = (value: unknown, rule: DateRule): string =>
    utcText(momentOfDate(valueOf(readDate(value, 'd')), rule).at);

  test('a calendar day is that day wherever the contact is', () => {
    expect(due('2026-05-01', { zone: 'Europe/Berlin' })).toBe('2026-04-30T22:00');
    expect(due('2026-05-01', { zone: 'America/New_York' })).toBe('2026-05-01T04:00');
    expect(due('2026-05-01', { zone: 'Asia/Kathmandu', time: time('09:00') })).toBe('2026-05-01T03:15');
  });

  test('a local time is the local time of the contact, a moment is the same for all', () => {
    expect(due('2026-05-01T10:00', { zone: 'America/New_York' })).toBe('2026-05-01T14:00');
    expect(due('2026-05-01T10:00Z', { zone: 'America/New_York' })).toBe('2026-05-01T10:00');
  });

  test('three days before at 10:00, across the change to summer time', () => {
    const rule: DateRule = {
      zone: 'America/New_York',
      time: time('10:00'),
      offset: { amount: -3, unit: 'days' },
    };
    expect(due('2026-03-09', rule)).toBe('2026-03-06T15:00');
    expect(due('2026-03-12', rule)).toBe('2026-03-09T14:00');
  });

  test('a month before the 31st is the last day of a shorter month', () => {
    const date = valueOf(readDate('2026-03-31', 'd'));
    const moment = momentOfDate(date, { zone: 'UTC', offset: { amount: -1, unit: 'months' } });
    expect(utcText(moment.at)).toBe('2026-02-28T00:00');
    expect(moment.reasons).toEqual(['the month of 2026-02-28 has no day 31; its last day is taken']);
  });

  test('a calendar day stored as midnight UTC is another day in America, which is said', () => {
    const date = valueOf(readDate('1990-05-01T00:00:00.000Z', 'd'));
    const moment = momentOfDate(date, { zone: 'America/New_York', time: time('09:00') });
    expect(utcText(moment.at)).toBe('1990-04-30T13:00');
    expect(moment.reasons).toEqual([
      '1990-05-01 00:00 UTC is 1990-04-30 20:00 in America/New_York; store 1990-05-01 without a time if the day is meant',
    ]);
    expect(momentOfDate(date, { zone: 'Europe/Berlin', time: time('09:00') }).reasons).toEqual([]);
  });

  test('the second of two equal clock times stays the second', () => {
    expect(due('2026-11-01T06:30Z', { zone: 'America/New_York' })).toBe('2026-11-01T06:30');
  });
});
