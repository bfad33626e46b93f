import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { record, storeClock, upsert, useCase } from './contact-store-data.mts';
import { node, workflow } from './workflow-parts.mts';

const trigger = (parameters: Record<string, unknown>) =>
  node('When It Happens', 'n8n-nodes-marketing-automation.contactTrigger', parameters);
const tell = node(
  'Tell',
  'emailSend',
  {
    fromEmail: 'shop@example.com',
    toEmail: '={{ $json.contact.email }}',
    subject:
      '={{ $json.event ? $json.event.type : ($json.change ? $json.change.kind + " " + ($json.change.subject ?? "") : "date " + $json.date.at) }}',
    emailFormat: 'text',
    text: '={{ JSON.stringify($json) }}',
    options: { appendAttribution: false },
  },
  2.1,
);
const story = (parameters: Record<string, unknown>) =>
  workflow('watch', [trigger(parameters), tell], [['When It Happens', 'Tell']]);
const simulate = (parameters: Record<string, unknown>, more: object = {}) => ({
  workflows: [story(parameters)],
  start: '2026-02-27T09:00:00Z',
  timezone: 'Europe/Berlin',
  ...more,
});
const event = (value: string, more: object = {}) => ({
  on: 'event_recorded',
  eventType: { __rl: true, mode: 'name', value },
  ...more,
});
const date = (more: object = {}) => ({
  on: 'date_reached',
  dateProperty: { __rl: true, mode: 'name', value: 'birthday' },
  direction: 'on',
  atTime: '09:00',
  yearly: true,
  ...more,
});

const ana = { email: 'ana@example.com', timezone: 'Europe/Ljubljana' };
const ben = { email: 'ben@example.com', timezone: 'America/New_York' };

