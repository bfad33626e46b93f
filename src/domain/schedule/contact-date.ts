import { atReading, type LocalTime } from './local-time';
import type { DateValue } from './parse-date';
import { addPeriod, isCalendarUnit, midnightOf, shiftReading, type Period } from './period';
import { dateText, timeText } from './wording';
import { readingAt, type Moment } from './zone-clock';

/** When, in relation to a date, and where. */
export interface DateRule {
  /** How long after the date (before it, if negative). */
  readonly offset?: Period;
  /** The local time of day; without one that of the date itself, for a calendar day 00:00. */
  readonly time?: LocalTime;
  /** The zone whose clock counts. */
  readonly zone: string;
}

/** What the clock of `zone` reads at a date: a calendar day and a local time are the same in every zone. */
export function readingOfDate(date: DateValue, zone: string): number {
  return date.kind === 'instant' ? readingAt(zone, date.at) : date.reading;
}

/**
 * The moment that lies `offset` from a date, at a local time of day. First the day: the date's day in `zone`,
 * moved by an offset of days or longer on the calendar (the end of the month clamps). Then the time of day, by
 * the rule of `atReading`. Last an offset of hours or shorter, in exact time. A moment (a date with a zone
 * of its own) without a time of day is moved by `addPeriod`. Says so where a moment written as midnight UTC
 * falls on another local day, as happens to calendar days that were stored with a time.
 */
export function momentOfDate(date: DateValue, { offset, time, zone }: DateRule): Moment {
  if (date.kind === 'instant' && time === undefined) {
    return offset ? addPeriod(date.at, offset, zone) : { at: date.at, reasons: [] };
  }
  const own = readingOfDate(date, zone);
  const reasons: string[] = [];
  if (date.kind === 'instant') reasons.push(...otherDayReasons(date.at, own, zone));
  const shifted =
    offset && isCalendarUnit(offset.unit) ? shiftReading(own, offset) : { reading: own, reasons: [] };
  const reading = time === undefined ? shifted.reading : midnightOf(shifted.reading) + time;
  const onDay = atReading(reading, zone);
  reasons.push(...shifted.reasons, ...onDay.reasons);
  if (!offset || isCalendarUnit(offset.unit)) return { at: onDay.at, reasons };
  return { at: addPeriod(onDay.at, offset, zone).at, reasons };
}

/** The reason that is due where `at` is midnight UTC but another day in `zone`; else none. */
export function otherDayReasons(at: number, reading: number, zone: string): readonly string[] {
  if (midnightOf(at) !== at || midnightOf(reading) === at) return [];
  const [written, day] = [dateText(at), dateText(reading)];
  return [
    `${written} 00:00 UTC is ${day} ${timeText(reading)} in ${zone}; store ${written} without a time if the day is meant`,
  ];
}
