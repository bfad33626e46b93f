import { sql, type QueryExecutorProvider } from 'kysely';
import { BUCKET_PRIME, bucketOrder } from '../../../domain/rule/random-bucket';
import { comparesTo } from '../../../domain/rule/judge-events';
import type { GroupRule, RandomBucketRule, Rule, ScoreRule } from '../../../domain/rule/rule';
import type { RuleQuestion } from '../../port';
import type { SqlDialect } from '../dialect';
import type { NumberTest, Sql } from '../json-sql';
import {
  HOLDS_FOR_ALL,
  HOLDS_FOR_NOBODY,
  holdsForMembers,
  holdsIf,
  type Members,
  type RuleSql,
} from './contact-set';
import { eventRuleSql, hasEvents } from './event-rule';
import { holdsForIds, idsOfMembers, idsOfTest, MOST_AT_ONCE } from './id-list';
import { compares, isBetween, isOneOfNumbers } from './number-test';
import { propertyRuleSql } from './property-rule';
import { allOf, anyOf, RuleScope } from './rule-scope';
import { sequenceRuleSql } from './sequence-rule';
import { scorePoints } from '../score/score-points';

/** The contacts (alias `c`, of which only the id is certain) that a rule holds for, as what stands after `from` and `where`. */
export interface FittingContacts {
  readonly from: Sql;
  readonly where: Sql;
}

/**
 * Those for whom `judgeRule` says that the rule holds, each once. What SQL cannot tell by itself is asked and judged
 * first, in a number of statements that depends on the rule alone; what is returned stands for that state of the
 * store. With `contactIds` only they are looked at.
 */
export async function fittingContacts(
  db: QueryExecutorProvider,
  dialect: SqlDialect,
  question: RuleQuestion,
  contactIds?: readonly number[],
): Promise<FittingContacts> {
  if (!contactIds) await dialect.beforeFullPass?.execute(db);
  const scope = new RuleScope(db, dialect, question, contactIds);
  const { test, members, rest, readsContact } = await allSql(scope, partsOf(scope, question.rule));
  const isAsked = scope.isAsked(sql`c.id`);
  if (!members || contactIds) return { from: sql`contact as c`, where: allOf([isAsked, test]) };
  const { query, isDistinct, isCounted } = members;
  if (readsContact) {
    if (!isCounted) return { from: sql`contact as c`, where: test };
    const found = dialect.workedOutOnce(query, 'contact_id');
    return { from: sql`${found} as found join contact as c on c.id = found.contact_id`, where: allOf(rest) };
  }
  // Everything that hangs on contacts goes with them: who is told of is there, and need not be looked up.
  const once = isDistinct ? query : sql`select distinct contact_id from (${query}) as those`;
  return { from: sql`(select contact_id as id from (${once}) as members) as c`, where: allOf(rest) };
}

/** A rule, and what it is turned into SQL with: a saved segment has a zone of its own. */
interface Part {
  readonly scope: RuleScope;
  readonly rule: Rule;
}

/** The rules that must all hold for a rule to hold, looking into segments. */
function partsOf(scope: RuleScope, rule: Rule): Part[] {
  if (rule.kind === 'group' && rule.mode === 'all') return rule.rules.flatMap((part) => partsOf(scope, part));
  const own = rule.kind === 'segment' ? scope.question.book.segments.get(rule.segment) : undefined;
  return own ? partsOf(scope.inZone(own.zone), own.rule) : [{ scope, rule }];
}

/** All of several rules: a test, or of the members of one of them what else must hold. */
interface AllSql extends RuleSql {
  readonly rest: readonly Sql[];
}

/**
 * All of several rules. Of those that hold for the members of some set, each is worked out for the members of the one
 * before alone, so that the last gives those of all.
 */
