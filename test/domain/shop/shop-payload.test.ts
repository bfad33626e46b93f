import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readContactPatch } from '../../../src/domain/contact/contact-patch';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../src/domain/json';
import { readShopPayload, type ShopRecord, type ShopSource } from '../../../src/domain/shop/shop-payload';

const NOW = Date.UTC(2026, 0, 1);

function payloadOf(name: string): JsonObject {
  const path = join(__dirname, '../../fixtures/shops', `${name}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as JsonObject;
}

function recordOf(source: ShopSource, topic: string, payload: unknown, shop?: string): ShopRecord {
  const reading = readShopPayload(source, topic, payload, {
    now: NOW,
    ...(shop === undefined ? {} : { shop }),
  });
  if (!reading.ok) throw new Error(reading.problems.map((problem) => problem.message).join(' '));
  if ('ignored' in reading.value) throw new Error(`ignored: ${reading.value.ignored}`);
  return reading.value;
}

function ignoredOf(source: ShopSource, topic: string, payload: unknown): string {
  const reading = readShopPayload(source, topic, payload, { now: NOW });
  if (!reading.ok || !('ignored' in reading.value)) throw new Error('it was not ignored');
  return reading.value.ignored;
}

function problemsOf(
  source: ShopSource,
  topic: string,
  payload: unknown,
): Array<{ field: string; message: string }> {
  const reading = readShopPayload(source, topic, payload, { now: NOW });
  return reading.ok ? [] : [...reading.problems];
}

const DOCUMENTED: Array<[ShopSource, string, string]> = [
  ['shopify', 'carts/create', 'shopify-carts-create'],
  ['shopify', 'carts/update', 'shopify-carts-create'],
  ['shopify', 'checkouts/create', 'shopify-checkouts-create'],
  ['shopify', 'checkouts/update', 'shopify-checkouts-create'],
  ['shopify', 'orders/create', 'shopify-orders-create'],
  ['shopify', 'orders/paid', 'shopify-orders-create'],
  ['woocommerce', 'order.created', 'woocommerce-order'],
  ['woocommerce', 'order.updated', 'woocommerce-order'],
  ['woocommerce', 'customer.created', 'woocommerce-customer'],
];

const values = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    '',
    ' ',
    'a\u0000',
    '\ud83d',
    '😀',
    'null',
    '1e999',
    '0000-00-00',
    '9999-12-31T23:59:59Z',
    -0,
    1e300,
  ),
);

describe('every documented payload', () => {
  it.each(DOCUMENTED)('%s %s: the same delivery read twice has the same key', (source, topic, file) => {
    const first = recordOf(source, topic, payloadOf(file));
    const second = recordOf(source, topic, payloadOf(file));
    expect(second).toEqual(first);
    expect(first.events[0]?.key).toMatch(/^(shopify|woocommerce):/);
  });

  it.each(DOCUMENTED)('%s %s: its contact can be stored', (source, topic, file) => {
    const reading = readContactPatch({ ...recordOf(source, topic, payloadOf(file)).contact });
    expect(reading).toMatchObject({ ok: true });
  });

  it.each(DOCUMENTED)(
    '%s %s: whatever replaces one of its fields, nothing is thrown',
    (source, topic, file) => {
      const payload = payloadOf(file);
      const paths = pathsOf(payload);
      fc.assert(
        fc.property(fc.constantFrom(...paths), values, (path, value) => {
          const reading = readShopPayload(source, topic, replaceAt(payload, path, value as JsonValue), {
            now: NOW,
            shop: 'a\u0000.example.com',
          });
          // PostgreSQL refuses NUL and halves of characters, which JSON writes as escapes.
          if (reading.ok) {
            expect(JSON.stringify(reading.value)).not.toMatch(/\\u(?:0000|d[89a-f])/i);
            return;
          }
          expect(reading.problems.length).toBeGreaterThan(0);
          for (const { field } of reading.problems)
            expect([...Object.keys(payload), 'event']).toContain(field.split(/[.[]/)[0]);
        }),
        { numRuns: 200 },
      );
    },
  );
});

describe('Shopify', () => {
  it('reads a checkout as a cart that can be gone back to', () => {
    const { contact, consents, events } = recordOf(
      'shopify',
      'checkouts/create',
      payloadOf('shopify-checkouts-create'),
    );
    expect(contact).toEqual({
      email: 'example@example.com',
      anonymousId: 'shopify-cart:eeafa272cebfd4b22385bc4b645e762c',
      firstName: 'John',
      lastName: 'Smith',
      country: 'US',
      properties: { shopifyCustomerId: '603851970716743426' },
    });
    expect(consents).toEqual([]);
    const nano = { sku: 'IPOD2008PINK', name: 'IPod Nano - 8GB - Pink', quantity: 1, price: 199 };
    expect(events).toEqual([
      {
        type: 'cart_updated',
        occurredAt: Date.parse('2022-01-01T00:00:00Z'),
        key: expect.stringMatching(/^shopify:checkout:123123123:1640995200000:[0-9a-f]{16}$/),
        properties: {
          cartId: 'eeafa272cebfd4b22385bc4b645e762c',
          checkoutToken: '123123123',
          items: [nano, nano],
          value: 421.88,
          currency: 'USD',
          checkoutUrl:
            'https://checkout.example.com/548380009/checkouts/123123123/recover?key=example-secret-token',
        },
      },
    ]);
  });

  it('reads a cart for the anonymous contact that its checkout will make known', () => {
    const cart = { ...payloadOf('shopify-carts-create'), token: 'c1', id: 'c1' };
    const { contact, events } = recordOf('shopify', 'carts/update', cart);
    const checkout = { ...payloadOf('shopify-checkouts-create'), cart_token: 'c1' };
    expect(contact).toEqual({
      anonymousId: recordOf('shopify', 'checkouts/create', checkout).contact.anonymousId,
    });
    expect(events[0]?.properties).toEqual({
      cartId: 'c1',
      items: [{ sku: 'example-shirt-s', name: 'Example T-Shirt - Small', quantity: 3, price: 19.99 }],
      value: 59.97,
      currency: 'USD',
    });
  });

  it('reads a cart that was emptied as one without value', () => {
    const emptied = { ...payloadOf('shopify-carts-create'), line_items: [] };
    expect(recordOf('shopify', 'carts/update', emptied).events[0]?.properties).toEqual({
      cartId: 'exampleCartId',
      items: [],
      value: 0,
    });
  });

  it('gives a later state of a cart another key, also within the same second', () => {
    const before = payloadOf('shopify-checkouts-create');
    const later = { ...before, updated_at: '2021-12-31T19:00:01-05:00' };
    const sameSecond = { ...before, line_items: [], total_price: '0.00' };
    const keys = [before, later, sameSecond].map(
      (payload) => recordOf('shopify', 'checkouts/update', payload).events[0]?.key,
    );
    expect(new Set(keys).size).toBe(3);
  });

  it('refuses what no event may hold: a time far ahead, and properties of more than 64 kB', () => {
    const order = payloadOf('shopify-orders-create');
    const fields = (change: JsonObject) =>
      problemsOf('shopify', 'orders/create', { ...order, ...change }).map(({ field }) => field);
    expect(fields({ created_at: '2036-01-01T00:00:00Z', processed_at: '2036-01-01T00:00:00Z' })).toEqual([
      'event.occurredAt',
    ]);
    expect(fields({ name: 'x'.repeat(70_000) })).toEqual(['event.properties']);
  });

  it('records an order once, created or paid, with the id that JSON numbers cannot hold', () => {
    const [created] = recordOf('shopify', 'orders/create', payloadOf('shopify-orders-create')).events;
    const paidPayload = {
      ...payloadOf('shopify-orders-create'),
      financial_status: 'paid',
      updated_at: '2022-02-02',
    };
    const [paid] = recordOf('shopify', 'orders/paid', paidPayload).events;
    expect(paid).toEqual(created);
    expect(created).toMatchObject({
      type: 'order_placed',
      key: 'shopify:order:820982911946154508:placed',
      properties: { orderId: '820982911946154508', value: 404.95, currency: 'USD' },
    });
  });

  it.each([
    ['cart-1', 'checkout-1', 'cart-1'],
    [null, 'checkout-1', 'checkout-1'],
  ])(
    'an order meets the cart of its checkout (cart %s, checkout %s)',
    (cart_token, checkout_token, cartId) => {
      const order = { ...payloadOf('shopify-orders-create'), cart_token, checkout_token };
      const checkout = { ...payloadOf('shopify-checkouts-create'), cart_token, token: checkout_token };
      for (const [topic, payload] of [
        ['orders/create', order],
        ['checkouts/update', checkout],
      ] as const) {
        expect(recordOf('shopify', topic, payload).events[0]?.properties.cartId).toBe(cartId);
      }
    },
  );

  it('takes consent over from the shop, and takes an empty box for no statement', () => {
    const order = payloadOf('shopify-orders-create');
    expect(recordOf('shopify', 'orders/create', order).consents).toEqual([
      {
        channel: 'email',
        status: 'opted_in',
        at: Date.parse('2022-01-01T00:00:00Z'),
        source: 'Shopify',
        evidence: { checkbox: 'accepts marketing at the checkout' },
        by: 'import',
      },
    ]);
    const unticked = { ...order, buyer_accepts_marketing: false };
    expect(recordOf('shopify', 'orders/create', unticked).consents).toEqual([]);
    const stated = {
      state: 'unsubscribed',
      opt_in_level: 'confirmed_opt_in',
      consent_updated_at: '2021-06-01T10:00:00Z',
    };
    const customer = { ...(order.customer as JsonObject), email_marketing_consent: stated };
    expect(recordOf('shopify', 'orders/create', { ...order, customer }).consents).toEqual([
      {
        channel: 'email',
        status: 'opted_out',
        at: Date.parse('2021-06-01T10:00:00Z'),
        source: 'Shopify',
        evidence: { state: 'unsubscribed', optInLevel: 'confirmed_opt_in' },
        by: 'import',
      },
    ]);
  });

  it('ignores a checkout that is completed or names nobody, and topics it does not know', () => {
    const checkout = payloadOf('shopify-checkouts-create');
    expect(
      ignoredOf('shopify', 'checkouts/update', { ...checkout, completed_at: '2022-01-01T00:00:00Z' }),
    ).toContain('orders/create');
    const nobody = { ...checkout, email: null, customer: null, phone: null, billing_address: null };
    expect(ignoredOf('shopify', 'checkouts/create', nobody)).toContain('no e-mail address');
    expect(ignoredOf('shopify', 'products/create', {})).toContain('products/create');
  });

  it('names each field that is wrong', () => {
    const broken = {
      ...payloadOf('shopify-orders-create'),
      email: 'jon at example.com',
      currency: null,
      created_at: 'yesterday',
      line_items: [{ title: 'Chair', quantity: -1, price: 'free' }, 'table'],
    };
    const problems = problemsOf('shopify', 'orders/create', broken);
    expect(problems.map((problem) => problem.field)).toEqual([
      'created_at',
      'line_items[1]',
      'line_items[0].quantity',
      'line_items[0].price',
      'currency',
      'email',
    ]);
    expect(problems[0]?.message).toBe(
      'created_at is "yesterday"; it must be a time such as 2024-03-22T19:28:02Z.',
    );
  });
});

describe('WooCommerce', () => {
  it('reads an order that is being processed', () => {
    expect(recordOf('woocommerce', 'order.created', payloadOf('woocommerce-order'))).toEqual({
      contact: {
        email: 'john.doe@example.com',
        phone: '+15555555555',
        firstName: 'John',
        lastName: 'Doe',
        country: 'US',
        properties: {},
      },
      consents: [],
      events: [
        {
          type: 'order_placed',
          occurredAt: Date.parse('2017-03-22T19:28:02Z'),
          key: 'woocommerce:example.com:order:727:placed',
          properties: {
            orderId: '727',
            orderName: '727',
            items: [
              { sku: '93', name: 'Woo Single #1', quantity: 2, price: 3 },
              { sku: 'Bar3', name: 'Ship Your Idea – Color: Black, Size: M Test', quantity: 1, price: 12 },
            ],
            value: 29.35,
            currency: 'USD',
          },
        },
      ],
    });
  });

  it('records an order once, whichever of its states is heard of first', () => {
    const order = payloadOf('woocommerce-order');
    const events = ['on-hold', 'processing', 'completed'].map(
      (status) => recordOf('woocommerce', 'order.updated', { ...order, status }).events[0],
    );
    expect(events[1]).toEqual(events[0]);
    expect(events[2]).toEqual(events[0]);
  });

  it.each(['pending', 'checkout-draft', 'cancelled', 'refunded', 'failed'])(
    'ignores an order that is %s',
    (status) => {
      expect(
        ignoredOf('woocommerce', 'order.updated', { ...payloadOf('woocommerce-order'), status }),
      ).toContain(status);
    },
  );

  it('finds the cart where a plug-in left it', () => {
    const meta_data = [{ id: 1, key: '_cart_id', value: 'c-77' }];
    const [event] = recordOf('woocommerce', 'order.created', {
      ...payloadOf('woocommerce-order'),
      meta_data,
    }).events;
    expect(event?.properties.cartId).toBe('c-77');
  });

  it('keeps the orders of two shops apart', () => {
    const order = payloadOf('woocommerce-order');
    const keys = ['a.example.com', 'b.example.com'].map(
      (shop) => recordOf('woocommerce', 'order.created', order, shop).events[0]?.key,
    );
    expect(keys).toEqual([
      'woocommerce:a.example.com:order:727:placed',
      'woocommerce:b.example.com:order:727:placed',
    ]);
  });

  it('reads a new account', () => {
    const { contact, events } = recordOf(
      'woocommerce',
      'customer.created',
      payloadOf('woocommerce-customer'),
    );
    expect(contact).toMatchObject({
      email: 'john.doe@example.com',
      firstName: 'John',
      properties: { wooCommerceCustomerId: '25' },
    });
    expect(events).toEqual([
      {
        type: 'account_created',
        occurredAt: Date.parse('2017-03-21T19:09:28Z'),
        key: 'woocommerce:example.com:customer:25:created',
        properties: { source: 'WooCommerce', customerId: '25' },
      },
    ]);
  });

  it('answers the ping and an order without an address as ignored, so that the shop keeps its webhook', () => {
    expect(ignoredOf('woocommerce', '', { webhook_id: 12 })).toContain('ping');
    const billing = { email: '', phone: '' };
    expect(
      ignoredOf('woocommerce', 'order.created', { ...payloadOf('woocommerce-order'), billing }),
    ).toContain('727');
  });

  it('refuses a body that is no object, and names each field that is wrong', () => {
    expect(problemsOf('woocommerce', 'order.created', 'id=1')).toEqual([
      { field: 'payload', message: 'The payload is "id=1"; it must be the JSON object that the shop sent.' },
    ]);
    const broken = { ...payloadOf('woocommerce-order'), total: '29,35', billing: { email: 'john.doe' } };
    expect(problemsOf('woocommerce', 'order.created', broken)).toEqual([
      { field: 'total', message: 'total is "29,35"; it must be an amount such as 19.99.' },
      {
        field: 'billing.email',
        message: '"john.doe" is not an e-mail address; one looks like name@example.com.',
      },
    ]);
  });
});

function pathsOf(
  value: JsonValue,
  at: ReadonlyArray<string | number> = [],
): Array<ReadonlyArray<string | number>> {
  const here = at.length === 0 ? [] : [at];
  if (Array.isArray(value))
    return [...here, ...value.flatMap((entry, index) => pathsOf(entry, [...at, index]))];
  if (!isJsonObject(value)) return here;
  return [...here, ...Object.entries(value).flatMap(([key, entry]) => pathsOf(entry, [...at, key]))];
}

function replaceAt(
  value: JsonValue,
  path: ReadonlyArray<string | number>,
  replacement: JsonValue,
): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return replacement;
  if (Array.isArray(value)) {
    return value.map((entry, index) => (index === step ? replaceAt(entry, rest, replacement) : entry));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      key === step ? replaceAt(entry, rest, replacement) : entry,
    ]),
  );
}
