import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

interface OpenStore {
  store: unknown;
  clock: { now(): number };
}

const HANDLE = Symbol.for('n8n-nodes-marketing-automation');

/** The store that the simulated process has open. */
function openStore(): OpenStore {
  const handle = (globalThis as { [HANDLE]?: { stores: Map<string, OpenStore> } })[HANDLE];
  const [open] = handle?.stores.values() ?? [];
  if (!open) throw new Error('No node has opened the store yet');
  return open;
}

/** Records an event for a contact, as Contact Store does, through the built package; returns what became of it. */
export async function record(
  contact: Record<string, unknown>,
  type: string,
  properties: Record<string, unknown> = {},
  more: { occurredAt?: string; key?: string } = {},
): Promise<unknown> {
  const { recordEvents } = require('../../../dist/src/app/record-events.js');
  const { readContactPatch } = require('../../../dist/src/domain/contact/contact-patch.js');
  const open = openStore();
  const patch = readContactPatch(contact);
  if (!patch.ok) throw new Error(JSON.stringify(patch.problems));
  const occurredAt = more.occurredAt ? Date.parse(more.occurredAt) : open.clock.now();
  const event = { type, occurredAt, properties, key: more.key ?? null };
  const request = { contact: { patch: patch.value, mode: 'upsert' }, event };
  return recordEvents(open.store, [request], open.clock.now(), { allOrNothing: true });
}

/** Calls a use case of the built package on the open store: `useCase('waiting', 'listWaiting', { limit: 10 })`. */
export function useCase(file: string, name: string, ...more: unknown[]): Promise<unknown> {
  return require(`../../../dist/src/app/${file}.js`)[name](openStore().store, ...more);
}

/** The present moment of the simulation, in epoch milliseconds. */
export function storeClock(): number {
  return openStore().clock.now();
}

/** Creates or updates a contact, as Contact Store does. */
export async function upsert(contact: Record<string, unknown>): Promise<unknown> {
  const { readContactPatch } = require('../../../dist/src/domain/contact/contact-patch.js');
  const patch = readContactPatch(contact);
  if (!patch.ok) throw new Error(JSON.stringify(patch.problems));
  const request = { patch: patch.value, mode: 'upsert' };
  return useCase('upsert-contacts', 'upsertContacts', [request], storeClock(), { allOrNothing: true });
}
