import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { agree, consent, happens, person, type Person } from './abandoned-carts-people.mts';
import { INTAKE, did, settingsOf, simulationOf, storyteller, tellEnds } from './interest-stories.mts';
import { ask, template } from './record-events-intake.mts';

const FOLDER = '09-activate-engaged-contacts';
const JOURNEY = 'Ask engaged contacts to share your best content';
const DAYS = { days: 5 };

const ana = person('Ana');
const bor = person('Bor');
const cene = person('Cene');
const dana = person('Dana');
const ema = person('Ema');

const repeat = (times: number, body: object) => Array.from({ length: times }, () => body);
const views = (who: object, times: number, occurredAt?: string) =>
  repeat(times, did(who, 'page_viewed', { url: 'https://www.example.com/blog' }, occurredAt));
const clicks = (who: object, times: number, machine: boolean) =>
  repeat(times, did(who, 'email_clicked', { message: 'news', url: 'https://www.example.com/', machine }));
const submits = (who: object, times: number) => repeat(times, did(who, 'form_submitted', { form: 'quiz' }));
/** What makes a person engaged. */
const engages = (who: Person | object) => submits(who, 2);

interface Request {
  status: string;
  reason: string;
  mailsSent: number;
  at: string;
}

const simulation = simulationOf(FOLDER);
const ends = (sim: Simulation) =>
  tellEnds<Request>(
    sim,
    'sharingRequest',
    ({ status, reason, mailsSent, at }) => `${status} after ${mailsSent}: ${reason} (${at.slice(0, 16)})`,
  );
const story = storyteller(simulation, ends);
const settings = (values: Record<string, unknown>) => settingsOf(JOURNEY, values);

/** The rules of the segment with a group more, as its note says: at least 500 followers. */
function withFollowers(): object[] {
  const save = template(FOLDER).nodes.find(({ name }) => name === 'Save the Engaged Segment');
  const { group } = save?.parameters?.groups as { group: object[] };
  const many = { property: { __rl: true, mode: 'name', value: 'followers' }, op: 'gte', value: '500' };
  return [...group, { match: 'all', rules: { property: [many] } }];
}

