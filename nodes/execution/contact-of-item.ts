import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { ContactReference } from '../../src/app/find-contacts';
import type { Identifier, IdentifierKind } from '../../src/domain/contact/contact';
import { readIdentifier } from '../../src/domain/contact/identifier';
import { isJsonObject } from '../../src/domain/json';
import { quote, type Reading } from '../../src/domain/problem';
import { fromList } from './name-locator';
import type { Parameters } from './parameters';

/** The identifiers by which an item's contact is looked for, in this order. */
const LOOKED_FOR: readonly IdentifierKind[] = ['email', 'externalId', 'phone', 'anonymousId'];

/** The parameters by which a user says whose contact an item means. `contactFrom` and `contact` are their names. */
export const CONTACT_PROPERTIES: readonly INodeProperties[] = [
  {
    displayName: 'Contact',
    name: 'contactFrom',
    type: 'options',
    noDataExpression: true,
    default: 'item',
    options: [
      {
        name: "The Item's Contact",
        value: 'item',
        description: 'Uses contact.ID of the item, else its email, externalId, phone or anonymousId',
      },
      {
        name: 'Chosen Below',
        value: 'chosen',
        description: 'Uses the contact you choose or an expression gives',
      },
    ],
    description: 'Whose contact each item means',
  },
  {
    displayName: 'Which Contact',
    name: 'contact',
    type: 'resourceLocator',
    required: true,
    default: { mode: 'list', value: '' },
    displayOptions: { show: { contactFrom: ['chosen'] } },
    description: 'The contact, chosen from the store or named by one of its identifiers',
    modes: [
      fromList('searchContacts'),
      { displayName: 'By E-Mail', name: 'email', type: 'string', placeholder: 'e.g. ann@example.com' },
      { displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. 42' },
      {
        displayName: 'By External ID',
        name: 'externalId',
        type: 'string',
        placeholder: 'e.g. customer-1001',
      },
      { displayName: 'By Phone', name: 'phone', type: 'string', placeholder: 'e.g. +44 20 7946 0958' },
    ],
  },
];

/** Whose contact an item means, by the parameters of {@link CONTACT_PROPERTIES}. */
export function contactOfItem(
  parameters: Parameters,
  index: number,
  json: IDataObject,
): Reading<ContactReference> {
  return parameters.value('contactFrom', index) === 'chosen'
    ? referenceFromLocator(parameters.object('contact', index))
    : referenceFromItem(json);
}

/** The contact that an item carries: `contact.id`, else its identifiers, on the item or on its contact. */
export function referenceFromItem(json: IDataObject): Reading<ContactReference> {
  const contact: Readonly<Record<string, unknown>> = isJsonObject(json.contact) ? json.contact : {};
  const id = idOf(contact.id);
  const identifiers: Identifier[] = [];
  const country = [contact.country, json.country].find((known) => typeof known === 'string');
  for (const kind of LOOKED_FOR) {
    for (const value of [contact[kind], json[kind]]) {
      if ((typeof value !== 'string' && typeof value !== 'number') || value === '') continue;
      const reading = readIdentifier(kind, value, country);
      if (reading.ok) identifiers.push(reading.value);
    }
  }
  if (id === null && identifiers.length === 0) {
    const message =
      'This item names no contact. Give it contact.id, email, externalId, phone or anonymousId, or choose the contact in the node.';
    return { ok: false, problems: [{ field: 'contact', message }] };
  }
  return { ok: true, value: { id, identifiers } };
}

/** The contact that a resource locator names. */
export function referenceFromLocator(locator: Readonly<Record<string, unknown>>): Reading<ContactReference> {
  const { mode, value } = locator;
  if (mode === 'list' || mode === 'id') {
    const id = idOf(value);
    if (id !== null) return { ok: true, value: { id, identifiers: [] } };
    const message = `${quote(value ?? '')} is not the id of a contact; choose one from the list or give its number.`;
    return { ok: false, problems: [{ field: 'contact', message }] };
  }
  const kind = LOOKED_FOR.find((known) => known === mode) ?? 'email';
  const reading = readIdentifier(kind, value);
  return reading.ok ? { ok: true, value: { id: null, identifiers: [reading.value] } } : reading;
}

/** The id that a number or its digits name; null for anything else, of which JavaScript would make a number too (`true`, `[7]`). */
function idOf(value: unknown): number | null {
  const id =
    typeof value === 'number' || (typeof value === 'string' && /^\s*\d+\s*$/.test(value)) ? Number(value) : 0;
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}
