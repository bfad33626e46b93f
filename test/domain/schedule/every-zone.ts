import fc from 'fast-check';

/**
 * The law tests' view of time zones: every zone, moments that hurt in it, and a clock that is read through
 * Intl alone, so that it owes nothing to the code under test.
 */

export const ZONES: readonly string[] = Intl.supportedValuesOf('timeZone');

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What a clock in the zone shows, as the moment at which a clock in UTC shows the same. */
export function intlReading(zone: string, at: number): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  const text = format.format(at);
  const parts = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/.exec(text);
  if (!parts) throw new Error(`Intl wrote ${text}`);
  const [month, day, year, hour, minute, second] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1000) + 1000) % 1000);
}

/** Years with daylight saving of today, Apia's lost day, and São Paulo's missing midnights. */
const SCANNED = [
  [Date.UTC(2010, 0, 1), Date.UTC(2012, 6, 1)],
  [Date.UTC(2017, 0, 1), Date.UTC(2019, 0, 1)],
  [Date.UTC(2025, 0, 1), Date.UTC(2028, 0, 1)],
] as const;

const turnsByZone = new Map<string, readonly number[]>();

/** The moments in the scanned years at which the zone's clock is put forward or back, to the minute. */
export function turnsOf(zone: string): readonly number[] {
  const known = turnsByZone.get(zone);
  if (known) return known;
  const offset = (at: number): number => intlReading(zone, at) - at;
  const turns: number[] = [];
  for (const [from, to] of SCANNED) {
    let old = offset(from);
    for (let at = from; at < to; at += 7 * DAY) {
      let [before, after] = [at, at + 7 * DAY];
      const next = offset(after);
      if (next === old) continue;
      while (after - before > MINUTE) {
        const middle = before + Math.floor((after - before) / 2 / MINUTE) * MINUTE;
        if (offset(middle) === old) before = middle;
        else after = middle;
      }
      turns.push(after);
      old = next;
    }
  }
  turnsByZone.set(zone, turns);
  return turns;
}

/** A moment from 1973 to 2040, to the minute; in zones whose clock turns, half of them within two days of a turn. */
export function momentIn(zone: string): fc.Arbitrary<number> {
  const anywhere = fc
    .integer({ min: Date.UTC(1973, 0, 1) / MINUTE, max: Date.UTC(2040, 0, 1) / MINUTE })
    .map((minutes) => minutes * MINUTE);
  const turns = turnsOf(zone);
  if (turns.length === 0) return anywhere;
  const nearTurn = fc
    .tuple(fc.constantFrom(...turns), fc.integer({ min: -2 * 24 * 60, max: 2 * 24 * 60 }))
    .map(([turn, minutes]) => turn + minutes * MINUTE);
  return fc.oneof(anywhere, nearTurn);
}

/** Holds a property against every zone; a failure names the zone in its counterexample. */
export function inEveryZone(
  runs: number,
  propertyOf: (zone: string) => fc.IProperty<[string, ...unknown[]]>,
): void {
  for (const zone of ZONES) fc.assert(propertyOf(zone) as fc.IProperty<unknown>, { numRuns: runs });
}

/** A time of day to the minute, `HH:MM`. */
export const timeOfDay: fc.Arbitrary<string> = fc
  .integer({ min: 0, max: 24 * 60 - 1 })
  .map((minutes) => new Date(minutes * MINUTE).toISOString().slice(11, 16));

/** Moments written as UTC text. */
export const utc = (text: string): number => Date.parse(`${text}Z`);

/** Moments as UTC text, to the minute where there is nothing finer. */
export const utcText = (at: number): string => new Date(at).toISOString().replace(/(:00)?\.000Z$/, '');

/** The value of a reading, or a failed test that shows its problems. */
export function valueOf<T>(
  reading: { ok: true; value: T } | { ok: false; problems: readonly { message: string }[] },
): T {
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return reading.value;
}

/** The messages of a reading that is expected to be refused. */
export function messagesOf(reading: {
  ok: boolean;
  problems?: readonly { field: string; message: string }[];
}): string[] {
  return (reading.problems ?? []).map(({ field, message }) => `${field}: ${message}`);
}
