import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { useTemporaryStore } from '../fake-execution';
import { createContacts, jsonOf, openedStore, operate } from './store-under-test';

let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
beforeEach(async () => {
  temporary = await useTemporaryStore();
});
afterEach(() => temporary.remove());

async function held(): Promise<{ contacts: number; events: number; statements: number }> {
  const { store } = await openedStore();
  return store.read(async (tx) => {
    const ids = [...(await tx.contacts.select({ limit: 1_000 }))].map(({ id }) => id);
    const statements = [...(await tx.consents.statementsOf(ids)).values()].flat().length;
    return { contacts: ids.length, events: await tx.events.count(), statements };
  });
}

const ORDER = {
  eventType: { __rl: true, mode: 'name', value: 'order_placed' },
  idempotencyKey: '={{ $json.order }}',
  propertiesFrom: 'json',
  propertiesJson: '={{ { value: $json.value } }}',
};

describe('an event recorded from fields', () => {
  it('belongs to the contact of the item, who is created when new', async () => {
    const [ann] = await createContacts({ email: 'ann@example.com' });
    const output = await operate('event', 'record', ORDER, {
      items: [
        { email: 'ANN@example.com', order: 'o-1', value: 5 },
        { email: 'bob@example.com', order: 'o-2', value: 7 },
      ],
    });
    expect(output.map(({ json, pairedItem }) => ({ json, pairedItem }))).toMatchObject([
      {
        json: {
          order: 'o-1',
          contact: { id: ann, email: 'ann@example.com' },
          event: { type: 'order_placed', properties: { value: 5 } },
          result: { outcome: 'recorded', contact: 'unchanged' },
        },
        pairedItem: { item: 0 },
      },
      {
        json: { contact: { email: 'bob@example.com' }, result: { outcome: 'recorded', contact: 'created' } },
        pairedItem: { item: 1 },
      },
    ]);
  });

  it('is recorded once for each key, however often it is sent', async () => {
    const item = { email: 'ann@example.com', order: 'o-1', value: 5 };
    const [first] = await jsonOf('event', 'record', ORDER, { items: [item] });
    const [again, other] = await jsonOf('event', 'record', ORDER, {
      items: [item, { ...item, order: 'o-2' }],
    });
    expect(again).toMatchObject({ result: { outcome: 'known', contact: 'unchanged' }, event: first?.event });
    expect(other).toMatchObject({ result: { outcome: 'recorded' } });
    expect(await held()).toMatchObject({ contacts: 1, events: 2 });
  });

  it('happens at the time given, else at the time of the item, else now', async () => {
    const before = Date.now();
    const recorded = await jsonOf(
      'event',
      'record',
      { ...ORDER, occurredAt: '={{ $json.at }}' },
      {
        items: [
          { email: 'ann@example.com', at: '2026-01-02T03:04:05Z', occurredAt: '2020-01-01T00:00:00Z' },
          { email: 'ann@example.com', occurredAt: '2020-01-01T00:00:00Z' },
          { email: 'ann@example.com' },
        ],
      },
    );
    const times = recorded.map(({ event }) => (event as IDataObject).occurredAt as string);
    expect(times.slice(0, 2)).toEqual(['2026-01-02T03:04:05.000Z', '2020-01-01T00:00:00.000Z']);
    expect(Date.parse(times[2] ?? '')).toBeGreaterThanOrEqual(before);
  });

  it('takes properties by name in the type that each row gives', async () => {
    const assignments = [
      { id: '1', name: 'value', type: 'number', value: '59.9' },
      { id: '2', name: 'paid', type: 'boolean', value: 'true' },
      { id: '3', name: 'items', type: 'array', value: '[{"sku":"a"}]' },
    ];
    const [recorded] = await jsonOf(
      'event',
      'record',
      { eventType: { mode: 'name', value: 'order_placed' }, properties: { assignments } },
      { items: [{ email: 'ann@example.com' }] },
    );
    expect(recorded?.event).toMatchObject({ properties: { value: 59.9, paid: true, items: [{ sku: 'a' }] } });
  });

  it('changes no address of a contact that is found, and finds one by the id it had before a merge', async () => {
    const [ann] = await createContacts({ email: 'ann@example.com', phone: '+442079460958' });
    const [recorded] = await jsonOf('event', 'record', ORDER, {
      items: [{ contact: { id: ann, email: 'old@example.com' }, phone: '+442079460958' }],
    });
    expect(recorded).toMatchObject({
      contact: { id: ann, email: 'ann@example.com' },
      result: { contact: 'unchanged' },
    });

    const [visitor] = await createContacts({ anonymousId: 'visitor-1' });
    await createContacts({ email: 'ann@example.com', anonymousId: 'visitor-1' });
    const [later] = await jsonOf('event', 'record', ORDER, { items: [{ contact: { id: visitor } }] });
    expect(later).toMatchObject({ contact: { id: ann } });
    expect(await held()).toMatchObject({ contacts: 1, events: 2 });
  });

  it('joins a visitor with the contact who is known', async () => {
    await jsonOf('event', 'record', ORDER, { items: [{ anonymousId: 'v-1' }] });
    const [ann] = await createContacts({ email: 'ann@example.com' });
    const [recorded] = await jsonOf('event', 'record', ORDER, {
      items: [{ email: 'ann@example.com', anonymousId: 'v-1' }],
    });
    expect(recorded).toMatchObject({ contact: { id: ann } });
    expect(await held()).toMatchObject({ contacts: 1, events: 2 });
  });

  it('ends the run with the first item that is refused, and writes nothing of it', async () => {
    const items = [{ email: 'ann@example.com' }, { name: 'nobody' }];
    await expect(operate('event', 'record', ORDER, { items })).rejects.toMatchObject({
      message: expect.stringContaining('names no contact') as string,
      context: { itemIndex: 1 },
    });
    expect(await held()).toMatchObject({ contacts: 0, events: 0 });
  });

  it('gives refused items as errors where the node goes on, paired with where they came from', async () => {
    const output = await operate(
      'event',
      'record',
      { ...ORDER, eventType: { mode: 'name', value: '={{ $json.type }}' } },
      {
        items: [
          { email: 'ann@example.com', type: 'a,b' },
          { email: 'bob@example.com', type: 'order_placed' },
        ],
        continueOnFail: true,
      },
    );
    expect(output).toMatchObject([
      { json: { error: expect.stringContaining('event.type') as string }, pairedItem: { item: 0 } },
      { json: { result: { outcome: 'recorded' } }, pairedItem: { item: 1 } },
    ]);
  });
});

