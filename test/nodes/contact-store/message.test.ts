import type { IDataObject } from 'n8n-workflow';
import { ChannelFallback } from '../../../nodes/ChannelFallback/ChannelFallback.node';
import { setConsent } from '../../../src/app/set-consent';
import { CHUNK } from '../../../src/app/chunks';
import type { Store } from '../../../src/store/port';
import { FakeExecution, useTemporaryStore } from '../fake-execution';
import { observed } from './observed-store';
import { createContacts, jsonOf, openedStore, operate } from './store-under-test';

const HOUR = 3_600_000;
const CLAIMED = Date.now() - 5 * HOUR;
const MANY = 10_000;

let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
beforeEach(async () => {
  temporary = await useTemporaryStore();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await temporary.remove();
});

/** Claims messages of a new contact, whose outcome is due after so long, and gives their ids. */
async function claimed(count: number, leaseMs = HOUR): Promise<number[]> {
  const [contactId = 0] = await createContacts({ email: 'ann@example.com', firstName: 'Ann' });
  const { store } = await openedStore();
  return store.write((tx) =>
    tx.messages.claim(
      Array.from({ length: count }, (_, n) => ({
        contactId,
        name: `m${n}`,
        occasion: '',
        channel: 'email',
        purpose: 'marketing' as const,
        address: 'ann@example.com',
        attempt: 1,
        claimedAt: CLAIMED,
        leaseUntil: CLAIMED + leaseMs,
        enrolmentId: null,
        journey: 'welcome',
        workflowId: 'w',
        nodeName: 'n',
      })),
    ),
  );
}

const carrying = (ids: readonly unknown[]): IDataObject[] =>
  ids.map((id, at) => ({ own: at, message: { id } }) as IDataObject);
const eventTypes = async () =>
  (await jsonOf('event', 'getAll', { eventsOf: 'everybody', returnAll: true })).map(({ event }) => event);

/** Which operations of the store the work takes where it settles messages; what the pump does beside it is left out. */
async function operationsOf(work: () => Promise<unknown>): Promise<string[]> {
  const transactions: string[][] = [];
  const { store } = await openedStore();
  const inner = { ...store, read: store.read.bind(store), write: store.write.bind(store) } as Store;
  jest.spyOn(store, 'write').mockImplementation((write) => {
    const calls: string[] = [];
    transactions.push(calls);
    return observed(inner, (call) => calls.push(call)).write(write);
  });
  await work();
  jest.restoreAllMocks();
  return transactions.filter((calls) => calls.includes('messages.settle')).flat();
}

it('an uncertain message is marked as sent, as of when it was claimed, once', async () => {
  const [id] = await claimed(1);
  const [output] = await operate('message', 'markAsSent', {}, { items: carrying([id]) });
  expect(output).toMatchObject({
    json: {
      own: 0,
      contact: { email: 'ann@example.com', firstName: 'Ann' },
      message: { id, name: 'm0', state: 'sent' },
      result: { outcome: 'sent' },
    },
    pairedItem: { item: 0 },
  });
  const [again] = await jsonOf('message', 'markAsSent', {}, { items: carrying([id]) });
  expect(again?.result).toEqual({ outcome: 'unchanged' });
  expect(await eventTypes()).toMatchObject([
    {
      type: 'email_sent',
      occurredAt: new Date(CLAIMED).toISOString(),
      properties: { message: 'm0', journey: 'welcome', channel: 'email' },
    },
  ]);
});

it('an uncertain or failed message is released, and no event tells of it', async () => {
  const [uncertain, failed] = await claimed(2);
  await operate('message', 'fail', { messageId: failed, error: 'Mailbox full' });
  const output = await operate('message', 'release', {}, { items: carrying([uncertain, failed]) });
  expect(output).toMatchObject(
    [uncertain, failed].map((id, item) => ({
      json: { own: item, message: { id, state: 'released', error: null }, result: { outcome: 'released' } },
      pairedItem: { item },
    })),
  );
  expect(await eventTypes()).toEqual([]);
  expect(await jsonOf('message', 'getAll', { messageFilters: { state: 'uncertain' } })).toEqual([]);
});

it('the statistics tell what is uncertain until somebody decides', async () => {
  const [first, second] = await claimed(3);
  const uncertain = async () => (await jsonOf('store', 'statistics', {}))[0]?.uncertainMessages;
  expect(await uncertain()).toBe(3);
  await operate('message', 'markAsSent', { messageId: first });
  expect(await uncertain()).toBe(2);
  await operate('message', 'release', { messageId: second });
  expect(await uncertain()).toBe(1);
});

