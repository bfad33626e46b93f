import { mergeAll } from '../../src/app/merge-contacts';
import { park } from '../../src/app/park-waits';
import { removeContacts } from '../../src/app/remove-contacts';
import { upsertContacts } from '../../src/app/upsert-contacts';
import type { JsonObject } from '../../src/domain/json';
import { cancelWaiting, listWaiting, releaseWaiting } from '../../src/app/waiting';
import { SINGLY, upsertOf, WHOLE } from './requests';
import { Executions, SimulatedProcess } from './simulated-process';
import { HOUR, KEY, onEachWaitingProcess, type Item } from './waiting-process';

onEachWaitingProcess('waiting', (test) => {
  it('leaves at the exact time, with what the item carried and the contact as it is then', async () => {
    const id = await test.contact('a');
    const parked = await test.wait(id, HOUR, {
      item: { n: 1, contact: { scores: { default: 7 }, firstName: 'old' } },
    });
    expect(parked).toMatchObject({ outcome: 'parked', contactId: id, dueAt: test.clock.now() + HOUR });
    await upsertContacts(
      test.process.store,
      [upsertOf({ externalId: 'a' }, { fields: { firstName: 'New' }, tags: ['vip'] })],
      test.clock.now(),
      WHOLE,
    );
    await test.advance(HOUR - 1);
    expect(test.executions.items).toEqual([]);
    await test.advance(1);
    expect(test.executions.items).toEqual([
      {
        n: 1,
        contact: expect.objectContaining({ id, firstName: 'New', tags: ['vip'], scores: { default: 7 } }),
        wait: expect.objectContaining({
          outcome: 'due',
          startedAt: '2026-01-01T00:00:00.000Z',
          dueAt: '2026-01-01T01:00:00.000Z',
          leftAt: '2026-01-01T01:00:00.000Z',
          zone: 'UTC',
          reasons: ['so long'],
          attempt: 1,
          redelivered: false,
        }),
      },
    ]);
    await test.advance(100 * HOUR);
    expect(test.executions.items).toHaveLength(1);
  });

  it('survives a restart, also when the time comes while nobody runs', async () => {
    await test.wait(await test.contact('a'), HOUR);
    await test.wait(await test.contact('b'), 3 * HOUR);
    await test.process.close();
    await test.clock.advance(2 * HOUR, async () => {});
    test.process = await SimulatedProcess.start(test.database, test.clock);
    await test.watch();
    await test.process.settled();
    expect(test.outcomes()).toEqual([[1, 'due']]);
    await test.advance(HOUR);
    expect(test.outcomes()).toEqual([
      [1, 'due'],
      [2, 'due'],
    ]);
  });

  it('an unpublished wait keeps its contacts until it is published again', async () => {
    await test.process.close();
    test.process = await SimulatedProcess.start(test.database, test.clock);
    const stop = await test.watch();
    await test.wait(await test.contact('a'), HOUR);
    stop();
    await test.advance(5 * HOUR);
    expect(test.executions.items).toEqual([]);
    await test.watch();
    await test.process.settled();
    expect(test.outcomes()).toEqual([[1, 'due']]);
  });

  it('passes on at once who is due or has missed it, and refuses whom the store does not know', async () => {
    const id = await test.contact('a');
    const planned = (outcome: 'due' | 'missed') => ({
      ...test.requestOf(id, 0),
      plan: () => ({
        ok: true as const,
        value: { outcome, dueAt: 1, targetAt: 1, zone: 'UTC', zoneSource: 'fixed' as const, reasons: [] },
      }),
    });
    const problem = { field: 'date', message: 'no date' };
    const results = await park(
      test.process.store,
      KEY,
      [
        planned('due'),
        planned('missed'),
        test.requestOf(99, HOUR),
        { ...test.requestOf(id, HOUR), plan: () => ({ ok: false, problems: [problem] }) },
        test.requestOf(id, HOUR),
      ],
      test.clock.now(),
      SINGLY,
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['due', 'missed', 'refused', 'refused', 'parked']);
    expect(results[3]).toMatchObject({ problems: [problem] });
    const whole = park(
      test.process.store,
      KEY,
      [test.requestOf(id, HOUR, { again: 'both' }), test.requestOf(99, HOUR)],
      test.clock.now(),
      WHOLE,
    );
    await expect(whole).rejects.toMatchObject({ name: 'RefusedRequest', index: 1 });
    expect(await listWaiting(test.process.store, { limit: 9 })).toHaveLength(1);
  });

  it.each([
    ['keep', ['parked', 'kept'], [1]],
    ['restart', ['parked', 'restarted'], [2]],
    ['both', ['parked', 'parked'], [1, 2]],
  ] as const)('the same contact again: %s', async (again, expected, left) => {
    const id = await test.contact('a');
    const first = await test.wait(id, HOUR, { again, item: { n: 1 } });
    await test.advance(HOUR / 2);
    const second = await test.wait(id, HOUR, { again, item: { n: 2 } });
    expect([first.outcome, second.outcome]).toEqual(expected);
    await test.advance(HOUR / 2);
    expect(test.outcomes()).toEqual(again === 'restart' ? [] : [[1, 'due']]);
    await test.advance(HOUR / 2);
    expect(test.outcomes()).toEqual(left.map((n) => [n, 'due']));
  });

  it('the same contact twice in one batch, and with other keys', async () => {
    const id = await test.contact('a');
    const results = await park(
      test.process.store,
      KEY,
      [
        test.requestOf(id, HOUR, { again: 'restart', item: { n: 1 } }),
        test.requestOf(id, 2 * HOUR, { again: 'restart', item: { n: 2 } }),
        test.requestOf(id, HOUR, { again: 'restart', key: 'cart 2', item: { n: 3 } }),
      ],
      test.clock.now(),
      WHOLE,
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['parked', 'restarted', 'parked']);
    await test.advance(2 * HOUR);
    expect(test.outcomes()).toEqual([
      [3, 'due'],
      [2, 'due'],
    ]);
  });

  it('both waits of two contacts who become one come through', async () => {
    const [a, b] = [await test.contact('a'), await test.contact('b')];
    await test.wait(a, HOUR);
    await test.wait(b, 2 * HOUR);
    const one = { survivor: { id: a, identifiers: [] }, absorbed: { id: b, identifiers: [] } };
    await mergeAll(test.process.store, [one], test.clock.now(), WHOLE);
    await test.advance(2 * HOUR);
    expect(test.executions.items.map(({ n, contact: own }) => [n, (own as JsonObject).id])).toEqual([
      [a, a],
      [b, a],
    ]);
  });

  it.each(['delete', 'erase'] as const)('a contact that is gone (%s) never leaves', async (action) => {
    const id = await test.contact('a');
    await test.wait(id, HOUR);
    await removeContacts(test.process.store, action, [id], test.clock.now());
    await test.advance(2 * HOUR);
    expect(test.executions.items).toEqual([]);
    expect(await test.process.store.read((tx) => tx.timers.countByState())).toEqual({
      waiting: 0,
      delivering: 0,
      failed: 0,
    });
  });

  it('releases and cancels those who wait, not those on their way', async () => {
    const ids = [await test.contact('a'), await test.contact('b'), await test.contact('c')];
    test.executions.behave = () => null;
    await test.wait(ids[0] ?? 0, 0);
    await test.wait(ids[1] ?? 0, HOUR);
    await test.wait(ids[2] ?? 0, HOUR);
    await test.process.atRest();
    expect(await cancelWaiting(test.process.store, { contactIds: [ids[0] ?? 0, ids[2] ?? 0] })).toBe(1);
    expect(await releaseWaiting(test.process.store, { nodeName: 'Other' }, test.clock.now())).toBe(0);
    expect(
      await releaseWaiting(test.process.store, { workflowId: 'w', nodeName: 'Wait' }, test.clock.now()),
    ).toBe(1);
    await test.process.atRest();
    test.executions.end();
    await test.process.settled();
    expect(test.executions.items.map(({ n, wait: left }) => [n, left.leftAt])).toEqual([
      [ids[0], '2026-01-01T00:00:00.000Z'],
      [ids[1], '2026-01-01T00:00:00.000Z'],
    ]);
  });

  it('lists who waits, with the contact, the moment and why', async () => {
    const id = await test.contact('a');
    await test.wait(id, HOUR, { key: 'cart', item: { event: { id: 5, type: 'cart_updated' } } });
    expect(await listWaiting(test.process.store, { contactIds: [id], limit: 9 })).toEqual([
      {
        contact: expect.objectContaining({ id }),
        event: { id: 5, type: 'cart_updated' },
        waiting: expect.objectContaining({
          state: 'waiting',
          workflow: 'W',
          node: 'Wait',
          dueAt: '2026-01-01T01:00:00.000Z',
          key: 'cart',
          reasons: ['so long'],
        }),
      },
    ]);
    expect(await listWaiting(test.process.store, { contactIds: [id + 1], limit: 9 })).toEqual([]);
  });

  it('carries hostile items through', async () => {
    const item = JSON.parse(
      '{"n":1,"__proto__":{"x":1},"a.b":"\\u0000%_\'\\"","wait":"mine","half":"\\ud800"}',
    );
    await test.wait(await test.contact('a'), HOUR, { item, key: 'c\u0000art' });
    await test.advance(HOUR);
    expect(test.executions.problems).toEqual([]);
    const [left] = test.executions.items;
    expect(left).toMatchObject({ n: 1, 'a.b': `%_'"`, half: '\ufffd', wait: { outcome: 'due' } });
    expect(Object.hasOwn(left ?? {}, '__proto__')).toBe(true);
  });

  it('10,000 park in one call and leave in batches', async () => {
    const requests = Array.from({ length: 10_000 }, (_, n) => upsertOf({ externalId: `p${n}` }));
    const ids = (await upsertContacts(test.process.store, requests, test.clock.now(), WHOLE)).flatMap(
      (result) => (result.outcome === 'refused' ? [] : [result.contactId]),
    );
    await park(
      test.process.store,
      KEY,
      ids.map((id) => test.requestOf(id, HOUR)),
      test.clock.now(),
      WHOLE,
    );
    await test.advance(HOUR);
    expect(new Set(test.executions.items.map(({ n }) => n)).size).toBe(10_000);
    expect(test.executions.items).toHaveLength(10_000);
    expect(test.executions.deliveries.every(({ items }) => items.length <= 100)).toBe(true);
    expect(test.executions.mostAtOnce).toBeLessThanOrEqual(2);
  });

  it('two processes pass each contact on once', async () => {
    const other = await SimulatedProcess.start(test.database, test.clock);
    const elsewhere = new Executions<Item>(test.clock);
    try {
      await test.watch({ batchSize: 3 }, KEY, test.process, test.executions);
      await test.watch({ batchSize: 3 }, KEY, other, elsewhere);
      test.executions.behave = () => null;
      for (let n = 1; n <= 40; n++) await test.wait(await test.contact(`c${n}`), HOUR);
      other.pump.wake();
      await test.clock.advance(HOUR, async () => {
        await Promise.all([test.process.atRest(), other.atRest()]);
      });
      test.executions.behave = () => ({ ok: true });
      test.executions.end();
      await Promise.all([test.process.settled(), other.settled()]);
      const all = [...test.executions.items, ...elsewhere.items].map(({ n }) => Number(n));
      expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
      expect(elsewhere.items.length).toBeGreaterThan(0);
    } finally {
      await other.close();
    }
  });
});