describe('an event recorded from the item as it is', () => {
  const body = {
    contact: { email: 'ann@example.com', firstName: 'Ann' },
    event: { type: 'form_submitted', key: 'form-1', properties: { form: 'news' } },
    consent: { email: 'opted_in', source: 'footer form' },
  };

  it.each([
    ['itself', body],
    ['under the body of a webhook', { headers: { host: 'x' }, query: {}, body }],
  ])('is read from the item %s, with its consent', async (_, item) => {
    const [recorded] = await jsonOf('event', 'record', { dataFrom: 'item' }, { items: [item] });
    expect(recorded).toMatchObject({
      contact: { email: 'ann@example.com', firstName: 'Ann', consent: { email: 'opted_in' } },
      event: { type: 'form_submitted', properties: { form: 'news' } },
      result: { outcome: 'recorded', contact: 'created', consent: ['opted_in by footer form'] },
    });
    expect(await held()).toEqual({ contacts: 1, events: 1, statements: 1 });
  });

  it('states its consent once: sent again it does not bring back who opted out since', async () => {
    await jsonOf('event', 'record', { dataFrom: 'item' }, { items: [body] });
    await jsonOf(
      'consent',
      'set',
      { status: 'opted_out', source: 'link' },
      { items: [{ email: 'ann@example.com' }] },
    );
    const [again] = await jsonOf('event', 'record', { dataFrom: 'item' }, { items: [body] });
    expect(again).toMatchObject({
      result: { outcome: 'known' },
      contact: { consent: { email: 'opted_out' } },
    });
    expect(await held()).toEqual({ contacts: 1, events: 1, statements: 2 });
  });

  it.each([
    ['event.type', { ...body, event: {} }],
    ['contact.email', { ...body, contact: { email: 'ann' } }],
    ['consent.email', { ...body, consent: { email: 'maybe' } }],
    ['payload', { headers: {}, body: 'email=ann' }],
  ])('names %s when it is wrong and writes nothing, also not of the items beside it', async (field, item) => {
    const run = operate('event', 'record', { dataFrom: 'item' }, { items: [body, item] });
    await expect(run).rejects.toThrow(field);
    expect(await held()).toEqual({ contacts: 0, events: 0, statements: 0 });
  });

  it('takes no contact by the id that a sender claims', async () => {
    const [ann] = await createContacts({ email: 'ann@example.com' });
    const items = [{ contact: { id: ann, email: 'eve@example.com' }, event: { type: 'x' } }];
    const [recorded] = await jsonOf('event', 'record', { dataFrom: 'item' }, { items });
    expect(recorded).toMatchObject({ contact: { email: 'eve@example.com' }, result: { contact: 'created' } });
  });

  it('writes nothing of an item whose identifiers belong to two contacts, and all of the others', async () => {
    await createContacts({ email: 'ann@example.com' }, { phone: '+442079460958' });
    const torn = { ...body, contact: { email: 'ann@example.com', phone: '+442079460958' } };
    const fine = { ...body, contact: { email: 'bob@example.com' }, event: { type: 'x' } };
    const output = await operate(
      'event',
      'record',
      { dataFrom: 'item' },
      { items: [torn, fine], continueOnFail: true },
    );
    expect(output).toMatchObject([
      { json: { error: expect.stringContaining('Merge') as string }, pairedItem: { item: 0 } },
      { json: { result: { outcome: 'recorded' } }, pairedItem: { item: 1 } },
    ]);
    expect(await held()).toEqual({ contacts: 3, events: 1, statements: 1 });
  });
});

