import type { Change, ChangeKind, NewChange } from '../domain/change/change';
import type { Consent, ConsentStatement } from '../domain/consent/consent';
import type { Contact, Identifier } from '../domain/contact/contact';
import type { JudgedEvent, NewEvent, StoredEvent } from '../domain/event/event';
import type { JsonObject } from '../domain/json';
import type { RuleBook } from '../domain/rule/rule-book';
import type { Rule } from '../domain/rule/rule';
import type { ExperimentTable } from './experiment-port';
import type { EnrolmentTable, JourneyTable } from './journey-port';
import type { MessageTable } from './message-port';
import type { ScoreTable } from './score-port';
import type { ScoringTable } from './scoring-port';
import type { HistoryTable, SegmentTable } from './segment-port';

export type * from './experiment-port';
export type * from './journey-port';
export type * from './message-port';
export type * from './score-port';
export type * from './scoring-port';
export type * from './segment-port';

/**
 * Where contacts and everything about them are kept. Every operation takes many and costs a constant number of
 * statements. Writers take turns, so that what a writing transaction read stays true until it ends.
 */
export interface Store {
  readonly kind: 'sqlite' | 'postgres';
  /** Where it is, without secrets: a file's path, or host, database and schema. */
  readonly location: string;
  /** Runs `work` on one consistent state. */
  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Runs `work` whole or not at all; may run it again when the database asks for it. */
  write<T>(work: (tx: Transaction) => Promise<T>, options?: WriteOptions): Promise<T>;
  /** Calls `listener` after each write of this process and when another process has written. */
  onWrite(listener: () => void): () => void;
  close(): Promise<void>;
}

export interface WriteOptions {
  /**
   * Whether all that `work` writes follows from what is in the store, with the note of how far it has come: it ends without
   * waiting for the disk. A power cut may take it back, and then it is done again; a later write that waits for the disk
   * takes it there as well, so that nothing is kept that was built on what is lost.
   */
  readonly isDerived?: boolean;
  /** Whether `work` erases what nobody may find again: the log beside the store is emptied of it, as soon as nobody else reads there. */
  readonly isErasure?: boolean;
}

/**
 * The tables of a store within one transaction. Reads and plain writes happen in the order in which they were asked
 * for, awaited or not, so that a batch need not await each write. What takes several steps is to be awaited: `absorb`,
 * `remove`, `set`, `claim` of messages, `put` of experiments and journeys, `enter`, `append` of events and consent
 * statements, and everything about segments, histories and scores.
 */
export interface Transaction {
  readonly contacts: ContactTable;
  readonly consents: ConsentTable;
  readonly events: EventTable;
  readonly changes: ChangeTable;
  readonly subscriptions: SubscriptionTable;
  readonly timers: TimerTable;
  readonly rules: RuleTable;
  readonly scoring: ScoringTable;
  readonly segments: SegmentTable;
  readonly histories: HistoryTable;
  readonly scores: ScoreTable;
  readonly messages: MessageTable;
  readonly experiments: ExperimentTable;
  readonly journeys: JourneyTable;
  readonly enrolments: EnrolmentTable;
  readonly catalogue: CatalogueTable;
}

/** The things a contact can be in by name. */
export type Membership = 'tag' | 'list';

export interface ContactTable {
  /** Numbers never given before, in growing order. */
  allocateIds(count: number): Promise<number[]>;
  /** Owners by identifierKey; unknown identifiers are absent. */
  owners(identifiers: readonly Identifier[]): Promise<Map<string, number>>;
  /** The ids under which contacts stand today, following merges; ids of no contact are absent. */
  resolve(ids: readonly number[]): Promise<Map<number, number>>;
  get(ids: readonly number[]): Promise<Map<number, Contact>>;
  identifiers(ids: readonly number[]): Promise<Array<Identifier & { contactId: number }>>;
  members(kind: Membership, ids: readonly number[]): Promise<Map<number, string[]>>;
  /** Contacts by page: those that fit every given condition, by id ascending, after `afterId`. */
  select(query: ContactQuery): Promise<Contact[]>;
  count(query: Omit<ContactQuery, 'limit' | 'afterId'>): Promise<number>;
  /** Writes whole contacts, new or not. */
  put(contacts: readonly Contact[]): Promise<void>;
  putIdentifiers(identifiers: ReadonlyArray<Identifier & { readonly contactId: number }>): Promise<void>;
  dropIdentifiers(identifiers: readonly Identifier[]): Promise<void>;
  join(
    kind: Membership,
    members: ReadonlyArray<{ contactId: number; name: string }>,
    at: number,
  ): Promise<void>;
  leave(kind: Membership, members: ReadonlyArray<{ contactId: number; name: string }>): Promise<void>;
  /**
   * Moves everything that hangs on `absorbedId` to `survivorId` (events, timers, messages, enrolments, memberships, segments, standings,
   * identifiers, consent statements) and leaves a trace; what its properties were before is gone. The present consents are the
   * caller's to write.
   */
  absorb(
    merges: ReadonlyArray<{ readonly absorbedId: number; readonly survivorId: number }>,
    at: number,
  ): Promise<void>;
  /**
   * Removes contacts with their identifiers, memberships, segments, events, histories, messages, enrolments and timers. `erase` also
   * removes the evidence of consent, the log and the traces of merges.
   */
  remove(ids: readonly number[], options: { readonly erase: boolean }): Promise<void>;
}

