import type { INodeProperties, INodePropertyCollection } from 'n8n-workflow';
import { conditionFields } from './conditions';
import { nameLocator } from './name-locator';
import { alwaysShown } from './optional-fields';
import { BEGUN_PERIODS } from './period-options';

const EVENT_PROPERTY = {
  searchListMethod: 'searchEventProperties',
  placeholder: 'e.g. value or items.sku',
};

/** How many there must be; only while the rule counts in one of these ways. */
function amountFields(counted: readonly string[]): INodeProperties[] {
  return [
    {
      displayName: 'How Often',
      name: 'op',
      type: 'options',
      noDataExpression: true,
      default: 'gte',
      displayOptions: { show: { measure: [...counted] } },
      options: [
        { name: 'At Least', value: 'gte' },
        { name: 'At Most', value: 'lte', description: 'Also for contacts for whom it never happened' },
        { name: 'Exactly', value: 'equals' },
        { name: 'Less Than', value: 'lt', description: 'Also for contacts for whom it never happened' },
        { name: 'More Than', value: 'gt' },
        { name: 'Never', value: 'never', description: 'Nothing of the kind happened' },
        { name: 'Not Exactly', value: 'notEquals' },
      ],
      description: 'How the number is compared with the one below',
    },
    {
      displayName: 'Number',
      name: 'n',
      type: 'number',
      default: 1,
      displayOptions: { show: { measure: [...counted] }, hide: { op: ['never'] } },
      description: 'The number it is compared with',
    },
  ];
}

/** When something must have happened to count. */
function windowFields(initial: 'ever' | 'last'): INodeProperties[] {
  return [
    {
      displayName: 'When',
      name: 'during',
      type: 'options',
      noDataExpression: true,
      default: initial,
      options: [
        { name: 'Between Dates', value: 'dates', description: 'After one date, before another, or both' },
        { name: 'Ever', value: 'ever' },
        { name: 'In a Calendar Period', value: 'period', description: 'Such as this month or yesterday' },
        { name: 'In the Last …', value: 'last', description: 'So many hours, days or weeks up to now' },
      ],
      description: 'When it must have happened to count',
    },
    {
      displayName: 'Length',
      name: 'lastAmount',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 30,
      displayOptions: { show: { during: ['last'] } },
      description: 'How many of the unit below, up to now',
    },
    {
      displayName: 'Unit',
      name: 'lastUnit',
      type: 'options',
      default: 'days',
      displayOptions: { show: { during: ['last'] } },
      options: [
        {
          name: 'Calendar Days',
          value: 'calendarDays',
          description: "From a midnight of the contact's own clock; 1 is today",
        },
        { name: 'Days', value: 'days', description: 'Of exactly 24 hours' },
        { name: 'Hours', value: 'hours' },
        { name: 'Minutes', value: 'minutes' },
        { name: 'Weeks', value: 'weeks' },
      ],
      description: 'The unit of that length',
    },
    {
      displayName: 'Period',
      name: 'period',
      type: 'options',
      default: 'thisMonth',
      displayOptions: { show: { during: ['period'] } },
      options: BEGUN_PERIODS,
      description: "The days, weeks and months of the contact's own calendar; weeks begin on Monday",
    },
    {
      displayName: 'After',
      name: 'after',
      type: 'dateTime',
      default: '',
      displayOptions: { show: { during: ['dates'] } },
      description: 'Only what happened later than this. Empty: from the beginning.',
    },
    {
      displayName: 'Before',
      name: 'before',
      type: 'dateTime',
      default: '',
      displayOptions: { show: { during: ['dates'] } },
      description: 'Only what happened earlier than this. Empty: up to now.',
    },
  ];
}

function conditionRows(
  displayName: string,
  name: string,
  description: string,
  more: Partial<INodeProperties> = {},
): INodeProperties {
  return {
    displayName,
    name,
    type: 'fixedCollection',
    typeOptions: { multipleValues: true },
    default: {},
    placeholder: 'Add Condition',
    description,
    options: [
      {
        displayName: 'Condition',
        name: 'condition',
        values: conditionFields(
          nameLocator({
            displayName: 'Property of the Event',
            required: true,
            name: 'property',
            ...EVENT_PROPERTY,
            description: 'The property of the event; a dot reaches into an object',
          }),
        ),
      },
    ],
    ...more,
  };
}

