import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { CONDITION_ROWS, readConditionRows } from '../../nodes/execution/conditions';
import { BEGUN_PERIODS, PERIODS } from '../../nodes/execution/period-options';
import { parseWrittenRule, ruleOfGroups, type WrittenRule } from '../../nodes/execution/rule-decoding';
import { RULE_KINDS } from '../../nodes/execution/rule-kinds';
import { ruleOfRow } from '../../nodes/execution/rule-rows';
import type { Reading } from '../../src/domain/problem';
import { PROPERTY_OPERATORS } from '../../src/domain/rule/property-condition';
import { PERIOD_NAMES } from '../../src/domain/rule/rule-period';
import { parseRule } from '../../src/domain/rule/parse-rule';

/** A name as a resource locator holds it. */
const chosen = (value: string) => ({ __rl: true, mode: 'list', value });

/** What the editor saves for a new row of a kind: the default of every field. */
function freshRow(kind: string): Record<string, unknown> {
  const fields = RULE_KINDS.find(({ name }) => name === kind)?.values ?? [];
  return Object.fromEntries(fields.map(({ name, default: value }) => [name, value]));
}

const row = (kind: string, filled: Record<string, unknown>) => ({ ...freshRow(kind), ...filled });

function problemsOf(written: Reading<WrittenRule>): string[] {
  const reading = written.ok ? parseWrittenRule(written.value) : written;
  return reading.ok ? [] : reading.problems.map(({ message }) => message);
}

function jsonOf(written: Reading<WrittenRule>): unknown {
  expect(problemsOf(written)).toEqual([]);
  return written.ok ? written.value.json : undefined;
}

const DE_OR_AT = row('property', { property: chosen('country'), op: 'in', value: 'DE, AT' });
const ENGAGED = row('engagement', { n: 3 });
const NO_CUSTOMER = row('stage', { is: 'isNot', stage: chosen('customer') });

describe('groups of rules', () => {
  it('say without JSON: opened or clicked at least 3 mails in 30 days, from Germany or Austria, no customer', () => {
    const rules = { engagement: [ENGAGED], property: [DE_OR_AT], stage: [NO_CUSTOMER] };
    expect(jsonOf(ruleOfGroups('all', [{ match: 'all', rules }]))).toEqual({
      all: [
        {
          event: ['email_opened', 'email_clicked'],
          distinct: { property: 'message', op: 'gte', n: 3 },
          within: { last: 30, unit: 'days' },
        },
        { none: [{ stage: 'customer' }] },
        { property: 'country', op: 'in', value: ['DE', 'AT'] },
      ],
    });
  });

  it('go together as chosen', () => {
    const groups = [
      { match: 'all', rules: { property: [DE_OR_AT] } },
      { match: 'any', rules: { tag: [row('tag', { tag: chosen('vip') }), row('tag', { tag: 'press' })] } },
      { match: 'none', rules: { list: [row('list', { list: chosen('newsletter') })] } },
    ];
    const rule = [
      { all: [{ property: 'country', op: 'in', value: ['DE', 'AT'] }] },
      { any: [{ tag: 'vip' }, { tag: 'press' }] },
      { none: [{ list: 'newsletter' }] },
    ];
    expect(jsonOf(ruleOfGroups('all', groups))).toEqual({ all: rule });
    expect(jsonOf(ruleOfGroups('any', groups))).toEqual({ any: rule });
  });

  it('are refused when there is none, and when one is empty', () => {
    expect(problemsOf(ruleOfGroups('all', []))).toEqual([
      'There is no group of rules; add one with at least one rule.',
    ]);
    expect(problemsOf(ruleOfGroups('all', [{ match: 'all', rules: {} }]))).toEqual([
      'The group has no rules; add at least one.',
    ]);
    expect(
      problemsOf(ruleOfGroups('all', [{ match: 'all', rules: { property: [DE_OR_AT] } }, { match: 'any' }])),
    ).toEqual(['Group 2 has no rules; add at least one, or remove the group.']);
  });
});

