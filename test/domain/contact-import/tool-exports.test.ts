import { IMPORTED_AT, importFixture, problemsOf, taken } from './import-fixture';

const at = (time: string): number => Date.parse(time);

describe("Mailchimp's export", () => {
  it('gives subscribers with the consent they confirmed, and its evidence', () => {
    const { columns, rows } = importFixture('mailchimp-subscribed.csv');
    expect(columns.tool).toBe('Mailchimp');
    expect(taken(rows[0])).toEqual({
      patch: {
        identifiers: { email: 'ada@example.com', phone: '+442079460958' },
        fields: { firstName: 'Ada', lastName: 'Lovelace', timezone: 'Europe/London', country: 'GB' },
        properties: {
          address: '12 St James Square  London SW1Y 4JH',
          birthday: '12-10',
          memberRating: '4',
          latitude: '51.5074000',
          longitude: '-0.1278000',
          region: 'ENG',
        },
        tags: ['Influencer', '2020, spring'],
        lists: [],
      },
      consents: [
        {
          channel: 'email',
          status: 'opted_in',
          at: at('2023-04-05T10:12:30Z'),
          source: 'import: Mailchimp',
          evidence: {
            optInTime: '2023-04-05T10:11:12.000Z',
            optInIp: '192.0.2.10',
            confirmTime: '2023-04-05T10:12:30.000Z',
            confirmIp: '192.0.2.10',
          },
          by: 'import',
        },
      ],
      notes: [],
    });
    expect(taken(rows[1]).patch.properties.notes).toBe('Met at the "Nano" talk,\nasked for slides');
  });

  it('takes no opt-in from whom nothing says so, nor where only opt-outs are wanted', () => {
    const { rows } = importFixture('mailchimp-subscribed.csv');
    expect(taken(rows[2])).toMatchObject({
      consents: [],
      patch: { tags: ['Lead'], properties: { birthday: '02-30' } },
    });
    const cautious = importFixture('mailchimp-subscribed.csv', undefined, { takesOptIns: false });
    expect(cautious.rows.flatMap((row) => taken(row).consents)).toEqual([]);
  });

  it('gives those who unsubscribed as opted out, since when and why', () => {
    const { rows } = importFixture('mailchimp-unsubscribed.csv', undefined, { takesOptIns: false });
    expect(taken(rows[0]).consents).toEqual([
      {
        channel: 'email',
        status: 'opted_out',
        at: at('2023-05-06T07:08:09Z'),
        source: 'import: Mailchimp',
        evidence: {
          confirmTime: '2019-01-01T08:00:00.000Z',
          confirmIp: '192.0.2.20',
          unsubscribeTime: '2023-05-06T07:08:09.000Z',
          unsubscribeCampaign: 'May letter',
          unsubscribeCampaignId: 'abc123',
          unsubscribeReason: 'NORMAL',
        },
        by: 'import',
      },
    ]);
  });

  it('never makes subscribers of the file of those who left', () => {
    const { rows } = importFixture('mailchimp-unsubscribed.csv');
    expect(taken(rows[1]).consents).toEqual([]);
  });

  it('gives cleaned addresses as opted out', () => {
    const { rows } = importFixture('mailchimp-cleaned.csv');
    expect(taken(rows[0]).consents).toMatchObject([
      { status: 'opted_out', at: at('2022-02-03T04:05:06Z'), evidence: { cleanCampaign: 'Winter sale' } },
    ]);
  });
});