const MACHINES: INodeProperties = {
  displayName: 'Count Machine Opens and Clicks',
  name: 'machine',
  type: 'boolean',
  default: false,
  description: 'Whether opens and clicks count that mail scanners and privacy proxies made, not people',
};

/** How often something happened to the contact, or what its first or latest time was like. */
export const EVENT_KIND: INodePropertyCollection = {
  displayName: 'Event',
  name: 'event',
  values: [
    ...alwaysShown([
      {
        displayName: 'Event Names or IDs',
        name: 'types',
        type: 'multiOptions',
        default: [],
        typeOptions: { loadOptionsMethod: 'loadEventTypes' },
        description:
          'What happened; any of the types chosen counts. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
        hint: 'For a type that was not recorded yet, or page_* for any ending, write an expression',
      },
      {
        displayName: 'Count By',
        name: 'measure',
        type: 'options',
        noDataExpression: true,
        default: 'count',
        options: [
          {
            name: 'Different Values',
            value: 'distinct',
            description: 'How many different values a property had, such as products bought',
          },
          { name: 'Events', value: 'count', description: 'How often it happened' },
          { name: 'First Event', value: 'first', description: 'What the earliest one was like' },
          { name: 'Last Event', value: 'last', description: 'What the latest one was like' },
          { name: 'Sum', value: 'sum', description: 'The sum of a property, such as the value of orders' },
        ],
        description: 'What is asked of the events',
      },
      {
        ...nameLocator({
          displayName: 'Property That Counts',
          required: true,
          name: 'measured',
          ...EVENT_PROPERTY,
          description: 'The property whose values are summed or told apart',
        }),
        displayOptions: { show: { measure: ['distinct', 'sum'] } },
      },
      ...amountFields(['count', 'distinct', 'sum']),
      conditionRows('It Must Be So That', 'has', 'What the first or last event must be like; all must hold', {
        displayOptions: { show: { measure: ['first', 'last'] } },
      }),
      ...windowFields('ever'),
    ]),
    conditionRows(
      'Only Events Where',
      'where',
      'Conditions on the properties of the event; events that do not fit them all do not count',
    ),
    MACHINES,
  ],
};

/** How often a contact opened or clicked what was sent to it. */
export const ENGAGEMENT_KIND: INodePropertyCollection = {
  displayName: 'Engagement With a Message',
  name: 'engagement',
  values: [
    ...alwaysShown([
      {
        displayName: 'What the Contact Did',
        name: 'reaction',
        type: 'options',
        noDataExpression: true,
        default: 'either',
        options: [
          { name: 'Clicked', value: 'clicked' },
          {
            name: 'Opened',
            value: 'opened',
            description: 'E-mail and push only; an SMS tells of no opening',
          },
          { name: 'Opened or Clicked', value: 'either' },
        ],
        description: 'What the contact did with the messages',
      },
      {
        displayName: 'Channel',
        name: 'channel',
        type: 'options',
        default: 'email',
        options: [
          { name: 'Ads', value: 'ads' },
          { name: 'Any', value: 'any' },
          { name: 'Chat', value: 'chat' },
          { name: 'E-Mail', value: 'email' },
          { name: 'Push', value: 'push' },
          { name: 'SMS', value: 'sms' },
          { name: 'WhatsApp', value: 'whatsapp' },
        ],
        description: 'Which messages count',
      },
      {
        displayName: 'Count By',
        name: 'measure',
        type: 'options',
        noDataExpression: true,
        default: 'messages',
        options: [
          {
            name: 'Messages',
            value: 'messages',
            description: 'Each message once, however often it was opened or clicked',
          },
          { name: 'Opens and Clicks', value: 'reactions', description: 'Every single one' },
        ],
        description: 'What is counted',
      },
      ...amountFields(['messages', 'reactions']),
      ...windowFields('last'),
    ]),
    {
      displayName: 'Only This Message',
      name: 'message',
      type: 'string',
      default: '',
      placeholder: 'e.g. spring-offer',
      description: 'The name of one message. Empty: all of them.',
    },
    MACHINES,
  ],
};
