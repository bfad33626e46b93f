import { ENGAGEMENTS } from '../event/engagement';
import { isJsonObject, type JsonObject, type JsonValue } from '../json';
import { quote, type Problem } from '../problem';
import { readEventWindow } from './event-window';
import { parseCondition, parsePropertyConditions, type PropertyCondition } from './property-condition';
import {
  COUNT_OPERATORS,
  type CountOperator,
  type EventFilter,
  type EventMeasure,
  type EventWindow,
  type Rule,
} from './rule';
import { numberOf } from './rule-value';
import { keysOf, readText } from './rule-reading';

const MOST_TYPES = 50;
const MOST_STEPS = 10;
const FILTER_KEYS = ['event', 'where', 'machine'];
const MEASURES = ['count', 'sum', 'distinct', 'first', 'last'] as const;

/** Reads `{ event, where, count | sum | distinct | first | last, within, machine }`; without a measure, at least one event. */
export function parseEventRule(json: JsonObject, path: string, problems: Problem[]): Rule | undefined {
  if (!keysOf(json, [...FILTER_KEYS, ...MEASURES, 'within'], path, problems)) return undefined;
  const filter = readFilter(json, path, problems);
  const within = readWithin(json.within, `${path}.within`, problems);
  const measure = readMeasure(json, path, problems);
  if (!filter || within === undefined || !measure) return undefined;
  return { kind: 'event', filter, within, measure };
}

/** Reads `{ lastEvent, has, where, within, machine }`: the latest such event fits every condition of `has`. */
export function parseLastEvent(json: JsonObject, path: string, problems: Problem[]): Rule | undefined {
  if (!keysOf(json, ['lastEvent', 'has', 'where', 'machine', 'within'], path, problems)) return undefined;
  const filter = readFilter(json, path, problems, 'lastEvent');
  const within = readWithin(json.within, `${path}.within`, problems);
  const has = readConditions(json.has, `${path}.has`, problems);
  return filter && within !== undefined && has
    ? { kind: 'event', filter, within, measure: { of: 'last', has } }
    : undefined;
}

/** Reads `{ engagement: "opened", channel, message, journey, count, within, machine }`, which stands for an event rule. */
export function parseEngagement(json: JsonObject, path: string, problems: Problem[]): Rule | undefined {
  const keys = ['engagement', 'channel', 'message', 'journey', 'count', 'within', 'machine'];
  if (!keysOf(json, keys, path, problems)) return undefined;
  const what = typeof json.engagement === 'string' ? json.engagement : '';
  const byChannel = Object.hasOwn(ENGAGEMENTS, what) ? ENGAGEMENTS[what] : undefined;
  if (!byChannel) {
    const wanted = `use one of ${Object.keys(ENGAGEMENTS).join(', ')}`;
    const message = `${quote(json.engagement)} is nothing that becomes of a message; ${wanted}.`;
    problems.push({ field: `${path}.engagement`, message });
    return undefined;
  }
  const types = Object.entries(byChannel).flatMap(([channel, type]) =>
    json.channel === undefined || json.channel === channel ? [type] : [],
  );
  if (types.length === 0) {
    const wanted = `use one of ${Object.keys(byChannel).join(', ')}, or leave it out for all`;
    const message = `${quote(json.channel)} is no channel on which a message is ${String(json.engagement)}; ${wanted}.`;
    problems.push({ field: `${path}.channel`, message });
  }
  const where: PropertyCondition[] = [];
  for (const property of ['message', 'journey'] as const) {
    if (json[property] === undefined) continue;
    const value = readText(json[property], `${path}.${property}`, problems);
    if (value !== undefined) where.push({ property, op: 'equals', value });
  }
  const machine = readMachine(json.machine, `${path}.machine`, problems) ?? 'exclude';
  const within = readWithin(json.within, `${path}.within`, problems);
  const measure = readMeasure(json, path, problems);
  if (within === undefined || !measure) return undefined;
  return { kind: 'event', filter: { types, where, machine }, within, measure };
}

/** Reads `{ sequence: [{ event, where, machine }, …], within }`. */
export function parseSequence(json: JsonObject, path: string, problems: Problem[]): Rule | undefined {
  if (!keysOf(json, ['sequence', 'within'], path, problems)) return undefined;
  const list = json.sequence;
  const within = readWithin(json.within, `${path}.within`, problems);
  if (!Array.isArray(list) || list.length < 2 || list.length > MOST_STEPS) {
    const message = `A sequence is a list of 2 to ${MOST_STEPS} events, each { "event": … }; it is ${quote(list)}.`;
    problems.push({ field: `${path}.sequence`, message });
    return undefined;
  }
  const steps = list.map((entry, index) => {
    const at = `${path}.sequence[${index}]`;
    if (isJsonObject(entry))
      return keysOf(entry, FILTER_KEYS, at, problems) && readFilter(entry, at, problems);
    problems.push({ field: at, message: `${quote(entry)} is no step; write { "event": "order_placed" }.` });
    return undefined;
  });
  const filters = steps.filter((step): step is EventFilter => typeof step === 'object');
  return filters.length === list.length && within !== undefined
    ? { kind: 'sequence', steps: filters, within }
    : undefined;
}

