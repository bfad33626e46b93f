import { IDENTIFIER_KINDS, type Contact, type Identifier } from '../domain/contact/contact';
import { identifierKey, readIdentifier } from '../domain/contact/identifier';
import {
  planUpserts,
  type KnownContacts,
  type UpsertPlan,
  type UpsertRequest,
} from '../domain/contact/upsert';
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
  private newIds: readonly number[];

  private constructor(
    known: Pick<KnownBatch, 'byIdentifier' | 'contacts' | 'tags' | 'lists'>,
    newIds: readonly number[],
  ) {
    this.byIdentifier = known.byIdentifier;
    this.contacts = known.contacts;
    this.tags = known.tags;
    this.lists = known.lists;
    this.newIds = newIds;
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
    return new KnownBatch({ byIdentifier, contacts, tags, lists }, newIds);
  }

  /** The requests, with national telephone numbers read in the country of the contact that they are about. */
  withPhonesRead(requests: readonly UpsertRequest[]): UpsertRequest[] {
    return requests.map((request) => {
      const { nationalPhone, ...patch } = request.patch;
      if (nationalPhone === undefined) return request;
      const found = identifiersOf(request).map((own) => this.byIdentifier.get(identifierKey(own)));
      const id = request.contactId ?? found.find((owner) => owner !== undefined) ?? -1;
      const country = this.contacts.get(id)?.country ?? nationalPhone.country;
      const reading = readIdentifier('phone', nationalPhone.text, country);
      return reading.ok
        ? {
            ...request,
            patch: { ...patch, identifiers: { ...patch.identifiers, phone: reading.value.value } },
          }
        : { ...request, patch: { ...patch, nationalPhone: { ...nationalPhone, country } } };
    });
  }

  /** Plans the next requests on it. Throws a RangeError when they need more ids than there are. */
  plan(requests: readonly UpsertRequest[], now: number): UpsertPlan {
    const plan = planUpserts(requests, this, this.newIds, now);
    this.newIds = this.newIds.slice(plan.results.filter(({ outcome }) => outcome === 'created').length);
    return plan;
  }

  get idsLeft(): number {
    return this.newIds.length;
  }

  addIds(ids: readonly number[]): void {
    this.newIds = [...this.newIds, ...ids];
  }

  /** Takes over what a plan without merges writes; also when it was read in part after that was written. */
  follow(plan: UpsertPlan): void {
    for (const identifier of plan.droppedIdentifiers) this.byIdentifier.delete(identifierKey(identifier));
    for (const own of plan.identifiers) this.byIdentifier.set(identifierKey(own), own.contactId);
    for (const contact of plan.contacts) this.contacts.set(contact.id, contact);
    for (const { contactId, name } of plan.tags) addTo(this.tags, contactId, name);
    for (const { contactId, name } of plan.lists) addTo(this.lists, contactId, name);
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
