import type { JsonObject, JsonValue } from '../json';
import type { RuleMoment } from './match-condition';
import type { Comparison, PropertyCondition } from './property-condition';
import { readProperty } from './property-path';
import { periodPresence } from './rule-period';
import { spanOfDate } from './rule-value';
import { comingPresence, pastPresence, type Presence } from './rule-window';
import { nextReturn, readYearlyDay } from './yearly-day';

/** A comparison that time alone can turn. */
type TimedComparison = Extract<
  Comparison,
  { op: 'withinLast' | 'notWithinLast' | 'withinNext' | 'inPeriod' | 'anniversaryToday' }
>;

/** Whether time alone can turn a comparison, the value staying as it is. */
export function isTimed(comparison: Comparison): boolean {
  return timed(comparison) !== undefined;
}

/**
 * The first moment after now at which a condition can turn by time alone, the properties staying as they are; null
 * if it never does. Until then its truth is what it is now. A single value turns it then; a list may also let it
 * stay, where one item takes the place of another.
 */
export function conditionTurn(
  condition: PropertyCondition,
  properties: JsonObject,
  moment: RuleMoment,
): number | null {
  const asked = timed(condition);
  if (!asked) return null;
  const value = readProperty(properties, condition.property) ?? null;
  const turns = (Array.isArray(value) ? value : [value]).flatMap((item) => {
    const presence = presenceOf(asked, item, moment);
    return presence ? turnsAfter(moment.now, presence) : [];
  });
  return turns.length > 0 ? turns.reduce((earliest, at) => Math.min(earliest, at)) : null;
}

function timed(comparison: Comparison): TimedComparison | undefined {
  switch (comparison.op) {
    case 'withinLast':
    case 'notWithinLast':
    case 'withinNext':
    case 'inPeriod':
    case 'anniversaryToday':
      return comparison;
    default:
      return undefined;
  }
}

/** When a value lies in what is asked; of a yearly day the return that is not over yet. */
function presenceOf(
  asked: TimedComparison,
  item: JsonValue,
  { now, zone }: RuleMoment,
): Presence | undefined {
  if (asked.op === 'anniversaryToday') {
    const day = readYearlyDay(item, zone);
    return day && nextReturn(day, now, zone);
  }
  const at = spanOfDate(item, zone)?.from;
  if (at === undefined) return undefined;
  if (asked.op === 'inPeriod') return periodPresence(asked.value, at, zone);
  return asked.op === 'withinNext'
    ? comingPresence(asked.value, at, zone)
    : pastPresence(asked.value, at, zone);
}

function turnsAfter(now: number, { from, until }: Presence): number[] {
  if (until <= now || from >= until) return [];
  return [from > now ? from : until];
}
