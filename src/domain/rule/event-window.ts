import { isJsonObject } from '../json';
import { quote, type Problem } from '../problem';
import { readDate } from '../schedule/parse-date';
import { DAY_MS } from '../schedule/zone-clock';
import type { EventWindow } from './rule';
import { isComing, periodPresence, periodSpan, periodWords, readPeriod } from './rule-period';
import { isInOrder, isWrittenDate, spanOfDate } from './rule-value';
import { pastPresence, pastSpan, readWindow, type Presence, type Span } from './rule-window';

/** The beginning of time: the earliest moment that JavaScript can name, in epoch milliseconds. */
export const EARLIEST = -8_640_000_000_000_000;

/**
 * The moments at which an event must have occurred to count, up to `now` and never after it; null where no event
 * can. Without a window every event up to now counts, from `EARLIEST` on.
 */
export function windowBounds(window: EventWindow | null, now: number, zone: string): Span | null {
  const { from, to } = boundsOf(window, now, zone);
  const bounds = { from, to: Math.min(to, now) };
  return bounds.from <= bounds.to ? bounds : null;
}

/**
 * The inverse of `windowBounds`: the moments `now` at which an event that occurred at `at` counts, never before it
 * occurred; null where it never does. `until` is Infinity where it counts for ever.
 */
export function windowPresence(window: EventWindow | null, at: number, zone: string): Presence | null {
  if (window === null) return { from: at, until: Infinity };
  if ('last' in window) return pastPresence(window, at, zone);
  if ('period' in window) {
    const { from, until } = periodPresence(window.period, at, zone);
    const presence = { from: Math.max(from, at), until };
    return presence.from < presence.until ? presence : null;
  }
  const { from, to } = boundsOf(window, at, zone);
  return at >= from && at <= to ? { from: at, until: Infinity } : null;
}

/** Whether the bounds of a window depend on the zone: calendar days, periods, and dates without a zone of their own. */
export function isWindowZoned(window: EventWindow | null): boolean {
  if (window === null) return false;
  if ('last' in window) return window.unit === 'calendarDays';
  if ('period' in window) return true;
  return datesOf(window).some((date) => {
    const reading = readDate(date, '');
    return reading.ok && reading.value.kind !== 'instant';
  });
}

function boundsOf(window: EventWindow | null, now: number, zone: string): Span {
  if (window === null) return { from: EARLIEST, to: now };
  if ('last' in window) return pastSpan(window, now, zone);
  if ('period' in window) return periodSpan(window.period, now, zone);
  if ('between' in window) {
    const [first, last] = window.between.map((date) => spanOfDate(date, zone));
    return { from: first?.from ?? Infinity, to: last?.to ?? -Infinity };
  }
  const { after, before } = window;
  return {
    from: after === null ? EARLIEST : (spanOfDate(after, zone)?.to ?? Infinity) + 1,
    to: before === null ? Infinity : (spanOfDate(before, zone)?.from ?? -Infinity) - 1,
  };
}

function datesOf(
  window: Extract<EventWindow, { after: unknown } | { between: unknown }>,
): Array<string | number | null> {
  return 'between' in window ? [...window.between] : [window.after, window.before];
}

const SHAPES =
  '{ "last": 30, "unit": "days" }, { "period": "thisMonth" }, { "after": "2026-03-01" }, { "before": "2026-04-01" } or { "between": ["2026-03-01", "2026-03-31"] }';

/**
 * Reads when events must have occurred: `{ last, unit }`, `{ period, weekStartsOn? }` (none that lies ahead),
 * `{ after?, before? }` with at least one of them, or `{ between: [first, last] }` with both ends in. A window
 * in which no moment lies is refused as far as that can be told without a zone.
 */
export function readEventWindow(json: unknown, path: string, problems: Problem[]): EventWindow | undefined {
  const refuse = (field: string, message: string): undefined => void problems.push({ field, message });
  if (!isJsonObject(json)) return refuse(path, `${quote(json)} is no window; write ${SHAPES}.`);
  if ('period' in json) return readPastPeriod(json, path, problems);
  if ('between' in json) return readBetween(json, path, problems);
  if ('after' in json || 'before' in json) return readSides(json, path, problems);
  if (!('last' in json) && !('unit' in json)) {
    return refuse(path, `${quote(json)} is no window; write ${SHAPES}.`);
  }
  const window = readWindow(json, 'last', path, problems);
  return window && { last: window.amount, unit: window.unit };
}

function readPastPeriod(
  json: Record<string, unknown>,
  path: string,
  problems: Problem[],
): EventWindow | undefined {
  // A window that was read before holds the period that was read.
  const isRead = isJsonObject(json.period) && Object.keys(json).length === 1;
  const period = isRead
    ? readPeriod(json.period, `${path}.period`, problems)
    : readPeriod(json, path, problems);
  if (!period) return undefined;
  if (!isComing(period)) return { period };
  const message = `Events of ${periodWords(period)} have not happened yet; use a period up to now, such as thisMonth.`;
  problems.push({ field: `${path}.period`, message });
  return undefined;
}

function readBetween(
  json: Record<string, unknown>,
  path: string,
  problems: Problem[],
): EventWindow | undefined {
  const refuse = (field: string, message: string): undefined => void problems.push({ field, message });
  const strange = Object.keys(json).find((key) => key !== 'between');
  if (strange !== undefined) {
    return refuse(`${path}.${strange}`, `${quote(strange)} is not part of a window between two dates.`);
  }
  const { between } = json;
  const [first, last]: unknown[] = Array.isArray(between) && between.length === 2 ? between : [];
  if (isWrittenDate(first) && isWrittenDate(last) && isInOrder(first, last)) {
    return { between: [first, last] };
  }
  return refuse(
    `${path}.between`,
    `${quote(between)} is no span; write two dates, the earlier first, such as ["2026-03-01", "2026-03-31"].`,
  );
}

function readSides(
  json: Record<string, unknown>,
  path: string,
  problems: Problem[],
): EventWindow | undefined {
  const refuse = (field: string, message: string): undefined => void problems.push({ field, message });
  const strange = Object.keys(json).find((key) => key !== 'after' && key !== 'before');
  if (strange !== undefined) {
    return refuse(`${path}.${strange}`, `${quote(strange)} is not part of a window after or before a date.`);
  }
  const [after, before] = [json.after ?? null, json.before ?? null];
  for (const [side, date] of Object.entries({ after, before })) {
    if (date === null || isWrittenDate(date)) continue;
    const wanted = 'write a date such as 2026-03-07 or 2026-03-07T10:00:00Z';
    return refuse(`${path}.${side}`, `${quote(date)} is not taken as a date; ${wanted}.`);
  }
  if (after === null && before === null) return refuse(path, 'The window names no date after or before.');
  const window = { after: after as string | number | null, before: before as string | number | null };
  if (after === null || before === null || hasRoom(window.after, window.before)) return window;
  return refuse(path, `No moment lies after ${quote(after)} and before ${quote(before)}.`);
}

/** Whether a moment lies between two dates, both left out; a moment and a local date are ordered by the zone only. */
function hasRoom(after: string | number | null, before: string | number | null): boolean {
  const [first, last] = [readDate(after, ''), readDate(before, '')];
  if (!first.ok || !last.ok) return false;
  if (first.value.kind === 'instant' || last.value.kind === 'instant') {
    if (first.value.kind !== 'instant' || last.value.kind !== 'instant') return true;
    return last.value.at - first.value.at > 1;
  }
  const end = first.value.reading + (first.value.kind === 'date' ? DAY_MS : 0);
  return end < last.value.reading;
}
