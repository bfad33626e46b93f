import { isConsentStatus } from '../consent/consent';
import { customName } from '../contact/value';
import { isJsonObject, type JsonObject } from '../json';
import { quote, type Problem, type Reading } from '../problem';
import { isTimed } from './condition-turn';
import { parseEngagement, parseEventRule, parseLastEvent, parseSequence } from './parse-event-rule';
import { parseCondition, type Comparison } from './property-condition';
import { JOURNEY_STATES, type Rule, type ScoreComparison } from './rule';
import { keysOf, readText } from './rule-reading';
import { EMPTY_BOOK } from './rule-book';
import { RuleSizes } from './rule-size';
import { readWindow } from './rule-window';

/** How deep groups may stand inside each other. */
const DEEPEST = 50;
/** How deep the JSON of a rule may be nested: groups are two levels each, what they hold is a few more. */
export const DEEPEST_RULE = 150;
/** How many rules one rule may be made of, conditions on events counted as rules. */
const MOST_RULES = 1_000;

interface Reader {
  readonly problems: Problem[];
  rulesLeft: number;
}

/** How each kind of rule is read, by the key that makes it one. */
const KINDS = {
  all: (json, path, reader, depth) => parseGroup('all', json, path, reader, depth),
  any: (json, path, reader, depth) => parseGroup('any', json, path, reader, depth),
  none: (json, path, reader, depth) => parseGroup('none', json, path, reader, depth),
  property: (json, path, { problems }) => parseProperty(json, path, problems),
  event: (json, path, { problems }) => parseEventRule(json, path, problems),
  lastEvent: (json, path, { problems }) => parseLastEvent(json, path, problems),
  engagement: (json, path, { problems }) => parseEngagement(json, path, problems),
  sequence: (json, path, { problems }) => parseSequence(json, path, problems),
  tag: (json, path, { problems }) => {
    const tag = parseName(json, 'tag', path, problems);
    return tag === undefined ? undefined : { kind: 'tag', tag };
  },
  list: (json, path, { problems }) => {
    const list = parseName(json, 'list', path, problems);
    return list === undefined ? undefined : { kind: 'list', list };
  },
  segment: (json, path, { problems }) => {
    const segment = parseName(json, 'segment', path, problems);
    return segment === undefined ? undefined : { kind: 'segment', segment };
  },
  stage: (json, path, { problems }) => {
    const stage = parseName(json, 'stage', path, problems);
    return stage === undefined ? undefined : { kind: 'stage', stage };
  },
  consent: (json, path, { problems }) => parseConsent(json, path, problems),
  score: (json, path, { problems }) => parseScore(json, path, problems),
  journey: (json, path, { problems }) => parseJourney(json, path, problems),
  randomBucket: (json, path, { problems }) => parseRandomBucket(json, path, problems),
  everyone: (json, path, { problems }) => parseEveryone(json, path, problems),
} satisfies Record<
  string,
  (json: JsonObject, path: string, reader: Reader, depth: number) => Rule | undefined
>;
type RuleKey = keyof typeof KINDS;
const RULE_KEYS = Object.keys(KINDS) as RuleKey[];

/**
 * Reads a rule from the JSON it is written in. The language is closed: what is unknown, of the wrong type, empty or
 * without its unit is refused with the path to it, such as `rule.all[1].within.unit`. All problems are told at once.
 * Groups stand at most 50 deep, a rule is made of at most 1,000, conditions on events among them. Whether the segments it names exist is not asked here.
 */
export function parseRule(json: unknown, path = 'rule'): Reading<Rule> {
  const reader: Reader = { problems: [], rulesLeft: MOST_RULES };
  const rule = parse(json, path, reader, 0);
  if (rule && new RuleSizes(EMPTY_BOOK).of(rule).rules > MOST_RULES && reader.problems.length === 0) {
    const message = `The rule is made of more than ${MOST_RULES} rules and conditions on events.`;
    reader.problems.push({ field: path, message });
  }
  return rule && reader.problems.length === 0
    ? { ok: true, value: rule }
    : { ok: false, problems: reader.problems };
}

function parse(json: unknown, path: string, reader: Reader, depth: number): Rule | undefined {
  const refuse = (message: string): undefined => void reader.problems.push({ field: path, message });
  if (reader.rulesLeft-- === 0) return refuse(`The rule is made of more than ${MOST_RULES} rules.`);
  if (reader.rulesLeft < 0) return undefined;
  if (depth > DEEPEST) return refuse(`Groups stand more than ${DEEPEST} deep inside each other here.`);
  const shape = 'write one such as { "property": "plan", "op": "equals", "value": "pro" }';
  if (!isJsonObject(json)) return refuse(`${quote(json)} is no rule; ${shape}.`);
  const key = kindOf(json);
  if (key !== undefined) return KINDS[key](json, path, reader, depth);
  if (Object.keys(json).length === 0)
    return refuse(`The rule is empty; for every contact write { "everyone": true }.`);
  return refuse(`${quote(json)} is no rule; it needs one of ${RULE_KEYS.join(', ')}.`);
}

/** An engagement may name its journey; everything else has one key that says what it is, and is refused with two. */
function kindOf(json: JsonObject): RuleKey | undefined {
  if (Object.hasOwn(json, 'engagement')) return 'engagement';
  return RULE_KEYS.find((key) => Object.hasOwn(json, key));
}

