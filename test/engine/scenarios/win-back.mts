import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { agree, consent, happens, person } from './abandoned-carts-people.mts';
import { INTAKE, did, settingsOf, simulationOf, storyteller, tellEnds } from './interest-stories.mts';
import { ask } from './record-events-intake.mts';

const FOLDER = '13-win-back-customers';
const JOURNEY = 'Win back customers who stopped ordering';

const ana = person('Ana');
const bor = person('Bor');
const cene = person('Cene');
const dana = person('Dana');
const ema = person('Ema');
const fran = person('Fran');

/** 180 days after the stories begin, which is when who ordered at their beginning has lapsed: 11:00 in Berlin. */
const LAPSED = '2026-08-29T09:00:00Z';
/** Longer than the whole series. */
const SERIES = { days: 10 };

const lamp = { sku: 'TABLE-LAMP', name: 'Table lamp', category: 'lamps', quantity: 1, price: 39 };
const deskLamp = { sku: 'DESK-LAMP', name: 'Desk lamp', category: 'lamps', quantity: 1, price: 49 };
const floorLamp = { sku: 'FLOOR-LAMP', name: 'Floor lamp', category: 'lamps', quantity: 1, price: 119 };
const blanket = { sku: 'WOOL-BLANKET', name: 'Wool blanket', category: 'textiles', quantity: 1, price: 79 };
const cushion = { sku: 'LINEN-CUSHION', name: 'Linen cushion', category: 'textiles', quantity: 1, price: 29 };
const vase = { sku: 'STONE-VASE', name: 'Stone vase', category: 'vases', quantity: 1, price: 35 };

const orders = (who: object, items: unknown = [lamp], occurredAt?: string) =>
  did(who, 'order_placed', { orderId: 'o-1', items, value: 39, currency: 'EUR' }, occurredAt);

interface Told {
  status: string;
  reason: string;
  mailsSent: number;
  at: string;
}

const simulation = simulationOf(FOLDER);
const story = storyteller(simulation, (sim) =>
  tellEnds<Told>(
    sim,
    'winBack',
    ({ status, reason, mailsSent, at }) => `${status} after ${mailsSent}: ${reason} (${at.slice(0, 16)})`,
  ),
);

/** They agreed to mail and ordered, and have just got the discount 180 days later. */
async function lapse(sim: Simulation, ...people: Array<typeof ana>): Promise<void> {
  await agree(sim, ...people);
  await happens(sim, ...people.map((who) => orders(who)));
  await sim.advanceTo(LAPSED);
  await sim.advanceBy({ hours: 2 });
}

/** A user lets in who has no order on record, such as customers of before. */
const anyHistory = {
  parameters: {
    [JOURNEY]: {
      'Save the Segment': {
        'groups.group[0].rules.event[0].op': 'gte',
        'groups.group[0].rules.event[0].n': 0,
      },
    },
  },
};
/** A user took the consent out of the rules. */
const anyConsent = {
  parameters: { [JOURNEY]: { 'Save the Segment': { 'groups.group[0].rules.consent': [] } } },
};
const alreadyIn = { parameters: { [JOURNEY]: { 'Start When They Lapse': { alreadyIn: true } } } };

