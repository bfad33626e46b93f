import { IDENTIFIER_KINDS, type Contact, type Identifier } from '../domain/contact/contact';
import { identifierKey } from '../domain/contact/identifier';
import type { KnownContacts, UpsertPlan, UpsertRequest } from '../domain/contact/upsert';
import type { Transaction } from '../store/port';

/**
 * What the store knows of the contacts that some requests may touch, and ids for those who are likely to be new. It is read
 * once and then follows the plans made on it, so that the next piece of a batch can be planned while one is written.
 */
export class KnownBatch implements KnownContacts {
  readonly byIdentifier: Map<string, number>;
  readonly contacts: Map<number, Contact>;
  readonly tags: Map<number, string[]>;
  readonly lists: Map<number, string[]>;
  newIds: readonly number[];

  private constructor(byIdentifier: Map<string, number>, parts: Omit<KnownBatch, 'byIdentifier' | 'follow'>) {
    this.byIdentifier = byIdentifier;
    this.contacts = parts.contacts;
    this.tags = parts.tags;
    this.lists = parts.lists;
    this.newIds = parts.newIds;
  }

  static async load(tx: Transaction, requests: readonly UpsertRequest[]): Promise<KnownBatch> {
    const byIdentifier = await tx.contacts.owners(requests.flatMap(identifiersOf));
    const asked = requests.flatMap(({ contactId }) => (contactId === undefined ? [] : [contactId]));
    const ids = [...new Set([...byIdentifier.values(), ...asked])];
    const namesTags = requests.some(({ patch }) => patch.tags.length > 0);
    const namesLists = requests.some(({ patch }) => patch.lists.length > 0);
    const clears = requests.some(({ patch }) => Object.values(patch.identifiers).includes(null));
    const likely = requests.filter((request) => mayBeNew(request, byIdentifier)).length;
    const [contacts, tags, lists, newIds, held] = await Promise.all([
      tx.contacts.get(ids),
      namesTags ? tx.contacts.members('tag', ids) : new Map<number, string[]>(),
      namesLists ? tx.contacts.members('list', ids) : new Map<number, string[]>(),
      tx.contacts.allocateIds(likely),
      clears ? tx.contacts.identifiers(ids) : [],
    ]);
    for (const own of held) byIdentifier.set(identifierKey(own), own.contactId);
    return new KnownBatch(byIdentifier, { contacts, tags, lists, newIds });
  }

  /** Takes over what a plan without merges writes. */
  follow(plan: UpsertPlan): void {
    for (const identifier of plan.droppedIdentifiers) this.byIdentifier.delete(identifierKey(identifier));
    for (const own of plan.identifiers) this.byIdentifier.set(identifierKey(own), own.contactId);
    for (const contact of plan.contacts) this.contacts.set(contact.id, contact);
    for (const { contactId, name } of plan.tags) addTo(this.tags, contactId, name);
    for (const { contactId, name } of plan.lists) addTo(this.lists, contactId, name);
    const created = plan.results.filter(({ outcome }) => outcome === 'created').length;
    this.newIds = this.newIds.slice(created);
  }
}

function addTo(names: Map<number, string[]>, contactId: number, name: string): void {
  const own = names.get(contactId);
  if (own) own.push(name);
  else names.set(contactId, [name]);
}

function mayBeNew(request: UpsertRequest, owners: ReadonlyMap<string, number>): boolean {
  if (request.contactId !== undefined) return false;
  return !identifiersOf(request).some(
    (identifier) =>
      identifier.kind !== 'anonymousId' &&
      identifier.kind !== 'pushToken' &&
      owners.has(identifierKey(identifier)),
  );
}

function identifiersOf({ patch: { identifiers } }: UpsertRequest): Identifier[] {
  return IDENTIFIER_KINDS.flatMap((kind) => {
    const value = identifiers[kind];
    return value ? [{ kind, value }] : [];
  });
}
