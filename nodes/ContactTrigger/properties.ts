import type { INodeProperties } from 'n8n-workflow';
import { CONDITION_ROWS } from '../execution/conditions';
import { fromList } from '../execution/name-locator';
import { STORE_PROPERTY } from '../execution/open-contact-store';

const when = (...on: string[]): INodeProperties['displayOptions'] => ({ show: { on } });

/** What the user sets in the node's panel. */
export const PROPERTIES: INodeProperties[] = [
  {
    displayName: 'Trigger On',
    name: 'on',
    type: 'options',
    noDataExpression: true,
    default: 'event_recorded',
    options: [
      {
        name: 'Consent Changed',
        value: 'consent_changed',
        description: 'A contact opts in or out of a channel',
      },
      { name: 'Contact Created', value: 'contact_created', description: 'A contact is new in the store' },
      {
        name: 'Contact Updated',
        value: 'contact_updated',
        description: 'A field or property of a contact changes',
      },
      {
        name: 'Date of the Contact Reached',
        value: 'date_reached',
        description:
          'A birthday, a renewal, a trial that ends: at a local time, before or after it, once or every year',
      },
      {
        name: 'Event Recorded',
        value: 'event_recorded',
        description: 'Something a contact did is recorded: a cart, an order, a page viewed',
      },
      {
        name: 'Journey Entered',
        value: 'journey_entered',
        description: 'A contact enters a journey, the control group too',
      },
      {
        name: 'Journey Goal Reached',
        value: 'journey_completed',
        description: 'A contact in a journey reaches its goal',
      },
      {
        name: 'Journey Left',
        value: 'journey_left',
        description: 'The stay of a contact in a journey ends in any other way',
      },
      {
        name: 'Lifecycle Stage Changed',
        value: 'stage_changed',
        description: 'A contact becomes a lead, a customer, and so on',
      },
      { name: 'List Joined or Left', value: 'list_changed', description: 'A contact joins or leaves a list' },
      {
        name: 'Score Crossed',
        value: 'score_crossed',
        description:
          'The score of a contact crosses a threshold or comes to another grade, also when only its points have faded',
      },
      {
        name: 'Segment Entered',
        value: 'segment_entered',
        description:
          'A contact begins to fit a saved segment, at the very moment, also when only time has passed',
      },
      {
        name: 'Segment Left',
        value: 'segment_left',
        description: 'A contact fits a saved segment no more',
      },
      { name: 'Tag Added or Removed', value: 'tag_changed', description: 'A contact gains or loses a tag' },
    ],
    description: 'What starts the workflow',
  },
  {
    displayName: 'Event Type',
    name: 'eventType',
    type: 'resourceLocator',
    required: true,
    default: { mode: 'list', value: '' },
    displayOptions: when('event_recorded'),
    description: 'The type of event that starts the workflow',
    modes: [
      fromList('searchEventTypes'),
      {
        displayName: 'By Name',
        name: 'name',
        type: 'string',
        placeholder: 'e.g. cart_updated or page_*',
        hint: 'A * at the end stands for any ending',
      },
    ],
  },
  { ...CONDITION_ROWS, displayOptions: when('event_recorded') },
  {
    displayName: 'Fields',
    name: 'fields',
    type: 'string',
    default: '',
    displayOptions: when('contact_updated'),
    placeholder: 'e.g. country, properties.plan',
    description:
      'The fields whose change starts the workflow, separated by commas; custom properties begin with "properties.". Empty means any.',
  },
  {
    displayName: 'Stages',
    name: 'stages',
    type: 'string',
    default: '',
    displayOptions: when('stage_changed'),
    placeholder: 'e.g. customer',
    description:
      'The stages that start the workflow when a contact reaches them, separated by commas. Empty means any.',
  },
  {
    displayName: 'Tag Is',
    name: 'tagAction',
    type: 'options',
    default: 'added',
    displayOptions: when('tag_changed'),
    options: [
      { name: 'Added', value: 'added' },
      { name: 'Added or Removed', value: 'both' },
      { name: 'Removed', value: 'removed' },
    ],
    description: 'Which change of a tag starts the workflow',
  },
  {
    displayName: 'Tag Names or IDs',
    name: 'tags',
    type: 'multiOptions',
    default: [],
    displayOptions: when('tag_changed'),
    typeOptions: { loadOptionsMethod: 'loadTags' },
    description:
      'The tags that count; none chosen means any. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
  },
  {
    displayName: 'Contact',
    name: 'listAction',
    type: 'options',
    default: 'joined',
    displayOptions: when('list_changed'),
    options: [
      { name: 'Joins', value: 'joined' },
      { name: 'Joins or Leaves', value: 'both' },
      { name: 'Leaves', value: 'left' },
    ],
    description: 'Which change of a list starts the workflow',
  },
  {
    displayName: 'List Names or IDs',
    name: 'lists',
    type: 'multiOptions',
    default: [],
    displayOptions: when('list_changed'),
    typeOptions: { loadOptionsMethod: 'loadLists' },
    description:
      'The lists that count; none chosen means any. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
  },
  {
    displayName: 'Journey Names or IDs',
    name: 'journeys',
    type: 'multiOptions',
    default: [],
    displayOptions: when('journey_entered', 'journey_completed', 'journey_left'),
    typeOptions: { loadOptionsMethod: 'loadJourneys' },
    description:
      'The journeys that count; none chosen: all of them. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
  },
  {
    displayName: 'Model Names or IDs',
    name: 'models',
    type: 'multiOptions',
    default: [],
    displayOptions: when('score_crossed'),
    typeOptions: { loadOptionsMethod: 'loadScores' },
    description:
      'The score models that count; none chosen: all of them. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
  },
  {
    displayName: 'Direction',
    name: 'crossing',
    type: 'options',
    default: 'up',
    displayOptions: when('score_crossed'),
    options: [
      { name: 'Both', value: 'both' },
      { name: 'Downward', value: 'down' },
      { name: 'Upward', value: 'up' },
    ],
    description: 'In which direction the score crosses',
  },
  {
    displayName: 'Thresholds',
    name: 'thresholds',
    type: 'string',
    default: '',
    displayOptions: when('score_crossed'),
    placeholder: 'e.g. qualified',
    description:
      'Only these thresholds of the model, separated by commas. Empty, with no grades either: anything.',
  },
  {
    displayName: 'Grades',
    name: 'grades',
    type: 'string',
    default: '',
    displayOptions: when('score_crossed'),
    placeholder: 'e.g. Hot, Warm',
    description: 'Only when a contact comes to one of these grades, separated by commas',
  },
  {
    displayName: 'Segment Names or IDs',
    name: 'segments',
    type: 'multiOptions',
    required: true,
    default: [],
    displayOptions: when('segment_entered', 'segment_left'),
    typeOptions: { loadOptionsMethod: 'loadSegments' },
    description:
      'The saved segments that count. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
  },
  {
    displayName: 'Everyone Already in It',
    name: 'alreadyIn',
    type: 'boolean',
    default: false,
    displayOptions: when('segment_entered'),
    description:
      'Whether those who are in the segment when the workflow is first published start it too, each once',
  },
  {
    displayName: 'Channels',
    name: 'channels',
    type: 'string',
    default: '',
    displayOptions: when('consent_changed'),
    placeholder: 'e.g. email, sms',
    description: 'The channels that count, separated by commas. Empty means any.',
  },
  {
    displayName: 'New Status',
    name: 'statuses',
    type: 'multiOptions',
    default: [],
    displayOptions: when('consent_changed'),
    options: [
      { name: 'Opted In', value: 'opted_in' },
      { name: 'Opted Out', value: 'opted_out' },
      { name: 'Pending', value: 'pending' },
    ],
    description: 'The statuses that count; none chosen means any',
  },
  {
    displayName: 'Date',
    name: 'dateProperty',
    type: 'resourceLocator',
    required: true,
    default: { mode: 'list', value: '' },
    displayOptions: when('date_reached'),
    description: 'The field or property that holds the date',
    modes: [
      fromList('searchDateProperties'),
      { displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. birthday' },
    ],
  },
  {
    displayName: 'When',
    name: 'direction',
    type: 'options',
    default: 'on',
    displayOptions: when('date_reached'),
    options: [
      { name: 'After the Date', value: 'after' },
      { name: 'Before the Date', value: 'before' },
      { name: 'On the Date', value: 'on' },
    ],
    description: 'When the workflow starts, seen from the date',
  },
  {
    displayName: 'How Long',
    name: 'offsetAmount',
    type: 'number',
    typeOptions: { minValue: 1, numberPrecision: 0 },
    default: 7,
    displayOptions: { show: { on: ['date_reached'], direction: ['before', 'after'] } },
    description: 'How long before or after the date',
  },
  {
    displayName: 'Unit',
    name: 'offsetUnit',
    type: 'options',
    default: 'days',
    displayOptions: { show: { on: ['date_reached'], direction: ['before', 'after'] } },
    options: [
      { name: 'Days', value: 'days' },
      { name: 'Hours', value: 'hours' },
      { name: 'Minutes', value: 'minutes' },
      { name: 'Months', value: 'months' },
      { name: 'Weeks', value: 'weeks' },
      { name: 'Years', value: 'years' },
    ],
    description: 'The unit of that period; days and longer count on the calendar of the contact',
  },
  {
    displayName: 'At Local Time',
    name: 'atTime',
    type: 'string',
    default: '09:00',
    placeholder: 'e.g. 09:00',
    displayOptions: when('date_reached'),
    description:
      "The time of day in the contact's time zone (the workflow's where it is unknown). Empty keeps the time of the date itself.",
  },
  {
    displayName: 'Every Year',
    name: 'yearly',
    type: 'boolean',
    default: false,
    displayOptions: when('date_reached'),
    description: 'Whether the date returns every year, as a birthday does',
  },
  STORE_PROPERTY,
  {
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
        displayOptions: { show: { '/on': ['date_reached'] } },
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
        description:
          'At most so many contacts travel together. What happens while an execution runs is gathered for the next.',
      },
      {
        displayName: 'Executions at the Same Time',
        name: 'maxInFlight',
        type: 'number',
        typeOptions: { minValue: 1, maxValue: 20, numberPrecision: 0 },
        default: 1,
        description:
          'At most so many executions of this trigger run at the same time. With one, what happens is passed on strictly in order.',
      },
      {
        displayName: 'More Event Types',
        name: 'moreEventTypes',
        type: 'string',
        default: '',
        placeholder: 'e.g. order_placed, cart_*',
        displayOptions: { show: { '/on': ['event_recorded'] } },
        description: 'Further types that start the workflow, separated by commas',
      },
    ],
  },
];
