import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { agree, consent, happens, order, person, type Person } from './abandoned-carts-people.mts';
import { did, settingsOf, simulationOf, storyteller, tellEnds } from './interest-stories.mts';
import { ask } from './record-events-intake.mts';

const JOURNEY = 'React to contacts who show high intent';
const DAYS = { days: 3 };

const ana = person('Ana');
const bor = person('Bor');
const cene = person('Cene');
const dana = person('Dana');
const ema = person('Ema');

const pricing = (who: object, occurredAt?: string) =>
  did(who, 'page_viewed', { url: 'https://www.example.com/pricing?plan=team', title: 'Prices' }, occurredAt);
const elsewhere = (who: object) => did(who, 'page_viewed', { url: 'https://www.example.com/about' });
const uses = (who: object, feature = 'report_builder') => did(who, 'feature_used', { feature });
const searches = (who: object, query: unknown, results: number | string = 0) =>
  did(who, 'searched', { query, results });
/** The person with a trial that ends then; known properties come with whatever the person does next. */
const onTrial = (who: Person, trialEndsAt: string) => ({ ...who, properties: { trialEndsAt } });
const became = (who: Person, lifecycleStage: string) => did({ ...who, lifecycleStage }, 'stage_told');

interface Intent {
  reaction: string;
  status: string;
  reason: string;
  mailsSent: number;
  at: string;
}

const simulation = simulationOf('37-react-to-high-intent');
const ends = (sim: Simulation) =>
  tellEnds<Intent>(
    sim,
    'highIntent',
    ({ reaction, status, reason, mailsSent, at }) =>
      `${reaction} ${status} after ${mailsSent}: ${reason} (${at.slice(0, 16)})`,
  );
const story = storyteller(simulation, ends);
const settings = (values: Record<string, unknown>) => settingsOf(JOURNEY, values);

