import type { ContactProfile } from '../../domain/contact/contact';
import { controlGroup } from '../../domain/journey/control-group';
import { decideEntry, type EarlierStay } from '../../domain/journey/decide-entry';
import type { Enrolment, NewEnrolment } from '../../domain/journey/enrolment';
import type { Problem } from '../../domain/problem';
import { reasonsOf } from '../../domain/rule/explain-rule';
import { judgeRule } from '../../domain/rule/judge-rule';
import type { Rule } from '../../domain/rule/rule';
import type { RuleFacts } from '../../domain/rule/rule-facts';
import { needsOfAll } from '../../domain/rule/rule-needs';
import { contactZone } from '../../domain/schedule/contact-zone';
import type { Store, Subscription, Transaction } from '../../store/port';
import { writeBatch, type BatchPolicy } from '../all-or-nothing';
import { chunks } from '../chunks';
import { findContacts, type ContactReference } from '../find-contacts';
import { UNKNOWN_CONTACT } from '../find-profiles';
import { loadFacts } from '../segments/load-facts';
import { setTurns, turnsOf } from '../segments/turn-timers';
import { endStays } from './end-stays';
import type { LiveJourney, LiveJourneys } from './live-journeys';
import { JOURNEY_UPKEEP, maintainJourneys } from './maintain';
import { saveJourney, type JourneyRequest } from './save-journey';
import { judgeOne } from './walk-stays';

/** Somebody who is to enter a journey. */
export interface EntryRequest {
  readonly contact: ContactReference;
  /** The event that the item carries: what occurred since then counts as since entering. */
  readonly startedBy: { readonly id: number | null; readonly occurredAt: number } | null;
  /** What tells this entry from every other; null where nothing does. */
  readonly entryKey: string | null;
}

