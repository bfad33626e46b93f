import fc from 'fast-check';
import { IDENTIFIER_KINDS, type IdentifierKind } from '../../../src/domain/contact/contact';
import { identifierKey, readIdentifier } from '../../../src/domain/contact/identifier';

const read = (kind: IdentifierKind, value: unknown, country?: string | null): string | null => {
  const reading = readIdentifier(kind, value, country);
  return reading.ok ? reading.value.value : null;
};

/** Letters and signs that make up addresses and numbers, and those that break them. */
const nearly = fc.string({
  unit: fc.constantFrom(
    ...'ab@@..+-_ ()/0123456789\'"<>,;\u0000\n\t',
    'É',
    '\u200b',
    '\u202e',
    'İ',
    'ß',
    'Ω',
    'ﬃ',
    'e\u0301',
    '🎉',
    '\ud800',
  ),
  maxLength: 60,
});

describe('laws of identifiers', () => {
  test('the normal form of a normal form is itself', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...IDENTIFIER_KINDS),
        fc.oneof(
          nearly,
          fc.emailAddress(),
          fc.string({ unit: 'binary' }),
          fc.nat().map((n) => `+49170${n}`),
        ),
        fc.constantFrom(undefined, 'DE', 'US', 'xx'),
        (kind, text, country) => {
          const once = read(kind, text, country);
          if (once === null) return;
          expect(read(kind, once, country)).toBe(once);
          expect(read(kind, once)).toBe(once);
          expect(read(kind, ` ${once}\u0000\n`, country)).toBe(once);
        },
      ),
      { numRuns: 10_000 },
    );
  });

  test('e-mail compares case-insensitively', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        const normal = read('email', address);
        if (normal === null) return;
        expect(read('email', address.toUpperCase())).toBe(normal);
        expect(normal).toBe(normal.toLowerCase());
      }),
    );
  });

  test('a problem names the field and holds one line, however hostile the value', () => {
    fc.assert(
      fc.property(fc.constantFrom(...IDENTIFIER_KINDS), fc.anything(), (kind, value) => {
        const reading = readIdentifier(kind, value);
        if (reading.ok) return;
        expect(reading.problems).toHaveLength(1);
        expect(reading.problems[0]?.field).toBe(kind);
        expect(reading.problems[0]?.message).not.toMatch(/\n/);
      }),
    );
  });
});

