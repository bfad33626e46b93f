import type { IDataObject } from 'n8n-workflow';
import { WaitUntilDate } from '../../nodes/WaitUntilDate/WaitUntilDate.node';
import { createContacts } from './contact-store/store-under-test';
import { FakeExecution, useTemporaryStore } from './fake-execution';

jest.setTimeout(60_000);

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const NEW_YORK = { timezone: 'America/New_York' };
const BERLIN = { timezone: 'Europe/Berlin' };
const UTC = { timezone: 'UTC' };
const APIA = { timezone: 'Pacific/Apia' };

const window = (weekdays: number[], from: string, to: string) => ({ weekdays, from, to });
const open = (...windows: IDataObject[]) => ({ windows: { window: windows } });
const quiet = (quietFrom = '21:00', quietTo = '08:00') => ({ quietHours: true, quietFrom, quietTo });
const period = (amount: number, unit: string, more: IDataObject = {}) => ({
  until: 'period',
  amount,
  unit,
  ...more,
});
const date = (value: string, more: IDataObject = {}) => ({ until: 'date', date: value, ...more });
const of = (until: 'contactDate' | 'anniversary', property: string, more: IDataObject = {}) => ({
  until,
  property: { __rl: true, mode: 'name', value: property },
  ...more,
});
const before = (offsetAmount: number, offsetUnit: string) => ({
  direction: 'before',
  offsetAmount,
  offsetUnit,
});

let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
beforeAll(async () => {
  temporary = await useTemporaryStore();
});
afterAll(() => temporary.remove());

let people = 0;

/** Through which output one contact would leave a wait of a workflow in Berlin, and when. */
async function planned(now: string, contact: IDataObject, parameters: IDataObject): Promise<string> {
  const email = `c${++people}@example.com`;
  await createContacts({ email, ...contact });
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.parse(now));
  try {
    const outputs = await new FakeExecution({
      node: new WaitUntilDate(),
      parameters,
      items: [{ email }],
      mode: 'manual',
      workflow: { timezone: 'Europe/Berlin' },
    }).outputs();
    const place = outputs.findIndex((items) => items.length > 0);
    const { dueAt } = outputs[place]?.[0]?.json.wait as { dueAt: string };
    return `${['due', 'left early', 'missed'][place]} ${dueAt.replace('.000Z', 'Z')}`;
  } finally {
    clock.mockRestore();
  }
}

