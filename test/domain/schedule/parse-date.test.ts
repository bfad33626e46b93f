import fc from 'fast-check';
import { DateTime, FixedOffsetZone } from 'luxon';
import vm from 'node:vm';
import { isNoDate, readDate, readYearlyDate } from '../../../src/domain/schedule/parse-date';
import { messagesOf, utc, valueOf } from './every-zone';

const moment = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2100, 0, 1) });

describe('laws', () => {
  test('one moment, written in any of its forms, is that moment', () => {
    fc.assert(
      fc.property(moment, fc.integer({ min: -14 * 60, max: 14 * 60 }), (at, offset) => {
        const instant = { kind: 'instant', at };
        const local = DateTime.fromMillis(at, { zone: FixedOffsetZone.instance(offset) });
        expect(valueOf(readDate(new Date(at).toISOString(), 'd'))).toEqual(instant);
        expect(valueOf(readDate(local.toISO(), 'd'))).toEqual(instant);
        expect(valueOf(readDate(local, 'd'))).toEqual(instant);
        expect(valueOf(readDate(new Date(at), 'd'))).toEqual(instant);
        if (Math.abs(at) >= 10_000_000_000) expect(valueOf(readDate(at, 'd'))).toEqual(instant);
        const seconds = Math.floor(at / 1000);
        if (Math.abs(seconds) > 30_000_000) {
          expect(valueOf(readDate(seconds, 'd'))).toEqual({ kind: 'instant', at: seconds * 1000 });
        }
      }),
    );
  });

  test('a local date and time is taken as written, with T or a space, whatever the zone of the machine', () => {
    fc.assert(
      fc.property(moment, (at) => {
        const text = new Date(at).toISOString().slice(0, -1);
        const local = { kind: 'localDateTime', reading: at };
        expect(valueOf(readDate(text, 'd'))).toEqual(local);
        expect(valueOf(readDate(text.replace('T', ' '), 'd'))).toEqual(local);
      }),
    );
  });

  test('of all dates that can be written, exactly those of the calendar are taken', () => {
    const two = fc.integer({ min: 0, max: 33 }).map((number) => String(number).padStart(2, '0'));
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 9999 }), two, two, (year, month, day) => {
        const text = `${year}-${month}-${day}`;
        const date = new Date(Date.UTC(year, Number(month) - 1, Number(day)));
        const exists = date.toISOString().startsWith(text);
        expect(readDate(text, 'd').ok).toBe(exists);
        if (exists) expect(valueOf(readDate(text, 'd'))).toEqual({ kind: 'date', reading: date.getTime() });
      }),
      { numRuns: 1000 },
    );
  });

  test('whatever it is, it is taken or refused with its field and value, never thrown at', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const reading = readYearlyDate(value, 'birthday');
        if (!reading.ok) expect(messagesOf(reading)[0]).toMatch(/^birthday: /);
      }),
    );
  });
});

test.each([
  ['2026-03-07T10:00:00+01:00', '2026-03-07T09:00:00'],
  ['2026-03-07T10:00-0530', '2026-03-07T15:30:00'],
  ['2026-03-07 10:00:00+00', '2026-03-07T10:00:00'],
  ['2026-03-07T10:00:00.123456Z', '2026-03-07T10:00:00.123'],
  [' 2026-03-07t10:00z '.replace('t', 'T'), '2026-03-07T10:00:00'],
  ['1772877600', '2026-03-07T10:00:00'],
  ['1772877600000', '2026-03-07T10:00:00'],
])('%s is the moment %s UTC', (value, expected) => {
  expect(valueOf(readDate(value, 'd'))).toEqual({ kind: 'instant', at: utc(expected) });
});

test('date objects of another realm or copy of the library are taken by their methods', () => {
  const foreign: unknown = vm.runInNewContext('new Date(1772877600000)');
  expect(foreign).not.toBeInstanceOf(Date);
  expect(valueOf(readDate(foreign, 'd'))).toEqual({ kind: 'instant', at: 1772877600000 });
  const likeLuxon = { toISO: () => '', toMillis: () => 1772877600000 };
  expect(valueOf(readDate(likeLuxon, 'd'))).toEqual({ kind: 'instant', at: 1772877600000 });
});

describe('what is refused, and how', () => {
  const RIGHT =
    'write 2026-03-07 (a calendar day), 2026-03-07T10:00 (local time) or 2026-03-07T10:00:00Z (with Z or an offset such as +02:00), or give a date object or epoch milliseconds.';
  test.each([
    ['3/7/2026', `"3/7/2026" is not taken as a date: ${RIGHT}`],
    ['tomorrow', `"tomorrow" is not taken as a date: ${RIGHT}`],
    [true, `"true" is not taken as a date: ${RIGHT}`],
    [['2026-03-07'], `"["2026-03-07"]" is not taken as a date: ${RIGHT}`],
    ['2026-02-29', `"2026-02-29" is not taken as a date: the calendar has no such day; ${RIGHT}`],
    [
      '2026-03-07T25:00',
      `"2026-03-07T25:00" is not taken as a date: its time of day cannot be read; ${RIGHT}`,
    ],
    [
      '2026-03-07T24:00',
      `"2026-03-07T24:00" is not taken as a date: its time of day cannot be read; ${RIGHT}`,
    ],
    [20260307, `"20260307" is not taken as a date: it looks like a date without dashes; ${RIGHT}`],
    [
      46088,
      `"46088" is not taken as a date: it is too small for seconds since 1970, perhaps a spreadsheet's day number; ${RIGHT}`,
    ],
    [1e18, `"1000000000000000000" is not taken as a date: it lies outside the years 0 to 9999; ${RIGHT}`],
    [
      new Date(Number.NaN),
      `"null" is not taken as a date: it is a date object that holds no valid date; ${RIGHT}`,
    ],
    [undefined, `There is no date; ${RIGHT}`],
    ['  ', `There is no date; ${RIGHT}`],
  ])('%p', (value, message) => {
    expect(messagesOf(readDate(value, 'renewal'))).toEqual([`renewal: ${message}`]);
  });

  test('an invalid DateTime', () => {
    expect(messagesOf(readDate(DateTime.fromISO('nonsense'), 'renewal'))[0]).toContain('holds no valid date');
  });
});

describe('days without a year', () => {
  test.each(['--02-29', '02-29', ' 02-29 '])('%p is a yearly date and nothing else', (value) => {
    expect(valueOf(readYearlyDate(value, 'birthday'))).toEqual({ kind: 'monthDay', month: 2, day: 29 });
    expect(readDate(value, 'birthday').ok).toBe(false);
  });

  test('a day that no year has is refused', () => {
    expect(messagesOf(readYearlyDate('02-30', 'birthday'))).toEqual([
      'birthday: "02-30" is no day of the year; write month and day, such as 02-29 for 29 February.',
    ]);
  });

  test('a date with a year is a yearly date too', () => {
    expect(valueOf(readYearlyDate('1990-05-01', 'birthday'))).toEqual({
      kind: 'date',
      reading: utc('1990-05-01T00:00'),
    });
  });
});

test('nothing, null and blank text are no date', () => {
  expect([undefined, null, '', ' \n'].map(isNoDate)).toEqual([true, true, true, true]);
  expect([0, '2026-03-07', false].map(isNoDate)).toEqual([false, false, false]);
});
