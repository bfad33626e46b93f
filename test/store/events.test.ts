import type { NewEvent } from '../../src/domain/event/event';
import { HOSTILE_TEXTS, onEachDatabase } from './each-database';

const LAST_MOMENT = 8_640_000_000_000_000;

const happened = (
  values: Partial<NewEvent & { contactId: number }> = {},
): NewEvent & { contactId: number } => ({
  contactId: 1,
  type: 'page_viewed',
  occurredAt: 10,
  properties: {},
  key: null,
  ...values,
});

onEachDatabase('events', (test) => {
  const append = (...events: Array<NewEvent & { contactId: number }>) =>
    test.write((tx) => tx.events.append(events, 99));

  it('gives back what was recorded, in the order given', async () => {
    const events = [
      happened({ contactId: 2, properties: { a: [1, { b: null }] } }),
      happened({ occurredAt: -LAST_MOMENT, key: 'k' }),
      happened({ occurredAt: LAST_MOMENT }),
    ];
    const stored = await append(...events);
    expect(stored).toEqual(
      events.map((event, index) => ({ isNew: true, event: { ...event, id: index + 1, recordedAt: 99 } })),
    );
    const found = await test.read((tx) => tx.events.get([3, 2, 1, 4]));
    expect(found).toEqual(new Map(stored.map(({ event }) => [event.id, event])));
    expect(await append()).toEqual([]);
  });

  it('records an event of a known key once, within a call and in later ones', async () => {
    const [first, again] = await append(
      happened({ key: 'order-1', properties: { total: 5 } }),
      happened({ key: 'order-1', contactId: 2, properties: { total: 6 } }),
    );
    expect([first?.isNew, again?.isNew]).toEqual([true, false]);
    expect(again?.event).toEqual(first?.event);
    const [later, other, nameless] = await append(
      happened({ key: 'order-1', type: 'other' }),
      happened({ key: 'ORDER-1' }),
      happened(),
    );
    expect([later?.isNew, later?.event]).toEqual([false, first?.event]);
    expect([other?.isNew, nameless?.isNew]).toEqual([true, true]);
    expect(await test.read((tx) => tx.events.count())).toBe(3);
  });

  it('keeps hostile types, keys and properties', async () => {
    const events = HOSTILE_TEXTS.map((text) =>
      happened({ type: text, key: text, properties: Object.fromEntries([[text, text]]) }),
    );
    const stored = await append(...events);
    const found = await test.read((tx) => tx.events.get(stored.map(({ event }) => event.id)));
    expect([...found.values()].sort((a, b) => a.id - b.id)).toEqual(stored.map(({ event }) => event));
    for (const { event } of stored) {
      const types = [event.type];
      const selected = await test.read((tx) => tx.events.select({ types, limit: 9 }));
      expect(selected.map(({ type }) => type)).toEqual([event.type]);
      const since = await test.read((tx) => tx.events.since([{ contactId: 1, type: event.type, at: 0 }]));
      expect(since.map(({ type }) => type)).toEqual([event.type]);
    }
    expect((await append(...events)).every(({ isNew }) => !isNew)).toBe(true);
  });

  describe('select', () => {
    beforeEach(async () => {
      await append(
        happened({ occurredAt: 30, type: 'order_placed' }),
        happened({ occurredAt: 10, type: 'order_paid' }),
        happened({ occurredAt: 20, type: 'orderXpaid', contactId: 2 }),
        happened({ occurredAt: 20, type: 'page_viewed', contactId: 2 }),
      );
    });
    const ids = async (
      query: Parameters<Parameters<Parameters<typeof test.read>[0]>[0]['events']['select']>[0],
    ) => (await test.read((tx) => tx.events.select(query))).map(({ id }) => id);

    it.each([
      ['newest first, the later recorded of two at one moment', { limit: 9 }, [1, 4, 3, 2]],
      ['at most so many', { limit: 2 }, [1, 4]],
      ['of contacts', { contactIds: [2, 3], limit: 9 }, [4, 3]],
      ['of no contacts', { contactIds: [], limit: 9 }, []],
      ['of a type', { types: ['order_paid'], limit: 9 }, [2]],
      ['of a beginning, where _ is no wildcard', { types: ['order_*'], limit: 9 }, [1, 2]],
      ['of several', { types: ['order_paid', 'page_*'], limit: 9 }, [4, 2]],
      ['no types are any', { types: [], limit: 9 }, [1, 4, 3, 2]],
      ['of every type by *', { types: ['*'], contactIds: [1], limit: 9 }, [1, 2]],
      ['from a moment on, before another', { occurredAfter: 10, occurredBefore: 30, limit: 9 }, [4, 3, 2]],
      ['after another in this order', { olderThan: { occurredAt: 20, id: 4 }, limit: 9 }, [3, 2]],
      ['after one that is not there', { olderThan: { occurredAt: 20, id: 9 }, limit: 1 }, [4]],
    ])('%s', async (_, query, expected) => {
      expect(await ids(query)).toEqual(expected);
    });

    it('a type that differs in case is another type', async () => {
      expect(await ids({ types: ['ORDER_*', 'Page_viewed'], limit: 9 })).toEqual([]);
    });
  });

  it('since: what happened at or after each asked moment, oldest first, each once', async () => {
    await append(
      happened({ occurredAt: 30, type: 'order_placed' }),
      happened({ occurredAt: 10, type: 'order_paid' }),
      happened({ occurredAt: 9, type: 'order_paid' }),
      happened({ occurredAt: 50, type: 'order_paid', contactId: 2 }),
      happened({ occurredAt: 50, type: 'order%paid', contactId: 2 }),
    );
    const since = async (...asked: Array<[number, string, number]>) =>
      (
        await test.read((tx) =>
          tx.events.since(asked.map(([contactId, type, at]) => ({ contactId, type, at }))),
        )
      ).map(({ id }) => id);
    expect(await since([1, 'order_*', 10], [1, 'order_paid', 10], [2, 'order_paid', 51])).toEqual([2, 1]);
    expect(await since([2, 'order%*', 0])).toEqual([5]);
    expect(await since([2, 'Order_*', 0])).toEqual([]);
    expect(await since()).toEqual([]);
  });

  it('judged since: of each type asked for, oldest first, with properties where they are asked for', async () => {
    const properties = { total: 5 };
    await append(
      happened({ occurredAt: 30, type: 'order_placed', properties }),
      happened({ occurredAt: 10, type: 'order_paid', properties }),
      happened({ occurredAt: 9, type: 'order_paid', properties }),
      happened({ occurredAt: 50, type: 'order_placed', contactId: 2, properties }),
    );
    const asked = [
      { contactId: 1, type: 'order_placed', at: 0, withProperties: false },
      { contactId: 1, type: 'order_paid', at: 10, withProperties: true },
      { contactId: 2, type: 'order_placed', at: 51, withProperties: true },
      { contactId: 2, type: 'order_*', at: 0, withProperties: false },
    ];
    expect(await test.read((tx) => tx.events.judgedSince(asked))).toEqual([
      { id: 2, contactId: 1, type: 'order_paid', occurredAt: 10, properties },
      { id: 1, contactId: 1, type: 'order_placed', occurredAt: 30, properties: {} },
    ]);
    expect(await test.read((tx) => tx.events.judgedSince([]))).toEqual([]);
  });

  it('prunes up to a limit, the types asked for, what occurred before a moment', async () => {
    await append(
      happened({ occurredAt: 1, type: 'a' }),
      happened({ occurredAt: 2, type: 'a' }),
      happened({ occurredAt: 3, type: 'a' }),
      happened({ occurredAt: 1, type: 'b', key: 'kept' }),
    );
    await test.write((tx) =>
      tx.catalogue.note([
        { kind: 'event', name: 'a' },
        { kind: 'event', name: 'b' },
      ]),
    );
    const prune = (before: number, types: string[] | null, limit: number) =>
      test.write((tx) => tx.events.prune(before, types, limit));
    expect(await prune(3, ['a'], 1)).toBe(1);
    expect(await prune(3, ['a'], 9)).toBe(1);
    expect(await prune(3, ['a'], 9)).toBe(0);
    expect(await prune(1, null, 9)).toBe(0);
    expect(await prune(4, null, 9)).toBe(2);
    expect(await test.read((tx) => tx.events.count())).toBe(0);
    const [again] = await append(happened({ type: 'b', key: 'kept' }));
    expect([again?.isNew, again?.event.id]).toEqual([true, 5]);
  });

  it('removes events, and takes their keys again for others', async () => {
    await append(happened({ key: 'answer' }), happened({ key: 'other' }), happened());
    expect(await test.write((tx) => tx.events.remove([1, 3, 99, 1]))).toBe(2);
    expect(await test.write((tx) => tx.events.remove([1]))).toBe(0);
    expect(await test.write((tx) => tx.events.remove([]))).toBe(0);
    const [again, other] = await append(happened({ key: 'answer' }), happened({ key: 'other' }));
    expect([again?.isNew, again?.event.id, other?.isNew]).toEqual([true, 4, false]);
    expect(await test.read((tx) => tx.events.count())).toBe(2);
  });

  it('prunes events of types that nobody noted', async () => {
    await append(happened({ type: 'unnoted' }));
    expect(await test.write((tx) => tx.events.prune(100, null, 9))).toBe(1);
  });

  it('takes 10,000 in one call', async () => {
    const events = Array.from({ length: 10_000 }, (_, n) => happened({ contactId: n, key: `k${n}` }));
    expect((await append(...events)).filter(({ isNew }) => isNew)).toHaveLength(10_000);
    expect((await append(...events)).filter(({ isNew }) => isNew)).toHaveLength(0);
    expect(await test.read((tx) => tx.events.count())).toBe(10_000);
  });
});
