import { DateTime } from 'luxon';
import { quote, type Reading } from '../problem';
import { dateText, readingText, timeText } from './wording';
import {
  HOUR_MS,
  isRepeated,
  MINUTE_MS,
  momentOfReading,
  readingAt,
  SECOND_MS,
  type Moment,
} from './zone-clock';

/** A time of day in milliseconds after 00:00, as a clock shows it; 0 to 86,399,000. */
export type LocalTime = number;

const LOCAL_TIME = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

/**
 * Reads `HH:MM` or `HH:MM:SS` of the 24-hour clock, spaces around it allowed. Refused: everything else, also
 * `9:00`, `9 am` and `24:00` (the end of a day is `00:00`).
 */
export function readLocalTime(value: unknown, field: string): Reading<LocalTime> {
  const match = typeof value === 'string' ? LOCAL_TIME.exec(value.trim()) : null;
  if (!match) {
    const message = `${quote(value)} is not a time of day; write hours and minutes of the 24-hour clock, such as 09:00 or 21:30, and midnight as 00:00.`;
    return { ok: false, problems: [{ field, message }] };
  }
  const [hours, minutes, seconds] = [match[1], match[2], match[3] ?? '0'].map(Number) as [
    number,
    number,
    number,
  ];
  return { ok: true, value: hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS };
}

/**
 * The moment at which the clock of `zone` shows a reading, by the rule for local times: one that is skipped
 * moves forward to the next that exists, of one that comes twice the first is taken. Says so where it happened.
 */
export function atReading(reading: number, zone: string): Moment {
  const at = momentOfReading(zone, reading);
  const shown = readingAt(zone, at);
  const [day, time] = [dateText(reading), timeText(reading)];
  if (shown !== reading) {
    const moved = dateText(shown) === day ? timeText(shown) : readingText(shown);
    return { at, reasons: [`${time} does not exist on ${day} in ${zone}; moved to ${moved}`] };
  }
  if (isRepeated(zone, reading, at)) {
    return { at, reasons: [`${time} comes twice on ${day} in ${zone}; the first is taken`] };
  }
  return { at, reasons: [] };
}

/**
 * The moment of a local date and time of day in `zone`, by the rule of `atReading`. The date must be one of
 * the calendar (month 1–12, day within the month); years 0 to 9999.
 */
export function atLocalTime(year: number, month: number, day: number, time: LocalTime, zone: string): Moment {
  return atReading(DateTime.utc(year, month, day).toMillis() + time, zone);
}
