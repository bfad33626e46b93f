import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { ContactStore } from '../../../nodes/ContactStore/ContactStore.node';
import { locationFromEnvironment, openStore, type OpenStore } from '../../../src/app/open-store';
import { upsertContacts } from '../../../src/app/upsert-contacts';
import { readContactPatch } from '../../../src/domain/contact/contact-patch';
import { VERSION } from '../../../src/version';
import { runNode, type FakeRun } from '../fake-execution';

/** The store that the nodes of this test file work on. */
export function openedStore(): Promise<OpenStore> {
  return openStore(locationFromEnvironment(process.env), VERSION);
}

/** Runs an operation of the Contact Store node and gives the items of its output. */
export function operate(
  resource: string,
  operation: string,
  parameters: Readonly<Record<string, unknown>>,
  run: Pick<FakeRun, 'items' | 'continueOnFail'> = {},
): Promise<INodeExecutionData[]> {
  return runNode({ node: new ContactStore(), parameters: { resource, operation, ...parameters }, ...run });
}

/** The same, giving only what the items hold. */
export async function jsonOf(...run: Parameters<typeof operate>): Promise<IDataObject[]> {
  return (await operate(...run)).map(({ json }) => json);
}

/** Creates contacts and gives their ids. */
export async function createContacts(
  ...raw: ReadonlyArray<Readonly<Record<string, unknown>>>
): Promise<number[]> {
  const { store } = await openedStore();
  const requests = raw.map((contact) => {
    const patch = readContactPatch(contact);
    if (!patch.ok) throw new Error(patch.problems.map(({ message }) => message).join(' '));
    return { patch: patch.value, mode: 'upsert' as const };
  });
  const results = await upsertContacts(store, requests, Date.now(), { allOrNothing: true });
  return results.map((result) => (result.outcome === 'refused' ? 0 : result.contactId));
}
