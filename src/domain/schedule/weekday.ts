import { quote, type Reading } from '../problem';
import { atReading, type LocalTime } from './local-time';
import { midnightOf } from './period';
import { weekdayOf } from './wording';
import { DAY_MS, readingAt, type Moment } from './zone-clock';

/** Reads days of the week by their ISO numbers, 1 Monday to 7 Sunday; in order, each once. None at all is refused. */
export function readWeekdays(value: unknown, field: string): Reading<readonly number[]> {
  const isWeekday = (day: unknown): day is number =>
    typeof day === 'number' && Number.isInteger(day) && day >= 1 && day <= 7;
  if (!Array.isArray(value) || value.length === 0 || !value.every(isWeekday)) {
    const message = `${quote(value)} names no days of the week; give a list of numbers from 1 (Monday) to 7 (Sunday), such as [6, 7].`;
    return { ok: false, problems: [{ field, message }] };
  }
  return { ok: true, value: [...new Set(value)].sort((a, b) => a - b) };
}

/** A week, and another where the first was met already or fell on a day that was skipped. */
const FURTHEST_DAYS = 15;

/**
 * The first moment strictly after another at which it is one of `weekdays` (ISO, at least one) at a time of
 * day in `zone`. A time that is skipped moves forward by the rule of `atReading`, be it to the next day. Throws
 * RangeError for no weekdays or a moment that is none, instead of searching for ever.
 */
export function nextWeekday(
  weekdays: readonly number[],
  time: LocalTime,
  zone: string,
  strictlyAfter: number,
): Moment {
  const today = midnightOf(readingAt(zone, strictlyAfter));
  for (let day = 0; day <= FURTHEST_DAYS; day++) {
    const midnight = today + day * DAY_MS;
    if (!weekdays.includes(weekdayOf(midnight))) continue;
    const moment = atReading(midnight + time, zone);
    if (moment.at > strictlyAfter) return moment;
  }
  throw new RangeError(`There is no next weekday of ${quote(weekdays)} after ${strictlyAfter}.`);
}
