import type { JsonValue } from '../json';
import { quote, type Problem } from '../problem';
import { numberOf } from '../rule/rule-value';
import { roundPoints } from './score-model';

/** No rule, cap or threshold is about more points, so that the sums of a model stay exact to a millionth. */
const MOST_POINTS = 1_000_000;

/** Reads points: a number, or text that is one, of at most six decimals and a million. */
export function readPoints(
  value: JsonValue | undefined,
  path: string,
  problems: Problem[],
): number | undefined {
  const points = numberOf(value);
  if (points !== undefined && Math.abs(points) <= MOST_POINTS && roundPoints(points) === points) {
    // Minus zero is no number of points.
    return points + 0;
  }
  const wanted = 'use a number of at most six decimals, from -1000000 to 1000000';
  problems.push({ field: path, message: `${quote(value)} are no points; ${wanted}.` });
  return undefined;
}

/** Reads points that must be above 0, or at least 0; null where there are none. */
export function readDistance(
  value: JsonValue | undefined,
  least: 'above 0' | 'at least 0',
  path: string,
  problems: Problem[],
): number | null | undefined {
  if (value === undefined || value === null) return null;
  const points = readPoints(value, path, problems);
  if (points === undefined || points > 0 || (points === 0 && least === 'at least 0')) return points;
  problems.push({ field: path, message: `${quote(value)} is too small; it must be ${least}.` });
  return undefined;
}

/** Reads a list of so many entries; undefined where it is none, or where one of them cannot be read. */
export function readList<T>(
  value: JsonValue | undefined,
  least: number,
  most: number,
  what: string,
  path: string,
  problems: Problem[],
  read: (entry: JsonValue, path: string) => T | undefined,
): T[] | undefined {
  if (!Array.isArray(value) || value.length < least || value.length > most) {
    const seen = Array.isArray(value) ? `There are ${value.length} ${what}` : `${what} is ${quote(value)}`;
    problems.push({ field: path, message: `${seen}; it must be a list of ${least} to ${most}.` });
    return undefined;
  }
  const entries = value.map((entry, index) => read(entry, `${path}[${index}]`));
  const known = entries.filter((entry) => entry !== undefined);
  return known.length === entries.length ? known : undefined;
}
