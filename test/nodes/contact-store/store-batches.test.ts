import { changeMembershipByReference } from '../../../src/app/change-membership';
import type { ContactReference } from '../../../src/app/find-contacts';
import { listEvents } from '../../../src/app/list-events';
import { recordIntake, type IntakeRequest } from '../../../src/app/record-intake';
import { getConsents, stateConsents } from '../../../src/app/state-consent';
import { suppress, unsuppress } from '../../../src/app/suppress';
import { endWaitsOf, listWaitingOf } from '../../../src/app/waiting';
import type { Store } from '../../../src/store/port';
import { useTemporaryStore } from '../fake-execution';
import { observed } from './observed-store';
import { openedStore } from './store-under-test';

const NOW = Date.UTC(2026, 2, 7);
const POLICY = { allOrNothing: true };

let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
let calls: string[];
let store: Store;

beforeEach(async () => {
  temporary = await useTemporaryStore();
  store = observed((await openedStore()).store, (call) => calls.push(call));
  calls = [];
});
afterEach(() => temporary.remove());

function intakes(count: number, from = 0): IntakeRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    reference: null,
    patch: {
      identifiers: { email: `person-${from + index}@example.com` },
      fields: {},
      properties: {},
      tags: [],
      lists: [],
    },
    event: { type: 'order_placed', occurredAt: NOW, properties: {}, key: `order-${from + index}` },
    consents: [{ channel: 'email', status: 'opted_in', at: NOW, source: 'x', evidence: {}, by: 'contact' }],
  }));
}

function people(count: number): ContactReference[] {
  return intakes(count).map(({ patch }) => ({
    id: null,
    identifiers: [{ kind: 'email', value: patch.identifiers.email ?? '' }],
  }));
}

async function callsOf(work: () => Promise<unknown>): Promise<string[]> {
  calls = [];
  await work();
  return calls;
}

it('records ten events with as many operations as four hundred', async () => {
  const few = await callsOf(() => recordIntake(store, intakes(10), NOW, POLICY));
  const many = await callsOf(() => recordIntake(store, intakes(400, 10), NOW, POLICY));
  expect(many).toEqual(few);
});

it.each<[string, (contacts: ContactReference[]) => Promise<unknown>]>([
  [
    'states consents',
    (contacts) => {
      const statement = {
        channel: 'email',
        status: 'opted_out',
        at: NOW,
        source: 'x',
        evidence: {},
        by: 'contact',
      } as const;
      const requests = contacts.map((contact) => ({ contact, statement }));
      return stateConsents(store, requests, NOW, POLICY);
    },
  ],
  ['gives consents', (contacts) => getConsents(store, contacts, true)],
  [
    'suppresses and unsuppresses addresses',
    async (contacts) => {
      const requests = contacts.map((contact) => ({
        channel: 'email',
        target: { contact },
        reason: 'complaint' as const,
      }));
      await suppress(store, requests, NOW, POLICY);
      await unsuppress(store, requests, POLICY);
    },
  ],
  [
    'adds to a list',
    (contacts) => {
      const requests = contacts.map((contact) => ({ contact, name: `list of ${contacts.length}` }));
      return changeMembershipByReference(store, 'list', 'add', requests, NOW, POLICY);
    },
  ],
  [
    'lists events',
    (contacts) =>
      listEvents(
        store,
        contacts.map((contact) => ({ contact, types: [], from: null, before: null, limit: 1 })),
      ),
  ],
  [
    'lists and ends waits',
    async (contacts) => {
      const requests = contacts.map((contact) => ({ contact, filter: {}, limit: 5 }));
      await listWaitingOf(store, requests);
      await endWaitsOf(store, 'cancel', requests, NOW, POLICY);
    },
  ],
])('%s of ten contacts with as many operations as of four hundred', async (_, work) => {
  await recordIntake(store, intakes(400), NOW, POLICY);
  const few = await callsOf(() => work(people(10)));
  const many = await callsOf(() => work(people(400)));
  expect(many).toEqual(few);
  expect(few.length).toBeGreaterThan(0);
});

it('keeps the order of its answers over several chunks', async () => {
  const results = await recordIntake(store, intakes(1_201), NOW, POLICY);
  const emails = results.map((result) => (result.outcome === 'refused' ? '' : result.contact.email));
  expect(emails).toEqual(intakes(1_201).map(({ patch }) => patch.identifiers.email));
});
