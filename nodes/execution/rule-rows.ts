import { MESSAGE_REACTIONS } from '../../src/domain/rule/rule';
import { conditionJson, windowOfText } from './conditions';
import { locatorText } from './locator-text';

/** What a user filled in for one rule, condition or group. */
export type Row = Readonly<Record<string, unknown>>;

/** A rule as the rule language writes it. */
type RuleJson = Record<string, unknown>;

/** How each kind of row of the rule builder is written in the rule language, by the name of its collection. */
const ROWS: Readonly<Record<string, (row: Row) => RuleJson>> = {
  property(row) {
    const heldFor = locatorText(row.heldFor);
    return { ...conditionJson(row), ...(heldFor === '' ? {} : { for: windowOfText(heldFor, 'last') }) };
  },
  event: eventJson,
  engagement: engagementJson,
  tag: (row) => ({ tag: locatorText(row.tag) }),
  list: (row) => ({ list: locatorText(row.list) }),
  segment: (row) => ({ segment: locatorText(row.segment) }),
  stage: (row) => ({ stage: locatorText(row.stage) }),
  consent: (row) => ({ consent: locatorText(row.channel), is: row.status }),
  randomShare: (row) => ({ randomBucket: Number(row.percent) / 100, seed: locatorText(row.seed) }),
};

/** The JSON of one row of the rule builder, and where in it the rule stands that the row is about. */
export function ruleOfRow(kind: string, row: Row): { json: RuleJson; innerPath: string } {
  const json = ROWS[kind]?.(row) ?? {};
  return row.is === 'isNot' ? { json: { none: [json] }, innerPath: '.none[0]' } : { json, innerPath: '' };
}

function eventJson(row: Row): RuleJson {
  return {
    event: typesOf(row.types),
    ...conditionsJson('where', row.where),
    ...measureJson(row),
    ...windowJson(row),
    ...machineJson(row),
  };
}

function engagementJson(row: Row): RuleJson {
  const types = reactionsOf(row);
  // The language says which channels tell of this.
  if (types.length === 0) return { engagement: row.reaction, channel: row.channel };
  const message = locatorText(row.message);
  const byMessage = { measure: 'distinct', measured: 'message' };
  return {
    event: types,
    ...(message === '' ? {} : { where: [{ property: 'message', op: 'equals', value: message }] }),
    ...measureJson({ ...row, ...(row.measure === 'messages' ? byMessage : { measure: 'count' }) }),
    ...windowJson(row),
    ...machineJson(row),
  };
}

/** The events of a reaction on a channel; none where the channel tells of none. */
function reactionsOf({ reaction, channel }: Row): string[] {
  return MESSAGE_REACTIONS.filter((type) => {
    const [itsChannel, its] = type.split('_');
    return (channel === 'any' || itsChannel === channel) && (reaction === 'either' || its === reaction);
  });
}

/** One type or several, as a list or as text with commas, which is how expressions may give them. */
function typesOf(value: unknown): unknown {
  const types = (Array.isArray(value) ? value.map(String) : String(value ?? '').split(',')).map((type) =>
    type.trim(),
  );
  const named = types.filter((type) => type !== '');
  return named.length === 1 ? named[0] : named;
}

function measureJson(row: Row): RuleJson {
  const { measure, op, n } = row;
  if (measure === 'first' || measure === 'last') return { [measure]: rowsOf(row.has).map(conditionJson) };
  // What never happened has no property either, so that events are counted and not its values.
  if (op === 'never') return { count: { op: 'equals', n: 0 } };
  if (measure === 'count') return { count: { op, n } };
  return { [String(measure)]: { property: locatorText(row.measured), op, n } };
}

function windowJson({ during, lastAmount, lastUnit, period, after, before }: Row): RuleJson {
  if (during === 'last') return { within: { last: lastAmount, unit: lastUnit } };
  if (during === 'period') return { within: { period } };
  if (during !== 'dates') return {};
  const isGiven = (date: unknown): boolean => date !== '' && date !== null && date !== undefined;
  return { within: { ...(isGiven(after) ? { after } : {}), ...(isGiven(before) ? { before } : {}) } };
}

function machineJson({ machine }: Row): RuleJson {
  return machine === true ? { machine: 'include' } : {};
}

function conditionsJson(name: string, collection: unknown): RuleJson {
  const conditions = rowsOf(collection).map(conditionJson);
  return conditions.length > 0 ? { [name]: conditions } : {};
}

function rowsOf(collection: unknown): Row[] {
  const rows = (collection as { condition?: unknown } | null | undefined)?.condition;
  return Array.isArray(rows) ? (rows as Row[]) : [];
}