describe.each([
  ['markAsSent', 'sent', MANY],
  ['release', 'released', 0],
] as const)('%s', (operation, state, events) => {
  it('takes 10,000 items with the same operations for each piece of them as for one', async () => {
    const ids = await claimed(MANY + 1);
    const { store } = await openedStore();
    const one = await operationsOf(() =>
      operate('message', operation, {}, { items: carrying(ids.slice(MANY)) }),
    );
    const items = carrying(ids.slice(0, MANY).reverse());
    let output: Awaited<ReturnType<typeof operate>> = [];
    const many = await operationsOf(async () => {
      output = await operate('message', operation, {}, { items });
    });
    expect(many).toEqual(Array.from({ length: many.length / one.length }, () => one).flat());
    expect(many).toHaveLength(one.length * (MANY / CHUNK));
    expect(output).toHaveLength(MANY);
    output.forEach(({ json, pairedItem }, item) => {
      expect(pairedItem).toEqual({ item });
      expect(json).toMatchObject({ own: item, message: { id: ids[MANY - 1 - item], state } });
    });
    const recorded = await store.read((tx) => tx.events.count());
    expect(recorded).toBe(events === 0 ? 0 : events + 1);
  });

  it('gives an error for each item whose message is unknown, none or under way, and does the others', async () => {
    const [sent, uncertain] = await claimed(2);
    await operate('message', 'confirm', { messageId: sent });
    const items = carrying([4_711, uncertain, 'abc', '', null, 1.5, 'test', -1]);
    const output = await operate('message', operation, {}, { items, continueOnFail: true });
    expect(output.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
    expect(output.map(({ json }) => json.error ?? json.result)).toEqual([
      expect.stringContaining('There is no message 4711'),
      { outcome: state },
      expect.stringContaining('"abc" is not the id of a message'),
      expect.stringContaining('carries no message'),
      expect.stringContaining('carries no message'),
      expect.stringContaining('"1.5" is not the id of a message'),
      { outcome: 'unchanged' },
      expect.stringContaining('"-1" is not the id of a message'),
    ]);
  });

  it('ends at the first such item, and nothing is written', async () => {
    const [uncertain] = await claimed(1);
    const items = carrying([uncertain, 4_711]);
    await expect(operate('message', operation, {}, { items })).rejects.toMatchObject({
      message: expect.stringContaining('There is no message 4711') as string,
      context: { itemIndex: 1 },
    });
    expect(await jsonOf('message', 'getAll', { messageFilters: { state: 'uncertain' } })).toHaveLength(1);
  });

  it('leaves what is still being sent as it is, and says until when', async () => {
    const [id] = await claimed(1, 10 * HOUR);
    await expect(operate('message', operation, { messageId: id })).rejects.toThrow(
      /is being sent; it is uncertain from/,
    );
  });
});

it('what was sent cannot be released, and what was released cannot be marked as sent', async () => {
  const [sent, released] = await claimed(2);
  await operate('message', 'confirm', { messageId: sent });
  await operate('message', 'release', { messageId: released });
  await expect(operate('message', 'release', { messageId: sent })).rejects.toThrow(
    /is sent. Only uncertain and failed/,
  );
  await expect(operate('message', 'markAsSent', { messageId: released })).rejects.toThrow(
    /is released. Only uncertain messages/,
  );
});

it('a released message is claimed over the same channel again', async () => {
  const [id] = await claimed(1);
  const { store } = await openedStore();
  const message = (await store.read((tx) => tx.messages.get([id ?? 0]))).get(id ?? 0);
  await setConsent(
    store,
    [
      {
        contactId: message?.contactId ?? 0,
        channel: 'email',
        status: 'opted_in',
        at: 1,
        source: 'form',
        evidence: {},
        by: 'contact',
      },
    ],
    1,
  );
  const ask = async () => {
    const run = new FakeExecution({
      node: new ChannelFallback(),
      parameters: { message: 'm0', quietHours: false, channels: { channel: [{ channel: 'email' }] } },
      items: [{ email: 'ann@example.com' }],
    });
    return (await run.outputs()).map((items) => items.length);
  };
  expect(await ask()).toEqual([0, 0, 1]);
  await operate('message', 'release', { messageId: id });
  expect(await ask()).toEqual([1, 0, 0]);
});
