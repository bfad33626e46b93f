import { isByMachine, matchesEventType, type JudgedEvent } from '../event/event';
import { AMOUNT_PARTS, amountParts, countedValues } from './amount';
import { conditionTurn, isTimed } from './condition-turn';
import { windowPresence } from './event-window';
import { matchesCondition, type EventStart, type RuleMoment } from './match-condition';
import type { PropertyCondition } from './property-condition';
import { readProperty } from './property-path';
import {
  MESSAGE_REACTIONS,
  type CountOperator,
  type EventFilter,
  type EventMeasure,
  type EventRule,
  type EventWindow,
  type SequenceRule,
} from './rule';
import type { RuleFacts } from './rule-facts';

interface EventState {
  readonly holds: boolean;
  readonly turnsAt: number | null;
  seen(): string;
}

/** An event that fits a filter, and the moments at which its window counts it. */
interface Present {
  readonly event: JudgedEvent;
  readonly from: number;
  readonly until: number;
}

/** Judges a statement about the events of a contact. */
export function judgeEvents(rule: EventRule, facts: RuleFacts, moment: RuleMoment): EventState {
  const { now } = moment;
  const { measure } = rule;
  const fitting = fittingEvents(rule.filter, rule.within, facts, moment);
  const present: JudgedEvent[] = [];
  for (const { event, from, until } of fitting) if (from <= now && now < until) present.push(event);
  const value = measured(measure, present);
  const holds = fitsMeasure(measure, value, moment);
  const turns = [
    turnByWindow(measure, fitting, holds, moment),
    turnOfFilters([rule.filter], facts, moment),
    'has' in measure ? turnOfConditions(measure.has, [value.event], moment) : null,
  ];
  return { holds, turnsAt: soonest(turns), seen: () => describeMeasured(measure, value) };
}

/** Judges whether events came one after the other. More of them never undo a sequence, fewer never make one. */
export function judgeSequence(rule: SequenceRule, facts: RuleFacts, moment: RuleMoment): EventState {
  const { now } = moment;
  const steps = rule.steps.map((filter) => fittingEvents(filter, rule.within, facts, moment));
  const done: JudgedEvent[] = [];
  for (const step of steps) {
    const previous = done.at(-1);
    const next = step.find(
      ({ event, from, until }) =>
        from <= now && now < until && (!previous || compareEvents(previous, event) < 0),
    );
    if (!next) break;
    done.push(next.event);
  }
  const holds = done.length === steps.length;
  const moments = steps.flat().map(({ from, until }) => (holds ? until : from));
  const turns = [
    ...moments.filter((at) => at > now && at < Infinity),
    turnOfFilters(rule.steps, facts, moment),
  ];
  const seen = () => `${done.length} of ${steps.length} steps${timesOf(done)}`;
  return { holds, turnsAt: soonest(turns), seen };
}

/** By time, and what happened at the same time by the order in which it was recorded. */
export function compareEvents(a: JudgedEvent, b: JudgedEvent): number {
  return a.occurredAt - b.occurredAt || a.id - b.id;
}

/** The events that a filter may count, whenever they do, in order. */
function fittingEvents(
  filter: EventFilter,
  within: EventWindow | null,
  facts: RuleFacts,
  moment: RuleMoment,
): Present[] {
  const fitting: Present[] = [];
  for (const event of eventsOfTypes(filter, facts)) {
    if (moment.since && !isAfter(event, moment.since)) continue;
    if (!filter.where.every((condition) => matchesCondition(condition, event.properties, moment).matches))
      continue;
    const presence = windowPresence(within, event.occurredAt, moment.zone);
    if (presence) fitting.push({ event, from: presence.from, until: presence.until });
  }
  return fitting;
}

/** Shops tell time in seconds: of events at the same moment, what was recorded later is later. */
function isAfter({ id, occurredAt }: JudgedEvent, { at, eventId }: EventStart): boolean {
  return occurredAt > at || (occurredAt === at && (eventId === null || id > eventId));
}

/** The events of the types a filter names, in order, without those of machines that it leaves out; whatever their properties. */
export function eventsOfTypes(
  { types, machine }: EventFilter,
  { events }: RuleFacts,
): readonly JudgedEvent[] {
  const counted = (type: string, list: readonly JudgedEvent[]) =>
    machine === 'exclude' && isReaction(type) && list.some(isByMachine)
      ? list.filter((event) => !isByMachine(event))
      : list;
  const [only = '', ...others] = types;
  // What most rules name: one type, which takes no look at all there are.
  if (others.length === 0 && !only.endsWith('*')) return counted(only, events.get(only) ?? []);
  const lists: Array<readonly JudgedEvent[]> = [];
  for (const [type, list] of events) {
    if (types.some((pattern) => matchesEventType(pattern, type))) lists.push(counted(type, list));
  }
  return lists.length === 1 ? (lists[0] ?? []) : lists.flat().sort(compareEvents);
}

function isReaction(type: string): boolean {
  return (MESSAGE_REACTIONS as readonly string[]).includes(type);
}

/** What a measure is worked out from. */
interface Measured {
  /** The count, sum or number of different values; of `first` and `last` the number of events. */
  readonly amount: number;
  /** The first or last event. */
  readonly event: JudgedEvent | undefined;
}

