import type { JsonObject } from '../json';
import { CONTACT_FIELDS, KNOWN_KINDS, type Contact, type ContactField } from './contact';

/** Whether nothing but a device is known of a contact: no e-mail, no phone, no external id. */
export function isAnonymous(contact: Readonly<Pick<Contact, (typeof KNOWN_KINDS)[number]>>): boolean {
  return KNOWN_KINDS.every((kind) => contact[kind] === null);
}

/**
 * Returns the one contact that two become. It keeps the id of `survivor`. A value of the known contact wins
 * over the anonymous one's; where both are known (or both anonymous) the one updated later wins, the survivor
 * on a tie. What only one has is kept. It is as old as the older of the two.
 */
export function mergeContacts(survivor: Contact, absorbed: Contact, now: number): Contact {
  const first = prefers(survivor, absorbed) ? survivor : absorbed;
  const second = first === survivor ? absorbed : survivor;
  const fields: Partial<Record<ContactField, string | null>> = {};
  for (const field of CONTACT_FIELDS) fields[field] = first[field] ?? second[field];
  return {
    ...survivor,
    ...fields,
    properties: mergeProperties(first.properties, second.properties),
    createdAt: Math.min(survivor.createdAt, absorbed.createdAt),
    updatedAt: now,
  };
}

function prefers(survivor: Contact, absorbed: Contact): boolean {
  const survivorIsAnonymous = isAnonymous(survivor);
  if (survivorIsAnonymous !== isAnonymous(absorbed)) return !survivorIsAnonymous;
  return survivor.updatedAt >= absorbed.updatedAt;
}

function mergeProperties(first: JsonObject, second: JsonObject): JsonObject {
  return Object.fromEntries([...Object.entries(second), ...Object.entries(first)]);
}
