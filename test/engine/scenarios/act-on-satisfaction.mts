import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { agree, consent, happens, person } from './abandoned-carts-people.mts';
import { INTAKE, did, settingsOf, simulationOf, storyteller, tellEnds } from './interest-stories.mts';
import { ask } from './record-events-intake.mts';

const FOLDER = '18-act-on-satisfaction';
const JOURNEY = 'Act on how satisfied contacts are';

const ana = person('Ana');
const bor = person('Bor');
const cene = person('Cene');
const dana = person('Dana');
const ema = person('Ema');
const fran = person('Fran');

const answers = (who: object, score: unknown, more: object = {}) =>
  did(who, 'survey_answered', { survey: 'nps', score, ...more });

interface Told {
  status: string;
  reason: string;
  mailsSent: number;
  at: string;
}

const told = (sim: Simulation) =>
  tellEnds<Told>(
    sim,
    'satisfaction',
    ({ status, reason, mailsSent, at }) => `${status} after ${mailsSent}: ${reason} (${at.slice(0, 16)})`,
  );
const story = storyteller(simulationOf(FOLDER), told);

/** Who of the team was told what of whom, as it was recorded. */
async function alerts(sim: Simulation): Promise<string[]> {
  const events = (await ask(sim, 'List Events')) as unknown as Array<{
    contact: { email: string };
    event: { type: string; properties: { to: string } };
  }>;
  return events
    .filter(({ event }) => event.type.startsWith('alert_'))
    .map(({ contact, event }) => `${event.type} to ${event.properties.to} of ${contact.email}`)
    .sort();
}

const REASONS = ['Price', 'Quality', 'Delivery', 'Service', 'Colour'];

