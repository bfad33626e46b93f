import type { IDataObject } from 'n8n-workflow';
import { park } from '../../../src/app/park-waits';
import type { SubscriptionKey } from '../../../src/store/port';
import { useTemporaryStore } from '../fake-execution';
import { createContacts, jsonOf, openedStore, operate } from './store-under-test';

const HOUR = 3_600_000;

let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
let now: number;
beforeEach(async () => {
  temporary = await useTemporaryStore();
  now = Date.now();
  await createContacts({ email: 'ann@example.com' }, { email: 'bob@example.com' });
  await wait('one', 'Wait an hour', [1, 2]);
  await wait('two', 'Wait a day', [1]);
});
afterEach(() => temporary.remove());

function nodeOf(workflowId: string, nodeName: string): SubscriptionKey {
  return {
    key: `${workflowId}:${nodeName}`,
    kind: 'wait',
    workflowId,
    workflowName: `Workflow ${workflowId}`,
    nodeName,
  };
}

async function wait(workflowId: string, nodeName: string, contactIds: readonly number[]): Promise<void> {
  const { store } = await openedStore();
  const requests = contactIds.map((id) => ({
    contact: { id, identifiers: [] },
    item: { event: { type: 'cart_updated' } },
    key: '',
    again: 'both' as const,
    leaveOn: [],
    startedBy: null,
    plan: () => ({
      ok: true as const,
      value: {
        outcome: 'wait' as const,
        dueAt: now + HOUR,
        targetAt: now + HOUR,
        zone: 'UTC',
        zoneSource: 'workflow' as const,
        reasons: ['one hour'],
      },
    }),
  }));
  await park(store, nodeOf(workflowId, nodeName), requests, now, { allOrNothing: true });
}

/** Makes the waits of a node deliver and fail, as after an execution that failed for one contact alone. */
async function failWaitsOf(workflowId: string, nodeName: string): Promise<void> {
  const { store } = await openedStore();
  await store.write(async (tx) => {
    const subscription = await tx.subscriptions.get(nodeOf(workflowId, nodeName).key);
    const timers = await tx.timers.list({ subscriptionIds: [subscription?.id ?? 0], limit: 10 });
    await tx.timers.claim(
      timers.map(({ id }) => id),
      'delivery',
      now + HOUR,
    );
    await tx.timers.fail('delivery', 'The mail server is away');
  });
}

async function waits(
  parameters: Record<string, unknown> = { waitsOf: 'everyone' },
  items: IDataObject[] = [{}],
) {
  const output = await jsonOf('waiting', 'getAll', { returnAll: true, ...parameters }, { items });
  return output.map(({ contact, waiting }) => {
    const { workflowId, state, dueAt } = waiting as IDataObject;
    const isReleased = Date.parse(String(dueAt)) < now + HOUR;
    return `${String((contact as IDataObject).email)} ${String(workflowId)} ${String(state)}${isReleased ? ' released' : ''}`;
  });
}

const ALL = ['ann@example.com one waiting', 'bob@example.com one waiting', 'ann@example.com two waiting'];
const ANN = [{ email: 'ann@example.com' }];

