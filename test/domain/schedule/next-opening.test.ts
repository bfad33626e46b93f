import fc from 'fast-check';
import { readDeliveryHours, type DeliveryHoursSetting } from '../../../src/domain/schedule/delivery-window';
import { nextOpening } from '../../../src/domain/schedule/next-opening';
import {
  DAY,
  inEveryZone,
  intlReading,
  messagesOf,
  MINUTE,
  momentIn,
  utc,
  utcText,
  valueOf,
  ZONES,
} from './every-zone';
import {
  deliveryHours,
  isInWindowByDefinition,
  isOpenByDefinition,
  isQuietByDefinition,
} from './opening-by-definition';

const MONDAY = Date.UTC(2026, 2, 2);

/** Whether a week has an open minute: what opens does so at a midnight or where a window or the quiet begins or ends. */
function opensEver(setting: DeliveryHoursSetting): boolean {
  const spans = [...(setting.windows ?? []), ...(setting.quietHours ? [setting.quietHours] : [])];
  const times = ['00:00', ...spans.flatMap(({ from, to }) => [from, to])];
  return [0, 1, 2, 3, 4, 5, 6].some((day) =>
    times.some((time) => isOpenByDefinition(setting, MONDAY + day * DAY + Date.parse(`1970-01-01T${time}Z`))),
  );
}

const opening = (at: number, setting: DeliveryHoursSetting, zone: string, quietZones = [zone]): number =>
  valueOf(nextOpening(at, valueOf(readDeliveryHours(setting)), { zone, quietZones })).at;

/** Windows and quiet hours that leave something open: most of what is drawn. */
const openHours = deliveryHours.filter(opensEver);

describe('laws in every zone', () => {
  test('never before, always open, and from itself it does not move', () => {
    inEveryZone(10, (zone) =>
      fc.property(fc.constant(zone), momentIn(zone), openHours, (_, at, setting) => {
        const open = opening(at, setting, zone);
        expect(open).toBeGreaterThanOrEqual(at);
        expect(isOpenByDefinition(setting, intlReading(zone, open))).toBe(true);
        expect(opening(open, setting, zone)).toBe(open);
        if (isOpenByDefinition(setting, intlReading(zone, at))) expect(open).toBe(at);
      }),
    );
  });

  test('a later moment never opens earlier, and between a moment and its opening nothing is open', () => {
    inEveryZone(10, (zone) =>
      fc.property(
        fc.constant(zone),
        momentIn(zone),
        fc.nat(4 * 24 * 60),
        openHours,
        (_, at, later, setting) => {
          const open = opening(at, setting, zone);
          const between = at + later * MINUTE;
          const openLater = opening(between, setting, zone);
          expect(openLater).toBeGreaterThanOrEqual(open);
          if (between < open) expect(openLater).toBe(open);
        },
      ),
    );
  });

  test('it is the first open minute that a scan with Intl finds', () => {
    inEveryZone(1, (zone) =>
      fc.property(fc.constant(zone), momentIn(zone), openHours, (_, at, setting) => {
        const open = opening(at, setting, zone);
        // From a day and a half before it: what lies earlier is left to the laws above.
        let scanned = Math.max(at, open - 36 * 60 * MINUTE);
        while (!isOpenByDefinition(setting, intlReading(zone, scanned))) scanned += MINUTE;
        expect(open).toBe(scanned);
      }),
    );
  });

  test('windows count in the one zone, quiet hours in each of the others, or it says that nothing is left', () => {
    const two = fc.tuple(fc.constantFrom(...ZONES), fc.constantFrom(...ZONES));
    inEveryZone(3, (zone) =>
      fc.property(fc.constant(zone), momentIn(zone), two, openHours, (_, at, quietZones, setting) => {
        const reading = nextOpening(at, valueOf(readDeliveryHours(setting)), { zone, quietZones });
        if (!reading.ok) {
          expect(messagesOf(reading)[0]).toContain('Nothing is ever open');
          return;
        }
        const { at: open } = reading.value;
        expect(open).toBeGreaterThanOrEqual(at);
        expect(isInWindowByDefinition(setting, intlReading(zone, open))).toBe(true);
        const readings = quietZones.map((quietZone) => intlReading(quietZone, open));
        expect(readings.some((shown) => isQuietByDefinition(setting, shown))).toBe(false);
      }),
    );
  });
});

test('what is refused is exactly what never opens', () => {
  const zone = 'Europe/Berlin';
  fc.assert(
    fc.property(deliveryHours, (setting) => {
      const hours = valueOf(readDeliveryHours(setting));
      const reading = nextOpening(MONDAY, hours, { zone, quietZones: [zone] });
      expect(reading.ok).toBe(opensEver(setting));
    }),
    { numRuns: 300 },
  );
});

