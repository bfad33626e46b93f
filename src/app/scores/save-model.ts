import { isJsonObject, jsonEquals, toJsonValue } from '../../domain/json';
import type { Problem } from '../../domain/problem';
import { needsOfModel } from '../../domain/scoring/evaluate-score';
import type { SavedScoreModel, Store } from '../../store/port';
import { catchUpReaders, rejudgeReaders } from '../readers';
import { maintain } from '../segments/maintain';
import { refreshReaders } from '../segments/refresh-readers';
import { liveModels } from './live-models';
import { maintainScores, SCORE_UPKEEP } from './maintain-scores';
import { readModel, zoneOfModel, type ModelRequest } from './read-model';

/** What became of a model that was to be saved. `version` grows only where the definition is another one. */
export type SavedModel =
  | { readonly outcome: 'created' | 'changed' | 'unchanged'; readonly model: SavedScoreModel }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/**
 * Saves a score model under its name, in its next version where there is one already. What was to happen before it happens
 * first. Its zone stays as it was unless another one is chosen, so that workflows of several zones may define the same
 * model. From then on it watches; what contacts stand at already is told only with `tellsPresent`. Segments that read the
 * score are judged anew in the same transaction, scores and journeys that read it page by page after it.
 */
export async function saveModel(
  store: Store,
  request: ModelRequest & { readonly tellsPresent?: boolean },
  now: number,
): Promise<SavedModel> {
  const named = nameOf(request);
  const same = await unchanged(store, named, request);
  if (same) return { outcome: 'unchanged', model: same };
  await maintain(store, now, Infinity);
  await maintainScores(store, now);
  await catchUpReaders(store, { kind: 'score', name: named }, now);
  return store.write(async (tx) => {
    const { book } = await liveModels(tx);
    const reading = readModel(request, book);
    if (!reading.ok) return { outcome: 'refused', problems: reading.problems };
    const { definition, model } = reading.value;
    const present = await tx.scores.get(model.name);
    const zone = zoneOfModel(request, present);
    if (present && present.zone === zone && jsonEquals(present.definition, definition)) {
      return { outcome: 'unchanged', model: present };
    }
    await tx.subscriptions.open(SCORE_UPKEEP, {}, now);
    const { history } = needsOfModel(model, reading.value.book);
    await tx.histories.watch(history.map(({ name }) => name));
    const watchesSince = await tx.changes.lastSequence();
    const { name } = model;
    const tellsPresent = request.tellsPresent ?? false;
    const saved = await tx.scores.put({ name, definition, zone, tellsPresent, watchesSince }, now);
    await refreshReaders(tx, name, now);
    await rejudgeReaders(tx, { kind: 'score', name });
    return { outcome: present ? 'changed' : 'created', model: saved };
  });
}

/** The saved model where it is as asked for already: nodes say so at each of their runs, which is to cost nothing. */
async function unchanged(store: Store, name: string, request: ModelRequest): Promise<SavedScoreModel | null> {
  const present = await store.read((tx) => tx.scores.get(name));
  const isSame =
    present?.zone === zoneOfModel(request, present) &&
    jsonEquals(present.definition, toJsonValue(request.model));
  return isSame ? present : null;
}

function nameOf({ model }: ModelRequest): string {
  return isJsonObject(model) && typeof model.name === 'string' ? model.name : '';
}
