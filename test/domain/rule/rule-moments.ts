import fc from 'fast-check';
import { PERIOD_NAMES, type Period } from '../../../src/domain/rule/rule-period';
import type { ComingWindow, PastWindow } from '../../../src/domain/rule/rule-window';
import { DAY, HOUR, momentIn, turnsOf, utcText } from '../schedule/every-zone';

/** What the laws about time in rules are held against: periods, windows, and pairs of moments that lie close. */

export const periods: fc.Arbitrary<Period> = fc.record({
  name: fc.constantFrom(...PERIOD_NAMES),
  weekStartsOn: fc.integer({ min: 1, max: 7 }),
});

const lengths = fc.oneof(
  fc.record({ amount: fc.integer({ min: 1, max: 40 }), unit: fc.constant('calendarDays' as const) }),
  fc.record({
    amount: fc.constantFrom(0.1, 0.5, 1, 1.7, 7, 23.999_99, 30),
    unit: fc.constantFrom('seconds' as const, 'minutes' as const, 'hours' as const, 'days' as const),
  }),
);
export const pastWindows: fc.Arbitrary<PastWindow> = lengths.map(({ amount, unit }) => ({
  last: amount,
  unit,
}));
export const comingWindows: fc.Arbitrary<ComingWindow> = lengths.map(({ amount, unit }) => ({
  next: amount,
  unit,
}));

/** Two moments of which one is nearly at a whole number of hours or days from the other, be it in exact time. */
export function pairsIn(zone: string): fc.Arbitrary<readonly [number, number]> {
  const distances = fc.oneof(
    fc.integer({ min: -42, max: 42 }).map((days) => days * DAY),
    fc.integer({ min: -60, max: 60 }).map((hours) => hours * HOUR),
    fc.integer({ min: -800 * 24, max: 800 * 24 }).map((hours) => hours * HOUR),
  );
  return fc
    .tuple(momentIn(zone), distances, fc.integer({ min: -2, max: 2 }))
    .map(([moment, distance, little]) => [moment, moment + distance + little] as const);
}

/** A moment of the years 2025 to 2027, or near one at which the clock turns: where `turnsOf` knows every turn. */
export function scannedMomentIn(zone: string): fc.Arbitrary<number> {
  const anywhere = fc.integer({ min: Date.UTC(2025, 0, 2), max: Date.UTC(2027, 11, 30) });
  const turns = turnsOf(zone);
  if (turns.length === 0) return anywhere;
  const near = fc
    .tuple(fc.constantFrom(...turns), fc.integer({ min: -30 * HOUR, max: 30 * HOUR }))
    .map(([turn, distance]) => turn + distance);
  return fc.oneof(anywhere, near);
}

/** Local midnights and other moments, written as dates, local times, moments and epoch milliseconds. */
export function datesNear(at: number): fc.Arbitrary<string | number> {
  const days = fc.integer({ min: -40, max: 40 }).map((day) => utcText(at + day * DAY).slice(0, 10));
  const times = fc.integer({ min: -40 * 24, max: 40 * 24 }).map((hour) => at + hour * HOUR);
  return fc.oneof(
    days,
    times.map((time) => new Date(time).toISOString()),
    times.map((time) => new Date(time).toISOString().replace('Z', '')),
    times.filter((time) => time >= 10_000_000_000),
  );
}
