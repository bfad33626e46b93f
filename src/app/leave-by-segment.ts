import { quote, type Problem } from '../domain/problem';
import { reasonsOf } from '../domain/rule/explain-rule';
import type { RuleNeeds } from '../domain/rule/rule-needs';
import type { Subscription, Transaction } from '../store/port';
import type { LeaveRule } from './leave-early';
import { judgeSegment } from './segments/contact-walk';
import { savedRules } from './segments/live-rules';
import { loadFacts } from './segments/load-facts';
import { namesHeldBy } from './dependents';

/** A contact goes as soon as it is in the segment, or is not in it. */
export interface SegmentRule {
  readonly segment: string;
  readonly is: 'in' | 'out';
}

/** A contact that a segment let go. */
export interface SegmentLeaver extends SegmentRule {
  readonly reasons: readonly string[];
}

/** Which segments would let a contact go; `key` names the asker's item. */
interface SegmentQuestion {
  readonly key: number;
  readonly contactId: number;
  readonly rules: readonly SegmentRule[];
}

/** Returns for each question the first rule that is so at this moment, by the question's key. A segment that is gone lets nobody go. */
export async function findSegmentLeavers(
  tx: Transaction,
  questions: readonly SegmentQuestion[],
  now: number,
): Promise<Map<number, SegmentLeaver>> {
  const leavers = new Map<number, SegmentLeaver>();
  const asked = questions.filter(({ rules }) => rules.length > 0);
  if (asked.length === 0) return leavers;
  const live = await savedRules(tx);
  const byName = new Map(live.all.map((segment) => [segment.name, segment]));
  const needs = new Map<number, RuleNeeds[]>();
  for (const { contactId, rules } of asked) {
    const own = rules.flatMap(({ segment }) => byName.get(segment)?.needs ?? []);
    needs.set(contactId, [...(needs.get(contactId) ?? []), ...own]);
  }
  const facts = await loadFacts(tx, needs, now);
  for (const { key, contactId, rules } of asked) {
    const own = facts.get(contactId);
    for (const rule of own ? rules : []) {
      const segment = byName.get(rule.segment);
      if (!own || !segment) continue;
      const judgement = judgeSegment(segment, own, live, now);
      if (judgement.holds !== (rule.is === 'in')) continue;
      const state = rule.is === 'in' ? 'is in the segment' : 'is not in the segment';
      leavers.set(key, { ...rule, reasons: [`${state} ${rule.segment}`, ...reasonsOf(judgement)] });
      break;
    }
  }
  return leavers;
}

/**
 * Notes in a wait's subscription which segments it goes by, so that none is deleted under it, and gives those that there
 * are not.
 */
export async function noteSegments(
  tx: Transaction,
  subscription: Subscription,
  rules: readonly LeaveRule[],
): Promise<ReadonlySet<string>> {
  const named = new Set(rules.flatMap((rule) => ('segment' in rule ? [rule.segment] : [])));
  if (named.size === 0) return named;
  const known = new Set((await tx.segments.list()).map(({ name }) => name));
  const noted = namesHeldBy(subscription, 'segment');
  const added = [...named].filter((name) => known.has(name) && !noted.includes(name));
  if (added.length > 0) {
    await tx.subscriptions.define(subscription.id, {
      ...subscription.definition,
      segments: [...noted, ...added],
    });
  }
  return new Set([...named].filter((name) => !known.has(name)));
}

/**
 * Notes which segments a wait goes by as it is published now; those of an earlier version stay noted while somebody waits.
 */
export async function renewSegments(
  tx: Transaction,
  subscription: Subscription,
  segments: readonly string[],
): Promise<void> {
  const noted = namesHeldBy(subscription, 'segment');
  if (noted.length === 0 && segments.length === 0) return;
  const waiting = await tx.timers.list({ subscriptionIds: [subscription.id], limit: 1 });
  const kept = waiting.length > 0 ? noted : [];
  await tx.subscriptions.define(subscription.id, {
    ...subscription.definition,
    segments: [...new Set([...kept, ...segments])],
  });
}

/** What is said of a segment that is not in the store. */
export function unknownSegment(name: string): Problem {
  return {
    field: 'segment',
    message: `There is no segment ${quote(name)}. Save it with a Contact Store node (Segment › Save), or choose another one.`,
  };
}