describe('a row of the builder', () => {
  it.each<[string, Record<string, unknown>, unknown]>([
    [
      'property',
      { property: chosen('plan'), value: 'pro' },
      { property: 'plan', op: 'equals', value: 'pro' },
    ],
    ['property', { property: 'plan', op: 'exists', value: 'left over' }, { property: 'plan', op: 'exists' }],
    [
      'property',
      { property: chosen('plan'), value: 'trial', heldFor: '14 days' },
      { property: 'plan', op: 'equals', value: 'trial', for: { last: 14, unit: 'days' } },
    ],
    [
      'property',
      { property: chosen('trialEndsAt'), op: 'withinNext', value: '3 days' },
      { property: 'trialEndsAt', op: 'withinNext', value: { next: 3, unit: 'days' } },
    ],
    [
      'property',
      { property: chosen('renewsAt'), op: 'inPeriod', period: 'nextMonth', value: 'left over' },
      { property: 'renewsAt', op: 'inPeriod', value: 'nextMonth' },
    ],
    [
      'property',
      { property: chosen('birthday'), op: 'anniversaryToday' },
      { property: 'birthday', op: 'anniversaryToday' },
    ],
    ['event', { types: ['order_placed'] }, { event: 'order_placed', count: { op: 'gte', n: 1 } }],
    [
      'event',
      {
        types: 'page_*, form_submitted',
        op: 'never',
        n: 7,
        during: 'last',
        lastAmount: 2,
        lastUnit: 'weeks',
      },
      {
        event: ['page_*', 'form_submitted'],
        count: { op: 'equals', n: 0 },
        within: { last: 2, unit: 'weeks' },
      },
    ],
    [
      'event',
      {
        types: ['order_placed'],
        measure: 'sum',
        measured: chosen('value'),
        op: 'gt',
        n: 99.5,
        during: 'period',
      },
      {
        event: 'order_placed',
        sum: { property: 'value', op: 'gt', n: 99.5 },
        within: { period: 'thisMonth' },
      },
    ],
    [
      'event',
      { types: ['order_placed'], measure: 'distinct', measured: chosen('sku'), op: 'never', n: 2 },
      { event: 'order_placed', count: { op: 'equals', n: 0 } },
    ],
    [
      'event',
      {
        types: ['order_placed'],
        measure: 'last',
        has: { condition: [{ property: chosen('status'), op: 'equals', value: 'refunded' }] },
        where: { condition: [{ property: chosen('value'), op: 'gte', value: '50' }] },
        during: 'dates',
        after: '2026-01-01',
        machine: true,
      },
      {
        event: 'order_placed',
        where: [{ property: 'value', op: 'gte', value: '50' }],
        last: [{ property: 'status', op: 'equals', value: 'refunded' }],
        within: { after: '2026-01-01' },
        machine: 'include',
      },
    ],
    [
      'engagement',
      {
        reaction: 'clicked',
        channel: 'any',
        measure: 'reactions',
        op: 'lt',
        n: 2,
        message: 'spring',
        during: 'ever',
      },
      {
        event: ['email', 'sms', 'push', 'whatsapp', 'chat', 'ads'].map((channel) => `${channel}_clicked`),
        where: [{ property: 'message', op: 'equals', value: 'spring' }],
        count: { op: 'lt', n: 2 },
      },
    ],
    [
      'engagement',
      { op: 'never', lastAmount: 60 },
      {
        event: ['email_opened', 'email_clicked'],
        count: { op: 'equals', n: 0 },
        within: { last: 60, unit: 'days' },
      },
    ],
    ['consent', {}, { consent: 'email', is: 'opted_in' }],
    ['stage', { stage: chosen('customer') }, { stage: 'customer' }],
    ['segment', { is: 'isNot', segment: chosen('engaged') }, { none: [{ segment: 'engaged' }] }],
    ['randomShare', { percent: 20, seed: 'autumn' }, { randomBucket: 0.2, seed: 'autumn' }],
  ])('%s %j is the rule %j', (kind, filled, json) => {
    const { json: written } = ruleOfRow(kind, row(kind, filled));
    expect(written).toEqual(json);
    expect(parseRule(written)).toMatchObject({ ok: true });
  });

  it('is told of by what the panel calls it, when it is wrong', () => {
    const wrong = (kind: string, filled: Record<string, unknown>) =>
      problemsOf(
        ruleOfGroups('any', [
          { match: 'all', rules: { property: [DE_OR_AT] } },
          { match: 'all', rules: { [kind]: [row(kind, filled)] } },
        ]),
      );
    expect(wrong('event', {})).toEqual([expect.stringMatching(/^Group 2 › Event 1 › Event Names: /)]);
    expect(wrong('event', { types: ['a'], n: -1 })).toEqual([
      'Group 2 › Event 1 › Number: n is "-1"; it must be a whole number from 0.',
    ]);
    expect(
      wrong('event', {
        types: ['a'],
        where: { condition: [DE_OR_AT, { property: 'x', op: 'gt', value: 'many' }] },
      }),
    ).toEqual(['Group 2 › Event 1 › Only Events Where 2: gt has the value "many"; it takes a number.']);
    expect(wrong('event', { types: ['a'], during: 'dates' })).toEqual([
      expect.stringMatching(/^Group 2 › Event 1 › When: /),
    ]);
    expect(wrong('tag', { is: 'isNot' })).toEqual([expect.stringMatching(/^Group 2 › Tag 1 › Name: /)]);
    expect(wrong('property', { property: 'trialEndsAt', op: 'withinLast', value: '30' })).toEqual([
      expect.stringMatching(/^Group 2 › Property of the Contact 1 › Value: The window has no unit/),
    ]);
    expect(wrong('property', { property: 'a', value: 'x', heldFor: 'long' })).toEqual([
      expect.stringMatching(/^Group 2 › Property of the Contact 1 › Held For: /),
    ]);
    expect(wrong('randomShare', { percent: 0, seed: 'a' })).toEqual([
      'Group 2 › Random Share 1 › Percent: Percent must be a number above 0 and at most 100.',
    ]);
    expect(wrong('engagement', { reaction: 'opened', channel: 'sms' })).toEqual([
      expect.stringMatching(/^Group 2 › Engagement With a Message 1 › Channel: /),
    ]);
  });

  it('names only its own place in a single group', () => {
    expect(problemsOf(ruleOfGroups('all', [{ match: 'any', rules: { tag: [row('tag', {})] } }]))).toEqual([
      expect.stringMatching(/^Tag 1 › Name: /),
    ]);
  });
});

