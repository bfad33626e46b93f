import { scoreStore, type StoreScores } from '../../../../src/app/scores/score-store';
import type { JsonObject } from '../../../../src/domain/json';
import { locatorText } from '../../../execution/locator-text';
import { scoreLocator } from '../../../execution/score-locator';
import type { Operation } from '../../operation';
import { oneByOne } from '../segment/one-by-one';

export const getTotals: Operation = {
  value: 'getTotals',
  name: 'Get Totals',
  action: 'Get the totals of a score',
  description: 'Gives how many contacts have which grade, with their points, of the whole store',
  properties: [scoreLocator('The score that is totalled')],
  async execute(run) {
    const read = run.read((index) => ({
      ok: true,
      value: locatorText(run.parameters.value('score', index)).trim(),
    }));
    await oneByOne(run, read, async (name) => {
      const totals = await scoreStore(run.store, name, run.now);
      return totals.ok ? { json: { totals: toForm(totals.value) } } : { problems: totals.problems };
    });
  },
};

function toForm({ model, contacts, mean, grades }: StoreScores): JsonObject {
  return { model, contacts, mean, grades: grades.map((own) => ({ ...own })) };
}