async function allSql(scope: RuleScope, parts: readonly Part[]): Promise<AllSql> {
  let members: Members | null = null;
  let isMember: Sql[] = [];
  let rest: Sql[] = [];
  let readsContact = false;
  let [nested, size] = [0, 0];
  const listed = (ids: readonly number[]) => {
    const own = holdsForIds(scope, ids);
    [members, isMember] = [own.members, [own.test]];
  };
  for (const part of [...parts].sort((a, b) => costOf(a.rule) - costOf(b.rule))) {
    const { rule } = part;
    if (size >= MOST_AT_ONCE) {
      listed(await idsOfTest(scope, allOf([...isMember, ...rest])));
      [rest, readsContact, nested, size] = [[], false, 0, 0];
    } else if (members && nested === MOST_NESTED) {
      listed(await idsOfMembers(scope, members));
      nested = 0;
    }
    const narrowed: RuleScope =
      members && costOf(rule) < CONSENT ? part.scope.onlyAmong(members.query) : part.scope;
    const own = await ruleSql(narrowed, rule);
    size += statementSize(scope, rule);
    // Consents are given by nearly everybody: where others are told already, theirs are looked up.
    if (own.members && (costOf(rule) < CONSENT || !members)) {
      [members, isMember] = [own.members, [own.test]];
      nested++;
    } else {
      rest.push(own.test);
      readsContact ||= own.readsContact;
    }
  }
  return { test: allOf([...isMember, ...rest]), members, rest, readsContact };
}

/** How many sets are worked out one within the other in one statement. */
const MOST_NESTED = 8;

/** How much of a statement a rule takes; a group that is larger than one statement comes as a list of ids. */
function statementSize(scope: RuleScope, rule: Rule): number {
  const own = rule.kind === 'segment' ? scope.question.book.segments.get(rule.segment) : undefined;
  if (own) return statementSize(scope, own.rule);
  const size = scope.sizeOf(rule);
  return (rule.kind === 'group' || rule.kind === 'score') && size > MOST_AT_ONCE ? 1 : size;
}

/** Small sets first, then those that are counted out, then consents, and last what is told contact by contact. */
function costOf(rule: Rule): number {
  if (rule.kind === 'tag' || rule.kind === 'list') return 0;
  if (rule.kind === 'journey') return rule.is === 'never' ? TESTED : 1;
  if (rule.kind === 'sequence' || rule.kind === 'score') return COUNTED;
  if (rule.kind !== 'event') return rule.kind === 'consent' ? CONSENT : TESTED;
  const { measure } = rule;
  if (!('n' in measure)) return COUNTED;
  if (comparesTo(0, measure.op, measure.n)) return TESTED;
  return hasEvents(measure, measure.op) ? 1 : COUNTED;
}

const COUNTED = 2;
const CONSENT = 3;
const TESTED = 4;

/** Whether a rule holds for the contact (alias `c`). */
export async function ruleSql(scope: RuleScope, rule: Rule): Promise<RuleSql> {
  switch (rule.kind) {
    case 'group':
      return groupSql(scope, rule);
    case 'property':
      return holdsIf(await propertyRuleSql(scope, rule), true);
    case 'event':
      return eventRuleSql(scope, rule);
    case 'sequence':
      return sequenceRuleSql(scope, rule);
    case 'tag':
      return membershipSql(scope, sql`contact_tag`, rule.tag);
    case 'list':
      return membershipSql(scope, sql`contact_list`, rule.list);
    case 'segment': {
      const own = scope.question.book.segments.get(rule.segment);
      return own ? ruleSql(scope.inZone(own.zone), own.rule) : HOLDS_FOR_NOBODY;
    }
    case 'consent':
      return consentSql(rule);
    case 'stage':
      return holdsIf(sql`coalesce(c.lifecycle_stage = ${rule.stage}, false)`, true);
    case 'score':
      return scoreSql(scope, rule);
    case 'journey':
      return journeySql(scope, rule);
    case 'randomBucket':
      return holdsIf(randomBucketSql(rule));
    case 'everyone':
      return HOLDS_FOR_ALL;
  }
}

