import type { INodeProperties } from 'n8n-workflow';
import { COLUMN_FIELDS, type ColumnTarget } from '../../../../src/domain/contact-import/column-target';
import {
  readColumnMapping,
  type ColumnMapping,
} from '../../../../src/domain/contact-import/recognise-columns';
import type { Problem, Reading } from '../../../../src/domain/problem';
import type { Run } from '../../../execution/run';

const FIELD_NAMES: Readonly<Record<(typeof COLUMN_FIELDS)[number], string>> = {
  email: 'E-Mail',
  phone: 'Phone',
  externalId: 'External ID',
  anonymousId: 'Anonymous ID',
  pushToken: 'Push Token',
  firstName: 'First Name',
  lastName: 'Last Name',
  locale: 'Locale',
  timezone: 'Time Zone',
  country: 'Country',
  lifecycleStage: 'Lifecycle Stage',
};

/** Which columns go elsewhere than where their header says. */
export const COLUMN_MAPPING: INodeProperties = {
  displayName: 'Columns',
  name: 'columns',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true },
  placeholder: 'Add Column',
  default: {},
  options: [
    {
      displayName: 'Column',
      name: 'column',
      values: [
        {
          displayName: 'Header',
          name: 'header',
          type: 'string',
          default: '',
          placeholder: 'e.g. Kundennummer',
          description: 'The header of the column in the file, in upper or lower case',
        },
        {
          displayName: 'Goes To',
          name: 'target',
          type: 'options',
          default: 'property',
          options: [
            { name: 'Consent', value: 'consent' },
            { name: 'Custom Property', value: 'property' },
            ...COLUMN_FIELDS.map((value) => ({ name: FIELD_NAMES[value], value })),
            { name: 'Lists', value: 'lists' },
            { name: 'Nothing', value: 'nothing' },
            { name: 'Tags', value: 'tags' },
          ],
          description: 'What the cells of the column set',
        },
        {
          displayName: 'Property',
          name: 'property',
          type: 'string',
          default: '',
          placeholder: 'e.g. customerSince',
          displayOptions: { show: { target: ['property'] } },
          description: 'The name of the custom property',
        },
        {
          displayName: 'Channel',
          name: 'channel',
          type: 'string',
          default: 'email',
          displayOptions: { show: { target: ['consent'] } },
          description:
            'The channel whose consent the cells state, in words such as subscribed or unsubscribed',
        },
      ],
    },
  ],
  description:
    'Headers of Mailchimp, HubSpot, Klaviyo and of this node’s own export, and the usual names in several languages, are recognised by themselves; every other column becomes a custom property. Say here what is to be different.',
};

/** Reads what the user says of columns, by the parameter {@link COLUMN_MAPPING}. */
export function readMapping(run: Run, index: number): Reading<ColumnMapping> {
  const problems: Problem[] = [];
  const targets: Array<[string, string]> = [];
  for (const { header, target, property, channel } of run.parameters.rows('columns', 'column', index)) {
    const name = String(header ?? '').trim();
    if (name === '') problems.push({ field: 'columns', message: 'A row of Columns has no header.' });
    const detail = String((target === 'consent' ? channel : property) ?? '').trim();
    if (target === 'nothing') targets.push([name, '']);
    else if (target !== 'property' && target !== 'consent') targets.push([name, String(target)]);
    else if (detail !== '')
      targets.push([name, `${target === 'consent' ? 'consent' : 'properties'}.${detail}`]);
    else problems.push({ field: name, message: `Column "${name}" goes to a ${target} that has no name.` });
  }
  return problems.length > 0 ? { ok: false, problems } : readColumnMapping(Object.fromEntries(targets));
}

/** Where a column goes, as the output names it. */
export function targetText(target: ColumnTarget): string {
  switch (target.to) {
    case 'field':
      return target.field;
    case 'property':
      return `properties.${target.name}`;
    case 'tag':
      return 'tags';
    case 'list':
      return 'lists';
    case 'consent':
      return target.part === 'status'
        ? `consent.${target.channel}`
        : `consent.${target.channel} (${target.name})`;
    case 'nothing':
      return 'nothing';
  }
}
