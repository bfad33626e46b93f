import type { INodeProperties } from 'n8n-workflow';
import { deleteModel } from '../../../../src/app/scores/delete-model';
import { locatorText } from '../../../execution/locator-text';
import { scoreLocator } from '../../../execution/score-locator';
import type { Operation } from '../../operation';
import { oneByOne } from '../segment/one-by-one';

const REGARDLESS: INodeProperties = {
  displayName: 'Even if Nodes Name It',
  name: 'regardless',
  type: 'boolean',
  default: false,
  description:
    'Whether to delete it though triggers and journeys name it, for example of workflows that were deleted. Segments and scores made of it always keep it.',
};

export const deleteScores: Operation = {
  value: 'delete',
  name: 'Delete',
  action: 'Delete a score',
  description:
    'Deletes a score model, unless segments, other scores, journeys or triggers depend on it; contacts stay. A published Lead Scoring node that defines it saves it anew when it runs.',
  properties: [scoreLocator('The score model to delete'), REGARDLESS],
  async execute(run) {
    const read = run.read((index) => ({
      ok: true,
      value: {
        name: locatorText(run.parameters.value('score', index)).trim(),
        regardless: run.parameters.boolean('regardless', index),
      },
    }));
    await oneByOne(run, read, async ({ name, regardless }) => {
      const deleted = await deleteModel(run.store, name, { regardless });
      if (deleted.outcome === 'refused') return { problems: deleted.problems };
      const { version, zone } = deleted.model;
      return { json: { score: { name, version, zone }, result: { outcome: 'deleted' } } };
    });
  },
};