describe('waiting contacts', () => {
  it('are listed with where, since when, until when and why', async () => {
    const [first] = await jsonOf('waiting', 'getAll', { waitsOf: 'everyone' });
    expect(first).toMatchObject({
      contact: { email: 'ann@example.com' },
      event: { type: 'cart_updated' },
      waiting: {
        id: expect.any(Number) as number,
        state: 'waiting',
        workflow: 'Workflow one',
        node: 'Wait an hour',
        since: new Date(now).toISOString(),
        dueAt: new Date(now + HOUR).toISOString(),
        reasons: ['one hour'],
      },
    });
    expect(await waits()).toEqual(ALL);
  });

  it('are listed by contact, workflow, node and state', async () => {
    expect(await waits({ waitsOf: 'contact' }, ANN)).toEqual([ALL[0], ALL[2]]);
    expect(await waits({ waitsOf: 'contact', waitingFilters: { workflowId: 'two' } }, ANN)).toEqual([ALL[2]]);
    expect(await waits({ waitsOf: 'filters', waitingFilters: { workflowId: 'one' } })).toEqual(
      ALL.slice(0, 2),
    );
    expect(await waits({ waitsOf: 'filters', waitingFilters: { nodeName: 'Wait a day' } })).toEqual([ALL[2]]);
    expect(await waits({ waitsOf: 'filters', waitingFilters: { workflowId: 'three' } })).toEqual([]);
    await failWaitsOf('two', 'Wait a day');
    expect(await waits({ waitsOf: 'filters', waitingFilters: { state: 'failed' } })).toEqual([
      'ann@example.com two failed',
    ]);
    expect(await waits({ waitsOf: 'filters', waitingFilters: { state: 'waiting' } })).toEqual(
      ALL.slice(0, 2),
    );
  });

  it('are listed for each item, at most so many of each', async () => {
    const items = [{ email: 'bob@example.com' }, ...ANN];
    const output = await operate('waiting', 'getAll', { waitsOf: 'contact', limit: 1 }, { items });
    expect(output.map(({ json, pairedItem }) => [(json.contact as IDataObject).email, pairedItem])).toEqual([
      ['bob@example.com', { item: 0 }],
      ['ann@example.com', { item: 1 }],
    ]);
  });

  it.each(['release', 'cancel'])('are not all ended by a %s that forgot its filter', async (operation) => {
    await expect(operate('waiting', operation, { waitsOf: 'filters' })).rejects.toThrow('Everyone Who Waits');
    const empty = { waitsOf: 'filters', waitingFilters: { workflowId: '={{ $json.missing }}' } };
    await expect(operate('waiting', operation, empty)).rejects.toThrow('workflowId is empty');
    await expect(operate('waiting', operation, {})).rejects.toThrow('names no contact');
    expect(await waits()).toEqual(ALL);
  });

  it('go at once when they are released', async () => {
    expect(await jsonOf('waiting', 'release', {}, { items: ANN })).toEqual([
      { email: 'ann@example.com', result: { outcome: 'released', count: 2 } },
    ]);
    expect(await waits()).toEqual([`${ALL[0]} released`, ALL[1], `${ALL[2]} released`]);
  });

  it('go at once also when their delivery had failed', async () => {
    await failWaitsOf('two', 'Wait a day');
    const failed = { waitsOf: 'filters', waitingFilters: { state: 'failed' } };
    expect(await jsonOf('waiting', 'release', failed)).toEqual([
      { result: { outcome: 'released', count: 1 } },
    ]);
    expect(await waits(failed)).toEqual([]);
  });

  it('never leave when they are cancelled', async () => {
    const items = [{ email: 'bob@example.com' }, ...ANN];
    const filters = {
      waitingFilters: { workflowId: '={{ $json.email.startsWith("ann") ? "two" : "one" }}' },
    };
    expect(await jsonOf('waiting', 'cancel', filters, { items })).toMatchObject([
      { result: { outcome: 'cancelled', count: 1 } },
      { result: { outcome: 'cancelled', count: 1 } },
    ]);
    expect(await waits()).toEqual([ALL[0]]);
    expect(await jsonOf('waiting', 'cancel', filters, { items })).toMatchObject([
      { result: { outcome: 'unchanged', count: 0 } },
      { result: { outcome: 'unchanged', count: 0 } },
    ]);
  });

  it('can be ended one by one and all together', async () => {
    const [first] = await jsonOf('waiting', 'getAll', { waitsOf: 'everyone' });
    const waitId = (first?.waiting as IDataObject).id;
    await operate('waiting', 'cancel', { waitsOf: 'filters', waitingFilters: { waitId } });
    expect(await waits()).toEqual(ALL.slice(1));
    expect(await jsonOf('waiting', 'cancel', { waitsOf: 'everyone' })).toEqual([
      { result: { outcome: 'cancelled', count: 2 } },
    ]);
    expect(await waits()).toEqual([]);
  });

  it('are left alone while they travel in a delivery', async () => {
    const { store } = await openedStore();
    await store.write(async (tx) => {
      const [timer] = await tx.timers.list({ limit: 1 });
      await tx.timers.claim([timer?.id ?? 0], 'under way', now + HOUR);
    });
    expect(await jsonOf('waiting', 'cancel', { waitsOf: 'everyone' })).toEqual([
      { result: { outcome: 'cancelled', count: 2 } },
    ]);
    expect(await waits()).toEqual(['ann@example.com one delivering']);
  });

  it('of nobody end when one contact of the items is unknown', async () => {
    const items = [...ANN, { email: 'eve@example.com' }];
    await expect(operate('waiting', 'cancel', {}, { items })).rejects.toMatchObject({
      context: { itemIndex: 1 },
    });
    expect(await waits()).toEqual(ALL);
    const output = await operate('waiting', 'cancel', {}, { items, continueOnFail: true });
    expect(output).toMatchObject([
      { json: { result: { count: 2 } } },
      { json: { error: expect.stringContaining('not in the store') as string }, pairedItem: { item: 1 } },
    ]);
  });

  it('are ended by the thousand', async () => {
    await wait(
      'many',
      'Wait',
      Array.from({ length: 2_500 }, () => 2),
    );
    const many = { waitsOf: 'filters', waitingFilters: { workflowId: 'many' } };
    expect(await waits(many)).toHaveLength(2_500);
    expect(await jsonOf('waiting', 'release', many)).toEqual([
      { result: { outcome: 'released', count: 2_500 } },
    ]);
    expect(await jsonOf('waiting', 'cancel', many)).toEqual([
      { result: { outcome: 'cancelled', count: 2_500 } },
    ]);
    expect(await waits()).toEqual(ALL);
  });
});
