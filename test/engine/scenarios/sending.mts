import type { Scenarios } from '../../../simulator/scenario.mts';
import type { SimulationOptions, WorkflowJson } from '../../../simulator/simulate.mts';
import { node, workflow } from './workflow-parts.mts';

const start = '2026-03-01T09:00:00Z';
const people = ['ana', 'bor', 'cene'].map((name) => ({
  contact: { id: name, email: `${name}@example.com` },
}));
const mail = (more = {}) =>
  node(
    'Send',
    'emailSend',
    {
      fromEmail: 'shop@example.com',
      toEmail: '={{ $json.contact.email }}',
      subject: 'Hello',
      emailFormat: 'html',
      html: '=<p>Dear {{ $json.contact.id }}</p>',
    },
    2.1,
    more,
  );
const mailing = (more = {}): WorkflowJson =>
  workflow(
    'mailing',
    [node('Begin', 'manualTrigger'), mail(more), node('Sent', 'noOp'), node('Failed', 'noOp')],
    [
      ['Begin', 'Send', 'Sent'],
      ['Send#1', 'Failed'],
    ],
  );

function sending(more: object, options: Partial<SimulationOptions>) {
  return {
    simulation: { workflows: [mailing(more)], start, ...options },
    async run(simulation: Parameters<Scenarios[string]['run']>[0]) {
      const began = performance.now();
      const run = await simulation.run({ workflow: 'mailing', items: people, mode: 'production' });
      return { ...run, realSeconds: (performance.now() - began) / 1000 };
    },
  };
}

const channels = workflow(
  'channels',
  [
    node('Begin', 'manualTrigger'),
    node('Text', 'twilio', {
      from: '+15550000001',
      to: '={{ $json.contact.phone }}',
      message: '=Hi {{ $json.contact.id }}',
    }),
    node(
      'Ask',
      'httpRequest',
      {
        method: 'POST',
        url: '=https://api.example.com/people/{{ $("Begin").item.json.contact.id }}',
        sendHeaders: true,
        headerParameters: { parameters: [{ name: 'X-Key', value: 'k' }] },
        sendBody: true,
        bodyParameters: { parameters: [{ name: 'text', value: '={{ $json.body }}' }] },
      },
      4.2,
    ),
    node(
      'Tell',
      'slack',
      {
        select: 'channel',
        channelId: { __rl: true, mode: 'name', value: '#sales' },
        text: '={{ $json.grade }}',
      },
      2.2,
    ),
  ],
  [['Begin', 'Text', 'Ask', 'Tell']],
);

const refused = (type: string): Scenarios[string] => ({
  simulation: {
    workflows: [workflow('w', [node('Begin', 'manualTrigger'), node('Far', type)], [['Begin', 'Far']])],
    start,
  },
  run: () => Promise.resolve(),
});

export default {
  'all go': sending({}, {}),
  'the second fails': sending({}, { failures: [{ node: 'Send', when: { nth: 2 }, error: 'Mailbox busy' }] }),
  'tried again': sending(
    { retryOnFail: true, maxTries: 3, waitBetweenTries: 5000 },
    { failures: [{ node: 'Send', when: { nth: 1 }, error: 'Connection lost' }] },
  ),
  'one recipient to the error output': sending(
    { onError: 'continueErrorOutput' },
    {
      failures: [
        { node: 'Send', workflow: 'mailing', when: { to: 'BOR@example.com' }, error: 'No such mailbox' },
      ],
    },
  ),
  'unsure whether it left': sending(
    { onError: 'continueRegularOutput' },
    { failures: [{ node: 'Send', when: { to: 'ana@example.com' }, error: 'Timeout', afterSending: true }] },
  ),
  'no recipient': {
    simulation: { workflows: [mailing({ onError: 'continueErrorOutput' })], start },
    run: (simulation) =>
      simulation.run({ workflow: 'mailing', items: [{ contact: { email: '' } }], mode: 'production' }),
  },
  'other channels': {
    simulation: {
      ...{ workflows: [channels], start },
      people: [{ phone: '+38640000000', timezone: 'Asia/Kolkata' }],
      responses: [{ url: 'api.example.com', body: { grade: 'A' } }],
    },
    async run(simulation) {
      const items = [{ contact: { id: 'ana', phone: '+38640000000' } }];
      const well = await simulation.run({ workflow: 'channels', items, mode: 'production' });
      simulation.respondWith({ node: 'Ask', status: 503 });
      const ill = await simulation.run({ workflow: 'channels', items, mode: 'production' });
      return { well, ill };
    },
  },
  'a network node without a recorder': refused('hubspot'),
  'an unknown node': refused('@n8n/n8n-nodes-langchain.agent'),
  'an operation without a recorder': {
    simulation: {
      workflows: [
        workflow(
          'w',
          [
            node('Begin', 'manualTrigger'),
            node('Call', 'twilio', { resource: 'call', operation: 'make', from: '1', to: '2', message: 'x' }),
          ],
          [['Begin', 'Call']],
        ),
      ],
      start,
    },
    run: (simulation) => simulation.run({ workflow: 'w', mode: 'production' }),
  },
} satisfies Scenarios;
