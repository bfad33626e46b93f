import type { Scenario, Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation, SimulationOptions } from '../../../simulator/simulate.mts';
import {
  JOURNEY,
  agree,
  cart,
  consent,
  ends,
  happens,
  lamp,
  order,
  person,
  simulation,
} from './abandoned-carts-people.mts';
import { ask, payload, post } from './record-events-intake.mts';

const ana = person('Ana');
const bor = person('Bor');
const cene = person('Cene');
const dana = person('Dana');
const ema = person('Ema');
const DAYS = { days: 6 };

/** A story; when it has been told, how it ended for each contact. */
function story(run: (sim: Simulation) => Promise<unknown>, more: Partial<SimulationOptions> = {}): Scenario {
  return {
    simulation: { ...simulation, ...more },
    async run(sim) {
      const seen = await run(sim);
      return { ends: await ends(sim), seen };
    },
  };
}

const settings = (values: Record<string, unknown>): Partial<SimulationOptions> => ({
  settings: {
    [JOURNEY]: Object.fromEntries(Object.entries(values).map(([name, value]) => [`settings.${name}`, value])),
  },
});

const failing = (to: string, times?: number): Partial<SimulationOptions> => ({
  failures: [
    { node: 'Send the Cart', when: { to }, error: 'Mailbox busy', ...(times === undefined ? {} : { times }) },
  ],
});

