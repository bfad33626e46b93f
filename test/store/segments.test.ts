import type { ChangeKind } from '../../src/domain/change/change';
import { parseRule } from '../../src/domain/rule/parse-rule';
import { EMPTY_BOOK } from '../../src/domain/rule/rule-book';
import type { RuleQuestion, Segment, Transaction } from '../../src/store/port';
import { contactOf, HOSTILE_TEXTS, onEachDatabase } from './each-database';

const MOVES: readonly ChangeKind[] = ['segment_entered', 'segment_left'];

function question(json: unknown, now = 100): RuleQuestion {
  const reading = parseRule(json);
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return { rule: reading.value, book: EMPTY_BOOK, now, workflowZone: 'UTC' };
}

const VIP = { tag: 'vip' };
const put = (tx: Transaction, name: string, definition: Segment['definition'] = VIP, now = 10) =>
  tx.segments.put({ name, definition, zone: 'UTC', seededTo: null }, now);
const moves = (segment: Segment, at: number, ...contactIds: number[]) =>
  contactIds.map((contactId) => ({ segmentId: segment.id, contactId, at }));
const sizeOf = async (tx: Transaction, name: string) => (await tx.segments.get(name))?.size;

onEachDatabase('saved segments', (test) => {
  it('are created in version 1, and saved again in the next under the same id', async () => {
    const [first, second] = await test.write(async (tx) => [
      await put(tx, 'engaged', { event: 'order_placed' }, 10),
      await tx.segments.put({ name: 'engaged', definition: VIP, zone: 'Asia/Tokyo', seededTo: 0 }, 20),
    ]);
    expect(first).toEqual({
      id: 1,
      name: 'engaged',
      version: 1,
      definition: { event: 'order_placed' },
      zone: 'UTC',
      size: 0,
      movedAt: null,
      refreshedAt: 10,
      seededTo: null,
      createdAt: 10,
      updatedAt: 10,
    });
    expect(second).toEqual({
      ...first,
      version: 2,
      definition: VIP,
      zone: 'Asia/Tokyo',
      seededTo: 0,
      updatedAt: 20,
    });
    expect(await test.read((tx) => tx.segments.get('engaged'))).toEqual(second);
    expect(await test.read((tx) => tx.segments.get('Engaged'))).toBeNull();
  });

  it('keep names and definitions of any text, and are listed by name', async () => {
    const definition = { all: HOSTILE_TEXTS.map((tag) => ({ tag })) };
    await test.write(async (tx) => {
      for (const name of HOSTILE_TEXTS) await put(tx, name, definition);
    });
    const listed = await test.read((tx) => tx.segments.list());
    expect(new Set(listed.map(({ name }) => name))).toEqual(new Set(HOSTILE_TEXTS));
    for (const segment of listed) expect(segment.definition).toEqual(definition);
  });

  it('know since when one is still to be seeded', async () => {
    await test.write(async (tx) => {
      const [a, b] = [await put(tx, 'a', VIP, 20), await put(tx, 'b', VIP, 10)];
      expect(await tx.segments.unseededSince()).toBeNull();
      await tx.segments.seed([a.id, b.id], 500);
      expect(await tx.segments.unseededSince()).toBe(10);
      await tx.segments.seed([b.id], null);
      expect(await tx.segments.unseededSince()).toBe(20);
      expect((await tx.segments.list()).map(({ seededTo }) => seededTo)).toEqual([500, null]);
      await tx.segments.seed([a.id], null);
      expect(await tx.segments.unseededSince()).toBeNull();
    });
  });

  it('take members in and out, know the moment and the size, and give them by page', async () => {
    await test.write(async (tx) => {
      const [a, b] = [await put(tx, 'a'), await put(tx, 'b')];
      await tx.segments.move([...moves(a, 20, 1, 2, 3, 4), ...moves(b, 30, 3)], []);
      await tx.segments.move(moves(a, 40, 4), [...moves(a, 40, 2, 4)]);
      expect(await tx.segments.of([1, 2, 3, 4, 5])).toEqual(
        new Map([
          [1, new Set([a.id])],
          [3, new Set([a.id, b.id])],
          [4, new Set([a.id])],
        ]),
      );
      expect(await tx.segments.members({ segmentId: a.id, limit: 2 })).toEqual(moves(a, 20, 1, 3));
      expect(await tx.segments.members({ segmentId: a.id, limit: 2, afterId: 3 })).toEqual(moves(a, 40, 4));
      expect(await tx.segments.members({ segmentId: a.id, limit: 9, contactIds: [2, 3] })).toEqual(
        moves(a, 20, 3),
      );
      const [savedA, savedB] = await tx.segments.list();
      expect(savedA).toMatchObject({ size: 3, movedAt: 40 });
      expect(savedB).toMatchObject({ size: 1, movedAt: 30 });
      await tx.segments.remove(a.id);
      expect(await tx.segments.of([1, 3])).toEqual(new Map([[3, new Set([b.id])]]));
      expect((await tx.segments.list()).map(({ name }) => name)).toEqual(['b']);
    });
  });

  it('are refreshed: who fits is in, each move is logged once, and doing it again moves nobody', async () => {
    await test.write(async (tx) => {
      await tx.contacts.put([1, 2, 3, 4].map((id) => contactOf(id)));
      await tx.contacts.join(
        'tag',
        [1, 2, 3].map((contactId) => ({ contactId, name: 'vip' })),
        1,
      );
      const [a, b] = [await put(tx, 'a'), await put(tx, 'b')];
      await tx.segments.move([...moves(a, 20, 3, 4), ...moves(b, 20, 1)], []);
      expect(await tx.segments.compare(a.id, question(VIP))).toEqual({ fitting: 3, staying: 1 });
      expect(await tx.segments.compare(null, question(VIP))).toEqual({ fitting: 3, staying: 0 });
      expect(await tx.segments.refresh(a, question(VIP), 50, 'later')).toEqual({ entered: 2, left: 1 });
      expect(await tx.segments.members({ segmentId: a.id, limit: 9 })).toEqual([
        ...moves(a, 50, 1, 2),
        ...moves(a, 20, 3),
      ]);
      expect(await tx.segments.members({ segmentId: b.id, limit: 9 })).toEqual(moves(b, 20, 1));
      const logged = () => tx.changes.after(0, MOVES, 99);
      expect(await logged()).toMatchObject([
        { kind: 'segment_left', contactId: 4, at: 50, subject: 'a', eventId: null, detail: {} },
        { kind: 'segment_entered', contactId: 1, at: 50, subject: 'a', eventId: null, detail: {} },
        { kind: 'segment_entered', contactId: 2, at: 50, subject: 'a', eventId: null, detail: {} },
      ]);
      expect(await tx.segments.get('a')).toMatchObject({ size: 3, movedAt: 50, refreshedAt: 50 });
      expect(await tx.segments.refresh(a, question(VIP), 60, 'later')).toEqual({ entered: 0, left: 0 });
      expect(await tx.segments.get('a')).toMatchObject({ size: 3, movedAt: 50, refreshedAt: 60 });
      expect(await tx.segments.refresh(a, question({ none: [{ everyone: true }] }), 70, 'later')).toEqual({
        entered: 0,
        left: 3,
      });
      await tx.segments.refresh(a, question({ tag: 'vip' }), 80, 'first');
      expect((await logged()).at(-1)).toMatchObject({
        kind: 'segment_entered',
        at: 80,
        detail: { alreadyIn: true },
      });
      await tx.segments.refresh(a, question({ none: [{ everyone: true }] }), 70, 'later');
      expect(await tx.segments.get('a')).toMatchObject({ size: 0, movedAt: 70 });
      expect((await logged()).length).toBe(12);
    });
  });

  it('lose contacts that are removed', async () => {
    await test.write(async (tx) => {
      await tx.contacts.put([1, 2, 3].map((id) => contactOf(id)));
      const [a, b] = [await put(tx, 'a'), await put(tx, 'b')];
      await tx.segments.move([...moves(a, 20, 1, 2, 3), ...moves(b, 20, 3)], []);
      await tx.contacts.remove([1, 3], { erase: false });
      expect(await tx.segments.of([1, 2, 3])).toEqual(new Map([[2, new Set([a.id])]]));
      expect([await sizeOf(tx, 'a'), await sizeOf(tx, 'b')]).toEqual([1, 0]);
      await tx.contacts.remove([2], { erase: true });
      expect(await sizeOf(tx, 'a')).toBe(0);
    });
  });

  it('follow a merge: in a segment under either id is in it, once, since the earlier moment', async () => {
    await test.write(async (tx) => {
      await tx.contacts.put([1, 2, 3, 4].map((id) => contactOf(id)));
      const [a, b, c] = [await put(tx, 'a'), await put(tx, 'b'), await put(tx, 'c')];
      await tx.segments.move(
        [
          ...moves(a, 20, 1),
          ...moves(a, 30, 2),
          ...moves(a, 40, 3, 4),
          ...moves(b, 20, 2),
          ...moves(c, 20, 3),
        ],
        [],
      );
      await tx.contacts.absorb(
        [
          { absorbedId: 2, survivorId: 3 },
          { absorbedId: 1, survivorId: 2 },
        ],
        50,
      );
      expect(await tx.segments.of([1, 2, 3, 4])).toEqual(
        new Map([
          [3, new Set([a.id, b.id, c.id])],
          [4, new Set([a.id])],
        ]),
      );
      const members = async ({ id }: Segment) => await tx.segments.members({ segmentId: id, limit: 9 });
      expect([await members(a), await members(b), await members(c)]).toEqual([
        [...moves(a, 20, 3), ...moves(a, 40, 4)],
        moves(b, 20, 3),
        moves(c, 20, 3),
      ]);
      expect((await tx.segments.list()).map(({ size }) => size)).toEqual([2, 1, 1]);
    });
  });

  it('leave what waits for time to turn a rule out of the count of waiting contacts', async () => {
    await test.write(async (tx) => {
      const key = {
        key: 'segments',
        kind: 'segments',
        workflowId: '',
        workflowName: '',
        nodeName: '',
      } as const;
      const { subscription } = await tx.subscriptions.open(key, {}, 1);
      const timer = {
        dedupeKey: '',
        dueAt: 9,
        sinceAt: 0,
        sinceEventId: null,
        watch: null,
        payload: { n: 1 },
      };
      await tx.timers.set(
        subscription.id,
        [1, 2].map((contactId) => ({ ...timer, contactId })),
        'restart',
        1,
      );
      expect(await tx.timers.countByState()).toEqual({ waiting: 0, delivering: 0, failed: 0 });
      expect(await tx.timers.ofContacts(subscription.id, [2, 3])).toMatchObject([
        { contactId: 2, dueAt: 9, payload: { n: 1 } },
      ]);
      expect(await tx.timers.ofContacts(subscription.id + 1, [2])).toEqual([]);
    });
  });
});

