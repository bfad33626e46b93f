import type { EnrolmentState, NewEnrolment, Enrolment, JourneyStep } from '../domain/journey/enrolment';
import type { JsonObject } from '../domain/json';

/** A journey as it is kept. Times are epoch milliseconds UTC. */
export interface Journey {
  readonly id: number;
  readonly name: string;
  /** Grows by one with each change of the definition. */
  readonly version: number;
  /** As it was written; see `readJourney`. */
  readonly definition: JsonObject;
  /** The zone of contacts whose own is unknown. */
  readonly zone: string;
  /** The workflow that lets contacts in. */
  readonly workflowId: string;
  readonly workflowName: string;
  /** Grows by one with each change of the steps that was seen. */
  readonly workflowVersion: number;
  readonly steps: readonly JourneyStep[];
  /** The last enrolment that was judged by a new definition, also of what it reads; null: all were. */
  readonly seededTo: number | null;
  readonly createdAt: number;
  /** When its definition last changed. */
  readonly updatedAt: number;
}

/** What a journey is saved from. */
export type NewJourney = Pick<
  Journey,
  | 'name'
  | 'version'
  | 'definition'
  | 'zone'
  | 'workflowId'
  | 'workflowName'
  | 'workflowVersion'
  | 'steps'
  | 'seededTo'
>;

/** Where contacts stand in a journey, all their enrolments taken together. */
export interface JourneyStanding {
  readonly contactId: number;
  readonly journey: string;
  readonly state: EnrolmentState;
}

export interface JourneyTable {
  /** Every journey, by name. */
  list(): Promise<Journey[]>;
  get(name: string): Promise<Journey | null>;
  /** Saves a journey under its name, new or not. */
  put(journey: NewJourney, now: number): Promise<Journey>;
  /** Notes how far a journey's enrolments are judged by its definition. */
  seed(id: number, seededTo: number | null): Promise<void>;
  /** How many contacts are in each journey, by its id; journeys without any are absent. */
  sizes(): Promise<Map<number, number>>;
}

/**
 * Who entered which journey, and how it ended. At most one enrolment of a contact in a journey is active at a time, and
 * there is at most one for each `entryKey`: one that stands already makes the whole transaction fail, so that what is
 * entered is to be looked up before, in the same one.
 */
export interface EnrolmentTable {
  /** Lets contacts in, and gives the ids in the order given. */
  enter(enrolments: readonly NewEnrolment[]): Promise<number[]>;
  /** Ends enrolments that are active. Repeating it changes nothing. */
  end(
    ends: ReadonlyArray<{
      readonly id: number;
      readonly state: Exclude<EnrolmentState, 'active'>;
      readonly at: number;
      readonly reason: string;
    }>,
  ): Promise<void>;
  get(ids: readonly number[]): Promise<Map<number, Enrolment>>;
  /** Every enrolment of contacts in one journey, in the order in which they entered. */
  of(journeyId: number, contactIds: readonly number[]): Promise<Enrolment[]>;
  /** The active enrolments of contacts, in the order in which they entered. */
  active(contactIds: readonly number[]): Promise<Enrolment[]>;
  /** The states that contacts' enrolments in journeys of these names have, each once. */
  standings(contactIds: readonly number[], journeys: readonly string[]): Promise<JourneyStanding[]>;
  /** Enrolments that fit every given condition, by id ascending, after `afterId`. */
  select(query: EnrolmentQuery): Promise<Enrolment[]>;
}

/** Which enrolments; every condition given must hold. */
export interface EnrolmentQuery {
  readonly journeyIds?: readonly number[];
  readonly contactIds?: readonly number[];
  readonly ids?: readonly number[];
  readonly state?: EnrolmentState;
  readonly afterId?: number;
  readonly limit: number;
}
