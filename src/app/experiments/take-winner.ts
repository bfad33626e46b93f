import type { ContactProfile } from '../../domain/contact/contact';
import { splitter, type Assignment } from '../../domain/experiment/split-contact';
import type { Experiment } from '../../domain/experiment/experiment';
import { quote, type Problem } from '../../domain/problem';
import type { KeptAssignment, Store, Transaction } from '../../store/port';
import { writeBatch, type BatchPolicy } from '../all-or-nothing';
import { chunks } from '../chunks';
import { findContacts, type ContactReference } from '../find-contacts';
import { UNKNOWN_CONTACT } from '../find-profiles';
import { loadProfiles } from '../profiles';
import { judgeIn, type ResultsRequest } from './experiment-results';

/** One of the rest, who is to get what did best. */
export interface WinnerRequest {
  readonly contact: ContactReference;
  readonly experiment: Experiment;
  readonly results: ResultsRequest;
  /** Where the difference is not credible: take what leads, or split the rest as the test was. */
  readonly undecided: 'leader' | 'split';
}

/** What one of the rest gets. */
export type WinnerResult =
  | {
      readonly outcome: 'winner';
      readonly contact: ContactProfile;
      /** Null for the control group, which gets nothing. */
      readonly variant: Assignment;
      /** What it got in the test itself: nothing more is to be sent to it. */
      readonly tookPart: KeptAssignment | null;
      readonly decision: Decision;
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/** What everybody of the rest gets, and why; no winner: they are split. */
export interface Decision {
  readonly winner: string | null;
  readonly decidedAt: number | null;
  readonly words: readonly string[];
}

const AT_ONCE = 500;

/**
 * Gives the rest what did best in an experiment. The first who ask decide it, for good, so that everybody of the rest
 * gets the same. The control group stays without, by the larger share of those of the experiment as it is saved and as
 * it is asked for. Whoever is split because nothing is decided takes part in the experiment. Refused where the winner is no variant of what is asked for. Nothing is decided where `record` is
 * false.
 */
export function takeWinner(
  store: Store,
  requests: readonly WinnerRequest[],
  now: number,
  policy: BatchPolicy & { readonly record: boolean },
): Promise<WinnerResult[]> {
  const work = async (tx: Transaction): Promise<WinnerResult[]> => {
    const decisions = new Map<string, Decided>();
    for (const request of requests) {
      const { name } = request.experiment;
      if (!decisions.has(name)) decisions.set(name, await decide(tx, request, now, policy.record));
    }
    const results: WinnerResult[] = [];
    for (const piece of chunks(requests, AT_ONCE)) {
      for (const result of await givePiece(tx, piece, decisions, policy.record ? now : null))
        results.push(result);
    }
    return results;
  };
  return policy.record ? writeBatch(store, policy, work) : store.read(work);
}

type Decided =
  | {
      readonly ok: true;
      readonly id: number;
      readonly controlShare: number;
      readonly decision: Decision;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

async function decide(
  tx: Transaction,
  { results, undecided }: WinnerRequest,
  now: number,
  record: boolean,
): Promise<Decided> {
  const judged = await judgeIn(tx, results);
  if (judged.outcome === 'refused') return { ok: false, problems: judged.problems };
  const { experiment, definition, result, words } = judged;
  const { id } = experiment;
  const { controlShare } = definition;
  if (experiment.winner !== null) {
    const { winner, decidedAt } = experiment;
    return {
      ok: true,
      id,
      controlShare,
      decision: { winner, decidedAt, words: ['decided before', ...words] },
    };
  }
  const isCredible = result.verdict === 'decided' || result.verdict === 'same';
  const winner = isCredible || undecided === 'leader' ? result.leader : null;
  if (winner !== null && record) await tx.experiments.decide(id, winner, now);
  return { ok: true, id, controlShare, decision: { winner, decidedAt: winner === null ? null : now, words } };
}

async function givePiece(
  tx: Transaction,
  requests: readonly WinnerRequest[],
  decisions: ReadonlyMap<string, Decided>,
  keptAt: number | null,
): Promise<WinnerResult[]> {
  const references = requests.map(({ contact }) => contact);
  const ids = await findContacts(tx, references);
  const profiles = await loadProfiles(
    tx,
    ids.filter((id) => id !== null),
  );
  const results: WinnerResult[] = requests.map(() => ({ outcome: 'refused', problems: [UNKNOWN_CONTACT] }));
  const byName = Map.groupBy(requests.keys(), (index) => requests[index]?.experiment.name ?? '');
  for (const [name, places] of byName) {
    const decided = decisions.get(name);
    const [first] = places;
    const experiment = first === undefined ? undefined : requests[first]?.experiment;
    if (!decided || !experiment) continue;
    const problems = decided.ok ? problemsOf(experiment, decided.decision) : decided.problems;
    if (!decided.ok || problems.length > 0) {
      for (const index of places) results[index] = { outcome: 'refused', problems };
      continue;
    }
    const contactIds = [...new Set(places.flatMap((index) => ids[index] ?? []))];
    const kept = await tx.experiments.assigned(decided.id, contactIds);
    const controlShare = Math.max(decided.controlShare, experiment.controlShare);
    const draw = splitter({ ...experiment, controlShare });
    const { decision } = decided;
    const fresh = new Map<number, Assignment>();
    for (const index of places) {
      const contact = profiles.get(ids[index] ?? -1);
      if (!contact) continue;
      const tookPart = kept.get(contact.id) ?? null;
      const drawn = draw(contact.id);
      const variant = tookPart ? tookPart.variant : drawn === null ? null : (decision.winner ?? drawn);
      if (!tookPart) fresh.set(contact.id, variant);
      results[index] = { outcome: 'winner', contact, variant, tookPart, decision };
    }
    // Who is split while nothing is decided takes part in the test; who gets its winner does not.
    if (keptAt === null || decision.winner !== null) continue;
    await tx.experiments.assign(
      decided.id,
      [...fresh].map(([contactId, variant]) => ({ contactId, variant, at: keptAt })),
    );
  }
  return results;
}

function problemsOf({ name, variants }: Experiment, { winner }: Decision): Problem[] {
  if (winner === null || variants.some((own) => own.name === winner)) return [];
  const message = `${quote(winner)} won the test ${quote(name)}, but is not among the variants here; add one of that name.`;
  return [{ field: 'variants', message }];
}
