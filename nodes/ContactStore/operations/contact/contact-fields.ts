import type {
  ILoadOptionsFunctions,
  INodePropertyOptions,
  ResourceMapperField,
  ResourceMapperFields,
} from 'n8n-workflow';
import { namesSeen } from '../../../../src/app/browse';
import { IDENTIFIER_KINDS } from '../../../../src/domain/contact/contact';
import { openContactStore } from '../../../execution/open-contact-store';
import { PROPERTY_PREFIX } from './contact-data';

/** A contact's own fields as the editor shows them, the usual ones first. */
const OWN_FIELDS = [
  { id: 'email', displayName: 'E-Mail', isUsual: true },
  { id: 'firstName', displayName: 'First Name', isUsual: true },
  { id: 'lastName', displayName: 'Last Name', isUsual: true },
  { id: 'phone', displayName: 'Phone', isUsual: false },
  { id: 'externalId', displayName: 'External ID', isUsual: false },
  { id: 'country', displayName: 'Country (Two-Letter Code)', isUsual: false },
  { id: 'locale', displayName: 'Locale (Language Tag)', isUsual: false },
  { id: 'timezone', displayName: 'Time Zone (IANA Name)', isUsual: false },
  { id: 'lifecycleStage', displayName: 'Lifecycle Stage', isUsual: false },
  { id: 'anonymousId', displayName: 'Anonymous ID (Visitor)', isUsual: false },
  { id: 'pushToken', displayName: 'Push Token (Device)', isUsual: false },
] as const;

/** The fields for Create or Update, with those a contact can be found by. */
export async function mapContact(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
  return { fields: await mapperFields(this, true) };
}

/** The fields for Update, where the contact is named apart. */
export async function mapContactChanges(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
  return { fields: await mapperFields(this, false) };
}

/** Everything of a contact that can be cleared. */
export async function loadContactFields(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
  const properties = await propertiesSeen(this);
  return [
    ...OWN_FIELDS.map(({ id, displayName }) => ({ name: displayName, value: id })),
    ...properties.map((name) => ({ name, value: `${PROPERTY_PREFIX}${name}` })),
  ];
}

async function mapperFields(context: ILoadOptionsFunctions, finds: boolean): Promise<ResourceMapperField[]> {
  const properties = await propertiesSeen(context);
  const own = OWN_FIELDS.map(({ id, displayName, isUsual }): ResourceMapperField => {
    const identifies = finds && (IDENTIFIER_KINDS as readonly string[]).includes(id);
    return {
      id,
      displayName,
      required: false,
      display: true,
      removed: !isUsual,
      defaultMatch: finds && id === 'email',
      canBeUsedToMatch: identifies,
      type: 'string',
    };
  });
  // Properties have no type of their own, so that a number stays a number and a list a list.
  const custom = properties.map((name): ResourceMapperField => ({
    id: `${PROPERTY_PREFIX}${name}`,
    displayName: name,
    required: false,
    display: true,
    removed: true,
    defaultMatch: false,
    canBeUsedToMatch: false,
  }));
  return [...own, ...custom];
}

async function propertiesSeen(context: ILoadOptionsFunctions): Promise<string[]> {
  const { store } = await openContactStore(context);
  return namesSeen(store, 'property');
}
