import type { JsonValue } from '../domain/json';
import type { PastValue } from '../domain/rule/rule-facts';
import type { RuleQuestion } from './port';

/** A saved segment. Times are epoch milliseconds UTC. */
export interface Segment {
  readonly id: number;
  readonly name: string;
  /** Grows by one with each change of the definition. */
  readonly version: number;
  /** The rule as it was written; see `parseRule`. */
  readonly definition: JsonValue;
  /** The zone of contacts whose own is unknown. */
  readonly zone: string;
  /** How many contacts are in it. */
  readonly size: number;
  /** When somebody last entered or left; null while nobody ever did. */
  readonly movedAt: number | null;
  /** The moment as of which the members were last worked out all at once. */
  readonly refreshedAt: number;
  /** The last contact that was looked at for when time will turn the definition; null: all were. */
  readonly seededTo: number | null;
  readonly createdAt: number;
  /** When its definition last changed. */
  readonly updatedAt: number;
}

/** A contact that enters or leaves a segment, and when it became so. */
export interface SegmentMove {
  readonly segmentId: number;
  readonly contactId: number;
  readonly at: number;
}

export interface SegmentTable {
  /** Every segment, by name. */
  list(): Promise<Segment[]>;
  get(name: string): Promise<Segment | null>;
  /** Creates a segment without members, or gives one another definition in its next version. */
  put(segment: Pick<Segment, 'name' | 'definition' | 'zone' | 'seededTo'>, now: number): Promise<Segment>;
  /** The earliest refresh of a segment that is not seeded to its end; null where every one is. */
  unseededSince(): Promise<number | null>;
  /** Notes how far segments are seeded. */
  seed(ids: readonly number[], seededTo: number | null): Promise<void>;
  /** Removes a segment with its members. */
  remove(id: number): Promise<void>;
  /** The ids of the segments that contacts are in; contacts that are in none are absent. */
  of(contactIds: readonly number[]): Promise<Map<number, ReadonlySet<number>>>;
  /** Members by contact id ascending, after `afterId`. */
  members(query: SegmentMemberQuery): Promise<SegmentMove[]>;
  /** Takes out contacts that are in a segment, then takes in those that are not; one may do both. */
  move(entered: readonly SegmentMove[], left: readonly SegmentMove[]): Promise<void>;
  /**
   * Makes those who fit the members, with a log entry as of `at` for each that enters or leaves; tells how many do.
   * Nobody is read into this process. At its first filling a segment is entered by nobody: the log entries say that
   * those were already in it.
   */
  refresh(
    segment: Pick<Segment, 'id' | 'name'>,
    question: RuleQuestion,
    at: number,
    filling: 'first' | 'later',
  ): Promise<{ readonly entered: number; readonly left: number }>;
  /** How many fit, and of them how many are in the segment already. */
  compare(
    segmentId: number | null,
    question: RuleQuestion,
  ): Promise<{ readonly fitting: number; readonly staying: number }>;
}

export interface SegmentMemberQuery {
  readonly segmentId: number;
  readonly limit: number;
  readonly afterId?: number;
  readonly contactIds?: readonly number[];
}

/** What a property was until a moment, and whose. */
export interface PropertyChange extends PastValue {
  readonly contactId: number;
  /** As the change log names it: a field, or `properties.<name>`. */
  readonly name: string;
}

/** What watched properties were before, because somebody asks for how long they have been what they are. */
export interface HistoryTable {
  /** The watched names; asked of the database once in a transaction. */
  watched(): Promise<ReadonlySet<string>>;
  /** Watches names; what the change log knows of those that are new is taken over. */
  watch(names: readonly string[]): Promise<void>;
  append(changes: readonly PropertyChange[]): Promise<void>;
  /** Changes of these names at or after a moment, oldest first. */
  since(contactIds: readonly number[], names: readonly string[], at: number): Promise<PropertyChange[]>;
}
