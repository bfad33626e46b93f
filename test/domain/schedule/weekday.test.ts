import fc from 'fast-check';
import { readLocalTime } from '../../../src/domain/schedule/local-time';
import { nextWeekday, readWeekdays } from '../../../src/domain/schedule/weekday';
import {
  DAY,
  inEveryZone,
  intlReading,
  messagesOf,
  MINUTE,
  momentIn,
  timeOfDay,
  utc,
  utcText,
  valueOf,
} from './every-zone';

const time = (text: string): number => valueOf(readLocalTime(text, 'time'));
const someWeekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 });
const isoWeekday = (reading: number): number => new Date(reading).getUTCDay() || 7;

describe('laws in every zone', () => {
  test('strictly after, within a week and a skipped day, on such a weekday at that time where it exists', () => {
    inEveryZone(12, (zone) =>
      fc.property(fc.constant(zone), momentIn(zone), someWeekdays, timeOfDay, (_, at, weekdays, text) => {
        const next = nextWeekday(weekdays, time(text), zone, at);
        expect(next.at).toBeGreaterThan(at);
        expect(next.at - at).toBeLessThanOrEqual(8 * DAY);
        if (next.reasons.some((reason) => reason.includes('does not exist'))) return;
        const shown = intlReading(zone, next.at);
        expect(weekdays).toContain(isoWeekday(shown));
        expect(new Date(shown).toISOString().slice(11, 16)).toBe(text);
      }),
    );
  });

  test('none is passed over, and from itself on comes another', () => {
    inEveryZone(10, (zone) =>
      fc.property(
        fc.constant(zone),
        momentIn(zone),
        someWeekdays,
        timeOfDay,
        fc.nat(),
        (_, at, weekdays, text, later) => {
          const next = nextWeekday(weekdays, time(text), zone, at).at;
          const between = at + (later % (next - at));
          expect(nextWeekday(weekdays, time(text), zone, between).at).toBe(next);
          expect(nextWeekday(weekdays, time(text), zone, next).at).toBeGreaterThan(next);
        },
      ),
    );
  });

  test('it is the first such minute that a scan finds', () => {
    inEveryZone(1, (zone) =>
      fc.property(fc.constant(zone), momentIn(zone), timeOfDay, (_, at, text) => {
        // Each day is one of the weekdays, so the first time the clock passes that time of day is it.
        const passed = (moment: number): number => Math.floor((intlReading(zone, moment) - time(text)) / DAY);
        let scanned = at + MINUTE;
        for (let before = passed(at); ; scanned += MINUTE) {
          const after = passed(scanned);
          if (after > before) break;
          before = after;
        }
        const next = nextWeekday([1, 2, 3, 4, 5, 6, 7], time(text), zone, at).at;
        // Where the clock is put back over that time it passes twice; only the first counts.
        if (next !== scanned) {
          const earlier = Array.from({ length: 25 * 60 }, (_minute, i) => scanned - (i + 1) * MINUTE);
          const reading = intlReading(zone, scanned);
          expect(earlier.some((moment) => intlReading(zone, moment) >= reading)).toBe(true);
          expect(next).toBeGreaterThan(scanned);
        }
      }),
    );
  });
});

test.each([
  [
    'Saturday 10:00, asked on Saturday at 10:00',
    [6],
    '10:00',
    'America/New_York',
    '2026-03-07T15:00',
    '2026-03-14T14:00',
  ],
  [
    'Saturday 10:00, asked a minute earlier',
    [6],
    '10:00',
    'America/New_York',
    '2026-03-07T14:59',
    '2026-03-07T15:00',
  ],
  ['Monday or Thursday', [1, 4], '09:00', 'Asia/Kathmandu', '2026-06-02T00:00', '2026-06-04T03:15'],
  ['Sunday 02:30 in the gap', [7], '02:30', 'America/New_York', '2026-03-07T15:00', '2026-03-08T07:00'],
  ['Sunday 01:30 between its two', [7], '01:30', 'America/New_York', '2026-11-01T05:45', '2026-11-08T06:30'],
  ['Friday that Apia did not have', [5], '10:00', 'Pacific/Apia', '2011-12-29T19:00', '2011-12-30T10:00'],
  [
    'Sunday midnight that São Paulo did not have',
    [7],
    '00:00',
    'America/Sao_Paulo',
    '2018-11-03T12:00',
    '2018-11-04T03:00',
  ],
])('%s', (_, weekdays, text, zone, after, expected) => {
  expect(utcText(nextWeekday(weekdays, time(text), zone, utc(after)).at)).toBe(expected);
});

test('no weekday, or no moment, throws instead of searching for ever', () => {
  expect(() => nextWeekday([], 0, 'UTC', 0)).toThrow(RangeError);
  expect(() => nextWeekday([1], 0, 'UTC', Number.NaN)).toThrow(RangeError);
});

test('weekdays are read in order, each once', () => {
  expect(valueOf(readWeekdays([7, 1, 7], 'weekdays'))).toEqual([1, 7]);
});

test.each([[[]], [[0]], [[8]], [[1.5]], [['1']], [6], [null]])('%p is refused', (value) => {
  expect(messagesOf(readWeekdays(value, 'weekdays'))[0]).toMatch(
    /^weekdays: .* names no days of the week; give a list of numbers from 1 \(Monday\) to 7 \(Sunday\)/,
  );
});
