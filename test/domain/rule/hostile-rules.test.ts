import type { JsonObject } from '../../../src/domain/json';
import { matchesCondition } from '../../../src/domain/rule/match-condition';
import { parseRule } from '../../../src/domain/rule/parse-rule';
import { EMPTY_BOOK, type SavedSegment } from '../../../src/domain/rule/rule-book';
import { RuleSizes, sizeProblem } from '../../../src/domain/rule/rule-size';
import { compilePattern } from '../../../src/domain/rule/text-pattern';

const times = (count: number, rule: unknown): unknown[] => Array.from({ length: count }, () => rule);

function nested(depth: number, leaf: unknown): unknown {
  let rule = leaf;
  for (let level = 0; level < depth; level++) rule = { [level % 2 === 0 ? 'any' : 'none']: [rule] };
  return rule;
}

/** JSON text of groups inside each other, deeper than any reader that calls itself bears. */
const deepText = (depth: number) => `${'{"all":['.repeat(depth)}{"everyone":true}${']}'.repeat(depth)}`;

function refusals(json: unknown): string[] {
  const reading = parseRule(json);
  return reading.ok ? [] : reading.problems.map(({ field, message }) => `${field}: ${message}`);
}

const EVERYONE = { everyone: true };
const plan = (op: string, value?: unknown) => ({ property: 'plan', op, value });

describe('a rule that is too large', () => {
  it('is refused where its groups stand deeper than 50, however deep that is', () => {
    expect(refusals(nested(50, EVERYONE))).toEqual([]);
    for (const rule of [nested(51, EVERYONE), nested(200, EVERYONE), JSON.parse(deepText(100_000))]) {
      const [only, ...others] = refusals(rule);
      expect(only).toMatch(/^rule(\.(any|none|all)\[0\]){51}: Groups stand more than 50 deep/);
      expect(others).toEqual([]);
    }
  });

  it('is refused with more than 1,000 rules, groups and conditions on events counted', () => {
    expect(refusals({ any: times(999, EVERYONE) })).toEqual([]);
    expect(refusals({ any: times(1_000, EVERYONE) })).toEqual([
      'rule.any[999]: The rule is made of more than 1000 rules.',
    ]);
    expect(refusals({ event: 'a', where: times(999, plan('exists')) })).toEqual([]);
    for (const rule of [
      { event: 'a', where: times(1_000, plan('exists')) },
      { event: 'a', last: times(1_000, plan('exists')) },
      { sequence: times(10, { event: 'a', where: times(100, plan('exists')) }) },
      { any: times(100, { event: 'a', where: times(10, plan('exists')) }) },
    ]) {
      expect(refusals(rule)).toEqual([
        'rule: The rule is made of more than 1000 rules and conditions on events.',
      ]);
    }
  });

  it('is told in a few words, also where the wrong value is deep or long', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    for (const wrong of [deep, 'x'.repeat(1e6), times(1e5, 1)]) {
      for (const rule of [wrong, { all: wrong }, { event: wrong }, { no: wrong }, plan('equals', wrong)]) {
        const reading = parseRule(rule);
        if (reading.ok) continue;
        for (const { message } of reading.problems) expect(message.length).toBeLessThan(400);
      }
    }
    expect(refusals({ all: deep })).toHaveLength(1);
  });

  it('is weighed with the segments it is made of, each as often as it is named', () => {
    const zone = 'UTC';
    const segments = new Map<string, SavedSegment>([['s0', { rule: { kind: 'tag', tag: 'x' }, zone }]]);
    for (let level = 1; level <= 60; level++) {
      const below = { kind: 'segment', segment: `s${level - 1}` } as const;
      segments.set(`s${level}`, { rule: { kind: 'group', mode: 'any', rules: [below, below] }, zone });
    }
    const sizes = new RuleSizes({ ...EMPTY_BOOK, segments });
    expect(sizes.ofSegment('s1')).toEqual({ rules: 6, depth: 3 });
    expect(sizeProblem('it', sizes.ofSegment('s9'))).toBeNull();
    expect(sizeProblem('it', sizes.ofSegment('s20'))?.message).toContain('more than 5000 rules');
    expect(sizes.ofSegment('s60').rules).toBeGreaterThan(1e18);
    expect(sizes.ofSegment('nobody')).toEqual({ rules: 1, depth: 1 });
  });
});

