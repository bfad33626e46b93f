import fc from 'fast-check';
import { atLocalTime, atReading, readLocalTime } from '../../../src/domain/schedule/local-time';
import {
  inEveryZone,
  intlReading,
  messagesOf,
  momentIn,
  MINUTE,
  timeOfDay,
  utcText,
  valueOf,
} from './every-zone';

const at = (date: string, time: string, zone: string): { at: string; reasons: readonly string[] } => {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  const moment = atLocalTime(year, month, day, valueOf(readLocalTime(time, 'time')), zone);
  return { at: utcText(moment.at), reasons: moment.reasons };
};

test('every time of day is read, with and without seconds', () => {
  fc.assert(
    fc.property(timeOfDay, (time) => {
      const minutes = Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
      expect(valueOf(readLocalTime(time, 'atTime'))).toBe(minutes * MINUTE);
      expect(valueOf(readLocalTime(` ${time}:59 `, 'atTime'))).toBe(minutes * MINUTE + 59_000);
    }),
  );
});

test.each(['9:00', '24:00', '12:60', '9 am', '0900', '', '12:00:60', '12:00:00.5', null, undefined, 9, {}])(
  '%p is refused',
  (value) => {
    expect(readLocalTime(value, 'atTime').ok).toBe(false);
  },
);

test('a refusal names the value and says what would be right', () => {
  expect(messagesOf(readLocalTime('24:00', 'quietHours.to'))).toEqual([
    'quietHours.to: "24:00" is not a time of day; write hours and minutes of the 24-hour clock, such as 09:00 or 21:30, and midnight as 00:00.',
  ]);
});

test('in every zone: the clock shows the time asked for, or says to which it moved; of two the first', () => {
  inEveryZone(4, (zone) =>
    fc.property(fc.constant(zone), momentIn(zone), (_, reading) => {
      const moment = atReading(reading, zone);
      const shown = intlReading(zone, moment.at);
      const text = moment.reasons.join();
      expect(text.includes('does not exist')).toBe(shown !== reading);
      if (shown !== reading) {
        expect(shown).toBeGreaterThan(reading);
        expect(intlReading(zone, moment.at - MINUTE)).toBeLessThan(reading);
      }
      const earlier = Array.from({ length: 26 * 4 }, (_step, i) => moment.at - (i + 1) * 15 * MINUTE);
      const isFirst = earlier.every((before) => intlReading(zone, before) < Math.max(reading, shown));
      expect(isFirst).toBe(true);
    }),
  );
});

describe('skipped times move forward to the next that exists', () => {
  test.each([
    ['2026-03-08', '02:30', 'America/New_York', '2026-03-08T07:00', 'moved to 03:00'],
    ['2026-03-08', '02:00', 'America/New_York', '2026-03-08T07:00', 'moved to 03:00'],
    ['2026-03-29', '02:59:59', 'Europe/Berlin', '2026-03-29T01:00', 'moved to 03:00'],
    ['2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-03T15:30', 'moved to 02:30'],
    ['2018-11-04', '00:00', 'America/Sao_Paulo', '2018-11-04T03:00', 'moved to 01:00'],
    ['2011-12-30', '10:00', 'Pacific/Apia', '2011-12-30T10:00', 'moved to 2011-12-31 00:00'],
    ['2026-03-28', '23:30', 'America/Nuuk', '2026-03-29T01:00', 'moved to 2026-03-29 00:00'],
  ])('%s %s in %s', (date, time, zone, expected, words) => {
    expect(at(date, time, zone)).toEqual({
      at: expected,
      reasons: [`${time} does not exist on ${date} in ${zone}; ${words}`],
    });
  });
});

describe('of times that come twice the first is taken', () => {
  test.each([
    ['2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30'],
    ['2026-10-25', '02:00', 'Europe/Berlin', '2026-10-25T00:00'],
    ['2026-04-05', '01:45', 'Australia/Lord_Howe', '2026-04-04T14:45'],
    ['2018-02-17', '23:30', 'America/Sao_Paulo', '2018-02-18T01:30'],
  ])('%s %s in %s', (date, time, zone, expected) => {
    expect(at(date, time, zone)).toEqual({
      at: expected,
      reasons: [`${time} comes twice on ${date} in ${zone}; the first is taken`],
    });
  });
});

test.each([
  ['2026-03-08', '03:00', 'America/New_York', '2026-03-08T07:00'],
  ['2026-11-01', '02:00', 'America/New_York', '2026-11-01T07:00'],
  ['2026-11-01', '00:59', 'America/New_York', '2026-11-01T04:59'],
  ['2026-04-05', '02:00', 'Australia/Lord_Howe', '2026-04-04T15:30'],
  ['2011-12-31', '00:00', 'Pacific/Apia', '2011-12-30T10:00'],
  ['2026-06-01', '09:00', 'Asia/Kathmandu', '2026-06-01T03:15'],
])('%s %s in %s is an ordinary time', (date, time, zone, expected) => {
  expect(at(date, time, zone)).toEqual({ at: expected, reasons: [] });
});
