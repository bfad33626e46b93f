import type { INodeProperties } from 'n8n-workflow';
import { CONDITION_ROWS } from '../execution/conditions';
import { CONTACT_PROPERTIES } from '../execution/contact-of-item';
import { STORE_PROPERTY } from '../execution/open-contact-store';
import { segmentLocator } from '../execution/segment-locator';
import { HOURS } from './hours-properties';
import { until, WHEN } from './when-properties';

const PARKED: INodeProperties['displayOptions'] = { show: { mode: ['park'] } };

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
    typeOptions: { multipleValues: true },
    default: {},
    placeholder: 'Add Event or Segment',
    displayOptions: PARKED,
    description:
      'Events and segments that let a contact go at once, through the output Left Early: an order, for example, ends the wait of a cart',
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
      {
        displayName: 'Segment',
        name: 'segment',
        values: [
          {
            displayName: 'The Contact',
            name: 'moves',
            type: 'options',
            default: 'enters',
            options: [
              {
                name: 'Enters the Segment',
                value: 'enters',
                description: 'As soon as it is in the segment; at once if it is when it comes here',
              },
              {
                name: 'Leaves the Segment',
                value: 'leaves',
                description: 'As soon as it is not in the segment; at once if it is not when it comes here',
              },
            ],
            description: 'What lets the contact go',
          },
          segmentLocator('The segment by which contacts go'),
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
      displayName: 'Leave When the Journey Ends',
      name: 'leaveWithJourney',
      type: 'boolean',
      default: true,
      displayOptions: { show: { '/mode': ['park'] } },
      description:
        'Whether a contact that entered a journey goes at once, through Left Early, when it reaches the goal or its stay ends',
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
