import type { Change } from '../../domain/change/change';
import type { RuleBook } from '../../domain/rule/rule-book';
import { isAffected, type RuleNeeds } from '../../domain/rule/rule-needs';
import { needsOfModel } from '../../domain/scoring/evaluate-score';
import type { ScoreModel } from '../../domain/scoring/score-model';
import type { SavedScoreModel, Transaction } from '../../store/port';
import { savedRules } from '../segments/live-rules';

/** A saved model that is read. */
export interface LiveModel {
  readonly saved: SavedScoreModel;
  readonly model: ScoreModel;
  readonly needs: RuleNeeds;
}

/** The saved models of a store, and what their rules may name. */
export interface LiveModels {
  readonly book: RuleBook;
  readonly all: readonly LiveModel[];
}

/** Returns the saved models; those that this version of the package cannot read are left out. */
export async function liveModels(tx: Transaction): Promise<LiveModels> {
  const [{ book }, saved] = await Promise.all([savedRules(tx), tx.scores.list()]);
  const all = saved.flatMap((own): LiveModel[] => {
    const model = book.scores.get(own.name)?.model;
    return model ? [{ saved: own, model, needs: needsOfModel(model, book) }] : [];
  });
  return { book, all };
}

/** The models whose score a change may move; each change that follows the saving of their present version. */
export function modelsTouchedBy(change: Change, models: readonly LiveModel[]): LiveModel[] {
  return models.filter(
    ({ saved, needs }) => change.sequence > saved.watchesSince && isAffected(needs, change),
  );
}
