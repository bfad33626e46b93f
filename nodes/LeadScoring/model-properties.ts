import type { INodeProperties } from 'n8n-workflow';
import { CONDITION_ROWS } from '../execution/conditions';
import { RULE_KINDS } from '../execution/rule-kinds';

/** What a row of either kind gives, and where it counts. */
function pointFields(part: 'fit' | 'engagement', points: number): INodeProperties[] {
  return [
    {
      displayName: 'Points',
      name: 'points',
      type: 'number',
      typeOptions: { numberPrecision: 2 },
      default: points,
      description: 'How many points it gives; a negative number takes points away',
    },
    {
      displayName: 'Counts For',
      name: 'part',
      type: 'options',
      default: part,
      options: [
        { name: 'Engagement', value: 'engagement', description: 'What the contact does' },
        { name: 'Fit', value: 'fit', description: 'Who the contact is' },
      ],
      description: 'Which half of the score the points belong to',
    },
    {
      displayName: 'Group',
      name: 'group',
      type: 'string',
      default: '',
      placeholder: 'e.g. e-mail',
      description: 'Rules with the same group share its cap, set under Groups. Empty: none.',
    },
    {
      displayName: 'Name',
      name: 'name',
      type: 'string',
      default: '',
      placeholder: 'e.g. Looked at prices',
      description: 'What the rule is called where its points are told. Empty: what it says, in words.',
    },
  ];
}

/** In the order in which one thinks of them. */
const EVENT_FIELDS: INodeProperties[] = [
  {
    displayName: 'Event Names or IDs',
    name: 'types',
    type: 'multiOptions',
    typeOptions: { loadOptionsMethod: 'loadEventTypes' },
    default: [],
    description:
      'The events that give points. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
  },
  ...pointFields('engagement', 10),
  {
    displayName: 'Counts',
    name: 'counts',
    type: 'options',
    default: 'every',
    options: [
      { name: 'At Most So Often', value: 'most' },
      { name: 'Every Time', value: 'every' },
      { name: 'The First Time', value: 'first' },
    ],
    description: 'How many of these events give points; the earliest count',
  },
  {
    displayName: 'How Often',
    name: 'times',
    type: 'number',
    typeOptions: { minValue: 1, numberPrecision: 0 },
    default: 5,
    displayOptions: { show: { counts: ['most'] } },
    description: 'How many of these events give points at most',
  },
  {
    displayName: 'At Most So Many Points',
    name: 'cap',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: 0,
    description: 'The most points this rule gives altogether. 0: no limit.',
  },
  {
    displayName: 'Fading',
    name: 'fading',
    type: 'options',
    default: 'none',
    options: [
      {
        name: 'Half Every So Many Days',
        value: 'halfLife',
        description: 'Points fade slowly, day by day',
      },
      { name: 'None', value: 'none', description: 'Points stay for ever' },
      { name: 'Only So Many Days', value: 'window', description: 'Points are gone after that time' },
    ],
    description: 'What becomes of points as time goes by',
  },
  {
    displayName: 'Days',
    name: 'days',
    type: 'number',
    typeOptions: { minValue: 0.01, numberPrecision: 2 },
    default: 30,
    displayOptions: { show: { fading: ['halfLife', 'window'] } },
    description: 'After how many days points are half, or gone',
  },
  {
    displayName: 'Count Machines',
    name: 'machine',
    type: 'boolean',
    default: false,
    description: 'Whether opens and clicks of mail scanners and privacy proxies give points too',
  },
  CONDITION_ROWS,
];

/** Points for what contacts do. */
export const EVENT_RULES: INodeProperties = {
  displayName: 'Points for What Contacts Do',
  name: 'eventRules',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Event' },
  default: { rule: [{ types: [], points: 10 }] },
  placeholder: 'Add Event',
  description: 'Each event that fits gives its points; machine opens and clicks count only where you say so',
  options: [
    {
      displayName: 'Event',
      name: 'rule',
      values: EVENT_FIELDS,
    },
  ],
};

/** Points for who contacts are. */
export const PROFILE_RULES: INodeProperties = {
  displayName: 'Points for Who Contacts Are',
  name: 'profileRules',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Rule' },
  default: {},
  placeholder: 'Add Rule',
  description:
    'Points that a contact has as long as a rule about it holds: its country, stage, plan, a segment',
  options: [
    {
      displayName: 'Rule',
      name: 'rule',
      values: [
        {
          displayName: 'Match',
          name: 'match',
          type: 'options',
          default: 'all',
          options: [
            { name: 'All of These', value: 'all' },
            { name: 'Any of These', value: 'any' },
            { name: 'None of These', value: 'none' },
          ],
          description: 'How many of the conditions must hold',
        },
        {
          displayName: 'Conditions',
          name: 'rules',
          type: 'fixedCollection',
          typeOptions: {
            multipleValues: true,
            hideOptionalFields: true,
            addOptionalFieldButtonText: 'Add Detail',
          },
          default: {},
          placeholder: 'Add Condition',
          description: 'What is asked of the contact',
          options: [...RULE_KINDS],
        },
        ...pointFields('fit', 10),
      ],
    },
  ],
};

