import { saveModel } from '../../src/app/scores/save-model';
import { scoreContacts, type ScoreRequest } from '../../src/app/scores/score-contacts';
import { scoreUpkeep } from '../../src/app/scores/maintain-scores';
import { mergeAll } from '../../src/app/merge-contacts';
import type { Change } from '../../src/domain/change/change';
import { DAY, HOUR, onEachSegmentProcess, START } from './segment-process';
import { eventOf, record, WHOLE } from './requests';

const OPENED = { event: 'email_opened', points: 100 };
const HOT = { name: 'hot', at: 200, hysteresis: 20 };
const MODEL = { name: 'default', rules: [OPENED, { event: 'paid', points: 1 }], thresholds: [HOT] };
const FADING = {
  name: 'default',
  rules: [{ event: 'paid', points: 100, halfLifeDays: 10 }],
  thresholds: [{ name: 'hot', at: 50 }],
};

/** Numbers from 0 to 1, the same ones each time (Lehmer). */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

onEachSegmentProcess('saved scores', (test) => {
  const keep = () => test().process.pump.keep({ ...scoreUpkeep, report: (e) => test().problems.push(e) });
  const save = async (model: unknown, tellsPresent = false) => {
    const saved = await saveModel(test().store, { model, zone: 'UTC', tellsPresent }, test().clock.now());
    await test().process.settled();
    return saved;
  };
  const logged = (): Promise<Change[]> =>
    test().store.read((tx) => tx.changes.after(0, ['score_crossed'], 999));
  /** `contact direction threshold or grade @ milliseconds since the start` of each crossing. */
  const crossings = async () =>
    (await logged()).map(({ contactId, at, detail }) => {
      const { direction, threshold, from, to } = detail;
      const what = typeof threshold === 'string' ? threshold : `${String(from)}>${String(to)}`;
      return `${contactId} ${String(direction)} ${what} @${at - START}`;
    });
  beforeEach(keep);

  it('are saved in versions, not again where they are the same, and refused with the path', async () => {
    expect(await save(MODEL)).toMatchObject({ outcome: 'created', model: { version: 1 } });
    expect(await save(MODEL)).toMatchObject({ outcome: 'unchanged', model: { version: 1 } });
    expect(await save({ ...MODEL, thresholds: [] })).toMatchObject({
      outcome: 'changed',
      model: { version: 2 },
    });
    expect(await save({ ...MODEL, rules: [{ event: 'x' }] })).toMatchObject({
      outcome: 'refused',
      problems: [{ field: 'model.rules[0].points' }],
    });
    const ofSegment = (segment: string) => ({ name: 'a', rules: [{ rule: { segment }, points: 1 }] });
    expect(await save(ofSegment('gone'))).toMatchObject({
      problems: [{ field: 'model.rules[0].rule.segment' }],
    });
    expect((await test().store.read((tx) => tx.scores.list())).map(({ name }) => name)).toEqual(['default']);
  });

  it('alternate between no versions where two workflows of different zones define the same', async () => {
    const from = (zone: string, isZoneChosen = false) =>
      saveModel(test().store, { model: MODEL, zone, isZoneChosen }, test().clock.now());
    await from('Europe/Berlin');
    for (const zone of ['Pacific/Apia', 'Europe/Berlin', 'Pacific/Apia']) {
      expect(await from(zone)).toMatchObject({
        outcome: 'unchanged',
        model: { version: 1, zone: 'Europe/Berlin' },
      });
    }
    expect(await from('Asia/Tokyo', true)).toMatchObject({
      outcome: 'changed',
      model: { zone: 'Asia/Tokyo' },
    });
    expect(await from('UTC')).toMatchObject({ outcome: 'unchanged', model: { version: 2 } });
  });

  it('notice the step from 199 to 201, once, and not again until it was below by the hysteresis', async () => {
    const LEAVING = { event: 'left', points: -15 };
    await save({ ...MODEL, rules: [...MODEL.rules, LEAVING] });
    await test().put('a');
    for (let n = 0; n < 99; n++) await record(test().store, START, eventOf('a', 'paid', START));
    await test().happen('a', 'email_opened');
    await test().process.settled();
    expect(await crossings()).toEqual([]);
    await test().advance(HOUR);
    await record(test().store, test().clock.now(), eventOf('a', 'paid', START), eventOf('a', 'paid', START));
    await test().process.settled();
    const up = `1 up hot @${HOUR}`;
    expect(await crossings()).toEqual([up]);
    expect((await logged())[0]).toMatchObject({
      subject: 'default',
      detail: { kind: 'threshold', total: 201 },
    });
    await test().advance(HOUR);
    await test().happen('a', 'left');
    await test().happen('a', 'email_opened');
    expect(await crossings()).toEqual([up]);
    for (let n = 0; n < 8; n++) await test().happen('a', 'left');
    expect(await crossings()).toEqual([up, `1 down hot @${2 * HOUR}`]);
  });

  it('count an event that is told twice once, and machines only where a rule includes them', async () => {
    await save(MODEL);
    const click = (key: string, machine: boolean) =>
      record(test().store, START, eventOf('a', 'email_opened', START, { machine }, key));
    await test().put('a');
    for (const machine of [false, false, true, true]) await click(`k${machine}`, machine);
    await test().process.settled();
    expect(await crossings()).toEqual([]);
    await click('another', false);
    await test().process.settled();
    expect(await crossings()).toEqual(['1 up hot @0']);
  });

  it('fall below a threshold by fading alone at the computed moment, not a millisecond before', async () => {
    await save(FADING);
    await test().put('a');
    await test().happen('a', 'paid');
    expect(await crossings()).toEqual(['1 up hot @0']);
    const [{ dueAt = 0 } = {}] = await test().store.read((tx) => tx.timers.list({ limit: 9 }));
    // 100 points are 50 after ten days, and below it, to a millionth of a point, within a second.
    expect(dueAt - START).toBeGreaterThan(10 * DAY);
    expect(dueAt - START).toBeLessThanOrEqual(10 * DAY + 1_000);
    await test().advance(dueAt - START - 1);
    expect(await crossings()).toEqual(['1 up hot @0']);
    await test().advance(1);
    expect(await crossings()).toEqual(['1 up hot @0', `1 down hot @${dueAt - START}`]);
    await test().advance(100 * DAY);
    expect((await crossings()).length).toBe(2);
  });

  it('tell what happens in the very moment in which they are saved, and what is recorded late, where nobody looked', async () => {
    await test().put('a');
    await test().put('b');
    await test().happen('b', 'paid');
    await test().process.close();
    await test().start();
    await save({ ...MODEL, thresholds: [{ name: 'hot', at: 1 }] });
    await test().happen('a', 'paid');
    await test().happen('b', 'paid', {}, DAY);
    expect(await crossings()).toEqual([]);
    keep();
    await test().process.settled();
    // b stood there already.
    expect(await crossings()).toEqual(['1 up hot @0']);
  });

  it('cross on an item what the log tells, whatever the hysteresis held before', async () => {
    const model = {
      name: 'default',
      rules: [
        { event: 'paid', points: 12, halfLifeDays: 20 },
        { event: 'left', points: -7, halfLifeDays: 90 },
      ],
      grades: { total: [{ name: 'A', from: 40 }, { name: 'B', from: 15 }, { name: 'C' }], hysteresis: 8 },
      thresholds: [
        { name: 'hot', at: 30, hysteresis: 10 },
        { name: 'busy', of: 'engagement', at: 36, hysteresis: 12 },
      ],
    };
    await save(model);
    const id = await test().put('a');
    let seen = 0;
    const random = pseudoRandom(11);
    for (let n = 0; n < 60; n++) {
      await test().advance(Math.floor(random() * 2 * DAY) + 1);
      const before = (await logged()).length;
      const now = test().clock.now();
      const type = random() < 0.62 ? 'paid' : 'left';
      const [recorded] = await record(test().store, now, eventOf('a', type, now));
      await test().process.settled();
      const startedBy = { id: recorded?.event.id ?? null, occurredAt: now };
      const request = { contact: { id, identifiers: [] }, startedBy };
      const [scored] = await scoreContacts(test().store, { saved: 'default' }, [request], now, WHOLE);
      const told = (await logged())
        .slice(before)
        .map(({ detail }) => [detail.threshold ?? detail.to, detail.direction]);
      const onItem = scored?.outcome === 'scored' ? scored.score.crossings : [];
      expect({
        n,
        told: onItem.map((own) => [own.kind === 'threshold' ? own.threshold : own.to, own.direction]),
      }).toEqual({ n, told });
      seen += told.length;
    }
    expect(seen).toBeGreaterThan(12);
  });

  it('cross once on the items of a burst that are looked at together, each by its own event', async () => {
    await save({
      name: 'default',
      rules: [
        { event: 'paid', points: 10, halfLifeDays: 20 },
        { event: 'left', points: -15 },
      ],
      thresholds: [{ name: 'hot', at: 19, hysteresis: 4 }],
    });
    const id = await test().put('a');
    const requests: ScoreRequest[] = [];
    const happens = async (type: string, lateBy = 0) => {
      await test().advance(1_000);
      const now = test().clock.now();
      const [recorded] = await record(test().store, now, eventOf('a', type, now - lateBy));
      const startedBy = { id: recorded?.event.id ?? null, occurredAt: now - lateBy };
      requests.push({ contact: { id, identifiers: [] }, startedBy });
    };
    await happens('paid');
    // Occurred before the first, and reaches the threshold with it when it is told.
    await happens('paid', 60_000);
    for (const type of ['paid', 'paid', 'left', 'left', 'paid', 'paid']) await happens(type);
    await test().process.settled();
    const scored = await scoreContacts(
      test().store,
      { saved: 'default' },
      requests,
      test().clock.now(),
      WHOLE,
    );
    const onItems = scored.map((own) =>
      own.outcome === 'scored' ? own.score.crossings.map(({ direction }) => direction).join() : '',
    );
    expect(onItems).toEqual(['', 'up', '', '', '', 'down', 'up', '']);
    expect((await logged()).map(({ detail }) => detail.direction)).toEqual(['up', 'down', 'up']);
  });

  it('tell after a restart what happened meanwhile, as of its own moment, and nothing twice', async () => {
    await save(FADING);
    await test().put('a');
    await test().happen('a', 'paid');
    const before = await crossings();
    await test().process.close();
    await test().sleep(50 * DAY);
    await test().start();
    keep();
    await test().process.settled();
    const [up, down, ...more] = await crossings();
    expect([[up], more]).toEqual([before, []]);
    expect(Number(down?.split('@')[1])).toBeLessThanOrEqual(10 * DAY + 1_000);
    expect((await test().store.read((tx) => tx.scores.standings([1])))[0]).toMatchObject({
      standing: { above: [] },
      points: { total: 49.999999 },
    });
  });

  it('watch from now on where they are new or changed, and tell who is there already where they are to', async () => {
    await test().put('a');
    await test().put('b');
    await test().happen('a', 'paid');
    await test().advance(DAY);
    await save(FADING);
    await save({ ...FADING, name: 'told' }, true);
    expect((await logged()).map(({ subject, contactId, at }) => [subject, contactId, at])).toEqual([
      ['told', 1, START + DAY],
    ]);
    await save({
      ...FADING,
      thresholds: [
        { name: 'hot', at: 10 },
        { name: 'warm', at: 5 },
      ],
    });
    expect((await logged()).length).toBe(1);
    await test().happen('b', 'paid');
    const own = (await logged()).filter(({ subject, contactId }) => subject === 'default' && contactId === 2);
    expect(own.map(({ detail }) => detail.threshold)).toEqual(['hot', 'warm']);
    const standings = await test().store.read((tx) => tx.scores.standings([1, 2]));
    expect(standings.map(({ standing }) => standing.above)).toEqual([
      ['hot', 'warm'],
      ['hot'],
      ['hot', 'warm'],
      ['hot'],
    ]);
  });

  it('work a merged contact out anew, and tell of it what both reach together', async () => {
    await save(MODEL);
    const [a, b] = [await test().put('a'), await test().put('b')];
    await test().happen('a', 'email_opened');
    await test().happen('b', 'email_opened');
    expect(await crossings()).toEqual([]);
    await test().advance(HOUR);
    const merge = { survivor: { id: a, identifiers: [] }, absorbed: { id: b, identifiers: [] } };
    await mergeAll(test().store, [merge], test().clock.now(), WHOLE);
    await test().process.settled();
    expect(await crossings()).toEqual([`${a} up hot @${HOUR}`]);
  });

  it('give grades as profiles change, each change told once', async () => {
    const rules = [{ rule: { tag: 'vip' }, points: 60 }];
    const grades = { total: [{ name: 'A', from: 50 }, { name: 'B' }] };
    await save({ name: 'default', rules, grades });
    await test().put('a');
    await test().put('a', { tags: ['vip'] });
    await test().put('a', { tags: ['vip'] });
    expect(await crossings()).toEqual(['1 up B>A @0']);
    await test().put('b', { tags: ['vip'] });
    expect((await crossings()).slice(1)).toEqual(['2 up null>A @0']);
  });
});
