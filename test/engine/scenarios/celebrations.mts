import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { agree, consent, happens, person } from './abandoned-carts-people.mts';
import { did, settingsOf, simulationOf } from './interest-stories.mts';
import { ask } from './record-events-intake.mts';
import { node, workflow } from './workflow-parts.mts';

const JOURNEY = 'Celebrate birthdays and anniversaries with a gift';

/** A person with such dates, called after the first name. */
const celebrant = (firstName: string, properties: object, timezone = 'Europe/Berlin') => ({
  ...person(firstName, timezone),
  properties,
});

const ana = celebrant('Ana', { birthday: '1990-04-10' });
const bor = celebrant('Bor', { birthday: '04-10' });
const cene = celebrant('Cene', { birthday: '--04-10' });
const dana = celebrant('Dana', { birthday: '1984-04-10T00:00:00Z' });

interface Told {
  year: number;
  code: string | null;
  status: string;
  reason: string;
  mailsSent: number;
  at: string;
}

/** How the latest celebration of each kind ended for each contact. */
async function ends(sim: Simulation): Promise<Record<string, Record<string, string>>> {
  const contacts = (await ask(sim, 'List Contacts')).map(({ contact }) => contact) as Array<{
    id: number;
    email: string | null;
    properties: Record<string, Told>;
  }>;
  const tell = ({ year, status, reason, mailsSent, at }: Told) =>
    `${year} ${status} after ${mailsSent}: ${reason} (${at.slice(0, 16)})`;
  return Object.fromEntries(
    contacts.map(({ id, email, properties }) => [
      email?.split('@')[0] ?? `contact ${id}`,
      Object.fromEntries(
        Object.entries(properties).flatMap(([name, told]) =>
          name.endsWith('Gift') ? [[name.slice(0, -4), tell(told)]] : [],
        ),
      ),
    ]),
  );
}

/** The code that a contact got last, as the event of its mail holds it. */
async function codeOf(sim: Simulation, { email }: { email: string }): Promise<string> {
  const events = (await ask(sim, 'List Events')) as unknown as Array<{
    contact: { email: string };
    event: { type: string; occurredAt: string; properties: { code: string } };
  }>;
  const [latest] = events
    .filter(({ contact, event }) => contact.email === email && event.type === 'email_sent')
    .sort((a, b) => b.event.occurredAt.localeCompare(a.event.occurredAt));
  return latest?.event.properties.code ?? '';
}

const redeems = (who: object, code: string) => did(who, 'coupon_redeemed', { code });
/** What the person says of themselves changes. */
const changes = (who: { email: string }, contact: object) =>
  did({ email: who.email, ...contact }, 'profile_completed');

const ERASING = workflow(
  'Erase',
  [
    node('Begin', 'manualTrigger'),
    node('Ask', 'n8n-nodes-marketing-automation.contactStore', { resource: 'contact', operation: 'erase' }),
  ],
  [['Begin', 'Ask']],
);
const base = simulationOf('27-celebrate-birthdays-and-anniversaries');
const simulation = { ...base, workflows: [...base.workflows, ERASING] };

function story(run: (sim: Simulation) => Promise<unknown>, more: Partial<typeof simulation> = {}) {
  return {
    simulation: { ...simulation, ...more },
    async run(sim: Simulation) {
      const seen = await run(sim);
      return { ends: await ends(sim), seen };
    },
  };
}

