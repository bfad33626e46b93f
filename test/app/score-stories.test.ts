import { maintainScores, scoreUpkeep } from '../../src/app/scores/maintain-scores';
import { saveModel } from '../../src/app/scores/save-model';
import { scoreContacts } from '../../src/app/scores/score-contacts';
import { savedRules } from '../../src/app/segments/live-rules';
import { eventOf, record, SINGLY } from './requests';
import { DAY, onEachSegmentProcess, START } from './segment-process';
import { SCORE_STORIES, type ScoreStory, type StoryStep } from './score-stories';

type Seen = Extract<StoryStep, { total: number }>;
const MODEL = 'told';

onEachSegmentProcess('stories of a score', (test) => {
  /** What the node says, and what the database says of the same contact at the same moment. */
  const look = async ({ day, total, fit, grade, rules }: Seen) => {
    const now = test().clock.now();
    const request = { contact: { id: 1, identifiers: [] }, startedBy: null };
    const [scored] = await scoreContacts(test().store, { saved: MODEL }, [request], now, SINGLY);
    if (scored?.outcome !== 'scored') throw new Error('The model is saved');
    const { score } = scored;
    const [row] = await test().store.read(async (tx) => {
      const { book } = await savedRules(tx);
      const model = book.scores.get(MODEL)?.model;
      return model ? tx.scoring.totals({ model, book, now, workflowZone: 'UTC' }, { limit: 9 }) : [];
    });
    expect({ day, total: score.total }).toEqual({ day, total: expect.closeTo(total, 5) as unknown });
    expect({ day, total: row?.total }).toEqual({ day, total: score.total });
    if (fit !== undefined) expect({ day, fit: [score.fit, row?.fit] }).toEqual({ day, fit: [fit, fit] });
    if (grade !== undefined) expect({ day, grade: score.grade }).toEqual({ day, grade });
    if (rules) expect(score.rules.map(({ points, events }) => [points, events])).toEqual(rules);
  };
  const to = async (day: number) => {
    const ahead = START + Math.round(day * DAY) - test().clock.now();
    if (ahead > 0) await test().advance(ahead);
  };
  const take = async (step: StoryStep) => {
    await to(step.day);
    if ('total' in step) return look(step);
    if ('put' in step) {
      const { country, ...properties } = step.put;
      await test().put('one', { fields: typeof country === 'string' ? { country } : {}, properties });
      return;
    }
    const { event, properties = {}, lateBy = 0, key = null } = step;
    const now = test().clock.now();
    await record(test().store, now, eventOf('one', event, now - lateBy * DAY, properties, key));
    await test().process.settled();
  };
  const told = async () => {
    const changes = await test().store.read((tx) => tx.changes.after(0, ['score_crossed'], 999));
    return changes.map(({ at, detail: { threshold, from, to: grade, direction } }) => {
      const what = typeof threshold === 'string' ? threshold : `${String(from)}>${String(grade)}`;
      return `${Number(((at - START) / DAY).toFixed(3))} ${what} ${String(direction)}`;
    });
  };
  const play = async ({ model, steps, crossings = [] }: ScoreStory, isWatched: boolean) => {
    await test().put('one');
    const request = { model: { ...model, name: MODEL }, zone: 'UTC' };
    const saved = await saveModel(test().store, request, test().clock.now());
    expect(saved).toMatchObject({ outcome: 'created' });
    // What happens is later than that the model was saved, if only by a moment.
    await test().advance(1);
    if (isWatched) test().process.pump.keep(scoreUpkeep);
    await test().process.settled();
    for (const step of steps) await take(step);
    await maintainScores(test().store, test().clock.now());
    expect(await told()).toEqual(crossings);
  };

  it.each(SCORE_STORIES)('$name', (story) => play(story, true));

  // Of a profile only what it is now is known; events are known with their moments.
  const ofEvents = SCORE_STORIES.filter(
    ({ crossings, steps }) => crossings && !steps.some((step) => 'put' in step),
  );
  it.each(ofEvents)('$name, also where nobody looks before the end', ({ steps, ...story }) => {
    const seen = steps.filter((step) => !('total' in step));
    return play({ ...story, steps: [...seen, { day: 100, put: {} }] }, false);
  });
});
