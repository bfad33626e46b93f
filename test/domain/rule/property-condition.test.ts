import fc from 'fast-check';
import { parsePropertyConditions, PROPERTY_OPERATORS } from '../../../src/domain/rule/property-condition';

function refusal(condition: unknown): string | undefined {
  const reading = parsePropertyConditions([{ property: 'ok', op: 'exists' }, condition], 'trigger.where');
  if (reading.ok) return undefined;
  expect(reading.problems).toHaveLength(1);
  return `${reading.problems[0]?.field}: ${reading.problems[0]?.message}`;
}

describe('parsePropertyConditions', () => {
  it('takes nothing as no conditions', () => {
    expect(parsePropertyConditions(undefined, 'where')).toEqual({ ok: true, value: [] });
    expect(parsePropertyConditions([], 'where')).toEqual({ ok: true, value: [] });
  });

  it('returns what it was given, numbers read from text, so that it can be saved and read again', () => {
    const where = [
      { property: 'plan', op: 'in', value: ['pro', 5, true] },
      { property: 'value', op: 'gte', value: 50 },
      { property: 'a.b', op: 'withinLast', value: { last: 30, unit: 'days' } },
      { property: 'x', op: 'between', value: ['2026-01-01', '2026-02-01T10:00:00Z'] },
      { property: 'x', op: 'inPeriod', value: { name: 'lastWeek', weekStartsOn: 7 } },
      { property: 'x', op: 'anniversaryToday' },
      { property: 'x', op: 'notExists' },
    ];
    const once = parsePropertyConditions(where, 'where');
    expect(once).toEqual({ ok: true, value: where });
    expect(parsePropertyConditions([{ property: 'value', op: 'gte', value: '50' }], 'where')).toEqual({
      ok: true,
      value: [{ property: 'value', op: 'gte', value: 50 }],
    });
  });

  it.each<[unknown, string]>([
    ['plan', 'trigger.where[1]: "plan" is no condition'],
    [{ op: 'exists' }, 'trigger.where[1].property: '],
    [{ property: '', op: 'exists' }, 'trigger.where[1].property: '],
    [
      { property: 'p', op: 'is', value: 1 },
      'trigger.where[1].op: "is" is not an operator; use one of equals,',
    ],
    [{ property: 'p', op: 'toString' }, 'trigger.where[1].op: "toString" is not an operator'],
    [{ property: 'p', op: 'exists', negate: true }, 'trigger.where[1].negate: "negate" is not part of'],
    [
      { property: 'p', op: 'exists', value: 1 },
      'trigger.where[1].value: exists has the value "1"; it takes none.',
    ],
    [{ property: 'p', op: 'equals' }, 'trigger.where[1].value: equals has the value nothing; it takes text'],
    [{ property: 'p', op: 'equals', value: null }, 'trigger.where[1].value: equals has the value "null"'],
    [{ property: 'p', op: 'equals', value: ['a'] }, 'trigger.where[1].value: equals'],
    [{ property: 'p', op: 'in', value: [] }, 'with at least one entry'],
    [{ property: 'p', op: 'in', value: 'a' }, 'it takes a list'],
    [{ property: 'p', op: 'in', value: ['a', null] }, 'it takes a list'],
    [{ property: 'p', op: 'contains', value: '' }, 'text that is not empty'],
    [{ property: 'p', op: 'startsWith', value: 5 }, 'text that is not empty'],
    [{ property: 'p', op: 'regex', value: '(a' }, 'trigger.where[1].value: The pattern "(a" is not one'],
    [{ property: 'p', op: 'regex', value: '(a)\\1' }, 'refers back'],
    [{ property: 'p', op: 'gt', value: 'fifty' }, 'it takes a number'],
    [{ property: 'p', op: 'gt', value: Number.NaN }, 'it takes a number'],
    [{ property: 'p', op: 'between', value: [20, 10] }, 'the smaller first'],
    [{ property: 'p', op: 'between', value: ['2026-02-01', '2026-01-01'] }, 'the smaller first'],
    [{ property: 'p', op: 'between', value: [1] }, 'two numbers or two dates'],
    [{ property: 'p', op: 'between', value: [1, '2026-01-01'] }, 'two numbers or two dates'],
    [{ property: 'p', op: 'before', value: 'soon' }, 'it takes a date such as 2026-03-07'],
    [{ property: 'p', op: 'before', value: '3/7/2026' }, 'it takes a date such as 2026-03-07'],
    [
      { property: 'p', op: 'withinLast', value: 30 },
      'trigger.where[1].value: "30" is no window; write { "last": 30',
    ],
    [
      { property: 'p', op: 'withinLast', value: { last: 30 } },
      'trigger.where[1].value.unit: The window has no unit',
    ],
    [
      { property: 'p', op: 'withinLast', value: { last: 30, unit: 'months' } },
      '"months" is no unit of a window',
    ],
    [
      { property: 'p', op: 'withinLast', value: { next: 30, unit: 'days' } },
      'value.next: "next" is not part of a window',
    ],
    [
      { property: 'p', op: 'withinNext', value: { next: 0, unit: 'days' } },
      'trigger.where[1].value.next: "0" is no length',
    ],
    [{ property: 'p', op: 'withinNext', value: { next: 1.5, unit: 'calendarDays' } }, 'cannot be counted'],
    [{ property: 'p', op: 'inPeriod' }, 'trigger.where[1].value: nothing is no period; use one of today'],
    [
      { property: 'p', op: 'inPeriod', value: { period: 'thisWeek', weekStartsOn: 8 } },
      'trigger.where[1].value.weekStartsOn: "8" is no day of the week',
    ],
    [
      { property: 'p', op: 'anniversaryToday', value: '03-10' },
      'trigger.where[1].value: anniversaryToday has the value "03-10"; it takes none.',
    ],
    [{ property: 'p', op: 'withinNext', value: { next: 200_000, unit: 'days' } }, 'at most 100 years'],
  ])('refuses %j', (condition, message) => {
    expect(refusal(condition)).toContain(message);
  });

  it('refuses or takes anything at all, and never throws', () => {
    const operators = fc.oneof(fc.constantFrom(...PROPERTY_OPERATORS), fc.string());
    const conditions = fc.record(
      { property: fc.anything(), op: operators, value: fc.anything() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(conditions)), (json) => {
        const reading = parsePropertyConditions(json, 'where');
        if (!reading.ok) expect(reading.problems[0]?.field.startsWith('where')).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('names every condition that is wrong', () => {
    const reading = parsePropertyConditions(
      [{}, { property: 'p', op: 'exists' }, { property: 'p', op: 'x' }],
      'where',
    );
    expect(reading.ok ? [] : reading.problems.map((problem) => problem.field)).toEqual([
      'where[0].property',
      'where[2].op',
    ]);
  });
});
