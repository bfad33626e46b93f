import type { NewChange } from '../change/change';
import type { JsonObject, JsonValue } from '../json';
import type { Problem } from '../problem';
import {
  CONTACT_FIELDS,
  IDENTIFIER_KINDS,
  KNOWN_KINDS,
  type Contact,
  type ContactField,
  type ContactPatch,
  type Identifier,
  type IdentifierKind,
} from './contact';
import { identifierKey, readIdentifier } from './identifier';
import { isAnonymous, mergeContacts } from './merge';
import { patchProperties } from './patch-properties';
import type { KnownContacts, UpsertPlan, UpsertRequest, UpsertResult } from './upsert-plan';
import { label, refused, twoContacts } from './upsert-refusal';

export type { KnownContacts, UpsertPlan, UpsertRequest, UpsertResult } from './upsert-plan';

/**
 * Works out what a batch of requests does, one after the other: the result is that of as many single
 * requests. New contacts take their ids from `newIds`, which must hold one for each request.
 *
 * A request finds its contact by every identifier it gives. Two known contacts are refused, never merged; an
 * anonymous one merges into the known one. An identifier of a device follows the person who identified
 * themselves last, so that a shared computer joins nobody's contacts.
 */
export function planUpserts(
  requests: readonly UpsertRequest[],
  known: KnownContacts,
  newIds: readonly number[],
  now: number,
): UpsertPlan {
  const batch = new Batch(known, now);
  const ids = newIds.values();
  const results = requests.map((request) =>
    batch.apply(request, () => {
      const next = ids.next();
      if (next.done) throw new RangeError('planUpserts needs a new id for each request');
      return next.value;
    }),
  );
  return batch.finish(results);
}

type Target =
  | {
      readonly id: number | null;
      readonly foundBy: IdentifierKind | 'id' | null;
      readonly absorb: readonly number[];
    }
  | { readonly problem: Problem };

class Batch {
  private readonly known: KnownContacts;
  private readonly now: number;
  private readonly owners: Map<string, number | null>;
  private readonly contacts = new Map<number, Contact>();
  private readonly touched = new Set<number>();
  private readonly absorbed = new Map<number, number>();
  private readonly tags = new Map<number, Set<string>>();
  private readonly lists = new Map<number, Set<string>>();
  private readonly addedTags: Array<{ contactId: number; name: string }> = [];
  private readonly addedLists: Array<{ contactId: number; name: string }> = [];
  private readonly ownersChanged = new Map<string, Identifier>();
  private readonly merges: Array<{ absorbedId: number; survivorId: number }> = [];
  private readonly changes: NewChange[] = [];

  constructor(known: KnownContacts, now: number) {
    this.known = known;
    this.now = now;
    this.owners = new Map(known.byIdentifier);
  }

  apply(request: UpsertRequest, nextId: () => number): UpsertResult {
    // Left over where the contact was looked for and its country could not read it.
    const { nationalPhone } = request.patch;
    if (nationalPhone !== undefined) {
      const reading = readIdentifier('phone', nationalPhone.text, nationalPhone.country);
      if (!reading.ok) return { outcome: 'refused', problems: reading.problems };
    }
    const target = this.find(request);
    if ('problem' in target) return { outcome: 'refused', problems: [target.problem] };
    if (target.id === null) {
      if (request.mode === 'update') {
        return refused('contact', 'No contact has these identifiers; use Create or Update to add it.');
      }
      if (IDENTIFIER_KINDS.every((kind) => !request.patch.identifiers[kind])) {
        return refused(
          'email',
          'Nothing identifies this contact; give an e-mail, a phone, an external id or an anonymous id.',
        );
      }
      return this.create(request.patch, nextId());
    }
    const changed: string[] = [];
    for (const absorbedId of target.absorb) {
      this.absorb(absorbedId, target.id);
      changed.push('identifiers');
    }
    changed.push(...this.update(request.patch, target.id));
    return {
      outcome: changed.length > 0 ? 'updated' : 'unchanged',
      contactId: target.id,
      changed,
      foundBy: target.foundBy,
      absorbed: target.absorb,
    };
  }

  finish(results: readonly UpsertResult[]): UpsertPlan {
    const identifiers: Array<Identifier & { contactId: number }> = [];
    const dropped: Identifier[] = [];
    for (const [key, identifier] of this.ownersChanged) {
      const owner = this.owners.get(key);
      if (typeof owner === 'number') identifiers.push({ ...identifier, contactId: owner });
      else dropped.push(identifier);
    }
    return {
      results: this.resultsOfSurvivors(results),
      contacts: [...this.touched].filter((id) => !this.absorbed.has(id)).map((id) => this.contact(id)),
      identifiers,
      droppedIdentifiers: dropped,
      tags: this.ofSurvivors(this.addedTags),
      lists: this.ofSurvivors(this.addedLists),
      merges: this.merges,
      changes: this.ofSurvivors(this.changes),
    };
  }

