import type { INodeProperties } from 'n8n-workflow';
import { WEEKDAYS } from './weekdays';
import { fromList } from '../execution/name-locator';

/** Shown where the wait is of one of these kinds. */
export const until = (...kinds: string[]): INodeProperties['displayOptions'] => ({ show: { until: kinds } });

const CALENDAR_UNITS = [
  { name: 'Days', value: 'days' },
  { name: 'Hours', value: 'hours' },
  { name: 'Minutes', value: 'minutes' },
  { name: 'Months', value: 'months' },
  { name: 'Seconds', value: 'seconds' },
  { name: 'Weeks', value: 'weeks' },
  { name: 'Years', value: 'years' },
];

/** What each contact waits for. */
export const WHEN: INodeProperties[] = [
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
      fromList('searchDateProperties'),
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
