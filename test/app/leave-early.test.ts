import { park } from '../../src/app/park-waits';
import { upsertContacts } from '../../src/app/upsert-contacts';
import { listWaiting } from '../../src/app/waiting';
import { contactId, record, upsertOf, WHOLE } from './requests';
import { Executions } from './simulated-process';
import { HOUR, KEY, leaveOn, onEachWaitingProcess, type Item } from './waiting-process';

onEachWaitingProcess('leaving a wait early', (test) => {
  it('at once when the event happens, with the event and why', async () => {
    await test.wait(await test.contact('a'), HOUR, { leaveOn: leaveOn('order_*') });
    await test.wait(await test.contact('b'), HOUR, { leaveOn: leaveOn('order_*') });
    await test.advance(1_000);
    const event = await test.happen('a', 'order_placed', { total: 5 });
    expect(test.outcomes()).toEqual([[1, 'left_early']]);
    expect(test.executions.items[0]?.wait).toMatchObject({
      leftAt: new Date(test.clock.now()).toISOString(),
      leftBy: { id: event, type: 'order_placed', properties: { total: 5 } },
      reasons: [expect.stringContaining('order_placed')],
    });
    await test.advance(HOUR);
    expect(test.outcomes()).toEqual([
      [1, 'left_early'],
      [2, 'due'],
    ]);
  });

  it('only for a type and conditions that were asked for; a look in vain changes nothing', async () => {
    const rules = leaveOn('order_placed', [{ property: 'total', op: 'gte', value: 50 }]);
    await test.wait(await test.contact('a'), HOUR, { leaveOn: rules });
    await test.happen('a', 'order_cancelled', { total: 99 });
    await test.happen('a', 'order_placed', { total: 49 });
    await test.happen('a', 'order_placed');
    expect(test.executions.items).toEqual([]);
    const [listed] = await listWaiting(test.process.store, { limit: 9 });
    expect(listed?.waiting).toMatchObject({ state: 'waiting', attempt: 0, key: '' });
    expect((await test.wait(1, HOUR, { leaveOn: rules })).outcome).toBe('kept');
    await test.happen('a', 'order_placed', { total: 50 });
    expect(test.outcomes()).toEqual([[1, 'left_early']]);
  });

  it('not for what happened before the wait, and not for what is recorded late of before', async () => {
    const id = await test.contact('a');
    await test.happen('a', 'order_placed');
    await test.advance(1_000);
    expect((await test.wait(id, HOUR, { leaveOn: leaveOn('order_placed') })).outcome).toBe('parked');
    await test.happen('a', 'order_placed', {}, test.clock.now() - 1);
    expect(test.executions.items).toEqual([]);
    await test.happen('a', 'order_placed', {}, test.clock.now());
    expect(test.outcomes()).toEqual([[1, 'left_early']]);
  });

  it('at the door, if it happened between what started the item and the wait; never by what started it', async () => {
    const id = await test.contact('a');
    const startedAt = test.clock.now();
    const start = await test.happen('a', 'cart_updated');
    const startedBy = { id: start, occurredAt: startedAt };
    const rules = [...leaveOn('cart_*'), ...leaveOn('order_placed')];
    expect((await test.wait(id, HOUR, { leaveOn: rules, startedBy, again: 'both' })).outcome).toBe('parked');
    const order = await test.happen('a', 'order_placed', {}, startedAt);
    const late = await test.wait(id, HOUR, { leaveOn: rules, startedBy, again: 'both' });
    expect(late).toMatchObject({ outcome: 'left_early', event: { id: order } });
    expect(test.outcomes()).toEqual([[1, 'left_early']]);
  });

  it('after a merge, by what the other had done', async () => {
    const visitor = await contactId(test.process.store, test.clock.now(), { anonymousId: 'x' });
    const known = await contactId(test.process.store, test.clock.now(), { email: 'a@example.com' });
    await test.wait(visitor, HOUR, { leaveOn: leaveOn('order_placed'), item: { n: 1 } });
    await record(test.process.store, test.clock.now(), {
      contact: upsertOf({ email: 'a@example.com' }),
      event: { type: 'order_placed', occurredAt: test.clock.now(), properties: {}, key: null },
    });
    await test.process.settled();
    expect(test.executions.items).toEqual([]);
    await upsertContacts(
      test.process.store,
      [upsertOf({ email: 'a@example.com', anonymousId: 'x' })],
      test.clock.now(),
      WHOLE,
    );
    await test.process.settled();
    expect(test.outcomes()).toEqual([[1, 'left_early']]);
    expect(test.executions.items[0]?.contact).toMatchObject({ id: known });
  });

  it('by an event that two contacts who wait in two places have watched', async () => {
    const other = new Executions<Item>(test.clock);
    const elsewhere = { ...KEY, key: 'i/w/other' };
    await test.watch({}, elsewhere, test.process, other);
    const id = await test.contact('a');
    await test.wait(id, HOUR, { leaveOn: leaveOn('order_placed') });
    await park(
      test.process.store,
      elsewhere,
      [test.requestOf(id, HOUR, { leaveOn: leaveOn('*') })],
      test.clock.now(),
      WHOLE,
    );
    await test.happen('a', 'order_placed');
    expect([test.outcomes(), other.items.map(({ wait: left }) => left.outcome)]).toEqual([
      [[1, 'left_early']],
      ['left_early'],
    ]);
  });
});
