import type { JsonObject } from '../json';

/** What can happen to a contact, as the change log names it. */
export const CHANGE_KINDS = [
  'contact_created',
  'contact_updated',
  'stage_changed',
  'tag_added',
  'tag_removed',
  'list_joined',
  'list_left',
  'consent_changed',
  'event_recorded',
  'contact_merged',
  'contact_deleted',
  'segment_entered',
  'segment_left',
  'journey_entered',
  'journey_completed',
  'journey_left',
  'score_crossed',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** A change that is to be logged in the transaction that makes it. */
export interface NewChange {
  readonly kind: ChangeKind;
  readonly contactId: number;
  /** When it happened, epoch milliseconds UTC. */
  readonly at: number;
  /** What it is about: the event type, tag, list, channel, stage, segment, journey or score model; null for created, updated, merged, deleted. */
  readonly subject: string | null;
  /** The event that was recorded, for `event_recorded`. */
  readonly eventId: number | null;
  /**
   * `contact_created`, `contact_updated`: `{ fields: { name: [before, after] } }`; `stage_changed`,
   * `consent_changed`: `{ from, to }`; `contact_merged`: `{ absorbedId }`; `score_crossed`: the crossing, with `total`, `fit`, `engagement` and `grade`;
   * `journey_…`: `{ enrolmentId, isControl }`, and the `reason` of its end.
   */
  readonly detail: JsonObject;
}

/** A change as the log holds it; `sequence` grows in the order in which changes became visible. */
export interface Change extends NewChange {
  readonly sequence: number;
}
