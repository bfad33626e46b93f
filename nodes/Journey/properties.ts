import type { INodeProperties } from 'n8n-workflow';
import { CONTACT_PROPERTIES } from '../execution/contact-of-item';
import { journeyLocator } from '../execution/journey-locator';
import { STORE_PROPERTY } from '../execution/open-contact-store';
import { RULE_GROUPS, RULE_JSON } from '../execution/rule-properties';
import { shownWhen } from '../execution/shown-when';

const DEFINE_BY = [
  { name: 'JSON', value: 'json', description: 'Write the rule; of any depth, with sequences of events' },
  { name: 'Nothing', value: 'none', description: 'There is no such rule' },
  { name: 'Rules', value: 'rules', description: 'Build the rule here, from lists' },
];

const GOAL: readonly INodeProperties[] = [
  {
    displayName: 'Goal',
    name: 'goalBy',
    type: 'options',
    noDataExpression: true,
    default: 'rules',
    options: DEFINE_BY,
    description:
      'What the journey is for: an order, a booking, a stage. Whoever reaches it gets nothing more, also in the middle of a wait.',
  },
  ...shownWhen({ goalBy: ['rules'] }, RULE_GROUPS),
  ...shownWhen({ goalBy: ['json'] }, [RULE_JSON]),
  ...shownWhen({ goalBy: ['rules', 'json'] }, [
    {
      displayName: 'Count Events Since Entering Only',
      name: 'goalSince',
      type: 'boolean',
      default: true,
      description:
        'Whether events count for the goal only if they occurred after the contact entered. The event that let it enter never counts.',
    },
  ]),
];

/** The builder of rules a second time, under other names. */
const EXIT_NAMES: Readonly<Record<string, { name: string; displayName: string }>> = {
  combine: { name: 'exitCombine', displayName: 'Combine Exit Groups' },
  groups: { name: 'exitGroups', displayName: 'Exit Rules' },
  ruleJson: { name: 'exitJson', displayName: 'Exit Rule (JSON)' },
};
const asExit = (property: INodeProperties): INodeProperties => ({
  ...property,
  ...EXIT_NAMES[property.name],
});

const EXIT: readonly INodeProperties[] = [
  {
    displayName: 'Leave When',
    name: 'exitBy',
    type: 'options',
    noDataExpression: true,
    default: 'none',
    options: DEFINE_BY,
    description:
      'What lets contacts out though the goal is not reached: a refund, a stage that the journey is not for',
  },
  ...shownWhen({ exitBy: ['rules'] }, RULE_GROUPS.map(asExit)),
  ...shownWhen({ exitBy: ['json'] }, [asExit(RULE_JSON)]),
  ...shownWhen({ exitBy: ['rules', 'json'] }, [
    {
      displayName: 'Count Events Since Entering Only',
      name: 'exitSince',
      type: 'boolean',
      default: true,
      description:
        'Whether events let contacts out only if they occurred after the contact entered. Otherwise who had such an event before does not even enter. Turn it off where the rule counts what did not happen, such as no visit in 7 days.',
    },
  ]),
];

const ENTRY: readonly INodeProperties[] = [
  {
    displayName: 'Who May Enter Again',
    name: 'reentry',
    type: 'options',
    noDataExpression: true,
    default: 'once',
    options: [
      {
        name: 'After So Many Days',
        value: 'afterDays',
        description: 'Counted from when it entered last, and not while it is in it',
      },
      {
        name: 'Always',
        value: 'always',
        description: 'Also while it is in it: that stay ends, and another begins',
      },
      { name: 'Nobody', value: 'once', description: 'Each contact enters once in its life' },
      { name: 'Who Has Left', value: 'afterLeaving', description: 'By the goal or in any other way' },
    ],
    description: 'What happens with a contact that was in the journey before',
  },
  {
    displayName: 'Days',
    name: 'reentryDays',
    type: 'number',
    typeOptions: { minValue: 1, numberPrecision: 0 },
    default: 90,
    displayOptions: { show: { reentry: ['afterDays'] } },
    description: 'How many days of 24 hours lie between two entries at least',
  },
];

const OPTIONS: INodeProperties = {
  displayName: 'Options',
  name: 'entryOptions',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [
    {
      displayName: 'Control Group (%)',
      name: 'controlPercent',
      type: 'number',
      typeOptions: { minValue: 0, maxValue: 100, numberPrecision: 2 },
      default: 10,
      description:
        'How many of a hundred contacts enter, get nothing and leave through Left, so that you see what the journey does at all. Always the same contacts.',
    },
    {
      displayName: 'Excluded Segment Names or IDs',
      name: 'excludedSegments',
      type: 'multiOptions',
      typeOptions: { loadOptionsMethod: 'loadSegments' },
      default: [],
      description:
        'Contacts in one of these segments do not enter. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
    },
    {
      displayName: 'Key of This Entry',
      name: 'entryKey',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.event.properties.orderId }}',
      description:
        'What tells this entry from every other: the same key lets a contact enter once, however often it is delivered. Empty: the event or change that started the item.',
    },
    {
      displayName: 'Longest Stay',
      name: 'longestStay',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: 30,
      description: 'After how long a contact leaves, goal or not; in the unit below, by its own clock',
    },
    {
      displayName: 'Unit of the Longest Stay',
      name: 'longestUnit',
      type: 'options',
      default: 'days',
      options: [
        { name: 'Days', value: 'days' },
        { name: 'Hours', value: 'hours' },
        { name: 'Months', value: 'months' },
        { name: 'Weeks', value: 'weeks' },
      ],
      description: 'What the longest stay is counted in',
    },
  ],
  description: 'What else decides who enters and who leaves',
};

/** What the user sets in the node's panel. */
export const PROPERTIES: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: 'enter',
    options: [
      {
        name: 'Check Goal',
        value: 'check',
        action: 'Check the goal of a journey',
        description:
          'Let go on who is still in the journey; whoever has reached the goal, or left, leaves through Left',
      },
      {
        name: 'Enter',
        value: 'enter',
        action: 'Enter a journey',
        description: 'Let contacts into the journey, and say what it is for',
      },
      {
        name: 'Leave',
        value: 'leave',
        action: 'Leave a journey',
        description: 'End the stay of contacts, with a reason; all of them leave through Left',
      },
    ],
    description: 'What to do with the contacts that come here',
  },
  journeyLocator('The name of the journey; a new one begins when the first contact enters'),
  ...shownWhen({ operation: ['enter'] }, [...GOAL, ...EXIT, ...ENTRY, OPTIONS]),
  ...shownWhen({ operation: ['leave'] }, [
    {
      displayName: 'Reason',
      name: 'reason',
      type: 'string',
      default: 'all steps done',
      placeholder: 'e.g. all mails sent',
      description: 'Why the stay ends, kept with it and told by reports',
    },
  ]),
  ...CONTACT_PROPERTIES,
  STORE_PROPERTY,
];
