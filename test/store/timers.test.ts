import type { NewTimer, Timer } from '../../src/store/port';
import { HOSTILE_TEXTS, onEachDatabase } from './each-database';

const newTimer = (contactId: number, values: Partial<NewTimer> = {}): NewTimer => ({
  contactId,
  dedupeKey: '',
  dueAt: 100,
  sinceAt: 1,
  sinceEventId: null,
  watch: null,
  payload: {},
  ...values,
});

onEachDatabase('timers', (test) => {
  let wait: number;
  let other: number;
  beforeEach(async () => {
    const key = { kind: 'wait', workflowId: 'w', workflowName: 'W', nodeName: 'N' } as const;
    [wait = 0, other = 0] = await test.write(async (tx) => {
      const opened = [];
      for (const name of ['a', 'b']) opened.push(await tx.subscriptions.open({ ...key, key: name }, {}, 1));
      return opened.map(({ subscription }) => subscription.id);
    });
  });

  const set = (
    timers: readonly NewTimer[],
    present: 'keep' | 'restart' = 'keep',
    now = 1,
    subscription = wait,
  ) => test.write((tx) => tx.timers.set(subscription, timers, present, now));
  const ripe = (now: number, limit = 100, subscription = wait) =>
    test.read((tx) => tx.timers.ripe(subscription, now, limit));
  const claim = (ids: number[], name: string, until: number) =>
    test.write((tx) => tx.timers.claim(ids, name, until));
  const all = () => test.read((tx) => tx.timers.list({ limit: 100_000 }));
  const one = async (id: number): Promise<Timer> => {
    const [timer] = await test.read((tx) => tx.timers.list({ ids: [id], limit: 1 }));
    if (!timer) throw new Error(`Timer ${id} is gone`);
    return timer;
  };
  const idsOf = (timers: readonly Timer[]) => timers.map(({ id }) => id);

  describe('set', () => {
    it('gives back what was set', async () => {
      const timer = newTimer(7, {
        dedupeKey: `cart '"%`,
        dueAt: 8_640_000_000_000_000,
        sinceAt: -5,
        sinceEventId: 3,
        watch: ['order_*', `'"\\`],
        payload: { item: { a: [null, '🎉'] } },
      });
      expect(await set([timer], 'keep', 9)).toEqual([{ id: 1, outcome: 'set', dueAt: timer.dueAt }]);
      expect(await all()).toEqual([
        {
          ...timer,
          id: 1,
          subscriptionId: wait,
          createdAt: 9,
          attempt: 0,
          isAlone: false,
          claim: null,
          error: null,
          state: 'waiting',
        },
      ]);
    });

    it('keep leaves one that waits alone, restart replaces it; neither touches other keys, contacts, subscriptions', async () => {
      await set([newTimer(1), newTimer(2), newTimer(1, { dedupeKey: 'b' })]);
      await set([newTimer(1)], 'keep', 1, other);
      expect(await set([newTimer(1, { dueAt: 200 })], 'keep')).toEqual([
        { id: 1, outcome: 'kept', dueAt: 100 },
      ]);
      expect(await set([newTimer(1, { dueAt: 300, payload: { n: 2 }, watch: ['x'] })], 'restart')).toEqual([
        { id: 1, outcome: 'restarted', dueAt: 300 },
      ]);
      const timers = await all();
      expect(timers.map(({ dueAt }) => dueAt)).toEqual([300, 100, 100, 100]);
      expect(timers[0]).toMatchObject({ payload: { n: 2 }, watch: ['x'] });
      expect(idsOf(await ripe(299))).toEqual([2, 3]);
    });

    it('restart leaves one that is about something newer', async () => {
      await set([newTimer(1, { sinceAt: 50, dueAt: 400 })], 'restart');
      expect(await set([newTimer(1, { sinceAt: 49, dueAt: 500 })], 'restart')).toEqual([
        { id: 1, outcome: 'kept', dueAt: 400 },
      ]);
      expect(await set([newTimer(1, { sinceAt: 50, dueAt: 500 })], 'restart')).toEqual([
        { id: 1, outcome: 'restarted', dueAt: 500 },
      ]);
    });

    it('replace takes the place of those it names, and sets others beside', async () => {
      await set([newTimer(1), newTimer(2)]);
      await test.write((tx) =>
        tx.timers.replace(
          wait,
          [
            { ...newTimer(2, { dueAt: 300, payload: { n: 2 } }), id: 2 },
            { ...newTimer(3, { dueAt: 400 }), id: null },
          ],
          5,
        ),
      );
      expect(await all()).toMatchObject([
        { id: 1, contactId: 1, dueAt: 100 },
        { id: 2, contactId: 2, dueAt: 300, payload: { n: 2 } },
        { id: 3, contactId: 3, dueAt: 400, createdAt: 5 },
      ]);
      expect(idsOf(await ripe(300))).toEqual([1, 2]);
      await set([newTimer(4)]);
      expect((await one(4)).contactId).toBe(4);
    });

    it('works a batch off one after the other', async () => {
      const outcomes = async (present: 'keep' | 'restart', contactId: number) =>
        (await set([newTimer(contactId, { dueAt: 1 }), newTimer(contactId, { dueAt: 2 })], present)).map(
          ({ outcome, dueAt }) => [outcome, dueAt],
        );
      expect(await outcomes('keep', 1)).toEqual([
        ['set', 1],
        ['kept', 1],
      ]);
      expect(await outcomes('restart', 2)).toEqual([
        ['set', 1],
        ['restarted', 2],
      ]);
      expect((await all()).map(({ contactId, dueAt }) => [contactId, dueAt])).toEqual([
        [1, 1],
        [2, 2],
      ]);
    });

    it('without a key any number wait', async () => {
      await set([newTimer(1, { dedupeKey: null }), newTimer(1, { dedupeKey: null }), newTimer(1)], 'restart');
      await set([newTimer(1, { dedupeKey: null })], 'restart');
      expect(await all()).toHaveLength(4);
    });

    it('a contact may wait again while it is being delivered', async () => {
      const [first] = await set([newTimer(1)]);
      await claim([first?.id ?? 0], 'c', 500);
      expect((await set([newTimer(1)], 'keep')).map(({ outcome }) => outcome)).toEqual(['set']);
      expect(await all()).toHaveLength(2);
    });

    it('keeps hostile keys apart and takes none', async () => {
      const timers = HOSTILE_TEXTS.map((text) =>
        newTimer(1, { dedupeKey: text, watch: [text], payload: { text } }),
      );
      await set(timers);
      expect((await set(timers, 'keep')).every(({ outcome }) => outcome === 'kept')).toBe(true);
      expect((await all()).map(({ dedupeKey }) => dedupeKey)).toEqual([...HOSTILE_TEXTS]);
      expect(await set([])).toEqual([]);
    });

    it('takes 10,000 in one call', async () => {
      const timers = Array.from({ length: 10_000 }, (_, n) => newTimer(n + 1));
      await set(timers);
      expect((await set(timers, 'restart', 2)).every(({ outcome }) => outcome === 'restarted')).toBe(true);
      const due = await ripe(100, 20_000);
      expect(due).toHaveLength(10_000);
      await claim(idsOf(due), 'c', 500);
      expect(await test.write((tx) => tx.timers.settle('c'))).toBe(10_000);
    });
  });

  describe('ripe and nextLook', () => {
    it('oldest first, the first set of two at one moment, at most so many, none before its time', async () => {
      await set([
        newTimer(1, { dueAt: 30 }),
        newTimer(2, { dueAt: 10 }),
        newTimer(3, { dueAt: 20 }),
        newTimer(4, { dueAt: 20 }),
      ]);
      expect(idsOf(await ripe(9))).toEqual([]);
      expect(idsOf(await ripe(10))).toEqual([2]);
      expect(idsOf(await ripe(30))).toEqual([2, 3, 4, 1]);
      expect(idsOf(await ripe(30, 2))).toEqual([2, 3]);
      expect(idsOf(await ripe(30, 9, other))).toEqual([]);
    });

    it('tells the earliest look of the asked subscriptions', async () => {
      const next = (...ids: number[]) => test.read((tx) => tx.timers.nextLook(ids));
      expect(await next(wait, other)).toBeNull();
      await set([newTimer(1, { dueAt: 30 }), newTimer(2, { dueAt: 10 })]);
      await set([newTimer(1, { dueAt: 5 })], 'keep', 1, other);
      expect([await next(), await next(wait), await next(other), await next(wait, other)]).toEqual([
        null,
        10,
        5,
        5,
      ]);
      await claim([2], 'c', 70);
      expect(await next(wait)).toBe(30);
      await claim([1], 'd', 90);
      expect(await next(wait)).toBe(70);
      await test.write((tx) => tx.timers.fail('c', 'broken'));
      expect(await next(wait)).toBe(90);
    });
  });

  describe('deliveries', () => {
    beforeEach(() => set([newTimer(1), newTimer(2), newTimer(3)]));

    it('a claim counts the attempt, and is due again when its lease has run out', async () => {
      await claim([1, 2], 'c', 500);
      expect(await one(1)).toMatchObject({ state: 'delivering', claim: 'c', attempt: 1 });
      expect(idsOf(await ripe(499))).toEqual([3]);
      expect(idsOf(await ripe(500))).toEqual([3, 1, 2]);
      await test.write((tx) => tx.timers.renew(['c', 'unknown'], 900));
      expect(idsOf(await ripe(899))).toEqual([3]);
      await claim([1], 'd', 950);
      expect(await one(1)).toMatchObject({ claim: 'd', attempt: 2 });
      expect(await test.write((tx) => tx.timers.settle('c'))).toBe(1);
      expect(idsOf(await all())).toEqual([1, 3]);
    });

    it('a claim of nothing, renewals and postponements of nothing do nothing', async () => {
      await claim([], 'c', 500);
      await test.write((tx) => tx.timers.renew([], 500));
      await test.write((tx) => tx.timers.postpone([]));
      expect((await all()).every(({ state, attempt }) => state === 'waiting' && attempt === 0)).toBe(true);
    });

    it('settle ends a delivery, once', async () => {
      await claim([1, 2], 'c', 500);
      expect(await test.write((tx) => tx.timers.settle('c'))).toBe(2);
      expect(await test.write((tx) => tx.timers.settle('c'))).toBe(0);
      expect(idsOf(await all())).toEqual([3]);
    });

    it('isolate gives each back alone and at once', async () => {
      await claim([1, 2], 'c', 500);
      expect(await test.write((tx) => tx.timers.isolate('c', 200))).toBe(2);
      expect(await one(1)).toMatchObject({
        state: 'waiting',
        claim: null,
        isAlone: true,
        attempt: 1,
        dueAt: 100,
      });
      expect(idsOf(await ripe(200))).toEqual([3, 1, 2]);
    });

    it('fail keeps them with the error, looked at no more', async () => {
      await claim([1], 'c', 500);
      const error = `it's "broken" \\ 100% 🎉`;
      expect(await test.write((tx) => tx.timers.fail('c', error))).toBe(1);
      expect(await one(1)).toMatchObject({ state: 'failed', claim: null, error, attempt: 1 });
      expect(idsOf(await ripe(1_000_000))).toEqual([2, 3]);
      expect(await test.read((tx) => tx.timers.countByState())).toEqual({
        waiting: 2,
        delivering: 0,
        failed: 1,
      });
    });

    it('postpone looks again at the due time', async () => {
      await set([newTimer(4, { dueAt: 1_000, watch: ['x'] })]);
      await test.write((tx) => tx.timers.wake([{ contactId: 4, type: 'x' }], 50));
      expect(idsOf(await ripe(60))).toEqual([4]);
      await test.write((tx) => tx.timers.postpone([4]));
      expect(idsOf(await ripe(999))).toEqual([1, 2, 3]);
      expect(idsOf(await ripe(1_000))).toEqual([1, 2, 3, 4]);
    });

    it('reschedule gives another due time, also to one that was being delivered', async () => {
      await claim([1], 'c', 500);
      await test.write((tx) => tx.timers.reschedule([{ id: 1, dueAt: 300 }]));
      await test.write((tx) => tx.timers.reschedule([]));
      expect(await one(1)).toMatchObject({ dueAt: 300, state: 'waiting', claim: null });
      expect(idsOf(await ripe(299))).toEqual([2, 3]);
      expect(idsOf(await ripe(300))).toEqual([2, 3, 1]);
    });

    it('release lets waiting and failed ones go at once, and nothing that is being delivered', async () => {
      await set([newTimer(4, { dueAt: 1_000 })]);
      await claim([1], 'c', 500);
      for (let attempt = 0; attempt < 6; attempt++) await claim([2], 'd', 500);
      await test.write((tx) => tx.timers.fail('d', 'broken'));
      expect(await test.write((tx) => tx.timers.release([1, 2, 4, 99], 200))).toBe(2);
      expect(await one(1)).toMatchObject({ claim: 'c', dueAt: 100 });
      expect(await one(2)).toMatchObject({
        state: 'waiting',
        error: null,
        dueAt: 100,
        attempt: 1,
        isAlone: true,
      });
      expect(await one(4)).toMatchObject({ state: 'waiting', dueAt: 200, attempt: 0, isAlone: false });
      expect(idsOf(await ripe(200))).toEqual([3, 2, 4]);
    });

    it('counts by state', async () => {
      await claim([1], 'c', 500);
      await claim([2], 'd', 500);
      await test.write((tx) => tx.timers.fail('d', 'x'));
      expect(await test.read((tx) => tx.timers.countByState())).toEqual({
        waiting: 1,
        delivering: 1,
        failed: 1,
      });
    });
  });

  describe('waking', () => {
    const wake = (contactId: number, type: string, now = 50) =>
      test.write((tx) => tx.timers.wake([{ contactId, type }], now));

    beforeEach(async () => {
      await set([
        newTimer(1, { watch: ['order_*', 'cart_emptied'] }),
        newTimer(2, { watch: ['order_*'] }),
        newTimer(1, { dedupeKey: 'plain' }),
        newTimer(1, { dedupeKey: 'due', watch: ['order_*'], dueAt: 10 }),
      ]);
      await set([newTimer(1, { watch: ['order_placed'] })], 'keep', 1, other);
    });

    it('looks at once at timers of that contact that watch the type', async () => {
      expect(await wake(1, 'page_viewed')).toBe(0);
      expect(await wake(1, 'order')).toBe(0);
      expect(await wake(3, 'order_placed')).toBe(0);
      expect(await wake(1, 'order_placed')).toBe(2);
      expect(idsOf(await ripe(50))).toEqual([4, 1]);
      expect(idsOf(await ripe(50, 9, other))).toEqual([5]);
      expect((await one(1)).dueAt).toBe(100);
    });

    it('leaves alone what is being delivered or has failed', async () => {
      await claim([1], 'c', 500);
      await claim([2], 'd', 500);
      await test.write((tx) => tx.timers.fail('d', 'x'));
      expect(await wake(1, 'cart_emptied')).toBe(0);
      expect(await wake(2, 'order_placed')).toBe(0);
      expect((await one(2)).state).toBe('failed');
      expect(idsOf(await ripe(499))).toEqual([4, 3]);
    });

    it('takes many events of many contacts', async () => {
      const events = Array.from({ length: 10_000 }, (_, n) => ({ contactId: n % 100, type: `order_${n}` }));
      expect(await test.write((tx) => tx.timers.wake(events, 50))).toBe(2);
      expect(await test.write((tx) => tx.timers.wake([], 50))).toBe(0);
    });

    it('wakes every waiting timer that watches something with a part, whoever it is of', async () => {
      await set([
        newTimer(3, { watch: ['segment_left:a%"b'] }),
        newTimer(4, { watch: ['x', 'segment_entered:a'] }),
      ]);
      await claim([2], 'c', 500);
      const wakeWatching = (part: string) => test.write((tx) => tx.timers.wakeWatching(part, 50));
      expect(await wakeWatching('segment\\_')).toBe(0);
      expect(await wakeWatching('segment_')).toBe(2);
      expect(await wakeWatching('segment_')).toBe(0);
      expect(await wakeWatching('order_')).toBe(2);
      expect((await ripe(50)).map(({ contactId }) => contactId).sort()).toEqual([1, 1, 3, 4]);
    });

    it('wakes every watching timer of contacts, others not', async () => {
      expect(await test.write((tx) => tx.timers.wakeContacts([1, 9], 50))).toBe(2);
      expect(idsOf(await ripe(50))).toEqual([4, 1]);
    });
  });

  describe('list and remove', () => {
    beforeEach(async () => {
      await set([newTimer(1), newTimer(2), newTimer(3)]);
      await set([newTimer(1)], 'keep', 1, other);
      await claim([2], 'c', 500);
      await claim([3], 'd', 500);
      await test.write((tx) => tx.timers.fail('d', 'x'));
    });
    const list = async (
      query: Omit<Parameters<Parameters<Parameters<typeof test.read>[0]>[0]['timers']['list']>[0], 'limit'>,
    ) => idsOf(await test.read((tx) => tx.timers.list({ ...query, limit: 9 })));

    it('lists by every given condition, by id', async () => {
      expect(await list({})).toEqual([1, 2, 3, 4]);
      expect(await list({ subscriptionIds: [other] })).toEqual([4]);
      expect(await list({ subscriptionIds: [] })).toEqual([]);
      expect(await list({ contactIds: [1] })).toEqual([1, 4]);
      expect(await list({ ids: [4, 2] })).toEqual([2, 4]);
      expect(await list({ state: 'waiting' })).toEqual([1, 4]);
      expect(await list({ state: 'delivering' })).toEqual([2]);
      expect(await list({ state: 'failed' })).toEqual([3]);
      expect(await list({ afterId: 2 })).toEqual([3, 4]);
      expect(await list({ contactIds: [1], subscriptionIds: [wait], state: 'waiting' })).toEqual([1]);
      expect(idsOf(await test.read((tx) => tx.timers.list({ limit: 2 })))).toEqual([1, 2]);
    });

    it('removes by id and tells how many', async () => {
      expect(await test.write((tx) => tx.timers.remove([1, 3, 99]))).toBe(2);
      expect(idsOf(await all())).toEqual([2, 4]);
    });

    it('clear takes what was never delivered, of one subscription', async () => {
      await set([newTimer(4)]);
      expect(await test.write((tx) => tx.timers.clear(wait))).toBe(2);
      expect(idsOf(await all())).toEqual([2, 3, 4]);
    });

    it('removeFor takes what was never delivered and falls due later, of one subscription', async () => {
      await set([newTimer(5, { dueAt: 50 }), newTimer(5, { dueAt: 51, dedupeKey: 'later' }), newTimer(6)]);
      const gone = await test.write((tx) =>
        tx.timers.removeFor(
          wait,
          [1, 2, 3, 5, 5].map((contactId) => ({ contactId, dueAfter: 50 })),
        ),
      );
      expect(gone).toBe(2);
      expect((await all()).map(({ contactId, dueAt }) => [contactId, dueAt])).toEqual([
        [2, 100],
        [3, 100],
        [1, 100],
        [5, 50],
        [6, 100],
      ]);
    });
  });
});
