import { useTemporaryStore } from '../fake-execution';
import { createContacts, jsonOf, openedStore, operate } from './store-under-test';

const DAY = 86_400_000;

let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
beforeEach(async () => {
  temporary = await useTemporaryStore();
  const items = [1, 40, 400].flatMap((days) =>
    ['page_viewed', 'page_left', 'order_placed'].map((type) => ({
      email: 'ann@example.com',
      type,
      occurredAt: new Date(Date.now() - days * DAY).toISOString(),
    })),
  );
  await operate('event', 'record', { eventType: { mode: 'name', value: '={{ $json.type }}' } }, { items });
});
afterEach(() => temporary.remove());

async function eventsLeft(): Promise<string[]> {
  const events = await jsonOf('event', 'getAll', { eventsOf: 'everybody', returnAll: true });
  return events.map(({ event }) => (event as { type: string }).type);
}

it('tells what the store holds, and where it is', async () => {
  await createContacts({ email: 'bob@example.com' });
  expect(await jsonOf('store', 'statistics', {}, { items: [{}, {}] })).toEqual(
    Array.from({ length: 2 }, () => ({
      kind: 'sqlite',
      location: temporary.file,
      contacts: 2,
      events: 9,
      changes: 11,
      waiting: 0,
      delivering: 0,
      failed: 0,
      messages: 0,
      uncertainMessages: 0,
    })),
  );
});

describe('pruning', () => {
  it('keeps every event unless an age is given', async () => {
    expect(await jsonOf('store', 'prune', {})).toEqual([
      { result: { outcome: 'unchanged', events: 0, logEntries: 0, messages: 0 } },
    ]);
    expect(await eventsLeft()).toHaveLength(9);
  });

  it('deletes events that happened longer ago, and counts them', async () => {
    expect(
      await jsonOf('store', 'prune', { eventsOlderThanDays: 30 }, { items: [{ a: 1 }, { a: 2 }] }),
    ).toEqual([
      { a: 1, result: { outcome: 'pruned', events: 6, logEntries: 0, messages: 0 } },
      { a: 2, result: { outcome: 'unchanged', events: 0, logEntries: 0, messages: 0 } },
    ]);
    expect(await eventsLeft()).toHaveLength(3);
  });

  it('deletes events of the types given only, also by the beginning of their names', async () => {
    await operate('store', 'prune', { eventsOlderThanDays: 30, pruneTypes: 'page_*' });
    expect((await eventsLeft()).filter((type) => type === 'order_placed')).toHaveLength(3);
    expect(await eventsLeft()).toHaveLength(5);
    await operate('store', 'prune', { eventsOlderThanDays: 100, pruneTypes: 'order_placed, nothing' });
    expect(await eventsLeft()).toHaveLength(4);
  });

  it('deletes log entries by their own age', async () => {
    const { store } = await openedStore();
    await store.write((tx) =>
      tx.changes.append([
        {
          kind: 'contact_updated',
          contactId: 1,
          at: Date.now() - 91 * DAY,
          subject: null,
          eventId: null,
          detail: {},
        },
      ]),
    );
    expect(await jsonOf('store', 'prune', { logOlderThanDays: 0 })).toMatchObject([
      { result: { logEntries: 0, messages: 0 } },
    ]);
    expect(await jsonOf('store', 'prune', {})).toMatchObject([
      { result: { outcome: 'pruned', logEntries: 1, messages: 0 } },
    ]);
  });

  it('deletes old messages that nothing needs, and those sent once for a key where that is wanted', async () => {
    const { store } = await openedStore();
    const ages = [600, 600, 450, 10];
    const ids = await store.write((tx) =>
      tx.messages.claim(
        ages.map((days, n) => ({
          contactId: 1,
          name: `m${n}`,
          occasion: n === 0 ? '' : `key ${n}`,
          channel: 'email',
          purpose: 'marketing' as const,
          address: 'ann@example.com',
          attempt: 1,
          claimedAt: Date.now() - days * DAY,
          leaseUntil: Date.now() - days * DAY + 1,
          enrolmentId: null,
          journey: null,
          workflowId: 'w',
          nodeName: 'n',
        })),
      ),
    );
    const pruned = async (parameters: Record<string, unknown>) =>
      (await jsonOf('store', 'prune', { pruneKeyedMessages: true, ...parameters }))[0]?.result;
    expect(await pruned({})).toMatchObject({ messages: 0 });
    await store.write((tx) =>
      tx.messages.settle(ids.map((id) => ({ id, state: 'sent', at: Date.now(), error: null }))),
    );
    expect(await pruned({ pruneKeyedMessages: false })).toMatchObject({ messages: 0 });
    expect(await pruned({ messagesOlderThanDays: 0 })).toMatchObject({ messages: 0 });
    expect(await pruned({})).toMatchObject({ outcome: 'pruned', messages: 1 });
    expect(await pruned({ messagesOlderThanDays: 402 })).toMatchObject({ messages: 1 });
    expect(await jsonOf('message', 'getAll', {})).toHaveLength(2);
  });

  it.each([
    ['at least 402 days', { messagesOlderThanDays: 401 }],
    ['Messages Older Than', { messagesOlderThanDays: -1 }],
    ['Events Older Than', { eventsOlderThanDays: -1 }],
    ['Log Older Than', { logOlderThanDays: '={{ "soon" }}' }],
    ['no age', { pruneTypes: 'page_viewed' }],
    ['*', { eventsOlderThanDays: 1, pruneTypes: 'pa*ge' }],
  ])('refuses what it does not understand: %s', async (words, parameters) => {
    await expect(operate('store', 'prune', parameters)).rejects.toThrow(words);
    expect(await eventsLeft()).toHaveLength(9);
  });
});