/** What became of somebody who was to enter. */
export type EntryResult =
  | {
      /** Whether the contact goes on, or leaves: it may not enter, or belongs to the control group. */
      readonly outcome: 'continues' | 'left';
      readonly entry: 'entered' | 'same' | 'refused';
      readonly journey: string;
      readonly contact: ContactProfile;
      /** Null where it has never been in the journey. */
      readonly enrolment: Enrolment | null;
      /** From when on it could enter; null where it never can, or that is not known. */
      readonly eligibleAt: number | null;
      readonly reasons: readonly string[];
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

const CHUNK = 500;

/**
 * Saves the journey where it differs, and lets contacts enter it, all in one transaction: two processes that let the same
 * contact enter by the same thing at the same moment make one enrolment. One contact enters at most once by one call: with
 * its last request where who is in the journey begins again, else with its first.
 */
export async function enterJourney(
  store: Store,
  journey: JourneyRequest,
  requests: readonly EntryRequest[],
  now: number,
  policy: BatchPolicy,
): Promise<EntryResult[]> {
  await maintainJourneys(store, now);
  return writeBatch(store, policy, async (tx): Promise<EntryResult[]> => {
    const saved = await saveJourney(tx, journey, now);
    if (!saved.ok) return requests.map(() => ({ outcome: 'refused', problems: saved.problems }));
    const { subscription } = await tx.subscriptions.open(JOURNEY_UPKEEP, {}, now);
    const entry = new Entry(tx, subscription, saved.value.live, saved.value.journeys, now);
    const results: EntryResult[] = [];
    const overtaken = await entry.overtaken(requests);
    for (const piece of chunks(requests, CHUNK)) {
      for (const result of await entry.take(piece, overtaken)) results.push(result);
    }
    return results;
  });
}

/** A contact that enters by a request. */
interface Entering {
  readonly index: number;
  readonly enrolment: NewEnrolment;
  readonly replaced: Enrolment | null;
  readonly facts: RuleFacts;
  readonly turnsAt: number | null;
  readonly reasons: readonly string[];
}

type Decided = EntryResult | Entering | { readonly sameAs: number };

class Entry {
  private readonly tx: Transaction;
  private readonly subscription: Subscription;
  private readonly live: LiveJourney;
  private readonly journeys: LiveJourneys;
  private readonly now: number;
  private readonly isControl: (contactId: number) => boolean;
  private readonly excluded: readonly Rule[];

  constructor(
    tx: Transaction,
    subscription: Subscription,
    live: LiveJourney,
    journeys: LiveJourneys,
    now: number,
  ) {
    this.tx = tx;
    this.subscription = subscription;
    this.live = live;
    this.journeys = journeys;
    this.now = now;
    const { definition, journey } = live;
    this.isControl = controlGroup(journey.name, definition.controlShare);
    this.excluded = definition.excludedSegments.map((segment) => ({ kind: 'segment', segment }));
  }

  /** Requests of contacts that would begin again at once, with another one of the same call. */
  async overtaken(requests: readonly EntryRequest[]): Promise<ReadonlySet<EntryRequest>> {
    if (this.live.definition.reentry.kind !== 'always') return new Set();
    const ids = await findContacts(
      this.tx,
      requests.map(({ contact }) => contact),
    );
    const lastOf = new Map(ids.map((id, index) => [id, requests[index]]));
    return new Set(
      requests.filter((request, index) => {
        const last = lastOf.get(ids[index] ?? null);
        const isSame = request.entryKey !== null && request.entryKey === last?.entryKey;
        return ids[index] !== null && request !== last && !isSame;
      }),
    );
  }

  async take(
    requests: readonly EntryRequest[],
    overtaken: ReadonlySet<EntryRequest>,
  ): Promise<EntryResult[]> {
    const { tx, live, now } = this;
    const ids = await findContacts(
      tx,
      requests.map(({ contact }) => contact),
    );
    const contactIds = [...new Set(ids.flatMap((id) => id ?? []))];
    const needs = [live.needs, needsOfAll(this.excluded, this.journeys.book)];
    const [facts, stays] = await Promise.all([
      loadFacts(tx, new Map(contactIds.map((id) => [id, needs])), now),
      tx.enrolments.of(live.journey.id, contactIds),
    ]);
    const staysOf = Map.groupBy(stays, ({ contactId }) => contactId);
    const enteringOf = new Map<number, Entering>();
    const decided = requests.map((request, index): Decided => {
      const id = ids[index] ?? -1;
      const known = facts.get(id);
      if (!known) return { outcome: 'refused', problems: [UNKNOWN_CONTACT] };
      if (overtaken.has(request)) {
        return this.refusal(known.contact, null, ['it begins again with a later item of this run']);
      }
      const first = enteringOf.get(id);
      if (first) return this.again(request, first, known);
      const own = this.decide(request, index, known, staysOf.get(id) ?? []);
      if ('enrolment' in own && 'turnsAt' in own) enteringOf.set(id, own);
      return own;
    });
    const entering = [...enteringOf.values()];
    const entered = await this.write(entering);
    const resultOf = new Map(
      entering.map((own, at) => [own.index, this.resultOf(own, entered[at] ?? 0)] as const),
    );
    return decided.map((own, index): EntryResult => {
      if ('sameAs' in own) {
        const first = resultOf.get(own.sameAs);
        if (!first || first.outcome === 'refused') throw new Error('An entry has no result');
        return { ...first, entry: 'same' };
      }
      if ('outcome' in own) return own;
      const result = resultOf.get(index);
      if (!result) throw new Error('An entry has no result');
      return result;
    });
  }

  private decide(
    { startedBy, entryKey }: EntryRequest,
    index: number,
    facts: RuleFacts,
    stays: readonly Enrolment[],
  ): EntryResult | Entering {
    const { live, now } = this;
    const { contact } = facts;
    const decision = decideEntry(stays as readonly EarlierStay[], live.definition.reentry, entryKey, now);
    const { reasons } = decision;
    if (decision.kind !== 'enters') {
      const enrolment = stays.find(({ id }) => id === decision.id) ?? null;
      if (decision.kind === 'refused') {
        return this.refusal(contact, enrolment, reasons, decision.eligibleAt);
      }
      const goesOn = enrolment?.state === 'active' && !enrolment.isControl;
      return {
        ...this.refusal(contact, enrolment, [...reasons, ...whereItStands(enrolment)]),
        outcome: goesOn ? 'continues' : 'left',
        entry: 'same',
      };
    }
    const zone = contactZone(facts.contact, live.journey.zone, now);
    for (const rule of this.excluded) {
      const judgement = judgeRule(rule, facts, { now, zone }, this.journeys.book);
      if (judgement.holds) {
        const why = ['excluded', ...reasonsOf(judgement)];
        return this.refusal(contact, stays.at(-1) ?? null, why);
      }
    }
    const stay = {
      enteredAt: now,
      sinceAt: startedBy?.occurredAt ?? now,
      eventId: startedBy?.id ?? null,
    };
    const { end, turnsAt } = judgeOne(live, stay, facts, this.journeys, now);
    if (end) return this.refusal(contact, stays.at(-1) ?? null, end.reasons);
    return {
      index,
      facts,
      turnsAt,
      replaced: stays.find(({ id }) => id === decision.replaces) ?? null,
      reasons,
      enrolment: {
        ...stay,
        journeyId: live.journey.id,
        contactId: contact.id,
        entryKey,
        isControl: this.isControl(contact.id),
        workflowId: live.journey.workflowId,
        workflowVersion: live.journey.workflowVersion,
      },
    };
  }

  /** A contact whose entry stands in this very call: the same thing again is the same entry, anything else waits its turn. */
  private again({ entryKey }: EntryRequest, first: Entering, { contact }: RuleFacts): Decided {
    if (entryKey !== null && entryKey === first.enrolment.entryKey) return { sameAs: first.index };
    return this.refusal(contact, null, ['it enters with another item of this run']);
  }

  private refusal(
    contact: ContactProfile,
    enrolment: Enrolment | null,
    reasons: readonly string[],
    eligibleAt: number | null = null,
  ): Exclude<EntryResult, { outcome: 'refused' }> {
    const journey = this.live.journey.name;
    return { outcome: 'left', entry: 'refused', journey, contact, enrolment, eligibleAt, reasons };
  }

  private resultOf(own: Entering, id: number): EntryResult {
    const { enrolment, facts, reasons } = own;
    const { controlShare } = this.live.definition;
    const control = `it belongs to the control group of ${Math.round(controlShare * 1e4) / 100} %`;
    return {
      outcome: enrolment.isControl ? 'left' : 'continues',
      entry: 'entered',
      journey: this.live.journey.name,
      contact: facts.contact,
      enrolment: { ...enrolment, id, state: 'active', endedAt: null, reason: null },
      eligibleAt: null,
      reasons: enrolment.isControl ? [...reasons, control] : reasons,
    };
  }

  private async write(entering: readonly Entering[]): Promise<number[]> {
    if (entering.length === 0) return [];
    const { tx, live, now, subscription } = this;
    const { name } = live.journey;
    const again = { state: 'left', reason: 'entered again' } as const;
    await endStays(
      tx,
      entering.flatMap(({ replaced }) =>
        replaced ? [{ enrolment: replaced, journey: name, at: now, end: again }] : [],
      ),
      now,
    );
    const ids = await tx.enrolments.enter(entering.map(({ enrolment }) => enrolment));
    await tx.changes.append(
      entering.map(({ enrolment }, at) => ({
        kind: 'journey_entered',
        contactId: enrolment.contactId,
        at: now,
        subject: name,
        eventId: null,
        detail: { enrolmentId: ids[at] ?? 0, isControl: enrolment.isControl },
      })),
    );
    await this.setTurns(entering, ids, subscription);
    return ids;
  }

  private async setTurns(entering: readonly Entering[], ids: readonly number[], { id }: Subscription) {
    const timed = entering.flatMap(({ turnsAt, enrolment }, at) =>
      turnsAt === null ? [] : [{ contactId: enrolment.contactId, enrolmentId: ids[at] ?? 0, turnsAt }],
    );
    if (timed.length === 0) return;
    const timers = await this.tx.timers.ofContacts(
      id,
      timed.map(({ contactId }) => contactId),
    );
    const timersOf = Map.groupBy(timers, ({ contactId }) => contactId);
    await setTurns(
      this.tx,
      id,
      timed.map(({ contactId, enrolmentId, turnsAt }) => {
        const own = timersOf.get(contactId) ?? [];
        return { contactId, timers: own, turns: new Map(turnsOf(own)).set(enrolmentId, turnsAt) };
      }),
      this.now,
    );
  }
}

function whereItStands(enrolment: Enrolment | null): string[] {
  if (!enrolment) return [];
  if (enrolment.state !== 'active') return [`that stay ended: ${enrolment.reason ?? enrolment.state}`];
  return enrolment.isControl ? ['it belongs to the control group'] : [];
}
