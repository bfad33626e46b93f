import type { Scenarios } from '../../../simulator/scenario.mts';
import { node, workflow } from './workflow-parts.mts';

const start = '2026-03-01T09:00:00Z';
const ana = { id: 'c1', email: 'ana@example.com', firstName: 'Ana', timezone: 'Europe/Ljubljana' };
const receive = (path: string, more = {}) =>
  node('Receive', 'webhook', { httpMethod: 'POST', path, ...more }, 2);
const set = (name: string, output: string) => node(name, 'set', { mode: 'raw', jsonOutput: output }, 3.4);

const welcome = workflow(
  'welcome',
  [
    receive('sign-up'),
    node(
      'Settings',
      'set',
      {
        assignments: { assignments: [{ id: 'a', name: 'shop', value: 'Example Shop', type: 'string' }] },
        includeOtherFields: true,
      },
      3.4,
    ),
    set('Pick Contact', '={{ { contact: $json.body.contact, shop: $json.shop, seenAt: $now.toISO() } }}'),
    node(
      'Send Welcome',
      'emailSend',
      {
        fromEmail: '={{ $json.shop }} <shop@example.com>',
        toEmail: '={{ $json.contact.email }}',
        subject: '=Hello {{ $json.contact.firstName }}',
        emailFormat: 'text',
        text: '=It is {{ $now.setZone($json.contact.timezone).toFormat("HH:mm") }} with you. {{ $json.seenAt }}',
        options: { appendAttribution: false },
      },
      2.1,
    ),
  ],
  [['Receive', 'Settings', 'Pick Contact', 'Send Welcome']],
);

const isAna = {
  conditions: {
    options: { version: 2, caseSensitive: true, typeValidation: 'strict' },
    combinator: 'and',
    conditions: [
      {
        id: 'x',
        leftValue: '={{ $json.body.email }}',
        rightValue: 'ana@example.com',
        operator: { type: 'string', operation: 'equals' },
      },
    ],
  },
};

const answering = workflow(
  'answering',
  [
    receive('answer', { responseMode: 'responseNode' }),
    node('Known?', 'if', isAna, 2.2),
    node(
      'Accept',
      'respondToWebhook',
      {
        respondWith: 'json',
        responseBody: '={{ { greeted: $json.body.email } }}',
        options: { responseCode: 201, responseHeaders: { entries: [{ name: 'X-Shop', value: 'example' }] } },
      },
      1.4,
    ),
    node(
      'Refuse',
      'respondToWebhook',
      { respondWith: 'text', responseBody: 'The field "email" is unknown', options: { responseCode: 400 } },
      1.4,
    ),
  ],
  [
    ['Receive', 'Known?', 'Accept'],
    ['Known?#1', 'Refuse'],
  ],
);

const lastNode = workflow(
  'last node',
  [
    receive('last', { responseMode: 'lastNode' }),
    set('Sum', '={{ { sum: $json.body.a + $json.body.b, id: $json.params.id } }}'),
  ],
  [['Receive', 'Sum']],
);

const failing = workflow(
  'failing',
  [
    receive('failing', { responseMode: 'lastNode' }),
    node('Stop', 'stopAndError', { errorMessage: 'Not today' }),
  ],
  [['Receive', 'Stop']],
);

const guarded = workflow(
  'guarded',
  [
    receive('guarded', { authentication: 'headerAuth', responseMode: 'lastNode' }),
    set('Say', '={{ { ok: true } }}'),
  ],
  [['Receive', 'Say']],
);

const dynamic = workflow(
  'dynamic',
  [
    node('Read', 'webhook', { path: 'cart/:cartId', responseMode: 'lastNode' }, 2, { webhookId: 'hook-1' }),
    set('Echo', '={{ { cart: $json.params.cartId, coupon: $json.query.coupon } }}'),
  ],
  [['Read', 'Echo']],
);

const form = workflow(
  'form',
  [
    node(
      'Ask',
      'formTrigger',
      {
        formTitle: 'Sign up',
        formFields: {
          values: [
            { fieldLabel: 'Email', fieldType: 'email', requiredField: true },
            { fieldLabel: 'First Name' },
          ],
        },
        options: { path: 'join' },
      },
      2.2,
    ),
    set('Keep', '={{ { email: $json.Email, at: $json.submittedAt } }}'),
  ],
  [['Ask', 'Keep']],
);

const code = workflow(
  'code',
  [
    node('Begin', 'manualTrigger'),
    node('Once', 'code', { jsCode: clockCode('$input.first().json.name') }, 2),
    node('Each', 'code', { mode: 'runOnceForEachItem', jsCode: clockCode('$json.name') }, 2),
  ],
  [
    ['Begin', 'Once'],
    ['Begin', 'Each'],
  ],
  { settings: { timezone: 'Asia/Tokyo' } },
);

