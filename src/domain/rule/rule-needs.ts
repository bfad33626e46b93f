import type { Change } from '../change/change';
import { changedFields } from '../change/watch';
import { CONTACT_FIELDS } from '../contact/contact';
import { customName } from '../contact/value';
import { matchesEventType } from '../event/event';
import { DAY_MS } from '../schedule/zone-clock';
import { isTimed } from './condition-turn';
import { isWindowZoned, windowBounds } from './event-window';
import type { RuleBook, SavedScore } from './rule-book';
import { MESSAGE_REACTIONS, type EventFilter, type EventWindow, type PropertyRule, type Rule } from './rule';
import { historyName } from './rule-facts';
import { pastSpan, type PastWindow } from './rule-window';

/** What a rule is judged by: which facts it reads, and which changes may turn it. Segments and scores are looked into. */
export interface RuleNeeds {
  readonly events: readonly EventNeed[];
  /** The names under which the change log tells of the fields and properties it reads. */
  readonly properties: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
  readonly channels: ReadonlySet<string>;
  /** The segments it names, also through others. */
  readonly segments: ReadonlySet<string>;
  /** The journeys it names, also through segments and scores. */
  readonly journeys: ReadonlySet<string>;
  /** The scores it reads, also through segments and other scores. */
  readonly scores: ReadonlySet<string>;
  /** The properties whose past it reads, by `historyName`. */
  readonly history: readonly HistoryNeed[];
  /** Whether the contact's zone matters. */
  readonly isZoned: boolean;
  /** Whether time alone may turn it for contacts whose events have all occurred. */
  readonly isTimed: boolean;
  /** Whether any change of the contact may turn it: it reads when the contact was last updated. */
  readonly readsUpdates: boolean;
}

/** Events that a rule may count. */
export interface EventNeed {
  readonly types: readonly string[];
  readonly within: EventWindow | null;
  /** Whether it reads their properties; else it looks only at when they occurred. */
  readonly readsProperties: boolean;
}

/** A past that a rule reads. */
export interface HistoryNeed {
  readonly name: string;
  readonly window: PastWindow;
}

/** Returns what a rule is judged by. */
export function needsOf(rule: Rule, book: RuleBook): RuleNeeds {
  const needs = new Collector(book);
  needs.add(rule);
  return needs;
}

/** Whether a moment may come at which time turns a rule: by itself, or because an event lies ahead. */
export function mayTurn({ isTimed, events }: RuleNeeds): boolean {
  return isTimed || events.length > 0;
}

/** Whether a change may turn a rule, or move the moment at which time does. */
export function isAffected(needs: RuleNeeds, change: Change): boolean {
  const subject = change.subject ?? '';
  switch (change.kind) {
    case 'contact_created':
    case 'contact_merged':
      return true;
    case 'contact_updated':
      return needs.readsUpdates || changedFields(change).some((field) => touchesField(needs, field));
    case 'event_recorded':
      return needs.events.some(({ types }) => types.some((pattern) => matchesEventType(pattern, subject)));
    case 'tag_added':
    case 'tag_removed':
      return needs.tags.has(subject);
    case 'list_joined':
    case 'list_left':
      return needs.lists.has(subject);
    case 'consent_changed':
      return needs.channels.has(subject);
    case 'journey_entered':
    case 'journey_completed':
    case 'journey_left':
      return needs.journeys.has(subject);
    default:
      return false;
  }
}

function touchesField(needs: RuleNeeds, field: string): boolean {
  return needs.properties.has(field) || (needs.isZoned && (field === 'timezone' || field === 'country'));
}

/** The earliest time of occurrence that a need may count in any zone, judged at `now`; null for all there are, undefined for none. */
export function earliestNeeded({ within }: EventNeed, now: number): number | null | undefined {
  if (within === null) return null;
  const bounds = windowBounds(within, now, 'UTC');
  if (!isWindowZoned(within)) return bounds?.from;
  // No zone is a day away from UTC, and a period that begins in one may not have begun in the other.
  return (bounds?.from ?? now) - 2 * DAY_MS;
}

/** The earliest past that a need may look at in any zone, judged at `now`. */
export function earliestPast({ window }: HistoryNeed, now: number): number {
  return pastSpan(window, now, 'UTC').from - 2 * DAY_MS;
}

