import type { Assignment } from '../domain/experiment/split-contact';
import type { Tally } from '../domain/experiment/judge-experiment';
import type { JsonObject } from '../domain/json';
import type { EventFilter } from '../domain/rule/rule';

/** An experiment that contacts have been split for. Times are epoch milliseconds UTC. */
export interface SavedExperiment {
  readonly id: number;
  readonly name: string;
  /** Grows by one with each change of the definition. */
  readonly version: number;
  /** As `parseExperiment` reads it. */
  readonly definition: JsonObject;
  /** The variant that everybody gets from its decision on; null while it is undecided. */
  readonly winner: string | null;
  readonly decidedAt: number | null;
  readonly createdAt: number;
  /** When its definition last changed. */
  readonly updatedAt: number;
}

/** What a contact got, and since when. */
export interface KeptAssignment {
  readonly variant: Assignment;
  readonly at: number;
}

/** A time in which a contact had what it got; `until` is null for what it has now. */
export interface AssignedTime extends KeptAssignment {
  readonly contactId: number;
  readonly until: number | null;
}

/** What counts as a success of an experiment, and at what moment it is asked. */
export interface ExperimentQuestion {
  /** A contact has succeeded with one such event at or after its assignment, and before it was moved to something else. */
  readonly goal: EventFilter;
  /** How long after the assignment, in milliseconds; null for ever. */
  readonly withinMs: number | null;
  /**
   * Only contacts that have had such an event since their assignment are counted at all, but for the control group, which
   * gets nothing; null counts everybody.
   */
  readonly reached: EventFilter | null;
  readonly now: number;
  /** The zone of contacts whose own is unknown. */
  readonly workflowZone: string;
}

export interface ExperimentTable {
  /** Every experiment, by name. */
  list(): Promise<SavedExperiment[]>;
  get(name: string): Promise<SavedExperiment | null>;
  /** Creates an experiment, or gives one another definition in its next version; the winner stays. */
  put(name: string, definition: JsonObject, now: number): Promise<SavedExperiment>;
  /** Decides an experiment for good; one that is decided stays as it is. */
  decide(id: number, winner: string, at: number): Promise<void>;
  /** What contacts got; those that were never assigned are absent. */
  assigned(id: number, contactIds: readonly number[]): Promise<Map<number, KeptAssignment>>;
  /** Keeps what contacts get, in the place of what they got before. */
  assign(
    id: number,
    assignments: ReadonlyArray<KeptAssignment & { readonly contactId: number }>,
  ): Promise<void>;
  /**
   * Contacts and successes of each variant that anybody was assigned to; counted by the database. Who was moved counts once
   * for each variant it had, with what it did while it had it.
   */
  tally(id: number, question: ExperimentQuestion): Promise<Tally[]>;
  /** What the next so many contacts have had, by contact and time. */
  times(id: number, page: { readonly afterId: number; readonly limit: number }): Promise<AssignedTime[]>;
}
