import type { INodeProperties } from 'n8n-workflow';
import { CONDITION_ROWS } from '../execution/conditions';
import { STORE_PROPERTY } from '../execution/open-contact-store';
import { CONTACT_PROPERTIES } from '../execution/contact-of-item';

const until = (...kinds: string[]): INodeProperties['displayOptions'] => ({ show: { until: kinds } });
const PARKED: INodeProperties['displayOptions'] = { show: { mode: ['park'] } };

const CALENDAR_UNITS = [
  { name: 'Days', value: 'days' },
  { name: 'Hours', value: 'hours' },
  { name: 'Minutes', value: 'minutes' },
  { name: 'Months', value: 'months' },
  { name: 'Seconds', value: 'seconds' },
  { name: 'Weeks', value: 'weeks' },
  { name: 'Years', value: 'years' },
];

const WEEKDAYS = [
  { name: 'Monday', value: 1 },
  { name: 'Tuesday', value: 2 },
  { name: 'Wednesday', value: 3 },
  { name: 'Thursday', value: 4 },
  { name: 'Friday', value: 5 },
  { name: 'Saturday', value: 6 },
  { name: 'Sunday', value: 7 },
];

const WHEN: INodeProperties[] = [
  {
    displayName: 'Wait Until',
    name: 'until',
    type: 'options',
    noDataExpression: true,
    default: 'period',
    options: [
      {
        name: 'A Date',
        value: 'date',
        description: 'The same moment for everybody, or one that the item carries',
      },
      {
        name: 'A Date of the Contact',
        value: 'contactDate',
        description: 'A property of the contact, such as the end of a trial; before, on or after it',
      },
      {
        name: 'A Period Has Passed',
        value: 'period',
        description: 'So many minutes, days or months from now',
      },
      {
        name: 'An Anniversary of the Contact',
        value: 'anniversary',
        description: 'The next yearly return of a date, such as a birthday',
      },
      {
        name: 'Next Weekday and Time',
        value: 'weekday',
        description: 'For example the next Tuesday or Thursday at 10:00',
      },
    ],
    description: 'What each contact waits for',
  },
  {
    displayName: 'How Long',
    name: 'amount',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 1,
    displayOptions: until('period'),
    description: 'How many of the unit below each contact waits',
  },
  {
    displayName: 'Unit',
    name: 'unit',
    type: 'options',
    default: 'days',
    options: CALENDAR_UNITS,
    displayOptions: until('period'),
    description:
      'Hours and shorter are exact; a day, week, month or year keeps the local time of day across daylight saving',
  },
  {
    displayName: 'Date',
    name: 'date',
    type: 'dateTime',
    required: true,
    default: '',
    displayOptions: until('date'),
    description: 'The moment, in the time zone chosen below unless it carries one of its own',
  },
  {
    displayName: 'Date of the Contact',
    name: 'property',
    type: 'resourceLocator',
    required: true,
    default: { mode: 'list', value: '' },
    displayOptions: until('contactDate', 'anniversary'),
    description: 'The field or property that holds the date',
    modes: [
      {
        displayName: 'From List',
        name: 'list',
        type: 'list',
        typeOptions: { searchListMethod: 'searchDateProperties', searchable: true },
      },
      { displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. trialEndsAt' },
    ],
  },
  {
    displayName: 'When',
    name: 'direction',
    type: 'options',
    default: 'on',
    displayOptions: until('contactDate', 'anniversary', 'date'),
    options: [
      { name: 'After the Date', value: 'after' },
      { name: 'Before the Date', value: 'before' },
      { name: 'On the Date', value: 'on' },
    ],
    description: 'When contacts go on, seen from the date',
  },
  {
    displayName: 'How Long Before or After',
    name: 'offsetAmount',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 7,
    displayOptions: {
      show: { until: ['contactDate', 'anniversary', 'date'], direction: ['before', 'after'] },
    },
    description: 'How far from the date',
  },
  {
    displayName: 'Unit',
    name: 'offsetUnit',
    type: 'options',
    default: 'days',
    options: CALENDAR_UNITS,
    displayOptions: {
      show: { until: ['contactDate', 'anniversary', 'date'], direction: ['before', 'after'] },
    },
    description: 'The unit of that distance',
  },
  {
    displayName: 'Weekdays',
    name: 'weekdays',
    type: 'multiOptions',
    default: [1, 2, 3, 4, 5],
    options: WEEKDAYS,
    displayOptions: until('weekday'),
    description: 'The days on which contacts may go on; the first that comes counts',
  },
  {
    displayName: 'At Local Time',
    name: 'atTime',
    type: 'string',
    default: '',
    placeholder: 'e.g. 09:00',
    displayOptions: until('period', 'date', 'contactDate', 'anniversary'),
    description:
      'The time of day at which contacts go on. Empty keeps the time that the period or date gives.',
  },
  {
    displayName: 'At Local Time',
    name: 'weekdayTime',
    type: 'string',
    default: '10:00',
    required: true,
    placeholder: 'e.g. 10:00',
    displayOptions: until('weekday'),
    description: 'The time of day at which contacts go on',
  },
];

const HOURS: INodeProperties[] = [
  {
    displayName: 'Time Zone',
    name: 'zoneOf',
    type: 'options',
    default: 'contact',
    options: [
      {
        name: "The Contact's",
        value: 'contact',
        description: "The contact's own, else its country's only one, else the workflow's",
      },
      { name: "The Workflow's", value: 'workflow' },
      { name: 'A Fixed One', value: 'fixed' },
    ],
    description: 'By whose clock days, weekdays and times of day count',
  },
  {
    displayName: 'Zone Name',
    name: 'fixedZone',
    type: 'string',
    default: '',
    required: true,
    placeholder: 'e.g. Europe/Berlin',
    displayOptions: { show: { zoneOf: ['fixed'] } },
    description: 'The IANA name of the time zone',
  },
  {
    displayName: 'Respect Quiet Hours',
    name: 'quietHours',
    type: 'boolean',
    default: false,
    description:
      'Whether nobody goes on during the quiet hours of their own time zone; they go on when those end',
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
    description: 'When the quiet hours end; at this very time contacts may go on',
  },
  {
    displayName: 'Delivery Windows',
    name: 'windows',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Window' },
    default: {},
    placeholder: 'Add Window',
    description:
      'The hours in which contacts may go on; who is due outside waits for the next opening. None means at any time.',
    options: [
      {
        displayName: 'Window',
        name: 'window',
        values: [
          {
            displayName: 'Weekdays',
            name: 'weekdays',
            type: 'multiOptions',
            default: [1, 2, 3, 4, 5],
            options: WEEKDAYS,
            description: 'The days on which the window opens',
          },
          {
            displayName: 'From',
            name: 'from',
            type: 'string',
            default: '09:00',
            placeholder: 'e.g. 09:00',
            description: 'When it opens',
          },
          {
            displayName: 'To',
            name: 'to',
            type: 'string',
            default: '18:00',
            placeholder: 'e.g. 18:00',
            description:
              'When it closes; earlier than From means on the next day, the same means the whole day',
          },
        ],
      },
    ],
  },
];

const LEAVING: INodeProperties[] = [
  {
    displayName: 'If the Date Is Past',
    name: 'pastDates',
    type: 'options',
    default: 'pass',
    displayOptions: { show: { mode: ['park'], until: ['date', 'contactDate', 'period'] } },
    options: [
      {
        name: 'Go on at Once',
        value: 'pass',
        description: 'Contacts leave through Due, at the next opening of the delivery window',
      },
      {
        name: 'Leave Through Missed',
        value: 'missed',
        description:
          'Contacts leave through the output Missed, for example because a reminder is out of date',
      },
    ],
    description: 'What becomes of contacts that come when their date has passed already',
  },
  {
    displayName: 'If the Contact Has No Date',
    name: 'noDate',
    type: 'options',
    default: 'missed',
    displayOptions: until('contactDate', 'anniversary'),
    options: [
      {
        name: 'Leave Through Missed',
        value: 'missed',
        description: 'Contacts without the date leave at once through the output Missed',
      },
      { name: 'Stop With an Error', value: 'error', description: 'The node fails and names the contact' },
    ],
    description: 'What becomes of contacts that do not have the date they should wait for',
  },
  {
    displayName: 'The Same Contact Again',
    name: 'again',
    type: 'options',
    default: 'keep',
    displayOptions: PARKED,
    options: [
      {
        name: 'Keep the First Wait',
        value: 'keep',
        description: 'Who waits already is not disturbed; the new item ends here',
      },
      { name: 'Let Both Wait', value: 'both', description: 'Each item waits by itself' },
      {
        name: 'Restart the Wait',
        value: 'restart',
        description:
          'The new item replaces the waiting one, and time counts from now: a cart is abandoned an hour after its last change',
      },
    ],
    description: 'What happens when a contact comes that waits here already',
  },
  {
    displayName: 'Leave Early On',
    name: 'leaveOn',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Event' },
    default: {},
    placeholder: 'Add Event',
    displayOptions: PARKED,
    description:
      'Events that let a contact go at once, through the output Left Early: an order, for example, ends the wait of a cart',
    options: [
      {
        displayName: 'Event',
        name: 'event',
        values: [
          {
            displayName: 'Event Types',
            name: 'type',
            type: 'string',
            default: '',
            required: true,
            placeholder: 'e.g. order_placed',
            description: 'One or several types, separated by commas; a * at the end stands for any ending',
          },
          {
            ...CONDITION_ROWS,
            description:
              'Conditions on the properties of the event; all of them must hold. Expressions are read for the item that waits.',
          },
        ],
      },
    ],
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
      displayName: '29 February in Other Years',
      name: 'leapDay',
      type: 'options',
      default: 'february28',
      displayOptions: { show: { '/until': ['anniversary'] } },
      options: [
        { name: '1 March', value: 'march1' },
        { name: '28 February', value: 'february28' },
      ],
      description: 'On which day 29 February is kept in years without one',
    },
    {
      displayName: 'Contacts in One Execution',
      name: 'batchSize',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 10_000, numberPrecision: 0 },
      default: 100,
      displayOptions: { show: { '/mode': ['park'] } },
      description: 'At most so many contacts leave the wait in one execution',
    },
    {
      displayName: 'Executions at the Same Time',
      name: 'maxInFlight',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 20, numberPrecision: 0 },
      default: 1,
      displayOptions: { show: { '/mode': ['park'] } },
      description: 'At most so many executions that leave this wait run at the same time',
    },
    {
      displayName: 'Minutes of Grace',
      name: 'graceMinutes',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 0,
      displayOptions: { show: { '/pastDates': ['missed'] } },
      description: 'How many minutes a date may be past and the contact still leaves through Due',
    },
    {
      displayName: 'The Same Means Also the Same',
      name: 'key',
      type: 'string',
      default: '',
      displayOptions: { show: { '/mode': ['park'] } },
      placeholder: 'e.g. {{ $json.event.properties.cartId }}',
      description:
        'A value that tells waits of one contact apart, such as the ID of a cart. Only an item with the same value counts as the same contact again.',
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
  ...WHEN,
  ...HOURS,
  ...LEAVING,
  {
    displayName: 'How to Wait',
    name: 'mode',
    type: 'options',
    noDataExpression: true,
    default: 'park',
    options: [
      {
        name: 'In the Contact Store',
        value: 'park',
        description:
          'The execution ends; each contact comes back at its own time in a new one. For any number of contacts and any length. Later nodes see only what the item carries.',
      },
      {
        name: 'Hold the Execution',
        value: 'hold',
        description:
          'The whole execution waits until the last of its items is due. For a few items whose later nodes need $("Earlier Node") or binary data.',
      },
    ],
    description: 'Where contacts are while they wait',
  },
  {
    displayName: 'All items of a held execution go on together, through Due, when the last of them is due',
    name: 'holdNotice',
    type: 'notice',
    default: '',
    displayOptions: { show: { mode: ['hold'] } },
  },
  ...CONTACT_PROPERTIES,
  STORE_PROPERTY,
  OPTIONS,
];
