import type { Contact, ContactProfile } from '../contact/contact';
import { CONTACT_FIELDS } from '../contact/contact';
import { contactValue, customName } from '../contact/value';
import type { JudgedEvent } from '../event/event';
import type { JsonObject, JsonValue } from '../json';
import type { PropertyCondition } from './property-condition';

/** What the rules about one contact are judged by. */
export interface RuleFacts {
  readonly contact: ContactProfile;
  /** By type, each list by the time of occurrence and then by id; at least those that the rules may count. */
  readonly events: ReadonlyMap<string, readonly JudgedEvent[]>;
  /** What properties were before, by `historyName`, oldest first; at least as far back as the rules look. */
  readonly history: ReadonlyMap<string, readonly PastValue[]>;
  readonly journeys: Readonly<Record<string, JourneyFacts>>;
}

/** What a property was until a moment. */
export interface PastValue {
  /** When it became something else, epoch milliseconds UTC. */
  readonly at: number;
  /** Null where it was missing. */
  readonly before: JsonValue;
}

/** Where a contact stands in a journey it has entered. */
export interface JourneyFacts {
  readonly isActive: boolean;
  readonly hasCompleted: boolean;
  readonly hasLeft: boolean;
}

/** The name under which a property's past is kept, as the change log names it: a field, or `properties.<name>`. */
export function historyName(property: string): string {
  return isField(property) ? property : `properties.${customName(property)}`;
}

/** A condition on a property of a contact as one on a JSON object: the custom properties, or the field alone. */
export function conditionOnContact(
  condition: PropertyCondition,
  contact: Contact,
): { condition: PropertyCondition; properties: JsonObject } {
  const { property } = condition;
  if (isField(property) || property === 'createdAt' || property === 'updatedAt') {
    return { condition, properties: { [property]: contactValue(contact, property) ?? null } };
  }
  const name = customName(property);
  return {
    condition: name === property ? condition : { ...condition, property: name },
    properties: contact.properties,
  };
}

function isField(property: string): boolean {
  return (CONTACT_FIELDS as readonly string[]).includes(property);
}