describe('an event recorded from a shop', () => {
  const payloadOf = (name: string): IDataObject => {
    const file = path.join(__dirname, '../../fixtures/shops', `${name}.json`);
    return JSON.parse(readFileSync(file, 'utf8')) as IDataObject;
  };
  const shopify = (topic: string, name: string): IDataObject => ({
    headers: { 'x-shopify-topic': topic, 'x-shopify-shop-domain': 'one.example.com' },
    body: payloadOf(name),
  });

  it('is the order of a Shopify webhook, once', async () => {
    const item = shopify('orders/create', 'shopify-orders-create');
    const [recorded] = await jsonOf('event', 'record', { dataFrom: 'shopify' }, { items: [item] });
    expect(recorded).toMatchObject({ event: { type: 'order_placed' }, result: { outcome: 'recorded' } });
    const paid = shopify('orders/paid', 'shopify-orders-create');
    const [again] = await jsonOf('event', 'record', { dataFrom: 'shopify' }, { items: [paid] });
    expect(again).toMatchObject({ result: { outcome: 'known' } });
    expect(await held()).toMatchObject({ contacts: 1, events: 1 });
  });

  it('is the order of a WooCommerce webhook, its topic given in the node where there are no headers', async () => {
    const items = [payloadOf('woocommerce-order')];
    const [recorded] = await jsonOf(
      'event',
      'record',
      { dataFrom: 'woocommerce', topic: 'order.created' },
      { items },
    );
    expect(recorded).toMatchObject({
      event: { type: 'order_placed' },
      contact: { email: expect.any(String) as string },
    });
  });

  it('counts the orders of two shops apart', async () => {
    const one = shopify('orders/create', 'shopify-orders-create');
    const two = {
      ...one,
      headers: { 'X-Shopify-Topic': 'orders/create', 'X-Shopify-Shop-Domain': 'two.example.com' },
    };
    await jsonOf('event', 'record', { dataFrom: 'shopify' }, { items: [one, two] });
    expect(await held()).toMatchObject({ contacts: 1, events: 2 });
  });

  it('keeps an order whose telephone number belongs to somebody else, and leaves the number with them', async () => {
    const order = payloadOf('woocommerce-order');
    const billing = { ...(order.billing as IDataObject), phone: '+442079460958' };
    const [bob] = await createContacts({ email: 'bob@example.com', phone: '+442079460958' });
    const items = [{ headers: { 'x-wc-webhook-topic': 'order.created' }, body: { ...order, billing } }];
    const [recorded] = await jsonOf('event', 'record', { dataFrom: 'woocommerce' }, { items });
    expect(recorded).toMatchObject({
      result: { outcome: 'recorded', contact: 'created' },
      contact: { phone: null },
    });
    const [{ contact }] = (await jsonOf('contact', 'get', {}, { items: [{ email: 'bob@example.com' }] })) as [
      IDataObject,
    ];
    expect(contact).toMatchObject({ id: bob, phone: '+442079460958' });
  });

  it('passes a payload that says nothing to record, with the reason', async () => {
    const draft = { ...payloadOf('woocommerce-order'), status: 'checkout-draft' };
    const items = [{ headers: { 'x-wc-webhook-topic': 'order.updated' }, body: draft }];
    const [ignored] = await jsonOf('event', 'record', { dataFrom: 'woocommerce' }, { items });
    expect(ignored).toMatchObject({
      result: { outcome: 'ignored', reason: expect.stringContaining('checkout-draft') as string },
    });
    expect(await held()).toMatchObject({ contacts: 0, events: 0 });
  });

  it('refuses an item that does not say its topic, and names the header', async () => {
    const run = operate(
      'event',
      'record',
      { dataFrom: 'shopify' },
      { items: [payloadOf('shopify-orders-create')] },
    );
    await expect(run).rejects.toThrow('x-shopify-topic');
  });
});

