import { deleteModel } from '../../../../src/app/scores/delete-model';
import { locatorText } from '../../../execution/locator-text';
import { scoreLocator } from '../../../execution/score-locator';
import type { Operation } from '../../operation';
import { deleteNamed, regardlessOf } from '../segment/delete-named';

export const deleteScores: Operation = {
  value: 'delete',
  name: 'Delete',
  action: 'Delete a score',
  description:
    'Deletes a score model, unless segments, other scores, journeys or triggers depend on it; contacts stay. A published Lead Scoring node that defines it saves it anew when it runs.',
  properties: [
    scoreLocator('The score model to delete'),
    regardlessOf({ namedBy: 'triggers and journeys', keptBy: 'Segments and scores' }),
  ],
  async execute(run) {
    const nameOf = (index: number) => locatorText(run.parameters.value('score', index));
    await deleteNamed(
      run,
      (index) => ({ ok: true, value: nameOf(index) }),
      async (name, options) => {
        const deleted = await deleteModel(run.store, name, options);
        if (deleted.outcome === 'refused') return { problems: deleted.problems };
        const { version, zone } = deleted.model;
        return { json: { score: { name, version, zone }, result: { outcome: 'deleted' } } };
      },
    );
  },
};
