import fc from 'fast-check';
import type { Problem } from '../../../src/domain/problem';
import { localDayAt } from '../../../src/domain/rule/local-day';
import {
  PERIOD_NAMES,
  periodPresence,
  periodSpan,
  periodWords,
  readPeriod,
  type Period,
  type PeriodName,
} from '../../../src/domain/rule/rule-period';
import { DAY, HOUR, inEveryZone, intlReading, turnsOf, utc, utcText } from '../schedule/every-zone';
import { pairsIn, periods, scannedMomentIn } from './rule-moments';

function read(json: unknown): Period | string {
  const problems: Problem[] = [];
  const period = readPeriod(json, 'rule.value', problems);
  return period ?? problems.map(({ field, message }) => `${field}: ${message}`).join(' | ');
}

const spanText = (period: Period, now: number, zone: string): string[] => {
  const { from, to } = periodSpan(period, now, zone);
  return [utcText(from), utcText(to + 1)];
};

describe('readPeriod', () => {
  it.each<[unknown, Period]>([
    ['today', { name: 'today', weekStartsOn: 1 }],
    ['thisWeek', { name: 'thisWeek', weekStartsOn: 1 }],
    ['last quarter', { name: 'lastQuarter', weekStartsOn: 1 }],
    ['next_month', { name: 'nextMonth', weekStartsOn: 1 }],
    ['This Year', { name: 'thisYear', weekStartsOn: 1 }],
    [
      { period: 'thisWeek', weekStartsOn: 'sunday' },
      { name: 'thisWeek', weekStartsOn: 7 },
    ],
    [
      { period: 'thisWeek', weekStartsOn: 'Saturday' },
      { name: 'thisWeek', weekStartsOn: 6 },
    ],
    [
      { period: 'last week', weekStartsOn: 7 },
      { name: 'lastWeek', weekStartsOn: 7 },
    ],
    [{ period: 'last week' }, { name: 'lastWeek', weekStartsOn: 1 }],
  ])('takes %j', (json, period) => {
    expect(read(json)).toEqual(period);
    expect(read(period)).toEqual(period);
  });

  it.each<[unknown, string]>([
    ['thisDecade', 'rule.value: "thisDecade" is no period; use one of today, yesterday,'],
    [undefined, 'rule.value: nothing is no period'],
    [['today'], 'rule.value: "["today"]" is no period'],
    ['toString', 'is no period'],
    [{ weekStartsOn: 1 }, 'rule.value.period: nothing is no period'],
    [{ period: { period: 'today' } }, 'rule.value.period: '],
    [{ period: 'thisWeek', weekStartsOn: 0 }, 'rule.value.weekStartsOn: "0" is no day of the week; use'],
    [{ period: 'thisWeek', weekStartsOn: 1.5 }, 'rule.value.weekStartsOn: "1.5" is no day'],
    [{ period: 'thisWeek', weekStartsOn: 'funday' }, 'rule.value.weekStartsOn: "funday" is no day'],
    [{ period: 'thisWeek', last: 7 }, 'rule.value.last: "last" is not part of a period.'],
  ])('refuses %j', (json, message) => {
    expect(read(json)).toContain(message);
  });

  it('refuses or takes anything, and never throws', () => {
    const records = fc.record({ period: fc.anything(), weekStartsOn: fc.anything() }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), records), (json) => {
        const result = read(json);
        expect(typeof result === 'string' ? result.startsWith('rule.value') : result.name.length > 0).toBe(
          true,
        );
      }),
    );
  });
});

