import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import { keysOf, readText } from '../rule/rule-reading';
import { parseGrading, parseThresholds } from './parse-grading';
import { parsePointRule } from './parse-point-rule';
import { readList, readPoints } from './point-reading';
import {
  SCORE_AXES,
  type PointLimits,
  type PointRule,
  type ScoreAxis,
  type ScoreGroup,
  type ScoreModel,
} from './score-model';

/** How many rules a model is made of at most. */
const MOST_RULES = 200;
const MOST_GROUPS = 50;
const KEYS = ['name', 'rules', 'groups', 'limits', 'grades', 'thresholds'];

/**
 * Reads a score model from the JSON it is written in:
 *
 * - `name`;
 * - `rules`: `{ event, where?, machine?, points, times?, cap?, halfLifeDays? | within?, part?, group?, name? }` (also
 *   `engagement` in place of `event`, as in rules) and `{ rule, points, part?, group?, name? }`. Events belong to
 *   `engagement` and profiles to `fit` unless `part` says otherwise;
 * - `groups`: `{ name, cap?, floor? }`, all rules of a group belonging to the same part;
 * - `limits`: `{ total?, fit?, engagement? }`, each `{ cap?, floor? }`;
 * - `grades`: `{ total | fit | engagement: [{ name, from }, …, { name }], hysteresis? }`, or `fit` and `engagement`
 *   together with `cells?: { "A1": "Hot" }`;
 * - `thresholds`: `{ name, at, of?, hysteresis? }`, of the total unless `of` says otherwise.
 *
 * The language is closed: what is unknown, empty or of the wrong type is refused with the path to it, such as
 * `model.rules[2].within.unit`. All problems are told at once.
 */
export function parseScoreModel(json: unknown, path = 'model'): Reading<ScoreModel> {
  const problems: Problem[] = [];
  const model = parse(json, path, problems);
  return model && problems.length === 0 ? { ok: true, value: model } : { ok: false, problems };
}

function parse(json: unknown, path: string, problems: Problem[]): ScoreModel | undefined {
  if (!isJsonObject(json)) {
    const shape = '{ "name": "default", "rules": [{ "event": "order_placed", "points": 20 }] }';
    problems.push({ field: path, message: `${quote(json)} is no score model; write ${shape}.` });
    return undefined;
  }
  keysOf(json, KEYS, path, problems);
  const name = readText(json.name, `${path}.name`, problems);
  const rules = readList(json.rules, 1, MOST_RULES, 'rules', `${path}.rules`, problems, (entry, at) =>
    parsePointRule(entry, at, name, problems),
  );
  const groups = parseGroups(json.groups, rules ?? [], path, problems);
  const limits = parseAllLimits(json.limits, `${path}.limits`, problems);
  const grading = parseGrading(json.grades, `${path}.grades`, problems);
  const thresholds = parseThresholds(json.thresholds, `${path}.thresholds`, problems);
  if (name === undefined || !rules || !groups || !limits || grading === undefined || !thresholds) {
    return undefined;
  }
  return { name, rules, groups, limits, grading, thresholds };
}

function parseGroups(
  json: JsonValue | undefined,
  rules: readonly PointRule[],
  path: string,
  problems: Problem[],
): ScoreGroup[] | undefined {
  const at = `${path}.groups`;
  const read =
    json === undefined || json === null
      ? []
      : readList(json, 0, MOST_GROUPS, 'groups', at, problems, (entry, field) =>
          parseGroup(entry, field, rules, problems),
        );
  if (!read) return undefined;
  const names = read.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0) {
    const message = `There are two groups with the name ${quote(names[twice])}.`;
    problems.push({ field: `${at}[${twice}].name`, message });
  }
  rules.forEach(({ group }, index) => {
    if (group === null || names.includes(group)) return;
    const wanted = `add { "name": ${JSON.stringify(group)}, "cap": 30 } to the groups of the model`;
    problems.push({
      field: `${path}.rules[${index}].group`,
      message: `There is no group ${quote(group)}; ${wanted}.`,
    });
  });
  return read;
}

function parseGroup(
  json: JsonValue,
  path: string,
  rules: readonly PointRule[],
  problems: Problem[],
): ScoreGroup | undefined {
  if (!isJsonObject(json)) {
    problems.push({
      field: path,
      message: `${quote(json)} is no group; write { "name": "web", "cap": 30 }.`,
    });
    return undefined;
  }
  keysOf(json, ['name', 'cap', 'floor'], path, problems);
  const name = readText(json.name, `${path}.name`, problems);
  const limits = readLimits(json, path, problems);
  if (name === undefined || !limits) return undefined;
  if (limits.cap === null && limits.floor === null) {
    problems.push({
      field: path,
      message: `The group ${quote(name)} limits nothing; give it a cap or a floor.`,
    });
  }
  const [part, other] = new Set(rules.flatMap((rule) => (rule.group === name ? [rule.part] : [])));
  if (part === undefined) {
    problems.push({ field: `${path}.name`, message: `No rule belongs to the group ${quote(name)}.` });
    return undefined;
  }
  if (other !== undefined) {
    const wanted = 'make two groups of it, or give all its rules the same part';
    const message = `The group ${quote(name)} has rules of fit and of engagement; ${wanted}.`;
    problems.push({ field: `${path}.name`, message });
  }
  return { name, part, limits };
}

function parseAllLimits(
  json: JsonValue | undefined,
  path: string,
  problems: Problem[],
): Record<ScoreAxis, PointLimits> | undefined {
  const none: PointLimits = { cap: null, floor: null };
  const limits: Record<ScoreAxis, PointLimits> = { total: none, fit: none, engagement: none };
  if (json === undefined || json === null) return limits;
  if (!isJsonObject(json)) {
    const shape = '{ "total": { "cap": 100, "floor": 0 } }';
    problems.push({ field: path, message: `${quote(json)} limits nothing; write ${shape}.` });
    return undefined;
  }
  keysOf(json, SCORE_AXES, path, problems);
  for (const axis of SCORE_AXES) {
    const own = json[axis];
    if (own === undefined || own === null) continue;
    const at = `${path}.${axis}`;
    if (!isJsonObject(own) || !keysOf(own, ['cap', 'floor'], at, problems)) {
      problems.push({
        field: at,
        message: `${quote(own)} are no limits; write { "cap": 100, "floor": 0 }, or one of the two.`,
      });
      continue;
    }
    limits[axis] = readLimits(own, at, problems) ?? none;
  }
  return limits;
}

function readLimits(json: JsonObject, path: string, problems: Problem[]): PointLimits | undefined {
  const read = (key: 'cap' | 'floor') =>
    json[key] === undefined || json[key] === null ? null : readPoints(json[key], `${path}.${key}`, problems);
  const [cap, floor] = [read('cap'), read('floor')];
  if (cap === undefined || floor === undefined) return undefined;
  if (cap !== null && floor !== null && floor > cap) {
    const message = `The floor of ${floor} lies above the cap of ${cap}; it must not be higher.`;
    problems.push({ field: `${path}.floor`, message });
    return undefined;
  }
  return { cap, floor };
}
