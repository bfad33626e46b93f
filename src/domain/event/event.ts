import type { JsonObject } from '../json';

/** An event as it is to be recorded. */
export interface NewEvent {
  readonly type: string;
  /** When it happened, epoch milliseconds UTC. */
  readonly occurredAt: number;
  readonly properties: JsonObject;
  /** The idempotency key: an event with the same key is recorded once, for ever (until pruned). */
  readonly key: string | null;
}

/** An event as it is stored. */
export interface StoredEvent extends NewEvent {
  readonly id: number;
  readonly contactId: number;
  /** When it was recorded, epoch milliseconds UTC. */
  readonly recordedAt: number;
}

/** What rules look at of an event; its properties are empty where no rule reads them. */
export type JudgedEvent = Pick<StoredEvent, 'id' | 'contactId' | 'type' | 'occurredAt' | 'properties'>;

/** An event as it travels between nodes (`item.json.event`). */
export function toEventTravelForm(event: StoredEvent): JsonObject {
  return {
    id: event.id,
    type: event.type,
    occurredAt: new Date(event.occurredAt).toISOString(),
    properties: event.properties,
  };
}

/** Whether an event type fits a pattern: the type itself, or a beginning followed by `*`. */
export function matchesEventType(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

/** Whether a machine did it, such as a mail scanner or a privacy proxy, by the event's own word. */
export function isByMachine({ properties }: Pick<StoredEvent, 'properties'>): boolean {
  const value = Object.hasOwn(properties, 'machine') ? properties.machine : undefined;
  return value === true || value === 'true';
}
