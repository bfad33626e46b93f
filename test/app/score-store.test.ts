import { saveModel } from '../../src/app/scores/save-model';
import { contactsByScore, scoreStore } from '../../src/app/scores/score-store';
import { onEachSegmentProcess } from './segment-process';

const MODEL = {
  name: 'lead',
  rules: [
    { event: 'order_placed', points: 20 },
    { rule: { property: 'plan', op: 'equals', value: 'pro' }, points: 10 },
  ],
  grades: {
    fit: [{ name: 'A', from: 10 }, { name: 'B' }],
    engagement: [{ name: '1', from: 40 }, { name: '2', from: 20 }, { name: '3' }],
    cells: { A1: 'Hot', B1: 'Hot' },
  },
};

onEachSegmentProcess('a whole store', (test) => {
  const score = () => scoreStore(test().store, 'lead', test().clock.now());

  it('is counted by grade, the best first, with the grades that nobody has', async () => {
    const saved = await saveModel(test().store, { model: MODEL, zone: 'UTC' }, test().clock.now());
    expect(saved.outcome).toBe('created');
    expect(await score()).toMatchObject({ ok: true, value: { contacts: 0, mean: null } });
    await test().put('a', { properties: { plan: 'pro' } });
    await test().put('b', {});
    await test().put('c', {});
    for (const who of ['a', 'a', 'b', 'b', 'b']) {
      await test().advance(1_000);
      await test().happen(who, 'order_placed');
    }
    const nobody = { contacts: 0, share: 0, least: null, most: null, mean: null };
    expect(await score()).toEqual({
      ok: true,
      value: {
        model: 'lead',
        contacts: 3,
        mean: 36.666667,
        grades: [
          { grade: 'Hot', contacts: 2, share: 2 / 3, least: 50, most: 60, mean: 55 },
          { grade: 'A2', ...nobody },
          { grade: 'A3', ...nobody },
          { grade: 'B2', ...nobody },
          { grade: 'B3', contacts: 1, share: 1 / 3, least: 0, most: 0, mean: 0 },
        ],
      },
    });
  });

  it('is told by score, page after page', async () => {
    await saveModel(test().store, { model: MODEL, zone: 'UTC' }, test().clock.now());
    for (const who of ['a', 'b', 'c', 'd']) await test().put(who, {});
    await test().happen('c', 'order_placed');
    const now = test().clock.now();
    const page = { limit: 2, order: 'highest' } as const;
    const first = await contactsByScore(test().store, 'lead', page, now);
    if (!first.ok) throw new Error('It is saved');
    expect(first.value.map(({ contact, points }) => [contact.externalId, points.total])).toEqual([
      ['c', 20],
      ['a', 0],
    ]);
    const after = first.value.at(-1)?.points;
    const second = await contactsByScore(test().store, 'lead', { ...page, after }, now);
    expect(second.ok && second.value.map(({ contact }) => contact.externalId)).toEqual(['b', 'd']);
  });

  it('is not scored by what is not saved', async () => {
    expect(await score()).toEqual({
      ok: false,
      problems: [{ field: 'score', message: 'There is no score "lead"; none is saved yet.' }],
    });
  });
});
