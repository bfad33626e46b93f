import type { INodeProperties } from 'n8n-workflow';
import { CONTACT_PROPERTIES } from '../execution/contact-of-item';
import { experimentLocator, GOAL_PROPERTIES } from '../execution/experiment-goal';
import { STORE_PROPERTY } from '../execution/open-contact-store';
import { shownWhen } from '../execution/shown-when';

const VARIANTS: INodeProperties = {
  displayName: 'Variants',
  name: 'variants',
  type: 'fixedCollection',
  typeOptions: { multipleValues: true, sortable: true, multipleValueButtonText: 'Add Variant' },
  default: {
    variant: [
      { name: 'A', weight: 50 },
      { name: 'B', weight: 50 },
    ],
  },
  placeholder: 'Add Variant',
  description: 'Two to six ways, each with an output of its own',
  options: [
    {
      displayName: 'Variant',
      name: 'variant',
      values: [
        {
          displayName: 'Name',
          name: 'name',
          type: 'string',
          noDataExpression: true,
          required: true,
          default: '',
          placeholder: 'e.g. Short subject',
          description: 'What its output and the results call it; another name is another variant',
        },
        {
          displayName: 'Weight',
          name: 'weight',
          type: 'number',
          noDataExpression: true,
          typeOptions: { minValue: 0 },
          default: 50,
          description: 'How many contacts it gets in proportion to the others; 50 and 50 halve them',
        },
      ],
    },
  ],
};

/** What the user sets in the node's panel. */
export const PROPERTIES: INodeProperties[] = [
  {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    default: 'split',
    options: [
      {
        name: 'Split Contacts',
        value: 'split',
        action: 'Split contacts among variants',
        description: 'Give each contact one of the variants, the same whenever it comes here',
      },
      {
        name: 'Take the Winner',
        value: 'takeWinner',
        action: 'Give the rest the winner',
        description: 'Give contacts who did not take part what did best, decided once for all of them',
      },
    ],
    description: 'What to do with the contacts that come here',
  },
  {
    displayName:
      'Let a part of the audience through Split Contacts first, then wait. Who comes here afterwards gets what did best; who took part already leaves through Took Part. The control group of the test gets nothing here either.',
    name: 'winnerNotice',
    type: 'notice',
    default: '',
    displayOptions: { show: { operation: ['takeWinner'] } },
  },
  experimentLocator(
    'A name of your own; nodes with the same name split in the same way and share their results',
  ),
  VARIANTS,
  ...shownWhen({ operation: ['split'] }, [
    {
      displayName: 'Control Group (%)',
      name: 'controlPercent',
      type: 'number',
      noDataExpression: true,
      typeOptions: { minValue: 0, maxValue: 99, numberPrecision: 2 },
      default: 0,
      description:
        'How many of a hundred contacts get nothing, so that you see what the variants do at all. They leave through Control Group.',
    },
  ]),
  ...shownWhen({ operation: ['takeWinner'] }, [
    ...GOAL_PROPERTIES,
    {
      displayName: 'If the Difference Is Not Credible',
      name: 'undecided',
      type: 'options',
      default: 'leader',
      options: [
        {
          name: 'Split the Rest as Well',
          value: 'split',
          description: 'By the weights, until it is decided; they take part in the test',
        },
        {
          name: 'Take What Leads',
          value: 'leader',
          description: 'Probably the better one, though chance may be behind it',
        },
      ],
      description: 'What the rest gets while the test has not told enough',
    },
  ]),
  ...CONTACT_PROPERTIES,
  ...shownWhen({ operation: ['split'] }, [
    {
      displayName: 'Options',
      name: 'options',
      type: 'collection',
      placeholder: 'Add Option',
      default: {},
      options: [
        {
          displayName: 'When Weights Change',
          name: 'again',
          type: 'options',
          default: 'keep',
          options: [
            {
              name: 'Contacts Keep What They Got',
              value: 'keep',
              description: 'Nobody sees two variants; only newcomers are split by the new weights',
            },
            {
              name: 'Contacts May Move',
              value: 'move',
              description: 'As few as the new weights ask for; they count for what they got last',
            },
          ],
          description: 'What becomes of contacts that got a variant before',
        },
      ],
      description: 'What else decides who gets what',
    },
  ]),
  STORE_PROPERTY,
];