function parseGroup(
  mode: 'all' | 'any' | 'none',
  json: JsonObject,
  path: string,
  reader: Reader,
  depth: number,
): Rule | undefined {
  if (!keysOf(json, [mode], path, reader.problems)) return undefined;
  const list = json[mode];
  if (!Array.isArray(list) || list.length === 0) {
    const wanted = 'it must be a list of at least one rule; for every contact write { "everyone": true }';
    reader.problems.push({ field: `${path}.${mode}`, message: `${mode} is ${quote(list)}; ${wanted}.` });
    return undefined;
  }
  const rules: Rule[] = [];
  list.forEach((entry, index) => {
    const rule = parse(entry, `${path}.${mode}[${index}]`, reader, depth + 1);
    if (rule) rules.push(rule);
  });
  return { kind: 'group', mode, rules };
}

function parseProperty(json: JsonObject, path: string, problems: Problem[]): Rule | undefined {
  const { for: held, ...rest } = json;
  const condition = parseCondition(rest, path, problems);
  if (held === undefined || held === null) return condition && { kind: 'property', condition, for: null };
  const window = readWindow(held, 'last', `${path}.for`, problems);
  if (!condition || !window) return undefined;
  const refuse = (message: string): undefined => void problems.push({ field: `${path}.for`, message });
  const { property } = condition;
  if (customName(property).includes('.')) {
    return refuse(`${quote(property)} leads into a property; "for" follows a whole one, named without dots.`);
  }
  if (property === 'createdAt' || property === 'updatedAt')
    return refuse(`"for" does not follow ${property}.`);
  if (isTimed(condition)) return refuse(`"for" does not follow ${condition.op}, which time alone can turn.`);
  return { kind: 'property', condition, for: { last: window.amount, unit: window.unit } };
}

function parseName(json: JsonObject, key: string, path: string, problems: Problem[]): string | undefined {
  return keysOf(json, [key], path, problems) ? readText(json[key], `${path}.${key}`, problems) : undefined;
}

function parseConsent(json: JsonObject, path: string, problems: Problem[]): Rule | undefined {
  if (!keysOf(json, ['consent', 'is'], path, problems)) return undefined;
  const channel = readText(json.consent, `${path}.consent`, problems);
  const { is } = json;
  if (typeof is !== 'string' || !(is === 'unknown' || isConsentStatus(is))) {
    const wanted = 'use opted_in, opted_out, pending or unknown';
    problems.push({ field: `${path}.is`, message: `${quote(is)} is no state of a consent; ${wanted}.` });
    return undefined;
  }
  return channel === undefined ? undefined : { kind: 'consent', channel, is };
}

function parseScore(json: JsonObject, path: string, problems: Problem[]): Rule | undefined {
  if (!keysOf(json, ['score', 'op', 'value'], path, problems)) return undefined;
  const score = readText(json.score, `${path}.score`, problems);
  if (score === undefined) return undefined;
  const comparison = parseCondition({ property: score, op: json.op, value: json.value }, path, problems);
  if (!comparison) return undefined;
  const compared = comparisonOfNumbers(comparison);
  if (compared) return { kind: 'score', score, comparison: compared };
  const wanted = 'use gt, gte, lt, lte, equals or between with numbers';
  problems.push({ field: `${path}.op`, message: `A score is a number; ${wanted}.` });
  return undefined;
}

function comparisonOfNumbers(asked: Comparison): ScoreComparison | undefined {
  switch (asked.op) {
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return { op: asked.op, value: asked.value };
    case 'equals':
      return typeof asked.value === 'number' ? { op: asked.op, value: asked.value } : undefined;
    case 'between': {
      const [low, high] = asked.value;
      return typeof low === 'number' && typeof high === 'number'
        ? { op: asked.op, value: [low, high] }
        : undefined;
    }
    default:
      return undefined;
  }
}

function parseJourney(json: JsonObject, path: string, problems: Problem[]): Rule | undefined {
  if (!keysOf(json, ['journey', 'is'], path, problems)) return undefined;
  const journey = readText(json.journey, `${path}.journey`, problems);
  const is = JOURNEY_STATES.find((known) => known === json.is);
  if (!is) {
    const wanted = `use one of ${JOURNEY_STATES.join(', ')}`;
    problems.push({ field: `${path}.is`, message: `${quote(json.is)} is no state of a journey; ${wanted}.` });
  }
  return journey === undefined || !is ? undefined : { kind: 'journey', journey, is };
}

function parseRandomBucket(json: JsonObject, path: string, problems: Problem[]): Rule | undefined {
  if (!keysOf(json, ['randomBucket', 'seed'], path, problems)) return undefined;
  const share = json.randomBucket;
  const seed = readText(json.seed, `${path}.seed`, problems);
  if (typeof share !== 'number' || !(share > 0 && share <= 1)) {
    const wanted = 'write a number above 0 and at most 1, such as 0.2 for a fifth';
    problems.push({ field: `${path}.randomBucket`, message: `${quote(share)} is no share; ${wanted}.` });
    return undefined;
  }
  return seed === undefined ? undefined : { kind: 'randomBucket', share, seed };
}

function parseEveryone(json: JsonObject, path: string, problems: Problem[]): Rule | undefined {
  if (!keysOf(json, ['everyone'], path, problems)) return undefined;
  if (json.everyone === true) return { kind: 'everyone' };
  problems.push({
    field: `${path}.everyone`,
    message: `everyone is ${quote(json.everyone)}; it must be true.`,
  });
  return undefined;
}
