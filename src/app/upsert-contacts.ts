import { IDENTIFIER_KINDS, type Identifier } from '../domain/contact/contact';
import {
  planUpserts,
  type KnownContacts,
  type UpsertPlan,
  type UpsertRequest,
  type UpsertResult,
} from '../domain/contact/upsert';
import { identifierKey } from '../domain/contact/identifier';
import { stricterConsent } from '../domain/consent/consent';
import type { CatalogueKind, Store, Transaction } from '../store/port';
import { writeBatch, type BatchPolicy } from './all-or-nothing';
import { chunks } from './chunks';

/**
 * Creates or updates contacts, all in one transaction, and returns what became of each request in the order
 * given.
 */
export function upsertContacts(
  store: Store,
  requests: readonly UpsertRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<UpsertResult[]> {
  return writeBatch(store, policy, (tx) => applyUpserts(tx, requests, now));
}

/** The same within a transaction that does more. */
export async function applyUpserts(
  tx: Transaction,
  requests: readonly UpsertRequest[],
  now: number,
  onPiece?: (known: KnownContacts, plan: UpsertPlan) => void,
): Promise<UpsertResult[]> {
  const results: UpsertResult[] = [];
  const writes: Array<Promise<void>> = [];
  const became = new Map<number, number>();
  for (const asked of chunks(requests)) {
    const piece = await throughMerges(tx, asked);
    const { known, newIds } = await loadKnown(tx, piece);
    const plan = await planPiece(tx, piece, known, newIds, now);
    // What the next piece reads is read after this is written, without awaiting it; merges take several steps.
    const written = write(tx, plan, now);
    written.catch(() => {});
    if (plan.merges.length > 0) await written;
    writes.push(written);
    onPiece?.(known, plan);
    for (const result of plan.results) results.push(result);
    for (const { absorbedId, survivorId } of plan.merges) became.set(absorbedId, survivorId);
  }
  await Promise.all(writes);
  return became.size === 0 ? results : results.map((result) => presentedOf(result, became));
}

/** The result, naming the contact by the id it has after the whole batch. */
function presentedOf(result: UpsertResult, became: ReadonlyMap<number, number>): UpsertResult {
  if (result.outcome === 'refused') return result;
  let { contactId } = result;
  for (let next = became.get(contactId); next !== undefined; next = became.get(contactId)) contactId = next;
  return { ...result, contactId };
}

/** A contact asked for by its id is found also under the id it had before a merge. */
async function throughMerges(
  tx: Transaction,
  requests: readonly UpsertRequest[],
): Promise<readonly UpsertRequest[]> {
  const ids = requests.flatMap(({ contactId }) => (contactId === undefined ? [] : [contactId]));
  if (ids.length === 0) return requests;
  const present = await tx.contacts.resolve(ids);
  return requests.map((request) => {
    const id = request.contactId === undefined ? undefined : present.get(request.contactId);
    return id === undefined ? request : { ...request, contactId: id };
  });
}

async function planPiece(
  tx: Transaction,
  piece: readonly UpsertRequest[],
  known: KnownContacts,
  newIds: readonly number[],
  now: number,
): Promise<UpsertPlan> {
  try {
    return planUpserts(piece, known, newIds, now);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // One request gave up an identifier, and a later one with it is somebody new.
    const more = await tx.contacts.allocateIds(piece.length - newIds.length);
    return planUpserts(piece, known, [...newIds, ...more], now);
  }
}

function mayBeNew({ contactId, patch }: UpsertRequest, owners: ReadonlyMap<string, number>): boolean {
  if (contactId !== undefined) return false;
  return !identifiersOf(patch.identifiers).some(
    (identifier) =>
      identifier.kind !== 'anonymousId' &&
      identifier.kind !== 'pushToken' &&
      owners.has(identifierKey(identifier)),
  );
}

function identifiersOf(identifiers: UpsertRequest['patch']['identifiers']): Identifier[] {
  return IDENTIFIER_KINDS.flatMap((kind) => {
    const value = identifiers[kind];
    return value ? [{ kind, value }] : [];
  });
}

/** What a piece may touch, and ids for those of it who are likely to be new. */
async function loadKnown(
  tx: Transaction,
  requests: readonly UpsertRequest[],
): Promise<{ known: KnownContacts; newIds: readonly number[] }> {
  const byIdentifier = await tx.contacts.owners(
    requests.flatMap(({ patch }) => identifiersOf(patch.identifiers)),
  );
  const asked = requests.flatMap(({ contactId }) => (contactId === undefined ? [] : [contactId]));
  const ids = [...new Set([...byIdentifier.values(), ...asked])];
  const namesTags = requests.some(({ patch }) => patch.tags.length > 0);
  const namesLists = requests.some(({ patch }) => patch.lists.length > 0);
  const likely = requests.filter((request) => mayBeNew(request, byIdentifier)).length;
  const clears = requests.some(({ patch }) => Object.values(patch.identifiers).includes(null));
  const [contacts, tags, lists, newIds, held] = await Promise.all([
    tx.contacts.get(ids),
    namesTags ? tx.contacts.members('tag', ids) : new Map<number, string[]>(),
    namesLists ? tx.contacts.members('list', ids) : new Map<number, string[]>(),
    tx.contacts.allocateIds(likely),
    clears ? tx.contacts.identifiers(ids) : [],
  ]);
  for (const own of held) byIdentifier.set(identifierKey(own), own.contactId);
  return { known: { byIdentifier, contacts, tags, lists }, newIds };
}

async function write(tx: Transaction, plan: UpsertPlan, now: number): Promise<void> {
  if (plan.merges.length > 0) await absorb(tx, plan.merges, now);
  await Promise.all([
    tx.contacts.dropIdentifiers(plan.droppedIdentifiers),
    tx.contacts.put(plan.contacts),
    tx.contacts.putIdentifiers(plan.identifiers),
    tx.contacts.join('tag', plan.tags, now),
    tx.contacts.join('list', plan.lists, now),
    tx.changes.append(plan.changes),
    tx.catalogue.note(namesSeen(plan)),
  ]);
}

/** Joins contacts with everything that hangs on them, keeping the stricter consent of each channel. */
export async function absorb(tx: Transaction, merges: UpsertPlan['merges'], now: number): Promise<void> {
  if (merges.length === 0) return;
  const consents = await tx.consents.current(
    merges.flatMap(({ absorbedId, survivorId }) => [absorbedId, survivorId]),
  );
  for (const { absorbedId, survivorId } of merges) {
    const own = new Map(Object.entries(consents.get(survivorId) ?? {}));
    for (const [channel, consent] of Object.entries(consents.get(absorbedId) ?? {})) {
      own.set(channel, stricterConsent(own.get(channel), consent) ?? consent);
    }
    consents.set(survivorId, Object.fromEntries(own));
  }
  await tx.contacts.absorb(merges, now);
  const absorbed = new Set(merges.map(({ absorbedId }) => absorbedId));
  const survivors = [...new Set(merges.map(({ survivorId }) => survivorId))].filter(
    (id) => !absorbed.has(id),
  );
  await tx.consents.put(
    survivors.flatMap((contactId) =>
      Object.entries(consents.get(contactId) ?? {}).map(([channel, consent]) => ({
        contactId,
        channel,
        ...consent,
      })),
    ),
  );
  // What either of the two waited for may have happened to the other.
  await tx.timers.wakeContacts(survivors, now);
}

function namesSeen(plan: UpsertPlan): Array<{ kind: CatalogueKind; name: string }> {
  const seen = new Map<string, { kind: CatalogueKind; name: string }>();
  const note = (kind: CatalogueKind, name: string) => seen.set(`${kind}:${name}`, { kind, name });
  for (const { name } of plan.tags) note('tag', name);
  for (const { name } of plan.lists) note('list', name);
  for (const contact of plan.contacts) {
    for (const name of Object.keys(contact.properties)) note('property', name);
    if (contact.lifecycleStage !== null) note('stage', contact.lifecycleStage);
  }
  return [...seen.values()];
}