export default {
  'the pricing page': story(async (sim) => {
    await agree(sim, ana, bor, cene, dana, ema);
    await happens(sim, pricing(ana), pricing(bor), elsewhere(bor), pricing(dana, '2026-02-22T09:00:00Z'));
    await happens(sim, pricing(onTrial(cene, '2026-03-20')), pricing(cene), pricing(dana));
    await happens(sim, became(ema, 'customer'), pricing(ema), pricing(ema));
    await sim.advanceBy({ hours: 3 });
    await happens(sim, pricing(ana), elsewhere(ana));
    await sim.advanceBy(DAYS);
  }),
  'a trial or an order while waiting': story(async (sim) => {
    const people = [ana, bor, cene];
    await agree(sim, ...people);
    await happens(sim, ...people.flatMap((who) => [pricing(who), pricing(who)]));
    await sim.advanceBy({ hours: 1 });
    await happens(sim, did(onTrial(ana, '2026-03-16'), 'trial_started'), order(bor));
    await sim.advanceBy({ hours: 2 });
    await happens(sim, order(cene));
    await sim.advanceBy(DAYS);
  }),
  'the last day of a trial': story(async (sim) => {
    await agree(sim, ana, bor, cene, dana, ema);
    await happens(sim, uses(onTrial(ana, '2026-03-03')), uses(onTrial(bor, '2026-03-03T22:30:00Z')));
    await happens(sim, uses(onTrial(cene, '2026-03-04')), uses(onTrial(dana, '2026-03-01')));
    await happens(sim, did(onTrial(ema, '2026-03-03'), 'logged_in'));
    await sim.advanceTo('2026-03-03T09:00:00Z');
    await happens(sim, uses(ana), uses(bor, ''), uses(cene));
    await sim.advanceBy({ minutes: 2 });
    await happens(sim, uses(ana, 'export'), uses(ana, 'export'));
    await sim.advanceBy({ days: 2 });
  }),
  'bought on the last day, and used late on it': story(async (sim) => {
    await agree(sim, ana, bor, cene);
    await happens(sim, uses(onTrial(ana, '2026-03-02')), uses(onTrial(bor, '2026-03-02')));
    await sim.advanceBy({ minutes: 5 });
    await happens(sim, order(ana), became(bor, 'customer'));
    await sim.advanceTo('2026-03-02T20:30:00Z');
    await happens(sim, uses(onTrial(cene, '2026-03-02')));
    await sim.advanceBy({ days: 1 });
  }),
  'a search without a result': story(async (sim) => {
    await agree(sim, ana, bor, cene, dana);
    await happens(sim, searches(ana, 'matcha  whisk'), searches(bor, 'whisk'), searches(cene, 'whisk'));
    await happens(sim, searches(dana, 'tea', 12));
    await sim.advanceBy({ minutes: 10 });
    await happens(sim, searches(ana, 'bamboo whisk'), searches(bor, 'bamboo whisk', 3), order(cene));
    await sim.advanceBy(DAYS);
  }),
  'who is told': story(async (sim) => {
    const owned = (who: Person, owner: unknown) => ({ ...who, properties: { owner } });
    const people = [
      owned({ ...ana, lastName: 'Novak' } as Person, 'olga@example.com'),
      owned(bor, 'Olga Owner'),
      owned(cene, 'olga@example.com, eve@example.com'),
      dana,
    ];
    await agree(sim, ana, bor);
    await happens(sim, ...people.flatMap((who) => [pricing(who), pricing(who)]));
    await sim.advanceBy({ hours: 1 });
  }),
  'the same and another again': story(async (sim) => {
    await agree(sim, ana);
    await happens(sim, searches(ana, 'whisk'));
    await sim.advanceBy({ days: 2 });
    await happens(sim, searches(ana, 'kettle'), pricing(ana), pricing(ana));
    await sim.advanceBy({ days: 13 });
    await happens(sim, searches(ana, 'spoon'), pricing(ana), pricing(ana));
    await sim.advanceBy(DAYS);
  }),
  consent: story(async (sim) => {
    const named = (...names: string[]) => names.map((name) => person(name));
    await happens(sim, consent(person('Out'), 'opted_out'), consent(person('Pending'), 'pending'));
    await agree(sim, ...named('Withdraws', 'Bounces', 'Returns'));
    const all = named('Never', 'Out', 'Pending', 'Withdraws', 'Bounces', 'Returns');
    await happens(sim, ...all.flatMap((who) => [pricing(who), pricing(who)]));
    await sim.advanceBy({ hours: 1 });
    await happens(sim, consent(person('Withdraws'), 'opted_out', 'unsubscribed'));
    await happens(sim, consent(person('Returns'), 'opted_out', 'unsubscribed'));
    await ask(sim, 'Suppress', { email: 'bounces@example.com' });
    await agree(sim, person('Returns'));
    await sim.advanceBy(DAYS);
  }),
  'the night on which the clocks go forward': story(
    async (sim) => {
      // 20:30 in New York on the eve; two hours later it is quiet until 08:00, which comes an hour earlier.
      const nina = person('Nina', 'America/New_York');
      const omar = person('Omar', 'America/Phoenix');
      await agree(sim, nina, omar);
      await happens(sim, pricing(nina), pricing(nina), pricing(omar), pricing(omar));
      await happens(sim, searches(nina, 'whisk'));
      // The last day of this trial is Sunday, which has 23 hours.
      await happens(sim, did(onTrial(omar, '2026-03-08'), 'trial_started'));
      await sim.advanceTo('2026-03-08T06:30:00Z');
      await happens(sim, uses(omar));
      await sim.advanceTo('2026-03-08T07:30:00Z');
      await happens(sim, uses(omar));
      await sim.advanceBy(DAYS);
    },
    { start: '2026-03-08T01:30:00Z' },
  ),
  'little is known': story(async (sim) => {
    const nobody = { email: 'nobody@example.com' };
    const phone = { phone: '+4915112345678' };
    const visitor = { anonymousId: 'visitor-1' };
    await agree(sim, nobody);
    await happens(sim, searches(nobody, null), searches(phone, 'whisk'), searches(visitor, 'whisk'));
    await happens(sim, pricing(visitor), pricing(visitor), pricing(phone), pricing(phone));
    await happens(sim, searches(ana, 'whisk', 'none'));
    await sim.advanceBy({ hours: 4 });
    await happens(sim, did({ ...visitor, email: 'known@example.com' }, 'logged_in'));
    await sim.advanceBy(DAYS);
  }),
  'hostile words': story(async (sim) => {
    const eve = { ...person('Eve'), firstName: '<script>alert(1)</script>\nBcc: all@example.com' };
    await agree(sim, person('Eve'));
    await happens(sim, searches(eve, '<img src=x onerror=alert(1)>\n"A" & B'));
    await sim.advanceBy({ hours: 1 });
    await happens(sim, uses({ ...eve, properties: { trialEndsAt: '2026-03-02' } }, '<b>reports</b>'));
    await sim.advanceBy({ hours: 1 });
  }),
  'n8n starts again in each wait': story(async (sim) => {
    await agree(sim, ana, bor);
    await happens(sim, pricing(ana), pricing(ana), searches(bor, 'whisk'));
    await sim.advanceBy({ minutes: 10 });
    await sim.restart();
    await sim.advanceBy({ minutes: 40 });
    await sim.restart();
    await sim.advanceBy(DAYS);
  }),
  'mails that fail': story(
    async (sim) => {
      await agree(sim, ana, bor);
      await happens(sim, pricing(ana), pricing(ana), searches(bor, 'whisk'));
      await sim.advanceBy({ hours: 8 });
      await happens(sim, searches(bor, 'found', 1), searches(bor, 'kettle'));
      await sim.advanceBy({ hours: 1 });
      return (await ask(sim, 'List Events'))
        .map(({ event }) => event as { type: string; properties: object })
        .filter(({ type }) => /^(alert|email)_/.test(type))
        .map(({ type, properties }) => ({ type, ...properties }));
    },
    {
      failures: [
        { node: 'Tell the Team of the Search', error: 'Relay is down', times: 3 },
        { node: 'Send the Trial', error: 'Mailbox busy' },
      ],
    },
  ),
  'the times of the demo': story(
    async (sim) => {
      await agree(sim, ana, bor, cene);
      await happens(sim, pricing(ana), pricing(ana), searches(bor, 'whisk'));
      await happens(sim, uses(onTrial(cene, '2026-03-03')));
      await sim.advanceBy({ minutes: 1 });
    },
    {
      start: '2026-03-02T23:00:00Z',
      ...settings({
        ...{ pricingMailAfter: 20, pricingMailUnit: 'seconds', trialMailAfter: 20, trialMailUnit: 'seconds' },
        ...{ searchMailAfter: 20, searchMailUnit: 'seconds', quietHours: false },
      }),
    },
  ),
  'a test run from the editor': {
    simulation,
    async run(sim) {
      await agree(sim, ana);
      await happens(sim, searches(ana, 'whisk'));
      await sim.unpublish(JOURNEY);
      const startNode = 'Start When Interest Shows';
      const { status, outputs, error } = await sim.run({ workflow: JOURNEY, startNode, mode: 'manual' });
      return { status, error, nodes: Object.keys(outputs) };
    },
  },
} satisfies Scenarios;