/** Which contacts; every condition given must hold. */
export interface ContactQuery {
  readonly limit: number;
  readonly afterId?: number;
  readonly tag?: string;
  readonly list?: string;
  readonly lifecycleStage?: string;
  readonly identifiers?: readonly Identifier[];
  /** Text that stands in e-mail, first or last name, whatever the case. */
  readonly search?: string;
  readonly updatedAfter?: number;
  /** Only contacts that have one of these fields and custom properties. */
  readonly having?: readonly ContactValueName[];
}

/** A field of the contact, or one of its custom properties. */
export type ContactValueName =
  { readonly field: 'lifecycleStage' | 'timezone' | 'createdAt' } | { readonly property: string };

export interface ConsentTable {
  /** The present consents by contact and channel. */
  current(ids: readonly number[]): Promise<Map<number, Record<string, Consent>>>;
  /** The statements of a contact, oldest first. */
  statements(contactId: number): Promise<KeptStatement[]>;
  /** The statements of several contacts, each contact's oldest first; contacts without any are absent. */
  statementsOf(ids: readonly number[]): Promise<Map<number, KeptStatement[]>>;
  put(
    consents: ReadonlyArray<Consent & { readonly contactId: number; readonly channel: string }>,
  ): Promise<void>;
  append(
    statements: ReadonlyArray<ConsentStatement & { readonly contactId: number; readonly changed: boolean }>,
    recordedAt: number,
  ): Promise<void>;
  /** Which of these addresses must not be written to, by `channel:hash`, with the reason. */
  suppressed(
    addresses: ReadonlyArray<{ channel: string; hash: string }>,
  ): Promise<Map<string, { reason: string; at: number }>>;
  suppress(
    addresses: ReadonlyArray<{ channel: string; hash: string; reason: string }>,
    at: number,
  ): Promise<void>;
  unsuppress(addresses: ReadonlyArray<{ channel: string; hash: string }>): Promise<number>;
}

/** A statement as evidence: when it was recorded, and whether it changed anything. */
export type KeptStatement = ConsentStatement & { readonly recordedAt: number; readonly changed: boolean };

export interface EventTable {
  /**
   * Records events; one whose key is known already is not recorded again. Returns, in the order given, the
   * stored event and whether it is new.
   */
  append(
    events: ReadonlyArray<NewEvent & { readonly contactId: number }>,
    recordedAt: number,
  ): Promise<Array<{ readonly event: StoredEvent; readonly isNew: boolean }>>;
  get(ids: readonly number[]): Promise<Map<number, StoredEvent>>;
  /** Events of contacts, newest first. Types may end in `*`. */
  select(query: EventQuery): Promise<StoredEvent[]>;
  /** For each asked (contact, types, since): the events at or after that moment, oldest first. */
  since(
    asked: ReadonlyArray<{ readonly contactId: number; readonly type: string; readonly at: number }>,
  ): Promise<StoredEvent[]>;
  /**
   * The same for exact types, each asked once for a contact, as rules look at them: without properties where these are not
   * asked for, which takes no look at the events themselves.
   */
  judgedSince(asked: readonly JudgedEventQuery[]): Promise<JudgedEvent[]>;
  /** Deletes up to `limit` events that occurred before `before`; tells how many. */
  prune(before: number, types: readonly string[] | null, limit: number): Promise<number>;
  /** Removes events, because others take their place; tells how many. The log still tells of them. */
  remove(ids: readonly number[]): Promise<number>;
  count(): Promise<number>;
}

