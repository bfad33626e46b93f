import type { ColumnField, ColumnTarget, ConsentPart, PropertyFormat } from './column-target';
import { NOTHING } from './column-target';

/** The tools whose exports are known by their headers, and this package's own export. */
export const IMPORT_TOOLS = ['Mailchimp', 'HubSpot', 'Klaviyo', 'Contact Store'] as const;
export type ImportTool = (typeof IMPORT_TOOLS)[number];

/** A header as it is compared: letters and digits only, in lower case. `E-Mail`, `e mail` and `EMAIL` are one. */
export function headerKey(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

type HeaderTable = ReadonlyMap<string, ColumnTarget>;

const field = (name: ColumnField): ColumnTarget => ({ to: 'field', field: name });
const property = (name: string, format: PropertyFormat = 'text'): ColumnTarget => ({
  to: 'property',
  name,
  format,
});
const consent = (channel: string, part: ConsentPart, name: string = part): ColumnTarget => ({
  to: 'consent',
  channel,
  part,
  name,
});

function table(entries: ReadonlyArray<readonly [ColumnTarget, ...string[]]>): HeaderTable {
  return new Map(
    entries.flatMap(([target, ...headers]) => headers.map((header) => [headerKey(header), target])),
  );
}

/**
 * Headers that mean the same in most files, in several spellings and some languages. `Name` alone is no first
 * name, `Mobile` and the like are a phone, and a *no* to marketing is no opt-out: who was never asked said no too.
 */
const GENERIC = table([
  [
    field('email'),
    'Email',
    'E-Mail',
    'Mail',
    'Email Address',
    'E-Mail-Adresse',
    'Mail Address',
    'Correo electrónico',
  ],
  [
    field('email'),
    'Primary Email',
    'Contact Email',
    'Courriel',
    'Adresse e-mail',
    'Adres e-mail',
    'E-pošta',
    'E-posta',
  ],
  [
    field('phone'),
    'Phone',
    'Phone Number',
    'Telephone',
    'Telefon',
    'Mobile',
    'Mobile Phone',
    'Mobile Number',
    'Cell',
  ],
  [
    field('phone'),
    'Mobile Phone Number',
    'Cell Phone',
    'Telephone Number',
    'Handy',
    'SMS',
    'SMS Phone Number',
    'Tel',
  ],
  [
    field('firstName'),
    'First Name',
    'Firstname',
    'FName',
    'Given Name',
    'Forename',
    'Vorname',
    'Prénom',
    'Imię',
  ],
  [
    field('lastName'),
    'Last Name',
    'Lastname',
    'LName',
    'Surname',
    'Family Name',
    'Nachname',
    'Nom de famille',
    'Nazwisko',
  ],
  [field('externalId'), 'External ID', 'Customer ID', 'User ID', 'Contact ID', 'Client ID', 'Subscriber ID'],
  [field('anonymousId'), 'Anonymous ID'],
  [field('pushToken'), 'Push Token'],
  [field('locale'), 'Locale', 'Language', 'Preferred Language', 'Lang', 'Sprache'],
  [field('timezone'), 'Timezone', 'Time Zone', 'IANA Timezone', 'TZ', 'Zeitzone'],
  [
    field('country'),
    'Country',
    'Country Code',
    'Country/Region',
    'Country/Region Code',
    'Land',
    'Pays',
    'Kraj',
  ],
  [field('lifecycleStage'), 'Lifecycle Stage', 'Stage'],
  [{ to: 'tag' }, 'Tags', 'Tag'],
  [{ to: 'list' }, 'Lists', 'List', 'List Name'],
  [
    consent('email', 'status'),
    'Email Consent',
    'Email Marketing Consent',
    'Email Opt-In',
    'Opt-In',
    'Subscribed',
  ],
  [
    consent('email', 'status'),
    'Accepts Marketing',
    'Accepts Email Marketing',
    'Email Status',
    'Subscription Status',
  ],
  [
    consent('email', 'at'),
    'Email Consent At',
    'Email Marketing Consent Timestamp',
    'Opt-In Date',
    'Subscribed At',
  ],
  [
    consent('email', 'optOut'),
    'Unsubscribed',
    'Opted Out',
    'Email Opt-Out',
    'Opt-Out',
    'Has Opted Out of Email',
  ],
  [consent('email', 'optOutAt'), 'Unsubscribed At', 'Unsubscribe Date', 'Opt-Out Date'],
  [consent('sms', 'status'), 'SMS Consent', 'SMS Marketing Consent', 'Accepts SMS Marketing', 'SMS Opt-In'],
  [consent('sms', 'at'), 'SMS Consent At', 'SMS Marketing Consent Timestamp'],
]);

/**
 * Mailchimp's audience export: three files (subscribed, unsubscribed, cleaned) with one set of columns each; its
 * times are UTC. Cleaned addresses bounced and are not to be written to.
 */
const MAILCHIMP = table([
  [property('birthday', 'monthDay'), 'Birthday'],
  [property('memberRating'), 'MEMBER_RATING'],
  [consent('email', 'evidence', 'optInTime'), 'OPTIN_TIME'],
  [consent('email', 'evidence', 'optInIp'), 'OPTIN_IP'],
  [consent('email', 'optInAt', 'confirmTime'), 'CONFIRM_TIME'],
  [consent('email', 'evidence', 'confirmIp'), 'CONFIRM_IP'],
  [property('latitude'), 'LATITUDE'],
  [property('longitude'), 'LONGITUDE'],
  [field('timezone'), 'TIMEZONE'],
  [field('country'), 'CC'],
  [property('region'), 'REGION'],
  [property('notes'), 'NOTES'],
  [consent('email', 'optOutAt', 'unsubscribeTime'), 'UNSUB_TIME'],
  [consent('email', 'evidence', 'unsubscribeCampaign'), 'UNSUB_CAMPAIGN_TITLE'],
  [consent('email', 'evidence', 'unsubscribeCampaignId'), 'UNSUB_CAMPAIGN_ID'],
  [consent('email', 'evidence', 'unsubscribeReason'), 'UNSUB_REASON'],
  [consent('email', 'evidence', 'unsubscribeReasonOther'), 'UNSUB_REASON_OTHER'],
  [consent('email', 'optOutAt', 'cleanTime'), 'CLEAN_TIME'],
  [consent('email', 'evidence', 'cleanCampaign'), 'CLEAN_CAMPAIGN_TITLE'],
  [consent('email', 'evidence', 'cleanCampaignId'), 'CLEAN_CAMPAIGN_ID'],
  [NOTHING, 'GMTOFF', 'DSTOFF', 'LAST_CHANGED', 'LEID', 'EUID'],
]);

/** HubSpot's contact export. Its times are in the portal's zone, which the file does not name: they stay local. */
const HUBSPOT = table([
  [property('hubSpotRecordId'), 'Record ID', 'Contact ID'],
  [property('owner'), 'Contact owner'],
  [property('leadStatus'), 'Lead Status'],
  [property('company'), 'Company Name', 'Associated Company'],
  [property('birthday'), 'Date of birth'],
  [consent('email', 'optOut'), 'Unsubscribed from all email', 'Portal Unsubscribe'],
]);

/** Klaviyo's list and segment export; its times are UTC. A suppressed profile is not to be written to. */
const KLAVIYO = table([
  [property('klaviyoId'), 'Klaviyo ID'],
  [property('acceptsMarketing'), 'Accepts Marketing'],
  [consent('email', 'optOut', 'suppressions'), 'Email Suppressions'],
  [consent('sms', 'optOut', 'suppressions'), 'SMS Suppressions'],
  [property('firstActive', 'utcTime'), 'First Active'],
  [property('lastActive', 'utcTime'), 'Last Active'],
  [property('profileCreatedOn', 'utcTime'), 'Profile Created On'],
  [property('dateAdded', 'utcTime'), 'Date Added'],
  [property('lastOpen', 'utcTime'), 'Last Open'],
  [property('lastClick', 'utcTime'), 'Last Click'],
]);

/** Columns of this package's export that nobody sets. */
const OWN = table([[NOTHING, 'id', 'createdAt', 'updatedAt']]);

const TABLES: Readonly<Record<ImportTool, HeaderTable>> = {
  Mailchimp: MAILCHIMP,
  HubSpot: HUBSPOT,
  Klaviyo: KLAVIYO,
  'Contact Store': OWN,
};

/** What tells a tool's export from other files: this many of these headers. */
const SIGNS: ReadonlyArray<{ tool: ImportTool; least: number; headers: readonly string[] }> = [
  {
    tool: 'Mailchimp',
    least: 2,
    headers: ['MEMBER_RATING', 'OPTIN_TIME', 'CONFIRM_TIME', 'LEID', 'EUID', 'UNSUB_TIME', 'CLEAN_TIME'],
  },
  { tool: 'Klaviyo', least: 1, headers: ['Klaviyo ID', 'Email Marketing Consent', 'Email Suppressions'] },
  {
    tool: 'HubSpot',
    least: 2,
    headers: [
      ...[
        'Record ID',
        'Lifecycle Stage',
        'Contact owner',
        'Lead Status',
        'Marketing contact status',
        'Create Date',
      ],
      ...['Unsubscribed from all email', 'Portal Unsubscribe', 'Portal Bounce'],
    ],
  },
];

/** In this spelling only our own export has them. */
const OWN_SIGNS = new Set(['externalId', 'lifecycleStage', 'createdAt', 'updatedAt']);

/** Which tool wrote a file with these headers (trimmed); null if none is recognised. */
export function recogniseTool(headers: readonly string[]): ImportTool | null {
  if (headers.filter((header) => OWN_SIGNS.has(header)).length >= 2) return 'Contact Store';
  const keys = new Set(headers.map(headerKey));
  const sign = SIGNS.find(
    ({ least, headers: signs }) => signs.filter((sign) => keys.has(headerKey(sign))).length >= least,
  );
  return sign?.tool ?? null;
}

/** Where a known header's cells go: as in the tool's export, else as in most files; undefined for an unknown header. */
export function knownTarget(header: string, tool: ImportTool | null): ColumnTarget | undefined {
  const key = headerKey(header);
  return (tool === null ? undefined : TABLES[tool].get(key)) ?? GENERIC.get(key);
}
