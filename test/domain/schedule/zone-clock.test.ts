import fc from 'fast-check';
import { momentOfReading, nextTurn, offsetAt, readingAt } from '../../../src/domain/schedule/zone-clock';
import { DAY, HOUR, inEveryZone, intlReading, MINUTE, momentIn, turnsOf, utc, utcText } from './every-zone';

describe('laws in every zone', () => {
  test('a clock reads what Intl says, at any moment and on both sides of a turn', () => {
    inEveryZone(30, (zone) =>
      fc.property(fc.constant(zone), momentIn(zone), fc.integer({ min: -1500, max: 1500 }), (_, at, ms) => {
        expect(readingAt(zone, at + ms)).toBe(intlReading(zone, at + ms));
      }),
    );
  });

  test('the next turn is the one Intl shows, and none is left out', () => {
    inEveryZone(3, (zone) =>
      fc.property(fc.constant(zone), momentIn(zone), (_, at) => {
        for (const turn of turnsOf(zone)) {
          expect(nextTurn(zone, turn - MINUTE, turn)).toBe(turn);
          expect(nextTurn(zone, turn - MINUTE, turn - 1)).toBeUndefined();
          expect(nextTurn(zone, turn, turn + HOUR)).toBeUndefined();
        }
        const turn = nextTurn(zone, at, at + 40 * DAY);
        const end = turn ?? at + 40 * DAY + 1;
        expect(offsetAt(zone, end - 1)).toBe(offsetAt(zone, at));
        if (turn !== undefined) expect(offsetAt(zone, turn)).not.toBe(offsetAt(zone, turn - 1));
      }),
    );
  });

  test('a reading is met at the first moment that shows it or a later one, as a scan minute by minute finds it', () => {
    inEveryZone(1, (zone) =>
      fc.property(
        fc.constant(zone),
        momentIn(zone),
        fc.integer({ min: -90, max: 90 }),
        (_, near, minutes) => {
          const reading = intlReading(zone, near) + minutes * MINUTE;
          let scanned = Math.min(near, reading) - 26 * HOUR;
          while (intlReading(zone, scanned) < reading) scanned += MINUTE;
          expect(momentOfReading(zone, reading)).toBe(scanned);
        },
      ),
    );
  });

  test('a later reading is never met earlier', () => {
    inEveryZone(20, (zone) =>
      fc.property(fc.constant(zone), momentIn(zone), fc.nat(3 * DAY), (_, reading, later) => {
        expect(momentOfReading(zone, reading + later)).toBeGreaterThanOrEqual(momentOfReading(zone, reading));
      }),
    );
  });
});

test.each([
  ['Asia/Kathmandu', '2026-01-01T00:00', '2025-12-31T18:15'],
  ['Australia/Lord_Howe, summer', '2026-01-01T00:00', '2025-12-31T13:00'],
  ['Australia/Lord_Howe, winter', '2026-07-01T00:00', '2026-06-30T13:30'],
  ['Africa/Casablanca, as always', '2026-01-15T12:00', '2026-01-15T11:00'],
  ['Africa/Casablanca, Ramadan', '2026-03-01T12:00', '2026-03-01T12:00'],
  ['Europe/Amsterdam, local mean time', '1890-01-01T00:00', '1889-12-31T23:42:30'],
])('%s: %s is %s UTC', (zone, local, expected) => {
  expect(utcText(momentOfReading(zone.split(',')[0] ?? '', utc(local)))).toBe(expected);
});

test('what is no zone is refused', () => {
  expect(() => offsetAt('Mars/Olympus', 0)).toThrow('"Mars/Olympus" is not an IANA time zone');
});