export interface JudgedEventQuery {
  readonly contactId: number;
  readonly type: string;
  readonly at: number;
  readonly withProperties: boolean;
}

export interface EventQuery {
  readonly contactIds?: readonly number[];
  readonly types?: readonly string[];
  readonly occurredAfter?: number;
  readonly occurredBefore?: number;
  /** Only events that stand after this one in the order they are given in, to go on where a page ended. */
  readonly olderThan?: { readonly occurredAt: number; readonly id: number };
  /** At most so many of each contact, the newest. */
  readonly limitEach?: number;
  readonly limit: number;
}

export interface ChangeTable {
  append(changes: readonly NewChange[]): Promise<void>;
  /** Changes after `sequence`, in order, of the kinds asked for. */
  after(sequence: number, kinds: readonly ChangeKind[], limit: number): Promise<Change[]>;
  /** The newest first, of the kinds asked for. */
  latest(kinds: readonly ChangeKind[], limit: number): Promise<Change[]>;
  lastSequence(): Promise<number>;
  /**
   * Deletes up to `limit` changes made before `before` that every subscription opened since then has passed;
   * tells how many.
   */
  prune(before: number, limit: number): Promise<number>;
  count(): Promise<number>;
}

/** Who is to be told of changes, or keeps contacts waiting: one node of one workflow of one instance. */
export interface SubscriptionKey {
  readonly key: string;
  readonly kind: 'changes' | 'dates' | 'wait' | 'segments' | 'scores' | 'journeys';
  readonly workflowId: string;
  readonly workflowName: string;
  readonly nodeName: string;
}

export interface Subscription extends SubscriptionKey {
  readonly id: number;
  /** The last change that was looked at. */
  readonly cursor: number;
  /** What it watches, as its owner wrote it. */
  readonly definition: JsonObject;
  readonly createdAt: number;
  /** When its node was last published or ran, to the day; one that is long gone holds no log entries back. */
  readonly openedAt: number;
}

export interface SubscriptionTable {
  /** Creates the subscription with its cursor at the newest change, or returns the existing one; names are kept fresh. */
  open(
    key: SubscriptionKey,
    definition: JsonObject,
    now: number,
  ): Promise<{ subscription: Subscription; isNew: boolean }>;
  get(key: string): Promise<Subscription | null>;
  list(): Promise<Subscription[]>;
  define(id: number, definition: JsonObject): Promise<void>;
  advance(id: number, cursor: number): Promise<void>;
}

/** Something to be looked at later for one contact. */
export interface NewTimer {
  readonly contactId: number;
  /** At most one timer for each subscription, contact and key; null allows any number. */
  readonly dedupeKey: string | null;
  readonly dueAt: number;
  /** Events at or after this moment may let it go early. */
  readonly sinceAt: number;
  /** The event that started the item; it never lets it go itself. */
  readonly sinceEventId: number | null;
  /** The event types (or beginnings with `*`) that make the pump look at it at once. */
  readonly watch: readonly string[] | null;
  readonly payload: JsonObject;
}

export interface Timer extends NewTimer {
  readonly id: number;
  readonly subscriptionId: number;
  readonly createdAt: number;
  /** How often it has been delivered; more than once after a crash or a failed execution. */
  readonly attempt: number;
  /** Whether it travels in a delivery of its own, because a delivery with others failed. */
  readonly isAlone: boolean;
  /** The delivery it is in, or was in when its process ended; null while it waits. */
  readonly claim: string | null;
  /** Why its delivery failed for good; null while it waits. */
  readonly error: string | null;
  readonly state: 'waiting' | 'delivering' | 'failed';
}

/** What a timer is due for. */
export type DueTimer = Pick<Timer, 'id' | 'contactId' | 'dedupeKey' | 'dueAt' | 'payload'>;