const AXES = [
  { name: 'Engagement', value: 'engagement' },
  { name: 'Fit', value: 'fit' },
  { name: 'Total', value: 'total' },
];

function gradeRows(
  name: string,
  displayName: string,
  rows: ReadonlyArray<{ name: string; from: number }>,
): INodeProperties {
  return {
    displayName,
    name,
    type: 'fixedCollection',
    typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Grade' },
    default: { grade: [...rows] },
    placeholder: 'Add Grade',
    description: 'The best first; the last one takes what is left, whatever its points',
    options: [
      {
        displayName: 'Grade',
        name: 'grade',
        values: [
          {
            displayName: 'Name',
            name: 'name',
            type: 'string',
            noDataExpression: true,
            default: '',
            placeholder: 'e.g. A',
            description: 'What the grade is called',
          },
          {
            displayName: 'From Points',
            name: 'from',
            type: 'number',
            default: 0,
            description: 'With how many points a contact has it',
          },
        ],
      },
    ],
  };
}

const onlyWhen = (property: INodeProperties, ...gradeBy: string[]): INodeProperties => ({
  ...property,
  displayOptions: { show: { gradeBy } },
});

/** Grades, thresholds and limits of a model that is built in the panel. */
export const GRADING: readonly INodeProperties[] = [
  {
    displayName: 'Grade By',
    name: 'gradeBy',
    type: 'options',
    noDataExpression: true,
    default: 'total',
    options: [
      { name: 'Engagement', value: 'engagement' },
      { name: 'Fit', value: 'fit' },
      {
        name: 'Fit and Engagement',
        value: 'grid',
        description: 'A grid such as A1: who they are, and what they do',
      },
      { name: 'No Grades', value: 'none' },
      { name: 'Total', value: 'total' },
    ],
    description: 'Which points the grades go by',
  },
  onlyWhen(
    gradeRows('grades', 'Grades', [
      { name: 'Hot', from: 60 },
      { name: 'Warm', from: 30 },
      { name: 'Cold', from: 0 },
    ]),
    'total',
    'fit',
    'engagement',
  ),
  onlyWhen(
    gradeRows('fitGrades', 'Grades of Fit', [
      { name: 'A', from: 20 },
      { name: 'B', from: 0 },
    ]),
    'grid',
  ),
  onlyWhen(
    gradeRows('engagementGrades', 'Grades of Engagement', [
      { name: '1', from: 40 },
      { name: '2', from: 0 },
    ]),
    'grid',
  ),
  {
    displayName: 'Thresholds',
    name: 'thresholds',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Threshold' },
    default: {},
    placeholder: 'Add Threshold',
    description: 'Points whose crossing is told, and starts workflows with Contact Trigger › Score Crossed',
    options: [
      {
        displayName: 'Threshold',
        name: 'threshold',
        values: [
          {
            displayName: 'Name',
            name: 'name',
            type: 'string',
            default: '',
            placeholder: 'e.g. qualified',
            description: 'What it is called',
          },
          {
            displayName: 'Points',
            name: 'at',
            type: 'number',
            default: 60,
            description: 'The points to be reached',
          },
          {
            displayName: 'Of',
            name: 'of',
            type: 'options',
            default: 'total',
            options: AXES,
            description: 'Which points are watched',
          },
          {
            displayName: 'Hysteresis',
            name: 'hysteresis',
            type: 'number',
            typeOptions: { minValue: 0 },
            default: 5,
            description:
              'How far points must fall below before it counts as crossed downward, and may be crossed upward again',
          },
        ],
      },
    ],
  },
  {
    displayName: 'Groups',
    name: 'groups',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Group' },
    default: {},
    placeholder: 'Add Group',
    description: 'Between which points the rules of a group stay together',
    options: [
      {
        displayName: 'Group',
        name: 'group',
        values: [
          {
            displayName: 'Name',
            name: 'name',
            type: 'string',
            default: '',
            placeholder: 'e.g. e-mail',
            description: 'The group that rules name',
          },
          {
            displayName: 'At Most',
            name: 'cap',
            type: 'number',
            default: 30,
            description: 'The most points of the group',
          },
        ],
      },
    ],
  },
  {
    displayName: 'Limits',
    name: 'limits',
    type: 'collection',
    placeholder: 'Add Limit',
    default: {},
    options: [
      { displayName: 'Engagement at Most', name: 'engagementCap', type: 'number', default: 100 },
      { displayName: 'Fit at Most', name: 'fitCap', type: 'number', default: 50 },
      {
        displayName: 'Grade Hysteresis',
        name: 'hysteresis',
        type: 'number',
        typeOptions: { minValue: 0 },
        default: 5,
        description: 'How far points must fall below the beginning of a grade to lose it',
      },
      { displayName: 'Total at Least', name: 'totalFloor', type: 'number', default: 0 },
      { displayName: 'Total at Most', name: 'totalCap', type: 'number', default: 100 },
    ],
    description: 'Between which points the halves and the total stay',
  },
];