describe('periodSpan', () => {
  const berlin = (name: PeriodName, now: string, weekStartsOn = 1): string[] =>
    spanText({ name, weekStartsOn }, utc(now), 'Europe/Berlin');

  it.each<[PeriodName, string, string, string]>([
    // A Tuesday; Berlin is an hour ahead of UTC until 29 March.
    ['today', '2026-03-10T15:30', '2026-03-09T23:00', '2026-03-10T23:00'],
    ['yesterday', '2026-03-10T15:30', '2026-03-08T23:00', '2026-03-09T23:00'],
    ['tomorrow', '2026-03-10T15:30', '2026-03-10T23:00', '2026-03-11T23:00'],
    ['thisWeek', '2026-03-10T15:30', '2026-03-08T23:00', '2026-03-15T23:00'],
    ['lastWeek', '2026-03-10T15:30', '2026-03-01T23:00', '2026-03-08T23:00'],
    ['nextWeek', '2026-03-10T15:30', '2026-03-15T23:00', '2026-03-22T23:00'],
    ['thisMonth', '2026-03-10T15:30', '2026-02-28T23:00', '2026-03-31T22:00'],
    ['lastMonth', '2026-03-10T15:30', '2026-01-31T23:00', '2026-02-28T23:00'],
    ['nextMonth', '2026-01-31T12:00', '2026-01-31T23:00', '2026-02-28T23:00'],
    ['thisQuarter', '2026-03-10T15:30', '2025-12-31T23:00', '2026-03-31T22:00'],
    ['lastQuarter', '2026-03-10T15:30', '2025-09-30T22:00', '2025-12-31T23:00'],
    ['nextQuarter', '2026-03-10T15:30', '2026-03-31T22:00', '2026-06-30T22:00'],
    ['thisYear', '2026-03-10T15:30', '2025-12-31T23:00', '2026-12-31T23:00'],
    ['lastYear', '2026-01-01T00:00', '2024-12-31T23:00', '2025-12-31T23:00'],
    ['nextYear', '2026-12-31T23:00', '2027-12-31T23:00', '2028-12-31T23:00'],
  ])('%s at %s in Berlin', (name, now, from, until) => {
    expect(berlin(name, now)).toEqual([from, until]);
  });

  it('begins weeks on the day that is set', () => {
    expect(berlin('thisWeek', '2026-03-10T15:30', 7)).toEqual(['2026-03-07T23:00', '2026-03-14T23:00']);
    expect(berlin('thisWeek', '2026-03-08T15:30', 7)).toEqual(['2026-03-07T23:00', '2026-03-14T23:00']);
    expect(berlin('thisWeek', '2026-03-08T15:30', 1)).toEqual(['2026-03-01T23:00', '2026-03-08T23:00']);
    expect(berlin('lastWeek', '2026-03-10T15:30', 3)).toEqual(['2026-02-24T23:00', '2026-03-03T23:00']);
  });

  it('begins a day without a midnight after the gap, and leaves a day that was leapt over empty', () => {
    const span = (name: PeriodName, now: string, zone: string): string[] =>
      spanText({ name, weekStartsOn: 1 }, utc(now), zone);
    // On 4 November 2018 São Paulo's clock went from 24:00 to 01:00.
    expect(span('today', '2018-11-04T12:00', 'America/Sao_Paulo')).toEqual([
      '2018-11-04T03:00',
      '2018-11-05T02:00',
    ]);
    expect(span('yesterday', '2018-11-04T12:00', 'America/Sao_Paulo')).toEqual([
      '2018-11-03T03:00',
      '2018-11-04T03:00',
    ]);
    // Apia went from 29 to 31 December 2011.
    expect(span('tomorrow', '2011-12-29T20:00', 'Pacific/Apia')).toEqual([
      '2011-12-30T10:00',
      '2011-12-30T10:00',
    ]);
    expect(span('today', '2011-12-30T20:00', 'Pacific/Apia')).toEqual([
      '2011-12-30T10:00',
      '2011-12-31T10:00',
    ]);
    // At 00:01 on 7 November 2010 St. John's clock went back to 23:01: the 7th had begun.
    expect(span('today', '2010-11-07T03:00', 'America/St_Johns')).toEqual([
      '2010-11-07T02:30',
      '2010-11-08T03:30',
    ]);
  });
});