  /** What a contact was given before it was absorbed hangs on its survivor in the end. */
  private ofSurvivors<T extends { readonly contactId: number }>(list: readonly T[]): readonly T[] {
    if (this.absorbed.size === 0) return list;
    return list.map((entry) => ({ ...entry, contactId: this.survivor(entry.contactId) }));
  }

  private resultsOfSurvivors(results: readonly UpsertResult[]): readonly UpsertResult[] {
    if (this.absorbed.size === 0) return results;
    return results.map((result) =>
      result.outcome === 'refused' ? result : { ...result, contactId: this.survivor(result.contactId) },
    );
  }

  private find(request: UpsertRequest): Target {
    const { identifiers } = request.patch;
    const owners = new Map<number, IdentifierKind>();
    const byDevice = new Map<number, IdentifierKind>();
    let isIdentified = request.contactId !== undefined;
    for (const kind of IDENTIFIER_KINDS) {
      const value = identifiers[kind];
      if (!value) continue;
      const isKnownKind = (KNOWN_KINDS as readonly string[]).includes(kind);
      if (isKnownKind) isIdentified = true;
      const owner = this.owner({ kind, value });
      if (owner !== null) (isKnownKind ? owners : byDevice).set(owner, kind);
    }
    if (request.contactId !== undefined) {
      const id = this.survivor(request.contactId);
      if (!this.has(id)) {
        return {
          problem: { field: 'contact', message: `There is no contact with the id ${request.contactId}.` },
        };
      }
      return this.settle(id, 'id', owners, byDevice);
    }
    const matching = request.matchOn
      ? [...owners].filter(([, kind]) => request.matchOn?.includes(kind))
      : [...owners].filter(([id, kind]) => kind !== 'phone' || this.agreesOnEmail(id, identifiers.email));
    const certain = matching.filter(([id]) => !isAnonymous(this.contact(id)));
    const [match, other] = certain;
    if (match && other) return { problem: twoContacts(match, other) };
    if (match) return this.settle(...match, owners, byDevice);
    const devices = [...byDevice]
      .filter(
        ([id, kind]) => !request.matchOn || request.matchOn.includes(kind) || isAnonymous(this.contact(id)),
      )
      .filter(([id]) => !isIdentified || isAnonymous(this.contact(id)))
      .sort(
        ([a], [b]) => Number(isAnonymous(this.contact(a))) - Number(isAnonymous(this.contact(b))) || a - b,
      );
    const [id, kind] = devices[0] ?? [null, null];
    return this.settle(id, kind, owners, byDevice);
  }

  /** A telephone is shared by households and offices: it finds nobody who has another e-mail than the one given. */
  private agreesOnEmail(id: number, email: string | null | undefined): boolean {
    const own = this.contact(id).email;
    return !email || own === null || this.owner({ kind: 'email', value: email }) === id;
  }

  /** With the contact chosen: which anonymous ones it takes in, or who holds an identifier it asks for. */
  private settle(
    id: number | null,
    foundBy: IdentifierKind | 'id' | null,
    owners: Map<number, IdentifierKind>,
    byDevice: Map<number, IdentifierKind>,
  ): Target {
    for (const [owner, kind] of owners) {
      if (owner !== id) {
        return {
          problem: {
            field: kind,
            message: `This ${label(kind)} belongs to contact ${owner}${id === null ? '' : `, not to contact ${id}`}. Merge the two contacts, or leave the ${label(kind)} out.`,
          },
        };
      }
    }
    const absorb =
      id === null
        ? []
        : [...byDevice.keys()].filter((owner) => owner !== id && isAnonymous(this.contact(owner)));
    return { id, foundBy, absorb };
  }

  private create(patch: ContactPatch, id: number): UpsertResult {
    const blank: Contact = {
      id,
      email: null,
      phone: null,
      externalId: null,
      firstName: null,
      lastName: null,
      locale: null,
      timezone: null,
      country: null,
      lifecycleStage: null,
      properties: {},
      createdAt: this.now,
      updatedAt: this.now,
    };
    this.contacts.set(id, blank);
    this.touched.add(id);
    const at = this.changes.length;
    const changed = this.update(patch, id);
    const update = this.changes[at];
    const detail: JsonObject = update?.kind === 'contact_updated' ? update.detail : { fields: {} };
    const created = this.change('contact_created', id, null, detail);
    this.changes.splice(at, update?.kind === 'contact_updated' ? 1 : 0, created);
    return { outcome: 'created', contactId: id, changed, foundBy: null, absorbed: [] };
  }

