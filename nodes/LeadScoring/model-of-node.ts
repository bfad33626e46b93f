import { isJsonObject, type JsonObject, type JsonValue } from '../../src/domain/json';
import { quote, type Problem, type Reading } from '../../src/domain/problem';
import { conditionJson } from '../execution/conditions';
import { locatorText } from '../execution/locator-text';
import type { Parameters } from '../execution/parameters';
import { ruleOfGroups } from '../execution/rule-decoding';

type Row = Readonly<Record<string, unknown>>;

/** What an item is scored by: a saved model, or a definition in the JSON of `parseScoreModel`. */
export type NodeModel =
  | { readonly saved: string }
  | { readonly definition: JsonObject; readonly zone: string | null; readonly tellsPresent: boolean };

/** The zone that is chosen for contacts whose own is unknown, null where none is; and whether what is reached already is told. */
function optionsOf(parameters: Parameters, index: number): { zone: string | null; tellsPresent: boolean } {
  const { zone, tellsPresent } = parameters.object('modelOptions', index);
  const own = text(zone).trim();
  return { zone: own === '' ? null : own, tellsPresent: tellsPresent === true };
}

/** Reads the model of an item. */
export function readNodeModel(parameters: Parameters, index: number): Reading<NodeModel> {
  const name = locatorText(parameters.value('model', index)).trim();
  if (name === '') {
    const message = 'The model has no name; give it one, such as default, or choose one from the list.';
    return { ok: false, problems: [{ field: 'model', message }] };
  }
  const defineBy = parameters.value('defineBy', index);
  if (defineBy === 'saved') return { ok: true, value: { saved: name } };
  const definition =
    defineBy === 'json'
      ? readJson(parameters.value('modelJson', index), name)
      : readRows(parameters, index, name);
  if (!definition.ok) return definition;
  return { ok: true, value: { definition: definition.value, ...optionsOf(parameters, index) } };
}

function readJson(value: unknown, name: string): Reading<JsonObject> {
  let json = value;
  try {
    if (typeof value === 'string') json = JSON.parse(value) as unknown;
  } catch (error) {
    const why = error instanceof Error ? ` (${error.message})` : '';
    return { ok: false, problems: [{ field: 'modelJson', message: `The model is not JSON${why}.` }] };
  }
  if (isJsonObject(json)) return { ok: true, value: { ...json, name } };
  const message = `${quote(json)} is no score model; write { "rules": [{ "event": "order_placed", "points": 20 }] }.`;
  return { ok: false, problems: [{ field: 'modelJson', message }] };
}

function readRows(parameters: Parameters, index: number, name: string): Reading<JsonObject> {
  const problems: Problem[] = [];
  const profile = parameters.rows('profileRules', 'rule', index).flatMap((row, at): JsonValue[] => {
    const written = ruleOfGroups('all', [row]);
    if (written.ok) return [{ rule: written.value.json as JsonValue, ...shared(row) }];
    const told = written.problems.map((own) => ({
      ...own,
      message: `Rule ${at + 1} of Who Contacts Are: ${own.message}`,
    }));
    problems.push(...told);
    return [];
  });
  const rules = [...parameters.rows('eventRules', 'rule', index).map(eventRule), ...profile];
  if (problems.length > 0) return { ok: false, problems };
  const limits = parameters.object('limits', index);
  return {
    ok: true,
    value: {
      name,
      rules,
      groups: parameters
        .rows('groups', 'group', index)
        .map(({ name: own, cap }) => ({ name: text(own), cap: Number(cap) })),
      limits: limitsOf(limits),
      ...gradesOf(parameters, index, limits),
      thresholds: parameters.rows('thresholds', 'threshold', index).map((row) => ({
        name: text(row.name),
        at: Number(row.at),
        of: text(row.of ?? 'total'),
        hysteresis: Number(row.hysteresis ?? 0),
      })),
    },
  };
}

function eventRule(row: Row): JsonObject {
  const types = Array.isArray(row.types)
    ? row.types.map(String)
    : text(row.types)
        .split(',')
        .map((own) => own.trim());
  const rows = (row.conditions as { condition?: Row[] } | undefined)?.condition ?? [];
  const cap = Number(row.cap ?? 0);
  const days = Number(row.days ?? 30);
  return {
    event: types.length === 1 ? (types[0] ?? '') : types,
    ...(rows.length > 0 ? { where: rows.map((own) => conditionJson(own) as JsonObject) } : {}),
    ...(row.machine === true ? { machine: 'include' } : {}),
    ...(row.counts === 'first'
      ? { times: 1 }
      : row.counts === 'most'
        ? { times: Number(row.times ?? 5) }
        : {}),
    ...(cap === 0 ? {} : { cap }),
    ...(row.fading === 'halfLife' ? { halfLifeDays: days } : {}),
    ...(row.fading === 'window' ? { within: { last: days, unit: 'days' } } : {}),
    ...shared(row),
  };
}

function shared(row: Row): JsonObject {
  const [group, name] = [text(row.group), text(row.name)];
  return {
    points: Number(row.points),
    ...(row.part === 'fit' || row.part === 'engagement' ? { part: row.part } : {}),
    ...(group === '' ? {} : { group }),
    ...(name === '' ? {} : { name }),
  };
}

function limitsOf({ totalCap, totalFloor, fitCap, engagementCap }: Row): JsonObject {
  const limit = (cap: unknown, floor?: unknown): JsonObject => ({
    ...(cap === undefined || cap === '' ? {} : { cap: Number(cap) }),
    ...(floor === undefined || floor === '' ? {} : { floor: Number(floor) }),
  });
  const all = { total: limit(totalCap, totalFloor), fit: limit(fitCap), engagement: limit(engagementCap) };
  return Object.fromEntries(Object.entries(all).filter(([, own]) => Object.keys(own).length > 0));
}

function gradesOf(parameters: Parameters, index: number, { hysteresis }: Row): JsonObject {
  const gradeBy = text(parameters.value('gradeBy', index));
  const levels = (name: string): JsonValue[] => {
    const rows = parameters.rows(name, 'grade', index);
    return rows.map((row, at): JsonObject =>
      at === rows.length - 1 ? { name: text(row.name) } : { name: text(row.name), from: Number(row.from) },
    );
  };
  const distance: JsonObject =
    hysteresis === undefined || hysteresis === '' ? {} : { hysteresis: Number(hysteresis) };
  if (gradeBy === 'grid') {
    return { grades: { fit: levels('fitGrades'), engagement: levels('engagementGrades'), ...distance } };
  }
  if (gradeBy !== 'total' && gradeBy !== 'fit' && gradeBy !== 'engagement') return {};
  return { grades: { [gradeBy]: levels('grades'), ...distance } };
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}
