import { LEASE } from '../../src/app/deliveries';
import { watchContacts, type WatchSettings } from '../../src/app/watch-contacts';
import { releaseWaiting } from '../../src/app/waiting';
import type { JsonObject } from '../../src/domain/json';
import type { SubscriptionKey } from '../../src/store/port';
import { DATABASES, type TestDatabase } from '../store/databases';
import { eventOf, record } from './requests';
import { SimulatedClock } from './simulated-clock';
import { Executions, SimulatedProcess } from './simulated-process';

const KEY: SubscriptionKey = {
  key: 'trigger',
  kind: 'changes',
  workflowId: 'w',
  workflowName: 'W',
  nodeName: 'N',
};

type Item = JsonObject & {
  event: { id: number; properties: { n: number } };
  delivery: { attempt: number; redelivered: boolean };
};

describe.each(DATABASES)('delivering changes in $name', ({ create }) => {
  let database: TestDatabase;
  let clock: SimulatedClock;
  let executions: Executions<Item>;
  let process: SimulatedProcess;

  beforeEach(async () => {
    database = await create();
    clock = new SimulatedClock();
    executions = new Executions(clock);
    process = await SimulatedProcess.start(database, clock);
  });
  afterEach(async () => {
    await process.close();
    await database.drop();
  });

  const watch = (settings: Partial<WatchSettings> = {}, key = KEY, on = process, runs = executions) =>
    watchContacts(on, key, {
      watch: { on: 'event_recorded', types: ['order_*'], where: [] },
      workflowZone: 'UTC',
      batchSize: 3,
      maxInFlight: 2,
      deliver: (items, claim) => runs.deliver(items as Item[], claim),
      report: runs.report,
      ...settings,
    });
  const happen = (contact: string, n: number, type = 'order_placed') =>
    record(process.store, clock.now(), eventOf(contact, type, clock.now(), { n }));
  const restart = async (settings: Partial<WatchSettings> = {}) => {
    await process.close();
    executions.forget();
    process = await SimulatedProcess.start(database, clock);
    await watch(settings);
  };
  const advance = (milliseconds: number) => clock.advance(milliseconds, () => process.atRest());
  const numbers = () => executions.items.map(({ event }) => event.properties.n);

  it('gathers what happened into batches, in order, each once', async () => {
    await watch();
    for (let n = 0; n < 8; n++) await happen(`c${n % 3}`, n, n % 4 === 3 ? 'page_viewed' : 'order_placed');
    await process.settled();
    expect(numbers()).toEqual([0, 1, 2, 4, 5, 6]);
    expect(executions.deliveries.every(({ items }) => items.length <= 3)).toBe(true);
    expect(executions.items.every(({ delivery }) => !delivery.redelivered && delivery.attempt === 1)).toBe(
      true,
    );
    await restart();
    await process.settled();
    expect(numbers()).toHaveLength(6);
  });

  it('tells a listener nothing of what was before it, and everything since, also while it was away', async () => {
    await happen('a', 1);
    const stop = await watch();
    await happen('a', 2);
    await process.settled();
    stop();
    await happen('a', 3);
    await process.atRest();
    expect(numbers()).toEqual([2]);
    await watch();
    await process.settled();
    expect(numbers()).toEqual([2, 3]);
  });

  it('never has more in flight than it may, and starts the next as one ends', async () => {
    executions.behave = () => null;
    await watch({ batchSize: 2, maxInFlight: 2 });
    for (let n = 0; n < 9; n++) await happen('a', n);
    await process.atRest();
    expect(executions.atOnce).toBe(2);
    while (executions.atOnce > 0) {
      executions.end();
      await process.atRest();
    }
    expect(executions.mostAtOnce).toBe(2);
    expect(numbers().sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('rests while an execution runs, also beside a listener that has nothing to do', async () => {
    executions.behave = () => null;
    await watch({ batchSize: 1, maxInFlight: 1 });
    await watch({ watch: { on: 'stage_changed', stages: [] } }, { ...KEY, key: 'other' });
    await happen('a', 1);
    await happen('a', 2);
    await process.atRest();
    const { reads, writes } = process.store;
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([process.store.reads - reads, process.store.writes - writes]).toEqual([0, 0]);
    executions.end();
    await process.atRest();
    executions.end();
    await process.atRest();
    expect(numbers()).toEqual([1, 2]);
  });

  it('keeps the lease of an execution that takes long', async () => {
    executions.behave = () => null;
    await watch();
    await happen('a', 1);
    await advance(10 * LEASE);
    expect(numbers()).toEqual([1]);
    executions.end();
    await process.settled();
    await advance(10 * LEASE);
    expect(numbers()).toEqual([1]);
  });

  it('keeps it from other processes, which take over when the process ends', async () => {
    const other = await SimulatedProcess.start(database, clock);
    const elsewhere = new Executions<Item>(clock);
    const both = async () => {
      await process.atRest();
      other.pump.wake();
      await other.atRest();
    };
    try {
      executions.behave = () => null;
      await watch();
      await happen('a', 1);
      await process.atRest();
      await watch({}, KEY, other, elsewhere);
      await clock.advance(10 * LEASE, both);
      expect([numbers(), elsewhere.items]).toEqual([[1], []]);
      await process.close();
      await clock.advance(LEASE, () => other.atRest());
      expect(elsewhere.items.map(({ delivery }) => delivery)).toEqual([{ attempt: 2, redelivered: true }]);
      // What the first one says too late changes nothing any more.
      executions.end();
      process = await SimulatedProcess.start(database, clock);
      expect(await process.store.read((tx) => tx.timers.countByState())).toMatchObject({
        waiting: 0,
        delivering: 0,
      });
    } finally {
      await other.close();
    }
  });

  it('after a crash delivers again when the lease has run out, marked as such, and settles it then', async () => {
    executions.behave = () => null;
    await watch();
    await happen('a', 1);
    await process.atRest();
    await restart();
    executions.behave = () => ({ ok: true });
    await advance(LEASE - 1);
    expect(numbers()).toEqual([1]);
    await advance(1);
    expect(numbers()).toEqual([1, 1]);
    expect(executions.items.at(-1)?.delivery).toEqual({ attempt: 2, redelivered: true });
    await advance(10 * LEASE);
    expect(numbers()).toEqual([1, 1]);
  });

  it('isolates the contact that fails: the others come through, it is kept as failed and can be released', async () => {
    executions.behave = (items) =>
      items.some(({ event }) => event.properties.n === 1)
        ? { ok: false, error: 'no\u0000 such address' }
        : { ok: true };
    await watch();
    for (let n = 0; n < 3; n++) await happen(`c${n}`, n);
    await process.settled();
    expect(executions.problems).toEqual([]);
    const succeeded = executions.deliveries.filter(({ end }) => end?.ok).flatMap(({ items }) => [...items]);
    expect(succeeded.map(({ event }) => event.properties.n).sort()).toEqual([0, 2]);
    expect(executions.deliveries.filter(({ items }) => items.length === 1)).not.toHaveLength(0);
    const [failed] = await process.store.read((tx) => tx.timers.list({ state: 'failed', limit: 9 }));
    expect(failed?.error).toBe('no such address');

    executions.behave = () => ({ ok: true });
    await advance(10 * LEASE);
    expect(await releaseWaiting(process.store, { state: 'failed' }, clock.now())).toBe(1);
    await process.settled();
    expect(executions.items.at(-1)).toMatchObject({
      event: { properties: { n: 1 } },
      delivery: { redelivered: true },
    });
    expect(await process.store.read((tx) => tx.timers.countByState())).toEqual({
      waiting: 0,
      delivering: 0,
      failed: 0,
    });
  });

  it('can be released as often as one likes', async () => {
    executions.behave = () => ({ ok: false, error: 'still broken' });
    await watch({ batchSize: 1 });
    await happen('a', 1);
    await process.settled();
    for (let time = 1; time <= 8; time++) {
      await releaseWaiting(process.store, { state: 'failed' }, clock.now());
      await process.settled();
      expect(executions.deliveries).toHaveLength(1 + time);
    }
    executions.behave = () => ({ ok: true });
    await releaseWaiting(process.store, { state: 'failed' }, clock.now());
    await process.settled();
    expect(await process.store.read((tx) => tx.timers.countByState())).toMatchObject({ failed: 0 });
  });

  it('a contact that ends the process each time is tried alone, then kept as failed', async () => {
    executions.behave = (items) =>
      items.some(({ event }) => event.properties.n === 1) ? null : { ok: true };
    await watch({ maxInFlight: 1 });
    for (let n = 0; n < 3; n++) await happen(`c${n}`, n);
    for (let crash = 0; crash < 8; crash++) {
      await process.atRest();
      await restart({ maxInFlight: 1 });
      await advance(LEASE);
    }
    await process.settled();
    const [failed, ...others] = await process.store.read((tx) => tx.timers.list({ limit: 9 }));
    expect(others).toEqual([]);
    expect(failed).toMatchObject({ state: 'failed', error: expect.stringMatching(/process ended/) });
    const ok = executions.deliveries.filter(({ end }) => end?.ok).flatMap(({ items }) => [...items]);
    expect(ok.map(({ event }) => event.properties.n).sort()).toEqual([0, 2]);
    expect(executions.deliveries.at(-1)?.items.length).toBe(1);
  });

  it('an execution that was stopped on purpose is not tried again', async () => {
    executions.behave = () => ({ ok: false, error: 'stopped', isFinal: true });
    await watch();
    await happen('a', 1);
    await happen('b', 2);
    await process.settled();
    await advance(10 * LEASE);
    expect(executions.deliveries.flatMap(({ items }) => items)).toHaveLength(2);
    expect(await process.store.read((tx) => tx.timers.countByState())).toMatchObject({ failed: 2 });
  });

  it('contacts of an execution whose process died are due again when the claim has run out, one or several', async () => {
    executions.behave = () => ({ ok: false, error: 'the worker died', isLost: true });
    await watch();
    await happen('a', 1);
    await process.settled();
    for (const n of [2, 3]) await happen('a', n);
    await process.settled();
    const lost = numbers().length;
    executions.behave = () => ({ ok: true });
    await advance(LEASE - 1);
    expect(numbers()).toHaveLength(lost);
    await advance(1);
    const again = executions.items.slice(lost);
    expect(again.map(({ event }) => event.properties.n).sort()).toEqual([1, 2, 3]);
    expect(again.map(({ delivery }) => delivery.redelivered)).toEqual([true, true, true]);
    expect(await process.store.read((tx) => tx.timers.list({ limit: 9 }))).toEqual([]);
  });

  it('a contact under whom a process dies each time is kept as failed in the end', async () => {
    executions.behave = () => ({ ok: false, error: 'the worker died', isLost: true });
    await watch();
    await happen('a', 1);
    for (let time = 0; time < 9; time++) await advance(LEASE);
    expect(executions.deliveries).toHaveLength(5);
    expect(await process.store.read((tx) => tx.timers.countByState())).toMatchObject({ failed: 1 });
  });

  it('a listener that cannot go on stops no other', async () => {
    const broken = new Executions<Item>(clock);
    const stop = process.pump.add({
      ...(await listenerOf('broken')),
      route: () => Promise.reject(new Error('cannot read this')),
      report: broken.report,
    });
    await watch();
    await happen('a', 1);
    await process.settled();
    expect(numbers()).toEqual([1]);
    expect(broken.problems.length).toBeGreaterThan(0);
    await happen('a', 2);
    await process.settled();
    expect(numbers()).toEqual([1, 2]);
    stop();
  });

  const listenerOf = async (key: string) => {
    const { subscription } = await process.store.write((tx) =>
      tx.subscriptions.open({ ...KEY, key }, {}, clock.now()),
    );
    return {
      subscription,
      batchSize: 1,
      maxInFlight: 1,
      kinds: ['event_recorded' as const],
      prepare: async () => ({ deliver: [], postpone: [], discard: [] }),
      deliver: async () => ({ ok: true as const }),
    };
  };

  it('two processes never deliver the same at the same time, and together deliver everything', async () => {
    const other = await SimulatedProcess.start(database, clock);
    const elsewhere = new Executions<Item>(clock);
    try {
      await watch();
      await watch({}, KEY, other, elsewhere);
      for (let n = 0; n < 30; n++) {
        await happen(`c${n}`, n);
        other.pump.wake();
      }
      await Promise.all([process.settled(), other.settled()]);
      const all = [...executions.items, ...elsewhere.items].map(({ event }) => event.properties.n);
      expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n));
    } finally {
      await other.close();
    }
  });

  it('follows a contact that was merged, and drops one that was deleted, before it was told of them', async () => {
    executions.behave = () => null;
    const stop = await watch();
    stop();
    const [a] = await happen('a', 1);
    const [b] = await happen('b', 2);
    await process.store.write(async (tx) => {
      await tx.contacts.absorb(
        [{ absorbedId: a?.contactId ?? 0, survivorId: b?.contactId ?? 0 }],
        clock.now(),
      );
    });
    const [c] = await happen('c', 3);
    await process.store.write((tx) => tx.contacts.remove([c?.contactId ?? 0], { erase: false }));
    await watch();
    await process.atRest();
    expect(
      executions.items.map(({ contact, event }) => [(contact as JsonObject).id, event.properties.n]),
    ).toEqual([
      [b?.contactId, 1],
      [b?.contactId, 2],
    ]);
  });
});
