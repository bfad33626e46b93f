import { quote, type Problem, type Reading } from '../problem';
import type { Purpose } from '../message/message';
import { localDayAt, startOfDay } from '../rule/local-day';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../schedule/zone-clock';

/** The units in which caps are given, in milliseconds; a day has 24 hours unless calendar days are counted. */
const UNIT_MS = { minutes: MINUTE_MS, hours: HOUR_MS, days: DAY_MS, weeks: 7 * DAY_MS } as const;
export type CapUnit = keyof typeof UNIT_MS;

/** At most so many messages to one contact in a period. */
export interface FrequencyCap {
  /** The channel it counts; null counts those of all channels together. */
  readonly channel: string | null;
  readonly most: number;
  readonly amount: number;
  readonly unit: CapUnit;
  /** Whether the period ends now, to the millisecond, or holds whole days of the contact's calendar, today the last. */
  readonly counts: 'exactPeriod' | 'calendarDays';
  /** Whether it counts messages of the purpose of the one that is asked about, or all of them. */
  readonly messages: 'samePurpose' | 'allPurposes';
}

/** What a cap counts: when a message was claimed, why, and over which channel. */
export interface Counted {
  readonly channel: string;
  readonly purpose: Purpose;
  readonly claimedAt: number;
}

/** The longest period of a cap. */
const LONGEST_MS = 400 * DAY_MS;

/** A calendar day may have 25 hours, and one in Apia was left out. */
const CALENDAR_SLACK_MS = 2 * DAY_MS;

/** How far back any cap may look, in milliseconds. */
export const LONGEST_REACH_MS = LONGEST_MS + CALENDAR_SLACK_MS;

/** Reads a cap. Refused: less than one message, an unknown unit, no or too long a period, calendar days in another unit. */
export function readFrequencyCap(
  raw: { readonly [Key in keyof FrequencyCap]: unknown },
  field: string,
): Reading<FrequencyCap> {
  const problems: Problem[] = [];
  const whole = (value: unknown) => typeof value === 'number' && Number.isInteger(value) && value >= 1;
  if (!whole(raw.most)) {
    const message = `${quote(raw.most)} is no number of messages; give a whole number from 1.`;
    problems.push({ field: `${field}.most`, message });
  }
  const unit = (Object.keys(UNIT_MS) as CapUnit[]).find((known) => known === raw.unit);
  if (!unit) {
    const message = `${quote(raw.unit)} is no unit of a cap; use one of ${Object.keys(UNIT_MS).join(', ')}.`;
    problems.push({ field: `${field}.unit`, message });
  }
  if (!whole(raw.amount) || (unit && Number(raw.amount) * UNIT_MS[unit] > LONGEST_MS)) {
    const message = `${quote(raw.amount)} ${String(raw.unit)} is no period of a cap; give a whole number from 1, and at most 400 days.`;
    problems.push({ field: `${field}.amount`, message });
  }
  const counts = raw.counts === 'calendarDays' ? 'calendarDays' : 'exactPeriod';
  if (counts === 'calendarDays' && unit && unit !== 'days' && unit !== 'weeks') {
    const message = `Calendar days cannot be counted in ${unit}; use days or weeks, or an exact period.`;
    problems.push({ field: `${field}.unit`, message });
  }
  if (problems.length > 0 || !unit) return { ok: false, problems };
  const channel = typeof raw.channel === 'string' && raw.channel !== '' ? raw.channel : null;
  const messages = raw.messages === 'allPurposes' ? 'allPurposes' : 'samePurpose';
  return {
    ok: true,
    value: { channel, most: Number(raw.most), amount: Number(raw.amount), unit, counts, messages },
  };
}

/** How far back a cap looks at most, in milliseconds. */
export function capReach({ amount, unit, counts }: FrequencyCap): number {
  return amount * UNIT_MS[unit] + (counts === 'calendarDays' ? CALENDAR_SLACK_MS : 0);
}

/** How a cap stands: how many messages it counts, and from when on there is room for one more if nothing else is sent. */
export interface CapStanding {
  readonly count: number;
  /** The moment asked about where there is room already. */
  readonly freeAt: number;
}

/**
 * Counts what a cap counts at `now` for a message of a purpose, whichever workflow sent it. An exact period is open at its far end: what was claimed exactly a period ago counts no
 * longer. Calendar days are those of `zone`.
 */
export function judgeCap(
  cap: FrequencyCap,
  claims: readonly Counted[],
  purpose: Purpose,
  zone: string,
  now: number,
): CapStanding {
  const own = claims.filter(
    (claim) =>
      (cap.channel === null || claim.channel === cap.channel) &&
      (cap.messages === 'allPurposes' || claim.purpose === purpose),
  );
  const ends = own
    .map(({ claimedAt }) => leavesAt(cap, claimedAt, zone))
    .filter((end) => end > now)
    .sort((a, b) => a - b);
  const count = ends.length;
  // Of `count` messages so many must leave that one less than `most` is left.
  return { count, freeAt: count < cap.most ? now : (ends[count - cap.most] ?? now) };
}

/** The first moment at which a message claimed then counts no longer. */
function leavesAt({ amount, unit, counts }: FrequencyCap, claimedAt: number, zone: string): number {
  const length = amount * UNIT_MS[unit];
  return counts === 'exactPeriod'
    ? claimedAt + length
    : startOfDay(localDayAt(claimedAt, zone) + length, zone);
}

/** What a cap allows, in words: `3 marketing messages in 24 hours over all channels`. */
export function capText(
  { channel, most, amount, unit, counts, messages }: FrequencyCap,
  purpose: Purpose,
): string {
  const what = `${messages === 'samePurpose' ? `${purpose} ` : ''}${most === 1 ? 'message' : 'messages'}`;
  const calendar = counts === 'calendarDays' ? 'calendar ' : '';
  const period = amount === 1 ? `1 ${calendar}${unit.slice(0, -1)}` : `${amount} ${calendar}${unit}`;
  return `${most} ${what} in ${period} over ${channel ?? 'all channels'}`;
}
