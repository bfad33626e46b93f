import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { happens, person, type Person } from './abandoned-carts-people.mts';
import { did, simulationOf, storyteller, tellEnds } from './interest-stories.mts';

/** Longer than every path. */
const PATHS = { days: 30 };
const WEEK = { days: 7 };

const ana = person('Ana');
const bor = person('Bor');
const cene = person('Cene');
const dana = person('Dana');
const ema = person('Ema');
const fran = person('Fran');
const gita = person('Gita');

interface Told {
  orderId: string | null;
  status: string;
  reason: string;
  at: string;
}

const simulation = simulationOf('34-measure-nps-across-channels');
const story = storyteller(simulation, (sim) =>
  tellEnds<Told>(
    sim,
    'npsAcrossChannels',
    ({ status, reason, at }) => `${status}: ${reason} (${at.slice(0, 16)})`,
  ),
);

/** What is known of somebody, and what they agreed to. */
const known = (who: Person, more: object = {}, consent: object = {}) => ({
  ...did({ ...who, ...more }, 'account_created'),
  ...(Object.keys(consent).length > 0 ? { consent: { ...consent, source: 'settings' } } : {}),
});
const reader = (who: Person) => known(who, { lists: ['newsletter'] }, { email: 'opted_in' });
const pushed = (who: Person) =>
  known(who, { properties: { webPushToken: `web-${who.firstName}` } }, { web_push: 'opted_in' });
/** A number of their own, by the first letter of the name. */
const phoneOf = ({ firstName = 'A' }: Person) => `+49151234567${firstName.charCodeAt(0)}`;
const called = (who: Person) => known(who, { phone: phoneOf(who) }, { sms: 'opted_in' });
const appUser = (who: Person) =>
  known(who, { properties: { appPushToken: `app-${who.firstName}` } }, { push: 'opted_in' });
const orders = (who: Person, orderId = `o-${who.firstName}`, occurredAt?: string) =>
  did(who, 'order_placed', { orderId, value: 39, currency: 'EUR' }, occurredAt);
const answers = (who: Person, score: number) =>
  did(who, 'survey_answered', { survey: 'nps', score, channel: 'web' });
const visits = (who: Person) => did(who, 'page_viewed', { url: 'https://www.example.com/' });

/** Everybody of a story is known, orders, and the time of all paths passes. */
async function buy(sim: Simulation, ...people: Person[]): Promise<void> {
  await happens(sim, ...people.map((who) => orders(who)));
}

const failing = (nodeName: string) => ({ failures: [{ node: nodeName, error: 'Out of order' }] });

export default {
  'each over the first channel that is open': story(async (sim) => {
    await happens(
      sim,
      reader(ana),
      pushed(bor),
      called(cene),
      appUser(dana),
      known(ema),
      known(fran),
      known(gita),
    );
    // Fran and Gita agreed to mails, but are not on the newsletter.
    await happens(sim, known(fran, {}, { email: 'opted_in' }), known(gita, {}, { email: 'opted_in' }));
    await buy(sim, ana, bor, cene, dana, ema, fran, gita);
    await sim.advanceBy({ days: 8 });
    // Ema joins the newsletter by now.
    await happens(sim, reader(ema));
    await sim.advanceBy({ days: 4 });
    // Gita visits, and allows web push there.
    await happens(sim, visits(gita), pushed(gita));
    await sim.advanceBy(PATHS);
  }),
  'all at once go the first way': story(async (sim) => {
    await happens(sim, reader(ana), pushed(ana), called(ana), appUser(ana));
    await happens(sim, called(bor), appUser(bor));
    await buy(sim, ana, bor);
    await sim.advanceBy(PATHS);
  }),
  'two subjects, each reader always the same': story(async (sim) => {
    const readers = Array.from({ length: 20 }, (_, index) => person(`Reader${index}`));
    await happens(sim, ...readers.map(reader));
    await buy(sim, ...readers);
    await sim.advanceBy({ days: 10 });
    await sim.advanceBy({ days: 100 });
    await happens(sim, ...readers.map((who) => orders(who, `second-${who.firstName}`)));
    await sim.advanceBy({ days: 10 });
  }),
  'answers before being asked, in each wait': story(async (sim) => {
    await happens(sim, reader(ana), pushed(bor), known(cene), known(dana));
    await buy(sim, ana, bor, cene, dana);
    await sim.advanceBy({ days: 3 });
    await happens(sim, answers(ana, 10));
    await sim.advanceTo('2026-03-09T09:30:00Z');
    await happens(sim, answers(bor, 3));
    await sim.advanceBy({ days: 1 });
    await happens(sim, answers(cene, 7));
    await sim.advanceBy({ days: 5 });
    await happens(sim, answers(dana, 9));
    await sim.advanceBy(PATHS);
  }),
  'without consent, and withdrawn before the channel is used': story(async (sim) => {
    await happens(
      sim,
      known(ana, { lists: ['newsletter'] }),
      pushed(bor),
      known(cene),
      known(dana, {}, { email: 'opted_in' }),
    );
    await buy(sim, ana, bor, cene, dana);
    await sim.advanceTo('2026-03-09T09:30:00Z');
    await happens(sim, known(bor, {}, { web_push: 'opted_out' }));
    await sim.advanceTo('2026-03-13T12:00:00Z');
    await happens(sim, known(dana, {}, { email: 'opted_out' }), visits(cene));
    await sim.advanceBy(PATHS);
  }),
  'by their own clock, across the beginning of summer time and outside the night': story(
    async (sim) => {
      const [newYork, night] = [person('Nora', 'America/New_York'), person('Nils', 'Asia/Kathmandu')];
      await happens(sim, reader(newYork), pushed(night));
      await buy(sim, newYork, night);
      await sim.advanceBy(PATHS);
    },
    // Wednesday, 10:00 in New York and 20:45 in Kathmandu; New York changes on 8 March.
    { start: '2026-03-04T15:00:00Z' },
  ),
  'orders again': story(async (sim) => {
    await happens(sim, reader(ana), reader(bor));
    await buy(sim, ana, bor);
    await sim.advanceBy({ days: 2 });
    await happens(sim, orders(ana, 'second'));
    await sim.advanceBy({ days: 30 });
    await happens(sim, orders(ana, 'third'));
    await sim.advanceBy({ days: 70 });
    await happens(sim, orders(ana, 'fourth'));
    await sim.advanceBy(WEEK);
    await sim.advanceBy({ hours: 1 });
  }),
  'data that are missing, hostile, late': story(async (sim) => {
    const hostile = { email: 'ida@example.com', firstName: '<b>{{ 7*7 }}</b>' };
    await happens(sim, reader(hostile), reader(ana));
    await happens(sim, did({ externalId: 'app-1' }, 'account_created'));
    await happens(sim, orders(hostile), orders(ana, 'late', '2026-02-01T12:00:00Z'));
    await happens(sim, did({ externalId: 'app-1' }, 'order_placed', { orderId: 'o-app' }));
    await sim.advanceBy(PATHS);
  }),
  'a gateway that is out of order': story(async (sim) => {
    await happens(sim, called(ana), pushed(bor));
    await buy(sim, ana, bor);
    await sim.advanceBy(PATHS);
  }, failing('Send the SMS')),
} satisfies Scenarios;
