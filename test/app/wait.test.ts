import { LEASE } from '../../src/app/deliveries';
import { mergeAll } from '../../src/app/merge-contacts';
import { upsertContacts } from '../../src/app/upsert-contacts';
import { park, type WaitRequest, type WaitResult } from '../../src/app/park-waits';
import { readTickets } from '../../src/app/wait-ticket';
import { cancelWaiting, listWaiting, releaseWaiting } from '../../src/app/waiting';
import { watchWait, type WaitDelivery } from '../../src/app/watch-wait';
import { removeContacts } from '../../src/app/remove-contacts';
import type { JsonObject } from '../../src/domain/json';
import type { PropertyCondition } from '../../src/domain/rule/property-condition';
import type { SubscriptionKey } from '../../src/store/port';
import { DATABASES, type TestDatabase } from '../store/databases';
import { contactId, eventOf, record, SINGLY, upsertOf, WHOLE } from './requests';
import { SimulatedClock } from './simulated-clock';
import { Executions, SimulatedProcess } from './simulated-process';

const KEY: SubscriptionKey = {
  key: 'i/w/node',
  kind: 'wait',
  workflowId: 'w',
  workflowName: 'W',
  nodeName: 'Wait',
};
const HOUR = 3_600_000;

type Item = JsonObject & {
  wait: {
    id: number;
    outcome: string;
    leftAt: string;
    attempt: number;
    redelivered: boolean;
    ticket: string;
    reasons: string[];
  };
};

