import { quote, type Problem } from '../problem';
import { DAY_MS, momentOfReading, readingAt } from '../schedule/zone-clock';

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
 * The moments of a window that ends now. `calendarDays` go back to the n-th local midnight before now: one is
 * today, seven are today and the six days before.
 */
export function pastSpan({ last, unit }: PastWindow, now: number, zone: string): Span {
  if (unit !== 'calendarDays') return { from: now - last * EXACT_MS[unit], to: now };
  return { from: momentOfReading(zone, midnightToday(now, zone) - (last - 1) * DAY_MS), to: now };
}

/** The moments of a window that begins now. `calendarDays` end with the n-th local midnight: one is the rest of today. */
export function comingSpan({ next, unit }: ComingWindow, now: number, zone: string): Span {
  if (unit !== 'calendarDays') return { from: now, to: now + next * EXACT_MS[unit] };
  return { from: now, to: momentOfReading(zone, midnightToday(now, zone) + next * DAY_MS) - 1 };
}

function midnightToday(now: number, zone: string): number {
  return Math.floor(readingAt(zone, now) / DAY_MS) * DAY_MS;
}
