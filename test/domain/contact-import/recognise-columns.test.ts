import fc from 'fast-check';
import type { ColumnTarget } from '../../../src/domain/contact-import/column-target';
import { recogniseTool } from '../../../src/domain/contact-import/known-headers';
import { readColumnMapping, recogniseColumns } from '../../../src/domain/contact-import/recognise-columns';

function short(target: ColumnTarget): string {
  if (target.to === 'field') return target.field;
  if (target.to === 'property') return `properties.${target.name}`;
  if (target.to === 'consent') return `consent.${target.channel} ${target.part}`;
  return target.to;
}

const targets = (headers: readonly string[], mapping?: unknown): string[] => {
  const reading = readColumnMapping(mapping);
  if (!reading.ok) throw new Error(reading.problems[0]?.message);
  return recogniseColumns(headers, reading.value).columns.map((column) => short(column.target));
};

describe('recogniseColumns', () => {
  it.each([
    [
      'email',
      'Email',
      'E-MAIL',
      'e mail',
      'E_Mail',
      'mail',
      '\ufeffEmail',
      ' email ',
      '"Email"',
      'Email Address',
    ],
    ['firstName', 'first_name', 'First name', 'FIRSTNAME', 'FNAME', 'Vorname', 'firstName'],
    ['lastName', 'surname', 'Last-Name', 'LNAME', 'family name'],
    ['phone', 'mobile', 'Phone number', 'Mobile Phone', 'Telefon'],
    ['externalId', 'customer_id', 'External ID', 'userId'],
    ['timezone', 'Time Zone', 'TIMEZONE'],
    ['lifecycleStage', 'Lifecycle Stage', 'lifecycle_stage'],
    ['tag', 'TAGS', 'tag'],
    ['list', 'Lists', 'List name'],
    ['consent.email status', 'Accepts Marketing', 'email opt in', 'Subscription status'],
    ['consent.email optOut', 'unsubscribed'],
    ['consent.sms status', 'SMS Marketing Consent', 'consent.sms'],
    [
      'properties.favouriteColour',
      'Favourite Colour',
      'favourite_colour',
      'FAVOURITE-COLOUR',
      'favouriteColour',
    ],
    ['properties.id', 'ID', 'id'],
    ['properties.name', 'Name'],
    ['properties.Plan Ü', 'properties.Plan Ü'],
    ['properties.日本', '日本'],
    ['properties.column1', '', '  ', '---', '😀'],
  ])('%s', (target, ...headers) => {
    expect(headers.map((header) => targets([header]))).toEqual(headers.map(() => [target]));
  });

  it('gives what stands twice a name of its own', () => {
    expect(
      targets(['Email', 'Colour', 'colour', 'Colour 2', 'E-Mail', 'colour', 'Tags', 'tags', '']),
    ).toEqual([
      ...['email', 'properties.colour', 'properties.colour2', 'properties.colour22', 'properties.eMail'],
      ...['properties.colour3', 'tag', 'tag', 'properties.column9'],
    ]);
  });

  it('puts a user’s own mapping before everything, whatever the header’s case', () => {
    const mapping = {
      mobile: '',
      KUNDENNUMMER: 'externalId',
      Work: 'email',
      Segment: 'tags',
      Plan: 'properties.plan',
    };
    expect(targets(['Email', 'Work', 'Mobile', 'Kundennummer', 'segment', 'Plan', 'plan'], mapping)).toEqual([
      ...['properties.email', 'email', 'nothing', 'externalId', 'tag', 'properties.plan', 'properties.plan'],
    ]);
  });

  it('refuses a mapping to what is nothing', () => {
    expect(readColumnMapping({ A: 'e-mail', B: 5, C: 'email', D: 'properties.' })).toEqual({
      ok: false,
      problems: ['A', 'B', 'D'].map((field) => ({
        field,
        message: expect.stringContaining('properties.plan') as string,
      })),
    });
    expect(readColumnMapping('email')).toMatchObject({ ok: false, problems: [{ field: 'mapping' }] });
    expect(readColumnMapping(null)).toEqual({ ok: true, value: new Map() });
  });

  it('gives every column one target, no two the same field or property, for any headers', () => {
    const headers = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom(
        'a\u0000',
        'consent.s\u0000ms',
        'properties.\ud83d',
        '\u0000',
        '\u200b',
        'x'.repeat(500),
      ),
      fc.constantFrom('Email', 'mail', 'Plan', 'plan', 'properties.plan', '__proto__', 'plan2', 'TAGS'),
    );
    fc.assert(
      fc.property(fc.array(headers, { maxLength: 12 }), (names) => {
        const { columns } = recogniseColumns(names);
        expect(columns).toHaveLength(names.length);
        const setting = columns
          .map(({ target }) => target)
          .filter(({ to }) => to === 'field' || to === 'property')
          .map(short);
        expect(new Set(setting).size).toBe(setting.length);
        for (const { target } of columns)
          if (target.to === 'property') expect(target.name.trim()).not.toBe('');
        // PostgreSQL refuses NUL and halves of characters, which JSON writes as escapes.
        expect(JSON.stringify(columns)).not.toMatch(/\\u(?:0000|d[89a-f])/i);
      }),
    );
  });
});

describe('recogniseTool', () => {
  it.each([
    ['Mailchimp', ['Email Address', 'OPTIN_TIME', 'LEID']],
    ['HubSpot', ['Record ID', 'Email', 'Lifecycle stage']],
    ['Klaviyo', ['Email', 'Klaviyo ID']],
    ['Contact Store', ['id', 'email', 'externalId', 'lifecycleStage']],
    [null, ['Email', 'First Name', 'Last Name', 'Tags']],
    [null, ['Record ID', 'Email']],
    [null, []],
  ])('%s', (tool, headers) => {
    expect(recogniseTool(headers)).toBe(tool);
  });
});
