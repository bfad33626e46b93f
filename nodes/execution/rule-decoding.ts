import { toJsonValue } from '../../src/domain/json';
import { quote, type Problem, type Reading } from '../../src/domain/problem';
import { DEEPEST_RULE, parseRule } from '../../src/domain/rule/parse-rule';
import type { Rule } from '../../src/domain/rule/rule';
import type { Parameters } from './parameters';
import { RULE_KINDS } from './rule-kinds';
import { inWords, type RulePlaces } from './rule-places';
import { ruleOfRow, type Row } from './rule-rows';

/** A rule as the user wrote it, and where its parts stand in the node's panel. */
export interface WrittenRule {
  /** As the rule language writes it, not yet read. */
  readonly json: unknown;
  readonly places: RulePlaces;
}

/** What problems call the rule as a whole. */
const ROOT = 'rule';

/** Reads the parameters of `RULE_GROUPS` or of `RULE_JSON` for an item into the JSON of the rule language. */
export function readWrittenRule(
  parameters: Parameters,
  index: number,
  from: 'groups' | 'json',
): Reading<WrittenRule> {
  return from === 'json'
    ? readRuleJson(parameters.value('ruleJson', index))
    : ruleOfGroups(parameters.text('combine', index), parameters.rows('groups', 'group', index));
}

/** Parses a written rule; what is wrong is told by what the panel calls its place. */
export function parseWrittenRule({ json, places }: WrittenRule): Reading<Rule> {
  const reading = parseRule(json, ROOT);
  return reading.ok
    ? reading
    : { ok: false, problems: reading.problems.map((problem) => inWords(problem, places)) };
}

/** The rule of groups of rows, as the rule language writes it; one group alone is the rule itself. */
export function ruleOfGroups(combine: string, groups: readonly Row[]): Reading<WrittenRule> {
  const places = new Map<string, string>();
  const problems: Problem[] = [];
  const isSingle = groups.length === 1;
  const mode = combine === 'any' ? 'any' : 'all';
  const written = groups.map((group, at) => {
    const name = isSingle ? '' : `Group ${at + 1}`;
    const path = isSingle ? ROOT : `${ROOT}.${mode}[${at}]`;
    const match = group.match === 'any' || group.match === 'none' ? group.match : 'all';
    places.set(path, name);
    const rules = rulesOfGroup(group, `${path}.${match}`, name, places);
    if (rules.length === 0) {
      const message = `${isSingle ? 'The group' : name} has no rules; add at least one${isSingle ? '' : ', or remove the group'}.`;
      problems.push({ field: 'groups', message });
    }
    return { [match]: rules };
  });
  if (groups.length === 0) {
    problems.push({
      field: 'groups',
      message: 'There is no group of rules; add one with at least one rule.',
    });
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { json: isSingle ? written[0] : { [mode]: written }, places } };
}

function rulesOfGroup(group: Row, path: string, groupName: string, places: Map<string, string>): unknown[] {
  const rules: unknown[] = [];
  const collection = (group.rules ?? {}) as Readonly<Record<string, readonly Row[] | undefined>>;
  for (const { name, displayName } of RULE_KINDS) {
    const rows = collection[name] ?? [];
    rows.forEach((row, at) => {
      const { json, innerPath } = ruleOfRow(name, row);
      const words = `${displayName} ${at + 1}`;
      places.set(
        `${path}[${rules.length}]${innerPath}`,
        groupName === '' ? words : `${groupName} › ${words}`,
      );
      rules.push(json);
    });
  }
  return rules;
}

function readRuleJson(value: unknown): Reading<WrittenRule> {
  const places: RulePlaces = new Map();
  if (typeof value !== 'string') return { ok: true, value: { json: value, places } };
  try {
    // Deeper than any rule may be, it is cut off, so that whoever looks at it comes to an end; it is refused in any case.
    return { ok: true, value: { json: toJsonValue(JSON.parse(value), DEEPEST_RULE), places } };
  } catch (error) {
    const why = error instanceof Error ? ` (${error.message})` : '';
    return {
      ok: false,
      problems: [{ field: 'ruleJson', message: `The rule ${quote(value)} is not JSON${why}.` }],
    };
  }
}