function measured(measure: EventMeasure, events: readonly JudgedEvent[]): Measured {
  const amount = events.length;
  switch (measure.of) {
    case 'count':
      return { amount, event: undefined };
    case 'sum':
      return { amount: sumOf(events, measure.property), event: undefined };
    case 'distinct':
      return { amount: countDistinct(events, measure.property), event: undefined };
    case 'first':
      return { amount, event: events[0] };
    case 'last':
      return { amount, event: events.at(-1) };
  }
}

function sumOf(events: readonly JudgedEvent[], property: string): number {
  const parts = events.reduce(
    (sum, { properties }) => sum + amountParts(readProperty(properties, property)),
    0,
  );
  return parts / AMOUNT_PARTS;
}

function countDistinct(events: readonly JudgedEvent[], property: string): number {
  return new Set(events.flatMap(({ properties }) => countedValues(readProperty(properties, property)))).size;
}

function fitsMeasure(measure: EventMeasure, { amount, event }: Measured, moment: RuleMoment): boolean {
  if ('n' in measure) return comparesTo(amount, measure.op, measure.n);
  return (
    event !== undefined &&
    measure.has.every((condition) => matchesCondition(condition, event.properties, moment).matches)
  );
}

/** Whether an amount compares to another as an operator says. */
export function comparesTo(amount: number, op: CountOperator, n: number): boolean {
  switch (op) {
    case 'gte':
      return amount >= n;
    case 'gt':
      return amount > n;
    case 'lte':
      return amount <= n;
    case 'lt':
      return amount < n;
    case 'equals':
      return amount === n;
    case 'notEquals':
      return amount !== n;
  }
}

/** How many moments at which an event comes or goes are looked at before the next of them is taken as it is. */
const MOST_STEPS = 300;

/** The first moment at which the measure turns because events come into their window or leave it. */
function turnByWindow(
  measure: EventMeasure,
  fitting: readonly Present[],
  holds: boolean,
  moment: RuleMoment,
): number | null {
  // Presence grows with the time of occurrence: what came first leaves first.
  let first = fitting.findIndex(({ until }) => until > moment.now);
  if (first < 0) return null;
  let end = fitting.findIndex(({ from }) => from > moment.now);
  if (end < 0) end = fitting.length;
  const isJudgedAnew = 'has' in measure && measure.has.some(isTimed);
  for (let step = 1; ; step++) {
    const next = Math.min(fitting[end]?.from ?? Infinity, fitting[first]?.until ?? Infinity);
    if (next === Infinity) return null;
    while (end < fitting.length && (fitting[end]?.from ?? Infinity) <= next) end++;
    while (first < fitting.length && (fitting[first]?.until ?? Infinity) <= next) first++;
    if (isJudgedAnew || step >= MOST_STEPS) return next;
    const value =
      measure.of === 'count'
        ? { amount: end - first, event: undefined }
        : measured(measure, eventsOf(fitting.slice(first, end)));
    if (fitsMeasure(measure, value, { ...moment, now: next }) !== holds) return next;
  }
}

function eventsOf(fitting: readonly Present[]): JudgedEvent[] {
  return fitting.map(({ event }) => event);
}

/** The first moment at which an event may begin or cease to fit a filter by time alone. */
function turnOfFilters(filters: readonly EventFilter[], facts: RuleFacts, moment: RuleMoment): number | null {
  if (filters.every(({ where }) => where.length === 0)) return null;
  return soonest(
    filters.map((filter) => {
      const timed = filter.where.filter(isTimed);
      return timed.length === 0 ? null : turnOfConditions(timed, eventsOfTypes(filter, facts), moment);
    }),
  );
}

function turnOfConditions(
  conditions: readonly PropertyCondition[],
  events: ReadonlyArray<JudgedEvent | undefined>,
  moment: RuleMoment,
): number | null {
  return soonest(
    events.flatMap((event) =>
      event ? conditions.map((condition) => conditionTurn(condition, event.properties, moment)) : [],
    ),
  );
}

function soonest(moments: ReadonlyArray<number | null>): number | null {
  let first = Infinity;
  for (const at of moments) if (at !== null && at < first) first = at;
  return first === Infinity ? null : first;
}

function describeMeasured(measure: EventMeasure, { amount, event }: Measured): string {
  switch (measure.of) {
    case 'count':
      return amount === 1 ? '1 event' : `${amount} events`;
    case 'sum':
      return `${measure.property} adds up to ${amount}`;
    case 'distinct':
      return `${amount} different ${measure.property}`;
    case 'first':
    case 'last':
      if (!event) return 'no such event';
      return `the ${measure.of} at ${new Date(event.occurredAt).toISOString()}${measure.has
        .map(
          ({ property }) =>
            `, ${property} ${JSON.stringify(readProperty(event.properties, property) ?? null)}`,
        )
        .join('')}`;
  }
}

function timesOf(events: readonly JudgedEvent[]): string {
  return events.length === 0
    ? ''
    : ` (${events.map(({ type, occurredAt }) => `${type} at ${new Date(occurredAt).toISOString()}`).join(', ')})`;
}
