import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { happens, person } from './abandoned-carts-people.mts';
import { did, simulationOf } from './interest-stories.mts';
import { ask } from './record-events-intake.mts';
import { node, workflow } from './workflow-parts.mts';

const ana = { ...person('Ana'), country: 'DE' };
const bor = person('Bor');
const cene = { ...person('Cene', 'America/New_York'), country: 'AT' };

const EVENTS = workflow(
  'List Qualifications',
  [
    node('Begin', 'manualTrigger'),
    node('Ask', 'n8n-nodes-marketing-automation.contactStore', {
      resource: 'event',
      operation: 'getAll',
      returnAll: true,
      eventFilters: { types: 'lead_qualified' },
    }),
  ],
  [['Begin', 'Ask']],
);
const given = simulationOf('28-score-leads');
const simulation = { ...given, workflows: [...given.workflows, EVENTS] };

const prices = (who: object) =>
  did(who, 'page_viewed', { url: 'https://www.example.com/prices', stage: 'bottom' });
const form = (who: object) => did(who, 'form_submitted', { form: 'talk' });
const opens = (who: object, machine = false) => did(who, 'email_opened', { message: 'news', machine });

interface Stands {
  stage: string | null;
  lists: string[];
  qualified: number;
}

/** Where everybody stands, and how often it was recorded that they qualified. */
async function stand(sim: Simulation): Promise<Record<string, Stands>> {
  const contacts = (await ask(sim, 'List Contacts')).map(({ contact }) => contact) as Array<{
    email: string;
    lifecycleStage: string | null;
    lists: string[];
  }>;
  const stands: Record<string, Stands> = {};
  for (const { email, lifecycleStage, lists } of contacts) {
    const events = await ask(sim, 'List Qualifications', { email });
    const name = email.split('@')[0] ?? '';
    stands[name] = { stage: lifecycleStage, lists, qualified: events.filter(({ event }) => event).length };
  }
  return stands;
}

const story = (run: (sim: Simulation) => Promise<unknown>) => ({ simulation, run });

export default {
  'becomes warm, hot, and cold again by time alone': story(async (sim) => {
    await happens(sim, prices(ana), prices(ana));
    const warm = await stand(sim);
    await happens(sim, form(ana), form(ana));
    const hot = await stand(sim);
    await sim.advanceBy({ days: 20 });
    const faded = await stand(sim);
    await sim.advanceBy({ days: 60 });
    const cold = await stand(sim);
    await happens(sim, prices(ana), prices(ana), prices(ana), form(ana), form(ana));
    return { warm, hot, faded, cold, again: await stand(sim) };
  }),
  'leaves alone who is further on, who stays below, and machines': story(async (sim) => {
    await happens(
      sim,
      { ...prices({ ...cene, lifecycleStage: 'customer' }) },
      prices(cene),
      form(cene),
      form(cene),
    );
    await happens(sim, prices(bor), form(bor));
    for (let count = 0; count < 40; count++) await happens(sim, opens(bor, true));
    return stand(sim);
  }),
  'takes an event told twice once, and a contact without a country': story(async (sim) => {
    for (let count = 0; count < 2; count++) {
      await happens(sim, { ...form(bor), event: { ...form(bor).event, id: 'form-1' } });
    }
    await happens(sim, did(bor, 'unsubscribed', { list: 'newsletter' }));
    return stand(sim);
  }),
  'goes on after a restart and while n8n was off': story(async (sim) => {
    await happens(sim, prices(ana), prices(ana), form(ana), form(ana));
    await sim.restart();
    await sim.advanceBy({ days: 80 });
    return stand(sim);
  }),
} satisfies Scenarios;
