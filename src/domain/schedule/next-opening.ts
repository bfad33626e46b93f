import type { Reading } from '../problem';
import { WEEK_MS, type DeliveryHours, type OpenWeek } from './delivery-window';
import type { ZoneDecision } from './zone';
import { localTextWithWeekday, joined } from './wording';
import { DAY_MS, nextTurn, readingAt, type Moment } from './zone-clock';

/** A week in which a window fell into a daylight-saving gap, and its neighbours, are no reason to give up. */
const LOOK_AHEAD_MS = 5 * WEEK_MS;

/** 1970-01-01 was a Thursday: three days after the Monday that weeks are counted from. */
const FIRST_MONDAY_MS = 3 * DAY_MS;

function msUntilOpen(week: OpenWeek, reading: number): number {
  const now = (((reading + FIRST_MONDAY_MS) % WEEK_MS) + WEEK_MS) % WEEK_MS;
  for (const [open, shut] of week) {
    if (now < shut) return Math.max(0, open - now);
  }
  const [first] = week;
  return first ? first[0] + WEEK_MS - now : Number.POSITIVE_INFINITY;
}

/**
 * The first moment from `from` on at which the clock of `zone` stands within the week's open hours. Between
 * two turns of a clock it runs evenly, so a jump that crosses a turn stops there and looks again; each round
 * reaches a later turn, and an even stretch of a week ends the search.
 */
function firstOpen(week: OpenWeek, zone: string, from: number): number {
  let at = from;
  for (;;) {
    const wait = msUntilOpen(week, readingAt(zone, at));
    if (wait === 0) return at;
    const turn = nextTurn(zone, at, at + wait);
    if (turn === undefined) return at + wait;
    at = turn;
  }
}

interface Rule {
  readonly week: OpenWeek;
  readonly zone: string;
  readonly isQuiet: boolean;
}

type Zones = Pick<ZoneDecision, 'zone' | 'quietZones'>;

function rulesOf({ windows, quiet }: DeliveryHours, { zone, quietZones }: Zones): readonly Rule[] {
  return [
    ...(windows ? [{ week: windows.week, zone, isQuiet: false }] : []),
    ...(quiet ? quietZones.map((quietZone) => ({ week: quiet.week, zone: quietZone, isQuiet: true })) : []),
  ];
}

/** What was shut, in words; the zones of the quiet hours only where they are not the decided zone alone. */
function shutText(shut: ReadonlySet<Rule>, hours: DeliveryHours, zone: string): string {
  const quietZones = [...shut].filter(({ isQuiet }) => isQuiet).map((rule) => rule.zone);
  const isElsewhere = quietZones.some((quietZone) => quietZone !== zone);
  const parts: string[] = [];
  if (hours.windows && [...shut].some(({ isQuiet }) => !isQuiet)) parts.push(hours.windows.text);
  if (hours.quiet && quietZones.length > 0) {
    parts.push(`${hours.quiet.text}${isElsewhere ? ` in ${joined(quietZones, 'and')}` : ''}`);
  }
  return joined(parts, 'and');
}

/**
 * The first moment from `at` on that lies within a delivery window (in the decided zone) and outside the quiet
 * hours (in every one of the quiet zones); `at` itself where it does. A moment lies within hours when the local
 * clock then shows one of them: an hour that comes twice is open or quiet both times, a window that falls
 * into a daylight-saving gap does not open that day. The reasons say from where to where it moved and
 * what was shut. Refused: hours that leave nothing open within five weeks.
 */
export function nextOpening(at: number, hours: DeliveryHours, zones: Zones): Reading<Moment> {
  const rules = rulesOf(hours, zones);
  const shut = new Set<Rule>();
  let open = at;
  let agreed = false;
  // Every round that does not agree moves on to a later opening, so the look-ahead ends the loop.
  while (!agreed) {
    agreed = true;
    for (const rule of rules) {
      const next = firstOpen(rule.week, rule.zone, open);
      if (next === open) continue;
      shut.add(rule);
      open = next;
      agreed = false;
    }
    if (open > at + LOOK_AHEAD_MS) {
      const text = shutText(shut, hours, zones.zone);
      const message = `Nothing is ever open in ${zones.zone}: ${text} leave no moment between them. Widen the delivery windows or shorten the quiet hours.`;
      return { ok: false, problems: [{ field: 'deliveryHours', message }] };
    }
  }
  if (open === at) return { ok: true, value: { at, reasons: [] } };
  const [from, to] = [localTextWithWeekday(at, zones.zone), localTextWithWeekday(open, zones.zone)];
  const reason = `moved from ${from} to the next opening ${to} (${shutText(shut, hours, zones.zone)})`;
  return { ok: true, value: { at: open, reasons: [reason] } };
}
