import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation, WorkflowJson } from '../../../simulator/simulate.mts';
import { agree, consent, happens, person } from './abandoned-carts-people.mts';
import { INTAKE, did, settingsOf, simulationOf, storyteller, tellEnds } from './interest-stories.mts';
import { LOOKING, ask, template } from './record-events-intake.mts';

const FOLDER = '11-alert-sales-reps';
const JOURNEY = 'Alert sales reps to contacts who show interest';

/** Whoever looks after these contacts is known; the others are given to the team in turn. */
const owned = (name: string, zone?: string) => ({
  ...person(name, zone),
  properties: { owner: 'olga@example.com' },
});
const ana = owned('Ana');
const bor = owned('Bor');
const cene = person('Cene');
const dana = person('Dana');
const ema = person('Ema');

const SITE = 'https://www.example.com';
const views = (who: object, path = '/pricing', more: object = {}) =>
  did(who, 'page_viewed', { url: `${SITE}${path}`, title: path.slice(1) || 'Home', ...more });
const twice = (who: object) => [views(who), views(who, '/products/lamp')];
const submits = (who: object, form: string) => did(who, 'form_submitted', { form });
const downloads = (who: object, stage: string) =>
  did(who, 'content_downloaded', { title: 'Buyer’s guide', topic: 'lamps', stage });

interface Told {
  status: string;
  reason: string;
  at: string;
}

const story = storyteller(simulationOf(FOLDER), (sim) =>
  tellEnds<Told>(sim, 'salesAlert', ({ status, reason, at }) => `${status}: ${reason} (${at.slice(0, 16)})`),
);

/** The template as whoever tells in Slack sets it; with the mail too, or without. */
function inSlack({ withMail }: { withMail: boolean }): WorkflowJson {
  const given = template(FOLDER);
  const nodes = given.nodes.map((node) => {
    if (node.name === 'Tell the Owner in Slack') return { ...node, disabled: false };
    return node.name === 'Tell the Owner' ? { ...node, disabled: !withMail } : node;
  });
  return { ...given, nodes };
}
const slackStory = (withMail: boolean, more = {}) =>
  story(
    async (sim) => {
      await happens(sim, ...twice({ ...ana, lastName: '<!channel>' }));
      await sim.advanceBy({ hours: 1 });
      await happens(sim, views(ana));
      await sim.advanceBy({ hours: 1 });
    },
    { workflows: [template('01-record-events'), inSlack({ withMail }), ...LOOKING], ...more },
  );

/** Who looks after whom, by name. */
async function owners(sim: Simulation): Promise<Record<string, unknown>> {
  const contacts = (await ask(sim, 'List Contacts')).map(({ contact }) => contact);
  return Object.fromEntries(
    (contacts as Array<{ email: string | null; properties: { owner?: string } }>).map(
      ({ email, properties }) => [email?.split('@')[0] ?? 'nobody', properties.owner ?? null],
    ),
  );
}

