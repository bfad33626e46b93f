import fc from 'fast-check';
import { rawContactFromItem, readContactPatch } from '../../../src/domain/contact/contact-patch';
import type { ContactPatch } from '../../../src/domain/contact/contact';

const EMPTY: ContactPatch = { identifiers: {}, fields: {}, properties: {}, tags: [], lists: [] };

function patchOf(raw: Record<string, unknown>, options = {}): ContactPatch {
  const reading = readContactPatch(raw, options);
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return reading.value;
}

function problemsOf(raw: Record<string, unknown>): string[] {
  const reading = readContactPatch(raw);
  return reading.ok ? [] : reading.problems.map(({ field }) => field);
}

const KEYS = [
  'email',
  'phone',
  'externalId',
  'anonymousId',
  'firstName',
  'timezone',
  'country',
  'locale',
  'lifecycleStage',
];

describe('laws of patches', () => {
  test('an absent, undefined or blank key leaves, null clears', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(...KEYS)),
        fc.constantFrom(undefined, '', ' \t', '\u0000'),
        (keys, blank) => {
          expect(patchOf(Object.fromEntries(keys.map((key) => [key, blank])))).toEqual(EMPTY);
          const cleared = patchOf(Object.fromEntries(keys.map((key) => [key, null])));
          expect(Object.keys({ ...cleared.identifiers, ...cleared.fields }).sort()).toEqual([...keys].sort());
          expect(
            Object.values({ ...cleared.identifiers, ...cleared.fields }).every((value) => value === null),
          ).toBe(true);
        },
      ),
    );
  });

  test('whatever an item holds, it is read or refused field by field, never thrown', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom(...KEYS, 'properties', 'tags', 'lists', '__proto__', 'x'),
          fc.anything(),
        ),
        (raw) => {
          const reading = readContactPatch(raw);
          if (reading.ok) expect(patchOf({ ...flat(reading.value) })).toEqual(reading.value);
          else
            for (const { field, message } of reading.problems)
              expect([field, message.length > 10]).toEqual([field, true]);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('keys of a prototype are nobody’s data', () => {
    const raw = Object.create({
      email: 'a@example.com',
      firstName: 'Ann',
      tags: ['vip'],
      properties: { a: 1 },
    });
    expect(patchOf(raw)).toEqual(EMPTY);
  });
});

function flat({ identifiers, fields, ...rest }: ContactPatch): Record<string, unknown> {
  return { ...identifiers, ...fields, ...rest };
}