export interface TimerTable {
  /**
   * Sets timers. One with a dedupe key that waits already is left alone (`keep`) or replaced (`restart`), unless what
   * it is about began later than the new one (`sinceAt`); tells for each which.
   */
  set(
    subscriptionId: number,
    timers: readonly NewTimer[],
    present: 'keep' | 'restart',
    now: number,
  ): Promise<
    Array<{ readonly id: number; readonly outcome: 'set' | 'restarted' | 'kept'; readonly dueAt: number }>
  >;
  /**
   * Sets timers where the caller has read in the same transaction which wait already: one with an id takes that one's
   * place, one without is new.
   */
  replace(
    subscriptionId: number,
    timers: ReadonlyArray<NewTimer & { readonly id: number | null }>,
    now: number,
  ): Promise<void>;
  /** Up to `limit` timers whose time to be looked at has come, oldest first. */
  ripe(subscriptionId: number, now: number, limit: number): Promise<Timer[]>;
  /** Marks timers as being delivered until `leaseUntil`; counts the attempt. */
  claim(ids: readonly number[], claim: string, leaseUntil: number): Promise<void>;
  /** Looks at these again at their due time. */
  postpone(ids: readonly number[]): Promise<void>;
  /** Gives timers another due time; those that were being delivered wait again. */
  reschedule(timers: ReadonlyArray<{ readonly id: number; readonly dueAt: number }>): Promise<void>;
  /** Gives timers to another subscription, those left out that would take a place there that is taken; tells how many. */
  transfer(ids: readonly number[], subscriptionId: number): Promise<number>;
  renew(claims: readonly string[], leaseUntil: number): Promise<void>;
  /** Ends a delivery: its timers are gone. */
  settle(claim: string): Promise<number>;
  /** Gives a failed delivery's timers back, each to travel alone, at once. */
  isolate(claim: string, now: number): Promise<number>;
  /** Keeps a delivery's timers as failed, with the error. */
  fail(claim: string, error: string): Promise<number>;
  /** When the pump has to look next for these subscriptions; null when nothing waits. */
  nextLook(subscriptionIds: readonly number[]): Promise<number | null>;
  /** Looks at once at waiting timers of contacts that watch one of these event types. */
  wake(
    events: ReadonlyArray<{ readonly contactId: number; readonly type: string }>,
    now: number,
  ): Promise<number>;
  /** Looks at once at every waiting timer that watches a type with this in it; it looks through all timers. */
  wakeWatching(part: string, now: number): Promise<number>;
  /** Looks at once at every watching timer of these contacts. */
  wakeContacts(contactIds: readonly number[], now: number): Promise<number>;
  list(query: TimerQuery): Promise<Timer[]>;
  /** Every timer that one subscription has for these contacts. */
  ofContacts(subscriptionId: number, contactIds: readonly number[]): Promise<DueTimer[]>;
  /**
   * Lets timers go at once, failed ones too, which travel alone and may be tried as often as before; tells how
   * many. What is being delivered is left alone.
   */
  release(ids: readonly number[], now: number): Promise<number>;
  remove(ids: readonly number[]): Promise<number>;
  /** Removes every timer of one subscription that was never delivered; tells how many. */
  clear(subscriptionId: number): Promise<number>;
  /** Removes timers of one subscription that were never delivered and fall due after the moment given for their contact. */
  removeFor(
    subscriptionId: number,
    contacts: ReadonlyArray<{ readonly contactId: number; readonly dueAfter: number }>,
  ): Promise<number>;
  /** Those of contacts; that of segments, which wait for time to turn a rule, are left out. */
  countByState(): Promise<{ waiting: number; delivering: number; failed: number }>;
}

export interface TimerQuery {
  readonly subscriptionIds?: readonly number[];
  readonly contactIds?: readonly number[];
  readonly ids?: readonly number[];
  readonly state?: Timer['state'];
  readonly afterId?: number;
  readonly limit: number;
}

/** Which contacts a rule holds for, at a moment. */
export interface RuleQuestion {
  readonly rule: Rule;
  readonly book: RuleBook;
  readonly now: number;
  /** The zone of contacts whose own is unknown. */
  readonly workflowZone: string;
}

export interface RuleTable {
  /** The contacts a rule holds for, by id ascending, after `afterId`; only of `contactIds` where they are given. */
  select(
    question: RuleQuestion,
    page: { readonly limit: number; readonly afterId?: number; readonly contactIds?: readonly number[] },
  ): Promise<number[]>;
  count(question: RuleQuestion, contactIds?: readonly number[]): Promise<number>;
}

/** What names a store has seen, so that the editor can offer them. */
export interface CatalogueTable {
  note(names: ReadonlyArray<{ readonly kind: CatalogueKind; readonly name: string }>): Promise<void>;
  list(kind: CatalogueKind): Promise<string[]>;
  /** A secret of this store, made at its first use. */
  secret(name: string, make: () => string): Promise<string>;
}

export type CatalogueKind =
  'tag' | 'list' | 'property' | 'event' | 'channel' | 'stage' | 'survey' | 'watched_property';
