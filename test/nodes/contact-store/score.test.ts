import { saveSegment } from '../../../src/app/segments/save-segment';
import { deleteSegment } from '../../../src/app/segments/saved-segments';
import { saveModel } from '../../../src/app/scores/save-model';
import { useTemporaryStore } from '../fake-execution';
import { createContacts, jsonOf, openedStore } from './store-under-test';

const named = (value: string) => ({ __rl: true, mode: 'name', value });

describe('with a store', () => {
  let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
  beforeEach(async () => {
    temporary = await useTemporaryStore();
    await createContacts(
      { email: 'ann@example.com', country: 'DE', tags: ['vip'] },
      { email: 'ben@example.com', lifecycleStage: 'customer', country: 'DE' },
      { email: 'cid@example.com' },
    );
    const { store } = await openedStore();
    const model = {
      name: 'fit',
      rules: [
        { rule: { property: 'country', op: 'equals', value: 'DE' }, points: 5 },
        { rule: { stage: 'customer' }, points: 10 },
      ],
      grades: { total: [{ name: 'A', from: 10 }, { name: 'B' }] },
    };
    const saved = await saveModel(store, { model, zone: 'UTC' }, Date.now());
    expect(saved.outcome).toBe('created');
  });
  afterEach(() => temporary.remove());

  it('gives contacts by their score, with it, also of those alone that fit', async () => {
    const sorted = (parameters: object) =>
      jsonOf('contact', 'getAll', { returnAll: true, score: named('fit'), ...parameters });
    expect(await sorted({ sortBy: 'highest' })).toMatchObject([
      { contact: { email: 'ben@example.com', scores: { fit: { total: 15, fit: 15, engagement: 0 } } } },
      { contact: { email: 'ann@example.com', scores: { fit: { total: 5 } } } },
      { contact: { email: 'cid@example.com', scores: { fit: { total: 0 } } } },
    ]);
    expect(
      (await sorted({ sortBy: 'lowest', returnAll: false, limit: 1 })).map(({ contact }) => contact),
    ).toMatchObject([{ email: 'cid@example.com' }]);
    expect(await sorted({ sortBy: 'highest', filters: { tag: 'vip' } })).toMatchObject([
      { contact: { email: 'ann@example.com' } },
    ]);
    await expect(sorted({ sortBy: 'highest', score: named('none') })).rejects.toThrow(
      'There is no score "none"',
    );
  });

  it('totals a score over the whole store', async () => {
    expect(await jsonOf('score', 'getTotals', { score: named('fit') })).toMatchObject([
      {
        totals: {
          model: 'fit',
          contacts: 3,
          grades: [
            { grade: 'A', contacts: 1, mean: 15 },
            { grade: 'B', contacts: 2, least: 0, most: 5 },
          ],
        },
      },
    ]);
    await expect(jsonOf('score', 'getTotals', { score: named('none') })).rejects.toThrow(
      'There is no score "none"',
    );
  });

  it('deletes a score that nothing depends on, and says what keeps another', async () => {
    const { store } = await openedStore();
    await saveSegment(
      store,
      { name: 'fitting', rule: { score: 'fit', op: 'gte', value: 10 }, zone: 'UTC' },
      Date.now(),
    );
    const removed = (regardless: boolean) => jsonOf('score', 'delete', { score: named('fit'), regardless });
    await expect(removed(true)).rejects.toThrow('The segment "fitting" is made of "fit"');
    await deleteSegment(store, 'fitting');
    expect(await removed(false)).toEqual([
      { score: { name: 'fit', version: 1, zone: 'UTC' }, result: { outcome: 'deleted' } },
    ]);
    await expect(removed(false)).rejects.toThrow('There is no score model "fit"');
  });
});
