import { IANAZone } from 'luxon';

/**
 * What a local clock shows. A *reading* is the local date and time as a number: the epoch milliseconds at
 * which a clock in UTC shows the same. Readings are compared and calculated with; only this file turns
 * them into moments and back.
 */

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** A moment and how it came about, in words. */
export interface Moment {
  /** Epoch milliseconds UTC. */
  readonly at: number;
  /** What was out of the ordinary: a time that does not exist, a day that was clamped, a window that was shut. */
  readonly reasons: readonly string[];
}

interface ZoneTable {
  readonly zone: IANAZone;
  /** Offset in milliseconds at 00:00 UTC, by UTC day. */
  readonly offsets: Map<number, number>;
  /** The moment at which the clock turns, by the UTC day at whose end the offset differs. */
  readonly turns: Map<number, number>;
}

/**
 * Asking Intl for an offset costs 4.5 microseconds, a table look-up 0.05. Whole UTC days are kept: in no zone
 * of the tz database does a clock turn twice within one of them (the closest two turns are 4 days apart).
 */
const tables = new Map<string, ZoneTable>();
const MOST_DAYS_KEPT = 200_000;
let daysKept = 0;

function tableOf(zone: string): ZoneTable {
  const known = tables.get(zone);
  if (known) return known;
  const iana = IANAZone.create(zone);
  if (!iana.isValid) throw new RangeError(`"${zone}" is not an IANA time zone.`);
  const table: ZoneTable = { zone: iana, offsets: new Map(), turns: new Map() };
  tables.set(zone, table);
  return table;
}

const exactOffset = (table: ZoneTable, at: number): number => Math.round(table.zone.offset(at) * MINUTE_MS);

function offsetAtStartOf(table: ZoneTable, day: number): number {
  const known = table.offsets.get(day);
  if (known !== undefined) return known;
  const offset = exactOffset(table, day * DAY_MS);
  table.offsets.set(day, offset);
  daysKept++;
  return offset;
}

/** The first moment with the new offset. Clocks turn at whole seconds. */
function turnWithin(table: ZoneTable, day: number): number {
  const known = table.turns.get(day);
  if (known !== undefined) return known;
  const before = offsetAtStartOf(table, day);
  let old = day * DAY_MS;
  let turned = old + DAY_MS;
  while (turned - old > SECOND_MS) {
    const middle = old + Math.floor((turned - old) / 2 / SECOND_MS) * SECOND_MS;
    if (exactOffset(table, middle) === before) old = middle;
    else turned = middle;
  }
  table.turns.set(day, turned);
  return turned;
}

function forgetWhenFull(): void {
  if (daysKept < MOST_DAYS_KEPT) return;
  tables.clear();
  daysKept = 0;
}

/** How far the clock of `zone` is ahead of UTC at a moment, in milliseconds. Throws RangeError if there is no such zone. */
export function offsetAt(zone: string, at: number): number {
  forgetWhenFull();
  const table = tableOf(zone);
  const day = Math.floor(at / DAY_MS);
  const before = offsetAtStartOf(table, day);
  const after = offsetAtStartOf(table, day + 1);
  return before === after || at < turnWithin(table, day) ? before : after;
}

/** The first moment in (`after`, `until`] at which the clock of `zone` is put forward or back, if there is one. */
export function nextTurn(zone: string, after: number, until: number): number | undefined {
  forgetWhenFull();
  const table = tableOf(zone);
  for (let day = Math.floor(after / DAY_MS); day * DAY_MS < until; day++) {
    if (offsetAtStartOf(table, day) === offsetAtStartOf(table, day + 1)) continue;
    const turn = turnWithin(table, day);
    if (turn > until) return undefined;
    if (turn > after) return turn;
  }
  return undefined;
}

/** What the clock of `zone` reads at a moment. */
export function readingAt(zone: string, at: number): number {
  return at + offsetAt(zone, at);
}

/**
 * The first moment at which the clock of `zone` reads `reading` or later: the moment itself where it exists
 * once, the first of two where the clock is put back over it, and the first moment after the gap where the
 * clock is put forward over it (an hour, half an hour on Lord Howe, a whole day in Apia).
 */
export function momentOfReading(zone: string, reading: number): number {
  // No offset reaches 24 hours, so a day earlier the clock has not come as far.
  let at = reading - DAY_MS;
  for (;;) {
    const there = reading - offsetAt(zone, at);
    const turn = nextTurn(zone, at, there);
    if (turn === undefined) return there;
    if (readingAt(zone, turn) >= reading) return turn;
    at = turn;
  }
}

/** Whether the clock of `zone` shows a reading a second time after `first`, the first moment at which it does. */
export function isRepeated(zone: string, reading: number, first: number): boolean {
  const turn = nextTurn(zone, first, first + DAY_MS);
  return turn !== undefined && readingAt(zone, turn) <= reading;
}
