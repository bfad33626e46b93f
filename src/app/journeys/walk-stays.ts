import type { Change } from '../../domain/change/change';
import type { Enrolment } from '../../domain/journey/enrolment';
import { judgeStay, type JudgedStay, type StayEnd } from '../../domain/journey/judge-stay';
import type { RuleFacts } from '../../domain/rule/rule-facts';
import { contactZone } from '../../domain/schedule/contact-zone';
import type { Turns } from '../segments/contact-walk';
import { firstOf } from '../segments/contact-walk';
import { PastFacts } from '../segments/past-facts';
import type { LiveJourney, LiveJourneys } from './live-journeys';

/** Something that happened to a contact, and the journeys whose stays it may have ended. */
export interface JourneyOccasion {
  readonly at: number;
  /** Null where nothing changed, and only the journey is another one. */
  readonly change: Change | null;
  readonly journeys: ReadonlySet<number>;
}

/** A stay that a walk ended. */
export interface WalkedEnd {
  readonly stay: Enrolment;
  readonly live: LiveJourney;
  readonly at: number;
  readonly end: StayEnd;
}

/**
 * Takes one contact's active stays through what happened and through the moments at which time ends them, in order, up to
 * `until`: at each only those concerned are judged, as of that moment and never as of one before they began, by what was
 * known then. `facts` are those after all that happened.
 */
export function walkStays(
  stays: readonly Enrolment[],
  occasions: readonly JourneyOccasion[],
  present: Turns,
  facts: RuleFacts,
  journeys: LiveJourneys,
  until: number,
): { readonly ends: readonly WalkedEnd[]; readonly turns: Turns } {
  const active = new Map(stays.map((stay) => [stay.id, stay]));
  const turns = new Map([...present].filter(([id]) => active.has(id)));
  const ends: WalkedEnd[] = [];
  const past = new PastFacts(facts, occasions);
  let next = 0;
  for (let judgedTo = -Infinity; ;) {
    const due = Math.min(occasions[next]?.at ?? Infinity, firstOf(turns) ?? Infinity);
    if (due > until) return { ends, turns };
    const at = Math.max(due, judgedTo);
    judgedTo = at;
    const touched = new Set<number>();
    for (; (occasions[next]?.at ?? Infinity) <= at; next++) {
      for (const id of occasions[next]?.journeys ?? []) touched.add(id);
    }
    for (const stay of active.values()) {
      const live = journeys.byId.get(stay.journeyId);
      const isDue = (turns.get(stay.id) ?? Infinity) <= at;
      if (isDue) turns.delete(stay.id);
      if (!live || !(isDue || touched.has(stay.journeyId))) continue;
      const asOf = Math.max(at, stay.enteredAt);
      // What happened between that and the entry was known at the entry too.
      const known = past.after(occasions.filter((occasion) => occasion.at <= asOf).length);
      const { end, turnsAt } = judgeOne(live, stay, known, journeys, asOf);
      if (end) ends.push({ stay, live, at: asOf, end });
      if (end) active.delete(stay.id);
      if (end || turnsAt === null) turns.delete(stay.id);
      else turns.set(stay.id, turnsAt);
    }
  }
}

/** Judges a stay by the contact's clock, the journey's where it is unknown. */
export function judgeOne(
  { journey, definition }: Pick<LiveJourney, 'journey' | 'definition'>,
  stay: Pick<Enrolment, 'enteredAt' | 'sinceAt' | 'eventId'>,
  facts: RuleFacts,
  { book }: Pick<LiveJourneys, 'book'>,
  now: number,
): JudgedStay {
  return judgeStay(
    definition,
    stay,
    facts,
    { now, zone: contactZone(facts.contact, journey.zone, now) },
    book,
  );
}
