import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { happens, person, type Person } from './abandoned-carts-people.mts';
import { did, simulationOf, storyteller, tellEnds } from './interest-stories.mts';
import { TOTALS, answerInAllWays } from './nps-answers.mts';
import { ask } from './record-events-intake.mts';

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

/** One for each way, as they are at first; two readers, because there are two subjects. */
const everybody = ([ana, bor, cene, dana, ema, fran, gita, hugo]: Eight) => [
  ...[reader(ana), pushed(bor), called(cene), appUser(dana), known(ema)],
  ...[known(fran, {}, { email: 'opted_in' }), known(gita, {}, { email: 'opted_in' }), reader(hugo)],
];
type Eight = [Person, Person, Person, Person, Person, Person, Person, Person];
const eight = (zone?: string) =>
  ['Ana', 'Bor', 'Cene', 'Dana', 'Ema', 'Fran', 'Gita', 'Hugo'].map((name) => person(name, zone)) as Eight;

/** One goes each way: Ema joins the newsletter by now, Gita visits and allows web push there. */
async function allWays(sim: Simulation, people: Eight = eight()): Promise<void> {
  const [, , , , ema, , gita] = people;
  await happens(sim, ...everybody(people));
  await buy(sim, ...people);
  await sim.advanceBy({ days: 8 });
  await happens(sim, reader(ema));
  await sim.advanceBy({ days: 4 });
  await happens(sim, visits(gita), pushed(gita));
  await sim.advanceBy(PATHS);
}

/** Everything that reaches a network. */
const SENDERS = [
  ...['Send the Question', 'Send the Thanks', 'Send the Web Push', 'Send the SMS', 'Send the App Push'],
  ...['Send the Mail by Now', 'Send the Chat to the Site', 'Send the Last Web Push', 'Send the Last Mail'],
];
const failing = (nodeName: string) => ({ failures: [{ node: nodeName, error: 'Out of order' }] });

export default {
  'answers of all kinds': story((sim) => answerInAllWays(sim, [ana, bor, cene, dana, ema, fran]), {
    workflows: [...simulation.workflows, TOTALS],
  }),
  'each over the first channel that is open': story((sim) => allWays(sim)),
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
  ...Object.fromEntries(
    SENDERS.map((sender) => [
      `out of order: ${sender}`,
      story(async (sim) => {
        await allWays(sim);
      }, failing(sender)),
    ]),
  ),
  'orders again on the way to the last mail, and in the hour before the web push': story(async (sim) => {
    await happens(sim, known(ana, {}, { email: 'opted_in' }), known(cene), pushed(bor));
    await buy(sim, ana, bor, cene);
    await sim.advanceTo('2026-03-09T09:30:00Z');
    await happens(sim, orders(bor, 'second'));
    await sim.advanceBy({ days: 1 });
    await happens(sim, orders(ana, 'second'), orders(cene, 'second'));
    await sim.advanceBy({ days: 4 });
    // Her second order finds an open way before the first one has come to its end.
    await happens(sim, called(cene));
    await sim.advanceBy(PATHS);
  }),
  'all ways, across the beginning of summer time in the week before they are asked': story(
    (sim) => allWays(sim, eight('America/New_York')),
    // Wednesday, 10:00 in New York, which changes on Sunday 8 March.
    { start: '2026-03-04T15:00:00Z' },
  ),
  'all ways, across the beginning of summer time in the waits that follow': story(
    (sim) => allWays(sim, eight('America/New_York')),
    // Asked from 4 March on, looked at again on 7 March.
    { start: '2026-02-25T15:00:00Z' },
  ),
  'withdrawn half-way, and suppressed': story(async (sim) => {
    const app = appUser(gita);
    await happens(sim, reader(ana), reader(bor), called(cene), app, reader(dana), known(ema), known(fran));
    await happens(sim, called(bor), known(fran, {}, { email: 'opted_in' }));
    await buy(sim, ana, bor, cene, dana, ema, fran, gita);
    await sim.advanceBy({ days: 6 });
    // Before they are asked: the newsletter of two, of whom one has a phone; the SMS; the app.
    await happens(sim, known(ana, {}, { email: 'opted_out' }), known(bor, {}, { email: 'opted_out' }));
    await happens(sim, known(cene, {}, { sms: 'opted_out' }), known(gita, {}, { push: 'opted_out' }));
    await ask(sim, 'Suppress', { email: dana.email });
    await sim.advanceTo('2026-03-11T09:00:00Z');
    // Ema joins the newsletter, and withdraws before she is looked at again.
    await happens(sim, reader(ema), known(ema, {}, { email: 'opted_out' }));
    await sim.advanceTo('2026-03-14T09:00:00Z');
    await happens(sim, visits(gita), pushed(gita), known(gita, {}, { web_push: 'opted_out' }));
    await ask(sim, 'Suppress', { email: fran.email });
    await sim.advanceBy(PATHS);
  }),
  'little is known on every way': story(async (sim) => {
    // No name, no zone, no number of the order; and a channel agreed to without what it needs.
    const bare = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((letter) => ({ email: `${letter}@example.com` }));
    const [a, b, c, d, e, f, g] = bare as [Person, Person, Person, Person, Person, Person, Person];
    await happens(
      sim,
      reader(a),
      known(b, { properties: { webPushToken: 'web-b' } }, { web_push: 'opted_in' }),
    );
    await happens(sim, called(c), known(d, { properties: { appPushToken: 'app-d' } }, { push: 'opted_in' }));
    await happens(sim, known(e, {}, { web_push: 'opted_in', sms: 'opted_in', push: 'opted_in' }));
    await happens(sim, known(f, {}, { email: 'opted_in' }), known(g));
    await happens(sim, ...bare.map((who) => did(who, 'order_placed', {})));
    await sim.advanceBy({ days: 8 });
    await happens(sim, reader(e));
    await sim.advanceBy(PATHS);
  }),
  'n8n starts again on every way': story(async (sim) => {
    const people = eight();
    await happens(sim, ...everybody(people));
    await buy(sim, ...people);
    for (const to of ['2026-03-05', '2026-03-09T09:30', '2026-03-11', '2026-03-15']) {
      await sim.advanceTo(`${to}${to.includes('T') ? '' : 'T09:00'}:00Z`);
      await sim.restart();
      if (to === '2026-03-11') await happens(sim, reader(ema));
      if (to === '2026-03-15') await happens(sim, visits(gita), pushed(gita));
    }
    await sim.advanceBy(PATHS);
  }),
} satisfies Scenarios;
