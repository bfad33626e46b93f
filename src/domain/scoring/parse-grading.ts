import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { quote, type Problem } from '../problem';
import { keysOf, readText } from '../rule/rule-reading';
import { readDistance, readList, readPoints } from './point-reading';
import {
  cellsOf,
  SCORE_AXES,
  SCORE_PARTS,
  type GradeAxis,
  type GradeLevel,
  type Grading,
  type ScoreAxis,
  type ScoreThreshold,
} from './score-model';

const MOST_LEVELS = 20;
const MOST_THRESHOLDS = 50;

/** Reads how points become grades; null where there are none. See `parseScoreModel` for the JSON. */
export function parseGrading(
  json: JsonValue | undefined,
  path: string,
  problems: Problem[],
): Grading | null | undefined {
  if (json === undefined || json === null) return null;
  if (!isJsonObject(json)) {
    const shape = '{ "total": [{ "name": "A", "from": 60 }, { "name": "B" }] }';
    problems.push({ field: path, message: `${quote(json)} gives no grades; write ${shape}.` });
    return undefined;
  }
  keysOf(json, [...SCORE_AXES, 'hysteresis', 'cells'], path, problems);
  const named = SCORE_AXES.filter((axis) => Object.hasOwn(json, axis));
  if (named.length === 0 || (named.length > 1 && named.includes('total'))) {
    const wanted = 'grade the total, or fit, or engagement, or fit and engagement together';
    const message = named.length === 0 ? 'The grades have no levels' : 'The total stands beside its halves';
    problems.push({ field: path, message: `${message}; ${wanted}.` });
    return undefined;
  }
  const axes = named.map((axis) => parseAxis(axis, json[axis], `${path}.${axis}`, problems));
  const hysteresis = readDistance(json.hysteresis, 'at least 0', `${path}.hysteresis`, problems);
  const read = axes.filter((axis) => axis !== undefined);
  if (read.length < axes.length || hysteresis === undefined) return undefined;
  const cells = parseCells(json.cells, read, path, problems);
  return cells && { axes: read, hysteresis: hysteresis ?? 0, cells };
}

function parseAxis(
  axis: ScoreAxis,
  json: JsonValue | undefined,
  path: string,
  problems: Problem[],
): GradeAxis | undefined {
  const levels = readList(json, 2, MOST_LEVELS, 'levels', path, problems, (entry, at) =>
    parseLevel(entry, at, problems),
  );
  if (!levels) return undefined;
  const refuse = (index: number, key: string, message: string) =>
    problems.push({ field: `${path}[${index}].${key}`, message });
  levels.forEach(({ name, from }, index) => {
    const before = levels[index - 1];
    const isLowest = index === levels.length - 1;
    if (levels.findIndex((level) => level.name === name) < index) {
      refuse(index, 'name', `There are two levels with the name ${quote(name)}.`);
    }
    if (isLowest && from !== null) {
      refuse(index, 'from', `The lowest level takes what is left; leave out from at ${quote(name)}.`);
    } else if (!isLowest && from === null) {
      refuse(index, 'from', `The level ${quote(name)} does not say from how many points on it is given.`);
    } else if (from !== null && before && before.from !== null && from >= before.from) {
      refuse(index, 'from', `${from} is not below ${before.from}; list the levels from the best down.`);
    }
  });
  return { axis, levels };
}

function parseLevel(json: JsonValue, path: string, problems: Problem[]): GradeLevel | undefined {
  if (!isJsonObject(json)) {
    problems.push({ field: path, message: `${quote(json)} is no level; write { "name": "A", "from": 60 }.` });
    return undefined;
  }
  keysOf(json, ['name', 'from'], path, problems);
  const name = readText(json.name, `${path}.name`, problems);
  const from =
    json.from === undefined || json.from === null ? null : readPoints(json.from, `${path}.from`, problems);
  return name === undefined || from === undefined ? undefined : { name, from };
}

function parseCells(
  json: JsonValue | undefined,
  axes: readonly GradeAxis[],
  path: string,
  problems: Problem[],
): Record<string, string> | undefined {
  const known = cellsOf(axes);
  const twice = known.find((cell, index) => known.indexOf(cell) !== index);
  if (twice !== undefined && axes.length > 1) {
    const message = `Two cells would be called ${quote(twice)}; give the levels other names.`;
    problems.push({ field: path, message });
    return undefined;
  }
  if (json === undefined || json === null) return {};
  if (!isJsonObject(json) || axes.length < 2) {
    const wanted = 'write { "A1": "Hot" } beside the levels of fit and engagement';
    problems.push({ field: `${path}.cells`, message: `${quote(json)} names no cells; ${wanted}.` });
    return undefined;
  }
  return readCells(json, known, `${path}.cells`, problems);
}

function readCells(
  json: JsonObject,
  known: readonly string[],
  path: string,
  problems: Problem[],
): Record<string, string> | undefined {
  const cells: Array<[string, string]> = [];
  for (const [cell, written] of Object.entries(json)) {
    const at = `${path}.${cell}`;
    if (!known.includes(cell)) {
      problems.push({ field: at, message: `${quote(cell)} is no cell; there are ${known.join(', ')}.` });
      continue;
    }
    const name = readText(written, at, problems);
    if (name !== undefined) cells.push([cell, name]);
  }
  return Object.fromEntries(cells);
}

/** Reads the thresholds that are watched; none is an empty list. */
export function parseThresholds(
  json: JsonValue | undefined,
  path: string,
  problems: Problem[],
): ScoreThreshold[] | undefined {
  if (json === undefined || json === null) return [];
  const thresholds = readList(json, 0, MOST_THRESHOLDS, 'thresholds', path, problems, (entry, at) =>
    parseThreshold(entry, at, problems),
  );
  thresholds?.forEach(({ name }, index) => {
    if (thresholds.findIndex((other) => other.name === name) === index) return;
    const message = `There are two thresholds with the name ${quote(name)}.`;
    problems.push({ field: `${path}[${index}].name`, message });
  });
  return thresholds;
}

function parseThreshold(json: JsonValue, path: string, problems: Problem[]): ScoreThreshold | undefined {
  if (!isJsonObject(json)) {
    const shape = '{ "name": "ready for sales", "at": 60 }';
    problems.push({ field: path, message: `${quote(json)} is no threshold; write ${shape}.` });
    return undefined;
  }
  keysOf(json, ['name', 'of', 'at', 'hysteresis'], path, problems);
  const name = readText(json.name, `${path}.name`, problems);
  const at = readPoints(json.at, `${path}.at`, problems);
  const hysteresis = readDistance(json.hysteresis, 'at least 0', `${path}.hysteresis`, problems);
  const of = SCORE_AXES.find((axis) => axis === (json.of ?? 'total'));
  if (!of) {
    const wanted = `use total, ${SCORE_PARTS.join(' or ')}`;
    problems.push({ field: `${path}.of`, message: `${quote(json.of)} has no points; ${wanted}.` });
  }
  if (name === undefined || at === undefined || hysteresis === undefined || !of) return undefined;
  return { name, of, at, hysteresis: hysteresis ?? 0 };
}
