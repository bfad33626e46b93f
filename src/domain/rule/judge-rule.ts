import { conditionTurn } from './condition-turn';
import { windowPresence } from './event-window';
import { judgeEvents, judgeSequence } from './judge-events';
import { matchesCondition, type RuleMoment } from './match-condition';
import { DAY_MS } from '../schedule/zone-clock';
import { bucketOrder, isInBucket } from './random-bucket';
import type { GroupRule, PropertyRule, Rule } from './rule';
import { judgeScore } from './judge-score';
import { momentOf, type RuleBook } from './rule-book';
import { conditionOnContact, historyName, type JourneyFacts, type RuleFacts } from './rule-facts';
import { pastSpan } from './rule-window';

/** Whether a rule holds for a contact at a moment. */
export interface RuleState {
  readonly holds: boolean;
  /**
   * The earliest moment after now at which it could hold no more, or hold at last, by time alone; null where it never
   * could. At that moment it is to be judged again, which may give a later one.
   */
  readonly turnsAt: number | null;
}

/** A rule with its state, and how it came about. */
export interface Judgement extends RuleState {
  readonly rule: Rule;
  /** The value that decided, in words. */
  seen(): string;
  /** The rules it is made of; of a segment its own rule. */
  readonly parts: readonly Judgement[];
}

/**
 * Judges a rule by all there is to know about one contact: the definition of what a rule means, which the evaluators in
 * SQL agree with. A segment is judged by its rule at the same moment, and a score by its model, each in the zone it was
 * saved with for contacts without their own; a segment that is not in the book has nobody in it, and nobody has a score
 * that is not.
 */
export function judgeRule(rule: Rule, facts: RuleFacts, moment: RuleMoment, book: RuleBook): Judgement {
  const { contact } = facts;
  switch (rule.kind) {
    case 'group':
      return judgeGroup(rule, facts, moment, book);
    case 'property':
      return judgeProperty(rule, facts, moment);
    case 'event':
      return withoutParts(rule, judgeEvents(rule, facts, moment));
    case 'sequence':
      return withoutParts(rule, judgeSequence(rule, facts, moment));
    case 'segment': {
      const own = book.segments.get(rule.segment);
      if (!own) return plainly(rule, false, () => 'there is no such segment');
      const part = judgeRule(own.rule, facts, momentOf(own, facts, moment), book);
      return { ...part, rule, parts: [part], seen: () => (part.holds ? 'in it' : 'not in it') };
    }
    case 'tag':
      return plainly(rule, contact.tags.includes(rule.tag), () => namesSeen('tags', contact.tags));
    case 'list':
      return plainly(rule, contact.lists.includes(rule.list), () => namesSeen('lists', contact.lists));
    case 'consent': {
      const status = Object.hasOwn(contact.consent, rule.channel)
        ? (contact.consent[rule.channel] ?? 'unknown')
        : 'unknown';
      return plainly(rule, status === rule.is, () => status);
    }
    case 'stage':
      return plainly(rule, contact.lifecycleStage === rule.stage, () => contact.lifecycleStage ?? 'no stage');
    case 'score':
      return withoutParts(rule, judgeScore(rule, facts, moment, book));
    case 'journey': {
      const own = Object.hasOwn(facts.journeys, rule.journey) ? facts.journeys[rule.journey] : undefined;
      const holds = {
        active: own?.isActive ?? false,
        completed: own?.hasCompleted ?? false,
        left: own?.hasLeft ?? false,
        ever: own !== undefined,
        never: own === undefined,
      };
      return plainly(rule, holds[rule.is], () => standingWords(own));
    }
    case 'randomBucket': {
      const holds = isInBucket(contact.id, bucketOrder(rule));
      return plainly(rule, holds, () => (holds ? 'in the share' : 'not in the share'));
    }
    case 'everyone':
      return plainly(rule, true, () => 'everyone');
  }
}

function withoutParts(
  rule: Rule,
  { holds, turnsAt, seen }: Pick<Judgement, 'holds' | 'turnsAt' | 'seen'>,
): Judgement {
  return { rule, holds, turnsAt, seen, parts: [] };
}

/** Of a rule that time alone never turns. */
function plainly(rule: Rule, holds: boolean, seen: () => string): Judgement {
  return { rule, holds, turnsAt: null, seen, parts: [] };
}

