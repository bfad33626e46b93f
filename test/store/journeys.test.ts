import type { NewEnrolment } from '../../src/domain/journey/enrolment';
import type { NewJourney, Transaction } from '../../src/store/port';
import { contactOf, HOSTILE_TEXTS, onEachDatabase } from './each-database';

const journeyOf = (name: string, values: Partial<NewJourney> = {}): NewJourney => ({
  name,
  version: 1,
  definition: {},
  zone: 'UTC',
  workflowId: 'w',
  workflowName: 'W',
  workflowVersion: 1,
  steps: [],
  seededTo: null,
  ...values,
});

const stayOf = (contactId: number, values: Partial<NewEnrolment> = {}): NewEnrolment => ({
  journeyId: 1,
  contactId,
  enteredAt: 10,
  sinceAt: 5,
  eventId: 7,
  entryKey: null,
  isControl: false,
  workflowId: 'w',
  workflowVersion: 1,
  ...values,
});

const people = (tx: Transaction, ...ids: number[]) => tx.contacts.put(ids.map((id) => contactOf(id)));
const left = (id: number, at = 20) => ({ id, state: 'left', at, reason: 'exit rule' }) as const;

onEachDatabase('journeys', (test) => {
  it('are saved under their name, and keep their id and when they were made', async () => {
    const steps = [{ name: 'Wait', type: 't', isDisabled: false, settings: 's', after: ['Enter'] }];
    const [first, second] = await test.write(async (tx) => [
      await tx.journeys.put(journeyOf('welcome'), 10),
      await tx.journeys.put(
        journeyOf('welcome', { version: 2, definition: { a: 1 }, workflowVersion: 2, steps, seededTo: 0 }),
        20,
      ),
    ]);
    expect(first).toEqual({ ...journeyOf('welcome'), id: 1, createdAt: 10, updatedAt: 10 });
    expect(second).toEqual({
      ...first,
      version: 2,
      definition: { a: 1 },
      workflowVersion: 2,
      steps,
      seededTo: 0,
      updatedAt: 20,
    });
    await test.write((tx) => tx.journeys.seed(1, null));
    // Steps alone are no new definition.
    const third = await test.write((tx) =>
      tx.journeys.put(journeyOf('welcome', { version: 2, workflowVersion: 3 }), 30),
    );
    expect(third).toMatchObject({ workflowVersion: 3, seededTo: null, createdAt: 10, updatedAt: 20 });
  });

  it('keep names, definitions and steps of any text, and are listed by name', async () => {
    const steps = HOSTILE_TEXTS.map((name) => ({
      name,
      type: name,
      isDisabled: true,
      settings: name,
      after: [name],
    }));
    await test.write(async (tx) => {
      for (const name of HOSTILE_TEXTS) {
        await tx.journeys.put(journeyOf(name, { definition: { [name]: name }, steps }), 1);
      }
    });
    const listed = await test.read((tx) => tx.journeys.list());
    expect(new Set(listed.map(({ name }) => name))).toEqual(new Set(HOSTILE_TEXTS));
    for (const own of listed) expect(own).toMatchObject({ definition: { [own.name]: own.name }, steps });
    expect(await test.read((tx) => tx.journeys.get('Nothing'))).toBeNull();
  });
});

