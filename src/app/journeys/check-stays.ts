import type { ContactProfile } from '../../domain/contact/contact';
import type { Enrolment } from '../../domain/journey/enrolment';
import type { Problem } from '../../domain/problem';
import type { Store, Transaction } from '../../store/port';
import { writeBatch, type BatchPolicy } from '../all-or-nothing';
import { chunks } from '../chunks';
import { UNKNOWN_CONTACT } from '../find-profiles';
import { loadFacts } from '../segments/load-facts';
import { endStays, type EndedStay } from './end-stays';
import { findStays, type FoundStay, type StayReference } from './find-stays';
import { liveJourneys, type LiveJourneys } from './live-journeys';
import { maintainJourneys } from './maintain';
import { judgeOne } from './walk-stays';

/** How a stay stands, after it was checked or ended. */
export type StayResult =
  | {
      /** `left`: the stay is over, or there never was one, or it belongs to the control group. */
      readonly outcome: 'continues' | 'left';
      readonly journey: string;
      readonly contact: ContactProfile;
      readonly enrolment: Enrolment | null;
      readonly reasons: readonly string[];
      /** Whether it ended by this very call. */
      readonly isChanged: boolean;
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

const CHUNK = 500;

/** Judges stays at this moment: those whose goal is reached, or that are over for another reason, end. */
export async function checkStays(
  store: Store,
  references: readonly StayReference[],
  now: number,
  policy: BatchPolicy,
): Promise<StayResult[]> {
  await maintainJourneys(store, now);
  return writeBatch(store, policy, (tx) =>
    inPieces(references, async (piece) => judgeFound(tx, await findStays(tx, piece), now)),
  );
}

/** A stay that is to end, and why. */
export type EndRequest = StayReference & { readonly reason: string };

/** Ends stays that are active, each for its reason; those that ended before are left as they are. */
export async function endStaysOf(
  store: Store,
  requests: readonly EndRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<StayResult[]> {
  await maintainJourneys(store, now);
  return writeBatch(store, policy, (tx) =>
    inPieces(requests, async (piece) => {
      const found = await findStays(tx, piece);
      return conclude(tx, found, await liveJourneys(tx), now, (_stay, index) => ({
        end: { state: 'left', reason: piece[index]?.reason ?? '' },
        reasons: [piece[index]?.reason ?? ''],
      }));
    }),
  );
}

async function inPieces<T>(
  requests: readonly T[],
  work: (piece: readonly T[]) => Promise<StayResult[]>,
): Promise<StayResult[]> {
  const results: StayResult[] = [];
  for (const piece of chunks(requests, CHUNK)) for (const result of await work(piece)) results.push(result);
  return results;
}

async function judgeFound(tx: Transaction, found: readonly FoundStay[], now: number): Promise<StayResult[]> {
  const live = await liveJourneys(tx);
  return conclude(tx, found, live, now, (stay, _index, facts) => {
    const own = live.byId.get(stay.journeyId);
    const known = facts.get(stay.contactId);
    if (!own || !known) return { end: null, reasons: [] };
    const judged = judgeOne(own, stay, known, live, now);
    return { end: judged.end, reasons: judged.end?.reasons ?? judged.reasons() };
  });
}

/** What is decided about a stay that is active. */
type Conclusion = (
  stay: Enrolment,
  index: number,
  facts: Awaited<ReturnType<typeof loadFacts>>,
) => { readonly end: EndedStay['end'] | null; readonly reasons: readonly string[] };

/** Ends those stays that are concluded to be over, and tells how each stands. */
async function conclude(
  tx: Transaction,
  found: readonly FoundStay[],
  live: LiveJourneys,
  now: number,
  decide: Conclusion,
): Promise<StayResult[]> {
  const asked = new Map<number, Array<LiveJourneyNeeds>>();
  for (const own of found) {
    if (!('stay' in own) || own.contactId === null) continue;
    const needs = own.stay ? live.byId.get(own.stay.journeyId)?.needs : undefined;
    asked.set(own.contactId, [...(asked.get(own.contactId) ?? []), ...(needs ? [needs] : [])]);
  }
  const facts = await loadFacts(tx, asked, now);
  const ends = new Map<number, EndedStay>();
  const results = found.map((own, index): StayResult => {
    if ('problems' in own) return { outcome: 'refused', problems: own.problems };
    const { stay, contactId, journey } = own;
    const contact = facts.get(contactId ?? -1)?.contact;
    if (!contact) return { outcome: 'refused', problems: [UNKNOWN_CONTACT] };
    const told = { journey, contact, isChanged: false };
    if (!stay) {
      const reasons = [`it was never in the journey ${journey}`];
      return { ...told, outcome: 'left', enrolment: null, reasons };
    }
    if (stay.state !== 'active') {
      const ended = new Date(stay.endedAt ?? now).toISOString();
      const reasons = [`the stay ended at ${ended}: ${stay.reason ?? stay.state}`];
      return { ...told, outcome: 'left', enrolment: stay, reasons };
    }
    const { end, reasons } = decide(stay, index, facts);
    if (end) {
      // Of several items that mean one stay, the first ends it.
      if (!ends.has(stay.id)) ends.set(stay.id, { enrolment: stay, journey, at: now, end });
      const first = ends.get(stay.id)?.end ?? end;
      const enrolment = { ...stay, state: first.state, endedAt: now, reason: first.reason };
      return { ...told, outcome: 'left', enrolment, reasons, isChanged: true };
    }
    if (stay.isControl) {
      const because = ['it belongs to the control group', ...reasons];
      return { ...told, outcome: 'left', enrolment: stay, reasons: because };
    }
    return { ...told, outcome: 'continues', enrolment: stay, reasons };
  });
  await endStays(tx, [...ends.values()], now);
  return results;
}

type LiveJourneyNeeds = NonNullable<ReturnType<LiveJourneys['byId']['get']>>['needs'];
