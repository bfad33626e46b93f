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
  return readProperty(contact.properties, customName(name));
}

/** The name of a custom property without the `properties.` that may stand before it. */
export function customName(property: string): string {
  return property.startsWith('properties.') ? property.slice('properties.'.length) : property;
}
