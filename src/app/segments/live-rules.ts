import type { Change } from '../../domain/change/change';
import { changedFields } from '../../domain/change/watch';
import type { RuleBook } from '../../domain/rule/rule-book';
import { parseRule } from '../../domain/rule/parse-rule';
import type { Rule } from '../../domain/rule/rule';
import { isAffected, needsOf, type RuleNeeds } from '../../domain/rule/rule-needs';
import type { Segment } from '../../store/port';

/** A saved segment whose rule is read. */
export interface LiveSegment {
  readonly id: number;
  readonly name: string;
  /** Its place among all, by name. */
  readonly place: number;
  /** The zone of contacts whose own is unknown. */
  readonly zone: string;
  readonly rule: Rule;
  readonly needs: RuleNeeds;
}

/** How many sets of changed fields are remembered with the segments they touch. */
const MOST_REMEMBERED = 10_000;

/** The saved segments of a store with their rules. */
export class LiveRules {
  readonly book: RuleBook;
  readonly byId: ReadonlyMap<number, LiveSegment>;
  readonly all: readonly LiveSegment[];
  private readonly touched = new Map<string, readonly LiveSegment[]>();

  /** Segments whose rule this version of the package cannot read are left out, with those that are made of them. */
  constructor(segments: readonly Segment[]) {
    const readable = new Map<string, Rule>();
    for (const { name, definition } of segments) {
      const reading = parseRule(definition);
      if (reading.ok) readable.set(name, reading.value);
    }
    this.book = { segments: readable, scores: new Map() };
    let places = 0;
    this.all = segments.flatMap(({ id, name, zone }) => {
      const rule = readable.get(name);
      if (!rule) return [];
      const needs = needsOf(rule, this.book);
      const place = places++;
      return [...needs.segments].every((own) => readable.has(own))
        ? [{ id, name, place, zone, rule, needs }]
        : [];
    });
    this.byId = new Map(this.all.map((segment) => [segment.id, segment]));
  }

  /** The segments that a change may let its contact enter or leave. Changes alike give the same list. */
  touchedBy(change: Change): readonly LiveSegment[] {
    const key = likeness(change);
    let touched = this.touched.get(key);
    if (!touched) {
      touched = this.all.filter(({ needs }) => isAffected(needs, change));
      if (this.touched.size >= MOST_REMEMBERED) this.touched.clear();
      this.touched.set(key, touched);
    }
    return touched;
  }

  /** The segments that are made of one of these, directly or through others. */
  madeOf(name: string): readonly LiveSegment[] {
    return this.all.filter(({ needs }) => needs.segments.has(name));
  }
}

/** What about a change decides which rules it touches. */
function likeness(change: Change): string {
  const names = change.kind === 'contact_updated' ? changedFields(change) : [change.subject ?? ''];
  return JSON.stringify([change.kind, ...names]);
}

/** How many states of segments are kept read in this process. */
const MOST_KEPT = 20;
const kept = new Map<string, LiveRules>();

/** Returns the segments with their rules; read anew only when one of them has changed. */
export function liveRules(segments: readonly Segment[]): LiveRules {
  const key = JSON.stringify(segments.map(({ id, name, zone, definition }) => [id, name, zone, definition]));
  const present = kept.get(key);
  if (present) return present;
  const rules = new LiveRules(segments);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, rules);
  return rules;
}