describe('examples', () => {
  const office = { windows: [{ weekdays: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }] };
  const night = { windows: [{ weekdays: [5], from: '22:00', to: '06:00' }] };
  const quiet = { quietHours: { from: '21:00', to: '08:00' } };

  test.each([
    ['the end is exclusive', office, 'UTC', '2026-03-06T17:00', '2026-03-09T09:00'],
    ['the last minute is open', office, 'UTC', '2026-03-06T16:59', '2026-03-06T16:59'],
    ['a Friday night runs into Saturday', night, 'UTC', '2026-03-07T05:59', '2026-03-07T05:59'],
    ['and ends there', night, 'UTC', '2026-03-07T06:00', '2026-03-13T22:00'],
    ['Friday morning is not Friday night', night, 'UTC', '2026-03-06T05:00', '2026-03-06T22:00'],
    ['quiet from 21:00', quiet, 'America/New_York', '2026-03-07T02:00', '2026-03-07T13:00'],
    [
      'quiet until 08:00, an hour sooner in summer',
      quiet,
      'America/New_York',
      '2026-03-08T03:10',
      '2026-03-08T12:00',
    ],
    ['quarter-hour zone', quiet, 'Asia/Kathmandu', '2026-03-07T16:00', '2026-03-08T02:15'],
    ['summer time of half an hour', quiet, 'Australia/Lord_Howe', '2026-10-03T12:00', '2026-10-03T21:00'],
  ])('%s', (_, setting, zone, at, expected) => {
    expect(utcText(opening(utc(at), setting, zone))).toBe(expected);
  });

  test('a window in the gap of a Sunday opens a week later', () => {
    const windows = [{ weekdays: [7], from: '02:00', to: '02:30' }];
    const open = opening(utc('2026-03-07T12:00'), { windows }, 'America/New_York');
    expect(utcText(open)).toBe('2026-03-15T06:00');
  });

  test('a window that begins in the gap opens when the clock has jumped', () => {
    const windows = [{ weekdays: [7], from: '02:30', to: '05:00' }];
    const open = opening(utc('2026-03-08T05:00'), { windows }, 'America/New_York');
    expect(utcText(open)).toBe('2026-03-08T07:00');
  });

  test('an hour that comes twice is open twice, and shut between', () => {
    const windows = [{ weekdays: [7], from: '01:00', to: '01:30' }];
    const zone = 'America/New_York';
    expect(utcText(opening(utc('2026-11-01T05:29'), { windows }, zone))).toBe('2026-11-01T05:29');
    expect(utcText(opening(utc('2026-11-01T05:30'), { windows }, zone))).toBe('2026-11-01T06:00');
    expect(utcText(opening(utc('2026-11-01T06:30'), { windows }, zone))).toBe('2026-11-08T06:00');
  });

  test('the day that Apia skipped opens nothing', () => {
    const windows = [{ weekdays: [5], from: '09:00', to: '17:00' }];
    const open = opening(utc('2011-12-29T20:00'), { windows }, 'Pacific/Apia');
    expect(utcText(open)).toBe('2012-01-05T19:00');
  });

  test('of an unknown zone the quiet hours are those of all it may be: New York and Honolulu', () => {
    const quietZones = ['America/New_York', 'Pacific/Honolulu'];
    const open = opening(utc('2026-07-01T12:30'), quiet, 'America/New_York', quietZones);
    expect(utcText(open)).toBe('2026-07-01T18:00');
  });

  test('it says from where to where, and what was shut', () => {
    const hours = valueOf(readDeliveryHours({ ...office, ...quiet }));
    const zone = 'America/New_York';
    const reasons = (at: string, quietZones: string[]): readonly string[] =>
      valueOf(nextOpening(utc(at), hours, { zone, quietZones })).reasons;
    expect(reasons('2026-03-07T03:10', [zone])).toEqual([
      'moved from Fri 2026-03-06 22:10 to the next opening Mon 2026-03-09 09:00 (delivery window Mon–Fri 09:00–17:00)',
    ]);
    expect(
      reasons('2026-03-09T13:00', ['America/New_York', 'America/Los_Angeles', 'Pacific/Honolulu']),
    ).toEqual([
      'moved from Mon 2026-03-09 09:00 to the next opening Mon 2026-03-09 14:00 (quiet hours 21:00–08:00 in America/Los_Angeles and Pacific/Honolulu)',
    ]);
    expect(reasons('2026-03-09T15:00', [zone])).toEqual([]);
  });

  test('hours that exclude each other are refused with what they are', () => {
    const windows = [{ weekdays: [1], from: '22:00', to: '23:00' }];
    const hours = valueOf(readDeliveryHours({ windows, ...quiet }));
    const zones = { zone: 'Europe/Berlin', quietZones: ['Europe/Berlin'] };
    expect(messagesOf(nextOpening(utc('2026-03-07T10:00'), hours, zones))).toEqual([
      'deliveryHours: Nothing is ever open in Europe/Berlin: delivery window Mon 22:00–23:00 and quiet hours 21:00–08:00 leave no moment between them. Widen the delivery windows or shorten the quiet hours.',
    ]);
    const eastern = { zone: 'Asia/Tokyo', quietZones: ['Europe/Berlin'] };
    const open = valueOf(nextOpening(utc('2026-03-07T10:00'), hours, eastern)).at;
    expect(open - utc('2026-03-07T10:00')).toBeLessThan(3 * DAY);
    expect(utcText(open)).toBe('2026-03-09T13:00');
  });
});
