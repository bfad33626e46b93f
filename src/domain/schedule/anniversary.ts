import { DateTime } from 'luxon';
import { momentOfDate, otherDayReasons, readingOfDate, type DateRule } from './contact-date';
import type { DateValue, MonthDay } from './parse-date';
import { approximateMs, midnightOf } from './period';
import { DAY_MS, readingAt, type Moment } from './zone-clock';

/** The day on which 29 February is kept in years without one. */
export type LeapDay = 'february28' | 'march1';

/** When a date that returns every year is due. */
export interface AnniversaryRule extends DateRule {
  /** Default `february28`. */
  readonly leapDay?: LeapDay;
  /**
   * Whether the date itself counts as its first return (`counts`, the default: a renewal that lies ahead) or
   * only those of later years do (`skipped`: who signs up this morning has no anniversary this evening).
   */
  readonly ownYear?: 'counts' | 'skipped';
}

interface YearlyDay {
  readonly month: number;
  readonly day: number;
  readonly time: number;
  readonly firstYear: number;
  readonly reasons: readonly string[];
}

function yearlyDay(date: DateValue | MonthDay, rule: AnniversaryRule): YearlyDay {
  if (date.kind === 'monthDay') return { ...date, time: 0, firstYear: 0, reasons: [] };
  const reading = readingOfDate(date, rule.zone);
  const own = DateTime.fromMillis(reading, { zone: 'utc' });
  return {
    month: own.month,
    day: own.day,
    time: reading - midnightOf(reading),
    firstYear: own.year + (rule.ownYear === 'skipped' ? 1 : 0),
    reasons: date.kind === 'instant' ? otherDayReasons(date.at, reading, rule.zone) : [],
  };
}

function inYear(yearly: YearlyDay, year: number, rule: AnniversaryRule): Moment {
  const month = DateTime.utc(year, yearly.month, 1);
  const reasons = [...yearly.reasons];
  let reading = month.toMillis() + (yearly.day - 1) * DAY_MS;
  if (yearly.day > (month.daysInMonth ?? 31)) {
    const kept = rule.leapDay === 'march1' ? '1 March' : '28 February';
    reasons.push(`${year} has no 29 February; ${kept} is taken`);
    if (rule.leapDay !== 'march1') reading -= DAY_MS;
  }
  const date = { kind: 'localDateTime', reading: reading + yearly.time } as const;
  const moment = momentOfDate(date, rule);
  return { at: moment.at, reasons: [...reasons, ...moment.reasons] };
}

/** The year of margin before, the year itself, and some more than the two that can still be needed. */
const FURTHEST_YEARS = 5;

/**
 * The first return of a yearly date strictly after a moment, moved by the rule's offset. Year, month and day
 * of a date with a zone of its own are those in the rule's zone. Never before the date's own year. 29 February is
 * kept on 28 February in other years unless 1 March is chosen; offset and time of day are those of
 * `momentOfDate`, counted from the day on which it is kept. Throws RangeError for a moment that is none, instead
 * of searching for ever.
 */
export function nextAnniversary(
  date: DateValue | MonthDay,
  rule: AnniversaryRule,
  strictlyAfter: number,
): Moment {
  const yearly = yearlyDay(date, rule);
  const about = readingAt(rule.zone, strictlyAfter) - (rule.offset ? approximateMs(rule.offset) : 0);
  // One year of margin: the estimate is days off at most, and each step is a year.
  const first = Math.max(DateTime.fromMillis(about, { zone: 'utc' }).year - 1, yearly.firstYear);
  for (let year = first; year <= first + FURTHEST_YEARS; year++) {
    const moment = inYear(yearly, year, rule);
    if (moment.at > strictlyAfter) return moment;
  }
  throw new RangeError(`There is no next anniversary after ${strictlyAfter}.`);
}