/** Worked out by hand, to the millisecond. */
it.each<[name: string, now: string, contact: IDataObject, parameters: IDataObject, expected: string]>([
  [
    'the last millisecond of a window',
    '2026-03-10T12:00:00Z',
    BERLIN,
    date('2026-03-10T16:59:59.999Z', open(window(EVERY_DAY, '09:00', '18:00'))),
    'due 2026-03-10T16:59:59.999Z',
  ],
  [
    'the end of a window, which is no longer in it',
    '2026-03-10T12:00:00Z',
    BERLIN,
    date('2026-03-10T17:00:00Z', open(window(EVERY_DAY, '09:00', '18:00'))),
    'due 2026-03-11T08:00:00Z',
  ],
  [
    'the end of the quiet hours',
    '2026-03-10T01:00:00Z',
    BERLIN,
    date('2026-03-10T07:00:00Z', quiet()),
    'due 2026-03-10T07:00:00Z',
  ],
  [
    'the beginning of the quiet hours',
    '2026-03-10T01:00:00Z',
    BERLIN,
    date('2026-03-10T20:00:00Z', quiet()),
    'due 2026-03-11T07:00:00Z',
  ],
  [
    'Monday morning, of a window that opened on Sunday evening',
    '2026-03-10T01:00:00Z',
    UTC,
    date('2026-03-16T05:59:59.999Z', open(window([7], '22:00', '06:00'))),
    'due 2026-03-16T05:59:59.999Z',
  ],
  [
    'Friday morning, before a window over midnight opens on Friday',
    '2026-03-10T01:00:00Z',
    UTC,
    date('2026-03-13T05:59:59.999Z', open(window([5], '22:00', '06:00'))),
    'due 2026-03-13T22:00:00Z',
  ],
  [
    'a window that touches another',
    '2026-03-10T01:00:00Z',
    UTC,
    date('2026-03-10T12:00:00Z', open(window([2], '09:00', '12:00'), window([2], '12:00', '17:00'))),
    'due 2026-03-10T12:00:00Z',
  ],
  [
    'quiet hours that cut a window',
    '2026-03-10T01:00:00Z',
    UTC,
    date('2026-03-10T21:30:00Z', { ...open(window([2, 3], '09:00', '23:00')), ...quiet('21:00', '10:00') }),
    'due 2026-03-11T10:00:00Z',
  ],
  [
    'Friday evening in New York, over the weekend of the clock change',
    '2026-03-06T12:00:00Z',
    NEW_YORK,
    date('2026-03-06T23:00:00Z', open(window([1, 2, 3, 4, 5], '09:00', '18:00'))),
    'due 2026-03-09T13:00:00Z',
  ],
  [
    'a window that opens in the gap',
    '2026-03-08T05:00:00Z',
    NEW_YORK,
    date('2026-03-08T06:00:00Z', open(window([7], '02:30', '05:00'))),
    'due 2026-03-08T07:00:00Z',
  ],
  [
    'a window wholly in the gap',
    '2026-03-08T05:00:00Z',
    NEW_YORK,
    date('2026-03-08T06:00:00Z', open(window(EVERY_DAY, '02:15', '02:45'))),
    'due 2026-03-09T06:15:00Z',
  ],
  [
    'a window in the hour that comes twice',
    '2026-11-01T04:00:00Z',
    NEW_YORK,
    date('2026-11-01T05:00:00Z', open(window(EVERY_DAY, '01:30', '03:00'))),
    'due 2026-11-01T05:30:00Z',
  ],
  [
    'quiet hours that end in the half hour that Lord Howe leaves out',
    '2026-10-03T00:00:00Z',
    { timezone: 'Australia/Lord_Howe' },
    date('2026-10-03T14:00:00Z', quiet('21:00', '02:15')),
    'due 2026-10-03T15:30:00Z',
  ],
  [
    'a window on the Friday that Apia left out',
    '2011-12-29T00:00:00Z',
    APIA,
    date('2011-12-30T00:00:00Z', open(window([5], '09:00', '17:00'))),
    'due 2012-01-05T19:00:00Z',
  ],
  [
    'two days on, over the day that Apia left out',
    '2011-12-29T20:00:00Z',
    APIA,
    period(2, 'days', { atTime: '09:00' }),
    'due 2011-12-30T19:00:00Z',
  ],
  [
    'the two hours that Troll leaves out',
    '2026-03-28T12:00:00Z',
    { timezone: 'Antarctica/Troll' },
    date('2026-03-29T01:30'),
    'due 2026-03-29T01:00:00Z',
  ],
  [
    'a window in Casablanca, an hour earlier in Ramadan',
    '2026-02-20T12:00:00Z',
    { timezone: 'Africa/Casablanca' },
    date('2026-02-21T07:30:00Z', open(window(EVERY_DAY, '08:00', '12:00'))),
    'due 2026-02-21T08:00:00Z',
  ],
  [
    'a day over the clock change',
    '2026-03-07T20:00:00Z',
    NEW_YORK,
    period(1, 'days'),
    'due 2026-03-08T19:00:00Z',
  ],
  ['24 hours over it', '2026-03-07T20:00:00Z', NEW_YORK, period(24, 'hours'), 'due 2026-03-08T20:00:00Z'],
  [
    'three days before a moment, the clock change between them',
    '2026-03-01T10:00:00Z',
    { ...NEW_YORK, properties: { renewsAt: '2026-03-10T13:00:00Z' } },
    of('contactDate', 'renewsAt', before(3, 'days')),
    'due 2026-03-07T14:00:00Z',
  ],
  [
    '72 hours before it',
    '2026-03-01T10:00:00Z',
    { ...NEW_YORK, properties: { renewsAt: '2026-03-10T13:00:00Z' } },
    of('contactDate', 'renewsAt', before(72, 'hours')),
    'due 2026-03-07T13:00:00Z',
  ],
  [
    'a month before the last of one that is longer',
    '2026-01-01T12:00:00Z',
    UTC,
    date('2026-03-31', { ...before(1, 'months'), atTime: '09:00' }),
    'due 2026-02-28T09:00:00Z',
  ],
  [
    'a birthday on 29 February, kept in March',
    '2026-01-01T12:00:00Z',
    { ...UTC, properties: { born: '2000-02-29' } },
    of('anniversary', 'born', { atTime: '09:00', options: { leapDay: 'march1' } }),
    'due 2026-03-01T09:00:00Z',
  ],
  [
    'a week before a birthday in January, from December',
    '2026-12-20T10:00:00Z',
    { ...UTC, properties: { born: '01-03' } },
    of('anniversary', 'born', { ...before(7, 'days'), atTime: '09:00' }),
    'due 2026-12-27T09:00:00Z',
  ],
  [
    'what is past within the quiet hours, and not missed before they end',
    '2026-03-13T02:00:00Z',
    UTC,
    date('2026-03-12T23:00:00Z', { pastDates: 'missed', ...quiet() }),
    'due 2026-03-13T08:00:00Z',
  ],
  [
    'what is missed by a millisecond more than the grace',
    '2026-03-13T16:00:00Z',
    UTC,
    date('2026-03-13T15:29:59.999Z', { pastDates: 'missed', options: { graceMinutes: 30 } }),
    'missed 2026-03-13T15:29:59.999Z',
  ],
  [
    'quiet hours in every zone of a country, times of day in the zone of the workflow',
    '2026-03-13T10:00:00Z',
    { country: 'US' },
    period(1, 'days', { atTime: '09:00', ...quiet() }),
    'due 2026-03-14T18:00:00Z',
  ],
  [
    'quiet hours of the contact, times of day of the workflow',
    '2026-03-13T10:00:00Z',
    { timezone: 'Asia/Tokyo' },
    period(1, 'days', { atTime: '14:00', zoneOf: 'workflow', ...quiet() }),
    'due 2026-03-14T23:00:00Z',
  ],
])('%s', async (_, now, contact, parameters, expected) => {
  expect(await planned(now, contact, parameters)).toBe(expected);
});