/**
 * The first moment after now at which a rule turns by time alone, by judging it at each moment at which it could; null
 * where it does not within a hundred years. After 1,000 moments at which it did not, the next at which it could.
 */
export function nextTurn(rule: Rule, facts: RuleFacts, moment: RuleMoment, book: RuleBook): number | null {
  const { holds, turnsAt } = judgeRule(rule, facts, moment, book);
  let next = turnsAt;
  for (let tries = 0; next !== null && tries < MOST_TRIES; tries++) {
    const state = judgeRule(rule, facts, { ...moment, now: next }, book);
    if (state.holds !== holds) return next;
    next = state.turnsAt;
    // What returns every year, and is outvoted every year, would be looked for for ever.
    if (next !== null && next > moment.now + FURTHEST) return null;
  }
  return next;
}

function standingWords(own: JourneyFacts | undefined): string {
  if (!own) return 'never entered';
  const states = [
    own.isActive ? 'in it' : '',
    own.hasCompleted ? 'completed it' : '',
    own.hasLeft ? 'left it' : '',
  ];
  return states.filter((state) => state !== '').join(', ');
}

const MOST_TRIES = 1_000;
const FURTHEST = 100 * 366 * DAY_MS;

function judgeGroup(rule: GroupRule, facts: RuleFacts, moment: RuleMoment, book: RuleBook): Judgement {
  const parts = rule.rules.map((part) => judgeRule(part, facts, moment, book));
  // `all` is decided by the parts that do not hold, `any` and `none` by those that do.
  const decidesIf = rule.mode !== 'all';
  const deciding = parts.filter(({ holds }) => holds === decidesIf);
  const isDecided = deciding.length > 0;
  return {
    rule,
    parts,
    holds: rule.mode === 'any' ? isDecided : !isDecided,
    // While some parts decide, every one of them has to turn; else one other part is enough.
    turnsAt: isDecided ? latest(deciding) : earliest(parts),
    seen: () => `${parts.filter(({ holds }) => holds).length} of ${parts.length} hold`,
  };
}

/** Null where one of them never turns. */
function latest(parts: readonly RuleState[]): number | null {
  let last = -Infinity;
  for (const { turnsAt } of parts) {
    if (turnsAt === null) return null;
    last = Math.max(last, turnsAt);
  }
  return last;
}

function earliest(parts: readonly RuleState[]): number | null {
  let first = Infinity;
  for (const { turnsAt } of parts) first = Math.min(first, turnsAt ?? Infinity);
  return first === Infinity ? null : first;
}

function judgeProperty(rule: PropertyRule, facts: RuleFacts, moment: RuleMoment): Judgement {
  const { condition, properties } = conditionOnContact(rule.condition, facts.contact);
  const match = matchesCondition(condition, properties, moment);
  const { matches } = match;
  if (rule.for === null) {
    const turnsAt = conditionTurn(condition, properties, moment);
    return { rule, holds: matches, turnsAt, seen: () => match.reason, parts: [] };
  }
  if (!matches) return { rule, holds: false, turnsAt: null, seen: () => match.reason, parts: [] };
  const since = heldSince(rule, facts, moment);
  const { from } = pastSpan(rule.for, moment.now, moment.zone);
  const holds = since <= from;
  // A moment just before it began is out of the window exactly when all of the window has seen it hold.
  const turnsAt = holds ? null : (windowPresence(rule.for, since - 1, moment.zone)?.until ?? null);
  const seen = () => `${match.reason} since ${new Date(since).toISOString()}`;
  return { rule, holds, turnsAt, seen, parts: [] };
}

/** The moment since which a condition that holds now has held without a break. */
function heldSince({ condition }: PropertyRule, { contact, history }: RuleFacts, moment: RuleMoment): number {
  const own = conditionOnContact(condition, contact).condition;
  let since = contact.createdAt;
  for (const { at, before } of history.get(historyName(condition.property)) ?? []) {
    if (at > since && !matchesCondition(own, { [own.property]: before }, moment).matches) since = at;
  }
  return since;
}

function namesSeen(what: string, names: readonly string[]): string {
  return names.length === 0 ? `no ${what}` : `${what}: ${names.join(', ')}`;
}
