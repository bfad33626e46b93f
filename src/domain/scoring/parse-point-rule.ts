import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { quote, type Problem } from '../problem';
import { parseRule } from '../rule/parse-rule';
import type { EventFilter, EventWindow, Rule } from '../rule/rule';
import { keysOf, readText } from '../rule/rule-reading';
import { ruleWords } from '../rule/rule-words';
import { numberOf } from '../rule/rule-value';
import { DAY_MS } from '../schedule/zone-clock';
import { readDistance, readPoints } from './point-reading';
import { pointRuleWords } from './point-rule-words';
import { SCORE_PARTS, type EventPoints, type PointRule, type ScorePart } from './score-model';

/** The keys of an event rule of the language that say which events count, and when. */
const FILTER_KEYS = [
  'event',
  'engagement',
  'channel',
  'message',
  'journey',
  'where',
  'machine',
  'within',
] as const;
const SHARED_KEYS = ['name', 'points', 'part', 'group'] as const;
const EVENT_KEYS = [...FILTER_KEYS, ...SHARED_KEYS, 'times', 'cap', 'halfLifeDays'];
const PROFILE_KEYS = ['rule', ...SHARED_KEYS];

const MOST_TIMES = 1_000_000;
const SHORTEST_HALF_LIFE_MS = 1_000;
const LONGEST_HALF_LIFE_MS = 100 * 366 * DAY_MS;

/** Reads a rule that gives points, adding what is wrong with it to `problems`; a model does not read its own score. */
export function parsePointRule(
  json: JsonValue,
  path: string,
  model: string | undefined,
  problems: Problem[],
): PointRule | undefined {
  if (isJsonObject(json) && Object.hasOwn(json, 'rule')) return parseProfile(json, path, model, problems);
  if (isJsonObject(json) && (Object.hasOwn(json, 'event') || Object.hasOwn(json, 'engagement'))) {
    return parseEvents(json, path, problems);
  }
  const shapes =
    '{ "event": "order_placed", "points": 20 } or { "rule": { "stage": "customer" }, "points": 10 }';
  problems.push({ field: path, message: `${quote(json)} gives no points; write ${shapes}.` });
  return undefined;
}

function parseEvents(json: JsonObject, path: string, problems: Problem[]): EventPoints | undefined {
  keysOf(json, EVENT_KEYS, path, problems);
  const found = readFilter(json, path, problems);
  const shared = readShared(json, 'engagement', path, problems);
  const times = readTimes(json.times, `${path}.times`, problems);
  const cap = readDistance(json.cap, 'above 0', `${path}.cap`, problems);
  const halfLifeMs = readHalfLife(json.halfLifeDays, `${path}.halfLifeDays`, problems);
  if (!found || !shared || times === undefined || cap === undefined || halfLifeMs === undefined) {
    return undefined;
  }
  const { filter, within } = found;
  if (halfLifeMs !== null && within !== null) {
    const message = 'Points fade by a half-life or end with a window, not both; leave out one of them.';
    problems.push({ field: `${path}.halfLifeDays`, message });
    return undefined;
  }
  const rule = { kind: 'event', ...shared, filter, within, halfLifeMs, times, cap } as const;
  return { ...rule, name: shared.name ?? pointRuleWords(rule) };
}

/** Reads which events count as an event rule of the language does. */
function readFilter(
  json: JsonObject,
  path: string,
  problems: Problem[],
): { filter: EventFilter; within: EventWindow | null } | undefined {
  const own = FILTER_KEYS.flatMap((key) => (Object.hasOwn(json, key) ? [[key, json[key]] as const] : []));
  const rule = parseRule(Object.fromEntries(own), path);
  if (!rule.ok) problems.push(...rule.problems);
  return rule.ok && rule.value.kind === 'event' ? rule.value : undefined;
}

function parseProfile(
  json: JsonObject,
  path: string,
  model: string | undefined,
  problems: Problem[],
): PointRule | undefined {
  keysOf(json, PROFILE_KEYS, path, problems);
  const rule = parseRule(json.rule, `${path}.rule`);
  if (!rule.ok) problems.push(...rule.problems);
  const shared = readShared(json, 'fit', path, problems);
  if (!rule.ok || !shared) return undefined;
  if (model !== undefined && readsScore(rule.value, model)) {
    const message = `The score ${quote(model)} is worked out from this rule, which cannot ask for it.`;
    problems.push({ field: `${path}.rule`, message });
    return undefined;
  }
  return { kind: 'profile', ...shared, name: shared.name ?? ruleWords(rule.value), rule: rule.value };
}

function readsScore(rule: Rule, score: string): boolean {
  if (rule.kind === 'group') return rule.rules.some((part) => readsScore(part, score));
  return rule.kind === 'score' && rule.score === score;
}

interface Shared {
  readonly name: string | null;
  readonly points: number;
  readonly part: ScorePart;
  readonly group: string | null;
}

function readShared(
  json: JsonObject,
  usually: ScorePart,
  path: string,
  problems: Problem[],
): Shared | undefined {
  const optional = (key: 'name' | 'group') =>
    json[key] === undefined || json[key] === null ? null : readText(json[key], `${path}.${key}`, problems);
  const [name, group] = [optional('name'), optional('group')];
  const points = readPoints(json.points, `${path}.points`, problems);
  if (points === 0) {
    const message = 'A rule of 0 points says nothing; give it some, negative ones to take them away.';
    problems.push({ field: `${path}.points`, message });
  }
  const part = SCORE_PARTS.find((known) => known === (json.part ?? usually));
  if (!part) {
    const wanted = `use ${SCORE_PARTS.join(' or ')}`;
    problems.push({
      field: `${path}.part`,
      message: `${quote(json.part)} is no part of a score; ${wanted}.`,
    });
  }
  if (name === undefined || group === undefined || !points || !part) return undefined;
  return { name, points, part, group };
}

function readTimes(
  value: JsonValue | undefined,
  path: string,
  problems: Problem[],
): number | null | undefined {
  if (value === undefined || value === null) return null;
  const times = numberOf(value);
  if (times !== undefined && Number.isInteger(times) && times >= 1 && times <= MOST_TIMES) return times;
  const wanted = 'use a whole number from 1, or leave it out to count every time';
  problems.push({ field: path, message: `${quote(value)} says not how many times count; ${wanted}.` });
  return undefined;
}

/** In milliseconds, as they were written in days; parts of days are allowed. */
function readHalfLife(
  value: JsonValue | undefined,
  path: string,
  problems: Problem[],
): number | null | undefined {
  if (value === undefined || value === null) return null;
  const milliseconds = Math.round((numberOf(value) ?? NaN) * DAY_MS);
  if (milliseconds >= SHORTEST_HALF_LIFE_MS && milliseconds <= LONGEST_HALF_LIFE_MS) return milliseconds;
  const wanted = 'use a number of days above 0, at most 36600, such as 30';
  problems.push({ field: path, message: `${quote(value)} is no half-life; ${wanted}.` });
  return undefined;
}
