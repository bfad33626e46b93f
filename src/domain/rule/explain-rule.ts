import { judgeRule, nextTurn, type Judgement } from './judge-rule';
import type { RuleMoment } from './match-condition';
import type { Rule } from './rule';
import type { RuleBook } from './rule-book';
import type { RuleFacts } from './rule-facts';
import { ruleWords } from './rule-words';

/** Why a rule holds for a contact or does not, and when that would change if nothing happened. */
export interface Explanation {
  /** What the rule says, in words. */
  readonly rule: string;
  readonly holds: boolean;
  /** The value that decided. */
  readonly seen: string;
  /** When it would next turn by time alone, epoch milliseconds UTC; null where it never would. */
  readonly turnsAt: number | null;
  /** The rules it is made of. */
  readonly parts: readonly Explanation[];
}

/** Returns the whole explanation of a rule, each part with its value and the moment at which it would turn. */
export function explainRule(rule: Rule, facts: RuleFacts, moment: RuleMoment, book: RuleBook): Explanation {
  const explain = ({ rule: own, holds, seen, parts }: Judgement): Explanation => ({
    rule: ruleWords(own),
    holds,
    seen: seen(),
    turnsAt: nextTurn(own, facts, moment, book),
    parts: parts.map(explain),
  });
  return explain(judgeRule(rule, facts, moment, book));
}

/**
 * The reasons of a judgement, one for each rule that is not a group: what it says, what was seen, and `not:` before
 * what does not hold.
 */
export function reasonsOf(judgement: Judgement): string[] {
  const { rule, holds, parts } = judgement;
  if (rule.kind === 'group') return parts.flatMap(reasonsOf);
  const inner = rule.kind === 'segment' ? parts.flatMap(reasonsOf) : [];
  const own =
    rule.kind === 'property'
      ? judgement.seen()
      : `${holds ? '' : 'not: '}${ruleWords(rule)} (${judgement.seen()})`;
  return [own, ...inner];
}
