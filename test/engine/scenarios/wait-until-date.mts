import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { record, useCase } from './contact-store-data.mts';
import { node, workflow } from './workflow-parts.mts';

const OURS = 'n8n-nodes-marketing-automation';

const trigger = (parameters: Record<string, unknown> = {}) =>
  node('When It Happens', `${OURS}.contactTrigger`, {
    on: 'event_recorded',
    eventType: { __rl: true, mode: 'name', value: 'cart_updated' },
    ...parameters,
  });
const wait = (parameters: Record<string, unknown>) => node('Wait', `${OURS}.waitUntilDate`, parameters);
const mail = (name: string) =>
  node(
    name,
    'emailSend',
    {
      fromEmail: 'shop@example.com',
      toEmail: '={{ $json.contact.email }}',
      subject: name,
      emailFormat: 'text',
      text: '={{ $json.wait.reasons.join("; ") }}|{{ $json.wait.attempt }}|{{ $json.wait.redelivered }}|{{ $json.event?.properties?.cartId }}',
      options: { appendAttribution: false },
    },
    2.1,
  );

const story = (waitParameters: Record<string, unknown>, triggerParameters?: Record<string, unknown>) =>
  workflow(
    'wait',
    [trigger(triggerParameters), wait(waitParameters), mail('Due'), mail('Left Early'), mail('Missed')],
    [
      ['When It Happens', 'Wait', 'Due'],
      ['Wait#1', 'Left Early'],
      ['Wait#2', 'Missed'],
    ],
  );

const ana = { email: 'ana@example.com', firstName: 'Ana', timezone: 'Europe/Ljubljana' };
const ben = { email: 'ben@example.com', firstName: 'Ben', timezone: 'America/New_York' };
const cyd = { email: 'cyd@example.com' };
const hour = { until: 'period', amount: 1, unit: 'hours' };
const simulate = (waitParameters: Record<string, unknown>, more: object = {}) => ({
  workflows: [story(waitParameters)],
  start: '2026-03-02T09:00:00Z',
  timezone: 'Europe/Berlin',
  people: [ana, ben],
  ...more,
});
const cart = (contact: object, cartId = 'c1') => record({ ...contact }, 'cart_updated', { cartId });

