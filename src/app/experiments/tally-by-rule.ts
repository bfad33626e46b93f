import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tally } from '../../domain/experiment/judge-experiment';
import { judgeRule } from '../../domain/rule/judge-rule';
import type { RuleBook } from '../../domain/rule/rule-book';
import type { Rule } from '../../domain/rule/rule';
import type { RuleFacts } from '../../domain/rule/rule-facts';
import { needsOfAll } from '../../domain/rule/rule-needs';
import type { AssignedTime, ExperimentQuestion, Transaction } from '../../store/port';
import { contactZone } from '../../domain/schedule/contact-zone';
import { loadFacts } from '../segments/load-facts';

/** The same as the question of an experiment, with a rule of the language in place of an event. */
export type RuleQuestion = Omit<ExperimentQuestion, 'goal'> & {
  readonly rule: Rule;
  readonly book: RuleBook;
};

const AT_ONCE = 500;

/**
 * Counts contacts and successes as `tally` does, where a rule says what a success is: its statements about events count
 * those since the assignment, and up to the moment, the end of the time asked about or that of a move, whichever is
 * first; of properties, lists and the like only what is so now is known. Contacts are judged page by page.
 */
export async function tallyByRule(
  tx: Transaction,
  experimentId: number,
  question: RuleQuestion,
): Promise<Tally[]> {
  const { rule, reached, book } = question;
  const wasReached: Rule | null = reached && {
    kind: 'event',
    filter: reached,
    within: null,
    measure: { of: 'count', op: 'gte', n: 1 },
  };
  const needs = [needsOfAll(wasReached ? [rule, wasReached] : [rule], book)];
  const tallies = new Map<string | null, { contacts: number; successes: number }>();
  for (let afterId = 0; ;) {
    const times = await tx.experiments.times(experimentId, { afterId, limit: AT_ONCE });
    const last = times.at(-1);
    if (!last) break;
    afterId = last.contactId;
    const timesOf = Map.groupBy(times, ({ contactId }) => contactId);
    const earliest = times.reduce((first, { at }) => Math.min(first, at), question.now);
    const facts = await loadFacts(tx, new Map([...timesOf.keys()].map((id) => [id, needs])), earliest);
    for (const [contactId, own] of timesOf) {
      const known = facts.get(contactId);
      if (!known) continue;
      for (const [variant, had] of Map.groupBy(own, (time) => time.variant)) {
        const isCounted =
          variant === null ||
          !wasReached ||
          had.some((time) => holds(wasReached, time, null, known, question));
        if (!isCounted) continue;
        const tally = tallies.get(variant) ?? { contacts: 0, successes: 0 };
        tallies.set(variant, tally);
        tally.contacts++;
        if (had.some((time) => holds(rule, time, question.withinMs, known, question))) tally.successes++;
      }
    }
    await nextTurn();
  }
  return [...tallies].map(([variant, tally]) => ({ variant, ...tally }));
}

function holds(
  rule: Rule,
  { at, until }: AssignedTime,
  withinMs: number | null,
  facts: RuleFacts,
  { now, book, workflowZone }: RuleQuestion,
): boolean {
  const end = Math.min(now, until === null ? now : until - 1, withinMs === null ? now : at + withinMs);
  const zone = contactZone(facts.contact, workflowZone, end);
  return judgeRule(rule, facts, { now: end, zone, since: { at, eventId: null } }, book).holds;
}
