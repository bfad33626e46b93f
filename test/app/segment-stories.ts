import type { JsonObject } from '../../src/domain/json';

/** One contact's way through one segment, worked out by hand. */
export interface Story {
  readonly name: string;
  readonly rule: unknown;
  /** When the contact and then the segment are made. */
  readonly from: string;
  /** The contact's; UTC where neither it nor the country is told. */
  readonly zone?: string;
  readonly country?: string;
  readonly properties?: JsonObject;
  /** Recorded at the beginning in this order, some before they occur. */
  readonly events?: ReadonlyArray<readonly [at: string, type: string, properties?: JsonObject]>;
  /** What the properties become later. */
  readonly changes?: ReadonlyArray<readonly [at: string, properties: JsonObject]>;
  /** The moments at which the contact enters and leaves in turn; `in` at the beginning is one who is in it at once. */
  readonly turns: readonly string[];
  readonly until: string;
}

const NEW_YORK = 'America/New_York';
const within = (last: number, unit: string) => ({ last, unit });
const seen = { event: 'seen' };
const born = { property: 'born', op: 'anniversaryToday' };

/** From daylight saving to ties: every kind of window, period and measure at the moments at which it turns. */
export const STORIES: readonly Story[] = [
  {
    name: 'calendar days over the night the clock is put forward',
    rule: { property: 'at', op: 'withinLast', value: within(2, 'calendarDays') },
    zone: NEW_YORK,
    properties: { at: '2026-03-07T10:00' },
    from: '2026-03-07T16:00:00Z',
    turns: ['in', '2026-03-09T04:00:00Z'],
    until: '2026-03-20T00:00:00Z',
  },
  {
    name: 'exact days over the night the clock is put forward',
    rule: { property: 'at', op: 'withinLast', value: within(2, 'days') },
    zone: NEW_YORK,
    properties: { at: '2026-03-07T10:00' },
    from: '2026-03-07T14:00:00Z',
    turns: ['2026-03-07T15:00:00Z', '2026-03-09T15:00:00.001Z'],
    until: '2026-03-20T00:00:00Z',
  },
  {
    name: 'the last millisecond of the day before the clock is put back',
    rule: { ...seen, within: within(1, 'calendarDays') },
    zone: NEW_YORK,
    events: [['2026-11-01T03:59:59.999Z', 'seen']],
    from: '2026-10-31T12:00:00Z',
    turns: ['2026-11-01T03:59:59.999Z', '2026-11-01T04:00:00Z'],
    until: '2026-11-05T00:00:00Z',
  },
  {
    name: 'the day of 25 hours',
    rule: { ...seen, within: within(1, 'calendarDays') },
    zone: NEW_YORK,
    events: [['2026-11-01T04:00:00Z', 'seen']],
    from: '2026-10-31T12:00:00Z',
    turns: ['2026-11-01T04:00:00Z', '2026-11-02T05:00:00Z'],
    until: '2026-11-05T00:00:00Z',
  },
  {
    name: 'the day of 24 and a half hours on Lord Howe',
    rule: { ...seen, within: within(1, 'calendarDays') },
    zone: 'Australia/Lord_Howe',
    events: [['2026-04-04T13:00:00Z', 'seen']],
    from: '2026-04-04T00:00:00Z',
    turns: ['2026-04-04T13:00:00Z', '2026-04-05T13:30:00Z'],
    until: '2026-04-09T00:00:00Z',
  },
  {
    name: 'the day that Apia leapt over',
    rule: { ...seen, within: within(1, 'calendarDays') },
    zone: 'Pacific/Apia',
    events: [['2011-12-29T12:00:00Z', 'seen']],
    from: '2011-12-29T11:00:00Z',
    turns: ['2011-12-29T12:00:00Z', '2011-12-30T10:00:00Z'],
    until: '2012-01-03T00:00:00Z',
  },
  {
    name: 'what is kept on the day that Apia leapt over, a year before and after',
    rule: born,
    zone: 'Pacific/Apia',
    properties: { born: '12-30' },
    from: '2010-12-28T00:00:00Z',
    turns: ['2010-12-30T10:00:00Z', '2010-12-31T10:00:00Z', '2012-12-29T10:00:00Z', '2012-12-30T10:00:00Z'],
    until: '2013-01-02T00:00:00Z',
  },
  {
    name: 'a week in Casablanca that ends after Ramadan has put the clock back',
    rule: { ...seen, within: { period: 'thisWeek' } },
    zone: 'Africa/Casablanca',
    events: [['2026-02-14T12:00:00Z', 'seen']],
    from: '2026-02-13T00:00:00Z',
    turns: ['2026-02-14T12:00:00Z', '2026-02-16T00:00:00Z'],
    until: '2026-02-25T00:00:00Z',
  },
  {
    name: 'a birthday in Kathmandu',
    rule: born,
    zone: 'Asia/Kathmandu',
    properties: { born: '1990-01-15' },
    from: '2026-01-10T00:00:00Z',
    turns: ['2026-01-14T18:15:00Z', '2026-01-15T18:15:00Z'],
    until: '2026-03-01T00:00:00Z',
  },
  {
    name: 'a birthday in the only zone of a country',
    rule: born,
    country: 'NP',
    properties: { born: '1990-01-15T20:00:00Z' },
    from: '2026-01-10T00:00:00Z',
    turns: ['2026-01-15T18:15:00Z', '2026-01-16T18:15:00Z'],
    until: '2026-03-01T00:00:00Z',
  },
  {
    name: 'a day in Sao Paulo that begins at one in the morning',
    rule: { any: [born, { ...seen, within: within(1, 'calendarDays') }] },
    zone: 'America/Sao_Paulo',
    properties: { born: '1990-11-05' },
    events: [['2018-11-04T02:59:59.999Z', 'seen']],
    from: '2018-11-03T12:00:00Z',
    turns: [
      '2018-11-04T02:59:59.999Z',
      '2018-11-04T03:00:00Z',
      '2018-11-05T02:00:00Z',
      '2018-11-06T02:00:00Z',
    ],
    until: '2018-11-09T00:00:00Z',
  },
  {
    name: '29 February, kept on the 28th in other years, not in its own',
    rule: born,
    properties: { born: '2024-02-29' },
    from: '2024-02-20T00:00:00Z',
    turns: [
      '2025-02-28T00:00:00Z',
      '2025-03-01T00:00:00Z',
      '2026-02-28T00:00:00Z',
      '2026-03-01T00:00:00Z',
      '2027-02-28T00:00:00Z',
      '2027-03-01T00:00:00Z',
      '2028-02-29T00:00:00Z',
      '2028-03-01T00:00:00Z',
    ],
    until: '2028-06-01T00:00:00Z',
  },
  {
    name: 'a week from Sunday to Sunday, over the night the clock is put forward',
    rule: { property: 'at', op: 'inPeriod', value: { period: 'thisWeek', weekStartsOn: 'sunday' } },
    zone: NEW_YORK,
    properties: { at: '2026-03-10' },
    from: '2026-03-01T00:00:00Z',
    turns: ['2026-03-08T05:00:00Z', '2026-03-15T04:00:00Z'],
    until: '2026-04-01T00:00:00Z',
  },
  {
    name: 'next month, of the last day of one that is longer',
    rule: { property: 'at', op: 'inPeriod', value: 'nextMonth' },
    properties: { at: '2026-03-31' },
    from: '2026-01-15T00:00:00Z',
    turns: ['2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z'],
    until: '2026-05-01T00:00:00Z',
  },
  {
    name: 'a quarter that has begun in Berlin and not in London',
    rule: { ...seen, within: { period: 'thisQuarter' } },
    zone: 'Europe/Berlin',
    events: [['2026-03-31T22:30:00Z', 'seen']],
    from: '2026-03-31T00:00:00Z',
    turns: ['2026-03-31T22:30:00Z', '2026-06-30T22:00:00Z'],
    until: '2026-10-15T00:00:00Z',
  },
  {
    name: 'last month, of an evening that is the next month in UTC',
    rule: { ...seen, within: { period: 'lastMonth' } },
    zone: NEW_YORK,
    events: [['2026-02-01T04:30:00Z', 'seen']],
    from: '2026-01-31T00:00:00Z',
    turns: ['2026-02-01T05:00:00Z', '2026-03-01T05:00:00Z'],
    until: '2026-05-01T00:00:00Z',
  },
  {
    name: 'yesterday was a day of 24 hours, today is one of 23',
    rule: { ...seen, within: { period: 'yesterday' } },
    zone: NEW_YORK,
    events: [['2026-03-07T20:00:00Z', 'seen']],
    from: '2026-03-07T00:00:00Z',
    turns: ['2026-03-08T05:00:00Z', '2026-03-09T04:00:00Z'],
    until: '2026-03-20T00:00:00Z',
  },
  {
    name: 'a date in the next seven calendar days, which begins with its day and is no longer ahead then',
    rule: { property: 'at', op: 'withinNext', value: { next: 7, unit: 'calendarDays' } },
    zone: NEW_YORK,
    properties: { at: '2026-03-10' },
    from: '2026-03-01T00:00:00Z',
    turns: ['2026-03-04T05:00:00Z', '2026-03-10T04:00:00.001Z'],
    until: '2026-04-01T00:00:00Z',
  },
  {
    name: 'weeks of exactly 168 hours',
    rule: { property: 'createdAt', op: 'notWithinLast', value: within(2, 'weeks') },
    zone: NEW_YORK,
    from: '2026-03-01T12:00:00Z',
    turns: ['2026-03-15T12:00:00.001Z'],
    until: '2026-04-01T00:00:00Z',
  },
  {
    name: 'a plan held for fourteen days without a break',
    rule: { property: 'plan', op: 'equals', value: 'trial', for: within(14, 'days') },
    zone: NEW_YORK,
    properties: { plan: 'trial' },
    changes: [
      ['2026-03-05T10:00:00Z', { plan: null }],
      ['2026-03-06T10:00:00.500Z', { plan: 'trial' }],
      ['2026-03-07T00:00:00Z', { plan: ['x', 'trial'] }],
      ['2026-04-01T00:00:00Z', { plan: 'pro' }],
    ],
    from: '2026-03-01T10:00:00Z',
    turns: ['2026-03-20T10:00:00.500Z', '2026-04-01T00:00:00Z'],
    until: '2026-05-01T00:00:00Z',
  },
  {
    name: 'a plan missing for two whole calendar days',
    rule: { property: 'plan', op: 'notExists', for: within(2, 'calendarDays') },
    zone: NEW_YORK,
    properties: { plan: 'pro' },
    changes: [
      ['2026-03-07T15:00:00Z', { plan: null }],
      ['2026-03-12T15:00:00Z', { plan: 'pro' }],
    ],
    from: '2026-03-01T10:00:00Z',
    turns: ['2026-03-09T04:00:00Z', '2026-03-12T15:00:00Z'],
    until: '2026-04-01T00:00:00Z',
  },
  {
    name: 'people, not machines, that opened within a day',
    rule: { event: 'email_*', within: within(1, 'days') },
    events: [
      ['2026-03-02T00:00:00Z', 'email_opened', { machine: true }],
      ['2026-03-03T00:00:00Z', 'email_clicked', { machine: 'true' }],
      ['2026-03-04T00:00:00Z', 'email_opened', { machine: 'no' }],
    ],
    from: '2026-03-01T00:00:00Z',
    turns: ['2026-03-04T00:00:00Z', '2026-03-05T00:00:00.001Z'],
    until: '2026-03-10T00:00:00Z',
  },
  {
    name: 'machines where they are asked for',
    rule: {
      event: 'email_opened',
      where: [{ property: 'machine', op: 'equals', value: true }],
      within: within(1, 'days'),
    },
    events: [
      ['2026-03-02T00:00:00Z', 'email_opened', { machine: true }],
      ['2026-03-04T00:00:00Z', 'email_opened'],
    ],
    from: '2026-03-01T00:00:00Z',
    turns: ['2026-03-02T00:00:00Z', '2026-03-03T00:00:00.001Z'],
    until: '2026-03-10T00:00:00Z',
  },
  {
    name: 'a sum of tenths, as long as both are within two days, and a refund',
    rule: { event: 'paid', sum: { property: 'value', op: 'equals', n: 0.3 }, within: within(2, 'days') },
    events: [
      ['2026-03-02T00:00:00Z', 'paid', { value: 0.1 }],
      ['2026-03-03T00:00:00Z', 'paid', { value: ' 0.20 ' }],
      ['2026-03-03T12:00:00Z', 'paid', { value: [1, 'x'] }],
      ['2026-03-03T18:00:00Z', 'paid', { value: -1 }],
    ],
    from: '2026-03-01T00:00:00Z',
    turns: [
      '2026-03-03T00:00:00Z',
      '2026-03-03T12:00:00Z',
      '2026-03-03T18:00:00Z',
      '2026-03-04T00:00:00.001Z',
    ],
    until: '2026-03-10T00:00:00Z',
  },
  {
    name: 'three different articles, by the items of lists',
    rule: { event: 'order', distinct: { property: 'items.sku', op: 'gte', n: 3 }, within: within(2, 'days') },
    events: [
      ['2026-03-02T00:00:00Z', 'order', { items: [{ sku: 'a' }, { sku: 1 }, { sku: null }] }],
      ['2026-03-03T00:00:00Z', 'order', { items: [{ sku: '1' }, { sku: 'a' }] }],
    ],
    from: '2026-03-01T00:00:00Z',
    turns: ['2026-03-03T00:00:00Z', '2026-03-04T00:00:00.001Z'],
    until: '2026-03-10T00:00:00Z',
  },
  {
    name: 'the latest of two at the same time is the one that was recorded later',
    rule: { lastEvent: 'order', has: [{ property: 'status', op: 'equals', value: 'refunded' }] },
    events: [
      ['2026-03-02T00:00:00Z', 'order', { status: 'paid' }],
      ['2026-03-02T00:00:00Z', 'order', { status: 'refunded' }],
      ['2026-03-03T00:00:00Z', 'order', { status: 'refunded' }],
      ['2026-03-03T00:00:00Z', 'order', { status: 'paid' }],
    ],
    from: '2026-03-01T00:00:00Z',
    turns: ['2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z'],
    until: '2026-03-10T00:00:00Z',
  },
  {
    name: 'the first within a window is another one when the first has left it',
    rule: { event: 'order', first: { property: 'value', op: 'gt', value: 10 }, within: within(2, 'days') },
    events: [
      ['2026-03-02T00:00:00Z', 'order', { value: 5 }],
      ['2026-03-03T00:00:00Z', 'order', { value: 50 }],
    ],
    from: '2026-03-01T00:00:00Z',
    turns: ['2026-03-04T00:00:00.001Z', '2026-03-05T00:00:00.001Z'],
    until: '2026-03-10T00:00:00Z',
  },
  {
    name: 'steps at the same time, in the order of recording only',
    rule: { sequence: [{ event: 'view' }, { event: 'order' }], within: within(1, 'days') },
    events: [
      ['2026-03-02T00:00:00Z', 'order'],
      ['2026-03-02T00:00:00Z', 'view'],
      ['2026-03-05T00:00:00Z', 'view'],
      ['2026-03-05T00:00:00Z', 'order'],
      ['2026-03-05T12:00:00Z', 'view'],
    ],
    from: '2026-03-01T00:00:00Z',
    turns: ['2026-03-05T00:00:00Z', '2026-03-06T00:00:00.001Z'],
    until: '2026-03-10T00:00:00Z',
  },
  {
    name: 'the same event three times, which needs three of them',
    rule: { sequence: [seen, seen, seen], within: within(1, 'weeks') },
    zone: NEW_YORK,
    events: [
      ['2026-03-06T00:00:00Z', 'seen'],
      ['2026-03-06T00:00:00Z', 'seen'],
      ['2026-03-09T00:00:00Z', 'seen'],
    ],
    from: '2026-03-01T00:00:00Z',
    turns: ['2026-03-09T00:00:00Z', '2026-03-13T00:00:00.001Z'],
    until: '2026-04-01T00:00:00Z',
  },
  {
    name: 'quiet for 60 days, also who never opened anything',
    rule: { event: 'email_opened', count: { op: 'eq', n: 0 }, within: within(60, 'days') },
    events: [
      ['2026-03-01T00:00:00Z', 'email_opened'],
      ['2026-03-21T00:00:00Z', 'email_opened', { machine: true }],
    ],
    from: '2026-02-01T00:00:00Z',
    turns: ['in', '2026-03-01T00:00:00Z', '2026-04-30T00:00:00.001Z'],
    until: '2026-06-01T00:00:00Z',
  },
  {
    name: 'a day between two dates, which an event never leaves',
    rule: { ...seen, within: { between: ['2026-03-08', '2026-03-08'] } },
    zone: NEW_YORK,
    events: [
      ['2026-03-08T04:59:59.999Z', 'seen'],
      ['2026-03-09T03:59:59.999Z', 'seen'],
    ],
    from: '2026-03-01T00:00:00Z',
    turns: ['2026-03-09T03:59:59.999Z'],
    until: '2026-12-01T00:00:00Z',
  },
  {
    name: 'groups turn when the last of those that decide does',
    rule: {
      all: [
        {
          any: [
            { event: 'a', within: within(1, 'days') },
            { event: 'b', within: within(2, 'days') },
          ],
        },
        { none: [{ event: 'c', within: within(12, 'hours') }] },
      ],
    },
    events: [
      ['2026-03-02T00:00:00Z', 'a'],
      ['2026-03-02T06:00:00Z', 'c'],
      ['2026-03-02T12:00:00Z', 'b'],
      ['2026-03-03T00:00:00Z', 'c'],
    ],
    from: '2026-03-01T00:00:00Z',
    turns: [
      '2026-03-02T00:00:00Z',
      '2026-03-02T06:00:00Z',
      '2026-03-02T18:00:00.001Z',
      '2026-03-03T00:00:00Z',
      '2026-03-03T12:00:00.001Z',
      '2026-03-04T12:00:00.001Z',
    ],
    until: '2026-03-10T00:00:00Z',
  },
];
