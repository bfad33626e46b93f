import fc from 'fast-check';
import { parseRule } from '../../../src/domain/rule/parse-rule';
import { rules } from './random-rules';

function problemsOf(json: unknown): string[] {
  const reading = parseRule(json);
  return reading.ok ? [] : reading.problems.map(({ field, message }) => `${field}: ${message}`);
}

function deep(levels: number): unknown {
  let rule: unknown = { everyone: true };
  for (let level = 0; level < levels; level++) rule = { all: [rule] };
  return rule;
}

describe('parseRule', () => {
  it('reads every rule of the language', () => {
    fc.assert(
      fc.property(rules, (json) => expect(problemsOf(json)).toEqual([])),
      { numRuns: 1_000 },
    );
  });

  it.each([
    [{ property: 'plan', op: 'equals', value: 'pro' }],
    [{ property: 'plan', op: 'equals', value: 'trial', for: { last: 14, unit: 'days' } }],
    [
      {
        event: 'order_placed',
        where: [{ property: 'value', op: 'gte', value: 50 }],
        count: { op: 'gte', n: 2 },
        within: { last: 30, unit: 'days' },
      },
    ],
    [{ sequence: [{ event: 'page_viewed' }, { event: 'order_placed' }], within: { last: 7, unit: 'days' } }],
    [{ lastEvent: 'order_placed', has: [{ property: 'status', op: 'equals', value: 'refunded' }] }],
    [{ event: 'page_*', count: { op: 'lt', n: 1 } }],
    [{ event: 'order_placed', sum: { property: 'value', op: 'gte', n: 99.5 } }],
    [{ event: 'order_placed', distinct: { property: 'items.sku', op: 'gte', n: 3 } }],
    [{ event: 'order_placed', first: { property: 'value', op: 'gte', value: 50 } }],
    [{ engagement: 'clicked', message: 'welcome-1', machine: 'include' }],
    [{ randomBucket: 0.2, seed: 'autumn' }],
    [{ score: 'default', op: 'gte', value: 60 }],
    [{ journey: 'welcome', is: 'active' }],
    [{ property: 'birthday', op: 'anniversaryToday' }],
    [{ property: 'renewsAt', op: 'inPeriod', value: 'next month' }],
  ])('takes %j', (json) => {
    expect(problemsOf(json)).toEqual([]);
  });

  it('asks for one event where nothing is said of how many', () => {
    expect(parseRule({ event: 'order_placed' })).toEqual({
      ok: true,
      value: {
        kind: 'event',
        filter: { types: ['order_placed'], where: [], machine: 'exclude' },
        within: null,
        measure: { of: 'count', op: 'gte', n: 1 },
      },
    });
  });

  it('counts machines where a filter asks about them itself', () => {
    const where = [{ property: 'machine', op: 'equals', value: true }];
    expect(parseRule({ event: 'email_clicked', where })).toMatchObject({
      value: { filter: { machine: 'include' } },
    });
  });

  it.each<[unknown, string]>([
    [null, 'rule: '],
    [[], 'rule: '],
    ['everyone', 'rule: '],
    [{}, 'rule: The rule is empty'],
    [{ colour: 'red' }, 'rule: '],
    [{ all: [] }, 'rule.all: '],
    [{ any: {} }, 'rule.any: '],
    [{ all: [{ none: [] }] }, 'rule.all[0].none: '],
    [{ all: [{ everyone: true }], any: [{ everyone: true }] }, 'rule.any: '],
    [{ all: [{ everyone: true }, { tag: 5 }] }, 'rule.all[1].tag: '],
    [{ tag: '' }, 'rule.tag: '],
    [{ tag: 'vip', list: 'x' }, 'rule.list: '],
    [{ everyone: false }, 'rule.everyone: '],
    [{ property: 'plan', op: 'is', value: 'pro' }, 'rule.op: '],
    [{ property: 'plan', op: 'equals', value: { a: 1 } }, 'rule.value: '],
    [{ property: 'plan', op: 'equals', value: 'x', weight: 2 }, 'rule.weight: '],
    [{ property: 'seenAt', op: 'withinLast', value: { last: 3 } }, 'rule.value.unit: '],
    [{ property: 'plan', op: 'equals', value: 'x', for: { last: 14 } }, 'rule.for.unit: '],
    [{ property: 'a.b', op: 'equals', value: 'x', for: { last: 14, unit: 'days' } }, 'rule.for: '],
    [
      {
        property: 'seenAt',
        op: 'withinLast',
        value: { last: 3, unit: 'days' },
        for: { last: 14, unit: 'days' },
      },
      'rule.for: ',
    ],
    [{ property: 'createdAt', op: 'exists', for: { last: 14, unit: 'days' } }, 'rule.for: '],
    [{ event: '' }, 'rule.event: '],
    [{ event: [] }, 'rule.event: '],
    [{ event: ['a', 5] }, 'rule.event[1]: '],
    [{ event: 'a*b' }, 'rule.event: '],
    [{ event: 'a', within: { last: 30 } }, 'rule.within.unit: '],
    [{ event: 'a', within: { last: 0, unit: 'days' } }, 'rule.within.last: '],
    [{ event: 'a', within: { period: 'tomorrow' } }, 'rule.within.period: '],
    [{ event: 'a', count: 2 }, 'rule.count: '],
    [{ event: 'a', count: { op: 'gte', n: -1 } }, 'rule.count.n: '],
    [{ event: 'a', count: { op: 'gte', n: 1.5 } }, 'rule.count.n: '],
    [{ event: 'a', count: { op: 'about', n: 1 } }, 'rule.count.op: '],
    [{ event: 'a', count: { op: 'gte', n: 1, of: 'x' } }, 'rule.count.of: '],
    [{ event: 'a', sum: { op: 'gte', n: 1 } }, 'rule.sum.property: '],
    [
      { event: 'a', count: { op: 'gte', n: 1 }, sum: { property: 'v', op: 'gte', n: 1 } },
      'rule.sum: sum stands beside count',
    ],
    [{ event: 'a', last: [] }, 'rule.last: '],
    [{ event: 'a', where: [{ property: 'v', op: 'gt', value: 'much' }] }, 'rule.where[0].value: '],
    [{ event: 'a', machine: true }, 'rule.machine: '],
    [{ sequence: [{ event: 'a' }] }, 'rule.sequence: '],
    [{ sequence: [{ event: 'a' }, { tag: 'x' }] }, 'rule.sequence[1].tag: '],
    [{ lastEvent: 'a' }, 'rule.has: '],
    [{ engagement: 'liked' }, 'rule.engagement: '],
    [{ engagement: 'opened', channel: 'sms' }, 'rule.channel: '],
    [{ consent: 'email', is: 'yes' }, 'rule.is: '],
    [{ score: 'default', op: 'contains', value: 'x' }, 'rule.op: '],
    [{ journey: 'welcome', is: 'running' }, 'rule.is: '],
    [{ randomBucket: 0, seed: 'a' }, 'rule.randomBucket: '],
    [{ randomBucket: 0.2 }, 'rule.seed: '],
  ])('refuses %j, naming %s', (json, start) => {
    expect(problemsOf(json)).toContainEqual(expect.stringContaining(start));
  });

  it('tells every problem at once', () => {
    const json = { all: [{ tag: '' }, { event: 'a', within: {} }, { property: 'x', op: 'y' }] };
    expect(problemsOf(json).map((problem) => problem.split(':')[0])).toEqual([
      'rule.all[0].tag',
      'rule.all[1].within',
      'rule.all[2].op',
    ]);
  });

  it('refuses groups 200 deep and more rules than it judges in bounded time', () => {
    expect(problemsOf(deep(200))).toEqual([expect.stringContaining('more than 50 deep')]);
    expect(problemsOf(deep(50))).toEqual([]);
    const many = { any: Array.from({ length: 100_000 }, () => ({ tag: 'a' })) };
    expect(problemsOf(many)).toEqual([expect.stringContaining('more than 1000 rules')]);
  });

  it('takes 10,000 values', () => {
    const value = Array.from({ length: 10_000 }, (_, index) => `sku-${index}`);
    expect(problemsOf({ property: 'sku', op: 'in', value })).toEqual([]);
  });
});
