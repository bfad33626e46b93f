import type { ConsentStatus } from '../consent/consent';
import type { PropertyCondition } from './property-condition';
import type { Period } from './rule-period';
import type { PastWindow } from './rule-window';

/** A rule about contacts, read and typed; see `parseRule` for the JSON it comes from. */
export type Rule =
  | GroupRule
  | PropertyRule
  | EventRule
  | SequenceRule
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'list'; readonly list: string }
  | { readonly kind: 'segment'; readonly segment: string }
  /** `unknown`: nothing was ever said about this channel. */
  | { readonly kind: 'consent'; readonly channel: string; readonly is: ConsentStatus | 'unknown' }
  | { readonly kind: 'stage'; readonly stage: string }
  | ScoreRule
  | { readonly kind: 'journey'; readonly journey: string; readonly is: JourneyState }
  | RandomBucketRule
  | { readonly kind: 'everyone' };

/** `all`: every one holds; `any`: at least one; `none`: not one. Never empty. */
export interface GroupRule {
  readonly kind: 'group';
  readonly mode: 'all' | 'any' | 'none';
  readonly rules: readonly Rule[];
}

/** A condition on a property of the contact; with `for`, one that has held so long without a break. */
export interface PropertyRule {
  readonly kind: 'property';
  readonly condition: PropertyCondition;
  readonly for: PastWindow | null;
}

/** Which events count; only those that occurred up to `now`. */
export interface EventFilter {
  /** Types, or beginnings followed by `*`; one of them is enough. */
  readonly types: readonly string[];
  readonly where: readonly PropertyCondition[];
  /** Whether opens and clicks of machines count (`machine: true` in the event's properties). */
  readonly machine: 'include' | 'exclude';
}

/** A statement about the events of a contact that fit a filter. */
export interface EventRule {
  readonly kind: 'event';
  readonly filter: EventFilter;
  readonly within: EventWindow | null;
  readonly measure: EventMeasure;
}

/** When events must have occurred to count. */
export type EventWindow =
  | PastWindow
  | { readonly period: Period }
  /** Dates as they were written; `after` and `before` a calendar day mean the days after and before it. */
  | { readonly after: string | number | null; readonly before: string | number | null }
  /** Both ends belong to it; calendar days are whole days. */
  | { readonly between: readonly [string | number, string | number] };

/** What is asked of the events that count. */
export type EventMeasure =
  | { readonly of: 'count'; readonly op: CountOperator; readonly n: number }
  /** The sum of what is a number; rounded to a millionth; none is 0. */
  | { readonly of: 'sum'; readonly property: string; readonly op: CountOperator; readonly n: number }
  /** How many different values there are; a list counts by its items, a missing value not at all. */
  | { readonly of: 'distinct'; readonly property: string; readonly op: CountOperator; readonly n: number }
  /** The earliest or latest of them, by time and then by the order in which they were recorded, fits every condition. */
  | { readonly of: 'first' | 'last'; readonly has: readonly PropertyCondition[] };

export const COUNT_OPERATORS = ['gte', 'gt', 'lte', 'lt', 'equals', 'notEquals'] as const;
export type CountOperator = (typeof COUNT_OPERATORS)[number];

/** Events that occurred one after the other: each strictly later than the one before, or as late and recorded later. */
export interface SequenceRule {
  readonly kind: 'sequence';
  /** Two to ten. */
  readonly steps: readonly EventFilter[];
  /** All of them occurred within it. */
  readonly within: EventWindow | null;
}

/**
 * A comparison of numbers with the total of a saved score as of the moment. Everybody has a score by a model that is
 * saved; by one that is not, nobody has, which satisfies no comparison.
 */
export interface ScoreRule {
  readonly kind: 'score';
  readonly score: string;
  readonly comparison: ScoreComparison;
}

/** What is asked of a score. */
export type ScoreComparison =
  | { readonly op: 'gt' | 'gte' | 'lt' | 'lte' | 'equals'; readonly value: number }
  | { readonly op: 'between'; readonly value: readonly [number, number] };

export const JOURNEY_STATES = ['active', 'completed', 'left', 'ever', 'never'] as const;
export type JourneyState = (typeof JOURNEY_STATES)[number];

/** The same share of contacts for ever: by the contact's id and the seed. */
export interface RandomBucketRule {
  readonly kind: 'randomBucket';
  /** Above 0, at most 1. */
  readonly share: number;
  readonly seed: string;
}

/** Events that people and machines cause alike; of these, machines' are left out unless a rule asks for them. */
export const MESSAGE_REACTIONS = [
  'email_opened',
  'email_clicked',
  'sms_clicked',
  'push_opened',
  'push_clicked',
  'whatsapp_opened',
  'whatsapp_clicked',
  'chat_opened',
  'chat_clicked',
  'ads_clicked',
] as const;
