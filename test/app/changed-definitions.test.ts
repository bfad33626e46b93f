import { enterJourney } from '../../src/app/journeys/enter-journey';
import { journeyUpkeep } from '../../src/app/journeys/maintain';
import { scoreUpkeep } from '../../src/app/scores/maintain-scores';
import { saveModel } from '../../src/app/scores/save-model';
import type { JsonObject } from '../../src/domain/json';
import { upsertContacts } from '../../src/app/upsert-contacts';
import { DAY, HOUR, onEachSegmentProcess, START } from './segment-process';
import { upsertOf, WHOLE } from './requests';

const OF_ENGAGED = { rule: { segment: 'engaged' }, points: 30 };
const MODEL = { name: 'lead', rules: [OF_ENGAGED], thresholds: [{ name: 'hot', at: 30 }] };

onEachSegmentProcess('a definition that becomes another one', (test) => {
  const keep = () => {
    const report = (error: unknown) => test().problems.push(error);
    test().process.pump.keep({ ...scoreUpkeep, report });
    test().process.pump.keep({ ...journeyUpkeep, report });
  };
  beforeEach(keep);

  const model = async (definition: unknown) => {
    const saved = await saveModel(test().store, { model: definition, zone: 'UTC' }, test().clock.now());
    await test().process.settled();
    return saved;
  };
  const enter = async (externalId: string, definition: JsonObject) => {
    const id = await test().put(externalId);
    const request = { contact: { id, identifiers: [] }, startedBy: null, entryKey: null };
    const workflow = { id: 'w', name: 'W', steps: [] };
    const journey = { name: 'nurture', definition, zone: 'UTC', workflow };
    await enterJourney(test().store, journey, [request], test().clock.now(), WHOLE);
    await test().process.settled();
  };
  /** `contact kind subject what @ milliseconds` of what scores and journeys told. */
  const told = async () => {
    const kinds = ['score_crossed', 'journey_completed', 'journey_left'] as const;
    const changes = await test().store.read((tx) => tx.changes.after(0, kinds, 999));
    return changes.map(({ contactId, kind, at, subject, detail }) => {
      const what =
        kind === 'score_crossed' ? `${String(detail.threshold)} ${String(detail.direction)}` : kind;
      return `${contactId} ${String(subject)} ${what} @${at - START}`;
    });
  };
  const opened = (n: number) => ({ event: 'opened', count: { op: 'gte', n } });

  it('scores those anew who enter or leave a segment by its new rule', async () => {
    await test().save('engaged', opened(2));
    await model(MODEL);
    await test().put('ann');
    await test().put('bob');
    await test().happen('ann', 'opened');
    await test().advance(HOUR);
    expect(await told()).toEqual([]);
    await test().save('engaged', opened(1));
    expect(await told()).toEqual([`1 lead hot up @${HOUR}`]);
    await test().advance(DAY);
    await test().save('engaged', opened(2));
    expect(await told()).toEqual([`1 lead hot up @${HOUR}`, `1 lead hot down @${HOUR + DAY}`]);
    // It is the same version: nothing about the model itself has changed.
    expect(await test().store.read((tx) => tx.scores.get('lead'))).toMatchObject({
      version: 1,
      seededTo: null,
    });
  });

  it('scores them anew through segments and scores in between, and follows time from then on', async () => {
    await test().save('engaged', opened(2));
    await test().save('known', { all: [{ segment: 'engaged' }] });
    await model({ name: 'inner', rules: [{ rule: { segment: 'known' }, points: 5 }] });
    await model({
      name: 'lead',
      rules: [{ rule: { score: 'inner', op: 'gte', value: 5 }, points: 30 }],
      thresholds: [{ name: 'hot', at: 30 }],
    });
    await test().put('ann');
    await test().happen('ann', 'opened');
    await test().advance(HOUR);
    await test().save('engaged', { event: 'opened', within: { last: 2, unit: 'days' } });
    expect(await told()).toEqual([`1 lead hot up @${HOUR}`]);
    await test().advance(3 * DAY);
    expect(await told()).toEqual([`1 lead hot up @${HOUR}`, `1 lead hot down @${2 * DAY + 1}`]);
  });

  it('scores those anew who read another score whose model is a new one', async () => {
    await model({ name: 'inner', rules: [{ event: 'opened', points: 1 }] });
    await model({ ...MODEL, rules: [{ rule: { score: 'inner', op: 'gte', value: 5 }, points: 30 }] });
    await test().put('ann');
    await test().happen('ann', 'opened');
    await test().advance(HOUR);
    await model({ name: 'inner', rules: [{ event: 'opened', points: 5 }] });
    expect(await told()).toEqual([`1 lead hot up @${HOUR}`]);
  });

  it('judges by the old rule what happened before, also where nobody looked', async () => {
    await test().save('engaged', { event: 'opened', within: { last: 2, unit: 'days' } });
    await model(MODEL);
    await test().put('ann');
    await test().happen('ann', 'opened');
    await test().process.close();
    await test().sleep(3 * DAY);
    await test().start();
    await test().save('engaged', opened(1));
    keep();
    await test().process.settled();
    expect(await told()).toEqual([
      '1 lead hot up @0',
      `1 lead hot down @${2 * DAY + 1}`,
      `1 lead hot up @${3 * DAY}`,
    ]);
  });

  it('scores everybody anew, page by page, and nobody twice', async () => {
    await test().save('engaged', { tag: 'a' });
    await model(MODEL);
    const many = Array.from({ length: 1_100 }, (_, n) => upsertOf({ externalId: `c${n}` }, { tags: ['b'] }));
    await upsertContacts(test().store, many, test().clock.now(), WHOLE);
    await test().advance(HOUR);
    await test().save('engaged', { tag: 'b' });
    expect(new Set(await told()).size).toBe(999);
    const crossings = await test().store.read((tx) => tx.changes.after(0, ['score_crossed'], 2_000));
    expect(crossings.length).toBe(many.length);
    expect(await test().store.read((tx) => tx.scores.list())).toMatchObject([{ seededTo: null }]);
  });

  it('completes the stays whose goal a new rule lets be reached, and ends those it lets out', async () => {
    await test().save('buyers', { event: 'order_placed', count: { op: 'gte', n: 2 } });
    await test().save('lost', { event: 'unsubscribed_all' });
    await enter('ann', {
      goal: { rule: { segment: 'buyers' }, sinceEntering: true },
      exit: { rule: { segment: 'lost' } },
    });
    await enter('bob', {
      goal: { rule: { segment: 'buyers' }, sinceEntering: true },
      exit: { rule: { segment: 'lost' } },
    });
    await test().happen('ann', 'order_placed');
    await test().happen('bob', 'complained');
    await test().advance(HOUR);
    expect(await told()).toEqual([]);
    await test().save('buyers', { event: 'order_placed' });
    expect(await told()).toEqual([`1 nurture journey_completed @${HOUR}`]);
    await test().advance(HOUR);
    await test().save('lost', { event: 'complained' });
    expect(await told()).toEqual([
      `1 nurture journey_completed @${HOUR}`,
      `2 nurture journey_left @${2 * HOUR}`,
    ]);
  });

  it('completes the stays whose goal reads a score with a new model', async () => {
    await model({ name: 'lead', rules: [{ event: 'opened', points: 1 }] });
    await enter('ann', { goal: { rule: { score: 'lead', op: 'gte', value: 5 }, sinceEntering: true } });
    await test().happen('ann', 'opened');
    await test().advance(HOUR);
    expect(await told()).toEqual([]);
    await model({ name: 'lead', rules: [{ event: 'opened', points: 5 }] });
    expect(await told()).toEqual([`1 nurture journey_completed @${HOUR}`]);
  });
});
