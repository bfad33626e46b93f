import fc from 'fast-check';
import type { Problem } from '../../../src/domain/problem';
import {
  EARLIEST,
  isWindowZoned,
  readEventWindow,
  windowBounds,
  windowPresence,
} from '../../../src/domain/rule/event-window';
import { matchesCondition } from '../../../src/domain/rule/match-condition';
import type { Comparison } from '../../../src/domain/rule/property-condition';
import type { EventWindow } from '../../../src/domain/rule/rule';
import { DAY, HOUR, inEveryZone, utc, utcText, ZONES } from '../schedule/every-zone';
import { datesNear, pairsIn, pastWindows, periods } from './rule-moments';

function read(json: unknown): EventWindow | string {
  const problems: Problem[] = [];
  const window = readEventWindow(json, 'rule.within', problems);
  return window ?? problems.map(({ field, message }) => `${field}: ${message}`).join(' | ');
}

function windowsNear(now: number): fc.Arbitrary<EventWindow> {
  const dates = datesNear(now);
  return fc.oneof(
    pastWindows,
    periods.map((period) => ({ period })),
    fc.record({ after: dates, before: fc.constant(null) }),
    fc.record({ after: fc.constant(null), before: dates }),
    fc.record({ after: dates, before: dates }),
    fc.record({ between: fc.tuple(dates, dates) }),
  );
}

/** What the same window asks of a date among a contact's properties. */
function comparisonsOf(window: EventWindow): Comparison[] {
  if ('last' in window) return [{ op: 'withinLast', value: window }];
  if ('period' in window) return [{ op: 'inPeriod', value: window.period }];
  if ('between' in window) {
    const [from, to] = window.between.map((date) =>
      typeof date === 'number' ? new Date(date).toISOString() : date,
    );
    return [{ op: 'between', value: [from ?? '', to ?? ''] }];
  }
  const sides: Comparison[] = [];
  if (window.after !== null) sides.push({ op: 'after', value: window.after });
  if (window.before !== null) sides.push({ op: 'before', value: window.before });
  return sides;
}

const isIn = (window: EventWindow | null, at: number, now: number, zone: string): boolean => {
  const bounds = windowBounds(window, now, zone);
  return bounds !== null && at >= bounds.from && at <= bounds.to;
};

