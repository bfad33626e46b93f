/** How an enrolment stands. `completed`: the goal was reached; `left`: it ended in any other way. */
export const ENROLMENT_STATES = ['active', 'completed', 'left'] as const;
export type EnrolmentState = (typeof ENROLMENT_STATES)[number];

/** A contact that enters a journey. Times are epoch milliseconds UTC. */
export interface NewEnrolment {
  readonly journeyId: number;
  readonly contactId: number;
  readonly enteredAt: number;
  /** From when on events count as since entering: when that occurred which it entered by. */
  readonly sinceAt: number;
  /** The event it entered by; null where it was none. */
  readonly eventId: number | null;
  /** What it entered by, told apart from everything else; null where it cannot be told. */
  readonly entryKey: string | null;
  /** Whether it belongs to the control group, which gets nothing. */
  readonly isControl: boolean;
  readonly workflowId: string;
  /** The version of the workflow's steps that it entered with. */
  readonly workflowVersion: number;
}

/** A contact's stay in a journey. */
export interface Enrolment extends NewEnrolment {
  readonly id: number;
  readonly state: EnrolmentState;
  /** Null while it is active. */
  readonly endedAt: number | null;
  /** Why it ended, in words; null while it is active. */
  readonly reason: string | null;
}

/** A step of a workflow, as a node sees those that follow it. */
export interface JourneyStep {
  readonly name: string;
  readonly type: string;
  readonly isDisabled: boolean;
  /** What tells two settings of it apart. */
  readonly settings: string;
  /** The steps that lead to it, by name in order, the entry among them. */
  readonly after: readonly string[];
}
