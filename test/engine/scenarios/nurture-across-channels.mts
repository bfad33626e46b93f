import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { happens, person, type Person } from './abandoned-carts-people.mts';
import { did, settingsOf } from './interest-stories.mts';
import { comes, opens, phoneOf, story, withApp, withPhone } from './nurture-people.mts';
import { ask } from './record-events-intake.mts';

const JOURNEY = 'Nurture leads across channels';

/** Longer than every path. */
const PATHS = { days: 30 };

const ana = person('Ana');
const bor = person('Bor');
const cene = person('Cene');
const dana = person('Dana');
const ema = person('Ema');
const fran = person('Fran');
const gita = person('Gita');

const withdraws = (who: Person, channel: string) => ({
  ...did(who, 'consent_withdrawn'),
  consent: { [channel]: 'opted_out', source: 'settings' },
});
const asksToTalk = (who: Person, form = 'talk') => did(who, 'form_submitted', { form });
const orders = (who: Person) => did(who, 'order_placed', { orderId: `o-${who.firstName}` });
const becomes = (who: Person, lifecycleStage: string) => did({ ...who, lifecycleStage }, 'stage_set');

/** What was recorded as sent to anybody, by the events' own words. */
async function recorded(sim: Simulation): Promise<string[]> {
  const events = (await ask(sim, 'List Events')).map(({ event }) => event) as Array<{
    type: string;
    properties: { message?: string; journey?: string };
  }>;
  return events
    .filter(({ type }) => type.endsWith('_sent'))
    .map(({ type, properties: { message, journey } }) => `${type} ${message} ${journey}`)
    .sort();
}

