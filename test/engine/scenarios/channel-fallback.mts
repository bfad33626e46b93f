import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation } from '../../../simulator/simulate.mts';
import { record } from './contact-store-data.mts';
import { node, workflow } from './workflow-parts.mts';

const OURS = 'n8n-nodes-marketing-automation';

const fallback = (name: string, parameters: object = {}) =>
  node(name, `${OURS}.channelFallback`, {
    message: 'intro',
    options: { reactionMinutes: 30 },
    ...parameters,
  });
const tell = (name: string, operation: string, chosenBy: string) =>
  node(name, `${OURS}.contactStore`, {
    resource: 'message',
    operation,
    messageId: `={{ $('${chosenBy}').item.json.message.id }}`,
  });
const mail = (name: string) =>
  node(
    name,
    'emailSend',
    {
      fromEmail: 'shop@example.com',
      toEmail: '={{ $json.message.address }}',
      subject: 'Hello',
      emailFormat: 'text',
      text: '={{ JSON.stringify($json.channel) }}',
      options: { appendAttribution: false },
    },
    2.1,
    { onError: 'continueErrorOutput' },
  );
const sms = (name: string) =>
  node(name, 'twilio', {
    resource: 'sms',
    operation: 'send',
    from: '+15005550006',
    to: '={{ $json.message.address }}',
    message: 'A mail waits for you',
    options: {},
  });

/** People come in as items; who has no answer an hour after the mail gets a text message. */
const journey = workflow(
  'Reach',
  [
    node('Begin', 'manualTrigger'),
    node('Save', `${OURS}.contactStore`, { resource: 'contact', operation: 'upsert', data: 'item' }),
    node('Agree to E-Mail', `${OURS}.contactStore`, {
      resource: 'consent',
      operation: 'set',
      channel: { __rl: true, mode: 'name', value: 'email' },
      status: 'opted_in',
      source: 'form',
    }),
    node('Agree to SMS', `${OURS}.contactStore`, {
      resource: 'consent',
      operation: 'set',
      channel: { __rl: true, mode: 'name', value: 'sms' },
      status: 'opted_in',
      source: 'form',
    }),
    fallback('Choose'),
    mail('Mail'),
    tell('Confirm Mail', 'confirm', 'Choose'),
    tell('Fail Mail', 'fail', 'Choose'),
    node('Bring Back', 'set', { mode: 'raw', jsonOutput: "={{ $('Choose').item.json }}", options: {} }, 3.4),
    node('Wait', `${OURS}.waitUntilDate`, { until: 'period', amount: 1, unit: 'hours' }),
    fallback('Choose Again'),
    sms('Text'),
    tell('Confirm Text', 'confirm', 'Choose Again'),
  ],
  [
    [
      'Begin',
      'Save',
      'Agree to E-Mail',
      'Agree to SMS',
      'Choose',
      'Mail',
      'Confirm Mail',
      'Bring Back',
      'Wait',
      'Choose Again',
    ],
    ['Mail#1', 'Fail Mail', 'Choose Again'],
    ['Choose Again#1', 'Text', 'Confirm Text'],
  ],
);

const ann = { email: 'ann@example.com', phone: '+442079460958', timezone: 'America/New_York' };
const ben = { email: 'ben@example.com', phone: '+442079460959', timezone: 'America/New_York' };
const simulation = { timezone: 'America/New_York', workflows: [journey] };
const begin = (sim: Simulation, ...items: object[]) =>
  sim.run({ workflow: 'Reach', mode: 'production', items: items as never });

export default {
  'goes to the next channel at once where one fails, and after an hour without an answer': {
    // Noon in New York.
    simulation: {
      ...simulation,
      start: '2026-03-02T17:00:00Z',
      failures: [{ node: 'Mail', when: { to: 'ben@example.com' }, error: 'Mailbox full' }],
    },
    async run(sim: Simulation) {
      await begin(sim, ann, ben);
      await sim.advanceBy({ hours: 3 });
    },
  },
  'stops at an answer': {
    simulation: { ...simulation, start: '2026-03-02T17:00:00Z' },
    async run(sim: Simulation) {
      await begin(sim, ann);
      await sim.advanceBy({ minutes: 20 });
      await record({ email: 'ann@example.com' }, 'email_opened', { message: 'intro' });
      await sim.advanceBy({ hours: 3 });
    },
  },
  'holds over the night in which clocks change': {
    // Saturday, 22:30 in New York; the clocks are put forward at two.
    simulation: { ...simulation, start: '2026-03-08T03:30:00Z' },
    async run(sim: Simulation) {
      await begin(sim, ann);
      await sim.advanceBy({ days: 1 });
    },
  },
} satisfies Scenarios;