function readFilter(
  json: JsonObject,
  path: string,
  problems: Problem[],
  key: 'event' | 'lastEvent' = 'event',
): EventFilter | undefined {
  const types = readTypes(json[key], `${path}.${key}`, problems);
  const where = parsePropertyConditions(json.where, `${path}.where`);
  if (!where.ok) problems.push(...where.problems);
  const machine = readMachine(json.machine, `${path}.machine`, problems);
  if (!types || !where.ok) return undefined;
  // Who asks about machines gets the answer, not what is left without them.
  const asksItself = where.value.some(({ property }) => property === 'machine');
  return { types, where: where.value, machine: machine ?? (asksItself ? 'include' : 'exclude') };
}

function readTypes(value: JsonValue | undefined, path: string, problems: Problem[]): string[] | undefined {
  if (!Array.isArray(value)) {
    const type = readType(value, path, problems);
    return type === undefined ? undefined : [type];
  }
  if (value.length === 0 || value.length > MOST_TYPES) {
    const message = `The list of events has ${value.length} entries; it takes 1 to ${MOST_TYPES}.`;
    problems.push({ field: path, message });
    return undefined;
  }
  const types = value.map((entry, index) => readType(entry, `${path}[${index}]`, problems));
  const known = types.filter((type) => type !== undefined);
  return known.length === types.length ? [...new Set(known)] : undefined;
}

function readType(value: JsonValue | undefined, path: string, problems: Problem[]): string | undefined {
  const type = readText(value, path, problems);
  if (type === undefined || !type.slice(0, -1).includes('*')) return type;
  const message = `${quote(type)} has a * that is not at its end; only page_* and the like are taken.`;
  problems.push({ field: path, message });
  return undefined;
}

function readMachine(
  value: JsonValue | undefined,
  path: string,
  problems: Problem[],
): EventFilter['machine'] | undefined {
  if (value === undefined || value === 'include' || value === 'exclude') return value;
  problems.push({ field: path, message: `machine is ${quote(value)}; it must be "include" or "exclude".` });
  return undefined;
}

/** Null where there is none, undefined where it cannot be read. */
function readWithin(
  value: JsonValue | undefined,
  path: string,
  problems: Problem[],
): EventWindow | null | undefined {
  return value === undefined || value === null ? null : readEventWindow(value, path, problems);
}

function readMeasure(json: JsonObject, path: string, problems: Problem[]): EventMeasure | undefined {
  const [kind, other] = MEASURES.filter((measure) => Object.hasOwn(json, measure));
  if (kind === undefined) return { of: 'count', op: 'gte', n: 1 };
  const at = `${path}.${kind}`;
  if (other !== undefined) {
    problems.push({
      field: `${path}.${other}`,
      message: `${other} stands beside ${kind}; one rule asks one of them.`,
    });
    return undefined;
  }
  if (kind === 'first' || kind === 'last') {
    const has = readConditions(json[kind], at, problems);
    return has && { of: kind, has };
  }
  const shape =
    kind === 'count' ? '{ "op": "gte", "n": 2 }' : '{ "property": "value", "op": "gte", "n": 50 }';
  const value = json[kind];
  if (!isJsonObject(value)) {
    problems.push({ field: at, message: `${quote(value)} says not how many; write ${shape}.` });
    return undefined;
  }
  if (!keysOf(value, kind === 'count' ? ['op', 'n'] : ['property', 'op', 'n'], at, problems))
    return undefined;
  const op = readCountOperator(value.op, `${at}.op`, problems);
  const n = readAmount(value.n, kind === 'sum', `${at}.n`, problems);
  if (kind === 'count') return op && n !== undefined ? { of: kind, op, n } : undefined;
  const property = readText(value.property, `${at}.property`, problems);
  return op && n !== undefined && property !== undefined ? { of: kind, property, op, n } : undefined;
}

const SHORT_OPERATORS: ReadonlyMap<unknown, CountOperator> = new Map([
  ['eq', 'equals'],
  ['neq', 'notEquals'],
]);

function readCountOperator(
  value: JsonValue | undefined,
  path: string,
  problems: Problem[],
): CountOperator | undefined {
  const op = SHORT_OPERATORS.get(value) ?? COUNT_OPERATORS.find((known) => known === value);
  if (!op) {
    const message = `${quote(value)} compares no numbers; use one of ${COUNT_OPERATORS.join(', ')}.`;
    problems.push({ field: path, message });
  }
  return op;
}

function readAmount(
  value: JsonValue | undefined,
  isSum: boolean,
  path: string,
  problems: Problem[],
): number | undefined {
  const number = numberOf(value);
  if (number !== undefined && (isSum || (Number.isSafeInteger(number) && number >= 0))) return number;
  const wanted = isSum ? 'it must be a number' : 'it must be a whole number from 0';
  problems.push({ field: path, message: `n is ${quote(value)}; ${wanted}.` });
  return undefined;
}

/** One condition or a list of at least one. */
function readConditions(
  value: JsonValue | undefined,
  path: string,
  problems: Problem[],
): PropertyCondition[] | undefined {
  if (isJsonObject(value)) {
    const condition = parseCondition(value, path, problems);
    return condition && [condition];
  }
  if (Array.isArray(value) && value.length > 0) {
    const conditions = parsePropertyConditions(value, path);
    if (conditions.ok) return conditions.value;
    problems.push(...conditions.problems);
    return undefined;
  }
  const message = `${quote(value)} is no list of conditions; write at least one, such as { "property": "status", "op": "equals", "value": "refunded" }.`;
  problems.push({ field: path, message });
  return undefined;
}
