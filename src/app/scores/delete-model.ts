import { quote, type Problem } from '../../domain/problem';
import type { SavedScoreModel, Store } from '../../store/port';
import { problemsOfDependents } from '../dependents';

/** What became of a score model that was to be deleted. */
export type DeletedModel =
  | { readonly outcome: 'deleted'; readonly model: SavedScoreModel }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/**
 * Deletes a score model with where contacts stand in it; what they crossed stays in the log. Refused while something
 * depends on it, as a segment is; see `problemsOfDependents`. A node that defines it saves it anew when it runs.
 */
export function deleteModel(
  store: Store,
  name: string,
  { regardless = false }: { readonly regardless?: boolean } = {},
): Promise<DeletedModel> {
  return store.write(async (tx) => {
    const model = await tx.scores.get(name);
    if (!model) {
      const message = `There is no score model ${quote(name)}.`;
      return { outcome: 'refused', problems: [{ field: 'score', message }] };
    }
    const problems = await problemsOfDependents(tx, { kind: 'score', name }, { regardless });
    if (problems.length > 0) return { outcome: 'refused', problems };
    await tx.scores.remove(model.id);
    return { outcome: 'deleted', model };
  });
}
