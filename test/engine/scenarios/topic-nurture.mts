import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { agree, consent, happens, order, person, type Person } from './abandoned-carts-people.mts';
import { INTAKE, did, settingsOf, simulationOf, storyteller, tellEnds } from './interest-stories.mts';
import { ask, template } from './record-events-intake.mts';

const FOLDER = '06-topic-nurture';
const JOURNEY = 'Nurture contacts on the topic they care about';
const EMAIL = 'email-marketing';
const LOYALTY = 'customer-loyalty';
const DAYS = { days: 12 };

const ana = person('Ana');
const bor = person('Bor');
const cene = person('Cene');
const dana = person('Dana');
const ema = person('Ema');

const downloads = (who: object, topic: unknown) =>
  did(who, 'content_downloaded', { title: 'A guide', topic, stage: 'top' });
const views = (who: object, topic: unknown) =>
  did(who, 'page_viewed', { url: 'https://www.example.com/blog', topic });
const submits = (who: Person, form: string) => did(who, 'form_submitted', { form });

interface Nurture {
  topic: string;
  status: string;
  reason: string;
  mailsSent: number;
  at: string;
}

const simulation = simulationOf(FOLDER);
const ends = (sim: Simulation) =>
  tellEnds<Nurture>(
    sim,
    'topicNurture',
    ({ topic, status, reason, mailsSent, at }) =>
      `${topic} ${status} after ${mailsSent}: ${reason} (${at.slice(0, 16)})`,
  );
const story = storyteller(simulation, ends);
const settings = (values: Record<string, unknown>) => settingsOf(JOURNEY, values);

