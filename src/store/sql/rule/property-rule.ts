import { sql } from 'kysely';
import type { PropertyRule } from '../../../domain/rule/rule';
import { historyName } from '../../../domain/rule/rule-facts';
import { pastSpan, type PastWindow } from '../../../domain/rule/rule-window';
import type { Sql } from '../json-sql';
import { conditionSql } from './condition';
import { allOf, type RuleScope } from './rule-scope';
import { contactRuleValue, jsonValue } from './rule-value';
import { contactSpans } from './zoned-span';

/** Whether a condition on a property holds for the contact (alias `c`), and has held as long as it must. */
export async function propertyRuleSql(scope: RuleScope, rule: PropertyRule): Promise<Sql> {
  const { condition } = rule;
  const value = contactRuleValue(scope.dialect, condition.property);
  const { test } = await conditionSql(scope, condition, value, {
    rows: () => sql`contact as c`,
    where: scope.isAsked(sql`c.id`),
    contact: 'c',
  });
  return rule.for ? allOf([test, await hasHeld(scope, rule, rule.for)]) : test;
}

/** Whether a condition that holds now did in all of a window: at its beginning, and before each change in it. */
async function hasHeld(scope: RuleScope, { condition }: PropertyRule, window: PastWindow): Promise<Sql> {
  const { dialect, question } = scope;
  const isZoned = window.unit === 'calendarDays';
  const spans = await contactSpans(scope, isZoned, (zone) => pastSpan(window, question.now, zone));
  if (spans.by === 'none') return sql`false`;
  const ofProperty = sql`h.name = ${historyName(condition.property)} and h.at > ${spans.span.from}`;
  const before = jsonValue(dialect, condition.property, { column: sql`h.before`, key: null });
  const { test } = await conditionSql(scope, condition, before, {
    rows: (withContact) =>
      withContact
        ? sql`property_history as h join contact as c on c.id = h.contact_id`
        : sql`property_history as h`,
    where: allOf([scope.isAsked(sql`h.contact_id`), ofProperty]),
    contact: 'c',
  });
  const heldSince = (from: Sql) => sql`c.created_at <= ${from} and not exists (
    select 1 from property_history as h
    where h.contact_id = c.id and ${ofProperty} and h.at > ${from} and not ${test})`;
  if (spans.by === 'all') return sql`(${heldSince(sql`${spans.span.from}`)})`;
  return sql`exists (
    select 1 from ${spans.table} as b
    where b.timezone = coalesce(c.timezone, '') and b.country = coalesce(c.country, '')
    and ${heldSince(sql`b.first_at`)})`;
}