describe('patches', () => {
  test('fields in their normal form', () => {
    expect(
      patchOf({
        email: ' Ann@Example.com ',
        phone: '020 7946 0958',
        country: 'gb',
        locale: 'pt_br',
        timezone: 'Europe/London',
        firstName: ' Ann\u0000 ',
        lifecycleStage: 'lead',
        unknown: 'ignored',
      }),
    ).toEqual({
      ...EMPTY,
      identifiers: { email: 'ann@example.com', phone: '+442079460958' },
      fields: {
        country: 'GB',
        locale: 'pt-BR',
        timezone: 'Europe/London',
        firstName: 'Ann',
        lifecycleStage: 'lead',
      },
    });
    expect(patchOf({ phone: '020 7946 0958' }, { defaultCountry: 'GB' }).identifiers.phone).toBe(
      '+442079460958',
    );
  });

  test('a name is one line, so that it can stand in the header of a mail', () => {
    const firstName = 'Ann\r\nBcc: all@example.com\u2028\tLee';
    expect(patchOf({ firstName }).fields.firstName).toBe('Ann Bcc: all@example.com Lee');
  });

  test('an offset is no zone: it knows nothing of daylight saving', () => {
    expect(problemsOf({ timezone: '+01:00' })).toEqual(['timezone']);
    expect(patchOf({ timezone: 'europe/berlin' }).fields.timezone).toBe('europe/berlin');
  });

  test('more than anybody means is refused: for a sender could fill the store', () => {
    const many = Array.from({ length: 1_001 }, (_, index) => `n${index}`);
    let deep: object = {};
    for (let depth = 0; depth < 20_000; depth++) deep = { deep };
    expect(problemsOf({ properties: { text: 'x'.repeat(262_144) } })).toEqual(['properties']);
    expect(problemsOf({ properties: deep })).toEqual(['properties']);
    expect(problemsOf({ properties: Object.fromEntries(many.map((name) => [name, 1])) })).toEqual([
      'properties',
    ]);
    expect(problemsOf({ tags: many, lists: many })).toEqual(['tags', 'lists']);
    expect(patchOf({ tags: many.slice(1) }).tags).toHaveLength(1_000);
  });

  test('each field that cannot be taken is named, and nothing is taken then', () => {
    expect(
      problemsOf({
        email: 'nobody',
        phone: 'x',
        country: 'Germany',
        locale: '!!',
        timezone: 'Mars/Phobos',
        firstName: { a: 1 },
        lastName: 'x'.repeat(1_001),
        properties: [1],
        tags: 5,
        lists: [{}],
      }).sort(),
    ).toEqual([
      'country',
      'email',
      'firstName',
      'lastName',
      'lists',
      'locale',
      'phone',
      'properties',
      'tags',
      'timezone',
    ]);
  });

  test('properties merge key by key: null clears, any name is data', () => {
    const properties = JSON.parse(
      '{"plan":"pro","gone":null,"a.b":{"c":[1]},"__proto__":{"x":1},"quo\\"te":"\\u0000n"}',
    );
    const read = patchOf({ properties }).properties;
    expect(Object.entries(read)).toEqual([
      ['plan', 'pro'],
      ['gone', null],
      ['a.b', { c: [1] }],
      ['__proto__', { x: 1 }],
      ['quo"te', 'n'],
    ]);
    expect(patchOf({ properties: { a: undefined } }).properties).toEqual({});
    expect(patchOf({ properties: null }).properties).toEqual({});
  });

  test.each(['', '  ', '\u0000', 'x'.repeat(101)])('%j names no property', (name) => {
    expect(problemsOf({ properties: { [name]: 1 } })).toEqual(['properties']);
  });

  test('tags and lists are names in a list or with commas, each once', () => {
    expect(patchOf({ tags: 'vip, beta,,vip , ' }).tags).toEqual(['vip', 'beta']);
    expect(patchOf({ lists: ['news', ' news ', 7, ''] }).lists).toEqual(['news', '7']);
    expect(patchOf({ tags: null, lists: '' })).toEqual(EMPTY);
    expect(patchOf({ tags: ['a\u0000b'] }).tags).toEqual(['ab']);
    expect(problemsOf({ tags: ['x'.repeat(101)] })).toEqual(['tags']);
  });
});

describe('an item as raw contact data', () => {
  test('known keys as they are, others as properties, what other steps put there left out', () => {
    const item = {
      id: 7,
      email: 'a@example.com',
      plan: 'pro',
      event: { type: 'x' },
      wait: {},
      contact: { id: 1 },
      createdAt: 'x',
      tags: ['vip'],
    };
    expect(rawContactFromItem(item)).toEqual({
      email: 'a@example.com',
      tags: ['vip'],
      properties: { plan: 'pro' },
    });
  });

  test('an item that only carries a contact gives that contact', () => {
    const contact = {
      id: 1,
      email: 'a@example.com',
      properties: { plan: 'pro' },
      consent: { email: 'opted_in' },
    };
    expect(rawContactFromItem({ contact, total: 5 })).toEqual({
      email: 'a@example.com',
      properties: { plan: 'pro' },
    });
  });

  test('a key named __proto__ is a property like any other', () => {
    const raw = rawContactFromItem(JSON.parse('{"email":"a@example.com","__proto__":{"x":1}}'));
    expect(Object.keys(raw.properties as object)).toEqual(['__proto__']);
  });
});
