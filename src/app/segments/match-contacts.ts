import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ContactProfile } from '../../domain/contact/contact';
import { quote, type Problem, type Reading } from '../../domain/problem';
import { explainRule, reasonsOf, type Explanation } from '../../domain/rule/explain-rule';
import { judgeRule, nextTurn as nextTurnOf } from '../../domain/rule/judge-rule';
import type { RuleBook } from '../../domain/rule/rule-book';
import type { Rule } from '../../domain/rule/rule';
import { needsOf } from '../../domain/rule/rule-needs';
import { RuleSizes, sizeProblem } from '../../domain/rule/rule-size';
import { contactZone } from '../../domain/schedule/contact-zone';
import type { Store, Transaction } from '../../store/port';
import { chunks } from '../chunks';
import { watchHistories } from '../property-history';
import { liveRules } from './live-rules';
import { loadFacts } from './load-facts';

/** When a rule is judged, and the zone of contacts whose own is unknown. */
export interface MatchMoment {
  readonly now: number;
  readonly workflowZone: string;
}

/** Whether a rule holds for one contact, and why. */
export interface ContactMatch {
  readonly contact: ContactProfile;
  readonly holds: boolean;
  /** When that would change if nothing happened, epoch milliseconds UTC; null if it never would. */
  readonly turnsAt: number | null;
  /** One for each rule that is not a group. */
  readonly reasons: readonly string[];
  /** The whole explanation, worked out when it is asked for. */
  explain(): Explanation;
}

/** Contacts whose facts are read together. */
const READ_AT_ONCE = 2_000;
/** Contacts after which the event loop is free for others. */
const BREATH = 100;

/**
 * Judges a rule for contacts by their present ids; contacts that are not in the store are absent. Refused: a rule that
 * names a segment or score which is not saved, and one that is too large with those it names.
 */
export async function matchContacts(
  store: Store,
  contactIds: readonly number[],
  rule: Rule,
  moment: MatchMoment,
): Promise<Reading<Map<number, ContactMatch>>> {
  const [saved, models] = await store.read((tx) => Promise.all([tx.segments.list(), tx.scores.list()]));
  const { book } = liveRules(saved, models);
  const needs = needsOf(rule, book);
  const missing = [
    ...[...needs.segments].flatMap((name) => (book.segments.has(name) ? [] : [`segment ${quote(name)}`])),
    ...[...needs.scores].flatMap((name) => (book.scores.has(name) ? [] : [`score ${quote(name)}`])),
  ];
  const problems = missing.map((name): Problem => ({ field: 'rule', message: `There is no ${name}.` }));
  const tooLarge = sizeProblem('this rule', new RuleSizes(book).of(rule));
  if (tooLarge) problems.push(tooLarge);
  if (problems.length > 0) return { ok: false, problems };
  await watchHistories(
    store,
    needs.history.map(({ name }) => name),
  );
  return { ok: true, value: await store.read((tx) => matchIn(tx, contactIds, rule, moment, book)) };
}

/** The same within a transaction, with what the rule may name. */
export async function matchIn(
  tx: Transaction,
  contactIds: readonly number[],
  rule: Rule,
  { now, workflowZone }: MatchMoment,
  book: RuleBook,
): Promise<Map<number, ContactMatch>> {
  const needs = [needsOf(rule, book)];
  const matches = new Map<number, ContactMatch>();
  for (const piece of chunks([...new Set(contactIds)], READ_AT_ONCE)) {
    const facts = await loadFacts(tx, new Map(piece.map((id) => [id, needs])), now);
    for (const [id, known] of facts) {
      const { contact } = known;
      const moment = { now, zone: contactZone(contact, workflowZone, now) };
      const judgement = judgeRule(rule, known, moment, book);
      matches.set(id, {
        contact,
        holds: judgement.holds,
        turnsAt: judgement.turnsAt === null ? null : nextTurnOf(rule, known, moment, book),
        reasons: reasonsOf(judgement),
        explain: () => explainRule(rule, known, moment, book),
      });
      if (matches.size % BREATH === 0) await nextTurn();
    }
  }
  return matches;
}
