import fc from 'fast-check';
import { CONSENT_STATUSES } from '../../../src/domain/consent/consent';
import type { ContactProfile } from '../../../src/domain/contact/contact';
import { readTextCell, writeTextCell } from '../../../src/domain/contact-export/cell-guard';
import { csvLine, exportCells, exportColumns } from '../../../src/domain/contact-export/csv-row';
import { sniffDelimiter } from '../../../src/domain/contact-import/csv-format';
import { CsvRowSplitter } from '../../../src/domain/contact-import/csv-rows';
import { readRow } from '../../../src/domain/contact-import/read-row';
import { recogniseColumns } from '../../../src/domain/contact-import/recognise-columns';
import { toJsonObject } from '../../../src/domain/json';

const BLANK: ContactProfile = {
  id: 7,
  email: 'ada@example.com',
  phone: null,
  externalId: null,
  firstName: null,
  lastName: null,
  locale: null,
  timezone: null,
  country: null,
  lifecycleStage: null,
  properties: {},
  tags: [],
  lists: [],
  consent: {},
  createdAt: 0,
  updatedAt: 0,
};

/** Contacts as a store holds them: names trimmed and on one line, identifiers in normal form. */
const awkward = fc
  .array(
    fc.constantFrom(
      '=',
      '+',
      '-',
      '@',
      "'",
      '"',
      ',',
      ';',
      '\t',
      '\r',
      '\n',
      '1',
      '0',
      '.',
      'a',
      'é',
      '😀',
      ' ',
      '＝',
      '{',
      '[',
      ']',
      'true',
      'null',
      '1e5',
      '\u200b',
      '\ufeff',
      '\u202e',
      '\u2028',
      '\u0085',
      '\u00a0',
      'é'.normalize('NFD'),
    ),
    { maxLength: 5 },
  )
  .map((parts) => parts.join(''));
const trimmed = awkward.map((text) => text.trim()).filter((text) => text !== '');
const ids = trimmed.filter((text) => text !== 'null' && !/^-+$/.test(text));
const lines = trimmed
  .map((text) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim())
  .filter((text) => text !== '');
const names = fc.uniqueArray(trimmed, { maxLength: 4 });
const profiles: fc.Arbitrary<ContactProfile> = fc
  .record({
    phone: fc.constantFrom(null, '+442079460958'),
    externalId: fc.option(ids),
    firstName: fc.option(lines),
    lastName: fc.option(lines),
    locale: fc.constantFrom(null, 'pt-BR', 'de'),
    timezone: fc.constantFrom(null, 'Europe/Kyiv', 'America/New_York', 'Europe/Kiev'),
    country: fc.constantFrom(null, 'DE', 'GB'),
    lifecycleStage: fc.constantFrom(null, 'customer', 'Own Stage', '=stage'),
    properties: fc
      .dictionary(
        fc.oneof(trimmed, fc.constantFrom('__proto__', 'id', 'email', 'tags')),
        fc.oneof(awkward, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.jsonValue()),
        { noNullPrototype: true, maxKeys: 5 },
      )
      .map((properties) =>
        Object.fromEntries(Object.entries(toJsonObject(properties)).filter(([, value]) => value !== null)),
      ),
    tags: names,
    lists: names,
    consent: fc.dictionary(fc.constantFrom('email', 'sms', 'push'), fc.constantFrom(...CONSENT_STATUSES)),
  })
  // As it comes out of a store: JSON knows no -0.
  .map((parts) => JSON.parse(JSON.stringify({ ...BLANK, ...parts })) as ContactProfile);

describe('an export', () => {
  it('imported again gives the same contact', () => {
    fc.assert(
      fc.property(profiles, fc.constantFrom(',', ';', '\t'), (profile, delimiter) => {
        const columns = exportColumns(Object.keys(profile.properties), Object.keys(profile.consent));
        const file = csvLine(columns, delimiter) + csvLine(exportCells(profile, columns), delimiter);
        expect(sniffDelimiter(file)).toBe(delimiter);
        const splitter = new CsvRowSplitter(delimiter);
        const [header, row] = [...splitter.push(file), ...splitter.end()].map((line) =>
          'values' in line ? line.values : [],
        );
        const reading = readRow(row ?? [], recogniseColumns(header ?? []), { importedAt: 9 });
        if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
        const { patch, consents, notes } = reading.value;
        const { email, phone, externalId, firstName, lastName, locale, timezone, country, lifecycleStage } =
          profile;
        expect(notes).toEqual([]);
        expect({ ...patch.identifiers, ...patch.fields }).toEqual(
          Object.fromEntries(
            Object.entries({
              email,
              phone,
              externalId,
              firstName,
              lastName,
              locale,
              timezone,
              country,
              lifecycleStage,
            }).filter(([, value]) => value !== null),
          ),
        );
        expect(Object.entries(patch.properties)).toEqual(Object.entries(profile.properties));
        expect(patch.tags).toEqual(profile.tags);
        expect(patch.lists).toEqual(profile.lists);
        expect(Object.fromEntries(consents.map(({ channel, status }) => [channel, status]))).toEqual({
          ...profile.consent,
        });
      }),
      { numRuns: 2_000 },
    );
  });

  it('has no cell that a spreadsheet runs', () => {
    fc.assert(
      fc.property(profiles, (profile) => {
        const columns = exportColumns(Object.keys(profile.properties), Object.keys(profile.consent));
        for (const cell of exportCells(profile, columns)) {
          const isNumber = cell !== '' && !/\s/.test(cell) && Number.isFinite(Number(cell));
          expect(isNumber || !/^[=+\-@\t\r\n＝＋－＠]/.test(cell)).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['=HYPERLINK("http://evil.example.com")', '\'=HYPERLINK("http://evil.example.com")'],
    ['@SUM(1)', "'@SUM(1)"],
    ['-2+3+cmd|calc', "'-2+3+cmd|calc"],
    ['+49 30 23125000', "'+49 30 23125000"],
    ['+442079460958', '+442079460958'],
    ['-5', '-5'],
    ['-5.25', '-5.25'],
    ['-1e500', "'-1e500"],
    ["'t Hooft", "'t Hooft"],
    ["'=1", "''=1"],
    ['a=b', 'a=b'],
  ])('writes %j as %j', (text, cell) => {
    expect(writeTextCell(text)).toBe(cell);
    expect(readTextCell(cell)).toBe(text);
  });

  it('keeps the types of properties', () => {
    const properties = {
      zip: '10115',
      visits: 3,
      debt: -5,
      vip: true,
      name: 'Ada',
      said: 'true',
      list: ['a'],
      none: null,
    };
    const columns = Object.keys(properties).map((name) => `properties.${name}`);
    expect(exportCells({ ...BLANK, properties }, columns)).toEqual([
      "'10115",
      '3',
      '-5',
      'true',
      'Ada',
      "'true",
      '["a"]',
      '',
    ]);
  });

  it('writes lines by RFC 4180', () => {
    expect(csvLine(['a', 'b,c', 'say "hi"', 'x\ny', ''])).toBe('a,"b,c","say ""hi""","x\ny",\r\n');
    expect(csvLine([''])).toBe('""\r\n');
  });

  it('leaves what is unknown blank', () => {
    const columns = [
      'id',
      'email',
      'phone',
      'consent.email',
      'properties.constructor',
      'createdAt',
      'unknown',
    ];
    expect(exportCells(BLANK, columns)).toEqual([
      '7',
      'ada@example.com',
      '',
      '',
      '',
      '1970-01-01T00:00:00.000Z',
      '',
    ]);
  });
});