export default {
  'engaged in every way': story(async (sim) => {
    await agree(sim, ana, bor, cene, dana, ema);
    await happens(sim, ...views(ana, 10), ...clicks(bor, 3, false), ...submits(cene, 2));
    await happens(sim, ...views(dana, 9), ...clicks(dana, 2, false), ...submits(dana, 1));
    await happens(sim, ...clicks(ema, 5, true));
    await sim.advanceBy(DAYS);
  }),
  'leaves while waiting': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, ...views(ana, 1, '2026-01-31T21:00:00Z'), ...views(bor, 1, '2026-02-01T09:30:00Z'));
    await happens(sim, ...views(ana, 9), ...views(bor, 9));
    await sim.advanceBy(DAYS);
  }),
  'engaged before it began': {
    simulation: { ...simulation, published: [INTAKE] },
    async run(sim) {
      await agree(sim, ana, bor);
      await happens(sim, ...engages(ana), ...views(bor, 9));
      await sim.publish(JOURNEY);
      await happens(sim, ...views(ana, 3));
      await sim.advanceBy({ days: 2 });
      await happens(sim, ...views(bor, 1));
      await sim.advanceBy({ days: 2 });
      return { ends: await ends(sim) };
    },
  },
  'everyone already in it': {
    simulation: {
      ...simulation,
      published: [INTAKE],
      parameters: { [JOURNEY]: { 'Start When They Become Engaged': { alreadyIn: true } } },
    },
    async run(sim) {
      await agree(sim, ana, bor);
      await happens(sim, ...engages(ana), ...views(bor, 9));
      await sim.publish(JOURNEY);
      await sim.advanceBy({ days: 2 });
      await sim.restart();
      await sim.advanceBy({ days: 2 });
      return { ends: await ends(sim) };
    },
  },
  'at least 500 followers': {
    simulation: {
      ...simulation,
      parameters: { [JOURNEY]: { 'Save the Engaged Segment': { 'groups.group': withFollowers() } } },
    },
    async run(sim) {
      await agree(sim, ana, bor, cene);
      const known = (who: Person, followers: number) => ({ ...who, properties: { followers } });
      await happens(sim, ...engages(known(ana, 800)), ...engages(known(bor, 20)), ...engages(cene));
      await sim.advanceBy({ days: 2 });
      await happens(sim, did(known(bor, 500), 'profile_completed'));
      await sim.advanceBy({ days: 2 });
      return { ends: await ends(sim) };
    },
  },
  'enters again': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, ...engages(ana), ...engages(bor));
    await sim.advanceBy({ days: 39 });
    // Left after 30 days, back after 39: asked too lately.
    await happens(sim, ...engages(ana));
    await sim.advanceTo('2026-05-12T09:00:00Z');
    await happens(sim, ...engages(ana));
    await sim.advanceBy(DAYS);
  }),
  consent: story(async (sim) => {
    const named = (...names: string[]) => names.map((name) => person(name));
    await happens(sim, consent(person('Out'), 'opted_out'), consent(person('Pending'), 'pending'));
    await agree(sim, ...named('Withdraws', 'Bounces', 'Returns'));
    const all = named('Never', 'Out', 'Pending', 'Withdraws', 'Bounces', 'Returns', 'Later');
    await happens(sim, ...all.flatMap((who) => engages(who)));
    await sim.advanceBy({ hours: 3 });
    await happens(sim, consent(person('Withdraws'), 'opted_out', 'unsubscribed'));
    await happens(sim, consent(person('Returns'), 'opted_out', 'unsubscribed'));
    await ask(sim, 'Suppress', { email: 'bounces@example.com' });
    await agree(sim, person('Returns'), person('Later'));
    await sim.advanceBy(DAYS);
  }),
  'clocks that go forward': story(
    async (sim) => {
      const nina = person('Nina', 'America/New_York');
      const omar = person('Omar', 'America/Phoenix');
      await agree(sim, nina, omar);
      await happens(sim, ...engages(nina), ...engages(omar));
      await sim.advanceBy(DAYS);
    },
    { start: '2026-03-07T18:00:00Z' },
  ),
  'little is known': story(async (sim) => {
    const nobody = { email: 'nobody@example.com' };
    await agree(sim, nobody);
    await happens(sim, ...engages(nobody), ...engages({ phone: '+4915112345678' }));
    await happens(sim, ...engages({ anonymousId: 'visitor-1' }));
    await sim.advanceBy(DAYS);
  }),
  'hostile names': story(
    async (sim) => {
      const eve = { ...person('Eve'), firstName: '<script>alert(1)</script>' };
      await agree(sim, eve);
      await happens(sim, ...engages(eve));
      await sim.advanceBy(DAYS);
    },
    settings({ contentTitle: 'R&D <b>"now"</b>' }),
  ),
  'n8n starts again in the wait': story(async (sim) => {
    await agree(sim, ana);
    await happens(sim, ...engages(ana));
    await sim.restart();
    await sim.advanceBy({ hours: 5 });
    await sim.restart();
    await sim.advanceBy(DAYS);
  }),
  'off for three days': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, ...engages(ana), ...views(bor, 1, '2026-02-01T08:00:00Z'), ...views(bor, 9));
    await sim.unpublish(JOURNEY);
    await happens(sim, ...engages(cene));
    await sim.advanceBy({ days: 3, hours: 13 });
    await sim.publish(JOURNEY);
    await sim.advanceBy(DAYS);
  }),
  'a mail that fails for good': story(
    async (sim) => {
      await agree(sim, ana, bor);
      await happens(sim, ...engages(ana), ...engages(bor));
      await sim.advanceBy(DAYS);
    },
    { failures: [{ node: 'Send the Request', when: { to: bor.email }, error: 'Mailbox busy' }] },
  ),
  'the times of the demo': story(
    async (sim) => {
      await agree(sim, ana);
      await happens(sim, ...engages(ana));
      await sim.advanceBy({ minutes: 1 });
    },
    {
      start: '2026-03-02T23:00:00Z',
      ...settings({ askAfter: 20, askUnit: 'seconds', askAt: '', quietHours: false }),
    },
  ),
  'a test run from the editor': {
    simulation,
    async run(sim) {
      await agree(sim, ana);
      await happens(sim, ...engages(ana));
      await sim.unpublish(JOURNEY);
      const startNode = 'Start When They Become Engaged';
      const { status, outputs, error } = await sim.run({ workflow: JOURNEY, startNode, mode: 'manual' });
      return { status, error, nodes: Object.keys(outputs) };
    },
  },
} satisfies Scenarios;
