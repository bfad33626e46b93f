import type { ContactProfile } from '../../domain/contact/contact';
import type { Enrolment, EnrolmentState } from '../../domain/journey/enrolment';
import { isJsonObject } from '../../domain/json';
import type { Problem } from '../../domain/problem';
import type { Journey, Store, Subscription, Timer, Transaction } from '../../store/port';
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

/** Lists stays in journeys as they are at a moment, in the order in which they began. */
export async function listStays(store: Store, query: StaysQuery, now: number): Promise<StaysListed> {
  await maintainJourneys(store, now);
  return store.read(async (tx): Promise<StaysListed> => {
    const journeys = await tx.journeys.list();
    const journey = journeys.find(({ name }) => name === query.journey);
    if (query.journey !== null && !journey) {
      return { outcome: 'refused', problems: [unknownJourney(query.journey)] };
    }
    const [contactId = null] = query.contact ? await findContacts(tx, [query.contact]) : [];
    if (query.contact && contactId === null) return { outcome: 'refused', problems: [UNKNOWN_CONTACT] };
    const byId = new Map(journeys.map((own) => [own.id, own]));
    const stays: ListedStay[] = [];
    for (let afterId = 0; stays.length < query.limit;) {
      const limit = Math.min(PAGE, query.limit - stays.length);
      const page = await tx.enrolments.select({
        ...(journey ? { journeyIds: [journey.id] } : {}),
        ...(contactId === null ? {} : { contactIds: [contactId] }),
        ...(query.state ? { state: query.state } : {}),
        afterId,
        limit,
      });
      const contactIds = [...new Set(page.map((own) => own.contactId))];
      const [profiles, waits] = await Promise.all([
        loadProfiles(tx, contactIds),
        waitsOfStays(tx, contactIds),
      ]);
      for (const enrolment of page) {
        const own = byId.get(enrolment.journeyId);
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
    return { outcome: 'listed', stays };
  });
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
