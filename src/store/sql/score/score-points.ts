import { sql } from 'kysely';
import type { Rule } from '../../../domain/rule/rule';
import {
  POINT_PARTS,
  type EventPoints,
  type PointLimits,
  type PointRule,
  type ScoreModel,
} from '../../../domain/scoring/score-model';
import type { Sql } from '../json-sql';
import type { RuleSql } from '../rule/contact-set';
import { holdsForIds, idsOfTest, MOST_AT_ONCE } from '../rule/id-list';
import { realNumber } from '../rule/number-test';
import { allOf, type RuleScope } from '../rule/rule-scope';
import { eventPointsSql } from './event-points';

/** Turns a rule into SQL; handed in, because rules read scores. */
export type JudgeInSql = (scope: RuleScope, rule: Rule) => Promise<RuleSql>;

/**
 * A query of the points of each contact that is asked about, as `id`, `total`, `fit` and `engagement`; the same as
 * `evaluateScore`. What SQL cannot tell by itself is asked first; the query stands for that state of the store.
 */
export async function scorePoints(scope: RuleScope, model: ScoreModel, judge: JudgeInSql): Promise<Sql> {
  const events = await eventPointsSql(
    scope,
    model.rules.filter((rule): rule is EventPoints => rule.kind === 'event'),
  );
  const profiles = await profilePointsSql(scope, model.rules, judge);
  const points = model.rules.map((rule, index) => {
    const own = rule.kind === 'event' ? events.pointsOf(rule) : (profiles.get(rule) ?? realNumber(0));
    return sql`${own} as ${pointsOf(index)}`;
  });
  const joins = events.tables.map(
    ({ alias, query }) =>
      sql`left join (${query}) as ${sql.ref(alias)} on ${sql.ref(alias)}.contact_id = c.id`,
  );
  const [fit, engagement] = [halfSql(scope, model, 'fit'), halfSql(scope, model, 'engagement')];
  // Each step is worked out once: written into each other, every limit would multiply the steps before it.
  return sql`
    with points as materialized (
      select c.id, ${sql.join(points)} from contact as c ${sql.join(joins, sql` `)}
      where ${allOf([scope.isAsked(sql`c.id`), scope.isAmong(sql`c.id`)])}
    ), halves as materialized (
      select id, ${fit} as fit, ${engagement} as engagement from points
    ), sums as materialized (
      select id, ${limitedSql(scope, model.limits.total, sql`fit + engagement`)} as total, fit, engagement from halves
    )
    select id, ${rounded(sql`total`)} as total, ${rounded(sql`fit`)} as fit, ${rounded(sql`engagement`)} as engagement
    from sums`;
}

function pointsOf(index: number): Sql {
  return sql.ref(`p${index}`);
}

/** What rules about contacts (alias `c`) give. What does not go into one statement is asked at once, and told by ids. */
async function profilePointsSql(
  scope: RuleScope,
  rules: readonly PointRule[],
  judge: JudgeInSql,
): Promise<ReadonlyMap<PointRule, Sql>> {
  const points = new Map<PointRule, Sql>();
  let size = 0;
  for (const rule of rules) {
    if (rule.kind !== 'profile') continue;
    let { test } = await judge(scope.amongAll(), rule.rule);
    const own = scope.sizeOf(rule.rule);
    if (size + own > MOST_AT_ONCE) ({ test } = holdsForIds(scope, await idsOfTest(scope, test)));
    else size += own;
    points.set(rule, sql`case when ${test} then ${realNumber(rule.points)} else ${realNumber(0)} end`);
  }
  return points;
}

/** In the order of `addUp`, because sums of fractions depend on it. */
function halfSql(scope: RuleScope, model: ScoreModel, part: 'fit' | 'engagement'): Sql {
  const sumOf = (isMeant: (rule: PointRule) => boolean) =>
    model.rules.flatMap((rule, index) => (isMeant(rule) ? [pointsOf(index)] : []));
  const groups = model.groups
    .filter((group) => group.part === part)
    .map(({ name, limits }) => limitedSql(scope, limits, added(sumOf(({ group }) => group === name))));
  return limitedSql(
    scope,
    model.limits[part],
    added([...sumOf((rule) => rule.part === part && rule.group === null), ...groups]),
  );
}

function added(terms: readonly Sql[]): Sql {
  return terms.length === 0 ? realNumber(0) : sql`(${sql.join(terms, sql` + `)})`;
}

function limitedSql({ dialect }: RuleScope, { cap, floor }: PointLimits, sum: Sql): Sql {
  const raised = floor === null ? sum : dialect.greater(sum, realNumber(floor));
  return cap === null ? raised : dialect.lesser(raised, realNumber(cap));
}

/** The same as `roundPoints`. */
function rounded(points: Sql): Sql {
  const half = sql`case when ${points} < 0 then -0.5 else 0.5 end`;
  return sql`trunc(${points} * ${realNumber(POINT_PARTS)} + ${half}) / ${realNumber(POINT_PARTS)}`;
}
