import { DateTime } from 'luxon';
import { DAY_MS, readingAt } from './zone-clock';

/** The days of the week in their ISO order, Monday first. */
export const WEEKDAY_NAMES = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

/** The ISO weekday (1 Monday … 7 Sunday) of a reading. */
export function weekdayOf(reading: number): number {
  const day = Math.floor(reading / DAY_MS);
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** The name of an ISO weekday. */
export function weekdayName(weekday: number): string {
  return WEEKDAY_NAMES[weekday - 1] ?? String(weekday);
}

/** The first three letters of an ISO weekday's name. */
export function shortWeekday(weekday: number): string {
  return weekdayName(weekday).slice(0, 3);
}

const iso = (reading: number): string => DateTime.fromMillis(reading, { zone: 'utc' }).toISO() ?? '';

/** The date of a reading, `2026-03-07`. */
export function dateText(reading: number): string {
  return iso(reading).split('T')[0] ?? '';
}

/** A day of the year without a year, `02-29`. */
export function monthDayText(month: number, day: number): string {
  return `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** The time of day of a reading, `09:00`, with seconds only where there are any. */
export function timeText(reading: number): string {
  const time = (iso(reading).split('T')[1] ?? '').slice(0, 8);
  return time.endsWith(':00') ? time.slice(0, 5) : time;
}

/** Date and time of a reading, `2026-03-07 09:00`. */
export function readingText(reading: number): string {
  return `${dateText(reading)} ${timeText(reading)}`;
}

/** What the clock of a zone shows at a moment, `2026-03-07 09:00`. */
export function localText(at: number, zone: string): string {
  return readingText(readingAt(zone, at));
}

/** What the clock of a zone shows at a moment, with its weekday: `Mon 2026-03-09 09:00`. */
export function localTextWithWeekday(at: number, zone: string): string {
  const reading = readingAt(zone, at);
  return `${shortWeekday(weekdayOf(reading))} ${readingText(reading)}`;
}

/** The words joined as in a sentence: `a`, `a or b`, `a, b or c`. */
export function joined(words: readonly string[], conjunction: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words[words.length - 1]}`;
}