export default {
  'each answer to its end': story(async (sim) => {
    const unhappy = REASONS.map((reason) => person(reason));
    await agree(sim, ana, bor, cene, ...unhappy);
    await happens(sim, answers(ana, 10, { comment: 'Love it' }), answers(bor, 7), answers(cene, 6));
    await happens(
      sim,
      ...unhappy.map((who, index) =>
        answers(who, index, { reason: REASONS[index], comment: 'Not again.\nReally.' }),
      ),
    );
    await sim.advanceBy({ days: 30 });
    return alerts(sim);
  }),
  'answers again in the middle of each wait': story(async (sim) => {
    const people = [ana, bor, cene, dana, ema];
    await agree(sim, ...people);
    await happens(sim, answers(ana, 9), answers(bor, 8), answers(cene, 1), answers(dana, 2), answers(ema, 9));
    await sim.advanceBy({ minutes: 10 });
    // Ana before the content, Cene before anybody is told.
    await happens(sim, answers(ana, 3, { reason: 'price' }), answers(cene, 10));
    await sim.advanceBy({ minutes: 20 });
    // Dana after a person was told, before the apology.
    await happens(sim, answers(dana, 0, { reason: 'service' }));
    const between = await told(sim);
    await sim.advanceBy({ days: 3 });
    // Bor after the content; Ema answers another survey, which changes nothing.
    await happens(sim, answers(bor, 4, { reason: 'delivery' }));
    await happens(sim, did(ema, 'survey_answered', { survey: 'website', score: 1 }));
    Object.assign(between, { bor: (await told(sim)).bor });
    await sim.advanceBy({ days: 30 });
    return { between, alerts: await alerts(sim) };
  }),
  'the same answer again, and half a year later': story(async (sim) => {
    await agree(sim, ana, bor, cene);
    const once = answers(bor, 9);
    const keyed = { ...once, event: { ...once.event, key: 'nps-order-1' } };
    await happens(sim, answers(ana, 9), answers(ana, 9), keyed, keyed, answers(cene, 2), answers(cene, 2));
    await sim.advanceBy({ days: 20 });
    await happens(sim, answers(bor, 10));
    await sim.advanceBy({ days: 160 });
    await happens(sim, answers(ana, 9), keyed);
    await sim.advanceBy({ days: 30 });
  }),
  consent: story(async (sim) => {
    const names = ['Out', 'Pending', 'Withdraws', 'Bounces', 'Unhappy', 'Late', 'Early', 'Angry'];
    const people = names.map((name) => person(name));
    const [out, pending, withdraws, bounces, unhappy, late, early, angry] = people as [
      typeof ana,
      typeof ana,
      typeof ana,
      typeof ana,
      typeof ana,
      typeof ana,
      typeof ana,
      typeof ana,
    ];
    await happens(sim, consent(out, 'opted_out'), consent(pending, 'pending'));
    await agree(sim, withdraws, bounces, late, early, angry);
    await happens(
      sim,
      answers(person('Never'), 10),
      ...[out, pending, withdraws, bounces, early].map((who) => answers(who, 9)),
      answers(unhappy, 3, { reason: 'quality' }),
      answers(late, 3, { reason: 'quality' }),
      answers(angry, 0),
    );
    await sim.advanceBy({ minutes: 30 });
    await happens(sim, consent(late, 'opted_out', 'unsubscribed'));
    await ask(sim, 'Suppress', { email: early.email });
    await ask(sim, 'Suppress', { email: angry.email });
    await sim.advanceBy({ days: 2 });
    await happens(sim, consent(withdraws, 'opted_out', 'unsubscribed'));
    await ask(sim, 'Suppress', { email: bounces.email });
    await sim.advanceBy({ days: 30 });
    return alerts(sim);
  }),
  'clocks that go forward': story(
    async (sim) => {
      const people = [person('Nina', 'America/New_York'), person('Omar', 'America/Phoenix')];
      await agree(sim, ...people);
      await happens(sim, ...people.map((who) => answers(who, 9)));
      await sim.advanceBy({ days: 10 });
    },
    { start: '2026-03-05T15:00:00Z' },
  ),
  'clocks that go back': story(
    async (sim) => {
      const nina = person('Nina', 'America/New_York');
      await agree(sim, nina);
      await happens(sim, answers(nina, 9));
      await sim.advanceBy({ days: 10 });
    },
    { start: '2026-10-29T23:30:00Z' },
  ),
  'quiet hours': story(
    async (sim) => {
      const tomo = person('Tomo', 'Asia/Tokyo');
      await agree(sim, ana, bor, tomo);
      // 19:59 in Berlin, and 03:59 in Tokyo.
      await happens(sim, answers(ana, 9), answers(bor, 1), answers(tomo, 1, { reason: 'price' }));
      await sim.advanceBy({ minutes: 1 });
      await agree(sim, cene);
      await happens(sim, answers(cene, 9));
      await sim.advanceBy({ days: 1 });
    },
    { start: '2026-03-02T18:59:00Z' },
  ),
  'little is known': story(async (sim) => {
    const phone = { phone: '+4915112345678' };
    const other = { phone: '+4915112345679' };
    const nobody = { email: 'nobody@example.com' };
    const unhappy = { email: 'unhappy@example.com' };
    await happens(sim, consent(nobody as typeof ana, 'opted_in'), consent(unhappy as typeof ana, 'opted_in'));
    await happens(sim, consent(phone as never, 'opted_in'), consent(other as never, 'opted_in'));
    await happens(sim, answers(nobody, '9'), answers(unhappy, '2/10'), answers(phone, 9), answers(other, 1));
    await sim.advanceBy({ days: 10 });
  }),
  'no answers': story(async (sim) => {
    const said: Array<[string, object]> = [
      ['Words', { survey: 'nps', score: 'fine', comment: 'All was well' }],
      ['Half', { survey: 'nps', score: 7.5 }],
      ['Eleven', { survey: 'nps', score: 11 }],
      ['Nothing', { survey: 'nps' }],
      ['Stars', { survey: 'nps', score: 5, scale: 'csat' }],
      ['Net', { survey: 'nps', score: 2, scale: 'nps', reason: 'service' }],
      ['Elsewhere', { survey: 'website', score: 1 }],
      ['Nowhere', { score: 1 }],
    ];
    const people = said.map(([name]) => person(name));
    await agree(sim, ...people);
    await happens(
      sim,
      ...said.map(([, properties], index) => did(people[index] ?? ana, 'survey_answered', properties)),
    );
    await sim.advanceBy({ days: 10 });
    return alerts(sim);
  }),
  'an owner, and hostile words': story(async (sim) => {
    const evil = {
      ...person('Evil'),
      firstName: '<img src=x onerror=alert(1)>\nBcc: bor@example.com',
      properties: { owner: 'olga@example.com' },
    };
    const odd = { ...person('Odd'), properties: { owner: 'olga@example.com, bor@example.com' } };
    await happens(sim, consent(evil, 'opted_in'), consent(odd, 'opted_in'));
    await happens(
      sim,
      answers(evil, 0, { reason: ' Price ', comment: '<script>alert(1)</script>' }),
      answers(odd, 0, { reason: '__proto__' }),
    );
    await sim.advanceBy({ days: 1 });
    await happens(sim, answers(evil, 10));
    await sim.advanceBy({ days: 30 });
    return alerts(sim);
  }),
  'mails that fail': story(
    async (sim) => {
      await agree(sim, ana, bor, cene, dana, ema, fran);
      await happens(
        sim,
        ...[ana, bor, fran].map((who) => answers(who, 9)),
        answers(cene, 1),
        answers(dana, 1),
        answers(ema, 'fine'),
      );
      await sim.advanceBy({ days: 30 });
      return alerts(sim);
    },
    {
      failures: [
        { node: 'Send the Content', when: { to: fran.email }, error: 'Try later', times: 1 },
        { node: 'Send the Content', when: { to: ana.email }, error: 'Mailbox busy' },
        { node: 'Send the Offer', when: { to: bor.email }, error: 'No such mailbox' },
        { node: 'Tell a Person', when: { nth: 1 }, error: 'Server down', times: 3 },
        { node: 'Send an Apology', when: { to: dana.email }, error: 'Mailbox busy' },
        { node: 'Tell a Person to Look', when: { to: 'service@example.com' }, error: 'Server down' },
      ],
    },
  ),
  'n8n starts again in between': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, answers(ana, 9), answers(bor, 1, { reason: 'price' }));
    await sim.advanceBy({ minutes: 10 });
    await sim.restart();
    await sim.advanceBy({ minutes: 30 });
    await sim.restart();
    await sim.advanceBy({ days: 3 });
    await sim.restart();
    await sim.advanceBy({ days: 30 });
  }),
  'off for days': story(async (sim) => {
    await agree(sim, ana, bor, cene);
    await happens(sim, answers(ana, 9));
    await sim.advanceBy({ minutes: 30 });
    await sim.unpublish(JOURNEY);
    await happens(sim, answers(bor, 1, { reason: 'price' }), answers(cene, 1), answers(cene, 9));
    await sim.advanceBy({ days: 2, hours: 12 });
    await sim.publish(JOURNEY);
    await sim.advanceBy({ days: 1 });
    // Off again when the offers are due, and on again at 23:00 in Berlin.
    await sim.unpublish(JOURNEY);
    await sim.advanceTo('2026-03-12T22:00:00Z');
    await sim.publish(JOURNEY);
    await sim.advanceBy({ days: 1 });
  }),
  'the times of the demo, and another limit': story(
    async (sim) => {
      await agree(sim, ana, bor, cene);
      await happens(sim, answers(ana, 9), answers(bor, 8), answers(cene, 9));
      await sim.advanceBy({ seconds: 30 });
      await happens(sim, answers(cene, 10));
      await sim.advanceBy({ minutes: 2 });
    },
    settingsOf(JOURNEY, {
      ...{ satisfiedFrom: 9, contentAfter: 20, contentUnit: 'seconds', offerAfter: 20, offerUnit: 'seconds' },
      ...{
        alertAfter: 20,
        alertUnit: 'seconds',
        apologyAfter: 20,
        apologyUnit: 'seconds',
        quietHours: false,
      },
    }),
  ),
  'a test run from the editor': story(
    async (sim) => {
      await sim.publish(INTAKE);
      await agree(sim, ana, bor);
      await happens(sim, answers(ana, 9), answers(bor, 1, { reason: 'delivery' }));
      const [first, second] = (await ask(sim, 'List Contacts')).map(({ contact }) => contact);
      const event = (score: number, reason: string | null) => ({
        ...{ id: 99, type: 'survey_answered', occurredAt: '2026-03-02T09:00:00.000Z' },
        properties: { survey: 'nps', score, reason },
      });
      const items = [
        { contact: first, event: event(9, null) },
        { contact: second, event: event(1, 'delivery') },
      ];
      const runs = [];
      for (const item of items) {
        const run = await sim.run({
          ...{ workflow: JOURNEY, startNode: 'Start When They Answer', mode: 'manual' as const },
          items: [item as Record<string, unknown>],
        });
        runs.push(run.status);
      }
      return runs;
    },
    { published: [] },
  ),
} satisfies Scenarios;
