import type { EventRequest } from '../../src/app/record-events';
import { recordEvents } from '../../src/app/record-events';
import { upsertContacts } from '../../src/app/upsert-contacts';
import type { ContactPatch } from '../../src/domain/contact/contact';
import type { UpsertRequest } from '../../src/domain/contact/upsert';
import type { JsonObject } from '../../src/domain/json';
import type { Store } from '../../src/store/port';

export const SINGLY = { allOrNothing: false } as const;
export const WHOLE = { allOrNothing: true } as const;

export function patchOf(
  identifiers: ContactPatch['identifiers'],
  more: Partial<ContactPatch> = {},
): ContactPatch {
  return { identifiers, fields: {}, properties: {}, tags: [], lists: [], ...more };
}

export function upsertOf(
  identifiers: ContactPatch['identifiers'],
  more: Partial<ContactPatch> = {},
): UpsertRequest {
  return { patch: patchOf(identifiers, more), mode: 'upsert' };
}

/** An event of the contact with this external id. */
export function eventOf(
  externalId: string,
  type: string,
  occurredAt: number,
  properties: JsonObject = {},
  key: string | null = null,
): EventRequest {
  return { contact: upsertOf({ externalId }), event: { type, occurredAt, properties, key } };
}

export async function record(store: Store, now: number, ...events: EventRequest[]) {
  const results = await recordEvents(store, events, now, WHOLE);
  return results.map((result) => {
    if (result.outcome === 'refused') throw new Error('An event was refused');
    return result;
  });
}

/** Creates or updates one contact and gives its id. */
export async function contactId(
  store: Store,
  now: number,
  identifiers: ContactPatch['identifiers'],
  more: Partial<ContactPatch> = {},
): Promise<number> {
  const [result] = await upsertContacts(store, [upsertOf(identifiers, more)], now, WHOLE);
  if (!result || result.outcome === 'refused') throw new Error('The contact was refused');
  return result.contactId;
}
