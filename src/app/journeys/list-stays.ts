import type { ContactProfile } from '../../domain/contact/contact';
import type { Enrolment, EnrolmentState } from '../../domain/journey/enrolment';
import { isJsonObject } from '../../domain/json';
import type { Problem } from '../../domain/problem';
import type { EnrolmentQuery, Journey, Store, Subscription, Timer, Transaction } from '../../store/port';
import { chunks } from '../chunks';
import { findContacts, type ContactReference } from '../find-contacts';
import { UNKNOWN_CONTACT } from '../find-profiles';
import { loadProfiles } from '../profiles';
import { maintainJourneys } from './maintain';
import { unknownJourney } from './save-journey';

/** Which stays are asked for; every condition given must hold. */
export interface StaysQuery {
  readonly journey: string | null;
  readonly contact: ContactReference | null;
  readonly state: EnrolmentState | null;
  readonly limit: number;
}

/** Where a contact waits in its stay. */
export interface StayWait {
  readonly timer: Timer;
  readonly step: Pick<Subscription, 'nodeName' | 'workflowId' | 'workflowName'>;
  /** Whether the workflow still has this step, as its steps were last seen; null where that cannot be seen. */
  readonly doesExist: boolean | null;
  /** Whether another step follows it there; null where that cannot be seen. */
  readonly doesLeadOn: boolean | null;
}

/** A stay, with its contact and where it waits. */
export interface ListedStay {
  readonly enrolment: Enrolment;
  readonly journey: Journey;
  readonly contact: ContactProfile;
  readonly waits: readonly StayWait[];
}

export type StaysListed =
  | { readonly outcome: 'listed'; readonly stays: readonly ListedStay[] }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

const PAGE = 1_000;

/**
 * Lists stays in journeys for each query as they are at a moment, in the order in which they began. Queries that differ in
 * their contact only are answered together.
 */
export async function listStays(
  store: Store,
  queries: readonly StaysQuery[],
  now: number,
): Promise<StaysListed[]> {
  await maintainJourneys(store, now);
  return store.read(async (tx) => {
    const journeys = new Map((await tx.journeys.list()).map((own) => [own.id, own]));
    const idOf = new Map([...journeys.values()].map(({ name, id }) => [name, id]));
    const contactIds = await findContacts(
      tx,
      queries.map(({ contact }) => contact ?? { id: null, identifiers: [] }),
    );
    const results = queries.map(({ journey, contact }, index): StaysListed => {
      if (journey !== null && !idOf.has(journey)) {
        return { outcome: 'refused', problems: [unknownJourney(journey)] };
      }
      if (contact !== null && (contactIds[index] ?? null) === null) {
        return { outcome: 'refused', problems: [UNKNOWN_CONTACT] };
      }
      return { outcome: 'listed', stays: [] };
    });
    const asked = [...queries.entries()].filter(([index]) => results[index]?.outcome === 'listed');
    const alike = Map.groupBy(asked, ([, { journey, state, contact }]) =>
      JSON.stringify([journey, state, contact === null]),
    );
    for (const own of alike.values()) {
      const [first] = own;
      if (!first) continue;
      const [, { journey, state, contact }] = first;
      const indexes = own.map(([index]) => index);
      const where = {
        ...(journey === null ? {} : { journeyIds: [idOf.get(journey) ?? 0] }),
        ...(state ? { state } : {}),
      };
      if (contact === null) {
        const limit = Math.max(...indexes.map((index) => queries[index]?.limit ?? 0));
        const stays = await selectStays(tx, journeys, where, limit);
        for (const index of indexes) {
          results[index] = { outcome: 'listed', stays: stays.slice(0, queries[index]?.limit) };
        }
        continue;
      }
      for (const piece of chunks(indexes)) {
        const ids = [...new Set(piece.flatMap((index) => contactIds[index] ?? []))];
        const listed = await selectStays(
          tx,
          journeys,
          { ...where, contactIds: ids },
          Number.MAX_SAFE_INTEGER,
        );
        const byContact = Map.groupBy(listed, ({ enrolment }) => enrolment.contactId);
        for (const index of piece) {
          const found = byContact.get(contactIds[index] ?? 0) ?? [];
          results[index] = { outcome: 'listed', stays: found.slice(0, queries[index]?.limit) };
        }
      }
    }
    return results;
  });
}

