import { nextAnniversary, type LeapDay } from './anniversary';
import { momentOfDate, readingOfDate, type DateRule } from './contact-date';
import type { DeliveryHours } from './delivery-window';
import { atReading, readLocalTime, type LocalTime } from './local-time';
import { nextOpening } from './next-opening';
import { isNoDate, readDate, readYearlyDate, type DateValue, type MonthDay } from './parse-date';
import {
  addPeriod,
  isCalendarUnit,
  midnightOf,
  offsetText,
  periodText,
  readPeriod,
  shiftReading,
} from './period';
import type { Period } from './period';
import { nextWeekday, readWeekdays } from './weekday';
import { dateText, joined, localText, monthDayText, readingText, timeText, weekdayName } from './wording';
import type { ZoneDecision, ZoneSource } from './zone';
import { MINUTE_MS, readingAt, type Moment } from './zone-clock';
import { quote, type Problem, type Reading } from '../problem';

/**
 * Until when a contact waits. `atTime` is a local time of day, `HH:MM`; offsets before a date are negative
 * periods; values are what the user's data hold (see `readDate`).
 *
 * - `period`: a period after now. With `atTime`: for days and longer that time on the local day so many days on,
 *   for hours and shorter the first such time not before the period is over.
 * - `date`: a date, the same for everybody. `contactDate`: a date of the contact, named by `property`.
 * - `anniversary`: the next yearly return of a date of the contact (see `nextAnniversary`).
 * - `weekday`: the next of these weekdays (1 Monday to 7 Sunday) at `atTime`, strictly after now.
 *
 * An anniversary and a weekday always lie ahead. Today at a time already past (`period` of 0 days) is a past date.
 */
export type WaitRule =
  | { readonly kind: 'period'; readonly period: Period; readonly atTime?: string }
  | { readonly kind: 'date'; readonly value: unknown; readonly offset?: Period; readonly atTime?: string }
  | (ContactDate & { readonly kind: 'contactDate' })
  | (ContactDate & {
      readonly kind: 'anniversary';
      readonly leapDay?: LeapDay;
      readonly ownYear?: 'counts' | 'skipped';
    })
  | { readonly kind: 'weekday'; readonly weekdays: readonly number[]; readonly atTime: string };

interface ContactDate {
  readonly value: unknown;
  /** The contact's property that holds the date, for messages and reasons. */
  readonly property?: string;
  readonly offset?: Period;
  readonly atTime?: string;
}

/** What else decides on a wait. */
export interface WaitOptions {
  readonly zone: ZoneDecision;
  /** Delivery windows and quiet hours; none: at any time. */
  readonly hours?: DeliveryHours;
  /** What becomes of a date already past: on at once (`pass`, the default; at the next opening), or `missed`. */
  readonly pastDates?: 'pass' | 'missed';
  /** With `missed`: how many minutes a date may be past and still pass. Default 0. */
  readonly graceMinutes?: number;
}

/** What to do with a contact that came to a wait. */
export interface WaitPlan {
  /** `wait` until `dueAt`, pass on now (`due`), or too late (`missed`). */
  readonly outcome: 'wait' | 'due' | 'missed';
  /** When it passes on, epoch milliseconds: later than now, now, or (missed) the moment that was missed. */
  readonly dueAt: number;
  /** The moment the rule itself names, before delivery hours and past dates are considered. */
  readonly targetAt: number;
  readonly zone: string;
  readonly zoneSource: ZoneSource;
  /** The rule and zone that gave the date, then everything that moved it, in words and in this order. */
  readonly reasons: readonly string[];
}

interface Target extends Moment {
  /** The rule in words, without the zone. */
  readonly text: string;
}

/** Gathers the problems of several values, so that a rule is refused with all of them at once. */
class Inputs {
  readonly problems: Problem[] = [];

  take<T>(reading: Reading<T>): T | undefined {
    if (reading.ok) return reading.value;
    this.problems.push(...reading.problems);
    return undefined;
  }

  time(atTime: string | undefined): LocalTime | undefined {
    return atTime === undefined || atTime === '' ? undefined : this.take(readLocalTime(atTime, 'atTime'));
  }

  period(offset: Period | undefined, field: string): Period | undefined {
    return offset === undefined ? undefined : this.take(readPeriod(offset, field));
  }
}

const timePart = (time: LocalTime | undefined): string => (time === undefined ? '' : ` at ${timeText(time)}`);

function periodTarget(period: Period, time: LocalTime | undefined, zone: string, now: number): Target {
  const text = `${periodText(period)} after ${localText(now, zone)}`;
  if (time === undefined) return { ...addPeriod(now, period, zone), text };
  if (isCalendarUnit(period.unit)) {
    const shifted = shiftReading(readingAt(zone, now), period);
    const moment = atReading(midnightOf(shifted.reading) + time, zone);
    return { at: moment.at, reasons: [...shifted.reasons, ...moment.reasons], text: text + timePart(time) };
  }
  const over = addPeriod(now, period, zone).at;
  // One millisecond earlier, because the end of the period may itself be that time.
  return {
    ...nextWeekday([1, 2, 3, 4, 5, 6, 7], time, zone, over - 1),
    text: `the first ${timeText(time)} from ${text}`,
  };
}

