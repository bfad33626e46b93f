import { DateTime } from 'luxon';
import type { JsonValue } from '../json';
import { readYearlyDate } from '../schedule/parse-date';
import { DAY_MS } from '../schedule/zone-clock';
import { localDayAt, startOfDay } from './local-day';
import type { Presence } from './rule-window';

/** A day that returns every year, from a first year on. */
export interface YearlyDay {
  readonly month: number;
  readonly day: number;
  readonly firstYear: number;
}

/**
 * The day of the year that a value names: month and day of a date, in the zone if it is a moment, or a day without a
 * year (`02-29`). A date returns from the next year on, its own day is no anniversary. None if it is no date.
 */
export function readYearlyDay(value: JsonValue, zone: string): YearlyDay | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const reading = readYearlyDate(value, '');
  if (!reading.ok) return undefined;
  const date = reading.value;
  if (date.kind === 'monthDay') return { month: date.month, day: date.day, firstYear: -Infinity };
  const own = date.kind === 'instant' ? localDayAt(date.at, zone) : date.reading;
  const { year, month, day } = DateTime.fromMillis(own, { zone: 'utc' });
  return { month, day, firstYear: year + 1 };
}

/** Whether a yearly day returns on a day, given by the reading of its midnight. */
export function isAnniversaryOn(yearly: YearlyDay, day: number): boolean {
  const { year } = DateTime.fromMillis(day, { zone: 'utc' });
  return year >= yearly.firstYear && returnIn(yearly, year) === day;
}

/** The year, and those after it in which the day may be over already or leapt over by the clock. */
const FURTHEST_YEARS = 3;

/**
 * The first return that is not over at a moment: it contains the moment or lies after it. Days without moments are
 * passed over. Throws RangeError for a moment that is none, instead of searching for ever.
 */
export function nextReturn(yearly: YearlyDay, at: number, zone: string): Presence {
  const { year } = DateTime.fromMillis(localDayAt(at, zone), { zone: 'utc' });
  const first = Math.max(year, yearly.firstYear);
  for (let next = first; next <= first + FURTHEST_YEARS; next++) {
    const day = returnIn(yearly, next);
    const presence = { from: startOfDay(day, zone), until: startOfDay(day + DAY_MS, zone) };
    if (presence.until > at && presence.from < presence.until) return presence;
  }
  throw new RangeError(`There is no return of a yearly day after ${at}.`);
}

/** The reading of the midnight of the day on which it is kept; 29 February on 28 February where the year has none. */
function returnIn({ month, day }: YearlyDay, year: number): number {
  const first = DateTime.utc(year, month, 1);
  return first.toMillis() + (Math.min(day, first.daysInMonth ?? day) - 1) * DAY_MS;
}
