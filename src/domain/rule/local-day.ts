import { midnightOf } from '../schedule/period';
import { DAY_MS, momentOfReading, readingAt } from '../schedule/zone-clock';

/**
 * The local day a moment belongs to, as the reading of its midnight: the last day that has begun by then. A clock
 * that is put back over midnight does not lead back into the day before, so that a later moment never belongs to
 * an earlier day; a day that the clock leaps over (Apia, 30 December 2011) has no moments.
 */
export function localDayAt(at: number, zone: string): number {
  let day = midnightOf(readingAt(zone, at));
  while (startOfDay(day + DAY_MS, zone) <= at) day += DAY_MS;
  return day;
}

/** The first moment of a local day, given by the reading of its midnight; the first after the gap where there is no midnight. */
export function startOfDay(day: number, zone: string): number {
  return momentOfReading(zone, day);
}
