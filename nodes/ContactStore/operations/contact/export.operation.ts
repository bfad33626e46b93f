import { Readable } from 'node:stream';
import type { INodeProperties } from 'n8n-workflow';
import { exportContacts, type ExportFormat } from '../../../../src/app/export-contacts';
import type { Run } from '../../../execution/run';
import type { Operation } from '../../operation';
import { CONTACT_FILTERS, readContactFilter } from './contact-filters';

const FILE = {
  csv: { extension: 'csv', mimeType: 'text/csv' },
  jsonLines: { extension: 'jsonl', mimeType: 'application/x-ndjson' },
} as const;

const PROPERTIES: readonly INodeProperties[] = [
  {
    displayName: 'Format',
    name: 'format',
    type: 'options',
    default: 'csv',
    options: [
      {
        name: 'CSV',
        value: 'csv',
        description: 'For spreadsheets, and to import again; safe from formulas in what people entered',
      },
      {
        name: 'JSON Lines',
        value: 'jsonLines',
        description: 'One JSON object a line, with every identifier, for programs',
      },
    ],
    description: 'How the contacts are written',
  },
  {
    displayName: 'Put Output File in Field',
    name: 'binaryPropertyName',
    type: 'string',
    required: true,
    default: 'data',
    hint: 'The name of the output binary field to put the file in',
    description: 'Which binary field of the item holds the file',
  },
  CONTACT_FILTERS,
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options: [
      {
        displayName: 'Delimiter',
        name: 'delimiter',
        type: 'options',
        default: ',',
        displayOptions: { show: { '/format': ['csv'] } },
        options: [
          { name: 'Comma', value: ',' },
          { name: 'Semicolon', value: ';' },
          { name: 'Tab', value: '\t' },
        ],
        description:
          'What stands between the cells; spreadsheets of many European countries want a semicolon',
      },
      {
        displayName: 'File Name',
        name: 'fileName',
        type: 'string',
        default: '',
        placeholder: 'e.g. contacts.csv',
        description: 'The name of the file; contacts with the day of the export by default',
      },
    ],
    description: 'More about the file',
  },
];

export const exportToFile: Operation = {
  value: 'export',
  name: 'Export',
  action: 'Export contacts to a file',
  description: 'Writes contacts with their properties, tags, lists and consent to a file',
  properties: PROPERTIES,
  async execute(run) {
    for (const { index, value } of run.read((item) => readContactFilter(run, item))) {
      const format = readFormat(run, index);
      const { extension, mimeType } = FILE[format.as];
      const day = new Date(run.now).toISOString().slice(0, 10);
      const chosen = String(run.parameters.object('options', index).fileName ?? '').trim();
      const fileName = chosen === '' ? `contacts-${day}.${extension}` : chosen;
      let contacts = 0;
      const pieces = exportContacts(run.store, value, format);
      const text = async function* () {
        for await (const piece of pieces) {
          contacts += piece.contacts;
          yield Buffer.from(piece.text);
        }
      };
      const file = await run.context.helpers.prepareBinaryData(Readable.from(text()), fileName, mimeType);
      const { json = {}, binary = {} } = run.items[index] ?? {};
      run.emit(index, {
        json: { ...json, export: { contacts, format: format.as, fileName } },
        binary: { ...binary, [run.parameters.text('binaryPropertyName', index) || 'data']: file },
      });
    }
  },
};

function readFormat(run: Run, index: number): ExportFormat {
  if (run.parameters.value('format', index) === 'jsonLines') return { as: 'jsonLines' };
  const { delimiter } = run.parameters.object('options', index);
  return typeof delimiter === 'string' ? { as: 'csv', delimiter } : { as: 'csv' };
}