export default {
  'an hour, for each from when it came': {
    simulation: simulate(hour),
    async run(sim: Simulation) {
      await cart(ana);
      await sim.advanceBy({ minutes: 20 });
      await cart(ben);
      await sim.advanceBy({ hours: 3 });
    },
  },
  'the same contact again: keep': {
    simulation: simulate({ ...hour, again: 'keep' }),
    async run(sim: Simulation) {
      await cart(ana, 'first');
      await sim.advanceBy({ minutes: 30 });
      await cart(ana, 'second');
      await sim.advanceBy({ hours: 3 });
    },
  },
  'the same contact again: restart': {
    simulation: simulate({ ...hour, again: 'restart' }),
    async run(sim: Simulation) {
      await cart(ana, 'first');
      await sim.advanceBy({ minutes: 30 });
      await cart(ana, 'second');
      await sim.advanceBy({ hours: 3 });
    },
  },
  'the same contact again: both': {
    simulation: simulate({ ...hour, again: 'both' }),
    async run(sim: Simulation) {
      await cart(ana, 'first');
      await sim.advanceBy({ minutes: 30 });
      await cart(ana, 'second');
      await sim.advanceBy({ hours: 3 });
    },
  },
  'told apart by a key': {
    simulation: simulate({
      ...hour,
      again: 'restart',
      options: { key: '={{ $json.event.properties.cartId }}' },
    }),
    async run(sim: Simulation) {
      await cart(ana, 'first');
      await sim.advanceBy({ minutes: 30 });
      await cart(ana, 'second');
      await sim.advanceBy({ minutes: 10 });
      await cart(ana, 'first');
      await sim.advanceBy({ hours: 3 });
    },
  },
  'leaves early on the order of that cart': {
    simulation: simulate({
      ...hour,
      leaveOn: {
        event: [
          {
            type: 'order_placed',
            conditions: {
              condition: [
                { property: 'cartId', op: 'equals', value: '={{ $json.event.properties.cartId }}' },
              ],
            },
          },
        ],
      },
    }),
    async run(sim: Simulation) {
      await cart(ana);
      await cart(ben);
      await sim.advanceBy({ minutes: 10 });
      await record(ana, 'order_placed', { cartId: 'another' });
      await record(ben, 'order_placed', { cartId: 'c1' });
      await sim.advanceBy({ hours: 3 });
    },
  },
  'a restart, an upgrade and a publication in between': {
    simulation: simulate(hour),
    async run(sim: Simulation) {
      await cart(ana);
      await sim.advanceBy({ minutes: 20 });
      await sim.restart();
      await sim.advanceBy({ minutes: 10 });
      await sim.unpublish('wait');
      await sim.advanceBy({ hours: 5 });
      await sim.publish('wait');
      await sim.advanceBy({ minutes: 1 });
    },
  },
  'three days at nine over the change to summer time': {
    simulation: simulate(
      { until: 'period', amount: 3, unit: 'days', atTime: '09:00' },
      { start: '2026-03-06T20:00:00Z' },
    ),
    async run(sim: Simulation) {
      await cart(ana);
      await cart(ben);
      await cart(cyd);
      await sim.advanceBy({ days: 4 });
    },
  },
  'quiet hours and windows of each': {
    simulation: simulate(
      {
        until: 'period',
        amount: 10,
        unit: 'minutes',
        quietHours: true,
        quietFrom: '21:00',
        quietTo: '08:00',
        windows: { window: [{ weekdays: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }] },
      },
      { start: '2026-03-06T20:30:00Z' },
    ),
    async run(sim: Simulation) {
      await cart(ana);
      await cart(ben);
      await sim.advanceBy({ days: 4 });
    },
  },
  'due while n8n is down, back in the quiet hours': {
    simulation: simulate({ ...hour, quietHours: true, quietFrom: '21:00', quietTo: '08:00' }),
    async run(sim: Simulation) {
      await cart(ana);
      await cart(ben);
      await sim.advanceBy({ minutes: 20 });
      await sim.unpublish('wait');
      await sim.advanceTo('2026-03-02T20:30:00Z');
      await sim.publish('wait');
      await sim.advanceBy({ days: 1 });
    },
  },
  'an older event that comes late': {
    simulation: simulate({ ...hour, again: 'restart' }),
    async run(sim: Simulation) {
      await cart(ana, 'newer');
      await sim.advanceBy({ minutes: 10 });
      await record({ ...ana }, 'cart_updated', { cartId: 'older' }, { occurredAt: '2026-03-02T08:30:00Z' });
      await sim.advanceBy({ hours: 3 });
    },
  },
  'a date of the contact, before it, on time, too late and missing': {
    simulation: simulate(
      {
        until: 'contactDate',
        property: { __rl: true, mode: 'name', value: 'trialEndsAt' },
        direction: 'before',
        offsetAmount: 2,
        offsetUnit: 'days',
        atTime: '10:00',
        pastDates: 'missed',
      },
      {},
    ),
    async run(sim: Simulation) {
      await cart({ ...ana, properties: { trialEndsAt: '2026-03-10' } });
      await cart({ ...ben, properties: { trialEndsAt: '2026-03-03' } });
      await cart(cyd);
      await sim.advanceBy({ days: 10 });
    },
  },
  'a contact without the date, as an error': {
    simulation: simulate({
      until: 'contactDate',
      property: { __rl: true, mode: 'name', value: 'trialEndsAt' },
      noDate: 'error',
    }),
    async run(sim: Simulation) {
      await cart(cyd);
      await sim.settle();
    },
  },
  'a birthday on 29 February': {
    simulation: simulate(
      { until: 'anniversary', property: { __rl: true, mode: 'name', value: 'birthday' }, atTime: '09:00' },
      { start: '2026-02-20T09:00:00Z' },
    ),
    async run(sim: Simulation) {
      await cart({ ...ana, properties: { birthday: '2000-02-29' } });
      await sim.advanceBy({ days: 14 });
    },
  },
  'the next Tuesday at ten': {
    simulation: simulate({ until: 'weekday', weekdays: [2], weekdayTime: '10:00' }),
    async run(sim: Simulation) {
      await cart(ana);
      await cart(ben);
      await sim.advanceBy({ days: 8 });
    },
  },
  'one bad address among many': {
    simulation: simulate(hour, {
      failures: [{ node: 'Due', when: { to: 'ben@example.com' }, error: 'Mailbox unknown' }],
    }),
    async run(sim: Simulation) {
      for (const contact of [ana, ben, cyd]) await cart(contact);
      await sim.advanceBy({ hours: 2 });
      const failed = await useCase('waiting', 'listWaiting', { state: 'failed', limit: 10 });
      return failed;
    },
  },
  'waits in a loop': {
    simulation: {
      ...simulate(hour),
      workflows: [
        workflow(
          'wait',
          [
            trigger(),
            wait({ until: 'period', amount: 1, unit: 'days' }),
            mail('Due'),
            node(
              'Count',
              'code',
              {
                jsCode:
                  'return $("Wait").all().map((item) => ({ json: { ...item.json, round: (item.json.round ?? 0) + 1 } }));',
              },
              2,
            ),
            node(
              'Again?',
              'if',
              {
                conditions: {
                  options: { caseSensitive: true, typeValidation: 'strict', version: 2 },
                  combinator: 'and',
                  conditions: [
                    {
                      leftValue: '={{ $json.round }}',
                      rightValue: 3,
                      operator: { type: 'number', operation: 'lt' },
                    },
                  ],
                },
              },
              2.2,
            ),
          ],
          [['When It Happens', 'Wait', 'Due', 'Count', 'Again?', 'Wait']],
        ),
      ],
    },
    async run(sim: Simulation) {
      await cart(ana);
      await sim.advanceBy({ days: 6 });
    },
  },
  'a test run passes at once': {
    simulation: simulate({ until: 'period', amount: 3, unit: 'days' }),
    async run(sim: Simulation) {
      await cart(ana);
      await sim.settle();
      return sim.run({
        workflow: 'wait',
        startNode: 'Wait',
        mode: 'manual',
        items: [{ json: { contact: { email: 'ana@example.com' }, kept: true } }],
      });
    },
  },
  'not published': {
    simulation: { ...simulate(hour), published: [] },
    async run(sim: Simulation) {
      return sim.run({
        workflow: 'wait',
        startNode: 'Wait',
        mode: 'production',
        items: [{ json: { email: 'ana@example.com' } }],
      });
    },
  },
  'an unknown contact': {
    simulation: simulate(hour),
    async run(sim: Simulation) {
      return sim.run({
        workflow: 'wait',
        startNode: 'Wait',
        mode: 'production',
        items: [{ json: { email: 'nobody@example.com' } }],
      });
    },
  },
  'the execution held': {
    simulation: simulate({ until: 'period', amount: 2, unit: 'days', mode: 'hold' }),
    async run(sim: Simulation) {
      await cart(ana);
      await sim.advanceBy({ days: 3 });
    },
  },
} satisfies Scenarios;
