import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { agree, consent, happens, person } from './abandoned-carts-people.mts';
import { INTAKE, did, settingsOf, simulationOf, storyteller, tellEnds } from './interest-stories.mts';
import { TOTALS, answerInAllWays } from './nps-answers.mts';
import { ask, template } from './record-events-intake.mts';

const FOLDER = '30-measure-nps-by-email';
const JOURNEY = 'Measure the net promoter score by e-mail';

const ana = person('Ana');
const bor = person('Bor');
const cene = person('Cene');
const dana = person('Dana');
const ema = person('Ema');
const fran = person('Fran');

let number = 0;
const orders = (who: object, occurredAt?: string) =>
  did(who, 'order_placed', { orderId: `order-${++number}`, value: 40, currency: 'EUR' }, occurredAt);
const answers = (who: object, score: number, survey = 'nps') =>
  did(who, 'survey_answered', { survey, score, channel: 'email' });
const reacts = (who: object, type: string, properties: object = {}) =>
  did(who, type, { message: 'nps-by-email', ...properties });

interface Told {
  status: string;
  reason: string;
  mailsSent: number;
  at: string;
}

const told = (sim: Simulation) =>
  tellEnds<Told>(
    sim,
    'npsByEmail',
    ({ status, reason, mailsSent, at }) => `${status} after ${mailsSent}: ${reason} (${at.slice(0, 16)})`,
  );
const given = simulationOf(FOLDER);
const story = storyteller(given, told);

/** They agree, order, and have just been asked a week later. */
async function areAsked(sim: Simulation, ...people: Array<typeof ana>): Promise<void> {
  await agree(sim, ...people);
  await happens(sim, ...people.map((who) => orders(who)));
  await sim.advanceBy({ days: 7, hours: 1 });
}

