import fc from 'fast-check';
import {
  capReach,
  capText,
  judgeCap,
  readFrequencyCap,
  type Counted,
  type FrequencyCap,
} from '../../../src/domain/channel/frequency-cap';
import type { Purpose } from '../../../src/domain/message/message';
import { DAY, HOUR, inEveryZone, MINUTE, momentIn, utc, utcText, valueOf } from '../schedule/every-zone';
import { calendarCap, countByDefinition, exactCap } from './cap-by-definition';

const claimed = (at: number, channel = 'email', purpose: Purpose = 'marketing'): Counted => ({
  channel,
  purpose,
  claimedAt: at,
});
const judge = (cap: FrequencyCap, claims: readonly Counted[], now: number, zone = 'UTC') =>
  judgeCap(cap, claims, 'marketing', zone, now);

describe('laws of caps in every zone', () => {
  it('counts by definition, and room is first at the moment that it tells', () => {
    inEveryZone(6, (zone) =>
      fc.property(
        fc.constant(zone),
        momentIn(zone),
        fc.array(fc.nat(9 * 24 * 60), { maxLength: 8 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        (_, now, minutesAgo, most, days, isCalendar) => {
          const cap = isCalendar ? calendarCap(most, days) : exactCap(most, days);
          const claims = minutesAgo.map((minutes) => claimed(now - minutes * MINUTE));
          const count = (at: number) => countByDefinition(cap, claims, 'marketing', zone, at);
          const { count: counted, freeAt } = judge(cap, claims, now, zone);
          expect(counted).toBe(count(now));
          expect(freeAt > now).toBe(counted >= most);
          if (freeAt === now) return;
          expect(count(freeAt)).toBeLessThan(most);
          expect(count(freeAt - 1)).toBeGreaterThanOrEqual(most);
          expect(judge(cap, claims, freeAt, zone).freeAt).toBe(freeAt);
        },
      ),
    );
  });

  it('looks back far enough for everything that it counts', () => {
    inEveryZone(6, (zone) =>
      fc.property(
        fc.constant(zone),
        momentIn(zone),
        fc.integer({ min: 1, max: 7 }),
        fc.nat(3 * 24 * 60),
        fc.boolean(),
        (_, now, days, minutes, isCalendar) => {
          const cap = isCalendar ? calendarCap(1, days) : exactCap(1, days);
          const claim = claimed(now - capReach(cap) - minutes * MINUTE);
          expect(judge(cap, [claim], now, zone).count).toBe(0);
        },
      ),
    );
  });
});

describe('calendar days', () => {
  // Whoever got a message at the first moment gets the next one at the second.
  test.each([
    ['Europe/Berlin', 1, '2026-03-28T23:30', '2026-03-29T22:00', 'a day of 23 hours'],
    ['Europe/Berlin', 1, '2026-10-24T22:30', '2026-10-25T23:00', 'a day of 25 hours'],
    ['America/New_York', 1, '2026-03-08T05:00', '2026-03-09T04:00', 'put forward at 02:00'],
    ['Australia/Lord_Howe', 1, '2026-04-04T13:00', '2026-04-05T13:30', 'put back by half an hour'],
    ['Australia/Lord_Howe', 1, '2026-10-03T13:30', '2026-10-04T13:00', 'put forward by half an hour'],
    ['Pacific/Apia', 1, '2011-12-30T09:00', '2011-12-30T10:00', '29 December, after which 31 December came'],
    [
      'Pacific/Apia',
      2,
      '2011-12-29T20:00',
      '2011-12-30T10:00',
      'two days of the calendar, one that never was',
    ],
    ['Pacific/Apia', 3, '2011-12-29T20:00', '2011-12-31T10:00', 'three days of the calendar'],
    ['America/Sao_Paulo', 1, '2018-11-03T12:00', '2018-11-04T03:00', 'a midnight that does not exist'],
    ['America/Sao_Paulo', 1, '2018-11-04T03:00', '2018-11-05T02:00', 'the day that began at 01:00'],
    ['America/Sao_Paulo', 1, '2018-02-17T12:00', '2018-02-18T03:00', 'put back over midnight'],
    ['Asia/Kathmandu', 1, '2026-01-10T18:14', '2026-01-10T18:15', 'one minute before midnight'],
  ])('in %s, %d of them: %s has room at %s, %s', (zone, days, at, freeAt) => {
    const cap = calendarCap(1, days);
    const claims = [claimed(utc(at))];
    expect(utcText(judge(cap, claims, utc(at), zone).freeAt)).toBe(freeAt);
    expect(judge(cap, claims, utc(freeAt) - 1, zone).count).toBe(1);
    expect(judge(cap, claims, utc(freeAt), zone).count).toBe(0);
  });
});

describe('what is counted', () => {
  const now = utc('2026-03-04T12:00');
  const claims = [
    claimed(now - HOUR),
    claimed(now - 2 * HOUR, 'sms'),
    claimed(now - 3 * HOUR, 'email', 'transactional'),
    claimed(now - DAY),
  ];

  test.each<[Partial<FrequencyCap>, Purpose, number]>([
    [{}, 'marketing', 2],
    [{ channel: 'email' }, 'marketing', 1],
    [{ channel: 'push' }, 'marketing', 0],
    [{}, 'transactional', 1],
    [{ messages: 'allPurposes' }, 'marketing', 3],
    [{ messages: 'allPurposes' }, 'transactional', 3],
    [{ messages: 'allPurposes', channel: 'email' }, 'marketing', 2],
  ])('%j for a %s message', (more, purpose, count) => {
    expect(judgeCap({ ...exactCap(9, 1), ...more }, claims, purpose, 'UTC', now).count).toBe(count);
  });

  it('says what it allows', () => {
    expect(capText(exactCap(3, 1), 'marketing')).toBe('3 marketing messages in 1 day over all channels');
    expect(capText({ ...calendarCap(1, 2), channel: 'sms', messages: 'allPurposes' }, 'marketing')).toBe(
      '1 message in 2 calendar days over sms',
    );
  });
});

describe('reading a cap', () => {
  const RAW = { channel: null, most: 3, amount: 7, unit: 'days', counts: 'exactPeriod', messages: undefined };

  it('counts messages of the same purpose unless told', () => {
    expect(valueOf(readFrequencyCap(RAW, 'caps[0]')).messages).toBe('samePurpose');
    expect(valueOf(readFrequencyCap({ ...RAW, messages: 'allPurposes' }, 'caps[0]')).messages).toBe(
      'allPurposes',
    );
  });

  test.each([
    [{ most: 0 }, 'caps[0].most'],
    [{ most: 1.5 }, 'caps[0].most'],
    [{ most: '3' }, 'caps[0].most'],
    [{ amount: 0 }, 'caps[0].amount'],
    [{ amount: 401 }, 'caps[0].amount'],
    [{ amount: NaN }, 'caps[0].amount'],
    [{ unit: 'months' }, 'caps[0].unit'],
    [{ unit: 'hours', counts: 'calendarDays' }, 'caps[0].unit'],
  ])('refuses %j', (more, field) => {
    const reading = readFrequencyCap({ ...RAW, ...more }, 'caps[0]');
    expect(reading.ok ? [] : reading.problems.map((problem) => problem.field)).toEqual([field]);
  });
});
