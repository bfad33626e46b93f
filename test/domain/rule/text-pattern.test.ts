import fc from 'fast-check';
import { compilePattern } from '../../../src/domain/rule/text-pattern';

function fits(pattern: string, text: string): boolean {
  const reading = compilePattern(pattern, 'value');
  if (!reading.ok) throw new Error(reading.problems[0]?.message);
  return reading.value(text);
}

function refusal(pattern: string): string | undefined {
  const reading = compilePattern(pattern, 'where[0].value');
  return reading.ok ? undefined : `${reading.problems[0]?.field}: ${reading.problems[0]?.message}`;
}

const atoms = fc.constantFrom(
  ...[
    'a',
    'b',
    '.',
    '\\d',
    '\\W',
    '[ab]',
    '[^a]',
    '[a-c\\d]',
    '\\.',
    '-',
    '\\b',
    '\\B',
    '^',
    '$',
    'é',
    '\\p{L}',
    '[\\]x]',
  ],
  ...['\\u{1F600}', '\\ud83d\\ude00', '\\u0061', '\\x62', '\\cA', '()', '😀'],
);
const { pattern: patterns } = fc.letrec<{ pattern: string; unit: string; atom: string }>((tie) => ({
  pattern: fc.oneof(
    {
      weight: 3,
      arbitrary: fc.array(tie('unit'), { minLength: 1, maxLength: 4 }).map((units) => units.join('')),
    },
    { weight: 1, arbitrary: fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}|${b}`) },
  ),
  unit: fc
    .tuple(tie('atom'), fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}', '{0,}', '*?', '+?'))
    .map(([atom, repeat]) => (['^', '$', '\\b', '\\B'].includes(atom) ? atom : atom + repeat)),
  atom: fc.oneof(
    { depthSize: 'small' },
    { weight: 4, arbitrary: atoms },
    { weight: 1, arbitrary: tie('pattern').map((inner) => `(?:${inner})`) },
    { weight: 1, arbitrary: tie('pattern').map((inner) => `(${inner})`) },
  ),
}));
const texts = fc.array(fc.constantFrom('a', 'b', 'c', '1', '-', '.', ' ', 'é', '😀', '\n', 'x', ']'), {
  maxLength: 8,
});

describe('compilePattern', () => {
  it('finds what RegExp finds, for every pattern and text', () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, characters) => {
        const text = characters.join('');
        // V8 looks for \B between the two halves of a character too, where ECMAScript has no place.
        fc.pre(!(pattern.includes('\\B') && text.includes('😀')));
        // Nested repeats may unfold to more steps than are taken: those are refused, which is tried below.
        fc.pre(!/has \d+ characters|repeats too much/.test(refusal(pattern) ?? ''));
        expect([pattern, text, fits(pattern, text)]).toEqual([
          pattern,
          text,
          new RegExp(pattern, 'u').test(text),
        ]);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    '(a+)+$',
    '^(a|a)*$',
    '(a|aa)+$',
    'a*a*a*a*a*b',
    '(.*)*x',
    '(?:a?){50}a{50}b',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
  ])('%s takes no longer for a text made to stop it', (pattern) => {
    const startedAt = process.hrtime.bigint();
    expect(fits(pattern, `${'a'.repeat(9_999)}!`)).toBe(false);
    expect(Number(process.hrtime.bigint() - startedAt) / 1e6).toBeLessThan(3_000);
  });

  it.each([
    ['(?=a)', 'looks ahead'],
    ['(?!a)', 'looks ahead'],
    ['(?<=a)b', 'looks ahead'],
    ['(?<!a)b', 'looks ahead'],
    ['(a)\\1', 'refers back'],
    ['(?<first>a)\\k<first>', 'refers back'],
    ['(a', 'is not one'],
    ['a**', 'is not one'],
    ['a{2000}', 'repeats too much'],
    ['a{2000000000}', 'repeats too much'],
    ['a{0,2000000000}', 'repeats too much'],
    ['(?:(?:a{1,60}){1,60}){1,60}', 'repeats too much'],
    ['', 'is empty'],
    ['a'.repeat(501), 'has 501 characters'],
  ])('refuses %s', (pattern, reason) => {
    expect(refusal(pattern)).toMatch(/^where\[0\]\.value: /);
    expect(refusal(pattern)).toContain(reason);
  });

  it('finds named groups and places anywhere', () => {
    expect(fits('(?<domain>example)\\.com', 'see example.com/shop')).toBe(true);
    expect(fits('^/pricing(/|$)', '/pricing/teams')).toBe(true);
    expect(fits('^/pricing(/|$)', '/pricing-old')).toBe(false);
  });

  it('takes nothing repeated as nothing', () => {
    expect(fits('^(){2000000000}$', '')).toBe(true);
  });

  it('looks at the first 10,000 characters', () => {
    expect(fits('b', `${'a'.repeat(9_999)}b`)).toBe(true);
    expect(fits('b', `${'a'.repeat(10_000)}b`)).toBe(false);
  });
});