function clockCode(name: string): string {
  return `return { json: {
    name: ${name},
    now: $now,
    today: $today.toISODate(),
    date: new Date().toISOString(),
    epoch: Date.now(),
    luxon: DateTime.now().toUTC().toISO(),
    isDate: new Date() instanceof Date,
    given: new Date('2020-02-02T00:00:00Z').getUTCFullYear(),
  } };`;
}

const parent = workflow(
  'parent',
  [
    node('Begin', 'manualTrigger'),
    node(
      'Call',
      'executeWorkflow',
      { workflowId: { __rl: true, mode: 'id', value: 'child' }, options: { waitForSubWorkflow: true } },
      1.2,
    ),
    set('After', '={{ { got: $json.doubled } }}'),
  ],
  [['Begin', 'Call', 'After']],
);
const child = workflow(
  'child',
  [
    node('When Called', 'executeWorkflowTrigger', { inputSource: 'passthrough' }, 1.1),
    set('Double', '={{ { doubled: $json.n * 2 } }}'),
  ],
  [['When Called', 'Double']],
);

export default {
  'a mail by webhook': {
    simulation: { workflows: [welcome], start, timezone: 'America/New_York' },
    async run(simulation) {
      await simulation.advanceBy({ minutes: 30 });
      return await simulation.request({ path: 'sign-up', body: { contact: ana } });
    },
  },
  'settings patched': {
    simulation: { workflows: [welcome], start, settings: { welcome: { shop: 'Patched' } } },
    run: (simulation) => simulation.request({ workflow: 'welcome', body: { contact: ana } }),
  },
  'parameters patched': {
    simulation: {
      ...{ workflows: [welcome], start },
      parameters: {
        welcome: { 'Send Welcome': { subject: 'Other', 'options.replyTo': 'help@example.com' } },
      },
    },
    run: (simulation) => simulation.request({ workflow: 'welcome', body: { contact: ana } }),
  },
  'unknown setting': {
    simulation: { workflows: [welcome], start, settings: { welcome: { store: 'Patched' } } },
    run: () => Promise.resolve(),
  },
  responses: {
    simulation: { workflows: [answering, lastNode, failing, guarded, dynamic], start },
    async run(simulation) {
      const answers = {
        accepted: await simulation.request({ path: 'answer', body: { email: 'ana@example.com' } }),
        refused: await simulation.request({ path: 'answer', body: { email: 'x' } }),
        last: await simulation.request({ path: 'last', body: { a: 1, b: 2 } }),
        failed: await simulation.request({ path: 'failing', body: {} }),
        unsigned: await simulation.request({ path: 'guarded', body: {} }),
        signed: await simulation.request({
          path: 'guarded',
          body: {},
          headers: { 'X-Api-Key': 'simulated' },
        }),
        parameters: await simulation.request({ path: 'hook-1/cart/77', query: { coupon: 'SPRING' } }),
        address: await simulation.request({
          path: 'https://n8n.example.com/webhook/hook-1/cart/78?coupon=A',
        }),
        unknown: await simulation.request({ path: 'nowhere' }),
        broken: await simulation.request({
          ...{ path: 'last', headers: { 'content-type': 'application/json' }, body: Buffer.from('{"a":') },
        }),
        form: await simulation.request({ path: 'last', body: new URLSearchParams({ a: '1', b: '2' }) }),
      };
      return Object.fromEntries(
        Object.entries(answers).map(([name, { status, headers, body }]) => [
          name,
          { status, body, shop: headers['x-shop'], type: headers['content-type'] },
        ]),
      );
    },
  },
  'a form': {
    simulation: { workflows: [form], start, timezone: 'Europe/Paris' },
    async run(simulation) {
      const page = await simulation.request({ path: 'form/join' });
      const fields = { 'field-0': 'ana@example.com', 'field-1': 'Ana' };
      const submitted = await simulation.request({ path: 'form/join', form: fields });
      return { page: String(page.body).match(/<title>.*<\/title>/)?.[0], submitted: submitted.body };
    },
  },
  'the time in code': {
    simulation: { workflows: [code], start },
    async run(simulation) {
      await simulation.advanceTo('2026-07-01T20:15:00Z');
      const items = [{ name: 'first' }, { name: 'second' }];
      return (await simulation.run({ workflow: 'code', items, mode: 'manual' })).outputs;
    },
  },
  'a sub-workflow': {
    simulation: { workflows: [parent, child], start },
    run: (simulation) =>
      simulation.run({ workflow: 'parent', items: [{ n: 2 }, { n: 3 }], mode: 'production' }),
  },
  'an unpublished sub-workflow': {
    simulation: { workflows: [parent, child], published: ['parent'], start },
    run: (simulation) => simulation.run({ workflow: 'parent', items: [{ n: 2 }], mode: 'production' }),
  },
} satisfies Scenarios;
