import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KnownContacts, UpsertPlan, UpsertRequest, UpsertResult } from '../domain/contact/upsert';
import type { Contact } from '../domain/contact/contact';
import { stricterConsent } from '../domain/consent/consent';
import type { CatalogueKind, Store, Transaction } from '../store/port';
import { writeBatch, type BatchPolicy } from './all-or-nothing';
import { chunks } from './chunks';
import { KnownBatch } from './known-contacts';
import { logStaysEndedByMerge } from './journeys/end-stays';
import { keepHistory } from './property-history';

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

/** Requests whose contacts are read together. */
const READ_AT_ONCE = 2_000;

/** Told what a batch reads and what it makes of it, piece by piece. */
export interface BatchListener {
  read(known: KnownContacts): void;
  planned(plan: UpsertPlan): void;
}

/** The same within a transaction that does more. */
export async function applyUpserts(
  tx: Transaction,
  requests: readonly UpsertRequest[],
  now: number,
  listener?: BatchListener,
): Promise<UpsertResult[]> {
  const results: UpsertResult[] = [];
  const writes: Array<Promise<void>> = [];
  const became = new Map<number, number>();
  let ahead: Reading | null = null;
  while (results.length < requests.length) {
    const reading: Reading = ahead ?? startReading(tx, requests, results.length);
    const { wave, known } = await reading.done;
    for (const plan of reading.plannedSince) known.follow(plan);
    listener?.read(known);
    // The next wave is read, and each piece written, while pieces are planned.
    const end = results.length + wave.length;
    ahead = end < requests.length ? startReading(tx, requests, end) : null;
    for (const piece of chunks(wave)) {
      const plan = await planPiece(tx, piece, known, now);
      listener?.planned(plan);
      for (const result of plan.results) results.push(result);
      const written = write(tx, plan, now);
      written.catch(() => {});
      writes.push(written);
      if (plan.merges.length > 0) {
        // What was read is out of date: the rest is read again.
        for (const { absorbedId, survivorId } of plan.merges) became.set(absorbedId, survivorId);
        await written;
        ahead = null;
        break;
      }
      known.follow(plan);
      ahead?.plannedSince.push(plan);
      if (results.length < requests.length) await nextTurn();
    }
  }
  await Promise.all(writes);
  return became.size === 0 ? results : results.map((result) => presentedOf(result, became));
}

/** Some requests of a batch and what the store knows for them, and the plans that were made since it was asked. */
interface Reading {
  readonly done: Promise<{ wave: readonly UpsertRequest[]; known: KnownBatch }>;
  readonly plannedSince: UpsertPlan[];
}

function startReading(tx: Transaction, requests: readonly UpsertRequest[], from: number): Reading {
  const readAll = async () => {
    const wave = await throughMerges(tx, requests.slice(from, from + READ_AT_ONCE));
    const known = await KnownBatch.load(tx, wave);
    if (wave.every(({ patch }) => patch.nationalPhone === undefined)) return { wave, known };
    const read = known.withPhonesRead(wave);
    return { wave: read, known: await KnownBatch.load(tx, read) };
  };
  const done = readAll();
  done.catch(() => {});
  return { done, plannedSince: [] };
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
  known: KnownBatch,
  now: number,
): Promise<UpsertPlan> {
  try {
    return known.plan(piece, now);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // One request gave up an identifier, and a later one with it is somebody new.
    known.addIds(await tx.contacts.allocateIds(piece.length - known.idsLeft));
    return known.plan(piece, now);
  }
}

async function write(tx: Transaction, plan: UpsertPlan, now: number): Promise<void> {
  if (plan.merges.length > 0) await absorb(tx, plan.merges, now);
  const survivorIds = new Set(plan.merges.map(({ survivorId }) => survivorId));
  const before = survivorIds.size > 0 ? tx.contacts.get([...survivorIds]) : new Map<number, Contact>();
  const keepsHistory = async () => {
    const after = plan.contacts.filter(({ id }) => survivorIds.has(id));
    await keepHistory(tx, plan.changes, { before: await before, after }, now);
  };
  await Promise.all([
    tx.contacts.dropIdentifiers(plan.droppedIdentifiers),
    tx.contacts.put(plan.contacts),
    tx.contacts.putIdentifiers(plan.identifiers),
    tx.contacts.join('tag', plan.tags, now),
    tx.contacts.join('list', plan.lists, now),
    tx.changes.append(plan.changes),
    tx.catalogue.note(namesSeen(plan)),
    keepsHistory(),
  ]);
}

/** Joins contacts with everything that hangs on them, keeping the stricter consent of each channel. */
export async function absorb(tx: Transaction, merges: UpsertPlan['merges'], now: number): Promise<void> {
  if (merges.length === 0) return;
  const ids = [...new Set(merges.flatMap(({ absorbedId, survivorId }) => [absorbedId, survivorId]))];
  const [consents, stays] = await Promise.all([tx.consents.current(ids), tx.enrolments.active(ids)]);
  for (const { absorbedId, survivorId } of merges) {
    const own = new Map(Object.entries(consents.get(survivorId) ?? {}));
    for (const [channel, consent] of Object.entries(consents.get(absorbedId) ?? {})) {
      own.set(channel, stricterConsent(own.get(channel), consent) ?? consent);
    }
    consents.set(survivorId, Object.fromEntries(own));
  }
  await tx.contacts.absorb(merges, now);
  await logStaysEndedByMerge(tx, stays, now);
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
  const stages = new Set<string>();
  const properties = new Set<string>();
  for (const contact of plan.contacts) {
    for (const name of Object.keys(contact.properties)) properties.add(name);
    if (contact.lifecycleStage !== null) stages.add(contact.lifecycleStage);
  }
  const all: Array<[CatalogueKind, Iterable<string>]> = [
    ['tag', new Set(plan.tags.map(({ name }) => name))],
    ['list', new Set(plan.lists.map(({ name }) => name))],
    ['property', properties],
    ['stage', stages],
  ];
  return all.flatMap(([kind, names]) => [...names].map((name) => ({ kind, name })));
}