describe('e-mail addresses', () => {
  test.each([
    [' Ann.Lee+news@Example.COM ', 'ann.lee+news@example.com'],
    ["o'brien@example.co.uk", "o'brien@example.co.uk"],
    ['用户@例子.中国', '用户@例子.中国'],
    ['josé@example.com', 'josé@example.com'],
    ['jose\u0301@example.com', 'josé@example.com'],
    ['a@xn--bcher-kva.example', 'a@xn--bcher-kva.example'],
    ['संपर्क@उदाहरण.भारत', 'संपर्क@उदाहरण.भारत'],
    ['\u200bann@example.com\u200b\u202c', 'ann@example.com'],
    ['\u200b ann@example.com\u00a0\u200b', 'ann@example.com'],
    ['ann@2026.example', 'ann@2026.example'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('%s is %s', (given, normal) => {
    expect(read('email', given)).toBe(normal);
  });

  test.each([
    '',
    ' ',
    'ann',
    'ann@',
    '@example.com',
    'ann@example',
    'ann@@example.com',
    'ann lee@example.com',
    'ann@exa mple.com',
    '.ann@example.com',
    'ann.@example.com',
    'an..n@example.com',
    'ann@-example.com',
    'ann@example-.com',
    'ann@.com',
    'ann@example.com.',
    'ann@example.com, ben@example.com',
    'Ann <ann@example.com>',
    'ann@example.com\r\nBcc: all@example.com',
    'mailto:ann@example.com',
    'ann@127.0.0.1',
    'ann@[127.0.0.1]',
    'ann@example.123',
    '"ann lee"@example.com',
    'ann(work)@example.com',
    'ann;ben@example.com',
    'ann\\@example.com',
    'ann@example.com\u0000\nBcc: all@example.com',
    'ann\u200b@example.com',
    'ann@exam\u00adple.com',
    'ann@example\u3002com',
    'ann@example\u2460.com',
    '\u{1f600}@example.com',
    'ann@\u{1f600}.example',
    'ann@example.com%0abcc:all@example.com',
    'ann@example_1.com',
    'ann@example..com',
    'null',
    'undefined',
    '[object Object]',
    `${'é'.repeat(33)}@example.com`,
    `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(20)}.com`,
    `${'a'.repeat(65)}@example.com`,
    `a@${'b'.repeat(64)}.com`,
    `a@${'b.'.repeat(130)}com`,
    null,
    true,
    NaN,
    12,
    {},
    { toString: () => 'ann@example.com' },
    ['ann@example.com'],
  ])('%j is none', (given) => {
    expect(read('email', given)).toBeNull();
  });
});

describe('telephone numbers', () => {
  test.each([
    ['+44 20 7946 0958', undefined, '+442079460958'],
    ['0044 (20) 7946-0958', undefined, '+442079460958'],
    ['020 7946 0958', 'GB', '+442079460958'],
    ['020 7946 0958', 'gb', '+442079460958'],
    ['+44 20 7946 0958', 'US', '+442079460958'],
    [17_012_345_678, 'DE', '+4917012345678'],
  ])('%s in %s is %s', (given, country, normal) => {
    expect(read('phone', given, country)).toBe(normal);
  });

  test.each([1e21, 2_079_460_958.5, -2_079_460_958, NaN, Infinity, 0, null, true, {}, ['+442079460958']])(
    '%j is none',
    (given) => {
      expect(read('phone', given, 'GB')).toBeNull();
    },
  );

  test.each(['020 7946 0958', '123', '+', '+0', 'call me', '+44', '+44 20 7946 0958 x 12345678901234567890'])(
    '%s without a country is none',
    (given) => {
      expect(read('phone', given)).toBeNull();
    },
  );
});

describe('other identifiers', () => {
  test('are trimmed, cleaned, and otherwise taken as they are', () => {
    expect(read('externalId', ' A-1 ')).toBe('A-1');
    expect(read('externalId', 42)).toBe('42');
    expect(read('anonymousId', 'x\u0000y')).toBe('xy');
    expect(read('externalId', '\u0000')).toBeNull();
    expect(read('externalId', 'x'.repeat(255))).toHaveLength(255);
    expect(read('externalId', 'x'.repeat(256))).toBeNull();
    expect(read('pushToken', 'x'.repeat(1_024))).toHaveLength(1_024);
  });

  test.each(['undefined', 'null', 'NULL', 'NaN', 'None', 'N/A', '#N/A', '\\N', '-', '[object Object]'])(
    '%s is what programs write for nothing, and no id',
    (text) => {
      for (const kind of ['externalId', 'anonymousId', 'pushToken'] as const)
        expect(read(kind, ` ${text} `)).toBeNull();
    },
  );

  test('the key of an identifier tells kinds apart', () => {
    expect(identifierKey({ kind: 'email', value: 'a' })).not.toBe(
      identifierKey({ kind: 'phone', value: 'a' }),
    );
  });
});

describe('hostile input takes no time', () => {
  const long = 200_000;
  test.each([
    ['one letter', 'a'.repeat(long)],
    ['dots', 'a.'.repeat(long)],
    ['an unfinished address', `${'a.'.repeat(120)}@`],
    ['labels that almost end', `a@${'a-'.repeat(120)}!`],
    ['many labels', `a@${'a.'.repeat(120)}!`],
    ['accents', `${'e\u0301'.repeat(60)}@${'e\u0301-'.repeat(40)}`],
    ['at signs', '@'.repeat(250)],
    ['digits', '+'.concat('1'.repeat(38))],
    ['brackets', '('.repeat(40)],
    ['spaces', `${' '.repeat(long)}a@example.com${' '.repeat(long)}`],
  ])('%s', (_, text) => {
    const startedAt = performance.now();
    for (const kind of IDENTIFIER_KINDS) readIdentifier(kind, text, 'DE');
    expect(performance.now() - startedAt).toBeLessThan(250);
  });
});