/** The first stays that fit, with their contacts and waits. */
async function selectStays(
  tx: Transaction,
  journeys: ReadonlyMap<number, Journey>,
  where: Omit<EnrolmentQuery, 'afterId' | 'limit'>,
  most: number,
): Promise<ListedStay[]> {
  const stays: ListedStay[] = [];
  for (let afterId = 0; stays.length < most;) {
    const limit = Math.min(PAGE, most - stays.length);
    const page = await tx.enrolments.select({ ...where, afterId, limit });
    const contactIds = [...new Set(page.map((own) => own.contactId))];
    const [profiles, waits] = await Promise.all([loadProfiles(tx, contactIds), waitsOfStays(tx, contactIds)]);
    for (const enrolment of page) {
      const own = journeys.get(enrolment.journeyId);
      const contact = profiles.get(enrolment.contactId);
      if (!own || !contact) continue;
      const waiting = (waits.get(enrolment.id) ?? []).map((wait) => ({
        ...wait,
        doesExist: doesStepExist(own, wait.step),
        doesLeadOn: doesStepLeadOn(own, wait.step),
      }));
      stays.push({ enrolment, journey: own, contact, waits: waiting });
    }
    if (page.length < limit) break;
    afterId = page.at(-1)?.id ?? afterId;
  }
  return stays;
}

/** A wait of a stay, and the node it waits in. */
export type WaitOfStay = Pick<StayWait, 'timer'> & { readonly step: Subscription };

/** Returns the waits that contacts have in their stays, by the enrolment that the waiting item carries. */
export async function waitsOfStays(
  tx: Transaction,
  contactIds: readonly number[],
): Promise<Map<number, WaitOfStay[]>> {
  const steps = (await tx.subscriptions.list()).filter(({ kind }) => kind === 'wait');
  const waits = new Map<number, WaitOfStay[]>();
  if (contactIds.length === 0 || steps.length === 0) return waits;
  const stepOf = new Map(steps.map((own) => [own.id, own]));
  for (let afterId = 0; ;) {
    const timers = await tx.timers.list({
      subscriptionIds: [...stepOf.keys()],
      contactIds,
      afterId,
      limit: PAGE,
    });
    for (const timer of timers) {
      const step = stepOf.get(timer.subscriptionId);
      const id = enrolmentOf(timer);
      if (!step || id === null) continue;
      const own = waits.get(id);
      if (own) own.push({ timer, step });
      else waits.set(id, [{ timer, step }]);
    }
    if (timers.length < PAGE) return waits;
    afterId = timers.at(-1)?.id ?? afterId;
  }
}

function enrolmentOf({ payload: { item } }: Timer): number | null {
  const journey = isJsonObject(item) ? item.journey : undefined;
  const id = isJsonObject(journey) ? journey.enrolmentId : undefined;
  return typeof id === 'number' ? id : null;
}

/** Whether a workflow still has a step, as the steps that follow the journey's entry were last seen. */
export function doesStepExist(
  { workflowId, steps }: Pick<Journey, 'workflowId' | 'steps'>,
  step: Pick<Subscription, 'workflowId' | 'nodeName'>,
): boolean | null {
  if (step.workflowId !== workflowId) return null;
  return steps.some(({ name, isDisabled }) => name === step.nodeName && !isDisabled);
}

/** Whether any step follows one, as the steps of the journey's workflow were last seen. */
function doesStepLeadOn(
  journey: Journey,
  step: Pick<Subscription, 'workflowId' | 'nodeName'>,
): boolean | null {
  const exists = doesStepExist(journey, step);
  return exists && journey.steps.some(({ after }) => after.includes(step.nodeName));
}