onEachDatabase('enrolments', (test) => {
  beforeEach(() =>
    test.write(async (tx) => {
      await people(tx, 1, 2, 3);
      await tx.journeys.put(journeyOf('welcome'), 1);
      await tx.journeys.put(journeyOf('winback'), 1);
    }),
  );

  it('stand as they were entered, until they end for a reason, once', async () => {
    const ids = await test.write((tx) => tx.enrolments.enter([stayOf(2), stayOf(1, { isControl: true })]));
    expect(ids).toEqual([1, 2]);
    const active = { state: 'active', endedAt: null, reason: null };
    expect(await test.read((tx) => tx.enrolments.active([1, 2, 3]))).toEqual([
      { ...stayOf(2), id: 1, ...active },
      { ...stayOf(1, { isControl: true }), id: 2, ...active },
    ]);
    await test.write((tx) =>
      tx.enrolments.end([{ id: 1, state: 'completed', at: 15, reason: 'goal reached' }]),
    );
    await test.write((tx) => tx.enrolments.end([left(1, 99)]));
    const ended = { ...stayOf(2), id: 1, state: 'completed', endedAt: 15, reason: 'goal reached' };
    expect((await test.read((tx) => tx.enrolments.get([1, 9]))).get(1)).toEqual(ended);
    expect(await test.read((tx) => tx.journeys.sizes())).toEqual(new Map([[1, 1]]));
  });

  it('are active once for a contact in a journey, and entered once by the same thing', async () => {
    await test.write((tx) => tx.enrolments.enter([stayOf(1, { entryKey: 'event:7' })]));
    await expect(test.write((tx) => tx.enrolments.enter([stayOf(1)]))).rejects.toThrow();
    await test.write((tx) => tx.enrolments.end([left(1)]));
    await expect(
      test.write((tx) => tx.enrolments.enter([stayOf(1, { entryKey: 'event:7' })])),
    ).rejects.toThrow();
    // Another journey, another contact, another thing and nothing that can be told apart are each their own.
    await test.write(async (tx) => {
      await tx.enrolments.enter([stayOf(1, { journeyId: 2, entryKey: 'event:7' })]);
      await tx.enrolments.enter([stayOf(2, { entryKey: 'event:7' })]);
      await tx.enrolments.enter([stayOf(1)]);
      await tx.enrolments.end([left(4)]);
      await tx.enrolments.enter([stayOf(1)]);
    });
    expect((await test.read((tx) => tx.enrolments.of(1, [1, 3]))).map(({ id }) => id)).toEqual([1, 4, 5]);
  });

  it('are found by journey, contact, state and number, page by page', async () => {
    await test.write(async (tx) => {
      await tx.enrolments.enter([stayOf(1), stayOf(2), stayOf(3), stayOf(1, { journeyId: 2 })]);
      await tx.enrolments.end([left(2)]);
    });
    const idsOf = async (query: Partial<Parameters<Transaction['enrolments']['select']>[0]>) =>
      (await test.read((tx) => tx.enrolments.select({ limit: 10, ...query }))).map(({ id }) => id);
    expect(await idsOf({})).toEqual([1, 2, 3, 4]);
    expect(await idsOf({ journeyIds: [1], state: 'active' })).toEqual([1, 3]);
    expect(await idsOf({ contactIds: [1] })).toEqual([1, 4]);
    expect(await idsOf({ ids: [4, 2, 9] })).toEqual([2, 4]);
    expect(await idsOf({ afterId: 1, limit: 2 })).toEqual([2, 3]);
  });

  it('tell each state of a contact in journeys of some names once', async () => {
    await test.write(async (tx) => {
      await tx.enrolments.enter([stayOf(1), stayOf(2)]);
      await tx.enrolments.end([left(1), left(2)]);
      await tx.enrolments.enter([stayOf(1), stayOf(2, { journeyId: 2 })]);
      await tx.enrolments.end([left(3)]);
      await tx.enrolments.enter([stayOf(1)]);
    });
    const standings = await test.read((tx) => tx.enrolments.standings([1, 2, 3], ['welcome', 'nothing']));
    expect(standings.map((own) => `${own.contactId} ${own.journey} ${own.state}`).sort()).toEqual([
      '1 welcome active',
      '1 welcome left',
      '2 welcome left',
    ]);
  });

  it('of merged contacts go on as one: the stay that began earlier, and one name of what was entered by twice', async () => {
    await test.write((tx) =>
      tx.enrolments.enter([
        stayOf(2, { entryKey: 'k' }),
        stayOf(1, { entryKey: 'k' }),
        stayOf(3, { journeyId: 2 }),
      ]),
    );
    await test.write((tx) =>
      tx.contacts.absorb(
        [
          { absorbedId: 2, survivorId: 1 },
          { absorbedId: 3, survivorId: 1 },
        ],
        50,
      ),
    );
    expect(await test.read((tx) => tx.enrolments.active([1, 2, 3]))).toMatchObject([
      { id: 1, contactId: 1, entryKey: 'k' },
      { id: 3, contactId: 1, journeyId: 2 },
    ]);
    expect((await test.read((tx) => tx.enrolments.get([2]))).get(2)).toMatchObject({
      contactId: 1,
      state: 'left',
      endedAt: 50,
      entryKey: null,
      reason: 'the contact was merged with one that had entered before',
    });
  });

  it.each([false, true])('go with a contact that is removed (erase: %s)', async (erase) => {
    await test.write(async (tx) => {
      await tx.enrolments.enter([stayOf(1), stayOf(2)]);
      await tx.contacts.remove([1], { erase });
    });
    expect((await test.read((tx) => tx.enrolments.select({ limit: 9 }))).map(({ id }) => id)).toEqual([2]);
  });

  it('let timers go to another subscription, where their place is free', async () => {
    const moved = await test.write(async (tx) => {
      const wait = { kind: 'wait', workflowId: 'w', workflowName: 'W', nodeName: 'N' } as const;
      const [a, b] = [
        await tx.subscriptions.open({ ...wait, key: 'a' }, {}, 1),
        await tx.subscriptions.open({ ...wait, key: 'b' }, {}, 1),
      ].map(({ subscription }) => subscription.id);
      if (a === undefined || b === undefined) throw new Error('No subscription');
      const timer = (contactId: number, dedupeKey: string | null) => ({
        contactId,
        dedupeKey,
        dueAt: 100,
        sinceAt: 1,
        sinceEventId: null,
        watch: null,
        payload: {},
      });
      await tx.timers.set(b, [timer(1, 'k')], 'keep', 1);
      const set = await tx.timers.set(
        a,
        [timer(1, 'k'), timer(1, 'other'), timer(2, 'k'), timer(3, null)],
        'keep',
        1,
      );
      const ids = set.map(({ id }) => id);
      await tx.timers.claim(ids.slice(3), 'c', 900);
      return { count: await tx.timers.transfer(ids, b), there: await tx.timers.ripe(b, 100, 10), ids };
    });
    expect(moved.count).toBe(2);
    expect(moved.there.map(({ id }) => id)).toEqual([1, moved.ids[1], moved.ids[2]]);
  });
});
