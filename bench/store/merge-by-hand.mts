/** What a hand-written loop does with one contact besides its statements; the same for both databases. */
import { isDeepStrictEqual } from 'node:util';
import type { ContactPatch } from '../../src/domain/contact/contact.ts';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';

export const COLUMNS = {
  email: 'email',
  phone: 'phone',
  externalId: 'external_id',
  firstName: 'first_name',
  lastName: 'last_name',
  locale: 'locale',
  timezone: 'timezone',
  country: 'country',
  lifecycleStage: 'lifecycle_stage',
} as const;

export type Row = Record<(typeof COLUMNS)[keyof typeof COLUMNS], string | null> & { properties: string };

/** A row of nobody. */
export const BLANK: Row = {
  email: null,
  phone: null,
  external_id: null,
  first_name: null,
  last_name: null,
  locale: null,
  timezone: null,
  country: null,
  lifecycle_stage: null,
  properties: '{}',
};

export interface Merged {
  /** The values of the columns in the order of {@link COLUMNS}, then the properties as JSON. */
  values: Array<string | null>;
  /** `[before, after]` of everything that changed. */
  fields: JsonObject;
  hasChanged: boolean;
}

/** Lays a patch over a row: what it names replaces, what it does not name stays. */
export function mergeByHand(row: Row, patch: ContactPatch): Merged {
  const fields: JsonObject = {};
  const given: Record<string, string | null | undefined> = { ...patch.identifiers, ...patch.fields };
  const values = Object.entries(COLUMNS).map(([field, column]) => {
    const before = row[column];
    const after = given[field];
    if (after === undefined || after === before) return before;
    fields[field] = [before, after];
    return after;
  });
  const properties = JSON.parse(row.properties) as JsonObject;
  let propertiesChanged = false;
  for (const [name, value] of Object.entries(patch.properties)) {
    const before: JsonValue | undefined = properties[name];
    if (isDeepStrictEqual(before, value)) continue;
    fields[`properties.${name}`] = [before ?? null, value];
    properties[name] = value;
    propertiesChanged = true;
  }
  values.push(propertiesChanged ? JSON.stringify(properties) : row.properties);
  return { values, fields, hasChanged: Object.keys(fields).length > 0 };
}

/** The two identifiers that the people of the measurements have. */
export function identifiersOf(patch: ContactPatch): Array<['email' | 'externalId', string]> {
  const { email, externalId } = patch.identifiers;
  return [
    ...(email ? [['email', email] as ['email', string]] : []),
    ...(externalId ? [['externalId', externalId] as ['externalId', string]] : []),
  ];
}