describe('what the builder offers', () => {
  const optionsOf = (fields: readonly INodeProperties[], name: string) =>
    (fields.find((field) => field.name === name)?.options ?? []).map(
      (option) => (option as INodePropertyOptions).value,
    );
  const [condition] = CONDITION_ROWS.options ?? [];
  const fields = condition && 'values' in condition ? condition.values : [];

  it('has every operator and every period of the language', () => {
    expect(optionsOf(fields, 'op').sort()).toEqual([...PROPERTY_OPERATORS].sort());
    expect(PERIODS.map(({ value }) => value).sort()).toEqual([...PERIOD_NAMES].sort());
    for (const { value } of BEGUN_PERIODS) {
      expect(parseRule({ event: 'a', within: { period: value } })).toMatchObject({ ok: true });
    }
  });

  it('keeps reading the conditions of triggers and waits', () => {
    const rows = [
      { property: 'value', op: 'gte', value: '50' },
      { property: 'at', op: 'withinLast', value: '30 days' },
      { property: 'sku', op: 'in', value: 'a, b' },
      { property: 'note', op: 'exists', value: '' },
    ];
    expect(readConditionRows(rows, 'conditions')).toEqual({
      ok: true,
      value: [
        { property: 'value', op: 'gte', value: 50 },
        { property: 'at', op: 'withinLast', value: { last: 30, unit: 'days' } },
        { property: 'sku', op: 'in', value: ['a', 'b'] },
        { property: 'note', op: 'exists' },
      ],
    });
  });
});
