import { sql } from 'kysely';
import { isWindowZoned, windowBounds } from '../../../domain/rule/event-window';
import type { PropertyCondition } from '../../../domain/rule/property-condition';
import { MESSAGE_REACTIONS, type EventFilter, type EventWindow } from '../../../domain/rule/rule';
import type { Span } from '../../../domain/rule/rule-window';
import type { Sql } from '../json-sql';
import { conditionSql } from './condition';
import type { ValuePlace } from './judged-values';
import { allOf, anyOf, type RuleScope } from './rule-scope';
import { propertyValue } from './rule-value';
import { contactSpans, isWithin, isWithinSpans } from './zoned-span';

/** Events (alias `e`) as what stands after `from` and `where`. */
export interface EventRows {
  readonly from: Sql;
  readonly where: Sql;
  /** Whether a look into the index finds one such event of a contact, without a look at others. */
  readonly isIndexed: boolean;
}

/** Which events (alias `e`) a filter and a window count, test by test. */
export interface EventTests {
  readonly types: readonly string[];
  /** No event counts that occurred outside of it. */
  readonly span: Span;
  /** Whether all that occurred in it count, whatever the zone of the contact. */
  readonly isSameForAll: boolean;
  /** Whether it occurred when events count for its contact. */
  readonly isWithin: Sql;
  /** Null where machines count as people do. */
  readonly isHuman: Sql | null;
  readonly conditions: readonly Sql[];
  /** Whether some test reads the contact (alias `z`). */
  readonly readsContact: boolean;
}

/** The tests of a filter and a window; null where they count no event. */
export async function eventTests(
  scope: RuleScope,
  filter: EventFilter,
  within: EventWindow | null,
): Promise<EventTests | null> {
  const counted = await countedEvents(scope, filter, within);
  if (!counted) return null;
  const { types, spans, where } = counted;
  const conditions = await eventConditions(scope, filter.where, where);
  const isSameForAll = spans.by === 'all';
  return {
    types,
    span: spans.span,
    isSameForAll,
    isWithin: isWithinSpans(sql`e.occurred_at`, spans, 'z'),
    isHuman: leavesOut(filter, types) ? humanOnly(scope, filter, types) : null,
    conditions: conditions.tests,
    readsContact: conditions.readsContact || !isSameForAll,
  };
}

/** The types and moments of events that may count, and the test of both, which no other zone of a contact would pass. */
async function countedEvents(scope: RuleScope, filter: EventFilter, within: EventWindow | null) {
  const { now } = scope.question;
  const [types, spans] = await Promise.all([
    scope.eventTypes(filter.types),
    contactSpans(scope, isWindowZoned(within), (zone) => windowBounds(within, now, zone)),
  ]);
  if (types.length === 0 || spans.by === 'none') return null;
  const where = allOf([
    scope.isAsked(sql`e.contact_id`),
    isOfTypes(types),
    isWithin(sql`e.occurred_at`, spans.span),
  ]);
  return { types, spans, where };
}

/** Whether an event (alias `e`) is of one of some types. */
export function isOfTypes(types: readonly string[], type = sql`e.type`): Sql {
  return types.length === 1 ? sql`${type} = ${types[0]}` : sql`${type} in (${sql.join(types)})`;
}

/** The events of the contacts asked about that a filter and a window count; null where there can be none. */
export async function eventRows(
  scope: RuleScope,
  filter: EventFilter,
  within: EventWindow | null,
): Promise<EventRows | null> {
  const counted = await countedEvents(scope, filter, within);
  if (!counted) return null;
  const { types, spans, where } = counted;
  const conditions = await eventConditions(scope, filter.where, where);
  const tests = [
    where,
    scope.isAmong(sql`e.contact_id`),
    humanOnly(scope, filter, types),
    ...conditions.tests,
  ];
  const isIndexed =
    types.length === 1 && spans.by === 'all' && tests.length === 3 && !leavesOut(filter, types);
  if (spans.by === 'all') {
    return { from: eventTable(conditions.readsContact), where: allOf(tests), isIndexed };
  }
  // The bounds come last, so that each event is looked up in them.
  return {
    from: sql`${eventTable(true)} cross join ${spans.table} as b`,
    where: allOf([
      ...tests,
      sql`b.timezone = coalesce(z.timezone, '') and b.country = coalesce(z.country, '')`,
      sql`e.occurred_at between b.first_at and b.last_at`,
    ]),
    isIndexed,
  };
}

/** Conditions on the properties of events (alias `e`), which are of those that `where` tells. */
export async function eventConditions(
  scope: RuleScope,
  conditions: readonly PropertyCondition[],
  where: Sql,
): Promise<{ tests: Sql[]; readsContact: boolean }> {
  const place: ValuePlace = { rows: eventTable, where, contact: 'z' };
  const tests: Sql[] = [];
  let readsContact = false;
  for (const condition of conditions) {
    const value = propertyValue(scope.dialect, condition.property, sql`e.properties`);
    const own = await conditionSql(scope, condition, value, place);
    tests.push(own.test);
    readsContact ||= own.readsContact;
  }
  return { tests, readsContact };
}

/** Events, with their contacts (alias `z`) where they are read. */
export function eventTable(withContact: boolean): Sql {
  return withContact ? sql`event as e join contact as z on z.id = e.contact_id` : sql`event as e`;
}

/** Whether some events of these types are left out because machines caused them. */
function leavesOut({ machine }: EventFilter, types: readonly string[]): boolean {
  return machine === 'exclude' && types.some(isReaction);
}

function isReaction(type: string): boolean {
  return (MESSAGE_REACTIONS as readonly string[]).includes(type);
}

function humanOnly({ dialect }: RuleScope, filter: EventFilter, types: readonly string[]): Sql {
  if (!leavesOut(filter, types)) return sql`true`;
  const isHuman = sql`not ${dialect.json.isTrue({ column: sql`e.properties`, key: 'machine' })}`;
  const reactions = types.filter(isReaction);
  if (reactions.length === types.length) return isHuman;
  return anyOf([sql`e.type not in (${sql.join(reactions)})`, isHuman]);
}
