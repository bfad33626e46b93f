import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { agree, consent, happens, person } from './abandoned-carts-people.mts';
import { did, simulationOf, storyteller, tellEnds } from './interest-stories.mts';
import { ask } from './record-events-intake.mts';

const JOURNEY = 'Nurture leads with what they look at';

const ana = person('Ana');
const bor = person('Bor');
const cene = person('Cene');
const dana = person('Dana');
const ema = person('Ema');
const fran = person('Fran');
const gita = person('Gita', 'America/New_York');

/** Longer than the whole series. */
const SERIES = { days: 12 };

const STORY = 'https://www.example.com/stories/shop-of-two';
const downloads = (who: object, stage = 'top') =>
  did(who, 'content_downloaded', { title: 'A guide', topic: 'e-mail', stage });
const registers = (who: object) => did(who, 'webinar_registered', { eventId: 'w-1', name: 'First steps' });
const submits = (who: object) => did(who, 'form_submitted', { form: 'checklist' });
const views = (who: object, stage: string, url = `https://www.example.com/${stage}`) =>
  did(who, 'page_viewed', { url, stage });
const becomes = (who: object, lifecycleStage: string) => did({ ...who, lifecycleStage }, 'stage_set');

interface Told {
  status: string;
  reason: string;
  pieces: string[];
  at: string;
}

const simulation = simulationOf('10-nurture-leads');
const story = storyteller(simulation, (sim) =>
  tellEnds<Told>(
    sim,
    'leadNurture',
    ({ status, reason, pieces, at }) =>
      `${status} after ${pieces.join(', ') || 'nothing'}: ${reason} (${at.slice(0, 16)})`,
  ),
);

/** They agreed to mail and converted twice. */
async function convert(sim: Simulation, ...people: Array<typeof ana>): Promise<void> {
  await agree(sim, ...people);
  await happens(sim, ...people.flatMap((who) => [downloads(who), submits(who)]));
}

/** The stage of each contact, by name. */
async function stages(sim: Simulation): Promise<Record<string, string | null>> {
  const contacts = (await ask(sim, 'List Contacts')).map(({ contact }) => contact) as Array<{
    email: string | null;
    lifecycleStage: string | null;
  }>;
  return Object.fromEntries(
    contacts.map(({ email, lifecycleStage }) => [email?.split('@')[0] ?? 'nobody', lifecycleStage]),
  );
}

export default {
  'looks at nothing': story(async (sim) => {
    await convert(sim, ana);
    await sim.advanceBy(SERIES);
    return stages(sim);
  }),
  'looks further': story(async (sim) => {
    await agree(sim, bor, cene, ema);
    // Cene has seen the story before; Ema has seen everything.
    await happens(sim, views(cene, 'middle', STORY));
    for (const url of [STORY, 'https://www.example.com/trial', 'https://www.example.com/demo']) {
      await happens(sim, views(ema, 'middle', url));
    }
    await happens(sim, ...[bor, cene, ema].flatMap((who) => [downloads(who), registers(who)]));
    const early = await stages(sim);
    await sim.advanceBy({ days: 2 });
    await happens(sim, views(bor, 'bottom', 'https://www.example.com/pricing'));
    const then = await stages(sim);
    await sim.advanceBy(SERIES);
    return { early, then };
  }),
  'becomes an opportunity in the middle of each wait': story(
    async (sim) => {
      await convert(sim, ana, bor, cene, dana);
      await happens(sim, becomes(ana, 'opportunity'));
      await sim.advanceBy({ days: 2 });
      await happens(sim, becomes(bor, 'customer'));
      await sim.advanceBy({ days: 4 });
      await happens(sim, becomes(cene, 'opportunity'));
      // Further on, but not the goal.
      await happens(sim, becomes(dana, 'sales_qualified_lead'), views(dana, 'bottom'));
      await sim.advanceBy(SERIES);
      return stages(sim);
    },
    // 22:30 in Berlin: the first mail waits for the morning.
    { start: '2026-03-02T21:30:00Z' },
  ),
  'who is a lead': story(async (sim) => {
    await agree(sim, ana, bor, cene, dana, fran);
    // Once; further down the funnel; without consent; too far apart; with sales already.
    await happens(sim, downloads(ana));
    await happens(sim, downloads(bor, 'middle'), downloads(bor, 'bottom'));
    await happens(sim, downloads(ema), submits(ema));
    await happens(sim, downloads(cene));
    await happens(sim, becomes(dana, 'sales_qualified_lead'), downloads(dana), submits(dana));
    await happens(sim, downloads(fran), downloads(fran));
    await sim.advanceBy({ days: 31 });
    await happens(sim, submits(cene));
    await sim.advanceBy(SERIES);
    // Consent that comes later lets in who converted before.
    await happens(sim, downloads(ema), submits(ema), consent(ema, 'opted_in'));
    await sim.advanceBy(SERIES);
  }),
  'withdraws consent half-way': story(async (sim) => {
    await convert(sim, ana, bor);
    await happens(sim, consent(ana, 'opted_out'));
    await sim.advanceBy({ days: 2 });
    await happens(sim, consent(bor, 'opted_out'));
    await sim.advanceBy(SERIES);
  }),
  'across the beginning of summer time': story(
    async (sim) => {
      await convert(sim, gita, ana);
      await sim.advanceBy(SERIES);
    },
    // Thursday, 10:00 in New York and 16:00 in Berlin; New York changes on 8 March.
    { start: '2026-03-05T15:00:00Z' },
  ),
  'converts again': story(async (sim) => {
    await convert(sim, ana);
    await sim.advanceBy({ days: 60 });
    await happens(sim, downloads(ana), submits(ana));
    await sim.advanceBy({ days: 150 });
    await happens(sim, downloads(ana), submits(ana));
    await sim.advanceBy(SERIES);
  }),
  'tells little about themselves': story(async (sim) => {
    const hostile = { email: 'ida@example.com', firstName: '<b>{{ 7*7 }}</b>' };
    const nameless = { email: 'jan@example.com' };
    await agree(sim, hostile, nameless);
    await happens(sim, ...[hostile, nameless].flatMap((who) => [downloads(who), submits(who)]));
    const nobody = { externalId: 'app-1', firstName: 'Nino' };
    await happens(sim, {
      ...downloads(nobody),
      consent: { email: 'opted_in', source: 'app' },
    });
    await happens(sim, submits(nobody));
    await sim.advanceBy(SERIES);
  }),
  'cannot be mailed': story(
    async (sim) => {
      await convert(sim, ana, bor);
      await sim.advanceBy(SERIES);
    },
    { failures: [{ node: 'Send Piece 2', when: { to: 'ana@example.com' }, error: 'Mailbox busy' }] },
  ),
  'was there before': story(
    async (sim) => {
      await convert(sim, ana);
      await sim.advanceBy(SERIES);
    },
    {
      parameters: { [JOURNEY]: { 'Start When They Become Leads': { alreadyIn: true } } },
    },
  ),
} satisfies Scenarios;
