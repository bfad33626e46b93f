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
      text: '={{ JSON.stringify($json.winner ?? $json.variant) }}',
      options: { appendAttribution: false },
    },
    2.1,
  );

const VARIANTS = {
  experiment: name('subject'),
  variants: {
    variant: [
      { name: 'Short', weight: 50 },
      { name: 'Long', weight: 50 },
    ],
  },
};

/** A part tries both subjects at once; the rest waits a day and gets what did best. A tenth of all gets nothing. */
const campaign = workflow(
  'Campaign',
  [
    node('Begin', 'manualTrigger'),
    node('Save', `${OURS}.contactStore`, { resource: 'contact', operation: 'upsert', data: 'item' }),
    node('Choose a Part', `${OURS}.segmentMatch`, {
      defineBy: 'json',
      ruleJson: '{ "randomBucket": 0.4, "seed": "subject" }',
    }),
    node('Split', `${OURS}.splitTest`, { ...VARIANTS, controlPercent: 10 }),
    node('Wait', `${OURS}.waitUntilDate`, { until: 'period', amount: 1, unit: 'days' }),
    node('Take', `${OURS}.splitTest`, {
      ...VARIANTS,
      operation: 'takeWinner',
      goalMessage: 'may',
      counting: { minimumContacts: 20 },
    }),
    mail('Short'),
    mail('Long'),
    mail('Winner Short'),
    mail('Winner Long'),
  ],
  [
    ['Begin', 'Save', 'Choose a Part', 'Split', 'Short'],
    ['Split#1', 'Long'],
    ['Choose a Part#1', 'Wait', 'Take', 'Winner Short'],
    ['Take#1', 'Winner Long'],
  ],
);

const people = Array.from({ length: 200 }, (_, index) => ({ email: `p${index}@example.com` }));

export default {
  'sends the winner to the rest': {
    simulation: { start: '2026-03-02T09:00:00Z', timezone: 'Europe/Berlin', workflows: [campaign] },
    async run(sim: Simulation) {
      await sim.run({ workflow: 'Campaign', mode: 'production', items: people });
      const longs = sim
        .timeline()
        .filter(({ kind, subject }) => kind === 'sent' && String(subject).trim() === 'Long');
      await sim.advanceBy({ hours: 2 });
      for (const { to } of longs.slice(0, 30)) {
        await record({ email: String(to) }, 'email_clicked', { message: 'may' });
      }
      await sim.advanceBy({ days: 2 });
    },
  },
} satisfies Scenarios;
