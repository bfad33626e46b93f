import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseRule } from '../../../src/domain/rule/parse-rule';

const page = readFileSync(path.join(__dirname, '../../../docs/RULES.md'), 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) => json);

describe('the page on rules', () => {
  it('has examples', () => expect(examples.length).toBeGreaterThan(6));

  it.each(examples)('shows a rule that is taken: %s', (json) => {
    expect(parseRule(JSON.parse(json))).toMatchObject({ ok: true });
  });
});
