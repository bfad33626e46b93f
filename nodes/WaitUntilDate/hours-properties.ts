import type { INodeProperties } from 'n8n-workflow';
import { WEEKDAYS } from './weekdays';

/** By whose clock, and in which hours contacts may go on. */
export const HOURS: INodeProperties[] = [
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
