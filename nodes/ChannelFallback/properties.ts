import type { INodeProperties } from 'n8n-workflow';
import { CONTACT_PROPERTIES } from '../execution/contact-of-item';
import { STORE_PROPERTY } from '../execution/open-contact-store';
import { CAP_LIST, CHANNEL_LIST } from './channel-properties';

const HELD = { show: { whenBlocked: ['hold'] } };

const MESSAGE: INodeProperties[] = [
  {
    displayName: 'Message Name',
    name: 'message',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. intro',
    description:
      'The name of the message, the same on every channel. Reactions are found by it: events such as email_opened whose property message holds this name.',
  },
  {
    displayName: 'Purpose',
    name: 'purpose',
    type: 'options',
    noDataExpression: true,
    default: 'marketing',
    options: [
      {
        name: 'Marketing',
        value: 'marketing',
        description: 'Goes only to contacts who opted in on the channel',
      },
      {
        name: 'Transactional',
        value: 'transactional',
        description: 'Belongs to what the contact itself did, such as a receipt, and needs no consent',
      },
    ],
    description: 'Why the message is sent; suppressed addresses are never written to',
  },
];

const ORDER: INodeProperties = {
  displayName: 'Order',
  name: 'order',
  type: 'options',
  noDataExpression: true,
  default: 'fixed',
  options: [
    { name: 'As Listed', value: 'fixed', description: 'The first channel of the list that passes' },
    {
      name: 'What the Contact Answers To First',
      value: 'answers',
      description:
        'Channels move ahead that this contact clearly answered to more often in the last 365 days, at least twice. Otherwise as listed.',
    },
  ],
  description: 'Which channel is asked first',
};

const OCCASION: INodeProperties[] = [
  {
    displayName: 'Once For',
    name: 'onceFor',
    type: 'options',
    noDataExpression: true,
    default: 'enrolment',
    options: [
      {
        name: 'A Key of Your Own',
        value: 'key',
        description: 'Once for each value of the key, such as an order',
      },
      { name: 'Ever', value: 'ever', description: 'Once in the life of a contact' },
      {
        name: 'Each Journey Enrolment',
        value: 'enrolment',
        description: 'Once for each time the contact enters a journey; without a journey once for ever',
      },
    ],
    description: 'A message goes out once over each channel for each contact and this',
  },
  {
    displayName: 'Key',
    name: 'occasionKey',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. {{ $json.event.properties.orderId }}',
    displayOptions: { show: { onceFor: ['key'] } },
    description: 'The value that tells one occasion from another',
  },
];

const BLOCKED: INodeProperties[] = [
  {
    displayName: 'Respect Quiet Hours',
    name: 'quietHours',
    type: 'boolean',
    default: true,
    description: 'Whether nothing is sent during the quiet hours of the time zone of each contact',
  },
  {
    displayName: 'Quiet From',
    name: 'quietFrom',
    type: 'string',
    default: '21:00',
    placeholder: 'e.g. 21:00',
    displayOptions: { show: { quietHours: [true] } },
    description: 'When the quiet hours begin',
  },
  {
    displayName: 'Quiet To',
    name: 'quietTo',
    type: 'string',
    default: '08:00',
    placeholder: 'e.g. 08:00',
    displayOptions: { show: { quietHours: [true] } },
    description: 'When the quiet hours end; at this very time messages may go out',
  },
  {
    displayName: 'When Blocked',
    name: 'whenBlocked',
    type: 'options',
    noDataExpression: true,
    default: 'hold',
    options: [
      { name: 'Drop', value: 'drop', description: 'The item ends here, and leaves through no output' },
      {
        name: 'Hold',
        value: 'hold',
        description:
          'The contact waits in the contact store until a channel may pass and is judged anew then. Later nodes see only what the item carries.',
      },
      { name: 'Skip', value: 'skip', description: 'The contact goes on at once, through Unreachable' },
    ],
    description:
      'What happens where only a cap, quiet hours or an earlier attempt under way stand against sending now',
  },
  {
    displayName: 'Stale After (Days)',
    name: 'staleAfterDays',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 7,
    displayOptions: HELD,
    description:
      'From how many days on a held message is not worth sending any more; the contact then goes on through Unreachable',
  },
];

const OPTIONS: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  default: {},
  placeholder: 'Add Option',
  options: [
    {
      displayName: 'Contacts in One Execution',
      name: 'batchSize',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 10_000, numberPrecision: 0 },
      default: 100,
      description: 'At most so many held contacts come back in one execution',
    },
    {
      displayName: 'Executions at the Same Time',
      name: 'maxInFlight',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 20, numberPrecision: 0 },
      default: 1,
      description: 'At most so many executions with held contacts run at the same time',
    },
    {
      displayName: 'Minutes to React',
      name: 'reactionMinutes',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 60,
      description:
        'How long a contact has to react to a message that was sent before the next channel is tried. Who comes earlier is blocked until then, so that an item delivered twice sends nothing twice.',
    },
    {
      displayName: 'Uncertain After (Minutes)',
      name: 'uncertainMinutes',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: 60,
      description:
        'How long Confirm or Fail may take. A message of which nobody has told by then counts as uncertain: it is listed, and never sent again by itself.',
    },
    {
      displayName: 'Zones of Contacts Without One',
      name: 'unknownZones',
      type: 'string',
      default: '',
      placeholder: 'e.g. America/New_York, America/Los_Angeles',
      description:
        'Where contacts of unknown time zone may live, separated by commas: quiet hours are kept in all of these zones',
    },
  ],
};

/** What the user sets in the node's panel. */
export const PROPERTIES: INodeProperties[] = [
  ...MESSAGE,
  CHANNEL_LIST,
  ORDER,
  ...OCCASION,
  CAP_LIST,
  ...BLOCKED,
  ...CONTACT_PROPERTIES,
  STORE_PROPERTY,
  OPTIONS,
];
