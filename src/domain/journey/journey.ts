import { isJsonObject, toJsonValue, type JsonObject, type JsonValue } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import { DEEPEST_RULE, parseRule } from '../rule/parse-rule';
import type { Rule } from '../rule/rule';
import { readPeriod, type Period } from '../schedule/period';

/** Who may enter a journey again. */
export type Reentry =
  | { readonly kind: 'once' }
  | { readonly kind: 'afterLeaving' }
  /** So many days of 24 hours after it entered last, and not while it is in it. */
  | { readonly kind: 'afterDays'; readonly days: number }
  /** Also while it is in it: the stay ends, and another begins. */
  | { readonly kind: 'always' };

/** A rule of a journey: its goal, or what lets contacts out. */
export interface JourneyRule {
  readonly rule: Rule;
  /** Whether its statements about events count only those since the contact entered. Segments and scores count all. */
  readonly isSinceEntering: boolean;
}

/** What a journey is about. */
export interface JourneyDefinition {
  readonly goal: JourneyRule | null;
  readonly exit: JourneyRule | null;
  readonly longestStay: Period | null;
  readonly reentry: Reentry;
  /** Contacts in one of these segments do not enter. */
  readonly excludedSegments: readonly string[];
  /** The share of those who enter that belongs to the control group, from 0 to 1. */
  readonly controlShare: number;
}

const REENTRIES = ['once', 'afterLeaving', 'afterDays', 'always'] as const;
const MOST_DAYS = 36_500;

/**
 * Reads a journey's definition from JSON such as
 * `{ "goal": { "rule": { … }, "sinceEntering": true }, "exit": …, "longestStay": { "amount": 30, "unit": "days" },
 * "reentry": { "kind": "afterDays", "days": 90 }, "excludedSegments": ["staff"], "controlShare": 0.1 }`. All of it may
 * be left out; contacts enter once, and rules count events since entering, unless it says otherwise. Refused with all problems at once.
 */
export function readJourney(json: JsonObject): Reading<JourneyDefinition> {
  const problems: Problem[] = [];
  const goal = ruleAt(json.goal, 'goal', problems);
  const exit = ruleAt(json.exit, 'exit', problems);
  let longestStay: Period | null = null;
  if (json.longestStay !== undefined && json.longestStay !== null) {
    const period = readPeriod(json.longestStay, 'longestStay');
    if (!period.ok) problems.push(...period.problems);
    else if (period.value.amount > 0) longestStay = period.value;
    else {
      const message = `A stay of ${period.value.amount} ${period.value.unit} would end before it began; give a positive amount.`;
      problems.push({ field: 'longestStay', message });
    }
  }
  const reentry = reentryAt(json.reentry, problems);
  const { controlShare = 0, excludedSegments = [] } = json;
  if (typeof controlShare !== 'number' || !(controlShare >= 0 && controlShare <= 1)) {
    const wanted = 'it must be from 0 to 100 %';
    problems.push({
      field: 'controlShare',
      message: `The control group is ${quote(controlShare)}; ${wanted}.`,
    });
  }
  const names = Array.isArray(excludedSegments) ? excludedSegments : [];
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    value: {
      goal,
      exit,
      longestStay,
      reentry,
      controlShare: Number(controlShare),
      excludedSegments: names.filter((name) => typeof name === 'string'),
    },
  };
}

function ruleAt(
  json: JsonValue | undefined,
  field: 'goal' | 'exit',
  problems: Problem[],
): JourneyRule | null {
  if (!isJsonObject(json)) return null;
  const reading = parseRule(toJsonValue(json.rule, DEEPEST_RULE), field);
  if (!reading.ok) {
    problems.push(...reading.problems);
    return null;
  }
  return { rule: reading.value, isSinceEntering: json.sinceEntering !== false };
}

function reentryAt(json: JsonValue | undefined, problems: Problem[]): Reentry {
  if (!isJsonObject(json)) return { kind: 'once' };
  const kind = REENTRIES.find((known) => known === json.kind);
  if (kind && kind !== 'afterDays') return { kind };
  const { days } = json;
  if (kind && typeof days === 'number' && Number.isInteger(days) && days >= 1 && days <= MOST_DAYS) {
    return { kind, days };
  }
  const message = kind
    ? `${quote(days)} is no number of days; give a whole one from 1 to ${MOST_DAYS}.`
    : `${quote(json.kind)} says not who may enter again; use one of ${REENTRIES.join(', ')}.`;
  problems.push({ field: 'reentry', message });
  return { kind: 'once' };
}