export default {
  'answers of all kinds': story((sim) => answerInAllWays(sim, [ana, bor, cene, dana, ema, fran]), {
    workflows: [...given.workflows, TOTALS],
  }),
  'each way to its end': story(async (sim) => {
    const [machine, silent, before] = [person('Machine'), person('Silent'), person('Before')];
    await agree(sim, ana, bor, cene, dana, machine, silent, before);
    await happens(sim, ...[ana, bor, cene, dana, machine, silent, before, ema].map((who) => orders(who)));
    await sim.advanceBy({ days: 3 });
    await happens(sim, answers(before, 9), answers(silent, 3, 'website'));
    await sim.advanceBy({ days: 5 });
    await happens(sim, reacts(ana, 'email_opened', { machine: false }), reacts(bor, 'email_clicked'));
    await happens(sim, reacts(cene, 'email_opened'), answers(cene, 10), answers(dana, 0));
    await happens(sim, reacts(machine, 'email_opened', { machine: true }));
    await happens(sim, did(silent, 'email_opened', { message: 'news-17' }));
    const between = await told(sim);
    await sim.advanceBy({ days: 7 });
    // Too late to count, and nothing more follows.
    await happens(sim, reacts(silent, 'email_opened'));
    await sim.advanceBy({ days: 60 });
    return between;
  }),
  consent: story(async (sim) => {
    const names = ['Never', 'Out', 'Pending', 'Withdraws', 'Bounces', 'Joins', 'After'];
    const people = names.map((name) => person(name));
    const [, out, pending, withdraws, bounces, joins, after] = people as Array<typeof ana> as [
      typeof ana,
      typeof ana,
      typeof ana,
      typeof ana,
      typeof ana,
      typeof ana,
      typeof ana,
    ];
    await happens(sim, consent(out, 'opted_out'), consent(pending, 'pending'));
    await agree(sim, withdraws, bounces, after);
    await happens(sim, ...people.map((who) => orders(who)));
    await sim.advanceBy({ days: 6 });
    await happens(sim, consent(withdraws, 'opted_out', 'unsubscribed'));
    await ask(sim, 'Suppress', { email: bounces.email });
    await agree(sim, joins);
    await sim.advanceBy({ days: 2 });
    // Nothing more is sent, so this changes nothing.
    await happens(sim, consent(after, 'opted_out', 'unsubscribed'));
    await sim.advanceBy({ days: 30 });
  }),
  'clocks that go forward': story(
    async (sim) => {
      const people = [person('Nina', 'America/New_York'), person('Omar', 'America/Phoenix')];
      await agree(sim, ...people);
      await happens(sim, ...people.map((who) => orders(who)));
      await sim.advanceBy({ days: 20 });
    },
    { start: '2026-03-05T15:00:00Z' },
  ),
  'clocks that go back': story(
    async (sim) => {
      const nina = person('Nina', 'America/New_York');
      await agree(sim, nina);
      await happens(sim, orders(nina));
      await sim.advanceBy({ days: 20 });
    },
    { start: '2026-10-29T23:30:00Z' },
  ),
  'quiet hours': story(
    async (sim) => {
      const tomo = person('Tomo', 'Asia/Tokyo');
      await agree(sim, ana, bor, tomo);
      // 20:59 in Berlin, and 04:59 in Tokyo.
      await happens(sim, orders(ana), orders(tomo));
      await sim.advanceBy({ minutes: 1 });
      await happens(sim, orders(bor));
      await sim.advanceBy({ days: 20 });
    },
    { start: '2026-03-02T19:59:00Z' },
  ),
  'orders again': story(async (sim) => {
    await agree(sim, ana, bor, cene);
    // Cene has told already, without being asked.
    await happens(sim, answers(cene, 6));
    await sim.advanceBy({ hours: 1 });
    await happens(sim, orders(cene));
    const once = orders(ana);
    const keyed = { ...once, event: { ...once.event, key: 'order-ana' } };
    await happens(sim, keyed, keyed, orders(bor));
    await sim.advanceBy({ days: 2 });
    await happens(sim, orders(ana));
    await sim.advanceBy({ days: 6 });
    await happens(sim, orders(ana), reacts(ana, 'email_opened'), answers(bor, 9));
    await sim.advanceBy({ days: 30 });
    await happens(sim, orders(ana), orders(bor));
    await sim.advanceBy({ days: 63 });
    const between = await told(sim);
    await happens(sim, orders(ana), orders(bor));
    // The mail of the first time, opened once more, is not this one.
    await happens(sim, reacts(ana, 'email_opened'));
    await sim.advanceBy({ days: 30 });
    return between;
  }),
  'little is known': story(async (sim) => {
    const nobody = { email: 'nobody@example.com' };
    const phone = { phone: '+4915112345678' };
    await happens(sim, consent(nobody as typeof ana, 'opted_in'), consent(phone as never, 'opted_in'));
    await happens(sim, did(nobody, 'order_placed', {}), orders(phone));
    await sim.advanceBy({ days: 8 });
    await happens(sim, reacts(nobody, 'email_opened'));
    await sim.advanceBy({ days: 7 });
  }),
  'a hostile name, and an address that needs care': story(
    async (sim) => {
      const evil = {
        ...person('Evil'),
        firstName: '<img src=x onerror=alert(1)>',
        externalId: 'a b&c="d"/é',
      };
      await agree(sim, evil);
      await happens(
        sim,
        did(evil, 'order_placed', { orderId: '"><script>alert(1)</script>&score=10', value: 1 }),
      );
      await sim.advanceBy({ days: 8 });
    },
    settingsOf(JOURNEY, { surveyUrl: 'https://www.example.com/?page=survey' }),
  ),
  'orders that come in late': story(async (sim) => {
    await agree(sim, ana, bor, cene);
    await happens(sim, orders(ana, '2025-12-01T09:00:00Z'), orders(bor, '2026-02-23T08:50:00Z'));
    await happens(sim, orders(cene, '2026-02-26T09:00:00Z'));
    await sim.advanceBy({ days: 20 });
  }),
  'off for ten days': story(async (sim) => {
    await agree(sim, ana, bor, cene);
    await happens(sim, orders(ana));
    await sim.advanceBy({ days: 6 });
    await sim.unpublish(JOURNEY);
    await happens(sim, orders(bor));
    await sim.advanceBy({ days: 9 });
    await happens(sim, orders(cene));
    await sim.advanceBy({ days: 1 });
    await sim.publish(JOURNEY);
    await sim.advanceBy({ days: 30 });
  }),
  'n8n starts again in between': story(async (sim) => {
    await agree(sim, ana);
    await happens(sim, orders(ana));
    await sim.advanceBy({ days: 3 });
    await sim.restart();
    await sim.advanceBy({ days: 5 });
    await sim.restart();
    await happens(sim, reacts(ana, 'email_opened'));
    await sim.advanceBy({ days: 6 });
    await sim.restart();
    await sim.advanceBy({ days: 30 });
  }),
  'mails that fail': story(
    async (sim) => {
      await areAsked(sim, ana, bor, fran);
      await sim.advanceBy({ days: 30 });
    },
    {
      failures: [
        { node: 'Send the Survey', when: { to: ana.email }, error: 'Mailbox busy' },
        { node: 'Send the Survey', when: { to: fran.email }, error: 'Try later', times: 1 },
      ],
    },
  ),
  'acts on the answer beside it': story(
    async (sim) => {
      await areAsked(sim, ana, bor);
      await happens(sim, answers(ana, 10), answers(bor, 2));
      await sim.advanceBy({ hours: 3 });
    },
    { workflows: [...given.workflows, template('18-act-on-satisfaction')] },
  ),
  'the times of the demo': story(
    async (sim) => {
      await agree(sim, ana, bor);
      await happens(sim, orders(ana), orders(bor));
      await sim.advanceBy({ seconds: 30 });
      await happens(sim, reacts(ana, 'email_opened'));
      await sim.advanceBy({ minutes: 1 });
    },
    {
      start: '2026-03-02T23:00:00Z',
      ...settingsOf(JOURNEY, {
        ...{ surveyAfter: 20, surveyUnit: 'seconds', openingAfter: 20, openingUnit: 'seconds' },
        quietHours: false,
      }),
    },
  ),
  'a test run from the editor': story(
    async (sim) => {
      await sim.publish(INTAKE);
      await agree(sim, ana);
      const [{ contact } = {}] = await ask(sim, 'List Contacts');
      const event = { id: 99, type: 'order_placed', occurredAt: '2026-03-02T09:00:00.000Z' };
      const { status } = await sim.run({
        ...{ workflow: JOURNEY, startNode: 'Start When They Order', mode: 'manual' },
        items: [
          { contact, event: { ...event, properties: { orderId: 'order-9' } } } as Record<string, unknown>,
        ],
      });
      return status;
    },
    { published: [] },
  ),
} satisfies Scenarios;
