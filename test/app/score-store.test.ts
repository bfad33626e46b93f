import { scoreContacts } from '../../src/app/scores/score-contacts';
import { scoreUpkeep } from '../../src/app/scores/maintain-scores';
import { saveModel } from '../../src/app/scores/save-model';
import { contactsByScore, scoreStore } from '../../src/app/scores/score-store';
import { SINGLY } from './requests';
import { DAY, onEachSegmentProcess } from './segment-process';

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

  it.each(['total', 'engagement'])(
    'counts those in the hysteresis of a grade by %s as the node grades them, at every moment',
    async (axis) => {
      const levels = [{ name: 'A', from: 40 }, { name: 'B', from: 20 }, { name: 'C' }];
      const FIT = [{ name: '1', from: 1 }, { name: '2' }];
      const model = {
        name: 'lead',
        rules: [{ event: 'order_placed', points: 30, halfLifeDays: 20 }],
        grades:
          axis === 'total'
            ? { total: levels, hysteresis: 10 }
            : { fit: FIT, engagement: levels, hysteresis: 10 },
      };
      await saveModel(test().store, { model, zone: 'UTC' }, test().clock.now());
      test().process.pump.keep(scoreUpkeep);
      const ids: number[] = [];
      for (const name of ['a', 'b', 'c', 'd']) ids.push(await test().put(name, {}));
      const requests = ids.map((id) => ({ contact: { id, identifiers: [] }, startedBy: null }));
      let held = 0;
      for (const who of ['aabc', 'a', '', 'bb', '', 'd', '', 'c', '', '', '', '']) {
        for (const name of who) await test().happen(name, 'order_placed');
        const now = test().clock.now();
        const scored = await scoreContacts(test().store, { saved: 'lead' }, requests, now, SINGLY);
        const graded = new Map<string | null, number>();
        for (const own of scored) {
          if (own.outcome !== 'scored') throw new Error('It is saved');
          const { grade, total } = own.score;
          graded.set(grade, (graded.get(grade) ?? 0) + 1);
          if (grade?.startsWith(axis === 'total' ? 'A' : '2A') && total < 40) held++;
        }
        const totals = await score();
        const counted = totals.ok ? totals.value.grades.filter(({ contacts }) => contacts > 0) : [];
        expect(new Map(counted.map(({ grade, contacts }) => [grade, contacts]))).toEqual(graded);
        await test().advance(3 * DAY);
      }
      expect(held).toBeGreaterThan(2);
    },
  );

  it('is not scored by what is not saved', async () => {
    expect(await score()).toEqual({
      ok: false,
      problems: [{ field: 'score', message: 'There is no score "lead"; none is saved yet.' }],
    });
  });
});
