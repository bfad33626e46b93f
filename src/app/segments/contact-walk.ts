import type { Change } from '../../domain/change/change';
import { judgeRule } from '../../domain/rule/judge-rule';
import type { RuleFacts } from '../../domain/rule/rule-facts';
import { contactZone } from '../../domain/schedule/contact-zone';
import type { LiveRules, LiveSegment } from './live-rules';
import { PastFacts } from './past-facts';

/** Something that happened to a contact, and the segments that it may have let it enter or leave. */
export interface Occasion {
  readonly at: number;
  readonly change: Change;
  /** By name. */
  readonly segments: readonly LiveSegment[];
}

/** When time may next turn a segment for a contact, by the segment's id. */
export type Turns = ReadonlyMap<number, number>;

/** Where a contact stands: the segments it is in, and when it is to be judged again. */
export interface Standing {
  readonly memberOf: ReadonlySet<number>;
  readonly turns: Turns;
}

/** A contact that entered or left a segment at a moment. */
export interface Crossing {
  readonly segment: LiveSegment;
  readonly at: number;
  readonly kind: 'entered' | 'left';
}

/** What a walk led to. */
export interface Walked extends Standing {
  readonly crossings: readonly Crossing[];
  /** The last moment at which the contact was judged; null if it was not. */
  readonly judgedAt: number | null;
}

/**
 * Takes one contact through what happened to it and through the moments at which time turns its segments, in order, up
 * to `until`: at each only the segments concerned are judged, as of that moment and never as of one before `judgedTo`, by
 * what was known then. `facts` are those after all that happened.
 */
export function walk(
  standing: Standing,
  occasions: readonly Occasion[],
  facts: RuleFacts,
  rules: LiveRules,
  { judgedTo, until }: { readonly judgedTo: number; readonly until: number },
): Walked {
  const memberOf = new Set(standing.memberOf);
  const turns = new Map(standing.turns);
  for (const id of standing.turns.keys()) if (!rules.byId.has(id)) turns.delete(id);
  const crossings: Crossing[] = [];
  const past = new PastFacts(facts, occasions);
  let judgedAt: number | null = null;
  let next = 0;
  for (;;) {
    const due = Math.min(occasions[next]?.at ?? Infinity, firstOf(turns) ?? Infinity);
    if (due > until) return { memberOf, turns, crossings, judgedAt };
    const at = Math.max(due, judgedAt ?? judgedTo);
    const lists: Array<readonly LiveSegment[]> = [];
    for (; (occasions[next]?.at ?? Infinity) <= at; next++) lists.push(occasions[next]?.segments ?? []);
    for (const [id, turnsAt] of turns) {
      const segment = turnsAt <= at ? rules.byId.get(id) : undefined;
      if (segment) lists.push([segment]);
    }
    for (const segment of inOrder(lists)) {
      const { holds, turnsAt } = judgeSegment(segment, past.after(next), rules, at);
      if (holds !== memberOf.has(segment.id)) {
        crossings.push({ segment, at, kind: holds ? 'entered' : 'left' });
        if (holds) memberOf.add(segment.id);
        else memberOf.delete(segment.id);
      }
      if (turnsAt === null) turns.delete(segment.id);
      else turns.set(segment.id, turnsAt);
    }
    judgedAt = at;
  }
}

/** Each segment of several lists once, by name: in this order is told what happens to a contact at one moment. */
function inOrder(lists: ReadonlyArray<readonly LiveSegment[]>): readonly LiveSegment[] {
  const [only, ...others] = lists;
  if (only && others.length === 0) return only;
  return [...new Set(lists.flat())].sort((a, b) => a.place - b.place);
}

/** Judges a segment for one contact by the contact's clock, the segment's where it is unknown. */
export function judgeSegment(segment: LiveSegment, facts: RuleFacts, rules: LiveRules, now: number) {
  const zone = segment.needs.isZoned ? contactZone(facts.contact, segment.zone, now) : segment.zone;
  return judgeRule(segment.rule, facts, { now, zone }, rules.book);
}

/** The earliest of the turns; null if there is none. */
export function firstOf(turns: Turns): number | null {
  let first: number | null = null;
  for (const at of turns.values()) if (first === null || at < first) first = at;
  return first;
}