export default {
  'each branch to its end': story(async (sim) => {
    await happens(sim, comes(ana), withPhone(bor), withPhone(cene), comes(dana), comes(gita));
    await happens(sim, comes(ema, ['email', 'ads']), withApp(fran));
    await sim.advanceBy({ days: 1 });
    // A scanner opened Ema's; her own is of another message.
    await happens(sim, opens(ana, '1'), opens(ema, '1', { machine: true }), opens(ema, 'of-long-ago'));
    await sim.advanceBy({ days: 3 });
    // The first copy, found in the spam; and the second one.
    await happens(sim, opens(dana, '1'), opens(gita, '1-again'));
    await sim.advanceBy({ days: 2 });
    await happens(sim, opens(bor, '2'));
    await sim.advanceBy(PATHS);
    return recorded(sim);
  }),
  'reaches the goal in the middle of each wait': story(async (sim) => {
    await happens(sim, comes(ana), comes(bor), withPhone(cene), withPhone(dana), comes(ema));
    await happens(sim, withApp(fran), withApp(gita));
    await sim.advanceBy({ minutes: 5 });
    await happens(sim, asksToTalk(ana));
    await sim.advanceBy({ days: 1 });
    // Another form is not the goal.
    await happens(sim, orders(bor), asksToTalk(dana, 'newsletter'), opens(ema, '1'), asksToTalk(gita));
    await sim.advanceBy({ days: 3 });
    await happens(sim, becomes(cene, 'opportunity'), asksToTalk(ema), orders(fran));
    await sim.advanceBy({ days: 2 });
    await happens(sim, becomes(dana, 'customer'));
    await sim.advanceBy(PATHS);
  }),
  'is no lead any more when it comes': story(async (sim) => {
    await happens(sim, comes(ana, ['email'], { lifecycleStage: 'customer' }));
    await sim.advanceBy(PATHS);
  }),
  'agreed to nothing': story(async (sim) => {
    await happens(
      sim,
      comes(ana, []),
      withPhone(bor, ['sms']),
      withPhone(cene, ['email']),
      withApp(dana, []),
    );
    await sim.advanceBy(PATHS);
  }),
  'withdraws consent half-way': story(async (sim) => {
    await happens(sim, comes(ana), comes(bor), withPhone(cene), withPhone(dana), withPhone(gita));
    await happens(sim, comes(ema, ['email', 'ads']), withApp(fran));
    await sim.advanceBy({ days: 1 });
    await happens(sim, withdraws(ana, 'email'), opens(bor, '1'), withdraws(dana, 'sms'));
    await happens(sim, withdraws(fran, 'push'));
    await sim.advanceBy({ days: 3 });
    await happens(sim, withdraws(bor, 'email'), withdraws(cene, 'email'), withdraws(ema, 'ads'));
    await sim.advanceBy({ days: 3 });
    await happens(sim, withdraws(gita, 'sms'));
    await ask(sim, 'Suppress', { contact: { email: dana.email } });
    await sim.advanceBy(PATHS);
  }),
  'by their own clock, across the beginning of summer time': story(
    async (sim) => {
      const [nora, nils] = [person('Nora', 'America/New_York'), person('Nils', 'Asia/Kathmandu')];
      await happens(sim, withPhone(nora), comes(nils), comes({ email: 'zora@example.com' }));
      await sim.advanceBy({ days: 4 });
      await happens(sim, opens(nils, '1-again'));
      await sim.advanceBy(PATHS);
    },
    // Thursday, 22:55 in Kathmandu, 18:10 in Berlin and 12:10 in New York, which changes on 8 March.
    { start: '2026-03-05T17:10:00Z' },
  ),
  'comes again': story(async (sim) => {
    await happens(sim, withPhone(ana), withApp(bor));
    await happens(sim, withPhone(ana));
    await sim.advanceBy({ days: 1 });
    const contacts = await ask(sim, 'List Contacts');
    const entries: unknown[] = [];
    const again = async () => {
      const run = await sim.run({
        ...{ workflow: JOURNEY, startNode: 'Settings', items: contacts as never, mode: 'production' },
      });
      entries.push(
        run.outputs['Enter the Journey']?.map((items) =>
          items.map(({ json }) => (json.journey as { entry: string }).entry),
        ),
      );
    };
    // In it already, after the path, and after the stay.
    await again();
    await sim.advanceBy(PATHS);
    await again();
    await sim.advanceBy({ days: 60 });
    await again();
    await sim.advanceBy(PATHS);
    return entries;
  }),
  'tells little about themselves': story(async (sim) => {
    const hostile = { email: 'ida@example.com', firstName: '<b>{{ 7*7 }}</b>' };
    const nameless = { email: 'Jan@Example.COM' };
    await happens(sim, comes(hostile), comes(nameless, ['email', 'sms', 'push', 'ads']));
    await happens(sim, comes({ externalId: 'app-1' }, ['email', 'push']));
    await sim.advanceBy({ days: 1 });
    await happens(sim, opens(hostile, '1'));
    await sim.advanceBy(PATHS);
  }),
  'one channel cannot be, and the next follows': story(async (sim) => {
    const [hana, ivo, jon, kai] = ['Hana', 'Ivo', 'Jon', 'Kai'].map((name) => person(name)) as [
      Person,
      Person,
      Person,
      Person,
    ];
    const readers = [ema, fran, gita, hana, kai];
    const failing: Record<string, Person[]> = {
      ...{ 'Send the Intro': [ana, jon], 'Send the Intro Again': [ivo, jon], 'Send the Mail': [cene] },
      ...{ 'Send Piece 2': [ema], 'Send Piece 3': [fran, kai] },
      ...{ 'Send SMS 1': [bor], 'Send SMS 2': [dana], 'Send the Last SMS': [kai] },
    };
    for (const [node, people] of Object.entries(failing)) {
      for (const who of people) {
        const to = node.includes('SMS') ? phoneOf(who) : who.email;
        sim.failWhen({ node, when: { to }, error: 'Out of order' });
      }
    }
    await happens(sim, ...[ana, cene, dana, ...readers].map((who) => withPhone(who)));
    await happens(sim, withPhone(bor, ['email', 'sms', 'ads']), comes(ivo, ['email', 'ads']), comes(jon));
    await sim.advanceBy({ days: 1 });
    await happens(sim, ...readers.map((who) => opens(who, '1')), withdraws(hana, 'email'));
    await sim.advanceBy({ days: 3 });
    await happens(sim, withdraws(gita, 'email'));
    await sim.advanceBy(PATHS);
  }),
  'cannot be reached': story(async (sim) => {
    await happens(
      sim,
      comes(ana),
      withPhone(bor),
      comes(cene, ['email', 'ads']),
      withApp(dana),
      withPhone(ema),
    );
    sim.failWhen({ node: 'Send the Intro', when: { to: 'ana@example.com' }, error: 'Mailbox busy' });
    for (const node of ['Send SMS 1', 'Send to the Audience', 'Send Push 2']) {
      sim.failWhen({ node, when: node === 'Send SMS 1' ? { to: phoneOf(bor) } : {}, error: 'Out of order' });
    }
    await sim.advanceBy(PATHS);
  }),
  'other content, and two minutes between': story(
    async (sim) => {
      await happens(sim, withPhone(ana));
      await sim.advanceBy({ hours: 1 });
    },
    settingsOf(JOURNEY, {
      pieces: JSON.stringify(
        ['One & only?', 'Two', 'Three'].map((subject) => ({
          ...{ subject, text: `${subject} it is`, button: 'Read' },
          url: `https://www.example.com/?a=1&b=${subject.length}`,
        })),
      ),
      ...{ introAfter: 1, openAfter: 2, openUnit: 'minutes', nextAfter: 2, nextUnit: 'minutes' },
    }),
  ),
} satisfies Scenarios;