/** Returns what several rules are judged by together. */
export function needsOfAll(rules: readonly Rule[], book: RuleBook): RuleNeeds {
  const needs = new Collector(book);
  for (const rule of rules) needs.add(rule);
  return needs;
}

/** Returns what a score is worked out from. */
export function needsOfScore(score: Pick<SavedScore, 'rules' | 'fades'>, book: RuleBook): RuleNeeds {
  const needs = new Collector(book);
  needs.addScore(score);
  return needs;
}

class Collector implements RuleNeeds {
  readonly events: EventNeed[] = [];
  readonly properties = new Set<string>();
  readonly tags = new Set<string>();
  readonly lists = new Set<string>();
  readonly channels = new Set<string>();
  readonly segments = new Set<string>();
  readonly journeys = new Set<string>();
  readonly scores = new Set<string>();
  readonly history: HistoryNeed[] = [];
  isZoned = false;
  isTimed = false;
  readsUpdates = false;
  private readonly book: RuleBook;

  constructor(book: RuleBook) {
    this.book = book;
  }

  add(rule: Rule): void {
    switch (rule.kind) {
      case 'group':
        for (const part of rule.rules) this.add(part);
        break;
      case 'property':
        this.addProperty(rule);
        break;
      case 'event':
        this.addEvents(rule.filter, rule.within, 'property' in rule.measure || 'has' in rule.measure);
        if ('has' in rule.measure) this.addConditions(rule.measure.has);
        break;
      case 'sequence':
        for (const step of rule.steps) this.addEvents(step, rule.within, false);
        break;
      case 'segment': {
        if (this.segments.has(rule.segment)) break;
        this.segments.add(rule.segment);
        const own = this.book.segments.get(rule.segment);
        if (own) this.add(own.rule);
        break;
      }
      case 'tag':
        this.tags.add(rule.tag);
        break;
      case 'list':
        this.lists.add(rule.list);
        break;
      case 'consent':
        this.channels.add(rule.channel);
        break;
      case 'stage':
        this.properties.add('lifecycleStage');
        break;
      case 'score': {
        if (this.scores.has(rule.score)) break;
        this.scores.add(rule.score);
        const saved = this.book.scores.get(rule.score);
        if (saved) this.addScore(saved);
        break;
      }
      case 'journey':
        this.journeys.add(rule.journey);
        break;
      case 'randomBucket':
      case 'everyone':
        break;
    }
  }

  /** What gives points to a score; it may also move where points only fade. */
  addScore({ rules, fades }: Pick<SavedScore, 'rules' | 'fades'>): void {
    for (const rule of rules) this.add(rule);
    if (fades) this.isTimed = true;
  }

  private addProperty({ condition, for: held }: PropertyRule): void {
    const { property } = condition;
    if (property === 'updatedAt') this.readsUpdates = true;
    this.properties.add(property);
    if (!(CONTACT_FIELDS as readonly string[]).includes(property)) {
      const name = customName(property);
      this.properties.add(`properties.${name}`);
      this.properties.add(`properties.${name.split('.')[0] ?? name}`);
    }
    this.addConditions([condition]);
    if (!held) return;
    this.history.push({ name: historyName(property), window: held });
    this.isTimed = true;
    if (held.unit === 'calendarDays') this.isZoned = true;
  }

  private addEvents(filter: EventFilter, within: EventWindow | null, isMeasured: boolean): void {
    const readsProperties = isMeasured || filter.where.length > 0 || asksForMachines(filter);
    this.events.push({ types: filter.types, within, readsProperties });
    this.addConditions(filter.where);
    if (within === null) return;
    if (isWindowZoned(within)) this.isZoned = true;
    // Between fixed dates an event counts for ever.
    if ('last' in within || 'period' in within) this.isTimed = true;
  }

  private addConditions(conditions: ReadonlyArray<PropertyRule['condition']>): void {
    for (const condition of conditions) {
      if (isTimed(condition)) this.isTimed = true;
      if (isTimed(condition) || READS_DATES.has(condition.op)) this.isZoned = true;
    }
  }
}

/** Whether a filter leaves events out that a machine caused, which their properties tell. */
function asksForMachines({ types, machine }: EventFilter): boolean {
  return (
    machine === 'exclude' &&
    types.some((pattern) => MESSAGE_REACTIONS.some((type) => matchesEventType(pattern, type)))
  );
}

/** The operators that read the value as a date, which counts in the contact's zone where it names none. */
const READS_DATES = new Set(['before', 'after', 'between']);
