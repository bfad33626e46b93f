import type { Contact } from '../../src/domain/contact/contact';
import type { Store } from '../../src/store/port';
import { DATABASES, type TestDatabase } from './databases';

function contact(id: number, values: Partial<Contact> = {}): Contact {
  return {
    id,
    email: null,
    phone: null,
    externalId: null,
    firstName: null,
    lastName: null,
    locale: null,
    timezone: null,
    country: null,
    lifecycleStage: null,
    properties: {},
    createdAt: 1_000,
    updatedAt: 1_000,
    ...values,
  };
}

describe.each(DATABASES)('contacts in $name', ({ create }) => {
  let database: TestDatabase;
  let store: Store;

  beforeEach(async () => {
    database = await create();
    store = await database.open();
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  it('gives back what was put, and nothing for unknown ids', async () => {
    const ann = contact(1, { email: 'ann@example.com', properties: { plan: 'pro', nested: { a: [1, null, 'x'] } } });
    await store.write((tx) => tx.contacts.put([ann]));
    const found = await store.read((tx) => tx.contacts.get([1, 2]));
    expect([...found.entries()]).toEqual([[1, ann]]);
  });
  it('smoke', async () => {
    await store.write(async (tx) => {
      const ids = await tx.contacts.allocateIds(3);
      expect(ids).toEqual([1, 2, 3]);
      await tx.contacts.put(ids.map((id) => contact(id)));
      await tx.contacts.putIdentifiers([{ kind: 'email', value: 'a@example.com', contactId: 1 }, { kind: 'anonymousId', value: 'x', contactId: 2 }]);
      await tx.contacts.join('tag', [{ contactId: 2, name: 'vip' }], 5);
      await tx.consents.put([{ contactId: 1, channel: 'email', status: 'opted_in', at: 3 }]);
      await tx.consents.append([{ contactId: 1, channel: 'email', status: 'opted_in', at: 3, source: 's', evidence: { ip: '1' }, by: 'contact', changed: true }], 4);
      const stored = await tx.events.append([{ contactId: 2, type: 'page_viewed', occurredAt: 7, properties: { a: 1 }, key: 'k' }, { contactId: 2, type: 'page_viewed', occurredAt: 7, properties: { a: 1 }, key: 'k' }], 8);
      expect(stored.map((s) => s.isNew)).toEqual([true, false]);
      await tx.changes.append([{ kind: 'event_recorded', contactId: 2, at: 8, subject: 'page_viewed', eventId: 1, detail: {} }]);
      const { subscription } = await tx.subscriptions.open({ key: 'k', kind: 'wait', workflowId: 'w', workflowName: 'W', nodeName: 'N' }, { a: 1 }, 1);
      expect(subscription.cursor).toBe(1);
      const set = await tx.timers.set(subscription.id, [{ contactId: 2, dedupeKey: '', dueAt: 100, sinceAt: 1, sinceEventId: null, watch: ['order_*'], payload: { x: 1 } }], 'keep', 9);
      expect(set[0]?.outcome).toBe('set');
      expect(await tx.timers.ripe(subscription.id, 99, 10)).toEqual([]);
      await tx.timers.wake([{ contactId: 2, type: 'order_placed' }], 10);
      expect(await tx.timers.ripe(subscription.id, 99, 10)).toHaveLength(1);
      expect(await tx.timers.nextLook([subscription.id])).toBe(10);
      await tx.timers.claim([set[0]!.id], 'c', 500);
      await tx.timers.renew(['c'], 600);
      expect(await tx.timers.isolate('c', 1)).toBe(1);
      await tx.timers.claim([set[0]!.id], 'd', 500);
      expect(await tx.timers.fail('d', 'boom')).toBe(1);
      expect(await tx.timers.countByState()).toEqual({ waiting: 0, delivering: 0, failed: 1 });
      expect(await tx.timers.release([set[0]!.id], 1)).toBe(1);
      await tx.contacts.absorb([{ absorbedId: 2, survivorId: 1 }], 9);
      expect(await tx.contacts.members('tag', [1])).toEqual(new Map([[1, ['vip']]]));
      expect(await tx.contacts.resolve([1, 2, 3, 4])).toEqual(new Map([[1, 1], [2, 1], [3, 3]]));
      expect((await tx.events.since([{ contactId: 1, type: 'page_*', at: 7 }])).map((e) => e.id)).toEqual([1]);
      expect(await tx.events.select({ contactIds: [1], types: ['page_viewed'], limit: 5 })).toHaveLength(1);
      await tx.catalogue.note([{ kind: 'event', name: 'page_viewed' }]);
      expect(await tx.events.prune(100, null, 10)).toBe(1);
      expect(await tx.contacts.count({ search: 'A', having: { property: 'x"y' } })).toBe(0);
      expect(await tx.consents.statements(1)).toHaveLength(1);
      await tx.contacts.remove([1], { erase: true });
      expect(await tx.contacts.count({})).toBe(1);
      expect(await tx.catalogue.secret('a', () => 'b')).toBe('b');
      expect(await tx.catalogue.secret('a', () => 'c')).toBe('b');
      await tx.subscriptions.define(subscription.id, { b: 1 });
      expect((await tx.subscriptions.list())[0]?.definition).toEqual({ b: 1 });
      await tx.changes.prune(100, 10);
      await tx.consents.suppress([{ channel: 'email', hash: 'h', reason: 'r' }], 4);
      expect((await tx.consents.suppressed([{ channel: 'email', hash: 'h' }])).size).toBe(1);
      expect(await tx.consents.unsuppress([{ channel: 'email', hash: 'h' }])).toBe(1);
      await tx.contacts.dropIdentifiers([{ kind: 'email', value: 'q' }]);
      await tx.contacts.clearIdentifiers([{ kind: 'email', contactId: 3 }]);
      await tx.contacts.leave('tag', [{ contactId: 3, name: 'x' }]);
    });
  });
});