onEachDatabase('histories of properties', (test) => {
  const updated = (contactId: number, at: number, fields: Record<string, [unknown, unknown]>) => ({
    kind: 'contact_updated' as const,
    contactId,
    at,
    subject: null,
    eventId: null,
    detail: { fields: fields as never },
  });

  it('begin with what the log knows of a name that is first watched, and only of that', async () => {
    await test.write(async (tx) => {
      await tx.contacts.put([1, 2].map((id) => contactOf(id)));
      await tx.changes.append([
        { ...updated(1, 5, { 'properties.plan': [null, 'free'] }), kind: 'contact_created' },
        updated(1, 10, { 'properties.plan': ['free', 'pro'], firstName: [null, 'Ann'] }),
        updated(1, 20, { 'properties.plan': ['pro', null], 'properties.o\'neil "x".y': [[1], { a: 2 }] }),
        updated(9, 20, { 'properties.plan': ['a', 'b'] }),
      ]);
      await tx.histories.watch(['properties.plan', 'properties.o\'neil "x".y']);
      await tx.histories.watch(['properties.plan']);
    });
    await test.write(async (tx) => {
      expect(await tx.histories.watched()).toEqual(new Set(['properties.plan', 'properties.o\'neil "x".y']));
      await tx.histories.watch(['properties.plan', 'firstName']);
      expect((await tx.histories.watched()).has('firstName')).toBe(true);
    });
    await test.read(async (tx) => {
      expect(await tx.histories.since([1, 2, 9], ['properties.plan'], 0)).toEqual([
        { contactId: 1, name: 'properties.plan', at: 10, before: 'free' },
        { contactId: 1, name: 'properties.plan', at: 20, before: 'pro' },
      ]);
      expect(await tx.histories.since([1], ['firstName', 'properties.o\'neil "x".y'], 0)).toEqual([
        { contactId: 1, name: 'firstName', at: 10, before: null },
        { contactId: 1, name: 'properties.o\'neil "x".y', at: 20, before: [1] },
      ]);
    });
  });

  it('are given from a moment on, of the contacts and names asked for', async () => {
    await test.write(async (tx) => {
      const plan = (contactId: number, at: number) => ({
        contactId,
        name: 'properties.plan',
        at,
        before: at,
      });
      await tx.histories.append([
        plan(1, 10),
        plan(1, 30),
        plan(1, 20),
        plan(2, 20),
        { ...plan(1, 25), name: 'x' },
      ]);
      expect(await tx.histories.since([1], ['properties.plan'], 20)).toEqual([plan(1, 20), plan(1, 30)]);
      expect(await tx.histories.since([], ['properties.plan'], 0)).toEqual([]);
      expect(await tx.histories.since([1], [], 0)).toEqual([]);
    });
  });

  it('end with their contact, also in a merge', async () => {
    await test.write(async (tx) => {
      await tx.contacts.put([1, 2, 3].map((id) => contactOf(id)));
      await tx.histories.append(
        [1, 2, 3].map((contactId) => ({ contactId, name: 'x', at: 1, before: null })),
      );
      await tx.contacts.absorb([{ absorbedId: 2, survivorId: 1 }], 5);
      await tx.contacts.remove([3], { erase: false });
      expect(await tx.histories.since([1, 2, 3], ['x'], 0)).toEqual([
        { contactId: 1, name: 'x', at: 1, before: null },
      ]);
    });
  });
});