/** Those whose total fits; everybody has one by a model that is saved, and nobody by another. */
async function scoreSql(scope: RuleScope, { score, comparison }: ScoreRule): Promise<RuleSql> {
  const saved = scope.question.book.scores.get(score);
  if (!saved) return HOLDS_FOR_NOBODY;
  const points = await scorePoints(scope.inZone(saved.zone), saved.model, ruleSql);
  const query = sql`
    select id as contact_id from (${points}) as scored where ${numberTest(scope.dialect, comparison).passes(sql`total`)}`;
  const members = { query, isDistinct: true, isCounted: true };
  // A model that takes a statement for itself is worked out at once.
  if (scope.sizeOf({ kind: 'score', score, comparison }) > MOST_AT_ONCE) {
    return holdsForIds(scope, await idsOfMembers(scope, members));
  }
  return holdsForMembers(scope, members);
}

function numberTest(dialect: SqlDialect, asked: ScoreRule['comparison']): NumberTest {
  if (asked.op === 'equals') return isOneOfNumbers(dialect, [asked.value]);
  return asked.op === 'between' ? isBetween(...asked.value) : compares(asked.op, asked.value);
}

/** A group; one that is larger than one statement takes is asked piece by piece, and those for whom it holds are listed. */
async function groupSql(scope: RuleScope, group: GroupRule): Promise<RuleSql> {
  const { mode, rules } = group;
  const isListed = scope.sizeOf(group) > MOST_AT_ONCE;
  if (mode === 'all') {
    const parts = rules.map((rule) => ({ scope, rule }));
    const { test, readsContact } = await allSql(scope, parts);
    return isListed ? holdsForIds(scope, await idsOfTest(scope, test)) : holdsIf(test, readsContact);
  }
  const ids = new Set<number>();
  let parts: RuleSql[] = [];
  let size = 0;
  const some = () => anyOf(parts.map(({ test }) => test));
  for (const [at, rule] of rules.entries()) {
    parts.push(await ruleSql(scope, rule));
    size += statementSize(scope, rule);
    if (!isListed || (size < MOST_AT_ONCE && at < rules.length - 1)) continue;
    for (const id of await idsOfTest(scope, some())) ids.add(id);
    [parts, size] = [[], 0];
  }
  const own = isListed
    ? holdsForIds(scope, [...ids])
    : holdsIf(
        some(),
        parts.some(({ readsContact }) => readsContact),
      );
  return mode === 'any' ? own : holdsIf(sql`not ${own.test}`, own.readsContact);
}

function membershipSql(scope: RuleScope, table: Sql, name: string): RuleSql {
  const isAsked = allOf([scope.isAsked(sql`m.contact_id`), scope.isAmong(sql`m.contact_id`)]);
  const query = sql`select m.contact_id from ${table} as m where m.name = ${name} and ${isAsked}`;
  return holdsForMembers(scope, { query, isDistinct: true, isCounted: false });
}

function journeySql(scope: RuleScope, { journey, is }: Extract<Rule, { kind: 'journey' }>): RuleSql {
  const isAsked = allOf([scope.isAsked(sql`e.contact_id`), scope.isAmong(sql`e.contact_id`)]);
  const isSo = is === 'ever' || is === 'never' ? sql`true` : sql`e.state = ${is}`;
  const query = sql`select distinct e.contact_id from enrolment as e
    where e.journey_id = (select id from journey where name = ${journey}) and ${isSo} and ${isAsked}`;
  const entered = holdsForMembers(scope, { query, isDistinct: true, isCounted: false });
  return is === 'never' ? holdsIf(sql`not ${entered.test}`) : entered;
}

function consentSql({ channel, is }: Extract<Rule, { kind: 'consent' }>): RuleSql {
  const said = sql`select 1 from consent as k where k.contact_id = c.id and k.channel = ${channel}`;
  if (is === 'unknown') return holdsIf(sql`not exists (${said})`);
  return {
    // Each is found by its key, in the order of the contacts.
    test: sql`exists (${said} and k.status = ${is})`,
    readsContact: false,
    members: {
      query: sql`select k.contact_id from consent as k where k.channel = ${channel} and k.status = ${is}`,
      isDistinct: true,
      isCounted: false,
    },
  };
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
