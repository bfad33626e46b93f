import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { agree, consent, happens, person, type Person } from './abandoned-carts-people.mts';
import { did, settingsOf, simulationOf, storyteller, tellEnds } from './interest-stories.mts';
import { ask } from './record-events-intake.mts';
import { node, workflow } from './workflow-parts.mts';

const JOURNEY = 'Ask for a consultation until one is booked';

const ana = person('Ana');
const bor = person('Bor');
const cene = person('Cene');
const dana = person('Dana');
const ema = person('Ema');
const fran = person('Fran');
const gita = person('Gita', 'America/New_York');

/** Longer than all ten mails and the days after the last. */
const SERIES = { days: 45 };

const downloads = (who: object) => did(who, 'content_downloaded', { title: 'A guide', topic: 'e-mail' });
const registers = (who: object) => did(who, 'webinar_registered', { eventId: 'w-1', name: 'First steps' });
const books = (who: object) => did(who, 'consultation_booked', { startsAt: '2026-05-04T09:00:00Z' });
const submits = (who: object, form: string) => did(who, 'form_submitted', { form });

interface Told {
  status: string;
  reason: string;
  mailsSent: number;
  at: string;
}

/** Workflows of a person who looks into the journey, and takes somebody out of it. */
const journeys = (title: string, parameters: object) =>
  workflow(
    title,
    [
      node('Begin', 'manualTrigger'),
      node('Ask', 'n8n-nodes-marketing-automation.contactStore', {
        ...{ resource: 'journey', journey: { __rl: true, mode: 'name', value: 'ask-for-consultation' } },
        ...parameters,
      }),
    ],
    [['Begin', 'Ask']],
  );

const own = simulationOf('40-stop-at-the-goal');
const simulation = {
  ...own,
  workflows: [
    ...own.workflows,
    journeys('List Stays', { operation: 'getAll', stayState: 'any', returnAll: true }),
    journeys('Take Out', { operation: 'end', endReason: 'asked us by phone to stop' }),
  ],
};
const story = storyteller(simulation, (sim) =>
  tellEnds<Told>(
    sim,
    'consultationMails',
    ({ status, reason, mailsSent, at }) => `${status} after ${mailsSent}: ${reason} (${at.slice(0, 16)})`,
  ),
);

/** They agreed to mail and downloaded something. */
async function begin(sim: Simulation, ...people: Person[]): Promise<void> {
  await agree(sim, ...people);
  await happens(sim, ...people.map(downloads));
}

