import { enterJourney, type EntryRequest } from '../../src/app/journeys/enter-journey';
import { listStays } from '../../src/app/journeys/list-stays';
import { journeyUpkeep } from '../../src/app/journeys/maintain';
import { moveStays } from '../../src/app/journeys/move-stays';
import { publishJourney } from '../../src/app/journeys/publish-journey';
import { deleteSegment } from '../../src/app/segments/saved-segments';
import { saveSegment } from '../../src/app/segments/save-segment';
import type { JourneyWorkflow } from '../../src/app/journeys/save-journey';
import { park } from '../../src/app/park-waits';
import { mergeAll } from '../../src/app/merge-contacts';
import type { JsonObject } from '../../src/domain/json';
import { contactId, WHOLE } from './requests';
import { HOUR, KEY, onEachWaitingProcess, type WaitingProcess } from './waiting-process';

const DAY = 24 * HOUR;
const stepOf = (name: string, ...after: string[]) => ({
  name,
  type: 'wait',
  isDisabled: false,
  settings: '',
  after,
});
const GOAL = { goal: { rule: { event: 'consultation_booked' } } };

async function enter(
  test: WaitingProcess,
  id: number,
  definition: JsonObject,
  { name = 'consult', ...request }: Partial<EntryRequest> & { name?: string } = {},
) {
  const workflow = { id: KEY.workflowId, name: 'W', steps: [stepOf(KEY.nodeName)] };
  const [result] = await enterJourney(
    test.process.store,
    { name, definition, zone: 'UTC', workflow },
    [{ contact: { id, identifiers: [] }, startedBy: null, entryKey: null, ...request }],
    test.clock.now(),
    WHOLE,
  );
  if (!result || result.outcome === 'refused') throw new Error('Refused');
  await test.process.settled();
  return result;
}

/** A contact that entered, and waits so long in it. */
async function enterAndWait(test: WaitingProcess, id: number, definition: JsonObject, duration = 30 * DAY) {
  const { enrolment } = await enter(test, id, definition);
  if (!enrolment) throw new Error('Not entered');
  const { id: enrolmentId } = enrolment;
  const item = { n: id, journey: { name: 'consult', enrolmentId } };
  await test.wait(id, duration, { item, leaveOn: [{ enrolmentId }] });
  await test.process.settled();
  return enrolmentId;
}