describe('what is no value, window or date of a rule', () => {
  it.each([
    [plan('equals', JSON.parse('1e999')), 'rule.value'],
    [plan('gt', 'NaN'), 'rule.value'],
    [plan('gt', 'Infinity'), 'rule.value'],
    [plan('gt', '1e999'), 'rule.value'],
    [plan('between', [5, 4]), 'rule.value'],
    [plan('in', []), 'rule.value'],
    [plan('in', ['a', null]), 'rule.value'],
    [plan('equals', 'a\u0000b'), 'rule.value'],
    [plan('equals', '\ud800'), 'rule.value'],
    [plan('contains', '\udc00x'), 'rule.value'],
    [plan('before', '2026-02-29'), 'rule.value'],
    [plan('before', '10000-01-01'), 'rule.value'],
    [plan('before', '-0001-01-01'), 'rule.value'],
    [plan('before', 8.64e15), 'rule.value'],
    [plan('withinLast', { last: 1e9, unit: 'weeks' }), 'rule.value.last'],
    [plan('withinLast', { last: -1, unit: 'days' }), 'rule.value.last'],
    [plan('withinLast', { last: Number.NaN, unit: 'days' }), 'rule.value.last'],
    [plan('withinLast', { last: 1.5, unit: 'calendarDays' }), 'rule.value.last'],
    [plan('withinLast', { last: 1, unit: 'constructor' }), 'rule.value.unit'],
    [plan('withinLast', { last: 1, unit: 'days', __proto__x: 1 }), 'rule.value.__proto__x'],
    [plan('inPeriod', 'constructor'), 'rule.value'],
    [plan('toString', 1), 'rule.op'],
    [plan('regex', '(?=a)b'), 'rule.value'],
    [plan('regex', '(a)\\1'), 'rule.value'],
    [plan('regex', 'a{1,50}'.repeat(40)), 'rule.value'],
    [plan('regex', '('), 'rule.value'],
    [{ ...plan('equals', 1), property: 'x'.repeat(301) }, 'rule.property'],
    [{ event: 'a*b' }, 'rule.event'],
    [{ event: 'a\u0000' }, 'rule.event'],
    [{ event: 'a', count: { op: 'constructor', n: 1 } }, 'rule.count.op'],
    [{ event: 'a', count: { op: 'gte', n: 1e300 } }, 'rule.count.n'],
    [{ event: 'a', within: { after: '2026-03-01', before: '2026-03-02' } }, 'rule.within'],
    [{ engagement: 'constructor' }, 'rule.engagement'],
    [{ engagement: ['opened'] }, 'rule.engagement'],
    [{ engagement: 'opened', channel: 'constructor' }, 'rule.channel'],
    [{ segment: '' }, 'rule.segment'],
    [{ randomBucket: 1e-400, seed: 's' }, 'rule.randomBucket'],
    [JSON.parse('{"__proto__":{"everyone":true}}'), 'rule'],
    [JSON.parse('{"everyone":true,"__proto__":1}'), 'rule.__proto__'],
  ])('%j is refused at %s', (json, path) => {
    const [problem] = refusals(json);
    expect(problem?.split(': ')[0]).toBe(path);
  });

  it('is told from what is unusual and right', () => {
    for (const rule of [
      plan('equals', -0),
      plan('equals', 5e-324),
      plan('gt', Number.MAX_VALUE),
      plan('before', '0000-01-01'),
      plan('after', '9999-12-31'),
      plan('after', '2024-02-29'),
      plan('withinLast', { last: 0.0001, unit: 'seconds' }),
      plan('withinLast', { last: 36_600, unit: 'calendarDays' }),
      { property: '__proto__', op: 'exists' },
      { property: '..', op: 'exists' },
      { event: '*' },
      JSON.parse('{"everyone":false,"everyone":true}'),
    ]) {
      expect(refusals(rule)).toEqual([]);
    }
  });
});

describe('patterns that backtrack for ever elsewhere', () => {
  const long = 'a'.repeat(10_000);
  it.each([
    '^(a+)+$',
    '(a|aa)+b',
    '(.*a){12}b',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(a?){150}a{150}b',
    '(x+x+)+y',
  ])('%s takes time in proportion to the text', (pattern) => {
    const test = compilePattern(pattern, 'value');
    if (!test.ok) throw new Error(pattern);
    const began = performance.now();
    expect(test.value(`${long}!`)).toBe(false);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

it('names of properties are looked up among their own, whatever they are', () => {
  const properties = JSON.parse('{"__proto__":{"a":1},"a.b":2,"":{"":3}}') as JsonObject;
  const holds = (property: string, value: number) => {
    const moment = { now: 0, zone: 'UTC' };
    return matchesCondition({ property, op: 'equals', value }, properties, moment).matches;
  };
  expect([holds('__proto__.a', 1), holds('a.b', 2), holds('.', 3)]).toEqual([true, true, true]);
  for (const name of ['constructor', 'constructor.name.length', '__proto__.toString', 'a', '...']) {
    expect(
      matchesCondition({ property: name, op: 'exists' }, properties, { now: 0, zone: 'UTC' }).matches,
    ).toBe(false);
  }
});
