import fc from 'fast-check';
import {
  DEFAULT_QUIET_HOURS,
  readDeliveryHours,
  type DeliveryHoursSetting,
  type OpenWeek,
} from '../../../src/domain/schedule/delivery-window';
import { DAY, HOUR, messagesOf, MINUTE, valueOf } from './every-zone';
import { deliveryHours, isOpenByDefinition } from './opening-by-definition';

const WEEK = 7 * DAY;
/** A Monday, 00:00, as a reading. */
const MONDAY = Date.UTC(2026, 2, 2);

const isIn = (week: OpenWeek, ms: number): boolean => week.some(([open, shut]) => open <= ms && ms < shut);

test('the open hours of a week are those of the definition, to the minute', () => {
  fc.assert(
    fc.property(deliveryHours, fc.array(fc.nat(WEEK / MINUTE - 1), { maxLength: 50 }), (setting, minutes) => {
      const hours = valueOf(readDeliveryHours(setting));
      for (const minute of minutes) {
        const isOpen =
          (!hours.windows || isIn(hours.windows.week, minute * MINUTE)) &&
          (!hours.quiet || isIn(hours.quiet.week, minute * MINUTE));
        expect(isOpen).toBe(isOpenByDefinition(setting, MONDAY + minute * MINUTE));
      }
    }),
    { numRuns: 500 },
  );
});

test('the spans of a week lie within it, in order and apart from each other', () => {
  fc.assert(
    fc.property(deliveryHours, (setting) => {
      const { windows, quiet } = valueOf(readDeliveryHours(setting));
      for (const week of [windows?.week, quiet?.week]) {
        let last = -1;
        for (const [open, shut] of week ?? []) {
          expect(open).toBeGreaterThan(last);
          expect(shut).toBeGreaterThan(open);
          last = shut;
        }
        expect(last).toBeLessThanOrEqual(WEEK);
      }
    }),
  );
});

describe('examples', () => {
  const weekOf = (setting: DeliveryHoursSetting): OpenWeek | undefined =>
    valueOf(readDeliveryHours(setting)).windows?.week;

  test('a window 22:00–06:00 on Friday runs into Saturday', () => {
    const windows = [{ weekdays: [5], from: '22:00', to: '06:00' }];
    expect(weekOf({ windows })).toEqual([[4 * DAY + 22 * HOUR, 5 * DAY + 6 * HOUR]]);
  });

  test('a window on Sunday night runs into Monday', () => {
    const windows = [{ weekdays: [7], from: '22:00', to: '06:00' }];
    expect(weekOf({ windows })).toEqual([
      [0, 6 * HOUR],
      [6 * DAY + 22 * HOUR, WEEK],
    ]);
  });

  test('from and to alike is the whole day, from that hour on', () => {
    expect(weekOf({ windows: [{ weekdays: [2], from: '00:00', to: '00:00' }] })).toEqual([[DAY, 2 * DAY]]);
    expect(weekOf({ windows: [{ weekdays: [2], from: '12:00', to: '12:00' }] })).toEqual([
      [DAY + 12 * HOUR, 2 * DAY + 12 * HOUR],
    ]);
  });

  test('they are told as people say them', () => {
    const windows = [
      { weekdays: [5, 1, 2, 3, 4], from: '09:00', to: '17:00' },
      { weekdays: [6, 7], from: '00:00', to: '00:00' },
    ];
    const hours = valueOf(readDeliveryHours({ windows, quietHours: DEFAULT_QUIET_HOURS }));
    expect(hours.windows?.text).toBe('delivery window Mon–Fri 09:00–17:00 or Sat and Sun all day');
    expect(hours.quiet?.text).toBe('quiet hours 21:00–08:00');
  });

  test('nothing set restricts nothing', () => {
    expect(valueOf(readDeliveryHours({}))).toEqual({ windows: null, quiet: null });
    expect(valueOf(readDeliveryHours({ windows: [], quietHours: null }))).toEqual({
      windows: null,
      quiet: null,
    });
  });

  test('everything wrong is told at once, each with its place', () => {
    const windows = [
      { weekdays: [], from: '09:00', to: '17:00' },
      { weekdays: [1], from: '9', to: '24:00' },
    ];
    const reading = readDeliveryHours({ windows, quietHours: { from: '21:00', to: 'late' } });
    expect(messagesOf(reading).map((message) => message.split(': ')[0])).toEqual([
      'windows[0].weekdays',
      'windows[1].from',
      'windows[1].to',
      'quietHours.to',
    ]);
  });

  test('quiet hours of a whole day are refused', () => {
    expect(messagesOf(readDeliveryHours({ quietHours: { from: '08:00', to: '08:00' } }))).toEqual([
      'quietHours: Quiet hours from 08:00 to 08:00 are the whole day, so that nothing could ever be sent; shorten them or turn them off.',
    ]);
  });
});
