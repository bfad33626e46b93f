import type { INodeProperties } from 'n8n-workflow';
import {
  rawContactFromItem,
  readContactPatch,
  type PatchOptions,
} from '../../../../src/domain/contact/contact-patch';
import {
  CONTACT_FIELDS,
  IDENTIFIER_KINDS,
  type IdentifierKind,
} from '../../../../src/domain/contact/contact';
import type { UpsertRequest } from '../../../../src/domain/contact/upsert';
import { isJsonObject } from '../../../../src/domain/json';
import type { Problem, Reading } from '../../../../src/domain/problem';
import type { Run } from '../../../execution/run';
import { readAssignments } from '../../read-values';

/** What a field of the mapper begins with when it is a custom property. Saved workflows hold it. */
export const PROPERTY_PREFIX = 'property:';

// eslint-disable-next-line n8n-nodes-base/node-param-default-missing -- each operation has its own
const DATA: Omit<INodeProperties, 'default'> = {
  displayName: 'Data',
  name: 'data',
  type: 'options',
  noDataExpression: true,
  options: [
    {
      name: 'Fields Below',
      value: 'fields',
      description: 'You choose the fields and where each value comes from',
    },
    {
      name: 'The Item as It Is',
      value: 'item',
      description:
        'Takes email, phone, externalId, firstName, lastName, locale, timezone, country, lifecycleStage, properties, tags and lists of the item; every other key becomes a custom property',
    },
  ],
  description: "Where the contact's values come from",
};

const PROPERTIES: INodeProperties = {
  displayName: 'Custom Properties',
  name: 'properties',
  type: 'assignmentCollection',
  default: {},
  displayOptions: { show: { data: ['fields'] } },
  description:
    'Properties of your own to set, also such as the store has not seen yet. A property you leave out stays as it was.',
};

const ITEM_HINT: INodeProperties = {
  displayName:
    'What other nodes put on the item (contact, event, journey and the like) is left out. An empty text leaves a value as it was; null clears it.',
  name: 'itemNotice',
  type: 'notice',
  default: '',
  displayOptions: { show: { data: ['item'] } },
};

/** The country of telephone numbers. */
export const DEFAULT_COUNTRY: INodeProperties = {
  displayName: 'Default Country',
  name: 'defaultCountry',
  type: 'string',
  default: '',
  placeholder: 'e.g. DE',
  description:
    'Two-letter code of the country in which telephone numbers without a country code are read, for contacts that name no country of their own',
};

/** Lists for every contact. */
export const ADD_LISTS: INodeProperties = {
  displayName: 'Lists to Join',
  name: 'addLists',
  type: 'string',
  default: '',
  placeholder: 'e.g. newsletter, customers',
  description: 'Lists that the contact joins, with commas between them; lists it is in already stay',
};

/** Tags for every contact. */
export const ADD_TAGS: INodeProperties = {
  displayName: 'Tags to Add',
  name: 'addTags',
  type: 'string',
  default: '',
  placeholder: 'e.g. vip, spring-sale',
  description: 'Tags that the contact gets, with commas between them; tags it has already stay',
};

const CLEARED: INodeProperties = {
  displayName: 'Fields to Clear',
  name: 'clearFields',
  type: 'multiOptions',
  typeOptions: { loadOptionsMethod: 'loadContactFields' },
  default: [],
  description:
    'Fields that lose their value. A field left empty above keeps its value. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
};

/** The parameters by which a user gives a contact's values. `upsert` also asks by which of them a contact is found. */
export function contactDataProperties(mode: 'upsert' | 'update'): INodeProperties[] {
  return [
    // An item that comes from another of these nodes carries its whole contact; an update means a few fields of it.
    { ...DATA, default: mode === 'upsert' ? 'item' : 'fields' },
    ITEM_HINT,
    {
      displayName: 'Fields',
      name: 'fields',
      type: 'resourceMapper',
      noDataExpression: true,
      required: true,
      default: { mappingMode: 'defineBelow', value: null },
      displayOptions: { show: { data: ['fields'] } },
      typeOptions: {
        resourceMapper: {
          resourceMapperMethod: mode === 'upsert' ? 'mapContact' : 'mapContactChanges',
          mode: mode === 'upsert' ? 'upsert' : 'add',
          fieldWords: { singular: 'field', plural: 'fields' },
          valuesLabel: 'Values',
          addAllFields: true,
          multiKeyMatch: true,
          supportAutoMap: false,
          ...(mode === 'upsert'
            ? {
                matchingFieldsLabels: {
                  title: 'Find the contact by',
                  description:
                    'A contact that has one of these is updated, else one is created. Two different contacts are refused, never joined.',
                  hint: 'The other identifiers are values like any other',
                },
              }
            : {}),
        },
      },
      description:
        'The values to set. A field that is empty, or whose expression gives nothing, stays as it was.',
    },
    PROPERTIES,
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add option',
      default: {},
      options: [DEFAULT_COUNTRY, CLEARED, ADD_LISTS, ADD_TAGS],
      description: 'More that can be set',
    },
  ];
}

