import type { Change } from '../../domain/change/change';
import { changedFields } from '../../domain/change/watch';
import type { JsonValue } from '../../domain/json';
import type { Reading } from '../../domain/problem';
import type { BookEntry } from '../../domain/rule/book-entries';
import type { RuleBook } from '../../domain/rule/rule-book';
import { parseRule } from '../../domain/rule/parse-rule';
import type { Rule } from '../../domain/rule/rule';
import { isAffected, needsOf, type RuleNeeds } from '../../domain/rule/rule-needs';
import { parseScoreModel } from '../../domain/scoring/parse-score-model';
import { savedScore } from '../../domain/scoring/saved-score';
import type { Segment, Transaction } from '../../store/port';

/** A saved segment or score model as it was written. */
type Definition = Pick<Segment, 'name' | 'zone' | 'definition'>;

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

/** The saved segments of a store with their rules, and the scores these may read. */
export class LiveRules {
  readonly book: RuleBook;
  readonly byId: ReadonlyMap<number, LiveSegment>;
  readonly all: readonly LiveSegment[];
  private readonly touched = new Map<string, readonly LiveSegment[]>();

  /**
   * Segments whose rule this version of the package cannot read are left out, with those that are made of them; so are
   * those that read a score whose model it cannot read.
   */
  constructor(segments: readonly Segment[], models: readonly Definition[]) {
    const readable = readableOf(segments, (json, zone) =>
      mapped(parseRule(json), (rule) => ({ rule, zone })),
    );
    const scores = readableOf(models, (json, zone) =>
      mapped(parseScoreModel(json), (model) => savedScore(model, zone)),
    );
    this.book = { segments: readable, scores };
    const unreadable = new Set(models.flatMap(({ name }) => (scores.has(name) ? [] : [name])));
    let places = 0;
    this.all = segments.flatMap(({ id, name, zone }) => {
      const rule = readable.get(name)?.rule;
      if (!rule) return [];
      const needs = needsOf(rule, this.book);
      const place = places++;
      const isWhole =
        [...needs.segments].every((own) => readable.has(own)) &&
        ![...needs.scores].some((own) => unreadable.has(own));
      return isWhole ? [{ id, name, place, zone, rule, needs }] : [];
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

  /** The segments that are made of a segment or read a score, directly or through others. */
  madeOf(name: string, kind: BookEntry['kind'] = 'segment'): readonly LiveSegment[] {
    return this.all.filter(({ needs }) => (kind === 'segment' ? needs.segments : needs.scores).has(name));
  }
}

function readableOf<T>(
  definitions: readonly Definition[],
  parse: (json: JsonValue, zone: string) => Reading<T>,
): ReadonlyMap<string, T> {
  const readable = new Map<string, T>();
  for (const { name, definition, zone } of definitions) {
    const reading = parse(definition, zone);
    if (reading.ok) readable.set(name, reading.value);
  }
  return readable;
}

function mapped<T, U>(reading: Reading<T>, use: (value: T) => U): Reading<U> {
  return reading.ok ? { ok: true, value: use(reading.value) } : reading;
}

/** What about a change decides which rules it touches, as text. */
export function likeness(change: Change): string {
  const names = change.kind === 'contact_updated' ? changedFields(change) : [change.subject ?? ''];
  return JSON.stringify([change.kind, ...names]);
}

/** Returns what is saved, as of this transaction. */
export async function savedRules(tx: Transaction): Promise<LiveRules> {
  const [segments, models] = await Promise.all([tx.segments.list(), tx.scores.list()]);
  return liveRules(segments, models);
}

/** How many states of segments are kept read in this process. */
const MOST_KEPT = 20;
const kept = new Map<string, LiveRules>();

/** Returns the segments with their rules; read anew only when one of them, or a score model, has changed. */
export function liveRules(segments: readonly Segment[], models: readonly Definition[]): LiveRules {
  const key = JSON.stringify([
    segments.map(({ id, name, zone, definition }) => [id, name, zone, definition]),
    models.map(({ name, zone, definition }) => [name, zone, definition]),
  ]);
  const present = kept.get(key);
  if (present) return present;
  const rules = new LiveRules(segments, models);
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, rules);
  return rules;
}