export default {
  'every year': story(async (sim) => {
    await agree(sim, ana, bor, cene, dana);
    await sim.advanceTo('2028-05-01T00:00:00Z');
  }),
  '29 February': story(
    async (sim) => {
      const leap = { birthday: '1996-02-29', customerSince: '2024-02-29' };
      await agree(
        sim,
        celebrant('Berta', leap),
        celebrant('Nora', { birthday: '02-29' }, 'America/New_York'),
      );
      await sim.advanceTo('2029-03-15T00:00:00Z');
    },
    { start: '2027-01-01T09:00:00Z' },
  ),
  'around the world': story(
    async (sim) => {
      await agree(
        sim,
        celebrant('Apia', { birthday: '1980-01-01' }, 'Pacific/Apia'),
        // Clocks go half an hour back on the first Sunday in April, and forward on that in October.
        celebrant('Howe', { birthday: '1980-04-03', customerSince: '2020-10-01' }, 'Australia/Lord_Howe'),
        // An hour forward on the second Sunday in March, and back on the first in November.
        celebrant('York', { birthday: '1980-03-08', customerSince: '2020-10-30' }, 'America/New_York'),
        celebrant('Kathmandu', { birthday: '1980-12-31' }, 'Asia/Kathmandu'),
      );
      await sim.advanceTo('2028-12-01T00:00:00Z');
    },
    { start: '2025-12-01T09:00:00Z' },
  ),
  'a day that was left out': story(
    async (sim) => {
      // Samoa went from 29 to 31 December 2011.
      await agree(
        sim,
        celebrant('Left', { birthday: '1980-12-30' }, 'Pacific/Apia'),
        celebrant('Before', { birthday: '1980-12-25' }, 'Pacific/Apia'),
      );
      await sim.advanceTo('2013-01-10T00:00:00Z');
    },
    { start: '2011-12-01T09:00:00Z' },
  ),
  anniversaries: story(
    async (sim) => {
      await agree(
        sim,
        // This very day: eight in the morning in Berlin.
        celebrant('Today', { customerSince: '2026-03-02' }),
        // The evening of 30 April in New York.
        celebrant('York', { customerSince: '2020-05-01T01:30:00Z' }, 'America/New_York'),
        celebrant('Ahead', { customerSince: '2027-06-01' }),
        celebrant('Yearless', { customerSince: '07-01' }),
        celebrant('Seconds', { customerSince: 946_684_800 }),
      );
      await sim.advanceTo('2028-07-15T00:00:00Z');
    },
    { start: '2026-03-02T07:00:00Z' },
  ),
  'both on one day': story(async (sim) => {
    await agree(
      sim,
      celebrant('Same', { birthday: '1990-04-10', customerSince: '2020-04-10' }),
      celebrant('Leap', { birthday: '1996-02-29', customerSince: '2020-02-28' }),
      celebrant('Close', { birthday: '1990-04-10', customerSince: '2020-04-12' }),
    );
    await sim.advanceTo('2027-04-01T00:00:00Z');
  }),
  redeemed: story(async (sim) => {
    const [capitals, small, other, late] = ['Capitals', 'Small', 'Other', 'Late'].map((name) =>
      celebrant(name, { birthday: '1990-04-10' }),
    ) as [typeof ana, typeof ana, typeof ana, typeof ana];
    await agree(sim, capitals, small, other, late);
    await sim.advanceTo('2026-04-12T12:00:00Z');
    const codes = {
      capitals: await codeOf(sim, capitals),
      small: await codeOf(sim, small),
      other: await codeOf(sim, other),
      late: await codeOf(sim, late),
    };
    await happens(
      sim,
      redeems(capitals, codes.capitals),
      redeems(small, codes.small.toLowerCase()),
      // Somebody else's code, and one of another campaign.
      redeems(other, codes.late),
      redeems(other, 'WELCOMEBACK15'),
    );
    await sim.advanceTo('2026-04-20T12:00:00Z');
    await happens(sim, redeems(late, codes.late));
    const first = await ends(sim);
    await sim.advanceTo('2027-04-12T12:00:00Z');
    // Last year's code again.
    await happens(sim, redeems(capitals, codes.capitals));
    await sim.advanceTo('2027-05-01T12:00:00Z');
    return { codes, first, next: await codeOf(sim, capitals) };
  }),
  consent: story(async (sim) => {
    const of = (name: string) => celebrant(name, { birthday: '1990-04-10' });
    const [never, out, pending, withdraws, returns, bounces] = [
      ...[of('Never'), of('Out'), of('Pending')],
      ...[of('Withdraws'), of('Returns'), of('Bounces')],
    ] as [typeof ana, typeof ana, typeof ana, typeof ana, typeof ana, typeof ana];
    await happens(sim, did(never, 'logged_in'), consent(out, 'opted_out'), consent(pending, 'pending'));
    await agree(sim, withdraws, returns, bounces);
    await sim.advanceTo('2026-04-12T12:00:00Z');
    await happens(sim, consent(withdraws, 'opted_out', 'unsubscribed'), consent(returns, 'opted_out'));
    await ask(sim, 'Suppress', { email: bounces.email });
    await sim.advanceBy({ days: 3 });
    await happens(sim, consent(returns, 'opted_in'));
    await sim.advanceBy({ days: 10 });
  }),
  'birthdays that change': story(async (sim) => {
    const of = (name: string) => celebrant(name, { birthday: '1990-04-10' });
    const [before, during, later, cleared, erased] = ['Before', 'During', 'Later', 'Cleared', 'Erased'].map(
      of,
    ) as [typeof ana, typeof ana, typeof ana, typeof ana, typeof ana];
    await agree(sim, before, during, later, cleared, erased);
    await sim.advanceTo('2026-04-01T12:00:00Z');
    await happens(sim, changes(before, { properties: { birthday: '1990-04-20' } }));
    // Between the gift and its reminder.
    await sim.advanceTo('2026-04-12T12:00:00Z');
    await happens(
      sim,
      changes(during, { properties: { birthday: '1990-04-15' } }),
      changes(later, { properties: { birthday: '1990-12-10' } }),
      changes(cleared, { properties: { birthday: null } }),
    );
    await ask(sim, 'Erase', { email: erased.email });
    await sim.advanceTo('2028-01-01T12:00:00Z');
  }),
  'told on the day': story(
    async (sim) => {
      await agree(sim, ana);
      // Ten minutes past nine.
      await sim.advanceTo('2026-04-10T07:10:00Z');
      await agree(sim, bor);
      await sim.advanceTo('2027-04-11T00:00:00Z');
    },
    { start: '2026-04-10T06:55:00Z' },
  ),
  'moves to another zone': story(async (sim) => {
    const west = celebrant('West', { birthday: '1990-04-10' });
    const date = celebrant('Date', { birthday: '1990-04-10' }, 'Pacific/Apia');
    await agree(sim, west, date);
    // 8:30 in Berlin: nine o'clock is still to come in New York.
    await sim.advanceTo('2026-04-10T06:30:00Z');
    await happens(sim, changes(west, { timezone: 'America/New_York' }));
    // In Honolulu the day begins when it is over in Apia.
    await happens(sim, changes(date, { timezone: 'Pacific/Honolulu' }));
    await sim.advanceBy({ days: 20 });
  }),
  'little is known': story(async (sim) => {
    const nobody = { email: 'nobody@example.com', properties: { birthday: '1990-04-10' } };
    const nepal = { email: 'nepal@example.com', country: 'NP', properties: { birthday: '1990-04-10' } };
    await happens(sim, consent(nobody, 'opted_in'), consent(nepal, 'opted_in'));
    const phone = { phone: '+4915112345678', properties: { customerSince: '2020-04-10' } };
    await happens(sim, {
      ...did(phone, 'logged_in'),
      consent: { email: 'opted_in', source: 'telephone' },
    });
    await agree(
      sim,
      { ...ana, email: 'eve@example.com', firstName: '<img src=x onerror=alert(1)> & Eve' },
      celebrant('Soon', { birthday: 'soon', customerSince: '' }),
      celebrant('None', { birthday: '13-45', customerSince: null }),
      celebrant('Objects', { birthday: {}, customerSince: [1] }),
      celebrant('Slashes', { birthday: '4/10/1990' }),
    );
    await sim.advanceBy({ days: 60 });
  }),
  'off on the day': story(async (sim) => {
    const of = (name: string, birthday: string) => celebrant(name, { birthday });
    await agree(sim, of('Long', '04-06'), of('Night', '04-10'), of('Reminded', '04-01'));
    await sim.advanceTo('2026-04-05T12:00:00Z');
    await sim.unpublish(JOURNEY);
    // 23:00 in Berlin: four days after the one birthday, fourteen hours after the other.
    await sim.advanceTo('2026-04-10T21:00:00Z');
    await sim.publish(JOURNEY);
    await sim.advanceBy({ days: 2 });
    await sim.unpublish(JOURNEY);
    await sim.advanceTo('2026-06-01T12:00:00Z');
    await sim.publish(JOURNEY);
    await sim.advanceBy({ hours: 1 });
    const first = await ends(sim);
    await sim.advanceTo('2027-04-20T12:00:00Z');
    return first;
  }),
  'known before it was published': story(
    async (sim) => {
      await sim.publish('Record events from sites and shops in the contact store');
      await agree(sim, ana, celebrant('Past', { birthday: '1990-02-20' }));
      await sim.advanceBy({ days: 10 });
      await sim.publish(JOURNEY);
      await sim.advanceTo('2026-05-01T12:00:00Z');
    },
    { published: [] },
  ),
  'n8n starts again in between': story(async (sim) => {
    await agree(sim, ana, bor);
    await sim.restart();
    await sim.advanceTo('2026-04-12T12:00:00Z');
    await sim.restart();
    await happens(sim, redeems(bor, await codeOf(sim, bor)));
    await sim.advanceTo('2026-12-01T12:00:00Z');
    await sim.restart();
    await sim.advanceTo('2027-04-12T12:00:00Z');
  }),
  'mails that fail': story(
    async (sim) => {
      await agree(sim, ana, bor, cene, dana);
      await sim.advanceTo('2026-05-01T12:00:00Z');
    },
    {
      failures: [
        { node: 'Send the Gift', when: { to: ana.email }, error: 'Try later', times: 1 },
        { node: 'Send the Gift', when: { to: bor.email }, error: 'Mailbox busy' },
        { node: 'Send the Reminder', when: { to: cene.email }, error: 'No such mailbox' },
      ],
    },
  ),
  'one code for everybody': story(
    async (sim) => {
      await agree(sim, ana, bor);
      await sim.advanceTo('2026-04-10T07:00:10Z');
      await happens(sim, redeems(bor, 'HAPPY10'));
      await sim.advanceBy({ minutes: 1 });
    },
    settingsOf(JOURNEY, {
      ...{ giftCode: 'HAPPY10', remindAfter: 20, remindUnit: 'seconds', quietHours: false },
      birthdayText: 'cheers!',
    }),
  ),
  'a test run from the editor': story(async (sim) => {
    await agree(sim, ana, celebrant('Since', { customerSince: '2020-05-01' }));
    await sim.unpublish(JOURNEY);
    const [{ contact } = {}] = await ask(sim, 'List Contacts');
    const run = await sim.run({ workflow: JOURNEY, startNode: 'Start on Their Anniversary', mode: 'manual' });
    const bare = await sim.run({
      workflow: JOURNEY,
      startNode: 'Start on Their Birthday',
      items: [{ contact, date: { property: 'birthday' } }],
      mode: 'manual',
    });
    return [run, bare].map(({ status, outputs }) => ({ status, nodes: Object.keys(outputs) }));
  }),
} satisfies Scenarios;
