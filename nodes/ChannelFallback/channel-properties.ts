import type { INodeProperties } from 'n8n-workflow';

const CHANNELS: INodeProperties['options'] = [
  { name: 'Ads Audience', value: 'ads', description: 'A custom audience; later nodes hash the address' },
  { name: 'Chat', value: 'chat', description: 'A chat or bot' },
  { name: 'E-Mail', value: 'email' },
  { name: 'Mobile Push', value: 'mobile_push' },
  { name: 'Own Channel', value: 'own', description: 'Any other way, under a name of your own' },
  { name: 'SMS', value: 'sms' },
  { name: 'Web Push', value: 'web_push' },
  { name: 'WhatsApp', value: 'whatsapp' },
];

const OWN_NAME: INodeProperties = {
  displayName: 'Name',
  name: 'ownName',
  type: 'string',
  noDataExpression: true,
  default: '',
  placeholder: 'e.g. letter',
  displayOptions: { show: { channel: ['own'] } },
  description:
    'The name of the channel, in letters, digits and underscores; its events are called after it: letter_sent, letter_opened and so on',
};

const CHANNEL_FIELDS: INodeProperties[] = [
  {
    displayName: 'Channel',
    name: 'channel',
    type: 'options',
    noDataExpression: true,
    default: 'email',
    options: CHANNELS,
    description: 'The way to reach the contact',
  },
  OWN_NAME,
  {
    displayName: 'Address',
    name: 'addressFrom',
    type: 'options',
    noDataExpression: true,
    default: 'usual',
    options: [
      { name: 'E-Mail of the Contact', value: 'email' },
      {
        name: 'None Needed',
        value: 'none',
        description: 'For channels that find the contact by themselves, such as a message on the site',
      },
      { name: 'Phone of the Contact', value: 'phone', description: 'In E.164, and valid in its country' },
      { name: 'Property of the Contact', value: 'property' },
      { name: 'Push Token of the Contact', value: 'pushToken' },
      {
        name: 'The Usual One',
        value: 'usual',
        description:
          'E-mail and ads: the e-mail. SMS and WhatsApp: the phone. Push: the push token. Chat and own channels: none.',
      },
    ],
    description: 'Where the address comes from; a contact without it is not reached over this channel',
  },
  {
    displayName: 'Property',
    name: 'addressProperty',
    type: 'string',
    default: '',
    placeholder: 'e.g. telegramChatId',
    displayOptions: { show: { addressFrom: ['property'] } },
    description:
      'The custom property of the contact that holds the address. For E-Mail, Ads, SMS and WhatsApp it must be a valid one; a number without country code is read in the country of the contact.',
  },
  {
    displayName: 'Consent',
    name: 'consent',
    type: 'string',
    default: '',
    placeholder: 'e.g. push',
    description:
      'The channel for which the contact must have opted in, as Contact Store › Consent keeps it. Empty: email, sms, whatsapp, push, chat, ads, or the own name. Transactional messages need none.',
  },
  {
    displayName: 'Keep Quiet Hours',
    name: 'keepQuietHours',
    type: 'boolean',
    default: true,
    description: 'Whether the quiet hours hold for this channel; an ad disturbs nobody at night',
  },
];

/** The channels, in the order in which they are tried. */
export const CHANNEL_LIST: INodeProperties = {
  displayName: 'Channels',
  name: 'channels',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Channel' },
  default: { channel: [{ channel: 'email' }, { channel: 'sms' }] },
  placeholder: 'Add Channel',
  description:
    'The ways to reach a contact, the first one that passes is taken. Each has an output; drag the rows to change their order.',
  options: [
    {
      displayName: 'Channel',
      name: 'channel',
      values: CHANNEL_FIELDS,
    },
  ],
};

const CAP_FIELDS: INodeProperties[] = [
  {
    displayName: 'Channel',
    name: 'channel',
    type: 'options',
    noDataExpression: true,
    default: 'all',
    options: [{ name: 'All Channels Together', value: 'all' }, ...CHANNELS],
    description: 'What is counted, and held back',
  },
  OWN_NAME,
  {
    displayName: 'At Most',
    name: 'most',
    type: 'number',
    typeOptions: { minValue: 1, numberPrecision: 0 },
    default: 3,
    description: 'How many messages at most',
  },
  {
    displayName: 'In',
    name: 'amount',
    type: 'number',
    typeOptions: { minValue: 1, numberPrecision: 0 },
    default: 7,
    description: 'How long the period is, in the unit below',
  },
  {
    displayName: 'Unit',
    name: 'unit',
    type: 'options',
    default: 'days',
    options: [
      { name: 'Days', value: 'days' },
      { name: 'Hours', value: 'hours' },
      { name: 'Minutes', value: 'minutes' },
      { name: 'Weeks', value: 'weeks' },
    ],
    description: 'The unit of the period',
  },
  {
    displayName: 'Counting',
    name: 'counts',
    type: 'options',
    default: 'exactPeriod',
    options: [
      {
        name: 'Calendar Days',
        value: 'calendarDays',
        description: "Whole days of the contact's own calendar, today the last of them",
      },
      {
        name: 'Exact Period',
        value: 'exactPeriod',
        description: 'The period that ends now, to the second; a day has 24 hours',
      },
    ],
    description: 'How the period is counted',
  },
  {
    displayName: 'Messages',
    name: 'messages',
    type: 'options',
    default: 'samePurpose',
    options: [
      {
        name: 'Of the Same Purpose',
        value: 'samePurpose',
        description: 'In a marketing node marketing messages, in a transactional one transactional messages',
      },
      {
        name: 'Whatever the Purpose',
        value: 'allPurposes',
        description: 'Marketing and transactional messages together',
      },
    ],
    description: 'Which messages are counted, whichever workflow sent them',
  },
];

/** How often a contact may be written to. */
export const CAP_LIST: INodeProperties = {
  displayName: 'Caps',
  name: 'caps',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Cap' },
  default: {},
  placeholder: 'Add Cap',
  description:
    'At most so many messages to one contact in a period. Counted is what any Channel Fallback of any workflow claimed and what did not fail. Transactional messages are held back by the caps of their own node only.',
  options: [
    {
      displayName: 'Cap',
      name: 'cap',
      values: CAP_FIELDS,
    },
  ],
};