/** Reads what an item's contact is to become, by the parameters of {@link contactDataProperties}. */
export function readContactData(run: Run, index: number): Reading<UpsertRequest> {
  const { parameters } = run;
  const options = parameters.object('options', index);
  const isMapped = parameters.value('data', index) === 'fields';
  const problems: Problem[] = [];
  const raw = isMapped
    ? mappedValues(run, index, problems)
    : rawContactFromItem(run.items[index]?.json ?? {});
  if (options.addTags) raw.tags = joined(raw.tags, options.addTags);
  if (options.addLists) raw.lists = joined(raw.lists, options.addLists);
  if (Array.isArray(options.clearFields)) {
    const fields = options.clearFields.filter((field) => typeof field === 'string');
    if (fields.length === options.clearFields.length) clear(raw, fields);
    else
      problems.push({ field: 'clearFields', message: 'Fields to Clear holds what is no name of a field.' });
  }
  const reading = readContactPatch(raw, patchOptions(options));
  if (!reading.ok || problems.length > 0) {
    return { ok: false, problems: [...problems, ...(reading.ok ? [] : reading.problems)] };
  }
  const request = { patch: reading.value, mode: 'upsert' } as const;
  return { ok: true, value: isMapped ? { ...request, matchOn: matchingKinds(run, index) } : request };
}

function patchOptions(options: Readonly<Record<string, unknown>>): PatchOptions {
  const country = typeof options.defaultCountry === 'string' ? options.defaultCountry.trim() : '';
  return { asksContactCountry: true, ...(country === '' ? {} : { defaultCountry: country }) };
}

function mappedValues(run: Run, index: number, problems: Problem[]): Record<string, unknown> {
  const raw: Record<string, unknown> = {};
  const properties: Array<[string, unknown]> = [];
  for (const [id, value] of Object.entries(run.parameters.object('fields.value', index))) {
    // The mapper says null for a field that was left empty; what is to be cleared is said in the options.
    if (value === null || value === undefined) continue;
    if (!id.startsWith(PROPERTY_PREFIX)) raw[id] = value;
    else if (value !== '') properties.push([id.slice(PROPERTY_PREFIX.length), value]);
  }
  const custom = readAssignments(run.parameters.object('properties', index), 'properties');
  if (custom.ok) properties.push(...Object.entries(custom.value));
  else problems.push(...custom.problems);
  raw.properties = Object.fromEntries(properties);
  return raw;
}

function matchingKinds(run: Run, index: number): IdentifierKind[] {
  const chosen = run.parameters.value('fields.matchingColumns', index);
  const kinds = IDENTIFIER_KINDS.filter((kind) => Array.isArray(chosen) && chosen.includes(kind));
  return kinds.length > 0 ? kinds : [...IDENTIFIER_KINDS];
}

/** The item's own names and those of the option. */
function joined(own: unknown, added: unknown): unknown {
  return [own, added].flatMap((value) => (typeof value === 'string' ? value.split(',') : (value ?? [])));
}

function clear(raw: Record<string, unknown>, fields: readonly string[]): void {
  if (raw.properties !== undefined && !isJsonObject(raw.properties)) return;
  const properties: Array<[string, unknown]> = Object.entries(raw.properties ?? {});
  for (const field of fields) {
    if (field.startsWith(PROPERTY_PREFIX)) properties.push([field.slice(PROPERTY_PREFIX.length), null]);
    else if (isOwnField(field)) raw[field] = null;
  }
  raw.properties = Object.fromEntries(properties);
}

function isOwnField(field: string): boolean {
  return ([...CONTACT_FIELDS, ...IDENTIFIER_KINDS] as string[]).includes(field);
}