onEachWaitingProcess('a stay in a journey', (test) => {
  beforeEach(() => test.process.pump.keep(journeyUpkeep));

  const stays = () => test.process.store.read((tx) => tx.enrolments.select({ limit: 100 }));
  const told = async () => {
    const kinds = ['journey_entered', 'journey_completed', 'journey_left'] as const;
    const changes = await test.process.store.read((tx) => tx.changes.after(0, kinds, 100));
    return changes.map(({ kind, at, subject, detail }) => ({ kind, at, subject, ...detail }));
  };

  it('is completed as soon as the goal is reached, and lets go of who waits in it', async () => {
    const id = await test.contact('ann');
    const start = test.clock.now();
    const enrolmentId = await enterAndWait(test, id, GOAL);
    await test.advance(3 * DAY);
    await test.happen('ann', 'page_viewed');
    expect(await stays()).toMatchObject([{ state: 'active' }]);
    await test.happen('ann', 'consultation_booked');
    const at = start + 3 * DAY;
    expect(await stays()).toMatchObject([{ state: 'completed', endedAt: at, reason: 'goal reached' }]);
    expect(test.outcomes()).toEqual([[id, 'left_early']]);
    expect(test.executions.items[0]?.wait).toMatchObject({
      leftBy: { journey: 'consult', outcome: 'completed', reason: 'goal reached' },
    });
    const own = { subject: 'consult', enrolmentId, isControl: false };
    expect(await told()).toEqual([
      { kind: 'journey_entered', at: start, ...own },
      { kind: 'journey_completed', at, ...own, reason: 'goal reached' },
    ]);
  });

  it('is completed by a goal that was reached and undone while nobody ran, not by one undone before it began', async () => {
    const isPro = { goal: { rule: { property: 'plan', op: 'equals', value: 'pro' } } };
    const id = await test.contact('ann');
    const start = test.clock.now();
    await enter(test, id, isPro);
    await test.process.close();
    const writer = await test.database.open();
    const put = (externalId: string, plan: string) =>
      contactId(writer, test.clock.now(), { externalId }, { properties: { plan } });
    await test.clock.advance(HOUR, async () => {});
    await put('ann', 'pro');
    const other = await put('ben', 'pro');
    await test.clock.advance(HOUR, async () => {});
    await put('ann', 'free');
    await put('ben', 'free');
    await writer.close();
    await test.restart();
    await enter(test, other, isPro);
    test.process.pump.keep(journeyUpkeep);
    await test.process.settled();
    expect(await stays()).toMatchObject([
      { contactId: id, state: 'completed', endedAt: start + HOUR },
      { contactId: other, state: 'active' },
    ]);
  });

  it('lets nobody wait who comes to a wait when it has ended already', async () => {
    const id = await test.contact('ann');
    const { enrolment } = await enter(test, id, GOAL);
    await test.happen('ann', 'consultation_booked');
    const result = await test.wait(id, DAY, { leaveOn: [{ enrolmentId: enrolment?.id ?? 0 }] });
    expect(result).toMatchObject({ outcome: 'left_early', journey: 'consult', state: 'completed' });
  });

  it('counts only what happened since the event it was entered by, itself excepted', async () => {
    const id = await test.contact('ann');
    const earlier = test.clock.now() - DAY;
    await test.happen('ann', 'consultation_booked', {}, earlier);
    const eventId = await test.happen('ann', 'consultation_booked');
    const startedBy = { id: eventId, occurredAt: test.clock.now() };
    expect(await enter(test, id, GOAL, { startedBy })).toMatchObject({ entry: 'entered' });
    await test.happen('ann', 'consultation_booked', {}, earlier);
    expect(await stays()).toMatchObject([{ state: 'active' }]);
    // Shops tell time in seconds: what is recorded later at the same moment is later.
    await test.happen('ann', 'consultation_booked', {}, startedBy.occurredAt);
    expect(await stays()).toMatchObject([{ state: 'completed' }]);
  });

  it('counts all there is of the segments that its goal names', async () => {
    const id = await test.contact('ann');
    await test.happen('ann', 'consultation_booked', {}, test.clock.now() - DAY);
    const booked = { name: 'booked', rule: { event: 'consultation_booked' }, zone: 'UTC' };
    await saveSegment(test.process.store, booked, test.clock.now());
    const result = await enter(test, id, { goal: { rule: { segment: 'booked' } } });
    expect(result).toMatchObject({ outcome: 'left', entry: 'refused', enrolment: null });
    expect(result.reasons[0]).toBe('goal reached');
  });

  it('ends at its own moment: the longest stay by the clock of the contact, also while no process runs', async () => {
    // Clocks go forward in Berlin on 29 March, so that 90 days from 1 January are an hour shorter there.
    const id = await contactId(
      test.process.store,
      test.clock.now(),
      { externalId: 'ann' },
      {
        fields: { timezone: 'Europe/Berlin' },
      },
    );
    const start = test.clock.now();
    await enterAndWait(test, id, { longestStay: { amount: 90, unit: 'days' } }, 300 * DAY);
    const end = start + 90 * DAY - HOUR;
    await test.advance(end - start - 1);
    expect(await stays()).toMatchObject([{ state: 'active' }]);
    await test.process.close();
    await test.clock.advance(5 * DAY, async () => {});
    await test.restart();
    test.process.pump.keep(journeyUpkeep);
    await test.process.settled();
    expect(await stays()).toMatchObject([{ state: 'left', endedAt: end, reason: 'longest stay' }]);
    await test.advance(1_000);
    expect(test.outcomes()).toEqual([[id, 'left_early']]);
  });

  it('ends by time alone, when its exit rule turns', async () => {
    const id = await test.contact('ann');
    await test.happen('ann', 'page_viewed');
    const start = test.clock.now();
    const idle = { event: 'page_viewed', within: { last: 7, unit: 'days' }, count: { op: 'equals', n: 0 } };
    await enter(test, id, { exit: { rule: idle, sinceEntering: false } });
    await test.advance(3 * DAY);
    await test.happen('ann', 'page_viewed');
    await test.advance(7 * DAY);
    expect(await stays()).toMatchObject([{ state: 'active' }]);
    await test.advance(1_000);
    const [stay] = await stays();
    expect(stay).toMatchObject({ state: 'left', reason: 'exit rule' });
    expect((stay?.endedAt ?? 0) - start - 10 * DAY).toBeLessThanOrEqual(1);
  });

  it('goes by a goal that was changed, for those who are in it too', async () => {
    const [ann, bob] = [await test.contact('ann'), await test.contact('bob')];
    await enter(test, ann, GOAL);
    await test.happen('ann', 'trial_started');
    await enter(test, bob, { goal: { rule: { event: 'trial_started' } } });
    expect(await stays()).toMatchObject([
      { contactId: ann, state: 'completed' },
      { contactId: bob, state: 'active' },
    ]);
    expect(await test.process.store.read((tx) => tx.journeys.list())).toMatchObject([
      { version: 2, seededTo: null },
    ]);
  });

  it('in another journey may be the goal', async () => {
    const id = await test.contact('ann');
    await enter(test, id, { goal: { rule: { journey: 'consult', is: 'completed' } } }, { name: 'after' });
    await enter(test, id, GOAL);
    await test.happen('ann', 'consultation_booked');
    expect(await stays()).toMatchObject([{ state: 'completed' }, { state: 'completed' }]);
  });

  it('of the control group is noticed to reach the goal as well', async () => {
    const id = await test.contact('ann');
    const result = await enter(test, id, { ...GOAL, controlShare: 1 });
    expect(result).toMatchObject({
      outcome: 'left',
      entry: 'entered',
      enrolment: { isControl: true, state: 'active' },
    });
    await test.happen('ann', 'consultation_booked');
    expect(await stays()).toMatchObject([{ isControl: true, state: 'completed' }]);
  });

  it('that begins again lets go of who waits in the one before, and of nobody else', async () => {
    const id = await test.contact('ann');
    const always = { reentry: { kind: 'always' } };
    await enterAndWait(test, id, always, 2 * DAY);
    await test.advance(DAY);
    await enterAndWait(test, id, always, 2 * DAY);
    await test.advance(1_000);
    expect(test.outcomes()).toEqual([[id, 'left_early']]);
    await test.advance(2 * DAY);
    expect(test.outcomes()).toEqual([
      [id, 'left_early'],
      [id, 'due'],
    ]);
    expect(await stays()).toMatchObject([{ state: 'left', reason: 'entered again' }, { state: 'active' }]);
  });

  it('that begins again waits though the one before is still on its way out of the same wait', async () => {
    const id = await test.contact('ann');
    const nowhere = { ...KEY, key: 'i/w/stopped' };
    const outcomes: string[] = [];
    for (let turn = 0; turn < 2; turn++) {
      const { enrolment } = await enter(test, id, { reentry: { kind: 'always' } });
      const request = test.requestOf(id, DAY, { leaveOn: [{ enrolmentId: enrolment?.id ?? 0 }] });
      for (let again = 0; again < 2; again++) {
        const [result] = await park(test.process.store, nowhere, [request], test.clock.now(), WHOLE);
        outcomes.push(result?.outcome ?? '');
      }
    }
    expect(outcomes).toEqual(['parked', 'kept', 'parked', 'kept']);
  });

  it('of merged contacts goes on as one, and the waits of the other end', async () => {
    const [ann, bob] = [await test.contact('ann'), await test.contact('bob')];
    await enterAndWait(test, ann, GOAL);
    await enterAndWait(test, bob, GOAL);
    const [survivor, absorbed] = [bob, ann].map((id) => ({ id, identifiers: [] }));
    if (!survivor || !absorbed) throw new Error('Nobody');
    await mergeAll(test.process.store, [{ survivor, absorbed }], test.clock.now(), WHOLE);
    await test.advance(1_000);
    expect(test.outcomes()).toEqual([[bob, 'left_early']]);
    await test.happen('bob', 'consultation_booked');
    await test.advance(1_000);
    expect(await stays()).toMatchObject([
      { contactId: bob, state: 'completed' },
      { contactId: bob, state: 'left' },
    ]);
    expect(test.outcomes()).toHaveLength(2);
  });

  it('that a merge ends is told as left, once, with its moment and why, and its wait sends nothing', async () => {
    const [ann, bob, cid] = [await test.contact('ann'), await test.contact('bob'), await test.contact('cid')];
    const kept = await enterAndWait(test, ann, GOAL);
    const ended = [await enterAndWait(test, bob, GOAL), await enterAndWait(test, cid, GOAL)];
    await enter(test, bob, GOAL, { name: 'another' });
    const at = test.clock.now();
    const references = [cid, ann, bob].map((id) => ({ id, identifiers: [] }));
    const [survivor, ...others] = references;
    const merges = others.flatMap((absorbed) => (survivor ? [{ survivor, absorbed }] : []));
    await mergeAll(test.process.store, merges, at, WHOLE);
    await mergeAll(test.process.store, merges, at, WHOLE);
    const left = (await told()).filter(({ kind }) => kind === 'journey_left');
    const reason = 'the contact was merged with one that had entered before';
    expect(left).toEqual(
      ended.map((enrolmentId) => ({
        kind: 'journey_left',
        at,
        subject: 'consult',
        enrolmentId,
        isControl: false,
        reason,
      })),
    );
    await test.advance(1_000);
    expect(test.outcomes()).toEqual([
      [bob, 'left_early'],
      [cid, 'left_early'],
    ]);
    await test.advance(31 * DAY);
    expect(test.outcomes().filter(([, outcome]) => outcome === 'due')).toEqual([[ann, 'due']]);
    expect((await stays()).find(({ id }) => id === kept)).toMatchObject({ state: 'active', contactId: cid });
  });

  it('is not told as left by a merge that is taken back', async () => {
    const [ann, bob] = [await test.contact('ann'), await test.contact('bob')];
    await enterAndWait(test, ann, GOAL);
    await enterAndWait(test, bob, GOAL);
    const of = (id: number) => ({ id, identifiers: [] });
    const merges = [
      { survivor: of(ann), absorbed: of(bob) },
      { survivor: of(ann), absorbed: of(99_999) },
    ];
    await expect(mergeAll(test.process.store, merges, test.clock.now(), WHOLE)).rejects.toThrow();
    expect((await told()).filter(({ kind }) => kind === 'journey_left')).toEqual([]);
    expect((await stays()).map(({ state }) => state)).toEqual(['active', 'active']);
  });

  it('tells of an edited workflow who waits at a step that is no more', async () => {
    const id = await test.contact('ann');
    await enterAndWait(test, id, GOAL);
    const query = { journey: 'consult', contact: null, state: 'active', limit: 10 } as const;
    const look = async () => {
      const [listed] = await listStays(test.process.store, [query], test.clock.now());
      if (listed?.outcome !== 'listed') throw new Error('Refused');
      return listed.stays.map(({ enrolment, journey, waits }) => [
        enrolment.workflowVersion,
        journey.workflowVersion,
        waits.map(({ step, doesExist, doesLeadOn }) => [step.nodeName, doesExist, doesLeadOn]),
      ]);
    };
    expect(await look()).toEqual([[1, 1, [['Wait', true, false]]]]);
    const publish = (workflow: JourneyWorkflow) =>
      publishJourney(
        test.process.store,
        { name: 'consult', definition: null, zone: 'UTC', workflow },
        test.clock.now(),
      );
    const connected = {
      id: KEY.workflowId,
      name: 'W',
      steps: [stepOf('Mail', KEY.nodeName), stepOf(KEY.nodeName, 'Enter')],
    };
    await publish(connected);
    expect(await look()).toEqual([[1, 2, [['Wait', true, true]]]]);
    await publish(connected);
    // The same steps, and nothing between the wait and the mail.
    await publish({ ...connected, steps: [stepOf('Mail', 'Enter'), stepOf(KEY.nodeName, 'Enter')] });
    expect(await look()).toEqual([[1, 3, [['Wait', true, false]]]]);
    const edited = { id: KEY.workflowId, name: 'W', steps: [stepOf('Another Wait')] };
    await publish(edited);
    expect(await look()).toEqual([[1, 4, [['Wait', false, false]]]]);
    const elsewhere = { ...edited, id: 'another workflow' };
    await publish(elsewhere);
    expect(await look()).toEqual([[1, 5, [['Wait', null, null]]]]);
  });

  it('goes by an edited goal as soon as its workflow is published, though nobody enters', async () => {
    const id = await test.contact('ann');
    await enterAndWait(test, id, GOAL);
    await test.happen('ann', 'order_placed');
    await test.advance(DAY);
    const publish = async (definition: JsonObject) => {
      const workflow = { id: KEY.workflowId, name: 'W', steps: [stepOf(KEY.nodeName)] };
      const published = { name: 'consult', definition, zone: 'UTC', workflow };
      const problems = await publishJourney(test.process.store, published, test.clock.now());
      await test.process.settled();
      return problems;
    };
    // What is refused leaves the goal that is saved in force.
    expect(await publish({ goal: { rule: { segment: 'gone' } } })).toMatchObject([
      { message: 'There is no segment "gone".' },
    ]);
    expect(await publish(GOAL)).toEqual([]);
    expect(await stays()).toMatchObject([{ state: 'active' }]);
    expect(await publish({ goal: { rule: { event: 'order_placed' } } })).toEqual([]);
    expect(await stays()).toMatchObject([{ state: 'completed', endedAt: test.clock.now() }]);
    expect(test.outcomes()).toEqual([[id, 'left_early']]);
  });

  it('is begun by an entry, not by publishing its workflow', async () => {
    const workflow = { id: KEY.workflowId, name: 'W', steps: [] };
    const published = { name: 'new', definition: GOAL, zone: 'UTC', workflow };
    expect(await publishJourney(test.process.store, published, test.clock.now())).toEqual([]);
    expect(await test.process.store.read((tx) => tx.journeys.list())).toEqual([]);
  });

  it('is moved only between waits, and says so of any other step', async () => {
    const id = await test.contact('ann');
    const enrolmentId = await enterAndWait(test, id, GOAL);
    const workflow = { id: KEY.workflowId, name: 'W', steps: [stepOf('Mail'), stepOf(KEY.nodeName)] };
    const published = { name: 'consult', definition: null, zone: 'UTC', workflow };
    await publishJourney(test.process.store, published, test.clock.now());
    const move = async (step: string) => {
      const request = { enrolmentId, step, leaves: 'atOnce' } as const;
      const [result] = await moveStays(test.process.store, [request], test.clock.now(), {
        allOrNothing: false,
      });
      return result?.outcome === 'refused' ? result.problems[0]?.message : result?.reasons[0];
    };
    const rule =
      'contacts can only be moved from one Wait Until Date to another one of the same workflow: here "Wait".';
    expect(await move('Mail')).toBe(`The step "Mail" is no Wait Until Date that was published; ${rule}`);
    expect(await move('Nowhere')).toBe(`The journey's workflow "W" has no waiting step "Nowhere"; ${rule}`);
    expect(await move('Wait')).toBe('it waits in Wait already');
    await test.advance(31 * DAY);
    expect(await move('Wait')).toBe(
      'it waits in no Wait Until Date at this moment, and only who waits can be moved',
    );
  });

  it('costs who is in no journey nothing but a look at the log', async () => {
    await enter(test, await test.contact('ann'), GOAL);
    await test.contact('bob');
    const before = await stays();
    await test.happen('bob', 'consultation_booked');
    expect(await stays()).toEqual(before);
    expect(await test.process.store.read((tx) => journeyUpkeep.state(tx, test.clock.now()))).toEqual({
      isBehind: false,
      nextAt: null,
    });
  });

  it('keeps segments that its journey names from being deleted', async () => {
    const { store } = test.process;
    for (const name of ['booked', 'staff']) {
      await saveSegment(store, { name, rule: { tag: name }, zone: 'UTC' }, test.clock.now());
    }
    const definition = { goal: { rule: { segment: 'booked' } }, excludedSegments: ['staff'] };
    await enter(test, await test.contact('ann'), definition);
    for (const name of ['booked', 'staff']) {
      const result = await deleteSegment(store, name);
      expect(result).toMatchObject({
        outcome: 'refused',
        problems: [{ message: expect.stringContaining('The journey "consult" names') as unknown }],
      });
      expect(await deleteSegment(store, name, { regardless: true })).toMatchObject({ outcome: 'deleted' });
    }
  });
});
