import type { NewChange } from '../../../src/domain/change/change';
import type { Contact, Identifier, IdentifierKind } from '../../../src/domain/contact/contact';
import { IDENTIFIER_KINDS } from '../../../src/domain/contact/contact';
import { identifierKey } from '../../../src/domain/contact/identifier';
import { planUpserts, type UpsertRequest, type UpsertResult } from '../../../src/domain/contact/upsert';

/** A store of contacts in memory, the plainest there can be. */
export class ContactBook {
  readonly contacts = new Map<number, Contact>();
  readonly owners = new Map<string, Identifier & { contactId: number }>();
  readonly tags = new Map<number, Set<string>>();
  readonly lists = new Map<number, Set<string>>();
  readonly survivors = new Map<number, number>();
  changes: NewChange[] = [];
  private lastId = 0;

  upsert(asked: readonly UpsertRequest[], now: number): readonly UpsertResult[] {
    const requests = asked.map((request) =>
      request.contactId === undefined ? request : { ...request, contactId: this.present(request.contactId) },
    );
    const newIds = requests.map((_, index) => this.lastId + 1 + index);
    const plan = planUpserts(requests, this.known(requests), newIds, now);
    for (const { absorbedId, survivorId } of plan.merges) this.absorb(absorbedId, survivorId);
    for (const identifier of plan.droppedIdentifiers) this.owners.delete(identifierKey(identifier));
    for (const contact of plan.contacts) this.contacts.set(contact.id, contact);
    for (const own of plan.identifiers) this.owners.set(identifierKey(own), own);
    for (const { contactId, name } of plan.tags) this.namesOf(this.tags, contactId).add(name);
    for (const { contactId, name } of plan.lists) this.namesOf(this.lists, contactId).add(name);
    this.changes.push(...plan.changes);
    const created = plan.results.filter(({ outcome }) => outcome === 'created').length;
    this.lastId += created;
    return plan.results;
  }

  /** The id under which a contact stands today. */
  present(id: number): number {
    const next = this.survivors.get(id);
    return next === undefined ? id : this.present(next);
  }

  identifiersOf(contactId: number): Identifier[] {
    return [...this.owners.values()].filter((own) => own.contactId === contactId);
  }

  /** Everything it holds, in an order of its own. */
  state() {
    const names = (all: Map<number, Set<string>>) =>
      [...all]
        .map(([id, own]) => [id, [...own].sort()] as const)
        .filter(([, own]) => own.length > 0)
        .sort(byFirst);
    return {
      contacts: [...this.contacts].sort(byFirst),
      owners: [...this.owners].map(([key, { contactId }]) => [key, contactId]).sort(),
      tags: names(this.tags),
      lists: names(this.lists),
      survivors: [...this.contacts.keys(), ...this.survivors.keys()]
        .sort()
        .map((id) => [id, this.present(id)]),
    };
  }

  private known(requests: readonly UpsertRequest[]) {
    const asked = new Set(
      requests.flatMap(({ patch }) => identifiersIn(patch.identifiers).map(identifierKey)),
    );
    const found = [...this.owners.values()].filter((own) => asked.has(identifierKey(own)));
    const ids = new Set([
      ...found.map(({ contactId }) => contactId),
      ...requests.flatMap(({ contactId }) => (contactId === undefined ? [] : [contactId])),
    ]);
    const clears = requests.some(({ patch }) => Object.values(patch.identifiers).includes(null));
    const given = clears ? [...this.owners.values()].filter(({ contactId }) => ids.has(contactId)) : found;
    const listed = (all: Map<number, Set<string>>) =>
      new Map([...all].filter(([id]) => ids.has(id)).map(([id, own]) => [id, [...own]]));
    return {
      byIdentifier: new Map([...found, ...given].map((own) => [identifierKey(own), own.contactId])),
      contacts: new Map([...this.contacts].filter(([id]) => ids.has(id))),
      tags: listed(this.tags),
      lists: listed(this.lists),
    };
  }

  private absorb(absorbedId: number, survivorId: number): void {
    for (const own of this.owners.values()) if (own.contactId === absorbedId) own.contactId = survivorId;
    for (const all of [this.tags, this.lists]) {
      for (const name of all.get(absorbedId) ?? []) this.namesOf(all, survivorId).add(name);
      all.delete(absorbedId);
    }
    this.changes = this.changes.map((change) =>
      change.contactId === absorbedId ? { ...change, contactId: survivorId } : change,
    );
    this.contacts.delete(absorbedId);
    this.survivors.set(absorbedId, survivorId);
  }

  private namesOf(all: Map<number, Set<string>>, id: number): Set<string> {
    const own = all.get(id) ?? new Set();
    all.set(id, own);
    return own;
  }
}

export function identifiersIn(
  identifiers: Readonly<Partial<Record<IdentifierKind, string | null>>>,
): Identifier[] {
  return IDENTIFIER_KINDS.flatMap((kind) => {
    const value = identifiers[kind];
    return value ? [{ kind, value }] : [];
  });
}

function byFirst(a: readonly [number, unknown], b: readonly [number, unknown]): number {
  return a[0] - b[0];
}
