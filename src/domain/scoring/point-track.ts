import { conditionTurn, isTimed } from '../rule/condition-turn';
import { windowPresence } from '../rule/event-window';
import { compareEvents, eventsOfTypes } from '../rule/judge-events';
import { judgeRule } from '../rule/judge-rule';
import type { RuleBook } from '../rule/rule-book';
import { matchesCondition, type RuleMoment } from '../rule/match-condition';
import type { JudgedEvent } from '../event/event';
import type { RuleFacts } from '../rule/rule-facts';
import type { EventPoints, PointRule, ProfilePoints } from './score-model';

/** What a rule gives until an event comes or goes, or a rule turns: a number of points, or one that fades. */
export interface Contribution {
  /** The points at `anchor`, before the cap. */
  readonly points: number;
  /** Epoch milliseconds; not after the moment it is asked for. */
  readonly anchor: number;
  /** Null where the points stay as they are. */
  readonly halfLifeMs: number | null;
  readonly cap: number | null;
  /** How many events gave them; 0 for a profile. */
  readonly events: number;
}

/** What a rule gives as time goes by, nothing else changing. */
export interface PointTrack {
  /** What it gives from a moment on that is before `staleAt`. */
  at(moment: number): Contribution;
  /** The first moment after `moment` at which that may be another contribution; Infinity if never. */
  changeAfter(moment: number): number;
  /** From then on the track is to be made anew; Infinity if never. */
  readonly staleAt: number;
}

/** The points of a contribution at a moment from its anchor on: points · 2^(−age / half-life), the cap applied. */
export function pointsAt({ points, anchor, halfLifeMs, cap }: Contribution, moment: number): number {
  const left = halfLifeMs === null ? points : points * 2 ** (-(moment - anchor) / halfLifeMs);
  return cap === null ? left : Math.max(-cap, Math.min(cap, left));
}

/** What a rule gives a contact from a moment on. */
export function trackOf(rule: PointRule, facts: RuleFacts, moment: RuleMoment, book: RuleBook): PointTrack {
  return rule.kind === 'profile' ? profileTrack(rule, facts, moment, book) : eventTrack(rule, facts, moment);
}

function profileTrack(
  { rule, points }: ProfilePoints,
  facts: RuleFacts,
  moment: RuleMoment,
  book: RuleBook,
): PointTrack {
  const { holds, turnsAt } = judgeRule(rule, facts, moment, book);
  const contribution: Contribution = {
    points: holds ? points : 0,
    anchor: moment.now,
    halfLifeMs: null,
    cap: null,
    events: 0,
  };
  const staleAt = turnsAt ?? Infinity;
  return { at: () => contribution, changeAfter: () => staleAt, staleAt };
}

/** When events that fit come into their window and leave it, both in the order in which they occurred. */
interface Presences {
  readonly occurredAt: readonly number[];
  readonly from: readonly number[];
  readonly until: readonly number[];
}

function eventTrack(rule: EventPoints, facts: RuleFacts, moment: RuleMoment): PointTrack {
  const events = eachOnce(eventsOfTypes(rule.filter, facts));
  const { occurredAt, from, until } = presencesOf(rule, events, moment);
  const staleAt = filterTurn(rule, events, moment);
  const most = rule.times ?? Infinity;
  // Most moments that are asked about lie between the same two events.
  let last: { start: number; end: number; contribution: Contribution } | undefined;
  return {
    staleAt,
    at(now) {
      // Presence grows with the time of occurrence: what came first leaves first.
      const start = countUpTo(until, now);
      const end = Math.max(start, Math.min(countUpTo(from, now), start + most));
      if (last?.start !== start || last.end !== end) {
        last = { start, end, contribution: contributionOf(rule, occurredAt, start, end) };
      }
      return last.contribution;
    },
    changeAfter(now) {
      const leaves = until[countUpTo(until, now)] ?? Infinity;
      const comes = from[countUpTo(from, now)] ?? Infinity;
      return Math.min(leaves, comes, staleAt);
    },
  };
}

/** In order, so that no sum depends on how they were told, and each id once. */
function eachOnce(events: readonly JudgedEvent[]): JudgedEvent[] {
  const seen = new Set<number>();
  return [...events].sort(compareEvents).filter(({ id }) => {
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

function presencesOf(
  { filter, within }: EventPoints,
  events: readonly JudgedEvent[],
  moment: RuleMoment,
): Presences {
  const presences = { occurredAt: [] as number[], from: [] as number[], until: [] as number[] };
  for (const { occurredAt, properties } of events) {
    if (!filter.where.every((condition) => matchesCondition(condition, properties, moment).matches)) continue;
    const presence = windowPresence(within, occurredAt, moment.zone);
    if (!presence) continue;
    presences.occurredAt.push(occurredAt);
    presences.from.push(presence.from);
    presences.until.push(presence.until);
  }
  return presences;
}

/** The first moment at which an event may begin or cease to fit the filter by time alone. */
function filterTurn({ filter }: EventPoints, events: readonly JudgedEvent[], moment: RuleMoment): number {
  const timed = filter.where.filter(isTimed);
  let first = Infinity;
  for (const condition of timed) {
    for (const { properties } of events) {
      first = Math.min(first, conditionTurn(condition, properties, moment) ?? Infinity);
    }
  }
  return first;
}

/** What the events from `start` up to, but not with, `end` give. */
function contributionOf(
  { points, halfLifeMs, cap }: EventPoints,
  occurredAt: readonly number[],
  start: number,
  end: number,
): Contribution {
  const events = end - start;
  const anchor = occurredAt[end - 1] ?? 0;
  if (halfLifeMs === null || events === 0) {
    return { points: points * events, anchor, halfLifeMs: null, cap, events };
  }
  // Summed up as of the latest of them, so that it is the same sum at every moment until the next event.
  let weight = 0;
  for (let index = start; index < end; index++) {
    weight += 2 ** (-(anchor - (occurredAt[index] ?? anchor)) / halfLifeMs);
  }
  return { points: points * weight, anchor, halfLifeMs, cap, events };
}

/** How many moments of an ordered list are at or before `now`. */
function countUpTo(moments: readonly number[], now: number): number {
  let [low, high] = [0, moments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle] ?? Infinity) <= now) low = middle + 1;
    else high = middle;
  }
  return low;
}
