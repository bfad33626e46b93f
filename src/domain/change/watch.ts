import type { ConsentStatus } from '../consent/consent';
import type { StoredEvent } from '../event/event';
import { matchesEventType } from '../event/event';
import { isJsonObject, type JsonObject } from '../json';
import { matchesConditions, type RuleMoment } from '../rule/match-condition';
import type { PropertyCondition } from '../rule/property-condition';
import type { Change, ChangeKind } from './change';

/** What somebody wants to be told of. Empty lists of names mean any. */
export type ChangeWatch =
  | {
      readonly on: 'event_recorded';
      readonly types: readonly string[];
      readonly where: readonly PropertyCondition[];
    }
  | { readonly on: 'contact_created' }
  /** `fields`: names of fields, or `properties.<name>`. */
  | { readonly on: 'contact_updated'; readonly fields: readonly string[] }
  | { readonly on: 'stage_changed'; readonly stages: readonly string[] }
  | {
      readonly on: 'tag_changed';
      readonly action: 'added' | 'removed' | 'both';
      readonly tags: readonly string[];
    }
  | {
      readonly on: 'list_changed';
      readonly action: 'joined' | 'left' | 'both';
      readonly lists: readonly string[];
    }
  | {
      readonly on: 'consent_changed';
      readonly channels: readonly string[];
      readonly statuses: readonly ConsentStatus[];
    }
  | {
      readonly on: 'journey_changed';
      readonly action: 'entered' | 'completed' | 'left';
      readonly journeys: readonly string[];
    }
  | SegmentWatch
  | ScoreWatch;

/** Somebody who wants to be told of who enters and leaves saved segments. */
export interface SegmentWatch {
  readonly on: 'segment_changed';
  readonly action: 'entered' | 'left' | 'both';
  readonly segments: readonly string[];
  /** Whether those who are in a segment when it is first watched, or first saved, count as entering. */
  readonly alreadyIn: boolean;
}

/** Somebody who wants to be told of scores that cross a threshold or come to another grade. */
export interface ScoreWatch {
  readonly on: 'score_crossed';
  /** The names of the models. */
  readonly models: readonly string[];
  /** A grade of a grid that is better in one axis and worse in the other is of neither direction. */
  readonly direction: 'up' | 'down' | 'both';
  readonly thresholds: readonly string[];
  /** The grades that are come to. */
  readonly grades: readonly string[];
}

/** The kinds of change that a watch has to look at. */
export function kindsOf(watch: ChangeWatch): readonly ChangeKind[] {
  if (watch.on === 'tag_changed') {
    return either(watch.action, { added: 'tag_added', removed: 'tag_removed' });
  }
  if (watch.on === 'list_changed') {
    return either(watch.action, { joined: 'list_joined', left: 'list_left' });
  }
  if (watch.on === 'segment_changed') {
    return either(watch.action, { entered: 'segment_entered', left: 'segment_left' });
  }
  if (watch.on === 'journey_changed') return [`journey_${watch.action}`];
  return [watch.on];
}

function either<A extends string>(
  action: A | 'both',
  kinds: Readonly<Record<A, ChangeKind>>,
): readonly ChangeKind[] {
  return action === 'both' ? Object.values<ChangeKind>(kinds) : [kinds[action]];
}

/** Whether a change is one that the watch asks for. An `event_recorded` change without its event (pruned) is not. */
export function matchesWatch(
  watch: ChangeWatch,
  change: Change,
  event: StoredEvent | undefined,
  moment: RuleMoment,
): boolean {
  if (!kindsOf(watch).includes(change.kind)) return false;
  const subject = change.subject ?? '';
  switch (watch.on) {
    case 'event_recorded':
      return (
        event !== undefined &&
        (watch.types.length === 0 || watch.types.some((type) => matchesEventType(type, event.type))) &&
        matchesConditions(watch.where, event.properties, moment).matches
      );
    case 'contact_created':
      return true;
    case 'contact_updated':
      return watch.fields.length === 0 || changedFields(change).some((field) => watch.fields.includes(field));
    case 'stage_changed':
      return watch.stages.length === 0 || watch.stages.includes(subject);
    case 'tag_changed':
      return watch.tags.length === 0 || watch.tags.includes(subject);
    case 'list_changed':
      return watch.lists.length === 0 || watch.lists.includes(subject);
    case 'consent_changed':
      return (
        (watch.channels.length === 0 || watch.channels.includes(subject)) &&
        (watch.statuses.length === 0 || watch.statuses.some((status) => status === change.detail.to))
      );
    case 'journey_changed':
      return watch.journeys.length === 0 || watch.journeys.includes(subject);
    case 'segment_changed':
      return (
        (watch.segments.length === 0 || watch.segments.includes(subject)) &&
        (watch.alreadyIn || change.detail.alreadyIn !== true)
      );
    case 'score_crossed':
      return (
        (watch.models.length === 0 || watch.models.includes(subject)) && matchesCrossing(watch, change.detail)
      );
  }
}

/** With thresholds or grades named, only those count. */
function matchesCrossing(
  { direction, thresholds, grades }: ScoreWatch,
  { direction: own, threshold, to }: JsonObject,
): boolean {
  if (direction !== 'both' && own !== direction) return false;
  if (thresholds.length === 0 && grades.length === 0) return true;
  return thresholds.some((name) => name === threshold) || grades.some((grade) => grade === to);
}

/** The names of the fields that a created or updated contact gained or changed. */
export function changedFields(change: Change): string[] {
  return isJsonObject(change.detail.fields) ? Object.keys(change.detail.fields) : [];
}
