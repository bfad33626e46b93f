import type { Transaction } from '../../store/port';
import { savedRules } from './live-rules';
import { judgedTo, UPKEEP } from './maintain';
import { refreshSegment } from './refresh-segment';

/** Brings the segments that read a score, directly or through others, up to date with its model as it is saved now. */
export async function refreshReaders(tx: Transaction, score: string, now: number): Promise<void> {
  const rules = await savedRules(tx);
  const readers = rules.madeOf(score, 'score');
  if (readers.length === 0) return;
  const { subscription } = await tx.subscriptions.open(UPKEEP, {}, now);
  const at = Math.max(now, judgedTo(subscription));
  for (const { name } of readers) await refreshSegment(tx, rules, name, at, 'later');
  await tx.subscriptions.define(subscription.id, { ...subscription.definition, judgedTo: at });
}