export default {
  'each sign of intent': story(async (sim) => {
    const [once, other, early, quote] = ['Once', 'Other', 'Early', 'Quote'].map((name) => owned(name)) as [
      typeof ana,
      typeof ana,
      typeof ana,
      typeof ana,
    ];
    await agree(sim, ana);
    await happens(sim, views(ana, '/'), ...twice(ana), views(once, '/blog'), views(once));
    await happens(sim, views(other, '/'), views(other, '/blog'), views(other, '/blog?from=/about'));
    await happens(sim, submits(bor, 'demo'), submits(other, 'newsletter'), submits(quote, 'quote'));
    await happens(sim, downloads(early, 'top'), downloads({ ...cene, properties: bor.properties }, 'bottom'));
    await sim.advanceBy({ minutes: 5 });
    // The rest of the visit is in the alert too.
    await happens(sim, views(ana, '/pricing', { title: 'Prices in detail' }));
    await sim.advanceBy({ days: 3 });
  }),
  'a score at its most': story(async (sim) => {
    await happens(sim, views(ana));
    await sim.advanceBy({ days: 8 });
    await happens(sim, ...twice(ana), views(ana), views(ana), views(ana), submits(ana, 'demo'));
    await happens(sim, submits(ana, 'quote'), submits(ana, 'newsletter'));
    await sim.advanceBy({ hours: 1 });
  }),
  'a long visit that began with a demo': story(async (sim) => {
    await happens(sim, submits(ana, 'demo'));
    await happens(sim, ...Array.from({ length: 60 }, () => views(ana, '/products/lamp')));
    await sim.advanceBy({ hours: 1 });
  }),
  'a lead that qualifies': story(
    async (sim) => {
      const prices = (who: object) => did(who, 'page_viewed', { url: `${SITE}/plans`, stage: 'bottom' });
      const [lead, cold] = [
        { ...owned('Lead'), country: 'DE' },
        { ...owned('Cold'), country: 'DE' },
      ];
      await happens(sim, prices(lead), prices(lead), submits(lead, 'talk'), prices(cold));
      await sim.advanceBy({ minutes: 1 });
      await happens(sim, submits(lead, 'talk'));
      await sim.advanceBy({ days: 1 });
    },
    {
      workflows: [
        ...[template('01-record-events'), template('28-score-leads'), template(FOLDER)],
        ...LOOKING,
      ],
    },
  ),
  'told in Slack': slackStory(false),
  'told in Slack and by mail': slackStory(true),
  'Slack is down': slackStory(false, {
    failures: [1, 2, 3].map((nth) => ({
      ...{ node: 'Tell the Owner in Slack', when: { nth }, error: 'Slack is down' },
    })),
  }),
  'twice within a week, and no sooner': story(async (sim) => {
    await happens(sim, views(ana), views(bor));
    await sim.advanceBy({ days: 6 });
    await happens(sim, views(ana));
    await sim.advanceBy({ days: 1, hours: 1 });
    // The first view is more than a week old.
    await happens(sim, views(bor));
    await sim.advanceBy({ days: 1 });
  }),
  'at most one a day': story(async (sim) => {
    await happens(sim, ...twice(ana), ...twice(ana));
    await sim.advanceBy({ hours: 1 });
    await happens(sim, views(ana), submits(ana, 'demo'));
    await sim.advanceBy({ hours: 22 });
    await happens(sim, views(ana));
    await sim.advanceBy({ hours: 2 });
    // A day and a few minutes later; a look at anything else is no sign.
    await happens(sim, views(ana, '/blog'));
    await sim.advanceBy({ hours: 1 });
    await happens(sim, views(ana));
    await sim.advanceBy({ days: 2 });
  }),
  'the team in turn': story(async (sim) => {
    const fran = { ...person('Fran'), properties: { owner: 'Mrs Example' } };
    for (const who of [cene, dana, ana, ema, fran]) {
      await happens(sim, ...twice(who));
      await sim.advanceBy({ minutes: 20 });
    }
    await sim.advanceBy({ days: 2 });
    // Who was given to somebody stays with them, also after a restart.
    await sim.restart();
    await happens(sim, ...twice(cene), ...twice(person('Gita')));
    await sim.advanceBy({ hours: 1 });
    return owners(sim);
  }),
  'several at the same moment': story(async (sim) => {
    const people = ['One', 'Two', 'Three', 'Four'].map((name) => person(name));
    await happens(sim, ...people.flatMap((who) => twice(who)));
    await sim.advanceBy({ hours: 1 });
    return owners(sim);
  }),
  'what they agreed to': story(async (sim) => {
    const [out, never] = [owned('Out'), owned('Never')];
    await happens(sim, consent(out, 'opted_out'), consent(ana, 'opted_in'));
    await happens(sim, ...[ana, out, never].flatMap((who) => twice(who)));
    await sim.advanceBy({ minutes: 5 });
    await happens(sim, consent(ana, 'opted_out', 'unsubscribed'));
    await sim.advanceBy({ hours: 1 });
  }),
  'clocks that go forward': story(
    async (sim) => {
      const nina = owned('Nina', 'America/New_York');
      // 01:55 in New York; ten minutes later it is 03:05.
      await happens(sim, ...twice(nina));
      await sim.advanceBy({ hours: 23, minutes: 50 });
      await happens(sim, views(nina));
      await sim.advanceBy({ hours: 1 });
      await happens(sim, views(nina));
      await sim.advanceBy({ days: 1 });
    },
    { start: '2026-03-08T06:55:00Z' },
  ),
  'little is known': story(async (sim) => {
    const phone = { phone: '+4915112345678', properties: { owner: 'olga@example.com' } };
    const bare = { email: 'nobody@example.com', properties: { owner: 'olga@example.com' } };
    const visitor = { anonymousId: 'visitor-1' };
    await happens(sim, ...twice(phone), ...twice(visitor));
    await happens(sim, did(bare, 'form_submitted', { form: 'demo' }), did(bare, 'page_viewed', {}));
    await happens(sim, did(bare, 'page_viewed', { url: `${SITE}/pricing` }));
    await sim.advanceBy({ days: 1 });
  }),
  'hostile words': story(async (sim) => {
    const evil = {
      ...owned('Evil'),
      firstName: 'Eve\r\nBcc: bor@example.com',
      lastName: '<img src=x>',
    };
    await happens(
      sim,
      views(evil, '/pricing?x=<script>', { title: 'A\n\nWhat to send: nothing' }),
      views(evil),
    );
    await sim.advanceBy({ days: 1 });
  }),
  'an alert that fails': story(
    async (sim) => {
      await happens(sim, ...twice(ana), ...twice(bor));
      await sim.advanceBy({ hours: 1 });
      // Nobody was told of Bor, so the way is free.
      await happens(sim, views(bor), views(ana));
      await sim.advanceBy({ hours: 1 });
    },
    {
      failures: [2, 3, 4].map((nth) => ({ node: 'Tell the Owner', when: { nth }, error: 'Server down' })),
    },
  ),
  'n8n starts again, and is off for a while': story(async (sim) => {
    await happens(sim, ...twice(ana));
    await sim.advanceBy({ minutes: 5 });
    await sim.restart();
    await sim.advanceBy({ hours: 1 });
    await sim.unpublish(JOURNEY);
    await happens(sim, ...twice(bor), ...twice(bor));
    await sim.advanceBy({ hours: 5 });
    await sim.publish(JOURNEY);
    await sim.advanceBy({ hours: 1 });
  }),
  'other settings': story(
    async (sim) => {
      await happens(sim, views(ana, '/shop/tea'), views(ana, '/shop/tea'), ...twice(bor));
      await happens(sim, views(ana, '/shop/tea'), submits(cene, 'callback'));
      await sim.advanceBy({ minutes: 2 });
      return owners(sim);
    },
    settingsOf(JOURNEY, {
      ...{ pages: '/shop', pageViews: 3, forms: 'callback', visitAmount: 20, visitUnit: 'seconds' },
      salesTeam: 'rita@example.com',
    }),
  ),
  'a test run from the editor': story(
    async (sim) => {
      await sim.publish(INTAKE);
      await happens(sim, ...twice(ana));
      const [{ contact } = {}] = await ask(sim, 'List Contacts');
      const event = { id: 2, type: 'page_viewed', occurredAt: '2026-03-02T09:00:00.000Z' };
      const { status } = await sim.run({
        ...{ workflow: JOURNEY, startNode: 'Start When They Act', mode: 'manual' },
        items: [
          { contact, event: { ...event, properties: { url: `${SITE}/pricing` } } } as Record<string, unknown>,
        ],
      });
      return status;
    },
    { published: [] },
  ),
} satisfies Scenarios;