describe.each(DATABASES)('waiting in $name', ({ create }) => {
  let database: TestDatabase;
  let clock: SimulatedClock;
  let executions: Executions<Item>;
  let process: SimulatedProcess;

  beforeEach(async () => {
    database = await create();
    clock = new SimulatedClock();
    executions = new Executions(clock);
    process = await SimulatedProcess.start(database, clock);
    await watch();
  });
  afterEach(async () => {
    await process.close();
    await database.drop();
  });

  const watch = (settings: Partial<WaitDelivery> = {}, key = KEY, on = process, runs = executions) =>
    watchWait(on, key, {
      batchSize: 100,
      maxInFlight: 2,
      deliver: (items, claim) => runs.deliver(items as Item[], claim),
      report: runs.report,
      ...settings,
    });
  const restart = async () => {
    await process.close();
    executions.forget();
    process = await SimulatedProcess.start(database, clock);
    await watch();
  };
  const advance = (milliseconds: number) => clock.advance(milliseconds, () => process.atRest());
  const contact = (externalId: string) => contactId(process.store, clock.now(), { externalId });

  const requestOf = (id: number, duration: number, more: Partial<WaitRequest> = {}): WaitRequest => {
    const dueAt = clock.now() + duration;
    return {
      contact: { id, identifiers: [] },
      item: { n: id },
      key: '',
      again: 'keep',
      leaveOn: [],
      startedBy: null,
      plan: () => ({
        ok: true,
        value: {
          outcome: 'wait',
          dueAt,
          targetAt: dueAt,
          zone: 'UTC',
          zoneSource: 'fixed',
          reasons: ['so long'],
        },
      }),
      ...more,
    };
  };
  const wait = async (id: number, duration: number, more: Partial<WaitRequest> = {}): Promise<WaitResult> => {
    const [result] = await park(process.store, KEY, [requestOf(id, duration, more)], clock.now(), WHOLE);
    if (!result) throw new Error('No result');
    return result;
  };
  const leaveOn = (type: string, where: PropertyCondition[] = []) => [{ type, where }];
  const happen = async (externalId: string, type: string, properties: JsonObject = {}, at = clock.now()) => {
    const [result] = await record(process.store, clock.now(), eventOf(externalId, type, at, properties));
    await process.settled();
    return result?.event.id ?? 0;
  };
  const outcomes = () => executions.items.map(({ n, wait: left }) => [n, left.outcome]);

  it('leaves at the exact time, with what the item carried and the contact as it is then', async () => {
    const id = await contact('a');
    const parked = await wait(id, HOUR, {
      item: { n: 1, contact: { scores: { default: 7 }, firstName: 'old' } },
    });
    expect(parked).toMatchObject({ outcome: 'parked', contactId: id, dueAt: clock.now() + HOUR });
    await upsertContacts(
      process.store,
      [upsertOf({ externalId: 'a' }, { fields: { firstName: 'New' }, tags: ['vip'] })],
      clock.now(),
      WHOLE,
    );
    await advance(HOUR - 1);
    expect(executions.items).toEqual([]);
    await advance(1);
    expect(executions.items).toEqual([
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
    await advance(100 * HOUR);
    expect(executions.items).toHaveLength(1);
  });

  it('survives a restart, also when the time comes while nobody runs', async () => {
    await wait(await contact('a'), HOUR);
    await wait(await contact('b'), 3 * HOUR);
    await process.close();
    await clock.advance(2 * HOUR, async () => {});
    process = await SimulatedProcess.start(database, clock);
    await watch();
    await process.settled();
    expect(outcomes()).toEqual([[1, 'due']]);
    await advance(HOUR);
    expect(outcomes()).toEqual([
      [1, 'due'],
      [2, 'due'],
    ]);
  });

  it('an unpublished wait keeps its contacts until it is published again', async () => {
    await process.close();
    process = await SimulatedProcess.start(database, clock);
    const stop = await watch();
    await wait(await contact('a'), HOUR);
    stop();
    await advance(5 * HOUR);
    expect(executions.items).toEqual([]);
    await watch();
    await process.settled();
    expect(outcomes()).toEqual([[1, 'due']]);
  });

  it('passes on at once who is due or has missed it, and refuses whom the store does not know', async () => {
    const id = await contact('a');
    const planned = (outcome: 'due' | 'missed') => ({
      ...requestOf(id, 0),
      plan: () => ({
        ok: true as const,
        value: { outcome, dueAt: 1, targetAt: 1, zone: 'UTC', zoneSource: 'fixed' as const, reasons: [] },
      }),
    });
    const problem = { field: 'date', message: 'no date' };
    const results = await park(
      process.store,
      KEY,
      [
        planned('due'),
        planned('missed'),
        requestOf(99, HOUR),
        { ...requestOf(id, HOUR), plan: () => ({ ok: false, problems: [problem] }) },
        requestOf(id, HOUR),
      ],
      clock.now(),
      SINGLY,
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['due', 'missed', 'refused', 'refused', 'parked']);
    expect(results[3]).toMatchObject({ problems: [problem] });
    const whole = park(
      process.store,
      KEY,
      [requestOf(id, HOUR, { again: 'both' }), requestOf(99, HOUR)],
      clock.now(),
      WHOLE,
    );
    await expect(whole).rejects.toMatchObject({ name: 'RefusedRequest', index: 1 });
    expect(await listWaiting(process.store, { limit: 9 })).toHaveLength(1);
  });

  it.each([
    ['keep', ['parked', 'kept'], [1]],
    ['restart', ['parked', 'restarted'], [2]],
    ['both', ['parked', 'parked'], [1, 2]],
  ] as const)('the same contact again: %s', async (again, expected, left) => {
    const id = await contact('a');
    const first = await wait(id, HOUR, { again, item: { n: 1 } });
    await advance(HOUR / 2);
    const second = await wait(id, HOUR, { again, item: { n: 2 } });
    expect([first.outcome, second.outcome]).toEqual(expected);
    await advance(HOUR / 2);
    expect(outcomes()).toEqual(again === 'restart' ? [] : [[1, 'due']]);
    await advance(HOUR / 2);
    expect(outcomes()).toEqual(left.map((n) => [n, 'due']));
  });

  it('the same contact twice in one batch, and with other keys', async () => {
    const id = await contact('a');
    const results = await park(
      process.store,
      KEY,
      [
        requestOf(id, HOUR, { again: 'restart', item: { n: 1 } }),
        requestOf(id, 2 * HOUR, { again: 'restart', item: { n: 2 } }),
        requestOf(id, HOUR, { again: 'restart', key: 'cart 2', item: { n: 3 } }),
      ],
      clock.now(),
      WHOLE,
    );
    expect(results.map(({ outcome }) => outcome)).toEqual(['parked', 'restarted', 'parked']);
    await advance(2 * HOUR);
    expect(outcomes()).toEqual([
      [3, 'due'],
      [2, 'due'],
    ]);
  });

  describe('leaving early', () => {
    it('at once when the event happens, with the event and why', async () => {
      await wait(await contact('a'), HOUR, { leaveOn: leaveOn('order_*') });
      await wait(await contact('b'), HOUR, { leaveOn: leaveOn('order_*') });
      await advance(1_000);
      const event = await happen('a', 'order_placed', { total: 5 });
      expect(outcomes()).toEqual([[1, 'left_early']]);
      expect(executions.items[0]?.wait).toMatchObject({
        leftAt: new Date(clock.now()).toISOString(),
        leftBy: { id: event, type: 'order_placed', properties: { total: 5 } },
        reasons: [expect.stringContaining('order_placed')],
      });
      await advance(HOUR);
      expect(outcomes()).toEqual([
        [1, 'left_early'],
        [2, 'due'],
      ]);
    });

    it('only for a type and conditions that were asked for; a look in vain changes nothing', async () => {
      const rules = leaveOn('order_placed', [{ property: 'total', op: 'gte', value: 50 }]);
      await wait(await contact('a'), HOUR, { leaveOn: rules });
      await happen('a', 'order_cancelled', { total: 99 });
      await happen('a', 'order_placed', { total: 49 });
      await happen('a', 'order_placed');
      expect(executions.items).toEqual([]);
      const [listed] = await listWaiting(process.store, { limit: 9 });
      expect(listed?.waiting).toMatchObject({ state: 'waiting', attempt: 0, key: '' });
      expect((await wait(1, HOUR, { leaveOn: rules })).outcome).toBe('kept');
      await happen('a', 'order_placed', { total: 50 });
      expect(outcomes()).toEqual([[1, 'left_early']]);
    });

    it('not for what happened before the wait, and not for what is recorded late of before', async () => {
      const id = await contact('a');
      await happen('a', 'order_placed');
      await advance(1_000);
      expect((await wait(id, HOUR, { leaveOn: leaveOn('order_placed') })).outcome).toBe('parked');
      await happen('a', 'order_placed', {}, clock.now() - 1);
      expect(executions.items).toEqual([]);
      await happen('a', 'order_placed', {}, clock.now());
      expect(outcomes()).toEqual([[1, 'left_early']]);
    });

    it('at the door, if it happened between what started the item and the wait; never by what started it', async () => {
      const id = await contact('a');
      const startedAt = clock.now();
      const start = await happen('a', 'cart_updated');
      const startedBy = { id: start, occurredAt: startedAt };
      const rules = [...leaveOn('cart_*'), ...leaveOn('order_placed')];
      expect((await wait(id, HOUR, { leaveOn: rules, startedBy, again: 'both' })).outcome).toBe('parked');
      const order = await happen('a', 'order_placed', {}, startedAt);
      const late = await wait(id, HOUR, { leaveOn: rules, startedBy, again: 'both' });
      expect(late).toMatchObject({ outcome: 'left_early', event: { id: order } });
      expect(outcomes()).toEqual([[1, 'left_early']]);
    });

    it('after a merge, by what the other had done', async () => {
      const visitor = await contactId(process.store, clock.now(), { anonymousId: 'x' });
      const known = await contactId(process.store, clock.now(), { email: 'a@example.com' });
      await wait(visitor, HOUR, { leaveOn: leaveOn('order_placed'), item: { n: 1 } });
      await record(process.store, clock.now(), {
        contact: upsertOf({ email: 'a@example.com' }),
        event: { type: 'order_placed', occurredAt: clock.now(), properties: {}, key: null },
      });
      await process.settled();
      expect(executions.items).toEqual([]);
      await upsertContacts(
        process.store,
        [upsertOf({ email: 'a@example.com', anonymousId: 'x' })],
        clock.now(),
        WHOLE,
      );
      await process.settled();
      expect(outcomes()).toEqual([[1, 'left_early']]);
      expect(executions.items[0]?.contact).toMatchObject({ id: known });
    });

    it('by an event that two contacts who wait in two places have watched', async () => {
      const other = new Executions<Item>(clock);
      const elsewhere = { ...KEY, key: 'i/w/other' };
      await watch({}, elsewhere, process, other);
      const id = await contact('a');
      await wait(id, HOUR, { leaveOn: leaveOn('order_placed') });
      await park(
        process.store,
        elsewhere,
        [requestOf(id, HOUR, { leaveOn: leaveOn('*') })],
        clock.now(),
        WHOLE,
      );
      await happen('a', 'order_placed');
      expect([outcomes(), other.items.map(({ wait: left }) => left.outcome)]).toEqual([
        [[1, 'left_early']],
        ['left_early'],
      ]);
    });
  });

  it('both waits of two contacts who become one come through', async () => {
    const [a, b] = [await contact('a'), await contact('b')];
    await wait(a, HOUR);
    await wait(b, 2 * HOUR);
    const one = { survivor: { id: a, identifiers: [] }, absorbed: { id: b, identifiers: [] } };
    await mergeAll(process.store, [one], clock.now(), WHOLE);
    await advance(2 * HOUR);
    expect(executions.items.map(({ n, contact: own }) => [n, (own as JsonObject).id])).toEqual([
      [a, a],
      [b, a],
    ]);
  });

  it.each(['delete', 'erase'] as const)('a contact that is gone (%s) never leaves', async (action) => {
    const id = await contact('a');
    await wait(id, HOUR);
    await removeContacts(process.store, action, [id], clock.now());
    await advance(2 * HOUR);
    expect(executions.items).toEqual([]);
    expect(await process.store.read((tx) => tx.timers.countByState())).toEqual({
      waiting: 0,
      delivering: 0,
      failed: 0,
    });
  });

  it('releases and cancels those who wait, not those on their way', async () => {
    const ids = [await contact('a'), await contact('b'), await contact('c')];
    executions.behave = () => null;
    await wait(ids[0] ?? 0, 0);
    await wait(ids[1] ?? 0, HOUR);
    await wait(ids[2] ?? 0, HOUR);
    await process.atRest();
    expect(await cancelWaiting(process.store, { contactIds: [ids[0] ?? 0, ids[2] ?? 0] })).toBe(1);
    expect(await releaseWaiting(process.store, { nodeName: 'Other' }, clock.now())).toBe(0);
    expect(await releaseWaiting(process.store, { workflowId: 'w', nodeName: 'Wait' }, clock.now())).toBe(1);
    await process.atRest();
    executions.end();
    await process.settled();
    expect(executions.items.map(({ n, wait: left }) => [n, left.leftAt])).toEqual([
      [ids[0], '2026-01-01T00:00:00.000Z'],
      [ids[1], '2026-01-01T00:00:00.000Z'],
    ]);
  });

  it('lists who waits, with the contact, the moment and why', async () => {
    const id = await contact('a');
    await wait(id, HOUR, { key: 'cart', item: { event: { id: 5, type: 'cart_updated' } } });
    expect(await listWaiting(process.store, { contactIds: [id], limit: 9 })).toEqual([
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
    expect(await listWaiting(process.store, { contactIds: [id + 1], limit: 9 })).toEqual([]);
  });

  it('carries hostile items through', async () => {
    const item = JSON.parse(
      '{"n":1,"__proto__":{"x":1},"a.b":"\\u0000%_\'\\"","wait":"mine","half":"\\ud800"}',
    );
    await wait(await contact('a'), HOUR, { item, key: 'c\u0000art' });
    await advance(HOUR);
    expect(executions.problems).toEqual([]);
    const [left] = executions.items;
    expect(left).toMatchObject({ n: 1, 'a.b': `%_'"`, half: '\ufffd', wait: { outcome: 'due' } });
    expect(Object.hasOwn(left ?? {}, '__proto__')).toBe(true);
  });

  it('10,000 park in one call and leave in batches', async () => {
    const requests = Array.from({ length: 10_000 }, (_, n) => upsertOf({ externalId: `p${n}` }));
    const ids = (await upsertContacts(process.store, requests, clock.now(), WHOLE)).flatMap((result) =>
      result.outcome === 'refused' ? [] : [result.contactId],
    );
    await park(
      process.store,
      KEY,
      ids.map((id) => requestOf(id, HOUR)),
      clock.now(),
      WHOLE,
    );
    await advance(HOUR);
    expect(new Set(executions.items.map(({ n }) => n)).size).toBe(10_000);
    expect(executions.items).toHaveLength(10_000);
    expect(executions.deliveries.every(({ items }) => items.length <= 100)).toBe(true);
    expect(executions.mostAtOnce).toBeLessThanOrEqual(2);
  });

  it('two processes pass each contact on once', async () => {
    const other = await SimulatedProcess.start(database, clock);
    const elsewhere = new Executions<Item>(clock);
    try {
      await watch({ batchSize: 3 }, KEY, process, executions);
      await watch({ batchSize: 3 }, KEY, other, elsewhere);
      executions.behave = () => null;
      for (let n = 1; n <= 40; n++) await wait(await contact(`c${n}`), HOUR);
      other.pump.wake();
      await clock.advance(HOUR, async () => {
        await Promise.all([process.atRest(), other.atRest()]);
      });
      executions.behave = () => ({ ok: true });
      executions.end();
      await Promise.all([process.settled(), other.settled()]);
      const all = [...executions.items, ...elsewhere.items].map(({ n }) => Number(n));
      expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
      expect(elsewhere.items.length).toBeGreaterThan(0);
    } finally {
      await other.close();
    }
  });

  describe('tickets', () => {
    const ticketOf = async (): Promise<string> => {
      await wait(await contact('a'), HOUR);
      await advance(HOUR);
      return executions.items.at(-1)?.wait.ticket ?? '';
    };
    const read = async (ticket: unknown, key = KEY.key) =>
      (await readTickets(process.store, key, [ticket]))[0];

    it('let an item leave the wait that made them, also after a restart', async () => {
      const ticket = await ticketOf();
      expect(await read(ticket)).toBe('due');
      await restart();
      expect(await read(ticket)).toBe('due');
    });

    it('of a contact that left early say so', async () => {
      await wait(await contact('a'), HOUR, { leaveOn: leaveOn('x') });
      await happen('a', 'x');
      expect(await read(executions.items[0]?.wait.ticket)).toBe('left_early');
    });

    it('of another wait, or forged, let nobody pass', async () => {
      const ticket = await ticketOf();
      const [id, outcome, signature = ''] = ticket.split('.');
      expect(await read(ticket, 'i/w/other')).toBeNull();
      const forged: unknown[] = [
        `${Number(id) + 1}.${outcome}.${signature}`,
        `0${id}.${outcome}.${signature}`,
        `${id}.left_early.${signature}`,
        `${id}.${outcome}.${signature.slice(1)}`,
        `${id}.${outcome}.${signature}=`,
        `${id}.${outcome}.`,
        `${id}.${outcome}`,
        `NaN.due.${signature}`,
        '',
        '..',
        ticket.toUpperCase(),
        `${ticket}é`,
        null,
        undefined,
        7,
        { ticket },
        [ticket],
      ];
      for (const each of forged) expect([each, await read(each)]).toEqual([each, null]);
    });

    it('of another store let nobody pass', async () => {
      const ticket = await ticketOf();
      const elsewhere = await create();
      const store = await elsewhere.open();
      try {
        expect(await readTickets(store, KEY.key, [ticket])).toEqual([null]);
      } finally {
        await store.close();
        await elsewhere.drop();
      }
    });

    it('are the same at each delivery of the same leave, so that a redelivery is known for what it is', async () => {
      executions.behave = () => null;
      await wait(await contact('a'), HOUR);
      await advance(HOUR);
      await restart();
      executions.behave = () => ({ ok: true });
      await advance(LEASE);
      const [first, again] = executions.items;
      expect(again?.wait).toMatchObject({
        id: first?.wait.id,
        ticket: first?.wait.ticket,
        attempt: 2,
        redelivered: true,
      });
    });
  });
});