export default {
  'interest of every kind': story(async (sim) => {
    await agree(sim, ana, bor, cene, dana, ema);
    await happens(sim, downloads(ana, EMAIL), views(bor, LOYALTY), views(cene, EMAIL));
    await happens(sim, views(dana, EMAIL), views(dana, LOYALTY));
    for (const topic of ['gardening', 'constructor', '', 7, null]) await happens(sim, downloads(ema, topic));
    await sim.advanceBy({ minutes: 30 });
    await happens(sim, views(bor, LOYALTY));
    await sim.advanceBy(DAYS);
  }),
  'views far apart': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, views(ana, EMAIL), views(bor, EMAIL));
    await sim.advanceBy({ days: 29 });
    await happens(sim, views(ana, EMAIL));
    await sim.advanceBy({ days: 2 });
    await happens(sim, views(bor, EMAIL));
    await sim.advanceBy({ days: 1 });
  }),
  'stops at a demo or an order, in each wait': story(async (sim) => {
    const people = [ana, bor, cene, dana, ema];
    await agree(sim, ...people);
    await happens(sim, ...people.map((who) => downloads(who, EMAIL)));
    await happens(sim, submits(ema, 'newsletter'));
    await sim.advanceBy({ minutes: 30 });
    await happens(sim, submits(ana, 'demo'));
    await sim.advanceBy({ days: 1 });
    await happens(sim, order(bor));
    await sim.advanceBy({ days: 3 });
    await happens(sim, submits(cene, 'demo'));
    await happens(sim, order(dana));
    await sim.advanceBy(DAYS);
  }),
  'asked or ordered before': story(async (sim) => {
    await agree(sim, ana, bor, cene);
    await happens(sim, submits(ana, 'demo'), order(bor), submits(cene, 'newsletter'));
    await sim.advanceBy({ days: 80 });
    await happens(sim, ...[ana, bor, cene].map((who) => downloads(who, EMAIL)));
    await sim.advanceBy({ days: 11 });
    await happens(sim, ...[ana, bor].map((who) => downloads(who, EMAIL)));
    await sim.advanceBy({ days: 2 });
  }),
  'two topics': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, downloads(ana, EMAIL), downloads(ana, LOYALTY));
    await happens(sim, views(bor, EMAIL), views(bor, LOYALTY), views(bor, LOYALTY), views(bor, EMAIL));
    await sim.advanceBy({ days: 4 });
    await happens(sim, downloads(ana, LOYALTY), views(bor, EMAIL));
    await sim.advanceBy({ days: 6 });
    await happens(sim, views(ana, LOYALTY), views(ana, EMAIL));
    await sim.advanceBy(DAYS);
  }),
  'two topics that come together': story(async (sim) => {
    await agree(sim, ana, bor);
    await sim.unpublish(JOURNEY);
    await happens(sim, downloads(ana, LOYALTY), downloads(bor, EMAIL), downloads(ana, EMAIL));
    await sim.publish(JOURNEY);
    const begun = await ends(sim);
    await sim.advanceBy(DAYS);
    return begun;
  }),
  'the same topic again': story(async (sim) => {
    await agree(sim, ana);
    await happens(sim, downloads(ana, EMAIL));
    await sim.advanceBy({ hours: 2 });
    await happens(sim, downloads(ana, EMAIL), views(ana, EMAIL), views(ana, EMAIL));
    await sim.advanceBy({ days: 40 });
    await happens(sim, downloads(ana, EMAIL));
    await sim.advanceBy(DAYS);
  }),
  consent: story(async (sim) => {
    const named = (...names: string[]) => names.map((name) => person(name));
    await happens(sim, consent(person('Out'), 'opted_out'), consent(person('Pending'), 'pending'));
    await agree(sim, ...named('Withdraws', 'Bounces', 'Returns'));
    const all = named('Never', 'Out', 'Pending', 'Withdraws', 'Bounces', 'Returns');
    await happens(sim, ...all.map((who) => downloads(who, EMAIL)));
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
      await happens(sim, downloads(nina, EMAIL), downloads(omar, EMAIL));
      await sim.advanceBy(DAYS);
    },
    { start: '2026-03-07T18:00:00Z' },
  ),
  'clocks that go back': story(
    async (sim) => {
      const nina = person('Nina', 'America/New_York');
      await agree(sim, nina);
      await happens(sim, downloads(nina, EMAIL));
      await sim.advanceBy(DAYS);
    },
    { start: '2026-10-31T17:00:00Z' },
  ),
  'quiet hours': story(
    async (sim) => {
      const tomo = person('Tomo', 'Asia/Tokyo');
      await agree(sim, ana, tomo);
      await happens(sim, downloads(ana, EMAIL), downloads(tomo, EMAIL));
      await sim.advanceBy(DAYS);
    },
    { start: '2026-03-02T19:20:00Z' },
  ),
  'little is known': story(async (sim) => {
    const nobody = { email: 'nobody@example.com' };
    await agree(sim, nobody);
    await happens(sim, downloads(nobody, EMAIL), downloads({ phone: '+4915112345678' }, EMAIL));
    await happens(sim, downloads({ anonymousId: 'visitor-1' }, EMAIL));
    await sim.advanceBy(DAYS);
  }),
  'hostile names': story(
    async (sim) => {
      const eve = { ...person('Eve'), firstName: '<script>alert(1)</script>' };
      await agree(sim, eve);
      await happens(sim, downloads(eve, 'r&d'));
      await sim.advanceBy(DAYS);
    },
    settings({
      topics: {
        'r&d': {
          name: 'R&D <b>',
          pieces: [1, 2, 3].map((number) => ({
            title: `Piece ${number} & "more" <i>`,
            about: "What's <u>in</u> it",
            url: `https://www.example.com/${number}`,
          })),
        },
      },
    }),
  ),
  'n8n starts again in each wait': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, downloads(ana, EMAIL), downloads(bor, LOYALTY));
    await sim.advanceBy({ minutes: 30 });
    await sim.restart();
    await sim.advanceBy({ days: 1 });
    await sim.restart();
    await happens(sim, submits(bor, 'demo'));
    await sim.advanceBy({ days: 3 });
    await sim.restart();
    await sim.advanceBy(DAYS);
  }),
  'off for five days': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, downloads(ana, EMAIL), downloads(bor, EMAIL));
    await sim.advanceBy({ hours: 2 });
    await sim.unpublish(JOURNEY);
    await sim.advanceBy({ days: 1 });
    await happens(sim, order(bor));
    await sim.advanceBy({ days: 4, hours: 12 });
    await sim.publish(JOURNEY);
    await sim.advanceBy(DAYS);
  }),
  'a mail that fails for good': story(
    async (sim) => {
      await agree(sim, ana, bor);
      await happens(sim, downloads(ana, EMAIL), downloads(bor, EMAIL));
      await sim.advanceBy({ days: 5 });
      const failed = await ends(sim);
      await happens(sim, downloads(bor, LOYALTY));
      await sim.advanceBy({ hours: 2 });
      return failed;
    },
    { failures: [{ node: 'Send Piece 2', when: { to: bor.email }, error: 'Mailbox busy' }] },
  ),
  'a start that fails': story(async (sim) => {
    await agree(sim, ana, bor);
    await sim.unpublish(JOURNEY);
    await happens(sim, downloads(ana, EMAIL), downloads(bor, EMAIL));
    const broken = structuredClone(template(FOLDER));
    const wait = broken.nodes.find(({ name }) => name === 'Wait for Piece 1');
    if (wait?.parameters)
      wait.parameters.unit = "={{ $json.contact.firstName === 'Bor' ? 'moons' : 'hours' }}";
    await sim.replaceWorkflow(broken);
    await sim.publish(JOURNEY);
    await sim.advanceBy({ minutes: 10 });
    await sim.replaceWorkflow(template(FOLDER));
    await happens(sim, downloads(bor, EMAIL));
    await sim.advanceBy({ hours: 2 });
    await ask(sim, 'Release What Failed');
    await sim.advanceBy(DAYS);
  }),
  'the times of the demo': story(
    async (sim) => {
      await agree(sim, ana, bor);
      await happens(sim, downloads(ana, EMAIL), downloads(bor, EMAIL));
      await sim.advanceBy({ seconds: 30 });
      await happens(sim, order(bor));
      await sim.advanceBy({ minutes: 2 });
    },
    {
      start: '2026-03-02T23:00:00Z',
      ...settings({
        firstAfter: 20,
        firstUnit: 'seconds',
        apart: 20,
        apartUnit: 'seconds',
        quietHours: false,
      }),
    },
  ),
  'a test run from the editor': {
    simulation: { ...simulation, published: [] },
    async run(sim) {
      await sim.publish(INTAKE);
      await agree(sim, ana);
      await happens(sim, downloads(ana, EMAIL));
      const { status, outputs } = await sim.run({ workflow: JOURNEY, mode: 'manual' });
      return { status, nodes: Object.keys(outputs) };
    },
  },
} satisfies Scenarios;
