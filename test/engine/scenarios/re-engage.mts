import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { consent, happens, person } from './abandoned-carts-people.mts';
import { INTAKE, did, settingsOf, simulationOf, storyteller, tellEnds } from './interest-stories.mts';
import { ask } from './record-events-intake.mts';
import { node, workflow } from './workflow-parts.mts';

const FOLDER = '12-re-engage-subscribers';
const JOURNEY = 'Re-engage subscribers who stopped reading';
const CONTACT_STORE = 'n8n-nodes-marketing-automation.contactStore';

const ana = person('Ana');
const bor = person('Bor');
const cene = person('Cene');
const dana = person('Dana');
const ema = person('Ema');
const fran = person('Fran');
const gita = person('Gita');

/** 90 days after the stories begin, which is when who subscribed at their beginning falls silent: 11:00 in Berlin. */
const SILENT = '2026-05-31T09:00:00Z';
/** Longer than the whole series. */
const SERIES = { days: 30 };

const subscribes = (who: object, lists: string[] = ['newsletter'], status = 'opted_in') => ({
  ...did({ ...who, lists }, 'subscribed', { list: lists[0] ?? 'blog', source: 'footer form' }),
  consent: { email: status, source: 'footer form' },
});
const reads = (who: object, type: string, properties: object = {}) =>
  did(who, type, { message: 'news-17', journey: 'newsletter', ...properties });
const opens = (who: object, properties: object = {}) => reads(who, 'email_opened', properties);
const clicks = (who: object, properties: object = {}) => reads(who, 'email_clicked', properties);
const views = (who: object) => did(who, 'page_viewed', { url: 'https://shop.example.com/' });
const submits = (who: object) => did(who, 'form_submitted', { form: 'quiz' });

interface Told {
  status: string;
  reason: string;
  mailsSent: number;
  at: string;
}

/** Workflows of a person who looks after lists and what was said about consent. */
const LOOKING_AFTER = [
  workflow(
    'Take Off the List',
    [
      node('Begin', 'manualTrigger'),
      node('Ask', CONTACT_STORE, {
        resource: 'list',
        operation: 'remove',
        list: { __rl: true, mode: 'name', value: 'newsletter' },
      }),
    ],
    [['Begin', 'Ask']],
  ),
  workflow(
    'Look Up Consent',
    [
      node('Begin', 'manualTrigger'),
      node('Ask', CONTACT_STORE, { resource: 'consent', operation: 'get', includeEvidence: true }),
    ],
    [['Begin', 'Ask']],
  ),
];

const given = simulationOf(FOLDER);
const simulation = { ...given, workflows: [...given.workflows, ...LOOKING_AFTER] };
const story = storyteller(simulation, (sim) =>
  tellEnds<Told>(
    sim,
    'reEngagement',
    ({ status, reason, mailsSent, at }) => `${status} after ${mailsSent}: ${reason} (${at.slice(0, 16)})`,
  ),
);

/** Who is on which lists, by name. */
async function lists(sim: Simulation): Promise<Record<string, string[]>> {
  const contacts = (await ask(sim, 'List Contacts')).map(({ contact }) => contact);
  return Object.fromEntries(
    (contacts as Array<{ email: string | null; lists: string[] }>).map(({ email, lists: own }) => [
      email?.split('@')[0] ?? 'nobody',
      own,
    ]),
  );
}

/** What was ever said about a contact's consent to e-mail, and where it stands. */
async function said(sim: Simulation, who: { email: string }): Promise<unknown> {
  const [item] = await ask(sim, 'Look Up Consent', { email: who.email });
  const { channels, statements } = item?.consent as {
    channels: { email: { status: string } };
    statements: Array<{ status: string; source: string }>;
  };
  return {
    status: channels.email.status,
    statements: statements.map(({ status, source }) => `${status} by ${source}`),
  };
}

/** They subscribe, and have just got the first mail 90 days later. */
async function fallSilent(sim: Simulation, ...people: object[]): Promise<void> {
  await happens(sim, ...people.map((who) => subscribes(who)));
  await sim.advanceTo(SILENT);
  await sim.advanceBy({ hours: 1 });
}

