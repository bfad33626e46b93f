import { quote, type Problem } from '../../domain/problem';
import type { Journey, Store, Subscription, Transaction } from '../../store/port';
import { writeBatch, type BatchPolicy } from '../all-or-nothing';
import { chunks } from '../chunks';
import { findStays, type FoundStay, type StayReference } from './find-stays';
import { doesStepExist, waitsOfStays, type WaitOfStay } from './list-stays';

/** A stay whose waits are to go to another step: a Wait Until Date of the same workflow. */
export type MoveRequest = StayReference & {
  readonly step: string;
  /** Whether the contact goes on from there at once, or when its wait was to end. */
  readonly leaves: 'atOnce' | 'whenDue';
};

export type MoveResult =
  | {
      readonly outcome: 'moved' | 'unchanged';
      readonly journey: string;
      readonly enrolmentId: number | null;
      /** The steps that it was moved from, and from how many waits. */
      readonly from: readonly string[];
      readonly count: number;
      readonly reasons: readonly string[];
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

const CHUNK = 500;

/**
 * Moves the waits of stays to another waiting step, from which the contacts go on. Only who waits can be moved: nobody
 * knows where in an execution a contact is that does not. Refused: a step in which nobody of this workflow has ever
 * waited or could wait, because it was never published.
 */
export function moveStays(
  store: Store,
  requests: readonly MoveRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<MoveResult[]> {
  return writeBatch(store, policy, async (tx) => {
    const results: MoveResult[] = [];
    for (const piece of chunks(requests, CHUNK)) {
      for (const result of await movePiece(tx, piece, now)) results.push(result);
    }
    return results;
  });
}

async function movePiece(
  tx: Transaction,
  requests: readonly MoveRequest[],
  now: number,
): Promise<MoveResult[]> {
  const [found, journeys, subscriptions] = await Promise.all([
    findStays(tx, requests),
    tx.journeys.list(),
    tx.subscriptions.list(),
  ]);
  const contactIds = [...new Set(found.flatMap((own) => ('stay' in own ? (own.stay?.contactId ?? []) : [])))];
  const waits = await waitsOfStays(tx, contactIds);
  const byName = new Map(journeys.map((own) => [own.name, own]));
  const moves = new Map<number, WaitOfStay[]>();
  const released: number[] = [];
  const taken = new Set<string>();
  const results = requests.map((request, index): MoveResult => {
    const own = found[index];
    if (!own || 'problems' in own) return { outcome: 'refused', problems: own?.problems ?? [] };
    const journey = byName.get(own.journey);
    const step = journey && stepOf(journey, request.step, subscriptions);
    if (!journey || !step)
      return { outcome: 'refused', problems: [unknownStep(journey, request.step, subscriptions)] };
    const told = { journey: own.journey, enrolmentId: own.stay?.id ?? null };
    const movable = movableOf(own, waits).filter((wait) => wait.step.id !== step.id);
    const going = movable.filter(({ timer }) => {
      const place = JSON.stringify([step.id, timer.contactId, timer.dedupeKey]);
      const isFree = timer.dedupeKey === null || !taken.has(place);
      taken.add(place);
      return isFree;
    });
    moves.set(step.id, [...(moves.get(step.id) ?? []), ...going]);
    if (request.leaves === 'atOnce') released.push(...going.map(({ timer }) => timer.id));
    const from = [...new Set(going.map((wait) => wait.step.nodeName))];
    if (going.length === 0) {
      return { ...told, outcome: 'unchanged', from, count: 0, reasons: [whyNot(own, waits, step)] };
    }
    const when = request.leaves === 'atOnce' ? 'goes on from there at once' : 'goes on from there when due';
    return { ...told, outcome: 'moved', from, count: going.length, reasons: [when] };
  });
  for (const [subscriptionId, going] of moves) {
    await tx.timers.transfer(
      going.map(({ timer }) => timer.id),
      subscriptionId,
    );
  }
  if (released.length > 0) await tx.timers.release(released, now);
  return results;
}

/** What is on its way out at this moment has left already. */
function movableOf(own: FoundStay, waits: ReadonlyMap<number, readonly WaitOfStay[]>): WaitOfStay[] {
  if (!('stay' in own) || own.stay?.state !== 'active') return [];
  return (waits.get(own.stay.id) ?? []).filter(({ timer }) => timer.state !== 'delivering');
}

function whyNot(
  own: FoundStay,
  waits: ReadonlyMap<number, readonly WaitOfStay[]>,
  { nodeName }: Subscription,
): string {
  if (!('stay' in own) || !own.stay) return 'it was never in this journey';
  if (own.stay.state !== 'active') return `its stay has ended: ${own.stay.reason ?? own.stay.state}`;
  const present = waits.get(own.stay.id) ?? [];
  if (present.length === 0)
    return 'it waits in no Wait Until Date at this moment, and only who waits can be moved';
  return present.some(({ timer }) => timer.state === 'delivering')
    ? 'it is on its way out of its wait'
    : `it waits in ${nodeName} already`;
}

/** A waiting step of the journey's workflow, of which of several of that name the newest. */
function stepOf(
  { workflowId }: Journey,
  name: string,
  subscriptions: readonly Subscription[],
): Subscription | undefined {
  return subscriptions.findLast(
    (own) => own.kind === 'wait' && own.workflowId === workflowId && own.nodeName === name,
  );
}

function unknownStep(
  journey: Journey | undefined,
  name: string,
  subscriptions: readonly Subscription[],
): Problem {
  const known = subscriptions.flatMap((own) =>
    journey && own.kind === 'wait' && doesStepExist(journey, own) ? [quote(own.nodeName)] : [],
  );
  const isOther = journey?.steps.some((own) => own.name === name) === true;
  const what = isOther
    ? `The step ${quote(name)} is no Wait Until Date that was published`
    : `The journey's workflow ${quote(journey?.workflowName)} has no waiting step ${quote(name)}`;
  const where = known.length === 0 ? 'it has no other one yet' : `here ${known.join(', ')}`;
  const rule = 'contacts can only be moved from one Wait Until Date to another one of the same workflow';
  return { field: 'step', message: `${what}; ${rule}: ${where}.` };
}
