import type { NewChange } from '../change/change';
import type { Problem } from '../problem';
import type { Contact, ContactPatch, Identifier, IdentifierKind } from './contact';

/** One contact to create or update. */
export interface UpsertRequest {
  readonly patch: ContactPatch;
  /** The identifiers that may find the contact; the others are values like any other. All of them by default. */
  readonly matchOn?: readonly IdentifierKind[];
  /** The contact itself, where the caller knows its id. */
  readonly contactId?: number;
  /** `update` refuses a contact that does not exist. */
  readonly mode: 'upsert' | 'update';
}

/** What the store knows of the contacts a batch may touch. */
export interface KnownContacts {
  /** Contact ids by {@link identifierKey}; where a request clears a kind, of every identifier of the contacts. */
  readonly byIdentifier: ReadonlyMap<string, number>;
  readonly contacts: ReadonlyMap<number, Contact>;
  /** Tags and lists by contact id; needed for the contacts of requests that give tags or lists. */
  readonly tags: ReadonlyMap<number, readonly string[]>;
  readonly lists: ReadonlyMap<number, readonly string[]>;
}

/**
 * What became of one request. `changed` names fields, `properties.<name>`, `tags.<name>` and `lists.<name>`;
 * `foundBy` says which of the request's identifiers found the contact, null for a new one; `absorbed` holds the
 * anonymous contacts that turned out to be this one.
 */
export type UpsertResult =
  | {
      readonly outcome: 'created' | 'updated' | 'unchanged';
      readonly contactId: number;
      readonly changed: readonly string[];
      readonly foundBy: IdentifierKind | 'id' | null;
      readonly absorbed: readonly number[];
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/** Everything a batch writes, in an order-free form. */
export interface UpsertPlan {
  readonly results: readonly UpsertResult[];
  /** The new state of each contact that was created or changed. */
  readonly contacts: readonly Contact[];
  readonly identifiers: ReadonlyArray<Identifier & { readonly contactId: number }>;
  readonly droppedIdentifiers: readonly Identifier[];
  readonly tags: ReadonlyArray<{ readonly contactId: number; readonly name: string }>;
  readonly lists: ReadonlyArray<{ readonly contactId: number; readonly name: string }>;
  /** Anonymous contacts that turned out to be a known one, in order. */
  readonly merges: ReadonlyArray<{ readonly absorbedId: number; readonly survivorId: number }>;
  readonly changes: readonly NewChange[];
}