const failing = (nodeName: string, to: string, times?: number) => ({
  failures: [
    { node: nodeName, when: { to }, error: 'Mailbox busy', ...(times === undefined ? {} : { times }) },
  ],
});

/** A user took the consent out of the rules. */
const anyConsent = {
  parameters: { [JOURNEY]: { 'Save the Segment': { 'groups.group[0].rules.consent': [] } } },
};
const alreadyIn = { parameters: { [JOURNEY]: { 'Start When They Fall Silent': { alreadyIn: true } } } };

export default {
  'silent to the end': story(async (sim) => {
    await fallSilent(sim, ana);
    await sim.advanceBy({ days: 200 });
    return { lists: await lists(sim), consent: await said(sim, ana) };
  }),
  'reacts in the middle of each wait': story(async (sim) => {
    const people = [ana, bor, cene, dana];
    await fallSilent(sim, ...people);
    await sim.advanceBy({ days: 2 });
    await happens(sim, clicks(ana));
    await sim.advanceBy({ days: 7 });
    await happens(sim, views(bor), did(dana, 'sms_clicked', { message: 'sale', machine: false }));
    await sim.advanceBy({ days: 7 });
    await happens(sim, submits(cene));
    await sim.advanceBy(SERIES);
    return { lists: await lists(sim) };
  }),
  'machines, and people who only open': story(async (sim) => {
    await fallSilent(sim, ana, bor, cene);
    await sim.advanceBy({ days: 2 });
    await happens(sim, opens(ana, { machine: true }), clicks(ana, { machine: true }));
    await happens(sim, opens(bor, { machine: false }));
    await sim.advanceBy({ days: 14 });
    await happens(sim, opens(cene));
    await sim.advanceBy({ days: 14 });
    return { lists: await lists(sim) };
  }),
  'reacts in the quiet hours before the first mail': story(
    async (sim) => {
      await happens(sim, ...[ana, bor, cene, dana].map((who) => subscribes(who)));
      await sim.advanceTo('2026-05-30T23:00:00Z');
      await happens(sim, views(ana), opens(bor), consent(cene, 'opted_out', 'unsubscribed'));
      await sim.advanceTo('2026-05-31T05:30:00Z');
      await sim.advanceBy({ hours: 1 });
    },
    // 22:30 in Berlin, and in 90 days 23:30.
    { start: '2026-03-01T21:30:00Z' },
  ),
  'who falls silent': story(async (sim) => {
    await happens(sim, ...[ana, bor, cene].map((who) => subscribes(who)));
    await happens(sim, subscribes(person('Pending'), ['newsletter'], 'pending'));
    await happens(sim, subscribes(person('Elsewhere'), ['blog']));
    await happens(
      sim,
      did({ ...person('Never'), lists: ['newsletter'] }, 'subscribed', { list: 'newsletter' }),
    );
    await happens(sim, consent(dana, 'opted_in'), consent(ema, 'opted_in'));
    // On the list without a word about a subscription, as after an import.
    await happens(sim, { ...consent(gita, 'opted_in'), contact: { ...gita, lists: ['newsletter'] } });
    await sim.advanceBy({ days: 20 });
    await happens(sim, opens(ana), clicks(bor), opens(cene, { machine: true }));
    // Known before, on the list only now.
    await happens(sim, subscribes(dana));
    await sim.advanceBy({ days: 20 });
    // A new subscription of somebody who is on the list is a sign of life.
    await happens(sim, subscribes(fran));
    await sim.advanceBy({ days: 20 });
    await happens(sim, did(fran, 'subscribed', { list: 'newsletter' }));
    await sim.advanceTo('2026-08-03T09:00:00Z');
  }),
  consent: story(async (sim) => {
    const [withdraws, returns, bounces, leaves, late] = [
      'Withdraws',
      'Returns',
      'Bounces',
      'Leaves',
      'Late',
    ].map((name) => person(name)) as [typeof ana, typeof ana, typeof ana, typeof ana, typeof ana];
    await fallSilent(sim, withdraws, returns, bounces, leaves, late);
    await sim.advanceBy({ days: 1 });
    await happens(sim, consent(withdraws, 'opted_out', 'unsubscribed'));
    await happens(sim, consent(returns, 'opted_out', 'unsubscribed'));
    await ask(sim, 'Suppress', { email: bounces.email });
    await ask(sim, 'Take Off the List', { email: leaves.email });
    await sim.advanceBy({ days: 2 });
    await happens(sim, consent(returns, 'opted_in'));
    await sim.advanceBy({ days: 14 });
    await happens(sim, consent(late, 'opted_out', 'unsubscribed'));
    await sim.advanceBy(SERIES);
    return { lists: await lists(sim), late: await said(sim, late) };
  }),
  'a segment that does not ask for consent': story(async (sim) => {
    await happens(sim, subscribes(person('Out'), ['newsletter'], 'opted_out'));
    await happens(
      sim,
      did({ ...person('Never'), lists: ['newsletter'] }, 'subscribed', { list: 'newsletter' }),
    );
    await sim.advanceTo(SILENT);
    await sim.advanceBy({ days: 1 });
  }, anyConsent),
  'clocks that go forward': story(
    async (sim) => {
      await happens(sim, subscribes(person('Nina', 'America/New_York')));
      await happens(sim, subscribes(person('Omar', 'America/Phoenix')));
      await sim.advanceBy({ days: 120 });
    },
    { start: '2025-12-05T15:00:00Z' },
  ),
  'clocks that go back': story(
    async (sim) => {
      await happens(sim, subscribes(person('Nina', 'America/New_York')));
      await sim.advanceBy({ days: 120 });
    },
    { start: '2026-07-25T00:30:00Z' },
  ),
  'quiet hours': story(
    async (sim) => {
      // In 90 days 20:59 and 21:00 in Berlin, and 04:00 in Tokyo.
      await happens(sim, subscribes(ana), subscribes(person('Tomo', 'Asia/Tokyo')));
      await sim.advanceBy({ minutes: 1 });
      await happens(sim, subscribes(bor));
      await sim.advanceBy({ days: 99 });
    },
    { start: '2026-03-02T18:59:00Z' },
  ),
  'silent again, later': story(async (sim) => {
    await fallSilent(sim, ana);
    await sim.advanceBy({ days: 9 });
    await happens(sim, clicks(ana));
    await sim.advanceBy({ days: 80 });
    const between = await sim.timeline().filter(({ kind }) => kind === 'sent').length;
    await sim.advanceBy({ days: 41 });
    return { between, lists: await lists(sim) };
  }),
  'little is known': story(
    async (sim) => {
      await fallSilent(sim, { email: 'nobody@example.com' }, { phone: '+4915112345678' });
      await sim.advanceBy(SERIES);
    },
    { start: '2026-03-02T09:00:00Z' },
  ),
  'a hostile name': story(async (sim) => {
    await fallSilent(sim, { ...ana, firstName: '<img src=x onerror=alert(1)>' });
    await sim.advanceBy(SERIES);
  }),
  'silent before it was published': story(
    async (sim) => {
      await sim.publish(INTAKE);
      await happens(sim, subscribes(ana));
      await sim.advanceBy({ days: 1 });
      await happens(sim, subscribes(bor));
      await sim.advanceBy({ days: 90, minutes: -5 });
      await sim.publish(JOURNEY);
      await sim.advanceBy({ days: 3 });
    },
    { published: [] },
  ),
  'everyone already in it': story(
    async (sim) => {
      await sim.publish(INTAKE);
      await happens(sim, subscribes(ana), subscribes(bor));
      await sim.advanceBy({ days: 100 });
      await happens(sim, clicks(bor));
      await sim.publish(JOURNEY);
      await sim.advanceBy({ days: 1 });
      await sim.publish(JOURNEY);
      await sim.advanceBy(SERIES);
    },
    { published: [], ...alreadyIn },
  ),
  'n8n starts again in between': story(async (sim) => {
    await happens(sim, subscribes(ana), subscribes(bor));
    await sim.advanceBy({ days: 60 });
    await sim.restart();
    await sim.advanceTo(SILENT);
    await sim.advanceBy({ days: 3 });
    await sim.restart();
    await sim.advanceBy({ days: 7 });
    await happens(sim, clicks(bor));
    await sim.restart();
    await sim.advanceBy({ days: 10 });
    await sim.restart();
    await sim.advanceBy(SERIES);
    return { lists: await lists(sim) };
  }),
  'off for a fortnight': story(async (sim) => {
    await happens(sim, subscribes(ana));
    await sim.advanceBy({ days: 10 });
    await happens(sim, subscribes(bor), subscribes(cene), subscribes(dana));
    await sim.advanceTo(SILENT);
    await sim.advanceBy({ days: 3 });
    await sim.unpublish(JOURNEY);
    // Bor, Cene and Dana fall silent meanwhile; Cene reads again, Dana leaves and comes back.
    await sim.advanceBy({ days: 9 });
    await happens(sim, clicks(cene), consent(dana, 'opted_out'), consent(dana, 'opted_in'));
    await sim.advanceBy({ days: 5 });
    await sim.publish(JOURNEY);
    await sim.advanceBy({ days: 8 });
  }),
  'on again in the night': story(async (sim) => {
    await happens(sim, subscribes(ana));
    await sim.advanceBy({ days: 6 });
    await happens(sim, subscribes(bor));
    await sim.advanceTo(SILENT);
    await sim.advanceBy({ days: 1 });
    await sim.unpublish(JOURNEY);
    await sim.advanceBy({ days: 6 });
    await happens(sim, consent(bor, 'opted_out'), consent(bor, 'opted_in'));
    // Midnight in Berlin.
    await sim.advanceTo('2026-06-08T22:00:00Z');
    await sim.publish(JOURNEY);
    await sim.advanceBy({ days: 1 });
  }),
  'a mail that fails once': story(
    (sim) => fallSilent(sim, ana, bor, cene),
    failing('Send the Coupon', bor.email, 1),
  ),
  'mails that fail for good': story(
    async (sim) => {
      await fallSilent(sim, ana, bor, cene);
      await sim.advanceBy(SERIES);
      return { lists: await lists(sim) };
    },
    {
      failures: [
        { node: 'Send the Coupon', when: { to: bor.email }, error: 'Mailbox busy' },
        { node: 'Send the Last Chance', when: { to: cene.email }, error: 'No such mailbox' },
      ],
    },
  ),
  'the times of the demo': story(
    async (sim) => {
      await happens(sim, subscribes(ana), subscribes(bor));
      await sim.advanceTo(SILENT);
      await sim.advanceBy({ seconds: 50 });
      await happens(sim, views(bor));
      await sim.advanceBy({ minutes: 2 });
    },
    settingsOf(JOURNEY, {
      ...{ mail1After: 20, mail1Unit: 'seconds', mail2After: 20, mail2Unit: 'seconds' },
      ...{ mail3After: 20, mail3Unit: 'seconds', removeAfter: 20, removeUnit: 'seconds', quietHours: false },
    }),
  ),
  'a test run from the editor': story(async (sim) => {
    await fallSilent(sim, ana);
    await sim.unpublish(JOURNEY);
    await happens(sim, subscribes(bor));
    await sim.advanceBy({ days: 90, minutes: 1 });
    const [{ contact } = {}] = await ask(sim, 'List Contacts');
    const change = { kind: 'segment_entered', subject: 'inactive-subscribers', at: SILENT };
    const { status, outputs } = await sim.run({
      workflow: JOURNEY,
      startNode: 'Start When They Fall Silent',
      items: [{ contact: { ...(contact as object), id: 2 }, change }],
      mode: 'manual',
    });
    return { status, nodes: Object.keys(outputs) };
  }),
} satisfies Scenarios;
