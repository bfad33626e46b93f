import type { BookEntry } from '../domain/rule/book-entries';
import type { RuleNeeds } from '../domain/rule/rule-needs';
import type { Store, Transaction } from '../store/port';
import { liveJourneys } from './journeys/live-journeys';
import { maintainJourneys } from './journeys/maintain';
import { liveModels } from './scores/live-models';
import { maintainScores } from './scores/maintain-scores';

/** The scores and journeys whose rules read a segment or score, directly or through others, by their numbers. */
interface Readers {
  readonly models: readonly number[];
  readonly journeys: readonly number[];
}

async function readersOf(tx: Transaction, { kind, name }: BookEntry): Promise<Readers> {
  const reads = ({ needs }: { readonly needs: RuleNeeds }) =>
    (kind === 'segment' ? needs.segments : needs.scores).has(name);
  const [{ all }, { byId }] = await Promise.all([liveModels(tx), liveJourneys(tx)]);
  return {
    models: all.filter(reads).map(({ saved }) => saved.id),
    journeys: [...byId].flatMap(([id, journey]) => (reads(journey) ? [id] : [])),
  };
}

/**
 * Lets happen what was to happen in the scores and journeys that read a segment or score, before it becomes another one:
 * they are judged by it as it was until now.
 */
export async function catchUpReaders(store: Store, entry: BookEntry, now: number): Promise<void> {
  const { models, journeys } = await store.read((tx) => readersOf(tx, entry));
  if (models.length > 0) await maintainScores(store, now);
  if (journeys.length > 0) await maintainJourneys(store, now);
}

/**
 * Lets the scores and journeys that read a segment or score judge everybody anew, page by page, because it has become
 * another one. Thresholds that are crossed by it are told, and stays whose goal it lets be reached are completed.
 */
export async function rejudgeReaders(tx: Transaction, entry: BookEntry): Promise<void> {
  const { models, journeys } = await readersOf(tx, entry);
  await tx.scores.seed(models, 0);
  for (const id of journeys) await tx.journeys.seed(id, 0);
}
