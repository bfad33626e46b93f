import { isJsonObject } from '../json';
import { quote, type Problem } from '../problem';
import { WEEKDAY_NAMES, weekdayName, weekdayOf } from '../schedule/wording';
import { DAY_MS } from '../schedule/zone-clock';
import { localDayAt, startOfDay } from './local-day';
import type { Presence, Span } from './rule-window';

/** The periods of the calendar that a rule can name. */
export const PERIOD_NAMES = [
  'today',
  'yesterday',
  'tomorrow',
  'thisWeek',
  'lastWeek',
  'nextWeek',
  'thisMonth',
  'lastMonth',
  'nextMonth',
  'thisQuarter',
  'lastQuarter',
  'nextQuarter',
  'thisYear',
  'lastYear',
  'nextYear',
] as const;
export type PeriodName = (typeof PERIOD_NAMES)[number];

/** A period of the local calendar, in relation to now. */
export interface Period {
  readonly name: PeriodName;
  /** ISO weekday, 1 Monday to 7 Sunday; only weeks go by it. */
  readonly weekStartsOn: number;
}

type PeriodUnit = 'day' | 'week' | 'month' | 'quarter' | 'year';

const KEYS = new Set(['period', 'name', 'weekStartsOn']);
const MONDAY = 1;

/**
 * Reads a period: its name (`"thisWeek"`, also written `"this week"` or `"this_week"`), or
 * `{ "period": name, "weekStartsOn": "sunday" | 7 }`; weeks start on Monday unless set. A period that was read
 * before (`{ name, weekStartsOn }`) is taken as it is.
 */
export function readPeriod(json: unknown, path: string, problems: Problem[]): Period | undefined {
  const refuse = (field: string, message: string): undefined => void problems.push({ field, message });
  const raw: Record<string, unknown> = isJsonObject(json) ? json : { period: json };
  const strange = Object.keys(raw).find((key) => !KEYS.has(key));
  if (strange !== undefined) {
    return refuse(`${path}.${strange}`, `${quote(strange)} is not part of a period.`);
  }
  const written = 'period' in raw ? raw.period : raw.name;
  const name = nameOf(written);
  if (!name) {
    const field = raw === json ? `${path}.period` : path;
    return refuse(field, `${quote(written)} is no period; use one of ${PERIOD_NAMES.join(', ')}.`);
  }
  const weekStartsOn = weekdayNumber(raw.weekStartsOn ?? MONDAY);
  if (weekStartsOn === undefined) {
    const wanted = 'use the name of a weekday, or 1 (Monday) to 7 (Sunday)';
    return refuse(`${path}.weekStartsOn`, `${quote(raw.weekStartsOn)} is no day of the week; ${wanted}.`);
  }
  return { name, weekStartsOn };
}

function nameOf(written: unknown): PeriodName | undefined {
  if (typeof written !== 'string') return undefined;
  const plain = written.replace(/[\s_]/g, '').toLowerCase();
  return PERIOD_NAMES.find((name) => name.toLowerCase() === plain);
}

function weekdayNumber(written: unknown): number | undefined {
  if (typeof written === 'number') {
    return Number.isInteger(written) && written >= 1 && written <= 7 ? written : undefined;
  }
  if (typeof written !== 'string') return undefined;
  const index = WEEKDAY_NAMES.findIndex((name) => name.toLowerCase() === written.trim().toLowerCase());
  return index < 0 ? undefined : index + 1;
}

/** Whether a period lies wholly ahead of now. */
export function isComing({ name }: Period): boolean {
  return shiftOf(name) > 0;
}

/** A period in words: `this week`, `last week (from Sunday)`. */
export function periodWords({ name, weekStartsOn }: Period): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const isUsual = unitOf(name) !== 'week' || weekStartsOn === MONDAY;
  return isUsual ? words : `${words} (from ${weekdayName(weekStartsOn)})`;
}

/**
 * The moments of a period that is named in relation to `now`, by the local calendar of `zone`. Each day begins at
 * its local midnight, or after the gap where there is none. Tomorrow and yesterday of a day next to one that the
 * clock leaps over hold no moment: `to` is then before `from`.
 */
export function periodSpan(period: Period, now: number, zone: string): Span {
  const unit = unitOf(period.name);
  const first = movedBy(firstDayOf(localDayAt(now, zone), unit, period), shiftOf(period.name), unit);
  return { from: startOfDay(first, zone), to: startOfDay(movedBy(first, 1, unit), zone) - 1 };
}

/**
 * The inverse of `periodSpan`: the moments `now` at which `at` lies in the period. Both ends are local midnights,
 * the first belongs to it; it is empty (`from` equals `until`) where the day it falls on has no moments.
 */
export function periodPresence(period: Period, at: number, zone: string): Presence {
  const unit = unitOf(period.name);
  const first = movedBy(firstDayOf(localDayAt(at, zone), unit, period), -shiftOf(period.name), unit);
  return { from: startOfDay(first, zone), until: startOfDay(movedBy(first, 1, unit), zone) };
}

function unitOf(name: PeriodName): PeriodUnit {
  if (name.endsWith('Week')) return 'week';
  if (name.endsWith('Month')) return 'month';
  if (name.endsWith('Quarter')) return 'quarter';
  return name.endsWith('Year') ? 'year' : 'day';
}

function shiftOf(name: PeriodName): -1 | 0 | 1 {
  if (name === 'yesterday' || name.startsWith('last')) return -1;
  return name === 'tomorrow' || name.startsWith('next') ? 1 : 0;
}

/** In how many months a unit that is counted in months comes again. */
const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** Days here and below are readings of their midnight. Luxon takes five times as long, and a rule may see a million dates. */
function firstDayOf(day: number, unit: PeriodUnit, { weekStartsOn }: Period): number {
  if (unit === 'day') return day;
  if (unit === 'week') return day - ((weekdayOf(day) - weekStartsOn + 7) % 7) * DAY_MS;
  const date = new Date(day);
  const month = date.getUTCMonth();
  return date.setUTCMonth(month - (month % MONTHS[unit]), 1);
}

/** The first day of the unit that lies `amount` of them later. */
function movedBy(firstDay: number, amount: number, unit: PeriodUnit): number {
  if (unit === 'day') return firstDay + amount * DAY_MS;
  if (unit === 'week') return firstDay + 7 * amount * DAY_MS;
  const date = new Date(firstDay);
  return date.setUTCMonth(date.getUTCMonth() + amount * MONTHS[unit]);
}
