import type { Readable } from 'node:stream';
import type { IBinaryData, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import {
  importContactFile,
  RefusedFile,
  type ImportFileOptions,
} from '../../../../src/app/import-contact-file';
import type { ImportColumns } from '../../../../src/domain/contact-import/recognise-columns';
import { readNames } from '../../../../src/domain/contact/contact-patch';
import type { Problem, Reading } from '../../../../src/domain/problem';
import { toNodeError } from '../../../execution/open-contact-store';
import type { Run } from '../../../execution/run';
import type { Operation } from '../../operation';
import { COLUMN_MAPPING, readMapping, targetText } from './column-mapping';
import { ADD_LISTS, ADD_TAGS, DEFAULT_COUNTRY } from './contact-data';
import { FirstRows, RefusedReport } from './refused-report';

const DELIMITERS = [',', ';', '\t', '|'];
const ENCODINGS = ['utf-8', 'windows-1252', 'utf-16le', 'utf-16be'] as const;

const PROPERTIES: readonly INodeProperties[] = [
  {
    displayName: 'Input Binary Field',
    name: 'binaryPropertyName',
    type: 'string',
    required: true,
    default: 'data',
    hint: 'The name of the input binary field with the CSV file',
    description: 'Which file of the item to import: CSV with a header row, of any size',
  },
  COLUMN_MAPPING,
  {
    displayName: 'Consent Where Nothing Is Known',
    name: 'otherwiseConsent',
    type: 'options',
    default: 'leave',
    options: [
      {
        name: 'Leave It Unknown',
        value: 'leave',
        description: 'These contacts cannot be written to on channels that need consent',
      },
      {
        name: 'Opted In',
        value: 'opted_in',
        description: 'They agreed, and you can prove it; the source is kept as evidence',
      },
    ],
    description:
      'What is recorded for contacts of whose consent neither the file nor the store know. Opt-outs of the file are always taken over, and an import never brings back who opted out.',
  },
  {
    displayName: 'Source of the Consent',
    name: 'consentSource',
    type: 'string',
    required: true,
    default: '',
    placeholder: 'e.g. Newsletter form of the old shop, double opt-in',
    displayOptions: { show: { otherwiseConsent: ['opted_in'] } },
    description: 'Where and how these contacts agreed',
  },
  {
    displayName: 'Channel of the Consent',
    name: 'consentChannel',
    type: 'string',
    required: true,
    default: 'email',
    displayOptions: { show: { otherwiseConsent: ['opted_in'] } },
    description: 'The channel that these contacts agreed to, such as email, sms or whatsapp',
  },
  {
    displayName: 'Options',
    name: 'options',
    type: 'collection',
    placeholder: 'Add option',
    default: {},
    options: [
      {
        displayName: 'Clear Where a Cell Is Blank',
        name: 'clearsBlanks',
        type: 'boolean',
        default: false,
        description: 'Whether a blank cell clears the field or property; otherwise it leaves it as it was',
      },
      DEFAULT_COUNTRY,
      {
        displayName: 'Delimiter',
        name: 'delimiter',
        type: 'options',
        default: 'auto',
        options: [
          { name: 'Comma', value: ',' },
          { name: 'Find Out', value: 'auto' },
          { name: 'Semicolon', value: ';' },
          { name: 'Tab', value: '\t' },
          { name: 'Vertical Bar', value: '|' },
        ],
        description: 'What stands between the cells',
      },
      {
        displayName: 'Encoding',
        name: 'encoding',
        type: 'options',
        default: 'auto',
        options: [
          { name: 'Find Out', value: 'auto' },
          { name: 'UTF-16 BE', value: 'utf-16be' },
          { name: 'UTF-16 LE', value: 'utf-16le' },
          { name: 'UTF-8', value: 'utf-8' },
          { name: 'Windows-1252', value: 'windows-1252' },
        ],
        description: 'How the text of the file is written as bytes',
      },
      ADD_LISTS,
      ADD_TAGS,
      {
        displayName: 'Take Over Opt-Ins',
        name: 'takesOptIns',
        type: 'boolean',
        default: true,
        description: 'Whether opt-ins that the file states are taken over; opt-outs always are',
      },
    ],
    description: 'More about the file and its contacts',
  },
];

export const importContacts: Operation = {
  value: 'import',
  name: 'Import',
  action: 'Import contacts from a CSV file',
  description: 'Creates or updates the contacts of a CSV file; running it again changes nothing',
  properties: PROPERTIES,
  async execute(run) {
    for (const { index, value } of run.read((item) => readSettings(run, item))) {
      try {
        run.emit(index, await importFile(run, index, value));
      } catch (error) {
        if (!(error instanceof RefusedFile)) throw toNodeError(run.context.getNode(), error, index);
        run.refuse(index, error.problems);
      }
    }
  },
};

type Settings = ImportFileOptions & { readonly file: IBinaryData };

function readSettings(run: Run, index: number): Reading<Settings> {
  const { parameters } = run;
  const problems: Problem[] = [];
  const options = parameters.object('options', index);
  const file = binaryOfItem(run, index);
  if (!file.ok) return file;
  const mapping = readMapping(run, index);
  if (!mapping.ok) return mapping;
  const optsIn = parameters.value('otherwiseConsent', index) === 'opted_in';
  const source = parameters.text('consentSource', index).trim();
  const channel = parameters.text('consentChannel', index).trim();
  if (optsIn && source === '') {
    const message =
      'Say in Source of the Consent where and how these contacts agreed; it is kept as evidence.';
    problems.push({ field: 'consentSource', message });
  }
  if (optsIn && channel === '') {
    problems.push({ field: 'consentChannel', message: 'Say in Channel of the Consent what they agreed to.' });
  }
  const tags = readNames('addTags', options.addTags, problems);
  const lists = readNames('addLists', options.addLists, problems);
  if (problems.length > 0) return { ok: false, problems };
  const delimiter = DELIMITERS.find((known) => known === options.delimiter);
  const encoding = ENCODINGS.find((known) => known === options.encoding);
  const defaultCountry = String(options.defaultCountry ?? '').trim();
  return {
    ok: true,
    value: {
      file: file.value,
      importedAt: run.now,
      mapping: mapping.value,
      tags,
      lists,
      clearsBlanks: options.clearsBlanks === true,
      takesOptIns: options.takesOptIns !== false,
      ...(optsIn ? { otherwise: { channel, status: 'opted_in', source } } : {}),
      ...(delimiter === undefined ? {} : { delimiter }),
      ...(encoding === undefined ? {} : { encoding }),
      ...(defaultCountry === '' ? {} : { defaultCountry }),
    },
  };
}

async function importFile(run: Run, index: number, settings: Settings): Promise<INodeExecutionData> {
  const { clock } = run.open;
  const startedAt = clock.now();
  const counts = { rows: 0, created: 0, updated: 0, unchanged: 0 };
  const refused = new FirstRows();
  const leftOut = new FirstRows();
  const report = new RefusedReport(run.context, 'refused-rows.csv');
  let isWhole = false;
  let columns: ImportColumns = { tool: null, columns: [] };
  try {
    const source = await contentOf(run, index, settings.file);
    for await (const piece of importContactFile(run.store, source, settings)) {
      columns = piece.columns;
      for (const key of ['rows', 'created', 'updated', 'unchanged'] as const) counts[key] += piece[key];
      refused.add(piece.refused);
      leftOut.add(piece.leftOut);
      await report.add(piece.refused);
    }
    isWhole = true;
  } finally {
    if (!isWhole) report.abort();
  }
  const file = await report.finish();
  const { json = {}, binary = {} } = run.items[index] ?? {};
  return {
    json: {
      ...json,
      import: {
        ...counts,
        refused: refused.count,
        refusedRows: refused.rows,
        valuesLeftOut: leftOut.count,
        rowsWithValuesLeftOut: leftOut.rows,
        source: columns.tool,
        columns: columns.columns.map(({ header, target }) => ({ header, goesTo: targetText(target) })),
        columnsNotFound: notFound(settings, columns),
        seconds: (clock.now() - startedAt) / 1_000,
      },
    },
    binary: file ? { ...binary, refused: file } : binary,
  };
}

/** The file of an item, as n8n keeps it. */
function binaryOfItem(run: Run, index: number): Reading<IBinaryData> {
  const name = run.parameters.text('binaryPropertyName', index).trim();
  try {
    return { ok: true, value: run.context.helpers.assertBinaryData(index, name) };
  } catch (error) {
    return { ok: false, problems: [{ field: 'binaryPropertyName', message: (error as Error).message }] };
  }
}

/** A stream where n8n keeps the file outside the execution, else its bytes. */
async function contentOf(run: Run, index: number, file: IBinaryData): Promise<Readable | Uint8Array> {
  const { helpers } = run.context;
  return file.id === undefined ? helpers.getBinaryDataBuffer(index, file) : helpers.getBinaryStream(file.id);
}

/** Headers that the user mapped and the file does not have. */
function notFound({ mapping = new Map() }: Settings, { columns }: ImportColumns): string[] {
  const present = new Set(columns.map(({ header }) => header.toLowerCase()));
  return [...mapping.keys()].filter((header) => !present.has(header.toLowerCase()));
}