describe('events listed', () => {
  beforeEach(async () => {
    const items = ['ann', 'bob'].flatMap((name) =>
      [1, 2, 3].map((day) => ({
        email: `${name}@example.com`,
        occurredAt: `2026-01-0${day}T00:00:00Z`,
        type: day === 3 ? 'page_viewed' : 'order_placed',
        order: `${name}-${day}`,
      })),
    );
    await operate('event', 'record', { eventType: { mode: 'name', value: '={{ $json.type }}' } }, { items });
  });

  async function listed(parameters: Record<string, unknown>, items: IDataObject[]) {
    const output = await operate('event', 'getAll', parameters, { items });
    return output.map(({ json, pairedItem }) => {
      const { contact, event } = json as { contact: IDataObject; event: IDataObject };
      const from = (pairedItem as { item: number }).item;
      return `${from} ${String(contact.email)} ${String(event.type)} ${String(event.occurredAt).slice(0, 10)}`;
    });
  }

  it('are those of each contact, the newest first, at most so many of each', async () => {
    const people = [{ email: 'bob@example.com' }, { email: 'ann@example.com' }];
    expect(await listed({ limit: 2 }, people)).toEqual([
      '0 bob@example.com page_viewed 2026-01-03',
      '0 bob@example.com order_placed 2026-01-02',
      '1 ann@example.com page_viewed 2026-01-03',
      '1 ann@example.com order_placed 2026-01-02',
    ]);
    expect(await listed({ returnAll: true }, people)).toHaveLength(6);
  });

  it('are those of everybody, that fit the types and dates', async () => {
    const parameters = {
      eventsOf: 'everybody',
      eventFilters: {
        types: 'order_*, nothing',
        from: '2026-01-02T00:00:00Z',
        before: '2026-01-03T00:00:00Z',
      },
    };
    expect((await listed(parameters, [{}])).sort()).toEqual([
      '0 ann@example.com order_placed 2026-01-02',
      '0 bob@example.com order_placed 2026-01-02',
    ]);
    expect(await listed({ ...parameters, limit: 1 }, [{}])).toHaveLength(1);
  });

  it('may differ in their filters from item to item', async () => {
    const items = [
      { email: 'ann@example.com', types: 'page_viewed' },
      { email: 'ann@example.com', types: 'order_placed' },
      { email: 'bob@example.com', types: 'page_viewed' },
    ];
    expect(await listed({ eventFilters: { types: '={{ $json.types }}' } }, items)).toEqual([
      '0 ann@example.com page_viewed 2026-01-03',
      '1 ann@example.com order_placed 2026-01-02',
      '1 ann@example.com order_placed 2026-01-01',
      '2 bob@example.com page_viewed 2026-01-03',
    ]);
  });

  it('are refused for a contact that the store does not have, and for a limit that is none', async () => {
    const run = { items: [{ email: 'eve@example.com' }] };
    await expect(operate('event', 'getAll', {}, run)).rejects.toThrow('not in the store');
    await expect(operate('event', 'getAll', { limit: 0, eventsOf: 'everybody' })).rejects.toThrow('Limit');
  });
});
