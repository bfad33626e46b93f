import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { agree, consent, happens, person } from './abandoned-carts-people.mts';
import { did, settingsOf, simulationOf } from './interest-stories.mts';
import { ask } from './record-events-intake.mts';
import { node, workflow } from './workflow-parts.mts';

const JOURNEY = 'Remind customers to reorder what runs out';

const ana = person('Ana');
const bor = person('Bor');
const cene = person('Cene');
const dana = person('Dana');

const lenses = { sku: 'LENS-6', name: 'Monthly lenses', category: 'contact lenses', quantity: 2, price: 59 };
const coffee = { sku: 'COFFEE-1KG', name: 'Coffee', category: 'coffee', quantity: 2, price: 19 };
const vitamins = { sku: 'VIT-D', name: 'Vitamin D', category: 'vitamins', quantity: 1, supplyDays: 90 };
const lamp = { sku: 'LAMP', name: 'Lamp', category: 'lamps', quantity: 1, price: 49 };
/** Something that lasts so many days. */
const lasting = (supplyDays: unknown, more = {}) => ({
  ...{ sku: `D-${String(supplyDays)}`, name: `For ${String(supplyDays)} days`, quantity: 1, supplyDays },
  ...more,
});

const orders = (who: object, items: unknown = [lenses], occurredAt?: string) =>
  did(who, 'order_placed', { orderId: 'o-1', items, value: 59, currency: 'EUR' }, occurredAt);

interface Told {
  product: string;
  status: string;
  reason: string;
  mailsSent: number;
  at: string;
}

/** How it ended for each product of each contact. */
async function ends(sim: Simulation): Promise<Record<string, Record<string, string>>> {
  const contacts = (await ask(sim, 'List Contacts')).map(({ contact }) => contact) as Array<{
    id: number;
    email: string | null;
    properties: Record<string, Told>;
  }>;
  return Object.fromEntries(
    contacts.map(({ id, email, properties }) => [
      email?.split('@')[0] ?? `contact ${id}`,
      Object.fromEntries(
        Object.entries(properties).map(([name, { status, reason, mailsSent, at }]) => [
          name,
          `${status} after ${mailsSent}: ${reason} (${at.slice(0, 16)})`,
        ]),
      ),
    ]),
  );
}

const ERASING = workflow(
  'Erase',
  [
    node('Begin', 'manualTrigger'),
    node('Ask', 'n8n-nodes-marketing-automation.contactStore', { resource: 'contact', operation: 'erase' }),
  ],
  [['Begin', 'Ask']],
);

const base = simulationOf('22-remind-to-reorder');
const simulation = { ...base, workflows: [...base.workflows, ERASING] };

function story(run: (sim: Simulation) => Promise<unknown>, more: Partial<typeof simulation> = {}) {
  return {
    simulation: { ...simulation, ...more },
    async run(sim: Simulation) {
      const seen = await run(sim);
      return { ends: await ends(sim), seen };
    },
  };
}

