import { DateTime } from 'luxon';
import { quote, type Reading } from '../problem';
import { atReading } from './local-time';
import { dateText } from './wording';
import { DAY_MS, HOUR_MS, MINUTE_MS, readingAt, SECOND_MS, type Moment } from './zone-clock';

/** The units of a period. Up to hours they are exact; from days on they count on the local calendar. */
export const PERIOD_UNITS = ['seconds', 'minutes', 'hours', 'days', 'weeks', 'months', 'years'] as const;
export type PeriodUnit = (typeof PERIOD_UNITS)[number];

/** A span of time; a negative amount goes back. Days, weeks, months and years come in whole numbers. */
export interface Period {
  readonly amount: number;
  readonly unit: PeriodUnit;
}

const EXACT_MS: Partial<Record<PeriodUnit, number>> = {
  seconds: SECOND_MS,
  minutes: MINUTE_MS,
  hours: HOUR_MS,
};

/** Mean lengths of the Gregorian calendar, to bound a period and to estimate; never to calculate a date. */
const MEAN_MS: Readonly<Record<PeriodUnit, number>> = {
  seconds: SECOND_MS,
  minutes: MINUTE_MS,
  hours: HOUR_MS,
  days: DAY_MS,
  weeks: 7 * DAY_MS,
  months: 30.436875 * DAY_MS,
  years: 365.2425 * DAY_MS,
};

const LONGEST_YEARS = 1_000;

/** Whether a unit counts on the local calendar (days and longer) instead of in exact time. */
export function isCalendarUnit(unit: PeriodUnit): boolean {
  return EXACT_MS[unit] === undefined;
}

/** Roughly how long a period is, in milliseconds, with its sign: months and years at their mean length. */
export function approximateMs(period: Period): number {
  return period.amount * MEAN_MS[period.unit];
}

/** Reads a period of at most 1,000 years either way. Refused: unknown units, and fractions of days and longer units. */
export function readPeriod(value: unknown, field: string): Reading<Period> {
  const refuse = (message: string): Reading<Period> => ({ ok: false, problems: [{ field, message }] });
  const raw: { amount?: unknown; unit?: unknown } = typeof value === 'object' && value !== null ? value : {};
  const unit = PERIOD_UNITS.find((known) => known === raw.unit);
  if (!unit) {
    return refuse(`${quote(raw.unit)} is not a unit of time; use one of ${PERIOD_UNITS.join(', ')}.`);
  }
  const { amount } = raw;
  if (typeof amount !== 'number' || !Number.isFinite(amount)) {
    return refuse(`${quote(amount)} is not an amount of ${unit}; give a number, such as 2.`);
  }
  if (isCalendarUnit(unit) && !Number.isInteger(amount)) {
    return refuse(`${amount} ${unit} cannot be counted on a calendar; give a whole number, or hours.`);
  }
  const period: Period = { amount, unit };
  if (Math.abs(approximateMs(period)) > LONGEST_YEARS * MEAN_MS.years) {
    return refuse(`${amount} ${unit} is too long; the longest period is ${LONGEST_YEARS} years.`);
  }
  return { ok: true, value: period };
}

/** A reading moved by a period on the calendar. The end of the month clamps: 31 January and 1 month is 28 or 29 February. */
export function shiftReading(
  reading: number,
  period: Period,
): { reading: number; reasons: readonly string[] } {
  const from = DateTime.fromMillis(reading, { zone: 'utc' });
  const to = from.plus({ [period.unit]: period.amount });
  const isClamped = (period.unit === 'months' || period.unit === 'years') && to.day !== from.day;
  const reasons = isClamped
    ? [`the month of ${dateText(to.toMillis())} has no day ${from.day}; its last day is taken`]
    : [];
  return { reading: to.toMillis(), reasons };
}

/**
 * The moment a period after `at`. Seconds, minutes and hours are exact (an hour is 3,600 s), rounded to the
 * millisecond. Days, weeks, months and years keep the local time of day in `zone`; the end of the month
 * clamps, skipped and repeated times follow `atReading`. Nothing added is `at` itself. A positive period
 * never leads to a moment before `at`, a negative one never to a moment after it.
 */
export function addPeriod(at: number, period: Period, zone: string): Moment {
  const exact = EXACT_MS[period.unit];
  if (exact !== undefined) return { at: at + Math.round(period.amount * exact), reasons: [] };
  if (period.amount === 0) return { at, reasons: [] };
  const shifted = shiftReading(readingAt(zone, at), period);
  const moment = atReading(shifted.reading, zone);
  return { at: moment.at, reasons: [...shifted.reasons, ...moment.reasons] };
}

/** The length of a period in words, without its sign: `1 day`, `2 weeks`. */
export function periodText(period: Period): string {
  const amount = Math.abs(period.amount);
  return `${amount} ${amount === 1 ? period.unit.slice(0, -1) : period.unit}`;
}

/** How an offset stands to a date, in words: `3 days before `, `1 hour after `; nothing for none. */
export function offsetText(offset: Period | undefined): string {
  if (!offset || offset.amount === 0) return '';
  return `${periodText(offset)} ${offset.amount < 0 ? 'before' : 'after'} `;
}

/** The day a reading falls on, as a reading of its midnight. */
export function midnightOf(reading: number): number {
  return Math.floor(reading / DAY_MS) * DAY_MS;
}
