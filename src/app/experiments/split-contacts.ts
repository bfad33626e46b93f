import type { ContactProfile } from '../../domain/contact/contact';
import type { Experiment } from '../../domain/experiment/experiment';
import { splitter, type Assignment } from '../../domain/experiment/split-contact';
import { jsonEquals, type JsonObject } from '../../domain/json';
import type { Problem } from '../../domain/problem';
import type { KeptAssignment, SavedExperiment, Store, Transaction } from '../../store/port';
import { writeBatch, type BatchPolicy } from '../all-or-nothing';
import { chunks } from '../chunks';
import { findContacts, type ContactReference } from '../find-contacts';
import { UNKNOWN_CONTACT } from '../find-profiles';
import { loadProfiles } from '../profiles';

/** Whose turn it is in which experiment. Requests of the same experiment may share the object. */
export interface SplitRequest {
  readonly contact: ContactReference;
  readonly experiment: Experiment;
  /** Who was assigned before, and would get something else by the weights of now: keeps what it got, or moves. */
  readonly again: 'keep' | 'move';
}

/** What a contact gets. */
export type SplitResult =
  | {
      readonly outcome: 'split';
      readonly contact: ContactProfile;
      readonly variant: Assignment;
      /** What it got before, and since when; null the first time. */
      readonly before: KeptAssignment | null;
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

const AT_ONCE = 500;

/**
 * Gives each contact its variant, or the control group, and keeps what it got. An experiment that is new, or has other
 * variants, weights or another control group, is saved in its next version. Nothing is kept where `record` is false.
 */
export function splitContacts(
  store: Store,
  requests: readonly SplitRequest[],
  now: number,
  policy: BatchPolicy & { readonly record: boolean },
): Promise<SplitResult[]> {
  const work = async (tx: Transaction): Promise<SplitResult[]> => {
    const saved = await saveExperiments(tx, requests, now, policy.record);
    const results: SplitResult[] = [];
    for (const piece of chunks(requests, AT_ONCE)) {
      for (const result of await splitPiece(tx, piece, saved, now, policy.record)) results.push(result);
    }
    return results;
  };
  return policy.record ? writeBatch(store, policy, work) : store.read(work);
}

/** The definition of an experiment in its JSON. */
export function definitionOf({ name, variants, controlShare }: Experiment): JsonObject {
  return { name, variants: variants.map((own) => ({ name: own.name, weight: own.weight })), controlShare };
}

async function saveExperiments(
  tx: Transaction,
  requests: readonly SplitRequest[],
  now: number,
  record: boolean,
): Promise<Map<string, SavedExperiment>> {
  const saved = new Map((await tx.experiments.list()).map((own) => [own.name, own]));
  if (!record) return saved;
  for (const experiment of new Set(requests.map((request) => request.experiment))) {
    const definition = definitionOf(experiment);
    if (jsonEquals(saved.get(experiment.name)?.definition, definition)) continue;
    saved.set(experiment.name, await tx.experiments.put(experiment.name, definition, now));
  }
  return saved;
}

async function splitPiece(
  tx: Transaction,
  requests: readonly SplitRequest[],
  saved: ReadonlyMap<string, SavedExperiment>,
  now: number,
  record: boolean,
): Promise<SplitResult[]> {
  const references = requests.map(({ contact }) => contact);
  const ids = await findContacts(tx, references);
  const profiles = await loadProfiles(
    tx,
    ids.filter((id) => id !== null),
  );
  const results: SplitResult[] = requests.map(() => ({ outcome: 'refused', problems: [UNKNOWN_CONTACT] }));
  const byName = Map.groupBy(requests.keys(), (index) => requests[index]?.experiment.name ?? '');
  for (const [name, places] of byName) {
    const id = saved.get(name)?.id ?? null;
    const contactIds = [...new Set(places.flatMap((index) => ids[index] ?? []))];
    const kept =
      id === null ? new Map<number, KeptAssignment>() : await tx.experiments.assigned(id, contactIds);
    const drawn = new Map<Experiment, (contactId: number) => Assignment>();
    const fresh = new Map<number, KeptAssignment>();
    for (const index of places) {
      const request = requests[index];
      const contact = profiles.get(ids[index] ?? -1);
      if (!request || !contact) continue;
      const { experiment, again } = request;
      const draw = drawn.get(experiment) ?? splitter(experiment);
      drawn.set(experiment, draw);
      const before = fresh.get(contact.id) ?? kept.get(contact.id) ?? null;
      const variant =
        before && again === 'keep' && isThere(experiment, before.variant) ? before.variant : draw(contact.id);
      if (!before || before.variant !== variant) fresh.set(contact.id, { variant, at: now });
      results[index] = { outcome: 'split', contact, variant, before };
    }
    if (record && id !== null) {
      await tx.experiments.assign(
        id,
        [...fresh].map(([contactId, assignment]) => ({ contactId, ...assignment })),
      );
    }
  }
  return results;
}

/** Whether an experiment still has what a contact got; there is always a control group to be in. */
function isThere({ variants }: Experiment, variant: Assignment): boolean {
  return variant === null || variants.some(({ name }) => name === variant);
}