describe("HubSpot's export", () => {
  const { columns, rows } = importFixture('hubspot-contacts.csv');

  it('gives contacts with their stage, country and language in our words', () => {
    expect(columns.tool).toBe('HubSpot');
    expect(taken(rows[0])).toEqual({
      patch: {
        identifiers: { email: 'marie@example.com' },
        fields: {
          firstName: 'Marie',
          lastName: 'Curie',
          lifecycleStage: 'marketing_qualified_lead',
          timezone: 'Europe/Paris',
          country: 'FR',
          locale: 'fr',
        },
        properties: {
          hubSpotRecordId: '51',
          mobilePhoneNumber: '+33 1 99 00 12 34',
          owner: 'Pierre C',
          leadStatus: 'Open Deal',
          marketingContactStatus: 'Marketing contact',
          createDate: '2023-03-04 09:30',
          company: 'Radium Institute',
        },
        tags: [],
        lists: [],
      },
      consents: [],
      notes: [],
    });
  });

  it('gives those who unsubscribed from all mail as opted out', () => {
    expect(taken(rows[1])).toMatchObject({
      patch: {
        identifiers: { phone: '+420601123456' },
        fields: { country: 'CZ', lifecycleStage: 'customer', locale: 'cs' },
      },
      consents: [
        {
          channel: 'email',
          status: 'opted_out',
          at: IMPORTED_AT,
          source: 'import: HubSpot',
          evidence: { optOut: 'true' },
        },
      ],
    });
  });

  it('refuses a row that identifies nobody', () => {
    expect(problemsOf(rows[2])).toEqual([
      {
        field: 'Email',
        message:
          'Nothing in "Email", "Phone Number" identifies a contact; it takes an e-mail, a phone or an external id.',
      },
    ]);
  });

  it('takes a contact without what cannot be read, and notes it', () => {
    const { patch, consents, notes } = taken(rows[3]);
    expect(patch.identifiers).toEqual({ email: 'ann@example.com' });
    expect(patch.fields).toEqual({ firstName: 'Ann', lastName: 'Odd', lifecycleStage: 'Other' });
    expect(consents).toEqual([]);
    expect(notes.map((note) => note.field).sort()).toEqual(['Country/Region', 'Phone Number', 'Time Zone']);
    expect(notes.find((note) => note.field === 'Time Zone')?.message).toBe(
      'Column "Time Zone": "Mars/Olympus" is not a time zone; use an IANA name such as Europe/Berlin. It was left out.',
    );
  });
});

describe("Klaviyo's export", () => {
  const { columns, rows } = importFixture('klaviyo-list.csv');

  it('gives profiles with consent by channel and times in UTC', () => {
    expect(columns.tool).toBe('Klaviyo');
    const { patch, consents, notes } = taken(rows[0]);
    expect(notes).toEqual([]);
    expect(patch.identifiers).toEqual({ email: 'sub@example.com', phone: '+15005550006' });
    expect(patch.fields).toEqual({ firstName: 'Sue', lastName: 'Scribed', country: 'US' });
    expect(patch.properties).toEqual({
      klaviyoId: '01AAA',
      address: '1 Main St',
      city: 'Springfield',
      stateRegion: 'Oregon',
      zipCode: '01234',
      latitude: '44.05',
      longitude: '-123.02',
      source: 'Footer form',
      ipAddress: '192.0.2.30',
      profileCreatedOn: '2023-07-08T09:10:00.000Z',
      dateAdded: '2023-07-08T09:10:11.000Z',
      lastOpen: '2024-02-03T04:05:06.000Z',
      favouriteColour: 'teal',
    });
    expect(consents.map(({ channel, status, at: since }) => [channel, status, since])).toEqual([
      ['email', 'opted_in', at('2023-07-08T09:10:11Z')],
      ['sms', 'opted_out', IMPORTED_AT],
    ]);
  });

  it('takes never subscribed for no statement, and the shop’s own flag for a property', () => {
    expect(taken(rows[1])).toMatchObject({
      consents: [],
      patch: { properties: { acceptsMarketing: 'yes' } },
    });
  });

  it('gives the unsubscribed and the suppressed as opted out', () => {
    expect(taken(rows[2]).consents).toMatchObject([{ status: 'opted_out', at: at('2023-08-09T10:11:12Z') }]);
    expect(taken(rows[3]).consents).toMatchObject([
      { status: 'opted_out', at: IMPORTED_AT, evidence: { suppressions: '["SPAM_COMPLAINT"]' } },
    ]);
  });
});

describe('a spreadsheet of one’s own', () => {
  const { columns, rows } = importFixture('spreadsheet-german.csv');

  it('maps the usual names in its language, the rest to properties', () => {
    expect(columns.tool).toBeNull();
    expect(
      columns.columns.map(({ target }) =>
        'field' in target ? target.field : 'name' in target ? target.name : target.to,
      ),
    ).toEqual(['email', 'firstName', 'lastName', 'phone', 'country', 'locale', 'größe', 'größe2', 'column9']);
    expect(taken(rows[0]).patch).toMatchObject({
      identifiers: { email: 'juergen@example.com', phone: '+493023125000' },
      fields: { firstName: 'Jürgen', lastName: 'Groß', locale: 'de', country: 'DE' },
      tags: [],
      properties: { größe: 'L', größe2: '42', column9: 'x' },
    });
  });

  it('refuses an address that is none, naming header and value', () => {
    expect(problemsOf(rows[1])).toEqual([
      {
        field: 'E-Mail',
        message: 'Column "E-Mail": "kein mail" is not an e-mail address; one looks like name@example.com.',
      },
    ]);
  });
});
