import { parseRule } from '../../../src/domain/rule/parse-rule';

/** What no store holds: PostgreSQL refuses it even as something to look for. */
const IMPOSSIBLE = ['a\u0000b', 'half \ud83d'];

describe.each(IMPOSSIBLE)('text that no store holds: %j', (text) => {
  it.each<[string, unknown]>([
    ['rule.value', { property: 'plan', op: 'equals', value: text }],
    ['rule.value', { property: 'plan', op: 'in', value: ['a', text] }],
    ['rule.value', { property: 'plan', op: 'startsWith', value: text }],
    ['rule.property', { property: text, op: 'exists' }],
    ['rule.event', { event: text }],
    ['rule.sum.property', { event: 'a', sum: { property: text, op: 'gte', n: 1 } }],
    ['rule.tag', { tag: text }],
    ['rule.consent', { consent: text, is: 'opted_in' }],
    ['rule.segment', { segment: text }],
  ])('is refused at %s', (field, json) => {
    expect(parseRule(json)).toMatchObject({ ok: false, problems: [{ field }] });
  });
});