/** The date as the zone's clock shows it, in words: a calendar day without a time, a yearly day without a year. */
function shownDate(date: DateValue | MonthDay, zone: string): string {
  if (date.kind === 'monthDay') return monthDayText(date.month, date.day);
  if (date.kind === 'date') return dateText(date.reading);
  return readingText(readingOfDate(date, zone));
}

function findTarget(rule: WaitRule, zone: string, now: number): Reading<Target> {
  const inputs = new Inputs();
  const target = targetOf(rule, zone, now, inputs);
  return target && inputs.problems.length === 0
    ? { ok: true, value: target }
    : { ok: false, problems: inputs.problems };
}

function targetOf(rule: WaitRule, zone: string, now: number, inputs: Inputs): Target | undefined {
  if (rule.kind === 'period') {
    const time = inputs.time(rule.atTime);
    const period = inputs.period(rule.period, 'period');
    if (!period) return undefined;
    if (period.amount < 0) {
      const message = `A wait of ${period.amount} ${period.unit} would end before it began; give a positive amount.`;
      inputs.problems.push({ field: 'period', message });
      return undefined;
    }
    return periodTarget(period, time, zone, now);
  }
  if (rule.kind === 'weekday') {
    const weekdays = inputs.take(readWeekdays(rule.weekdays, 'weekdays'));
    const time = inputs.take(readLocalTime(rule.atTime, 'atTime'));
    if (!weekdays || time === undefined) return undefined;
    const names = joined(weekdays.map(weekdayName), 'or');
    const text = `next ${names} ${timeText(time)} after ${localText(now, zone)}`;
    return { ...nextWeekday(weekdays, time, zone, now), text };
  }
  return dateTarget(rule, zone, now, inputs);
}

function dateTarget(
  rule: Exclude<WaitRule, { kind: 'period' | 'weekday' }>,
  zone: string,
  now: number,
  inputs: Inputs,
): Target | undefined {
  const property = rule.kind === 'date' ? undefined : rule.property;
  if (isNoDate(rule.value) && property !== undefined) {
    const message = `The contact has no date in ${quote(property)}; filter such contacts out before, or fill it in.`;
    inputs.problems.push({ field: property, message });
    return undefined;
  }
  const time = inputs.time(rule.atTime);
  const offset = inputs.period(rule.offset, 'offset');
  const when: DateRule = { zone, ...(offset && { offset }), ...(time !== undefined && { time }) };
  const field = property ?? 'date';
  const owner = property === undefined ? 'the date' : `the contact's ${property}`;
  const name = (date: DateValue | MonthDay): string => `${owner} ${shownDate(date, zone)}${timePart(time)}`;
  if (rule.kind === 'anniversary') {
    const date = inputs.take(readYearlyDate(rule.value, field));
    if (!date) return undefined;
    const { leapDay = 'february28', ownYear = 'counts' } = rule;
    const moment = nextAnniversary(date, { ...when, leapDay, ownYear }, now);
    return {
      ...moment,
      text: `${offsetText(offset)}the next anniversary of ${name(date)}`,
    };
  }
  const date = inputs.take(readDate(rule.value, field));
  if (!date) return undefined;
  return { ...momentOfDate(date, when), text: `${offsetText(offset)}${name(date)}` };
}

/**
 * Decides until when a contact that comes to a wait at `now` (epoch milliseconds) waits. The rule names a
 * moment; delivery windows and quiet hours move it to the next opening; only then is it judged whether it is
 * past, so that whoever comes during the quiet hours after a date fares like whoever waited for it. What is
 * past passes at the next opening from now on, or is missed, as chosen. Never plans a moment before `now`
 * except a missed one. Refused, with the field of the rule: values that cannot be read, a contact without
 * the date, hours that never open.
 */
export function planWait(rule: WaitRule, options: WaitOptions, now: number): Reading<WaitPlan> {
  const { zone, source } = options.zone;
  const found = findTarget(rule, zone, now);
  if (!found.ok) return found;
  const target = found.value;
  const because = [`${target.text} in ${options.zone.text}`, ...target.reasons, ...options.zone.reasons];
  const open = (at: number): Reading<Moment> =>
    options.hours ? nextOpening(at, options.hours, options.zone) : { ok: true, value: { at, reasons: [] } };
  const plan = (
    outcome: WaitPlan['outcome'],
    dueAt: number,
    reasons: readonly string[],
  ): Reading<WaitPlan> => ({
    ok: true,
    value: {
      outcome,
      dueAt,
      targetAt: target.at,
      zone,
      zoneSource: source,
      reasons: [...because, ...reasons],
    },
  });

  const planned = open(target.at);
  if (!planned.ok) return planned;
  const { at: dueAt, reasons } = planned.value;
  if (dueAt >= now) return plan(dueAt === now ? 'due' : 'wait', dueAt, reasons);

  const graceMinutes = options.graceMinutes ?? 0;
  const past = `${readingText(readingAt(zone, dueAt))} is past`;
  if (options.pastDates === 'missed' && dueAt < now - graceMinutes * MINUTE_MS) {
    const grace = graceMinutes > 0 ? ` by more than ${graceMinutes} minutes` : '';
    return plan('missed', dueAt, [...reasons, `${past}${grace}, so it is missed`]);
  }
  const passed = open(now);
  if (!passed.ok) return passed;
  const { at } = passed.value;
  return plan(at === now ? 'due' : 'wait', at, [`${past}, so it passes on`, ...passed.value.reasons]);
}
