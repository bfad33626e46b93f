import type { JsonValue } from '../json';
import { readProperty } from '../rule/property-path';
import { CONTACT_FIELDS, type Contact, type ContactField } from './contact';

/**
 * Returns what a contact has under a name: a field of its own, `createdAt` or `updatedAt` (epoch milliseconds),
 * or a custom property, with or without `properties.` before it; undefined where there is nothing.
 */
export function contactValue(contact: Contact, name: string): JsonValue | undefined {
  if ((CONTACT_FIELDS as readonly string[]).includes(name)) return contact[name as ContactField] ?? undefined;
  if (name === 'createdAt' || name === 'updatedAt') return contact[name];
  return readProperty(
    contact.properties,
    name.startsWith('properties.') ? name.slice('properties.'.length) : name,
  );
}
