import { filterWords, windowWords } from '../rule/rule-words';
import { DAY_MS } from '../schedule/zone-clock';
import type { EventPoints } from './score-model';

/** What gives the points of an event rule, in words: `email_clicked, at most 5 times, halving every 30 days`. */
export function pointRuleWords(
  rule: Pick<EventPoints, 'filter' | 'within' | 'halfLifeMs' | 'times' | 'cap'>,
): string {
  const { filter, within, halfLifeMs, times, cap } = rule;
  const words = [`${filterWords(filter)}${windowWords(within)}`];
  if (times !== null) words.push(times === 1 ? 'the first time only' : `at most ${times} times`);
  if (cap !== null) words.push(`at most ${cap} points`);
  if (halfLifeMs !== null) {
    const days = Math.round((halfLifeMs / DAY_MS) * 1_000) / 1_000;
    words.push(`halving every ${days === 1 ? 'day' : `${days} days`}`);
  }
  return words.join(', ');
}