export default {
  'left behind': story(async (sim) => {
    await agree(sim, ana);
    await happens(sim, cart(ana));
    await sim.advanceBy(DAYS);
  }),
  'ordered in the middle of each wait': story(async (sim) => {
    const people = [ana, bor, cene, dana];
    await agree(sim, ...people);
    await happens(sim, ...people.map((who) => cart(who)));
    await sim.advanceBy({ minutes: 30 });
    await happens(sim, order(ana));
    await sim.advanceBy({ hours: 5 });
    await happens(sim, order(bor));
    await sim.advanceBy({ hours: 30 });
    // WooCommerce itself does not say which cart an order came from.
    await happens(sim, order(cene, { cartId: null }));
    await sim.advanceBy(DAYS);
  }),
  'ordered another cart': story(async (sim) => {
    await agree(sim, ana);
    await happens(sim, cart(ana));
    await sim.advanceBy({ minutes: 10 });
    await happens(sim, order(ana, { cartId: 'cart-elsewhere' }));
    await sim.advanceBy(DAYS);
  }),
  emptied: story(async (sim) => {
    const people = [ana, bor, cene];
    await agree(sim, ...people);
    await happens(sim, ...people.map((who) => cart(who)));
    await sim.advanceBy({ minutes: 30 });
    await happens(sim, cart(ana, { items: [], value: 0 }), cart(bor, { value: 0 }));
    // An empty cart of another device takes nothing away from the one that is full.
    await happens(sim, cart(cene, { cartId: 'cart-on-the-phone', items: [] }));
    await sim.advanceBy({ days: 2 });
    await happens(sim, cart(cene, { items: [], value: undefined }));
    await sim.advanceBy(DAYS);
  }),
  'never filled': story(async (sim) => {
    await agree(sim, ana, bor, cene);
    await happens(sim, cart(ana, { items: [], value: 0 }), cart(bor, { items: undefined }));
    await happens(sim, cart(cene, { cartId: undefined }));
    await sim.advanceBy(DAYS);
  }),
  'changed within the hour': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, cart(ana), cart(bor));
    await sim.advanceBy({ minutes: 40 });
    await happens(sim, cart(bor, { cartId: 'cart-on-the-phone', items: [{ ...lamp, name: 'Candle' }] }));
    await happens(sim, cart(ana, { items: [lamp, { name: 'Bulb', quantity: 4, price: 2.5 }], value: 49.8 }));
    await sim.advanceBy({ minutes: 40 });
    await happens(sim, cart(ana, { items: [{ ...lamp, quantity: 1 }], value: 19.9 }));
    await sim.advanceBy({ hours: 12 });
  }),
  'changed after a mail': story(async (sim) => {
    await agree(sim, ana, bor, cene);
    await happens(sim, cart(ana), cart(bor), cart(cene));
    await sim.advanceBy({ hours: 6 });
    await happens(sim, cart(ana, { items: [{ ...lamp, name: 'Desk lamp' }] }));
    await happens(sim, cart(bor, { cartId: 'cart-on-the-phone' }));
    const early = await ends(sim);
    await sim.advanceBy({ hours: 42 });
    await happens(sim, cart(cene));
    await sim.advanceBy(DAYS);
    return early;
  }),
  'changed twice in one second': story(async (sim) => {
    await agree(sim, ana);
    const second = '2026-03-02T09:00:00Z';
    await happens(sim, cart(ana, { items: [{ ...lamp, name: 'First' }] }, second));
    await happens(sim, cart(ana, { items: [{ ...lamp, name: 'Second' }] }, second));
    await sim.advanceBy(DAYS);
  }),
  consent: story(async (sim) => {
    await happens(sim, cart(person('Never')));
    await happens(sim, consent(person('Out'), 'opted_out'), cart(person('Out')));
    await happens(sim, consent(person('Pending'), 'pending'), cart(person('Pending')));
    await happens(sim, cart(person('Later')));
    await agree(sim, person('Withdraws'), person('Bounces'), person('Returns'));
    await happens(sim, cart(person('Withdraws')), cart(person('Bounces')), cart(person('Returns')));
    await sim.advanceBy({ minutes: 59 });
    await agree(sim, person('Later'));
    await sim.advanceBy({ hours: 3 });
    await happens(sim, consent(person('Withdraws'), 'opted_out', 'unsubscribed'));
    await happens(sim, consent(person('Returns'), 'opted_out', 'unsubscribed'));
    await ask(sim, 'Suppress', { email: 'bounces@example.com' });
    await sim.advanceBy({ hours: 3 });
    await agree(sim, person('Returns'));
    await sim.advanceBy(DAYS);
  }),
  'clocks that go forward': story(
    async (sim) => {
      const nina = person('Nina', 'America/New_York');
      const omar = person('Omar', 'America/Phoenix');
      await agree(sim, nina, omar);
      await happens(sim, cart(nina), cart(omar));
      await sim.advanceBy(DAYS);
    },
    { start: '2026-03-07T23:00:00Z' },
  ),
  'clocks that go back': story(
    async (sim) => {
      const nina = person('Nina', 'America/New_York');
      await agree(sim, nina);
      await happens(sim, cart(nina));
      await sim.advanceBy(DAYS);
    },
    { start: '2026-10-31T22:00:00Z' },
  ),
  'an hour that is skipped': story(
    async (sim) => {
      const nina = person('Nina', 'America/New_York');
      await agree(sim, nina);
      await happens(sim, cart(nina));
      await sim.advanceBy({ hours: 3 });
    },
    { start: '2026-03-08T06:30:00Z', ...settings({ quietHours: false }) },
  ),
  'quiet hours': story(
    async (sim) => {
      // 20:00, 20:30 and 06:59 in Berlin, and one at noon in Tokyo.
      await agree(sim, ana, bor, cene, person('Tomo', 'Asia/Tokyo'));
      await happens(sim, cart(person('Tomo', 'Asia/Tokyo')));
      await sim.advanceTo('2026-03-02T19:00:00Z');
      await happens(sim, cart(ana));
      await sim.advanceTo('2026-03-02T19:30:00Z');
      await happens(sim, cart(bor));
      await sim.advanceTo('2026-03-03T05:59:00Z');
      await happens(sim, cart(cene));
      await sim.advanceBy(DAYS);
    },
    { start: '2026-03-02T03:00:00Z' },
  ),
  'little is known': story(
    async (sim) => {
      const nobody = { email: 'nobody@example.com' };
      await agree(sim, nobody);
      await happens(
        sim,
        cart(nobody, { items: [{ name: 'Lamp' }], value: undefined, currency: null, checkoutUrl: null }),
      );
      await happens(sim, { ...cart(nobody), contact: { phone: '+4915112345678' } });
      await sim.advanceBy(DAYS);
    },
    { start: '2026-03-02T19:45:00Z' },
  ),
  'hostile names': story(async (sim) => {
    const eve = {
      email: 'eve@example.com',
      firstName: '<script>alert(1)</script>',
      timezone: 'Europe/Berlin',
    };
    await agree(sim, eve);
    await happens(
      sim,
      cart(eve, {
        items: [
          { name: '<img src=x onerror=alert(1)> "A" & \'B\'', quantity: '<b>9</b>', price: '1"><i>' },
          { name: 'Line\nbreak', quantity: 3, price: '2.50' },
          null,
        ],
        currency: '<u>EUR</u>',
        checkoutUrl: 'javascript:alert(1)',
      }),
    );
    await sim.advanceBy(DAYS);
  }),
  'again, later': story(async (sim) => {
    await agree(sim, ana);
    await happens(sim, cart(ana));
    await sim.advanceBy({ days: 10 });
    const first = await ends(sim);
    await happens(sim, cart(ana, { cartId: 'cart-later' }));
    await sim.advanceBy({ hours: 2 });
    await happens(sim, order(ana, { cartId: 'cart-later' }));
    await sim.advanceBy(DAYS);
    return first;
  }),
  'n8n starts again in between': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, cart(ana), cart(bor));
    await sim.advanceBy({ minutes: 30 });
    await sim.restart();
    await sim.advanceBy({ hours: 10 });
    await sim.restart();
    await happens(sim, order(bor));
    await sim.advanceBy({ days: 2 });
    await sim.restart();
    await sim.advanceBy(DAYS);
  }),
  'off for a day and a half': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, cart(ana), cart(bor));
    await sim.advanceBy({ minutes: 30 });
    await sim.unpublish(JOURNEY);
    await sim.advanceBy({ hours: 2 });
    await happens(sim, order(bor));
    await sim.advanceBy({ hours: 33 });
    await sim.publish(JOURNEY);
    await sim.advanceBy(DAYS);
  }),
  'a cart of last week': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, cart(ana, {}, '2026-02-24T09:00:00Z'), cart(bor, {}, '2026-03-02T07:50:00Z'));
    await sim.advanceBy(DAYS);
  }),
  'a mail that fails once': story(
    async (sim) => {
      await agree(sim, ana, bor, cene);
      await happens(sim, cart(ana), cart(bor), cart(cene));
      await sim.advanceBy({ hours: 2 });
    },
    failing(bor.email, 1),
  ),
  'a mail that fails for good': story(async (sim) => {
    await agree(sim, ana, bor, cene);
    await happens(sim, cart(ana), cart(bor), cart(cene));
    await sim.advanceBy({ hours: 2 });
  }, failing(bor.email)),
  'a second mail that fails for good': story(
    async (sim) => {
      await agree(sim, ana);
      await happens(sim, cart(ana));
      await sim.advanceBy(DAYS);
    },
    { failures: [{ node: 'Send Help', error: 'No such mailbox' }] },
  ),
  'the times of the demo': story(
    async (sim) => {
      await agree(sim, ana, bor);
      await happens(sim, cart(ana), cart(bor));
      await sim.advanceBy({ seconds: 30 });
      await happens(sim, order(bor));
      await sim.advanceBy({ minutes: 2 });
    },
    {
      start: '2026-03-02T23:00:00Z',
      ...settings({
        ...{ mail1After: 20, mail1Unit: 'seconds', mail2After: 40, mail2Unit: 'seconds' },
        ...{ mail3After: 60, mail3Unit: 'seconds', quietHours: false },
      }),
    },
  ),
  "Shopify's own webhooks": {
    simulation: { ...simulation, start: '2022-01-01T12:00:00Z' },
    async run(sim) {
      const cartToken = 'eeafa272cebfd4b22385bc4b645e762c';
      const at = '2022-01-01T07:00:00-05:00';
      const told = (topic: string) => ({
        'x-shopify-topic': topic,
        'x-shopify-shop-domain': 'shop.example.com',
      });
      const shown = { ...payload('shopify-carts-create'), token: cartToken, id: cartToken, updated_at: at };
      const begun = { ...payload('shopify-checkouts-create'), created_at: at, updated_at: at };
      const agreed = { ...begun, buyer_accepts_marketing: true };
      await post(sim, shown, told('carts/create'));
      await post(sim, agreed, told('checkouts/create'));
      await sim.advanceBy({ hours: 2 });
      const placed = {
        ...payload('shopify-orders-create'),
        cart_token: cartToken,
        email: 'example@example.com',
      };
      const now = { ...placed, created_at: '2022-01-01T09:00:00-05:00' };
      await post(sim, now, told('orders/create'));
      await sim.advanceBy(DAYS);
      return { ends: await ends(sim) };
    },
  },
  'a test run from the editor': {
    simulation: { ...simulation, published: [] },
    async run(sim) {
      await sim.publish('Record events from sites and shops in the contact store');
      await agree(sim, ema);
      await happens(sim, cart(ema));
      const { status, outputs } = await sim.run({ workflow: JOURNEY, mode: 'manual' });
      return { status, nodes: Object.keys(outputs) };
    },
  },
} satisfies Scenarios;