export default {
  'books nothing': story(async (sim) => {
    await begin(sim, ana);
    await sim.advanceBy(SERIES);
    const events = (await ask(sim, 'List Events')).map(({ event }) => event) as Array<{
      type: string;
      properties: object;
    }>;
    return events.filter(({ type }) => type === 'email_sent').map(({ properties }) => properties);
  }),
  'books in the middle of a wait': story(async (sim) => {
    await begin(sim, ana, bor, cene, dana, ema);
    await agree(sim, fran);
    await happens(sim, registers(fran));
    await sim.advanceBy({ minutes: 30 });
    await happens(sim, books(ana), submits(ema, 'newsletter'));
    await sim.advanceBy({ days: 6 });
    await happens(sim, submits(bor, 'consultation'));
    await sim.advanceBy({ days: 29 });
    await happens(sim, books(cene));
    await sim.advanceBy({ days: 3 });
    // After the last mail.
    await happens(sim, books(dana));
    await sim.advanceBy(SERIES);
    // The stay is over: nothing changes any more.
    await happens(sim, books(fran));
    await sim.advanceBy(SERIES);
  }),
  'is not in the journey any more': story(async (sim) => {
    await begin(sim, ana, bor);
    await agree(sim, cene);
    await sim.advanceBy({ days: 6 });
    await ask(sim, 'Take Out', { contact: { email: ana.email } });
    await happens(sim, books(bor));
    // Recorded late, after the journey has ended, or without one.
    for (const who of [bor, cene]) {
      await happens(sim, did(who, 'email_sent', { journey: 'ask-for-consultation', step: 5 }));
    }
    await happens(sim, did(cene, 'email_sent', { journey: 'ask-for-consultation' }));
    await sim.advanceBy(SERIES);
  }),
  'is told of a mail twice': story(async (sim) => {
    await begin(sim, ana);
    await sim.advanceBy({ days: 6 });
    // The mail service tells too what it sent.
    await happens(sim, did(ana, 'email_sent', { journey: 'ask-for-consultation', step: 1 }));
    await sim.advanceBy({ days: 6 });
    await happens(sim, books(ana));
    await sim.advanceBy(SERIES);
  }),
  'becomes interested in the evening': story(
    async (sim) => {
      await begin(sim, ana);
      await sim.advanceBy({ days: 6 });
      await happens(sim, books(ana));
      await sim.advanceBy(SERIES);
    },
    // 22:30 in Berlin.
    { start: '2026-03-02T21:30:00Z' },
  ),
  'has no consent, or not for long': story(async (sim) => {
    await happens(sim, downloads(ana));
    await begin(sim, bor, cene, dana);
    await happens(sim, consent(bor, 'opted_out'), downloads(ema));
    // Agrees before the first mail.
    await happens(sim, consent(ema, 'opted_in'));
    await sim.advanceBy({ days: 6 });
    await happens(sim, consent(cene, 'opted_out'));
    await ask(sim, 'Suppress', { contact: { email: dana.email } });
    await sim.advanceBy({ days: 4 });
    await happens(sim, books(ema));
    await sim.advanceBy(SERIES);
  }),
  'across the beginning of summer time': story(
    async (sim) => {
      await begin(sim, gita, ana);
      await sim.advanceBy({ days: 27 });
      await happens(sim, books(gita), books(ana));
      await sim.advanceBy(SERIES);
    },
    // Thursday, 10:00 in New York and 16:00 in Berlin; they change on 8 and on 29 March.
    { start: '2026-03-05T15:00:00Z' },
  ),
  'is interested again': story(async (sim) => {
    await begin(sim, ana);
    await happens(sim, downloads(ana), registers(ana));
    await sim.advanceBy({ days: 6 });
    await happens(sim, downloads(ana));
    await sim.advanceBy({ days: 4 });
    await happens(sim, books(ana));
    await sim.advanceBy(SERIES);
    // Within the pause, and after it.
    await happens(sim, downloads(ana));
    await sim.advanceBy({ days: 150 });
    await happens(sim, downloads(ana));
    await sim.advanceBy({ days: 2 });
    await happens(sim, books(ana));
    await sim.advanceBy(SERIES);
    return (await ask(sim, 'List Stays')).map(({ journey }) => journey);
  }),
  'booked before': story(async (sim) => {
    await agree(sim, ana, bor, cene);
    await happens(sim, did(ana, 'consultation_booked', {}, '2025-11-20T09:00:00Z'));
    await happens(sim, did(bor, 'consultation_booked', {}, '2025-08-20T09:00:00Z'));
    await happens(sim, did(cene, 'form_submitted', { form: 'consultation' }, '2026-03-02T08:00:00Z'));
    await happens(sim, ...[ana, bor, cene].map(downloads));
    await sim.advanceBy({ hours: 2 });
  }),
  'tells little about themselves': story(async (sim) => {
    const hostile = { email: 'ida@example.com', firstName: '<b>{{ 7*7 }}</b>' };
    const nameless = { email: 'jan@example.com' };
    await begin(sim, hostile, nameless);
    const nobody = { externalId: 'app-1', firstName: 'Nino' };
    await happens(sim, { ...downloads(nobody), consent: { email: 'opted_in', source: 'app' } });
    await sim.advanceBy({ days: 6 });
    await happens(sim, books(hostile), books(nameless));
    await sim.advanceBy(SERIES);
  }),
  'cannot be mailed': story(async (sim) => {
    await begin(sim, ana, bor);
    await sim.advanceBy({ days: 2 });
    sim.failWhen({ node: 'Send the Mail', when: { to: 'ana@example.com' }, error: 'Mailbox busy' });
    await sim.advanceBy({ days: 8 });
    await happens(sim, books(bor));
    await sim.advanceBy(SERIES);
  }),
  'two mails are enough': story(
    async (sim) => {
      await begin(sim, ana);
      await sim.advanceBy(SERIES);
    },
    settingsOf(JOURNEY, {
      mails: JSON.stringify([
        { subject: 'First', text: 'One & only?', button: 'Book' },
        { subject: 'Second', text: 'Two.', button: 'Book' },
      ]),
    }),
  ),
} satisfies Scenarios;
