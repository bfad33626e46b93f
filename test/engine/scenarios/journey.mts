import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { record } from './contact-store-data.mts';
import { node, workflow } from './workflow-parts.mts';

const OURS = 'n8n-nodes-marketing-automation';
const name = (value: string) => ({ __rl: true, mode: 'name', value });

const mail = (subject: string) =>
  node(
    subject,
    'emailSend',
    {
      fromEmail: 'shop@example.com',
      toEmail: '={{ $json.contact.email }}',
      subject,
      emailFormat: 'text',
      text: '={{ JSON.stringify({ journey: $json.journey, leftBy: $json.wait?.leftBy }) }}',
      options: { appendAttribution: false },
    },
    2.1,
  );

/** A sign-up starts it; two mails a week apart, until they order. */
const welcome = (more: object = {}, days = 7) =>
  workflow(
    'Welcome',
    [
      node('When They Sign Up', `${OURS}.contactTrigger`, {
        on: 'event_recorded',
        eventType: name('subscribed'),
      }),
      node('Enter', `${OURS}.journey`, {
        journey: name('welcome'),
        goalBy: 'json',
        ruleJson: '{ "event": "order_placed" }',
        ...more,
      }),
      mail('First'),
      node('Bring Back', 'set', { mode: 'raw', jsonOutput: "={{ $('Enter').item.json }}", options: {} }, 3.4),
      node('Wait', `${OURS}.waitUntilDate`, { until: 'period', amount: days, unit: 'days' }),
      mail('Second'),
      node('Leave', `${OURS}.journey`, {
        operation: 'leave',
        journey: name('welcome'),
        reason: 'both mails sent',
      }),
      mail('Stopped'),
      mail('Not In'),
    ],
    [
      ['When They Sign Up', 'Enter', 'First', 'Bring Back', 'Wait', 'Second'],
      ['Wait', 'Leave'],
      ['Wait#1', 'Stopped'],
      ['Enter#1', 'Not In'],
    ],
  );
const told = workflow(
  'Told',
  [
    node('When It Ends', `${OURS}.contactTrigger`, { on: 'journey_completed', journeys: ['welcome'] }),
    mail('Goal'),
  ],
  [['When It Ends', 'Goal']],
);
const simulation = { start: '2026-03-02T09:00:00Z', timezone: 'Europe/Berlin' };
const signsUp = (who: string) => record({ email: `${who}@example.com` }, 'subscribed');
const orders = (who: string) => record({ email: `${who}@example.com` }, 'order_placed');

export default {
  'lets go at once of who reaches the goal, in the middle of a wait': {
    simulation: { ...simulation, workflows: [welcome(), told] },
    async run(sim: Simulation) {
      await signsUp('ana');
      await signsUp('bor');
      await sim.advanceBy({ days: 2 });
      await orders('ana');
      await sim.advanceBy({ days: 10 });
    },
  },
  'ends a stay at its own moment': {
    simulation: {
      ...simulation,
      workflows: [welcome({ entryOptions: { longestStay: 3, longestUnit: 'days' } }), told],
    },
    async run(sim: Simulation) {
      await signsUp('ana');
      await sim.advanceBy({ days: 10 });
    },
  },
  'lets in once, or again': {
    simulation: { ...simulation, workflows: [welcome({ reentry: 'afterLeaving' }), told] },
    async run(sim: Simulation) {
      await signsUp('ana');
      await sim.advanceBy({ days: 1 });
      await signsUp('ana');
      await sim.advanceBy({ days: 9 });
      await signsUp('ana');
      await sim.advanceBy({ days: 9 });
    },
  },
  'goes on after a restart': {
    simulation: { ...simulation, workflows: [welcome(), told] },
    async run(sim: Simulation) {
      await signsUp('ana');
      await signsUp('bor');
      await sim.advanceBy({ days: 1 });
      await sim.restart();
      await orders('ana');
      await sim.advanceBy({ days: 10 });
    },
  },
} satisfies Scenarios;
