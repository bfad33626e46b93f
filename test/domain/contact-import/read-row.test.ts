import fc from 'fast-check';
import { cleanText } from '../../../src/domain/json';
import { readRow, type ImportedRow, type ReadRowOptions } from '../../../src/domain/contact-import/read-row';
import { recogniseColumns } from '../../../src/domain/contact-import/recognise-columns';
import {
  isOptOut,
  readConsentWord,
  readCountry,
  readLanguage,
  readLifecycleStage,
  readMonthDay,
  readNameList,
  readUtcTime,
  readZone,
} from '../../../src/domain/contact-import/import-values';
import type { Reading } from '../../../src/domain/problem';
import { IMPORTED_AT, taken } from './import-fixture';

function read(row: Record<string, string>, options?: Partial<ReadRowOptions>): Reading<ImportedRow> {
  const columns = recogniseColumns(Object.keys(row));
  return readRow(Object.values(row), columns, { importedAt: IMPORTED_AT, ...options });
}

describe('readRow', () => {
  it('leaves alone what is blank, and clears it only where that is asked for', () => {
    const row = { email: 'a@example.com', 'First name': ' ', plan: '', tags: '' };
    expect(taken(read(row)).patch).toMatchObject({ fields: {}, properties: {} });
    expect(taken(read(row, { clearsBlanks: true })).patch).toMatchObject({
      fields: { firstName: null },
      properties: { plan: null },
    });
  });

  it('reads a telephone number in the country of its row, else in the import’s', () => {
    const phoneOf = (row: Record<string, string>): unknown =>
      taken(read({ email: 'a@example.com', ...row }, { defaultCountry: 'DE' })).patch.identifiers.phone;
    expect(phoneOf({ phone: '020 7946 0958', country: 'United Kingdom' })).toBe('+442079460958');
    expect(phoneOf({ phone: '030 23125000' })).toBe('+493023125000');
    expect(phoneOf({ phone: 'none' })).toBeUndefined();
  });

  it('takes a contact without e-mail by its phone, and refuses one whose phone cannot be read', () => {
    expect(taken(read({ phone: '+442079460958' })).patch.identifiers).toEqual({ phone: '+442079460958' });
    expect(read({ phone: '12', plan: 'pro' })).toMatchObject({ ok: false, problems: [{ field: 'phone' }] });
    expect(read({ plan: 'pro' })).toEqual({
      ok: false,
      problems: [
        {
          field: 'email',
          message:
            'No column of the file identifies a contact; it takes an e-mail, a phone or an external id.',
        },
      ],
    });
  });

  it('takes off a telephone number what spreadsheets leave on it', () => {
    const phoneOf = (phone: string) => taken(read({ email: 'a@example.com', phone, country: 'DE' })).patch;
    for (const cell of ["'+491711234567", "'01711234567", '1711234567.0', '+491711234567.0'])
      expect(phoneOf(cell).identifiers.phone).toBe('+491711234567');
    expect(phoneOf('030.901.820').identifiers.phone).toBe('+4930901820');
  });

  it('takes a row without a cell that is a whole document, or an id that says nothing, and notes it', () => {
    const row = { email: 'a@example.com', 'Customer ID': 'NULL', notes: 'x'.repeat(65_537), plan: 'pro' };
    const { patch, notes } = taken(read(row));
    expect(patch).toMatchObject({ identifiers: { email: 'a@example.com' }, properties: { plan: 'pro' } });
    expect(patch.identifiers).not.toHaveProperty('externalId');
    expect(notes.map(({ field }) => field).sort()).toEqual(['Customer ID', 'notes']);
  });

  it('refuses a row for its e-mail, whatever else can identify it', () => {
    expect(read({ 'E-Mail': 'a@b', phone: '+442079460958' })).toEqual({
      ok: false,
      problems: [
        {
          field: 'E-Mail',
          message: 'Column "E-Mail": "a@b" is not an e-mail address; one looks like name@example.com.',
        },
      ],
    });
  });

  it('keeps text text: numbers with leading zeros, names of prototypes, formulas of others', () => {
    const row = { email: 'a@example.com', zip: '01234', ['__proto__']: 'x', formula: '=1+1', price: '1e5' };
    const entries: Array<[string, string]> = [...Object.entries(row), ['__proto__', 'x']];
    const columns = recogniseColumns(entries.map(([header]) => header));
    const { patch } = taken(
      readRow(
        entries.map(([, cell]) => cell),
        columns,
        { importedAt: IMPORTED_AT },
      ),
    );
    expect(patch.properties).toMatchObject({ zip: '01234', formula: '=1+1', price: '1e5', proto: 'x' });
  });

  it('states consent at its own time, never in the future, and notes what it cannot read', () => {
    const consentsOf = (row: Record<string, string>): ImportedRow =>
      taken(read({ email: 'a@example.com', ...row }));
    expect(consentsOf({ 'Email consent': 'yes', 'Opt-in date': '2020-01-02' }).consents).toMatchObject([
      { status: 'opted_in', at: Date.parse('2020-01-02T00:00:00Z'), source: 'import', by: 'import' },
    ]);
    expect(consentsOf({ 'Email consent': 'yes', 'Opt-in date': '2099-01-02' }).consents[0]?.at).toBe(
      IMPORTED_AT,
    );
    expect(consentsOf({ 'Email consent': 'no' }).consents).toEqual([]);
    expect(consentsOf({ 'Email consent': 'yes', unsubscribed: 'true' }).consents).toMatchObject([
      { status: 'opted_out' },
    ]);
    expect(consentsOf({ 'Unsubscribe date': 'last May' })).toMatchObject({
      consents: [{ status: 'opted_out', at: IMPORTED_AT, evidence: { optOutAt: 'last May' } }],
      notes: [{ field: 'Unsubscribe date' }],
    });
    expect(consentsOf({ 'Email consent': 'perhaps' })).toMatchObject({
      consents: [],
      notes: [{ field: 'Email consent' }],
    });
  });

  it('takes or refuses any row, and never turns an opt-out into anything else', () => {
    const headers = [
      'email',
      'phone',
      'country',
      'locale',
      'tags',
      'plan',
      'Email consent',
      'consent.sms',
      'unsubscribed',
      'Opt-in date',
    ];
    const columns = recogniseColumns(headers);
    const cells = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u200b',
        '\u0000',
        '\ud83d',
        '٢٠٢٠-٠١-٠١',
        '0000-01-01',
        '9999-12-31',
        '1e999',
        '-0',
        'x'.repeat(5_000),
      ),
      fc.constantFrom('', 'a@example.com', '+442079460958', 'yes', 'true', '2020-01-01', 'subscribed'),
    );
    fc.assert(
      fc.property(fc.array(cells, { minLength: headers.length, maxLength: headers.length }), (values) => {
        const reading = readRow(values, columns, { importedAt: IMPORTED_AT });
        if (!reading.ok) return expect(reading.problems.length).toBeGreaterThan(0);
        const [email] = reading.value.consents.filter(({ channel }) => channel === 'email');
        if (isOptOut(cleanText(values[8] ?? ''))) expect(email?.status).toBe('opted_out');
        for (const consent of reading.value.consents) {
          expect(consent.by).toBe('import');
          expect(consent.at).toBeLessThanOrEqual(IMPORTED_AT);
        }
        // PostgreSQL refuses NUL and halves of characters, which JSON writes as escapes.
        expect(JSON.stringify(reading.value)).not.toMatch(/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('values of other tools', () => {
  it('reads names of countries, languages and zones, and leaves the rest', () => {
    expect(
      ['gb', 'UK', 'Germany', 'Deutschland', 'Allemagne', 'USA', 'Czech Republic', 'Atlantis'].map(
        readCountry,
      ),
    ).toEqual([...['gb', 'GB', 'DE', 'DE', 'DE', 'US', 'CZ', 'Atlantis']]);
    expect(
      ['pt-BR', 'English', 'Deutsch', 'German - Austria', 'Portuguese (Brazil)', 'Klingonish'].map(
        readLanguage,
      ),
    ).toEqual([...['pt-BR', 'en', 'de', 'de', 'pt', 'Klingonish']]);
    expect(['Europe/Berlin', 'america_slash_new_york', 'America/New York', '+02:00'].map(readZone)).toEqual([
      ...['Europe/Berlin', 'america/new_york', 'America/New_York', '+02:00'],
    ]);
  });

  it('reads stages, birthdays and times', () => {
    expect(
      ['Sales Qualified Lead', 'marketingqualifiedlead', 'customer', 'Other'].map(readLifecycleStage),
    ).toEqual([...['sales_qualified_lead', 'marketing_qualified_lead', 'customer', 'Other']]);
    expect(['3/1', '12/31', '13/1', '1990-02-03'].map(readMonthDay)).toEqual([
      '03-01',
      '12-31',
      '13/1',
      '1990-02-03',
    ]);
    expect(['2023-04-05 10:11:12', '2023-04-05T10:11:12+02:00', 'soon'].map(readUtcTime)).toEqual([
      ...[Date.parse('2023-04-05T10:11:12Z'), Date.parse('2023-04-05T08:11:12Z'), undefined],
    ]);
  });

  it('reads words of consent', () => {
    expect(
      ['SUBSCRIBED', 'Opt-In', 'pending', 'Cleaned', 'No', 'NEVER_SUBSCRIBED', 'maybe'].map(readConsentWord),
    ).toEqual([...['opted_in', 'opted_in', 'pending', 'opted_out', null, null, undefined]]);
    expect(['JA', 'wahr', 'Nein', 'FALSCH', 'faux', 'abgemeldet'].map(readConsentWord)).toEqual([
      ...['opted_in', 'opted_in', null, null, null, 'opted_out'],
    ]);
    expect(['FALSCH', 'nein', 'N/A', '-', 'WAHR', 'x', '✓'].map(isOptOut)).toEqual([
      ...[false, false, false, false, true, true, true],
    ]);
    expect(['true', '["HARD_BOUNCE"]', 'too many mails', 'false', '[]', '', 'no'].map(isOptOut)).toEqual([
      ...[true, true, true, false, false, false, false],
    ]);
  });

  it.each([
    ['a, b;c', ['a', 'b', 'c']],
    ['"a, b","c"', ['a, b', 'c']],
    ['"say ""hi""", b', ['say "hi"', 'b']],
    ['5" pipe, b', ['5" pipe', 'b']],
    ['"open, b', ['"open', 'b']],
    [' , ;', []],
    ['', []],
  ])('reads the names in %j', (cell, names) => {
    expect(readNameList(cell)).toEqual(names);
  });
});
