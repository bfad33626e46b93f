import type { Scenarios } from '../../../simulator/scenario.mts';
import { node, workflow } from './workflow-parts.mts';

const CONTACT_STORE = 'n8n-nodes-marketing-automation.contactStore';

const store = (name: string, parameters: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  ...node(name, CONTACT_STORE, parameters),
  ...more,
});

/** A workflow of one operation, begun with items. */
const single = (name: string, parameters: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  workflow(name, [node('Begin', 'manualTrigger'), store('Store', parameters, more)], [['Begin', 'Store']]);

const MAPPED = {
  resource: 'contact',
  operation: 'upsert',
  data: 'fields',
  fields: {
    mappingMode: 'defineBelow',
    value: {
      email: '={{ $json.mail }}',
      firstName: '={{ $json.name }}',
      lastName: null,
      'property:plan': '={{ $json.plan }}',
    },
    matchingColumns: ['email'],
    schema: [
      {
        id: 'email',
        displayName: 'E-Mail',
        required: false,
        defaultMatch: true,
        display: true,
        canBeUsedToMatch: true,
        type: 'string',
      },
      {
        id: 'firstName',
        displayName: 'First Name',
        required: false,
        defaultMatch: false,
        display: true,
        type: 'string',
      },
      {
        id: 'lastName',
        displayName: 'Last Name',
        required: false,
        defaultMatch: false,
        display: true,
        type: 'string',
      },
      { id: 'property:plan', displayName: 'plan', required: false, defaultMatch: false, display: true },
    ],
  },
  properties: { assignments: [{ id: '1', name: 'visits', type: 'number', value: '={{ $json.visits }}' }] },
  options: { defaultCountry: 'DE', addTags: 'mapped' },
};

const simulation = {
  workflows: [
    single('Map', MAPPED),
    single('Upsert', { resource: 'contact', operation: 'upsert' }),
    single(
      'Upsert or Go On',
      { resource: 'contact', operation: 'upsert' },
      { onError: 'continueErrorOutput' },
    ),
    single('Import', { resource: 'contact', operation: 'import', options: { addLists: 'imported' } }),
    workflow(
      'Export and Import',
      [
        node('Begin', 'manualTrigger'),
        store('Export', { resource: 'contact', operation: 'export' }),
        store('Import', { resource: 'contact', operation: 'import' }),
      ],
      [
        ['Begin', 'Export'],
        ['Export', 'Import'],
      ],
    ),
    single('Get Many', { resource: 'contact', operation: 'getAll', returnAll: true }),
    single('Get', {
      resource: 'contact',
      operation: 'get',
      contactFrom: 'chosen',
      contact: { __rl: true, mode: 'email', value: '={{ $json.whom }}' },
    }),
  ],
  start: '2026-03-07T10:00:00Z',
};

const outputs = async (
  sim: Parameters<Scenarios[string]['run']>[0],
  name: string,
  items: unknown[] = [{}],
  last = 'Store',
) => {
  const run = await sim.run({ workflow: name, items: items as never, mode: 'production' });
  return { status: run.status, error: run.error ?? null, outputs: run.outputs[last] ?? [] };
};

export default {
  'fields that the editor mapped': {
    simulation,
    run: (sim) =>
      outputs(sim, 'Map', [
        { mail: 'Ann@Example.com', name: 'Ann', plan: 3, visits: '7' },
        { mail: 'ben@example.com', name: null, plan: null, visits: 1 },
      ]),
  },
  'an item that is refused': {
    simulation,
    async run(sim) {
      const items = [{ email: 'ann@example.com' }, { email: 'nobody' }];
      return [await outputs(sim, 'Upsert', items), await outputs(sim, 'Upsert or Go On', items)];
    },
  },
  'a file': {
    simulation,
    async run(sim) {
      const data = Buffer.from('E-Mail;Vorname\nann@example.com;Ann\nkein;Ben\n').toString('base64');
      const item = { json: {}, binary: { data: { data, mimeType: 'text/csv', fileName: 'contacts.csv' } } };
      const imported = await outputs(sim, 'Import', [item]);
      return {
        imported,
        again: await outputs(sim, 'Export and Import', [{}], 'Import'),
        contacts: await outputs(sim, 'Get Many'),
        one: await outputs(sim, 'Get', [{ whom: 'ANN@example.com' }]),
      };
    },
  },
} satisfies Scenarios;