export default {
  'events by type, beginning and condition': {
    simulation: simulate(
      event('page_*', {
        conditions: { condition: [{ property: 'topic', op: 'in', value: 'shoes, boots' }] },
        options: { moreEventTypes: 'order_placed' },
      }),
    ),
    async run(sim: Simulation) {
      await record(ana, 'page_viewed', { topic: 'shoes' });
      await record(ana, 'page_viewed', { topic: 'hats' });
      await record(ben, 'order_placed', { topic: 'boots' });
      await record(ben, 'logged_in', { topic: 'boots' });
      await sim.settle();
    },
  },
  'the same event twice': {
    simulation: simulate(event('order_placed')),
    async run(sim: Simulation) {
      await record(ana, 'order_placed', { n: 1 }, { key: 'order-1' });
      await record(ana, 'order_placed', { n: 1 }, { key: 'order-1' });
      await sim.settle();
      await record(ana, 'order_placed', { n: 1 }, { key: 'order-1' });
      await sim.settle();
    },
  },
  'a contact is created, once': {
    simulation: simulate({ on: 'contact_created' }),
    async run(sim: Simulation) {
      await upsert(ana);
      await upsert({ ...ana, firstName: 'Ana' });
      await sim.settle();
    },
  },
  'only certain fields': {
    simulation: simulate({ on: 'contact_updated', fields: 'country, properties.plan' }),
    async run(sim: Simulation) {
      await upsert({ ...ana, properties: { plan: 'free' } });
      await upsert({ ...ana, firstName: 'Ana' });
      await upsert({ ...ana, properties: { plan: 'pro' } });
      await upsert({ ...ana, properties: { plan: 'pro' } });
      await upsert({ ...ana, country: 'si' });
      await sim.settle();
    },
  },
  'a stage, a tag, a list, a consent': {
    simulation: {
      ...simulate({}),
      workflows: [
        { ...story({ on: 'stage_changed', stages: 'customer' }), name: 'stage' },
        { ...story({ on: 'tag_changed', tagAction: 'both', tags: ['vip'] }), name: 'tag' },
        { ...story({ on: 'list_changed', listAction: 'joined', lists: ['news'] }), name: 'list' },
        { ...story({ on: 'consent_changed', channels: 'email', statuses: ['opted_out'] }), name: 'consent' },
      ],
    },
    async run(sim: Simulation) {
      await upsert({ ...ana, lifecycleStage: 'lead', tags: ['vip', 'other'], lists: ['news'] });
      await upsert({ ...ana, lifecycleStage: 'customer', tags: ['vip'] });
      await useCase(
        'change-membership',
        'changeMembership',
        'tag',
        'remove',
        [{ contactId: 1, name: 'vip' }],
        storeClock(),
      );
      await useCase(
        'change-membership',
        'changeMembership',
        'list',
        'remove',
        [{ contactId: 1, name: 'news' }],
        storeClock(),
      );
      for (const status of ['opted_in', 'opted_out']) {
        const statement = {
          channel: 'email',
          status,
          at: storeClock(),
          source: 'form',
          evidence: {},
          by: 'contact',
          contactId: 1,
        };
        await useCase('set-consent', 'setConsent', [statement], storeClock());
      }
      await sim.settle();
    },
  },
  'what happened before is not looked at, what happens while n8n is down is': {
    simulation: { ...simulate(event('order_placed')), published: [] },
    async run(sim: Simulation) {
      await sim.publish('watch');
      await sim.settle();
      await record(ana, 'order_placed', { n: 1 });
      await sim.settle();
      await sim.unpublish('watch');
      await record(ana, 'order_placed', { n: 2 });
      await sim.restart();
      await sim.publish('watch');
      await sim.settle();
    },
  },
  'many at once travel in batches': {
    simulation: simulate(event('order_placed', { options: { batchSize: 40 } })),
    async run(sim: Simulation) {
      for (let n = 0; n < 100; n++) await record({ email: `c${n}@example.com` }, 'order_placed');
      await sim.settle();
    },
  },
  'birthdays in each zone, every year, also on 29 February and when the date is corrected': {
    simulation: simulate(date()),
    async run(sim: Simulation) {
      await upsert({ ...ana, properties: { birthday: '1990-02-28' } });
      await upsert({ ...ben, properties: { birthday: '2000-02-29' } });
      await upsert({ email: 'cyd@example.com', properties: { birthday: '1985-06-01' } });
      await upsert({ email: 'dan@example.com' });
      await sim.advanceBy({ days: 2 });
      await upsert({ email: 'cyd@example.com', properties: { birthday: '1985-03-05' } });
      await sim.restart();
      await sim.advanceTo('2026-03-10T00:00:00Z');
      await sim.advanceTo('2027-02-28T23:00:00Z');
      await sim.advanceTo('2028-03-01T00:00:00Z');
    },
  },
  'contacts that were there before': {
    simulation: {
      ...simulate({}),
      workflows: [
        story(event('nothing')),
        { ...story(date({ direction: 'before', offsetAmount: 3, offsetUnit: 'days' })), name: 'birthdays' },
      ],
      published: ['watch'],
    },
    async run(sim: Simulation) {
      await upsert({ ...ana, properties: { birthday: '1990-03-05' } });
      await upsert({ ...ben, properties: { birthday: 'not a date' } });
      await sim.publish('birthdays');
      await sim.advanceBy({ days: 10 });
    },
  },
  'a test run gets the latest that fits': {
    simulation: simulate(event('order_placed')),
    async run(sim: Simulation) {
      await record(ana, 'order_placed', { n: 1 });
      await record(ben, 'order_placed', { n: 2 });
      await record(ben, 'page_viewed', { n: 3 });
      await sim.settle();
      return sim.run({ workflow: 'watch', startNode: 'When It Happens', mode: 'manual' });
    },
  },
  'a test run without anything': {
    simulation: simulate(event('order_placed')),
    async run(sim: Simulation) {
      return sim.run({ workflow: 'watch', startNode: 'When It Happens', mode: 'manual' });
    },
  },
} satisfies Scenarios;
