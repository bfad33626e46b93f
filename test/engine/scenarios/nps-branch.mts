import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { record } from './contact-store-data.mts';
import { node, workflow } from './workflow-parts.mts';

const OURS = 'n8n-nodes-marketing-automation';
const simulation = { start: '2026-03-02T09:00:00Z', timezone: 'Europe/Berlin' };

const mail = (subject: string) =>
  node(
    subject,
    'emailSend',
    {
      fromEmail: 'shop@example.com',
      toEmail: '={{ $json.contact?.email ?? $json.email ?? "nobody@example.com" }}',
      subject,
      emailFormat: 'text',
      text: '={{ JSON.stringify($json.nps ?? $json) }}',
      options: { appendAttribution: false },
    },
    2.1,
  );

const branches = (scale: string, names: readonly string[], parameters: object = {}) =>
  workflow(
    scale,
    [
      node('Begin', 'manualTrigger'),
      node('Ask', `${OURS}.npsBranch`, { scale, answer: '={{ $json.reply }}', ...parameters }),
      ...names.map(mail),
    ],
    [['Begin', 'Ask'], ...names.map((name, output) => [`Ask#${output}`, name])],
  );

const NAMES = ['High', 'Middle', 'Low', 'None'];

/** Every answer starts the workflow, which looks at the answer: it must not start itself. */
const listening = (second: string) =>
  workflow(
    second,
    [
      node('When They Answer', `${OURS}.contactTrigger`, {
        on: 'event_recorded',
        eventType: { __rl: true, mode: 'name', value: 'survey_answered' },
      }),
      node('Ask', `${OURS}.npsBranch`, { answer: '={{ $json.event.properties.score }}', second }),
      ...NAMES.map(mail),
    ],
    [['When They Answer', 'Ask'], ...NAMES.map((name, output) => [`Ask#${output}`, name])],
  );

const strict = workflow(
  'strict',
  [
    node('Begin', 'manualTrigger'),
    node('Ask', `${OURS}.npsBranch`, { answer: '={{ $json.reply }}' }, 1, { onError: 'continueErrorOutput' }),
    mail('Failed'),
  ],
  [['Begin', 'Ask#4', 'Failed']],
);

const REPLIES = ['9 – great', '7/10', '3', "I'd say 9"].map((reply, at) => ({
  email: `p${at}@example.com`,
  reply,
}));

const totals = workflow(
  'totals',
  [
    node('Begin', 'manualTrigger'),
    node('Total', `${OURS}.contactStore`, {
      resource: 'survey',
      operation: 'getTotals',
      survey: { __rl: true, mode: 'name', value: 'nps' },
    }),
  ],
  [['Begin', 'Total']],
);

export default {
  'answers by their score, and their totals': {
    simulation: { ...simulation, workflows: [branches('nps', NAMES), totals] },
    async run(sim: Simulation) {
      await sim.run({ workflow: 'nps', mode: 'production', items: REPLIES });
      return sim.run({ workflow: 'totals', mode: 'production', items: [{}] });
    },
  },
  'a scale of one’s own': {
    simulation: {
      ...simulation,
      workflows: [branches('own', NAMES, { lowest: 0, highest: 10, satisfiedFrom: 7, survey: 'happy' })],
    },
    run: (sim: Simulation) => sim.run({ workflow: 'own', mode: 'production', items: REPLIES }),
  },
  'an answer that starts the workflow, replacing': {
    simulation: { ...simulation, workflows: [listening('replace')] },
    async run(sim: Simulation) {
      await record({ email: 'ana@example.com' }, 'survey_answered', { survey: 'nps', score: 10 });
      await sim.advanceBy({ days: 1 });
      await record({ email: 'ana@example.com' }, 'survey_answered', { survey: 'nps', score: 2 });
      await sim.advanceBy({ days: 1 });
    },
  },
  'an answer that starts the workflow, keeping both': {
    simulation: { ...simulation, workflows: [listening('keepBoth')] },
    async run(sim: Simulation) {
      await record({ email: 'ana@example.com' }, 'survey_answered', { survey: 'nps', score: 10 });
      await sim.advanceBy({ days: 1 });
    },
  },
  'an item without a contact, through the error output': {
    simulation: { ...simulation, workflows: [strict] },
    run: (sim: Simulation) => sim.run({ workflow: 'strict', mode: 'production', items: [{ reply: '9' }] }),
  },
} satisfies Scenarios;