export default {
  'never orders again': story(async (sim) => {
    await agree(sim, ana);
    await happens(sim, orders(ana));
    await sim.advanceBy({ days: 400 });
  }),
  'each product by its own clock': story(async (sim) => {
    await agree(sim, ana);
    await happens(sim, orders(ana, [lenses, lamp, coffee, vitamins, null, 7]));
    // Between the two mails for coffee, and before the first for lenses.
    await sim.advanceTo('2026-04-10T12:00:00Z');
    await happens(sim, orders(ana, [lamp, coffee]));
    await sim.advanceBy({ days: 200 });
  }),
  'orders again in the middle of each wait': story(async (sim) => {
    await agree(sim, ana, bor, cene, dana);
    await happens(sim, ...[ana, bor, cene, dana].map((who) => orders(who)));
    await sim.advanceTo('2026-06-01T12:00:00Z');
    await happens(sim, orders(ana));
    await sim.advanceTo('2026-08-05T12:00:00Z');
    await happens(sim, orders(bor, [lamp, lenses]));
    // The same brand, but not that very product.
    await happens(sim, orders(cene, [{ ...lenses, sku: 'LENS-12' }]));
    // Ordered between the mails, but told when the second had gone out.
    await sim.advanceTo('2026-08-20T12:00:00Z');
    await happens(sim, orders(dana, [lenses], '2026-08-10T12:00:00Z'));
    await sim.advanceTo('2026-10-25T12:00:00Z');
  }),
  'ends of months': story(
    async (sim) => {
      const days: Array<[string, number, unknown]> = [
        ['January31', 0, [lasting(60)]],
        ['August31', 212, [lenses]],
        ['September30', 242, [lenses]],
      ];
      await agree(sim, ...days.map(([name]) => person(name)));
      let gone = 0;
      for (const [name, day, items] of days) {
        await sim.advanceBy({ days: day - gone });
        gone = day;
        await happens(sim, orders(person(name), items));
      }
      await sim.advanceBy({ days: 190 });
    },
    { start: '2026-01-31T11:00:00Z' },
  ),
  'how long things last': story(async (sim) => {
    await agree(sim, ana);
    const none = [0, -5, 'long', null, 1e9, true, {}].map((days, index) =>
      lasting(days, { sku: `N-${index}` }),
    );
    const some = [1, 30, 40, 45, 59, 60, 61, 90, 100, 183, '365'].map((days) => lasting(days));
    const pieces = [
      lasting(30, { sku: 'THREE', name: 'Three', quantity: '3' }),
      lasting(40, { sku: 'TWICE', name: 'Twice' }),
      lasting(40, { sku: 'TWICE', name: 'Twice' }),
      lasting(40, { sku: 'MANY', name: 'Many', quantity: 'many' }),
      lasting(180, { sku: 'EYES', name: 'Eyes', quantity: 2, category: 'contact lenses' }),
    ];
    await happens(sim, orders(ana, [...none, ...some, ...pieces]));
    await sim.advanceBy({ days: 340 });
  }),
  'before the settings': story(
    async (sim) => {
      await agree(sim, ana);
      await happens(
        sim,
        orders(ana, [
          lasting(90, { sku: 'OWN', name: 'By its SKU', category: 'tea' }),
          lasting(90, { sku: 'TEA', name: 'By its category', category: 'tea' }),
          lasting(180, { sku: 'PAIR', name: 'Pair', category: 'pairs', quantity: 2 }),
        ]),
      );
      await sim.advanceBy({ days: 200 });
    },
    settingsOf(JOURNEY, {
      remindBefore: 10,
      remindBeforeUnit: 'days',
      secondAfter: 1,
      secondUnit: 'months',
      reorderUrl: 'https://shop.example.com/?page=cart',
      supplies: JSON.stringify([
        { category: 'tea', lasts: 6, unit: 'weeks' },
        { sku: 'OWN', lasts: 1, unit: 'years' },
        { category: 'pairs', perPiece: false },
      ]),
    }),
  ),
  'a length of time that is none': story(
    async (sim) => {
      await agree(sim, ana);
      await happens(sim, orders(ana));
      await sim.advanceBy({ days: 1 });
    },
    settingsOf(JOURNEY, {
      supplies: JSON.stringify([{ category: 'contact lenses', lasts: 6, unit: 'moons' }]),
    }),
  ),
  consent: story(async (sim) => {
    const [withdraws, returns, bounces] = [person('Withdraws'), person('Returns'), person('Bounces')];
    const [never, out, pending, later] = [person('Never'), person('Out'), person('Pending'), person('Later')];
    await happens(sim, consent(out, 'opted_out'), consent(pending, 'pending'));
    await agree(sim, withdraws, returns, bounces);
    await happens(
      sim,
      ...[never, out, pending, later, withdraws, returns, bounces].map((who) => orders(who)),
    );
    await sim.advanceTo('2026-07-01T12:00:00Z');
    await happens(sim, consent(later, 'opted_in'));
    await sim.advanceTo('2026-08-05T12:00:00Z');
    await happens(sim, consent(withdraws, 'opted_out', 'unsubscribed'), consent(returns, 'opted_out'));
    await ask(sim, 'Suppress', { email: bounces.email });
    await sim.advanceBy({ days: 3 });
    await happens(sim, consent(returns, 'opted_in'));
    await sim.advanceBy({ days: 30 });
  }),
  'clocks that change': story(
    async (sim) => {
      const nina = person('Nina', 'America/New_York');
      await agree(sim, nina, person('Omar', 'America/Phoenix'));
      await happens(sim, orders(nina), orders(person('Omar', 'America/Phoenix')));
      await sim.advanceBy({ days: 200 });
    },
    // 12:30 in New York and 9:30 in Phoenix, in summer; the second wait goes over 8 March.
    { start: '2025-10-01T16:30:00Z' },
  ),
  'quiet hours': story(
    async (sim) => {
      const tomo = person('Tomo', 'Asia/Tokyo');
      await agree(sim, ana, bor, tomo);
      await happens(sim, orders(ana), orders(tomo));
      await sim.advanceBy({ minutes: 1 });
      await happens(sim, orders(bor));
      await sim.advanceBy({ days: 190 });
    },
    // 20:59 in Berlin, and 03:59 in Tokyo, in winter: in five months 20:59 and 03:59 as well.
    { start: '2026-03-02T19:59:00Z' },
  ),
  'told late': story(async (sim) => {
    await agree(sim, ana, bor, cene, dana);
    // Five months after it was yesterday; six months will be in a month. Two products at once.
    await happens(
      sim,
      orders(ana, [lenses, { ...lenses, sku: 'LENS-L', name: 'Left lenses' }], '2025-10-01T09:00:00Z'),
    );
    await happens(sim, orders(bor, [lenses], '2024-10-01T09:00:00Z'));
    // The older order comes in after the newer one.
    await happens(sim, orders(cene, [lenses], '2025-11-01T09:00:00Z'));
    await sim.advanceBy({ hours: 1 });
    await happens(sim, orders(cene, [lenses], '2025-08-01T09:00:00Z'));
    // In the night: it waits for the morning.
    await sim.advanceTo('2026-03-02T23:00:00Z');
    await happens(sim, orders(dana, [lenses], '2025-09-20T09:00:00Z'));
    await sim.advanceBy({ days: 60 });
  }),
  'told twice': story(async (sim) => {
    await agree(sim, ana);
    const twice = { ...orders(ana), event: { ...orders(ana).event, key: 'order-1' } };
    await happens(sim, twice, twice);
    await happens(sim, twice);
    await sim.advanceBy({ days: 200 });
  }),
  'little is known': story(async (sim) => {
    const nobody = { email: 'nobody@example.com' };
    await happens(sim, consent(nobody, 'opted_in'));
    await happens(sim, orders(nobody, [{ name: 'Soap', supplyDays: 60 }, { sku: 12, supplyDays: 60 }, {}]));
    const phone = { phone: '+4915112345678' };
    await happens(sim, { ...orders(phone), consent: { email: 'opted_in', source: 'telephone' } });
    const eve = { email: 'eve@example.com', firstName: '<b>Eve</b>', timezone: 'Europe/Berlin' };
    await agree(sim, eve);
    const name = '<img src=x onerror=alert(1)>\n"Tea" & $& co.';
    await happens(
      sim,
      orders(eve, [
        { sku: `"><script>'`, name, supplyDays: 60, quantity: -3 },
        { sku: 'JS', name: 'Js', supplyDays: 90, reorderUrl: 'javascript:alert(1)' },
        { sku: 'URL', name: 'Url', supplyDays: 100, reorderUrl: 'https://shop.example.com/again/7?a=1&b=2' },
      ]),
      orders(bor, 'a lamp'),
      orders(cene, null),
      orders(dana, { sku: 'ONE', name: 'One', supplyDays: 60 }),
    );
    // The name, and the number, of what was bought before.
    await sim.advanceTo('2026-04-10T12:00:00Z');
    await happens(sim, orders(nobody, [{ name: 'Soap' }, { sku: '12' }]));
    await sim.advanceBy({ days: 200 });
  }),
  'n8n starts again in between': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, orders(ana), orders(bor));
    await sim.advanceBy({ days: 90 });
    await sim.restart();
    await sim.advanceTo('2026-08-05T12:00:00Z');
    await happens(sim, orders(bor));
    await sim.restart();
    await sim.advanceBy({ days: 30 });
  }),
  'off for a while': story(async (sim) => {
    await agree(sim, ana, bor, dana);
    await happens(sim, orders(ana), orders(bor));
    await sim.advanceTo('2026-07-20T12:00:00Z');
    await sim.unpublish(JOURNEY);
    await sim.advanceTo('2026-08-12T12:00:00Z');
    // Bor orders again while it is off; Dana orders for the first time.
    await happens(sim, orders(bor), orders(dana, [vitamins]));
    await sim.publish(JOURNEY);
    await sim.advanceTo('2026-08-14T12:00:00Z');
    await sim.unpublish(JOURNEY);
    // Too long for the second mail to Ana, and for the first one to Dana.
    await sim.advanceTo('2026-12-01T12:00:00Z');
    await sim.publish(JOURNEY);
    await sim.advanceBy({ days: 2 });
  }),
  'mails that fail': story(
    async (sim) => {
      await agree(sim, ana, bor, cene, dana);
      await happens(sim, ...[ana, bor, cene, dana].map((who) => orders(who)));
      await sim.advanceBy({ days: 200 });
    },
    {
      failures: [
        { node: 'Send Reminder 1', when: { to: ana.email }, error: 'Try later', times: 1 },
        { node: 'Send Reminder 1', when: { to: bor.email }, error: 'Mailbox busy' },
        { node: 'Send Reminder 2', when: { to: cene.email }, error: 'No such mailbox' },
      ],
    },
  ),
  'erased in the middle': story(async (sim) => {
    await agree(sim, ana);
    await happens(sim, orders(ana));
    await sim.advanceTo('2026-08-05T12:00:00Z');
    await ask(sim, 'Erase', { email: ana.email });
    await sim.advanceBy({ days: 30 });
  }),
  'the times of the demo': story(
    async (sim) => {
      await agree(sim, ana, bor);
      await happens(sim, orders(ana, [lasting(60, { category: 'tea', sku: 'T', name: 'Assam' }), lamp]));
      await happens(sim, orders(bor, [lasting(60, { category: 'tea', sku: 'T', name: 'Assam' })]));
      await sim.advanceBy({ seconds: 30 });
      await happens(
        sim,
        orders(bor, [lasting(60, { category: 'tea', sku: 'T', name: 'Assam', quantity: 3 })]),
      );
      await sim.advanceBy({ minutes: 1 });
    },
    {
      start: '2026-03-02T23:00:00Z',
      ...settingsOf(JOURNEY, {
        supplies: JSON.stringify([{ category: 'tea', lasts: 40, unit: 'seconds', perPiece: false }]),
        ...{ remindBefore: 20, remindBeforeUnit: 'seconds', secondAfter: 20, secondUnit: 'seconds' },
        quietHours: false,
      }),
    },
  ),
  'a test run from the editor': story(async (sim) => {
    await agree(sim, ana);
    await sim.unpublish(JOURNEY);
    await happens(sim, orders(ana, [lenses, vitamins]));
    const { status, outputs } = await sim.run({
      workflow: JOURNEY,
      startNode: 'Start With an Order',
      mode: 'manual',
    });
    return { status, nodes: Object.keys(outputs) };
  }),
} satisfies Scenarios;
