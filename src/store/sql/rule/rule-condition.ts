import { sql, type QueryExecutorProvider } from 'kysely';
import { BUCKET_PRIME, bucketOrder } from '../../../domain/rule/random-bucket';
import type { GroupRule, RandomBucketRule, Rule } from '../../../domain/rule/rule';
import type { RuleQuestion } from '../../port';
import type { SqlDialect } from '../dialect';
import type { Sql } from '../json-sql';
import { eventRuleSql, isMember } from './event-rule';
import { propertyRuleSql } from './property-rule';
import { allOf, anyOf, RuleScope } from './rule-scope';
import { sequenceRuleSql } from './sequence-rule';

/**
 * A condition on contacts (alias `c`) that is true where `judgeRule` says that the rule holds, and else false. What SQL
 * cannot tell by itself is asked and judged first, in a number of statements that depends on the rule alone; the
 * condition stands for that state of the store. With `contactIds` it is true of others in no certain way.
 */
export async function ruleCondition(
  db: QueryExecutorProvider,
  dialect: SqlDialect,
  question: RuleQuestion,
  contactIds?: readonly number[],
): Promise<Sql> {
  if (!contactIds) await dialect.beforeFullPass?.execute(db);
  return ruleSql(new RuleScope(db, dialect, question, contactIds), question.rule);
}

async function ruleSql(scope: RuleScope, rule: Rule): Promise<Sql> {
  switch (rule.kind) {
    case 'group':
      return groupSql(scope, rule);
    case 'property':
      return propertyRuleSql(scope, rule);
    case 'event':
      return eventRuleSql(scope, rule);
    case 'sequence':
      return sequenceRuleSql(scope, rule);
    case 'tag':
      return isMember(scope, sql`select m.contact_id from contact_tag as m where m.name = ${rule.tag}`);
    case 'list':
      return isMember(scope, sql`select m.contact_id from contact_list as m where m.name = ${rule.list}`);
    case 'segment': {
      const own = scope.question.segments.get(rule.segment);
      return own ? ruleSql(scope, own) : sql`false`;
    }
    case 'consent': {
      const said = sql`select 1 from consent as k where k.contact_id = c.id and k.channel = ${rule.channel}`;
      return rule.is === 'unknown'
        ? sql`not exists (${said})`
        : sql`exists (${said} and k.status = ${rule.is})`;
    }
    case 'stage':
      return sql`coalesce(c.lifecycle_stage = ${rule.stage}, false)`;
    // Nobody records scores and journeys yet.
    case 'score':
      return sql`false`;
    case 'journey':
      return rule.is === 'never' ? sql`true` : sql`false`;
    case 'randomBucket':
      return randomBucketSql(rule);
    case 'everyone':
      return sql`true`;
  }
}

async function groupSql(scope: RuleScope, { mode, rules }: GroupRule): Promise<Sql> {
  const parts: Sql[] = [];
  for (const rule of rules) parts.push(await ruleSql(scope, rule));
  if (mode === 'all') return allOf(parts);
  return mode === 'any' ? anyOf(parts) : sql`not ${anyOf(parts)}`;
}

/** The same as `isInBucket`, in whole numbers of 64 bits: written out, because SQLite is given numbers as floating-point ones. */
function randomBucketSql(rule: RandomBucketRule): Sql {
  const { a, b, limit } = bucketOrder(rule);
  const prime = sql.lit(BUCKET_PRIME);
  const times = (one: Sql, other: Sql) => sql`(${one} * ${other} % ${prime})`;
  const line = sql`((c.id % ${prime} * ${sql.lit(a)} + ${sql.lit(b)}) % ${prime})`;
  const square = times(line, line);
  return sql`(${times(times(square, square), line)} < ${sql.lit(limit)})`;
}