describe('laws in every zone', () => {
  it('a day is the last that the clock has shown the beginning of', () => {
    inEveryZone(8, (zone) =>
      fc.property(fc.constant(zone), scannedMomentIn(zone), (_zone, at) => {
        const dayShown = (moment: number): number => Math.floor(intlReading(zone, moment) / DAY) * DAY;
        const before = turnsOf(zone).filter((turn) => turn <= at && turn > at - 2 * DAY);
        expect(localDayAt(at, zone)).toBe(
          Math.max(dayShown(at), ...before.map((turn) => dayShown(turn - 1))),
        );
      }),
    );
  });

  it('a moment lies in a period exactly while its presence lasts', () => {
    inEveryZone(12, (zone) =>
      fc.property(fc.constant(zone), pairsIn(zone), periods, (_zone, [at, now], period) => {
        const lies = (moment: number): boolean => {
          const span = periodSpan(period, moment, zone);
          return at >= span.from && at <= span.to;
        };
        const { from, until } = periodPresence(period, at, zone);
        for (const moment of [now, from - 1, from, until - 1, until]) {
          expect([utcText(moment), lies(moment)]).toEqual([
            utcText(moment),
            moment >= from && moment < until,
          ]);
        }
      }),
    );
  });

  it('last, this and next follow each other without a gap, and now lies in this', () => {
    const triples = [
      ['yesterday', 'today', 'tomorrow'],
      ['lastWeek', 'thisWeek', 'nextWeek'],
      ['lastMonth', 'thisMonth', 'nextMonth'],
      ['lastQuarter', 'thisQuarter', 'nextQuarter'],
      ['lastYear', 'thisYear', 'nextYear'],
    ] as const;
    inEveryZone(5, (zone) =>
      fc.property(
        fc.constant(zone),
        scannedMomentIn(zone),
        fc.constantFrom(...triples),
        fc.integer({ min: 1, max: 7 }),
        (_zone, now, names, weekStartsOn) => {
          const [last, present, next] = names.map((name) => periodSpan({ name, weekStartsOn }, now, zone));
          expect(last?.to).toBe((present?.from ?? NaN) - 1);
          expect(next?.from).toBe((present?.to ?? NaN) + 1);
          expect(now).toBeGreaterThanOrEqual(present?.from ?? NaN);
          expect(now).toBeLessThanOrEqual(present?.to ?? NaN);
        },
      ),
    );
  });

  it('what is later is never in an earlier period, and is in one no earlier', () => {
    inEveryZone(5, (zone) =>
      fc.property(fc.constant(zone), pairsIn(zone), periods, (_zone, [one, other], period) => {
        const [early, late] = [Math.min(one, other), Math.max(one, other)];
        const [spanBefore, spanAfter] = [periodSpan(period, early, zone), periodSpan(period, late, zone)];
        expect(spanAfter.from).toBeGreaterThanOrEqual(spanBefore.from);
        expect(spanAfter.to).toBeGreaterThanOrEqual(spanBefore.to);
        const [before, after] = [periodPresence(period, early, zone), periodPresence(period, late, zone)];
        expect(after.from).toBeGreaterThanOrEqual(before.from);
        expect(after.until).toBeGreaterThanOrEqual(before.until);
      }),
    );
  });

  it('a day is as long as the clock makes it', () => {
    const hours = ({ from, to }: { from: number; to: number }): number => (to + 1 - from) / HOUR;
    const now = utc('2026-10-25T12:00');
    expect(hours(periodSpan({ name: 'today', weekStartsOn: 1 }, now, 'America/New_York'))).toBe(24);
    expect(hours(periodSpan({ name: 'today', weekStartsOn: 1 }, now, 'Europe/Berlin'))).toBe(25);
    const howe = utc('2026-04-05T03:00');
    expect(hours(periodSpan({ name: 'today', weekStartsOn: 1 }, howe, 'Australia/Lord_Howe'))).toBe(24.5);
    expect(hours(periodSpan({ name: 'thisYear', weekStartsOn: 1 }, now, 'Asia/Kathmandu'))).toBe(365 * 24);
  });

  it('reaches from the first to the last year a date can have', () => {
    for (const name of PERIOD_NAMES) {
      for (const at of [Date.parse('0000-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')]) {
        const { from, until } = periodPresence({ name, weekStartsOn: 1 }, at, 'America/New_York');
        expect(until - from).toBeGreaterThanOrEqual(23 * HOUR);
        expect(until - from).toBeLessThanOrEqual(367 * DAY);
      }
    }
  });
});

describe('periodWords', () => {
  it('says the day a week begins on only where it is unusual', () => {
    expect(periodWords({ name: 'thisWeek', weekStartsOn: 1 })).toBe('this week');
    expect(periodWords({ name: 'lastWeek', weekStartsOn: 7 })).toBe('last week (from Sunday)');
    expect(periodWords({ name: 'lastMonth', weekStartsOn: 7 })).toBe('last month');
    expect(periodWords({ name: 'today', weekStartsOn: 1 })).toBe('today');
  });
});
