import { quote, type Problem } from '../problem';
import { DAY_MS } from '../schedule/zone-clock';
import { localDayAt, startOfDay } from './local-day';

const EXACT_MS = {
  seconds: 1_000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 604_800_000,
} as const;

/** The units of a rule's window: exact spans of time, and local calendar days. */
export const WINDOW_UNITS = ['seconds', 'minutes', 'hours', 'days', 'weeks', 'calendarDays'] as const;
export type WindowUnit = (typeof WINDOW_UNITS)[number];

/** How far a window reaches back from now. */
export interface PastWindow {
  readonly last: number;
  readonly unit: WindowUnit;
}

/** How far a window reaches ahead from now. */
export interface ComingWindow {
  readonly next: number;
  readonly unit: WindowUnit;
}

/** A span of moments in epoch milliseconds; both ends belong to it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The moments `now` at which something holds, in epoch milliseconds: `from` is the first, `until` the first no longer. */
export interface Presence {
  readonly from: number;
  readonly until: number;
}

const LONGEST_MS = 100 * 366 * DAY_MS;

/** Reads `{ last | next: n, unit }`; a missing unit, zero, a negative amount and parts of calendar days are refused. */
export function readWindow(
  json: unknown,
  direction: 'last' | 'next',
  path: string,
  problems: Problem[],
): { amount: number; unit: WindowUnit } | undefined {
  const refuse = (field: string, message: string): undefined => void problems.push({ field, message });
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    return refuse(path, `${quote(json)} is no window; write { "${direction}": 30, "unit": "days" }.`);
  }
  const raw = json as Record<string, unknown>;
  const strange = Object.keys(raw).find((key) => key !== direction && key !== 'unit');
  if (strange !== undefined)
    return refuse(`${path}.${strange}`, `${quote(strange)} is not part of a window.`);
  const unit = WINDOW_UNITS.find((known) => known === raw.unit);
  if (!unit) {
    const seen =
      raw.unit === undefined ? 'The window has no unit' : `${quote(raw.unit)} is no unit of a window`;
    return refuse(`${path}.unit`, `${seen}; use one of ${WINDOW_UNITS.join(', ')}.`);
  }
  const amount = raw[direction];
  if (typeof amount !== 'number' || !Number.isFinite(amount) || amount <= 0) {
    return refuse(`${path}.${direction}`, `${quote(amount)} is no length of a window; use a number above 0.`);
  }
  if (unit === 'calendarDays' && !Number.isInteger(amount)) {
    return refuse(
      `${path}.${direction}`,
      `${amount} calendarDays cannot be counted; use a whole number, or days.`,
    );
  }
  if (amount * (unit === 'calendarDays' ? DAY_MS : EXACT_MS[unit]) > LONGEST_MS) {
    return refuse(`${path}.${direction}`, `${amount} ${unit} are too long; a window has at most 100 years.`);
  }
  return { amount, unit };
}

/**
 * The moments of a window that ends now. Exact lengths are whole milliseconds, rounded. `calendarDays` go back to
 * the n-th local midnight before now: one is today, seven are today and the six days before.
 */
export function pastSpan({ last, unit }: PastWindow, now: number, zone: string): Span {
  if (unit !== 'calendarDays') return { from: now - exactLength(last, unit), to: now };
  return { from: startOfDay(localDayAt(now, zone) - (last - 1) * DAY_MS, zone), to: now };
}

/** The moments of a window that begins now. `calendarDays` end with the n-th local midnight: one is the rest of today. */
export function comingSpan({ next, unit }: ComingWindow, now: number, zone: string): Span {
  if (unit !== 'calendarDays') return { from: now, to: now + exactLength(next, unit) };
  return { from: now, to: startOfDay(localDayAt(now, zone) + next * DAY_MS, zone) - 1 };
}

/** The inverse of `pastSpan`: the moments `now` at which `at` lies in the window. Never empty. */
export function pastPresence({ last, unit }: PastWindow, at: number, zone: string): Presence {
  if (unit !== 'calendarDays') return { from: at, until: at + exactLength(last, unit) + 1 };
  return { from: at, until: startOfDay(localDayAt(at, zone) + last * DAY_MS, zone) };
}

/** The inverse of `comingSpan`: the moments `now` at which `at` lies in the window. Never empty. */
export function comingPresence({ next, unit }: ComingWindow, at: number, zone: string): Presence {
  if (unit !== 'calendarDays') return { from: at - exactLength(next, unit), until: at + 1 };
  return { from: startOfDay(localDayAt(at, zone) - (next - 1) * DAY_MS, zone), until: at + 1 };
}

function exactLength(amount: number, unit: keyof typeof EXACT_MS): number {
  return Math.round(amount * EXACT_MS[unit]);
}