  private update(patch: ContactPatch, id: number): string[] {
    const before = this.contact(id);
    const fields: Partial<Record<ContactField, string | null>> = {};
    const diff: Array<[string, JsonValue]> = [];
    let devicesChanged = false;
    for (const kind of IDENTIFIER_KINDS) {
      const value = patch.identifiers[kind];
      if (value === undefined) continue;
      const gained = this.setIdentifier(kind, value, before);
      if (isField(kind)) {
        // An address that is the contact's already, though not its main one, stays beside the main one.
        if (gained && before[kind] !== value) fields[kind] = value;
      } else if (gained) devicesChanged = true;
    }
    for (const [field, value] of Object.entries(patch.fields)) {
      if (value !== undefined && before[field as ContactField] !== value)
        fields[field as ContactField] = value;
    }
    for (const [field, value] of Object.entries(fields)) {
      diff.push([field, [before[field as ContactField], value ?? null]]);
    }
    const properties = patchProperties(before.properties, patch.properties, diff);
    const changed = diff.map(([name]) => name);
    if (diff.length > 0 || devicesChanged) {
      this.contacts.set(id, { ...before, ...fields, properties, updatedAt: this.now });
      this.touched.add(id);
    }
    if (devicesChanged) changed.push('identifiers');
    if (diff.length > 0) {
      this.changes.push(this.change('contact_updated', id, null, { fields: Object.fromEntries(diff) }));
    }
    if (fields.lifecycleStage !== undefined) {
      const detail = { from: before.lifecycleStage, to: fields.lifecycleStage };
      this.changes.push(this.change('stage_changed', id, fields.lifecycleStage, detail));
    }
    if (patch.tags.length > 0) {
      for (const name of this.join(patch.tags, this.tagsOf(id), id, this.addedTags, 'tag_added'))
        changed.push(`tags.${name}`);
    }
    if (patch.lists.length > 0) {
      for (const name of this.join(patch.lists, this.listsOf(id), id, this.addedLists, 'list_joined'))
        changed.push(`lists.${name}`);
    }
    return changed;
  }

  /** Whether the contact gained or lost an identifier by this. */
  private setIdentifier(kind: IdentifierKind, value: string | null, contact: Contact): boolean {
    const main = isField(kind) ? contact[kind] : null;
    if (value === null) {
      const held = [...this.owners].filter(
        ([key, owner]) => owner === contact.id && key.startsWith(`${kind}:`),
      );
      for (const [key] of held) this.own({ kind, value: key.slice(kind.length + 1) }, null);
      return held.length > 0;
    }
    if (this.owner({ kind, value }) === contact.id) return false;
    if (main !== null) this.own({ kind, value: main }, null);
    this.own({ kind, value }, contact.id);
    return true;
  }

  private join(
    names: readonly string[],
    present: Set<string>,
    contactId: number,
    added: Array<{ contactId: number; name: string }>,
    kind: 'tag_added' | 'list_joined',
  ): string[] {
    const fresh = names.filter((name) => !present.has(name));
    for (const name of fresh) {
      present.add(name);
      added.push({ contactId, name });
      this.changes.push(this.change(kind, contactId, name, {}));
    }
    return fresh;
  }

  private absorb(absorbedId: number, survivorId: number): void {
    const merged = mergeContacts(this.contact(survivorId), this.contact(absorbedId), this.now);
    this.contacts.set(survivorId, merged);
    this.touched.add(survivorId);
    this.absorbed.set(absorbedId, survivorId);
    for (const [key, owner] of this.owners) if (owner === absorbedId) this.owners.set(key, survivorId);
    for (const name of this.tagsOf(absorbedId)) this.tagsOf(survivorId).add(name);
    for (const name of this.listsOf(absorbedId)) this.listsOf(survivorId).add(name);
    this.merges.push({ absorbedId, survivorId });
    this.changes.push(this.change('contact_merged', survivorId, null, { absorbedId }));
  }

  private change(
    kind: NewChange['kind'],
    contactId: number,
    subject: string | null,
    detail: JsonObject,
  ): NewChange {
    return { kind, contactId, at: this.now, subject, eventId: null, detail };
  }

  private owner(identifier: Identifier): number | null {
    const owner = this.owners.get(identifierKey(identifier));
    return owner === undefined || owner === null ? null : this.survivor(owner);
  }

  private own(identifier: Identifier, contactId: number | null): void {
    const key = identifierKey(identifier);
    this.owners.set(key, contactId);
    this.ownersChanged.set(key, identifier);
  }

  private survivor(id: number): number {
    let current = id;
    for (let next = this.absorbed.get(current); next !== undefined; next = this.absorbed.get(current))
      current = next;
    return current;
  }

  private has(id: number): boolean {
    return this.contacts.has(id) || this.known.contacts.has(id);
  }

  private contact(id: number): Contact {
    const contact = this.contacts.get(id) ?? this.known.contacts.get(id);
    if (!contact) throw new Error(`Contact ${id} was not loaded for this batch`);
    return contact;
  }

  private tagsOf(id: number): Set<string> {
    return this.namesOf(this.tags, this.known.tags, id);
  }

  private listsOf(id: number): Set<string> {
    return this.namesOf(this.lists, this.known.lists, id);
  }

  private namesOf(
    own: Map<number, Set<string>>,
    known: ReadonlyMap<number, readonly string[]>,
    id: number,
  ): Set<string> {
    let names = own.get(id);
    if (!names) {
      names = new Set(known.get(id) ?? []);
      own.set(id, names);
    }
    return names;
  }
}

function isField(kind: IdentifierKind): kind is IdentifierKind & ContactField {
  return (CONTACT_FIELDS as readonly string[]).includes(kind);
}
