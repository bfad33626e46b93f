import { deleteModel } from '../../src/app/scores/delete-model';
import { saveModel } from '../../src/app/scores/save-model';
import { enterJourney } from '../../src/app/journeys/enter-journey';
import { matchContacts } from '../../src/app/segments/match-contacts';
import { deleteSegment } from '../../src/app/segments/saved-segments';
import { saveSegment } from '../../src/app/segments/save-segment';
import { parseRule } from '../../src/domain/rule/parse-rule';
import { watchContacts } from '../../src/app/watch-contacts';
import { WHOLE } from './requests';
import { DAY, onEachSegmentProcess, START } from './segment-process';

const HOT = { score: 'lead', op: 'gte', value: 15 };

onEachSegmentProcess('segments of scores', (test) => {
  const saveScore = async (...rules: unknown[]) => {
    const model = { name: 'lead', rules };
    const saved = await saveModel(test().store, { model, zone: 'UTC' }, test().clock.now());
    await test().process.settled();
    return saved;
  };
  const ORDER = { event: 'order_placed', points: 20, halfLifeDays: 10 };

  it('are entered with an event, and left at the moment at which the points have faded', async () => {
    await saveScore(ORDER);
    await test().save('hot', HOT);
    await test().put('a', {});
    await test().advance(1_000);
    await test().happen('a', 'order_placed');
    expect(await test().members('hot')).toEqual([1]);
    // 20 points are 15 after 10 · log2(20 / 15) days.
    const fallsAt = START + 1_000 + 10 * DAY * Math.log2(20 / 15);
    await test().advance(4 * DAY);
    expect(await test().members('hot')).toEqual([1]);
    await test().advance(DAY);
    const [entered, left, ...more] = await test().moves();
    expect([entered, more]).toEqual(['+1 hot 1000', []]);
    // Rounded to a millionth, 15 points last for some ten milliseconds more.
    const leftAt = Number(left?.replace('-1 hot ', ''));
    expect(Math.abs(START + leftAt - fallsAt)).toBeLessThan(1_000);
    expect(await test().members('hot')).toEqual([]);
  });

  it('count in the zone that the score was saved with, whoever reads it', async () => {
    const viewed = { event: 'page_viewed', within: { last: 1, unit: 'calendarDays' } };
    const model = { name: 'lead', rules: [{ rule: viewed, points: 20 }] };
    await saveModel(test().store, { model, zone: 'Asia/Tokyo' }, test().clock.now());
    await test().save('hot', HOT, 'America/New_York');
    await test().save('cold', { none: [{ segment: 'hot' }] }, 'UTC');
    await test().put('a', {});
    await test().happen('a', 'page_viewed');
    await test().advance(2 * DAY);
    const midnight = (15 * DAY) / 24;
    expect(await test().moves()).toEqual([
      '+1 cold 0',
      '-1 cold 0',
      '+1 hot 0',
      `+1 cold ${midnight}`,
      `-1 hot ${midnight}`,
    ]);
  });

  it('are judged anew when the model is another one', async () => {
    await saveScore(ORDER);
    await test().save('hot', HOT);
    await test().save('cold', { none: [{ segment: 'hot' }] });
    await test().put('a', { properties: { plan: 'pro' } });
    await test().put('b', {});
    await test().advance(1_000);
    await saveScore(ORDER, { rule: { property: 'plan', op: 'equals', value: 'pro' }, points: 15 });
    expect(await test().members('hot')).toEqual([1]);
    expect(await test().members('cold')).toEqual([2]);
    await test().advance(1_000);
    await test().put('b', { properties: { plan: 'pro' } });
    expect(await test().members('hot')).toEqual([1, 2]);
  });

  it('name only scores that are saved, and none that is made of them', async () => {
    const now = test().clock.now();
    const save = (name: string, rule: unknown) => saveSegment(test().store, { name, rule, zone: 'UTC' }, now);
    expect(await save('hot', HOT)).toMatchObject({
      outcome: 'refused',
      problems: [{ field: 'rule.score', message: 'There is no score "lead"; none is saved yet.' }],
    });
    const rule = parseRule(HOT);
    if (!rule.ok) throw new Error('It is a rule');
    expect(await matchContacts(test().store, [], rule.value, { now, workflowZone: 'UTC' })).toMatchObject({
      problems: [{ field: 'rule', message: 'There is no score "lead".' }],
    });
    await save('pros', { property: 'plan', op: 'equals', value: 'pro' });
    await saveScore({ rule: { segment: 'pros' }, points: 5 });
    expect(await save('pros', HOT)).toMatchObject({
      problems: [
        {
          field: 'rule.score',
          message: 'A segment cannot be made of itself: "pros" → the score "lead" → "pros".',
        },
      ],
    });
    expect(await deleteSegment(test().store, 'pros')).toMatchObject({
      outcome: 'refused',
      problems: [{ message: 'The score "lead" is made of "pros"; change or delete it first.' }],
    });
  });

  it('keep their score from being deleted, as do scores, journeys and triggers that name it', async () => {
    const { store, process } = test();
    const gone = async (name: string, regardless = false) => {
      const deleted = await deleteModel(store, name, { regardless });
      return deleted.outcome === 'refused' ? deleted.problems.map(({ message }) => message) : deleted.outcome;
    };
    await saveScore(ORDER);
    await test().save('hot', HOT);
    const second = { name: 'second', rules: [{ rule: HOT, points: 1 }] };
    await saveModel(store, { model: second, zone: 'UTC' }, START);
    const key = {
      key: 'k',
      kind: 'changes',
      workflowId: 'w',
      workflowName: 'Sales',
      nodeName: 'Trigger',
    } as const;
    const watch = {
      on: 'score_crossed',
      models: ['lead'],
      direction: 'up',
      thresholds: [],
      grades: [],
    } as const;
    const settings = {
      workflowZone: 'UTC',
      batchSize: 1,
      maxInFlight: 1,
      deliver: async () => ({ ok: true }) as const,
      report: () => {},
    };
    await watchContacts(process, key, { watch, ...settings });
    const workflow = { id: 'w', name: 'W', steps: [] };
    const journey = { name: 'nurture', definition: { goal: { rule: HOT } }, zone: 'UTC', workflow };
    await enterJourney(store, journey, [], START, WHOLE);
    await test().put('ann');
    await test().happen('ann', 'order_placed');
    const naming = [
      expect.stringContaining('The node "Trigger" of the workflow "Sales" names "lead"'),
      expect.stringContaining('The journey "nurture" names "lead"'),
    ];
    const making = [
      expect.stringContaining('The segment "hot" is made of "lead"'),
      expect.stringContaining('The score "second" is made of "lead"'),
    ];
    expect(await gone('lead')).toEqual([...making, ...naming]);
    expect(await gone('lead', true)).toEqual(making);
    expect(await gone('second')).toBe('deleted');
    expect(await deleteSegment(store, 'hot')).toMatchObject({ outcome: 'deleted' });
    expect(await gone('lead')).toEqual(naming);
    expect(await gone('lead', true)).toBe('deleted');
    expect(await gone('lead')).toEqual(['There is no score model "lead".']);
    expect(await store.read((tx) => tx.scores.standings([1]))).toEqual([]);
    // Nothing is left to turn, and the name is free for another model.
    await test().advance(20 * DAY);
    expect(await saveScore(ORDER)).toMatchObject({ outcome: 'created', model: { version: 1 } });
  });
});