describe('readEventWindow', () => {
  it.each<[unknown, EventWindow]>([
    [
      { last: 30, unit: 'days' },
      { last: 30, unit: 'days' },
    ],
    [{ period: 'this month' }, { period: { name: 'thisMonth', weekStartsOn: 1 } }],
    [{ period: 'lastWeek', weekStartsOn: 'sunday' }, { period: { name: 'lastWeek', weekStartsOn: 7 } }],
    [{ after: '2026-03-01' }, { after: '2026-03-01', before: null }],
    [{ before: '2026-03-01T10:00:00Z' }, { after: null, before: '2026-03-01T10:00:00Z' }],
    [
      { after: '2026-03-01', before: 1_775_000_000 },
      { after: '2026-03-01', before: 1_775_000_000 },
    ],
    [{ between: ['2026-03-01', '2026-03-01'] }, { between: ['2026-03-01', '2026-03-01'] }],
    [
      { after: '2026-03-01T10:00:00Z', before: '2026-03-01' },
      { after: '2026-03-01T10:00:00Z', before: '2026-03-01' },
    ],
  ])('takes %j, and what came of it', (json, window) => {
    expect(read(json)).toEqual(window);
    expect(read(window)).toEqual(window);
  });

  it.each<[unknown, string]>([
    [30, 'rule.within: "30" is no window; write { "last": 30, "unit": "days" }, { "period": "thisMonth" }'],
    [null, 'rule.within: "null" is no window'],
    ['thisMonth', 'rule.within: "thisMonth" is no window; write'],
    [{}, 'rule.within: "{}" is no window'],
    [{ days: 30 }, 'rule.within: "{"days":30}" is no window'],
    [{ last: 30 }, 'rule.within.unit: The window has no unit'],
    [{ unit: 'days' }, 'rule.within.last: nothing is no length'],
    [{ last: -1, unit: 'days' }, 'rule.within.last: "-1" is no length'],
    [{ last: 1, unit: 'days', zone: 'UTC' }, 'rule.within.zone: "zone" is not part of a window'],
    [{ period: 'tomorrow' }, 'rule.within.period: Events of tomorrow have not happened yet; use'],
    [{ period: 'next quarter' }, 'rule.within.period: Events of next quarter have not happened yet'],
    [{ period: 'someday' }, 'rule.within.period: "someday" is no period'],
    [{ period: 'thisWeek', last: 7 }, 'rule.within.last: "last" is not part of a period'],
    [{ after: 'soon' }, 'rule.within.after: "soon" is not taken as a date; write'],
    [{ before: 20_260_301 }, 'rule.within.before: "20260301" is not taken as a date'],
    [{ after: null }, 'rule.within: The window names no date'],
    [
      { after: '2026-03-01', until: '2026-04-01' },
      'rule.within.until: "until" is not part of a window after',
    ],
    [
      { after: '2026-03-01', before: '2026-03-02' },
      'rule.within: No moment lies after "2026-03-01" and before',
    ],
    [{ after: '2026-03-01T10:00:00Z', before: '2026-03-01T10:00:00.001Z' }, 'rule.within: No moment lies'],
    [{ after: '2026-03-01 10:00', before: '2026-03-01 10:00' }, 'rule.within: No moment lies'],
    [{ between: ['2026-03-02', '2026-03-01'] }, 'rule.within.between: '],
    [{ between: ['2026-03-02'] }, 'rule.within.between: "["2026-03-02"]" is no span; write two dates'],
    [{ between: '2026-03-02' }, 'rule.within.between: "2026-03-02" is no span'],
    [
      { between: ['2026-03-01', '2026-03-02'], unit: 'days' },
      'rule.within.unit: "unit" is not part of a window between',
    ],
  ])('refuses %j', (json, message) => {
    expect(read(json)).toContain(message);
  });

  it('refuses or takes anything, and never throws', () => {
    const records = fc.record(
      {
        last: fc.anything(),
        unit: fc.anything(),
        period: fc.anything(),
        after: fc.anything(),
        before: fc.anything(),
        between: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), records), (json) => {
        const result = read(json);
        if (typeof result === 'string') expect(result.startsWith('rule.within')).toBe(true);
        else expect(read(result)).toEqual(result);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('windowBounds', () => {
  const now = utc('2026-03-10T15:30');
  const text = (window: EventWindow | null, zone = 'Europe/Berlin'): string[] | null => {
    const bounds = windowBounds(window, now, zone);
    return bounds && [utcText(bounds.from), utcText(bounds.to)];
  };

  it.each<[EventWindow, string[] | null]>([
    [{ last: 30, unit: 'days' }, ['2026-02-08T15:30', '2026-03-10T15:30']],
    [{ last: 2, unit: 'calendarDays' }, ['2026-03-08T23:00', '2026-03-10T15:30']],
    [{ period: { name: 'thisMonth', weekStartsOn: 1 } }, ['2026-02-28T23:00', '2026-03-10T15:30']],
    [{ period: { name: 'yesterday', weekStartsOn: 1 } }, ['2026-03-08T23:00', '2026-03-09T22:59:59.999Z']],
    [{ after: '2026-03-08', before: null }, ['2026-03-08T23:00', '2026-03-10T15:30']],
    [{ after: '2026-03-01', before: '2026-03-08' }, ['2026-03-01T23:00', '2026-03-07T22:59:59.999Z']],
    [{ between: ['2026-03-01', '2026-03-08'] }, ['2026-02-28T23:00', '2026-03-08T22:59:59.999Z']],
    [{ between: ['2026-03-01', '2026-05-01'] }, ['2026-02-28T23:00', '2026-03-10T15:30']],
    [{ after: '2026-03-10T15:29:59.999Z', before: null }, ['2026-03-10T15:30', '2026-03-10T15:30']],
    [{ after: '2026-03-10T15:30:00Z', before: null }, null],
    [{ after: '2026-03-10', before: null }, null],
    [{ period: { name: 'nextWeek', weekStartsOn: 1 } }, null],
  ])('%j in Berlin', (window, bounds) => {
    expect(text(window)).toEqual(bounds);
  });

  it('has no beginning without a window, and where only an end is set', () => {
    expect(windowBounds(null, now, 'Europe/Berlin')).toEqual({ from: EARLIEST, to: now });
    expect(windowBounds({ after: null, before: '2026-03-08' }, now, 'UTC')).toEqual({
      from: EARLIEST,
      to: utc('2026-03-08T00:00') - 1,
    });
  });

  it('has whole milliseconds as its ends', () => {
    expect(windowBounds({ last: 0.000_33, unit: 'seconds' }, now, 'UTC')).toEqual({ from: now, to: now });
    expect(windowBounds({ last: 0.000_7, unit: 'seconds' }, now, 'UTC')).toEqual({ from: now - 1, to: now });
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1000, noNaN: true }),
        fc.constantFrom('seconds' as const, 'hours' as const, 'weeks' as const),
        (last, unit) => {
          expect(Number.isSafeInteger(windowBounds({ last, unit }, now, 'UTC')?.from)).toBe(true);
        },
      ),
    );
  });
});

describe('laws in every zone', () => {
  it('an event counts exactly while its presence lasts', () => {
    inEveryZone(12, (zone) =>
      fc.property(
        fc.constant(zone),
        pairsIn(zone).chain(([at, now]) =>
          fc.tuple(fc.constant(at), fc.constant(now), fc.oneof(windowsNear(now), fc.constant(null))),
        ),
        (_zone, [at, now, window]) => {
          const presence = windowPresence(window, at, zone);
          const { from, until } = presence ?? { from: Infinity, until: Infinity };
          const moments = [now, at - 1, at, at + 40 * DAY, from - 1, from, until - 1, until];
          for (const moment of moments.filter(Number.isFinite)) {
            const counts = moment >= from && moment < until;
            expect([utcText(moment), isIn(window, at, moment, zone)]).toEqual([utcText(moment), counts]);
          }
          if (presence) expect(from).toBeGreaterThanOrEqual(at);
          if (presence) expect(until).toBeGreaterThan(from);
        },
      ),
    );
  });

  it('an event counts if it has occurred and its time, as a property, fits the same comparison', () => {
    inEveryZone(8, (zone) =>
      fc.property(
        fc.constant(zone),
        pairsIn(zone).chain(([at, now]) => fc.tuple(fc.constant(at), fc.constant(now), windowsNear(at))),
        (_zone, [at, now, window]) => {
          const fits = comparisonsOf(window).every(
            (comparison) =>
              matchesCondition(
                { property: 'at', ...comparison },
                { at: new Date(at).toISOString() },
                { now, zone },
              ).matches,
          );
          expect(isIn(window, at, now, zone)).toBe(fits && at <= now);
        },
      ),
    );
  });

  it('bounds move on with now, presence with the event', () => {
    inEveryZone(5, (zone) =>
      fc.property(
        fc.constant(zone),
        pairsIn(zone).chain((pair) => fc.tuple(fc.constant(pair), windowsNear(pair[0]))),
        (_zone, [pair, window]) => {
          const [early, late] = [Math.min(...pair), Math.max(...pair)];
          const [first, second] = [windowBounds(window, early, zone), windowBounds(window, late, zone)];
          if (first && second) expect(second.from).toBeGreaterThanOrEqual(first.from);
          if (first && second) expect(second.to).toBeGreaterThanOrEqual(first.to);
          const [before, after] = [windowPresence(window, early, zone), windowPresence(window, late, zone)];
          if (before && after) expect(after.from).toBeGreaterThanOrEqual(before.from);
          if (before && after) expect(after.until).toBeGreaterThanOrEqual(before.until);
        },
      ),
    );
  });

  it('a window that does not depend on the zone has the same bounds in all', () => {
    const pair = fc.tuple(fc.constantFrom(...ZONES), fc.constantFrom(...ZONES));
    const moments = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) });
    let same = 0;
    fc.assert(
      fc.property(
        moments.chain((now) => fc.tuple(fc.constant(now), windowsNear(now))),
        pair,
        ([now, window], [zone, other]) => {
          if (isWindowZoned(window)) return;
          same++;
          expect(windowBounds(window, now, zone)).toEqual(windowBounds(window, now, other));
        },
      ),
      { numRuns: 1_000 },
    );
    expect(same).toBeGreaterThan(100);
  });

  it.each<[EventWindow | null, boolean]>([
    [null, false],
    [{ last: 1, unit: 'days' }, false],
    [{ last: 1, unit: 'calendarDays' }, true],
    [{ period: { name: 'today', weekStartsOn: 1 } }, true],
    [{ after: '2026-03-01T10:00:00+02:00', before: 1_775_000_000_000 }, false],
    [{ after: '2026-03-01T10:00:00Z', before: '2026-04-01' }, true],
    [{ after: '2026-03-01 10:00', before: null }, true],
    [{ between: ['2026-03-01T10:00:00Z', '2026-03-02T10:00:00Z'] }, false],
    [{ between: ['2026-03-01T10:00:00Z', '2026-03-02'] }, true],
  ])('whether %j depends on the zone: %s', (window, zoned) => {
    expect(isWindowZoned(window)).toBe(zoned);
  });
});

describe('windowPresence', () => {
  it('ends a calendar day window at the local midnight, be the day 23 or 25 hours long', () => {
    const at = utc('2026-03-28T12:00');
    const until = (last: number, unit: 'days' | 'calendarDays'): number =>
      ((windowPresence({ last, unit }, at, 'Europe/Berlin')?.until ?? NaN) - at) / HOUR;
    expect(until(1, 'calendarDays')).toBe(11);
    expect(until(2, 'calendarDays')).toBe(11 + 23);
    expect(until(2, 'days')).toBe(48 + 1 / HOUR);
  });
});
