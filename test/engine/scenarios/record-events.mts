import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { LOOKING, ask, held, payload, post, template } from './record-events-intake.mts';

const simulation = {
  workflows: [template('01-record-events'), ...LOOKING],
  start: '2026-03-02T09:00:00Z',
  timezone: 'Europe/Berlin',
};
const woo = (topic: string) => ({
  'x-wc-webhook-topic': topic,
  'x-wc-webhook-source': 'https://shop.example.com/',
});
const shopify = (topic: string) => ({
  'x-shopify-topic': topic,
  'x-shopify-shop-domain': 'example.myshopify.example.com',
});

const order = {
  contact: {
    email: 'Ana@Example.com',
    firstName: 'Ana',
    timezone: 'Europe/Ljubljana',
    properties: { size: 'M' },
  },
  event: {
    type: 'order_placed',
    occurredAt: '2026-03-02T08:30:00Z',
    key: 'order-1001',
    properties: { orderId: '1001', value: 59.9, currency: 'EUR' },
  },
  consent: { email: 'opted_in', source: 'checkout' },
};

/** Posts one after the other; gives each answer with what the store held after it. */
function answers(requests: Record<string, { body: unknown; headers?: Record<string, string> }>) {
  return async (sim: Simulation) => {
    const told: Record<string, unknown> = {};
    for (const [name, { body, headers }] of Object.entries(requests)) {
      told[name] = { ...(await post(sim, body, headers)), held: await held(sim) };
    }
    return told;
  };
}

const wrong = (change: (body: typeof order) => unknown) => ({ body: change(structuredClone(order)) });
const brokenWoo = { ...payload('woocommerce-order'), total: 'a lot' };
const brokenShopify = { ...payload('shopify-orders-create'), line_items: 'none' };

export default {
  'the generic shape': {
    simulation,
    async run(sim) {
      const answer = await post(sim, order);
      return {
        answer,
        contacts: await ask(sim, 'List Contacts'),
        events: await ask(sim, 'List Events'),
      };
    },
  },
  'the same request twice': {
    simulation,
    async run(sim) {
      const first = await post(sim, order);
      const withdrawn = {
        ...order,
        event: { type: 'unsubscribed' },
        consent: { email: 'opted_out', source: 'link' },
      };
      await post(sim, withdrawn);
      const again = await post(sim, order);
      const [contact] = await ask(sim, 'List Contacts');
      return { first, again, contact, held: await held(sim) };
    },
  },
  'two requests without a key': {
    simulation,
    async run(sim) {
      const { key: _key, ...event } = order.event;
      await post(sim, { ...order, event });
      await post(sim, { ...order, event });
      return held(sim);
    },
  },
  'bad requests': {
    simulation,
    run: answers({
      'no contact': wrong(({ contact: _contact, ...rest }) => rest),
      'a contact that names nobody': wrong((body) => ({ ...body, contact: { firstName: 'Ana' } })),
      'no address': wrong((body) => ({ ...body, contact: { email: 'ana at example' } })),
      'a zone that does not exist': wrong((body) => ({
        ...body,
        contact: { ...body.contact, timezone: 'Mars/Base' },
      })),
      'no event': wrong(({ event: _event, ...rest }) => rest),
      'no type': wrong((body) => ({ ...body, event: {} })),
      'a date that is none': wrong((body) => ({
        ...body,
        event: { ...body.event, occurredAt: 'yesterday-ish' },
      })),
      'properties that are a list': wrong((body) => ({ ...body, event: { ...body.event, properties: [1] } })),
      'a status that is none': wrong((body) => ({
        ...body,
        consent: { email: 'yes please', source: 'form' },
      })),
      'two at once': wrong((body) => ({ ...body, contact: { email: 'nobody' }, event: {} })),
      'a list': { body: [1, 2] },
      'nothing at all': { body: {} },
      'a WooCommerce order without a sum': { body: brokenWoo, headers: woo('order.created') },
      'a Shopify order without lines': { body: brokenShopify, headers: shopify('orders/create') },
    }),
  },
  'identifiers of two contacts': {
    simulation,
    async run(sim) {
      await post(sim, { contact: { email: 'ana@example.com' }, event: { type: 'a' } });
      await post(sim, { contact: { externalId: 'customer-2' }, event: { type: 'a' } });
      const torn = {
        contact: { email: 'ana@example.com', externalId: 'customer-2', firstName: 'X' },
        event: { type: 'b' },
      };
      return {
        answer: await post(sim, torn),
        contacts: await ask(sim, 'List Contacts'),
        held: await held(sim),
      };
    },
  },
  'without the secret': {
    simulation,
    async run(sim) {
      const { status } = await sim.request({ path: 'record-events', method: 'POST', body: order });
      return { status, held: await held(sim) };
    },
  },
  WooCommerce: {
    simulation,
    run: answers({
      order: { body: payload('woocommerce-order'), headers: woo('order.created') },
      'the same order, paid': { body: payload('woocommerce-order'), headers: woo('order.updated') },
      customer: { body: payload('woocommerce-customer'), headers: woo('customer.created') },
      ping: { body: { webhook_id: 7 }, headers: woo('order.created') },
      'another topic': { body: payload('woocommerce-order'), headers: woo('coupon.created') },
    }),
  },
  Shopify: {
    simulation,
    async run(sim) {
      const told = await answers({
        cart: { body: payload('shopify-carts-create'), headers: shopify('carts/create') },
        checkout: { body: payload('shopify-checkouts-create'), headers: shopify('checkouts/create') },
        order: { body: payload('shopify-orders-create'), headers: shopify('orders/create') },
        'the same order, paid': { body: payload('shopify-orders-create'), headers: shopify('orders/paid') },
        'another topic': { body: payload('shopify-orders-create'), headers: shopify('orders/fulfilled') },
      })(sim);
      return { told, events: await ask(sim, 'List Events') };
    },
  },
  'a store out of reach': {
    simulation: {
      ...simulation,
      workflows: [template('01-record-events')],
      store: 'sqlite:///dev/null/contacts.sqlite',
    },
    async run(sim) {
      return {
        generic: await post(sim, order),
        shop: await post(sim, payload('woocommerce-order'), woo('order.created')),
      };
    },
  },
} satisfies Scenarios;