export default {
  'stays away': story(async (sim) => {
    await lapse(sim, ana);
    await sim.advanceBy({ days: 400 });
  }),
  'orders in the middle of each wait': story(
    async (sim) => {
      const people = [ana, bor, cene, dana];
      await agree(sim, ...people);
      await happens(sim, ...people.map((who) => orders(who)));
      // Two in the night in Berlin, before the first mail.
      await sim.advanceTo('2026-08-29T00:00:00Z');
      await happens(sim, orders(ana));
      // Told late: the order came in before the customer lapsed.
      await happens(sim, orders(dana, [lamp], '2026-08-20T12:00:00Z'));
      await sim.advanceTo('2026-09-01T12:00:00Z');
      await happens(sim, orders(bor));
      await sim.advanceBy(SERIES);
      await happens(sim, orders(cene));
      await sim.advanceBy(SERIES);
    },
    // 22:30 in Berlin, and in 180 days 23:30.
    { start: '2026-03-01T21:30:00Z' },
  ),
  'who has lapsed': story(async (sim) => {
    await agree(sim, ana, bor, cene, dana, fran);
    await happens(sim, orders(ana), orders(bor), orders(ema));
    await happens(sim, did(cene, 'page_viewed', { url: 'https://shop.example.com/' }));
    await sim.advanceBy({ days: 30 });
    await happens(sim, orders(bor));
    // An order of last year that is told only now.
    await happens(sim, orders(dana, [lamp], '2025-07-01T12:00:00Z'));
    // A history that comes in order by order, the latest of them young.
    await happens(sim, orders(fran, [lamp], '2025-07-01T12:00:00Z'));
    await sim.advanceBy({ minutes: 1 });
    await happens(sim, orders(fran, [lamp], '2026-03-20T12:00:00Z'));
    await sim.advanceTo(LAPSED);
    await sim.advanceBy({ days: 2 });
    await happens(sim, consent(ema, 'opted_in'));
    await sim.advanceBy({ days: 29 });
  }),
  'products by their history': story(async (sim) => {
    const eve = { email: 'eve@example.com', timezone: 'Europe/Berlin' };
    await agree(sim, ana, bor, cene, dana, ema, eve);
    await happens(sim, orders(ana, [{ ...vase, quantity: 1 }]), orders(bor, [deskLamp, floorLamp, blanket]));
    await happens(sim, orders(ana, [{ ...cushion, quantity: '3' }, vase]));
    await happens(sim, orders(bor, [cushion, vase]));
    await happens(sim, orders(cene, null), orders(dana, 'a lamp'));
    await happens(sim, orders(ema, [{ sku: 'TEA', name: 'Tea', category: 'tea', quantity: 9 }, null, 7]));
    const name = '<img src=x onerror=alert(1)>\n"Lamp" & $& co.';
    await happens(sim, orders(eve, [{ name, category: 'constructor', quantity: 'many' }]));
    await sim.advanceTo(LAPSED);
    await sim.advanceBy(SERIES);
  }),
  'orders that nobody recorded': story(async (sim) => {
    await agree(sim, ana);
    await sim.advanceBy(SERIES);
  }, anyHistory),
  consent: story(async (sim) => {
    const [withdraws, returns, bounces, night] = [
      person('Withdraws'),
      person('Returns'),
      person('Bounces'),
      person('Night'),
    ];
    await happens(sim, orders(person('Never')), orders(person('Out')), consent(person('Out'), 'opted_out'));
    await happens(sim, orders(person('Pending')), consent(person('Pending'), 'pending'));
    await agree(sim, withdraws, returns, bounces, night);
    await happens(sim, ...[withdraws, returns, bounces, night].map((who) => orders(who)));
    await sim.advanceTo(LAPSED);
    await sim.advanceBy({ minutes: 30 });
    await ask(sim, 'Suppress', { email: night.email });
    await sim.advanceBy({ days: 1 });
    await happens(sim, consent(withdraws, 'opted_out', 'unsubscribed'));
    await happens(sim, consent(returns, 'opted_out', 'unsubscribed'));
    await ask(sim, 'Suppress', { email: bounces.email });
    await sim.advanceBy({ days: 2 });
    await happens(sim, consent(returns, 'opted_in'));
    await sim.advanceBy(SERIES);
  }),
  'a segment that does not ask for consent': story(async (sim) => {
    await agree(sim, ana);
    await happens(sim, orders(ana), orders(person('Never')));
    await sim.advanceTo(LAPSED);
    await sim.advanceBy({ days: 1 });
    await happens(sim, consent(ana, 'opted_out', 'unsubscribed'));
    await sim.advanceBy(SERIES);
  }, anyConsent),
  'clocks that go forward': story(
    async (sim) => {
      const people = [person('Nina', 'America/New_York'), person('Omar', 'America/Phoenix')];
      await agree(sim, ...people);
      await happens(sim, ...people.map((who) => orders(who)));
      await sim.advanceBy({ days: 200 });
    },
    { start: '2025-09-06T15:00:00Z' },
  ),
  'clocks that go back': story(
    async (sim) => {
      const nina = person('Nina', 'America/New_York');
      await agree(sim, nina);
      await happens(sim, orders(nina));
      await sim.advanceBy({ days: 200 });
    },
    { start: '2026-05-01T15:00:00Z' },
  ),
  'quiet hours': story(
    async (sim) => {
      const tomo = person('Tomo', 'Asia/Tokyo');
      await agree(sim, ana, bor, tomo);
      // With the hour, in 180 days 20:59 and 21:00 in Berlin, and 03:59 in Tokyo.
      await happens(sim, orders(ana), orders(tomo));
      await sim.advanceBy({ minutes: 1 });
      await happens(sim, orders(bor));
      await sim.advanceBy({ days: 189 });
    },
    { start: '2026-03-02T17:59:00Z' },
  ),
  'lapsed again, later': story(async (sim) => {
    await lapse(sim, ana);
    await sim.advanceBy({ days: 3 });
    await happens(sim, orders(ana));
    await sim.advanceBy({ days: 195 });
  }),
  'little is known': story(async (sim) => {
    const nobody = { email: 'nobody@example.com' };
    await happens(sim, consent(nobody, 'opted_in'), orders(nobody));
    const phone = { phone: '+4915112345678' };
    await happens(sim, { ...orders(phone), consent: { email: 'opted_in', source: 'telephone' } });
    await sim.advanceBy({ days: 195 });
  }),
  'lapsed before it was published': story(
    async (sim) => {
      await sim.publish(INTAKE);
      await agree(sim, ana, bor);
      await happens(sim, orders(ana));
      await sim.advanceBy({ days: 1 });
      await happens(sim, orders(bor));
      await sim.advanceBy({ days: 180, minutes: -5 });
      await sim.publish(JOURNEY);
      await sim.advanceBy(SERIES);
    },
    { published: [] },
  ),
  'everyone already in it': story(
    async (sim) => {
      await sim.publish(INTAKE);
      await agree(sim, ana, bor);
      await happens(sim, orders(ana), orders(bor));
      await sim.advanceBy({ days: 185 });
      await happens(sim, orders(bor));
      await sim.publish(JOURNEY);
      await sim.advanceBy({ days: 1 });
      await sim.publish(JOURNEY);
      await sim.advanceBy(SERIES);
    },
    { published: [], ...alreadyIn },
  ),
  'n8n starts again in between': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, orders(ana), orders(bor));
    await sim.advanceBy({ days: 90 });
    await sim.restart();
    await sim.advanceTo(LAPSED);
    await sim.advanceBy({ minutes: 30 });
    await sim.restart();
    await sim.advanceBy({ days: 3 });
    await happens(sim, orders(bor));
    await sim.restart();
    await sim.advanceBy(SERIES);
  }),
  'off for a fortnight': story(async (sim) => {
    await agree(sim, ana, bor, cene, dana);
    await happens(sim, orders(ana));
    await sim.advanceBy({ days: 7 });
    await happens(sim, orders(bor), orders(cene), orders(dana));
    await sim.advanceTo(LAPSED);
    await sim.advanceBy({ days: 3 });
    await sim.unpublish(JOURNEY);
    // Bor, Cene and Dana lapse meanwhile; Cene orders, Dana withdraws consent and gives it again.
    await sim.advanceBy({ days: 6 });
    await happens(sim, orders(cene), consent(dana, 'opted_out'), consent(dana, 'opted_in'));
    await sim.advanceBy({ days: 8 });
    await sim.publish(JOURNEY);
    await sim.advanceBy(SERIES);
  }),
  'on again in the night': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, orders(ana));
    await sim.advanceBy({ days: 6 });
    await happens(sim, orders(bor));
    await sim.advanceTo(LAPSED);
    await sim.advanceBy({ days: 1 });
    await sim.unpublish(JOURNEY);
    await sim.advanceBy({ days: 6 });
    await happens(sim, consent(bor, 'opted_out'), consent(bor, 'opted_in'));
    // Midnight in Berlin.
    await sim.advanceTo('2026-09-06T22:00:00Z');
    await sim.publish(JOURNEY);
    await sim.advanceBy({ days: 1 });
  }),
  'mails that fail': story(
    async (sim) => {
      await lapse(sim, ana, bor, cene, dana);
      await sim.advanceBy(SERIES);
    },
    {
      failures: [
        { node: 'Send the Discount', when: { to: ana.email }, error: 'Try later', times: 1 },
        { node: 'Send the Discount', when: { to: bor.email }, error: 'Mailbox busy' },
        { node: 'Send the Reminder', when: { to: cene.email }, error: 'No such mailbox' },
      ],
    },
  ),
  'the times and products of the demo': story(
    async (sim) => {
      await agree(sim, ana, bor);
      await happens(
        sim,
        orders(ana, [lamp], '2025-08-01T12:00:00Z'),
        orders(bor, [lamp], '2025-08-01T12:00:00Z'),
      );
      await sim.advanceBy({ seconds: 10 });
      await happens(sim, orders(bor));
      await sim.advanceBy({ minutes: 2 });
    },
    {
      start: '2026-03-02T23:00:00Z',
      ...settingsOf(JOURNEY, {
        ...{ mail1After: 20, mail1Unit: 'seconds', mail2After: 20, mail2Unit: 'seconds', quietHours: false },
        productCount: 1,
        products: JSON.stringify([
          { sku: 'A', name: 'Assam', category: 'tea', price: '14.50 EUR', url: 'https://shop.example.com/a' },
          {
            sku: 'L',
            name: 'Lantern',
            category: 'lamps',
            price: '64.00 EUR',
            url: 'https://shop.example.com/l',
          },
        ]),
      }),
    },
  ),
  'a test run from the editor': story(async (sim) => {
    await agree(sim, ana);
    await happens(sim, orders(ana, [lamp], '2025-08-01T12:00:00Z'));
    await sim.unpublish(JOURNEY);
    const [{ contact } = {}] = await ask(sim, 'List Contacts');
    const { status, outputs } = await sim.run({
      workflow: JOURNEY,
      startNode: 'Start When They Lapse',
      items: [{ contact, change: { kind: 'segment_entered', subject: 'lapsed-customers', at: LAPSED } }],
      mode: 'manual',
    });
    return { status, nodes: Object.keys(outputs) };
  }),
} satisfies Scenarios;
