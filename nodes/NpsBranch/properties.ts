import type { INodeProperties } from 'n8n-workflow';
import { CONTACT_PROPERTIES } from '../execution/contact-of-item';
import { STORE_PROPERTY } from '../execution/open-contact-store';
import { shownWhen } from '../execution/shown-when';
import { SCALE_PROPERTIES, surveyLocator } from '../execution/survey-scale';

const ANSWER: readonly INodeProperties[] = [
  {
    displayName: 'Answer From',
    name: 'answerFrom',
    type: 'options',
    noDataExpression: true,
    default: 'fields',
    options: [
      {
        name: 'Fields Below',
        value: 'fields',
        description: 'A reply, a form or a click, as an earlier node gives it',
      },
      {
        name: "The Item's Event",
        value: 'event',
        description: 'An answer that starts the workflow: the event survey_answered, after a Contact Trigger',
      },
    ],
    description: 'Where the score and the comment come from',
  },
  ...shownWhen({ answerFrom: ['fields'] }, [
    {
      displayName: 'Answer',
      name: 'answer',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.reply }}',
      description:
        'A number, or a reply that begins with one: 9, 9/10, "9 – great service". What is no answer leaves through No Score.',
    },
    {
      displayName: 'More of the Answer',
      name: 'more',
      type: 'collection',
      placeholder: 'Add Field',
      default: {},
      options: [
        {
          displayName: 'Answered At',
          name: 'answeredAt',
          type: 'dateTime',
          default: '',
          description:
            "When it was given. Empty: now. With it the same answer delivered twice counts once. Without an offset it is local to the workflow's time zone.",
        },
        {
          displayName: 'Channel',
          name: 'channel',
          type: 'string',
          default: '',
          placeholder: 'e.g. email',
          description: 'How it was given',
        },
        {
          displayName: 'Comment',
          name: 'comment',
          type: 'string',
          default: '',
          placeholder: 'e.g. {{ $json.comment }}',
          description: 'What was said besides. Empty: what stands after the number in the answer.',
        },
        {
          displayName: 'Reason',
          name: 'reason',
          type: 'string',
          default: '',
          placeholder: 'e.g. delivery',
          description: 'Why they are content or not, in a word of your survey, to branch and filter on',
        },
      ],
      description: 'What is known of the answer besides its score',
    },
  ]),
];

const RECORDING: readonly INodeProperties[] = [
  {
    displayName: 'Record the Answer',
    name: 'record',
    type: 'boolean',
    default: true,
    description:
      'Whether the answer is kept as the event survey_answered of its contact, for totals, segments and scores. A contact that is not in the store is created.',
  },
  ...shownWhen({ record: [true] }, [
    {
      displayName: 'Counts Once In',
      name: 'oncePer',
      type: 'options',
      noDataExpression: true,
      default: 'ever',
      options: [
        { name: 'A Day', value: 'day' },
        { name: 'A Month', value: 'month' },
        { name: 'A Quarter', value: 'quarter' },
        { name: 'A Week', value: 'week', description: 'From Monday to Sunday' },
        { name: 'A Year', value: 'year' },
        { name: 'All Time', value: 'ever', description: 'Everybody is asked once' },
        {
          name: 'Something of Your Own',
          value: 'own',
          description: 'Such as the order or the ticket that you ask about',
        },
      ],
      description:
        "The period in which a contact has one answer to this survey, on the calendar of the contact's time zone",
    },
    {
      displayName: 'Which One',
      name: 'occasion',
      type: 'string',
      required: true,
      default: '',
      displayOptions: { show: { oncePer: ['own'] } },
      placeholder: 'e.g. {{ $json.orderId }}',
      description: 'What the answer is about: the number of the order, the ticket, the visit',
    },
    {
      displayName: 'If They Answer Again',
      name: 'second',
      type: 'options',
      default: 'replace',
      options: [
        { name: 'Count Both', value: 'keepBoth', description: 'Each answer is kept as an event of its own' },
        {
          name: 'Replace the Answer',
          value: 'replace',
          description: 'The answer given last stands, with its comment; the other one is gone',
        },
      ],
      description: 'What becomes of another answer of the same contact in the same period',
    },
  ]),
];

/** What the user sets in the node's panel. */
export const PROPERTIES: INodeProperties[] = [
  surveyLocator('A name that all answers to this survey share', { mode: 'name', value: 'nps' }),
  ...SCALE_PROPERTIES,
  ...ANSWER,
  ...RECORDING,
  ...shownWhen({ record: [true] }, CONTACT_PROPERTIES),
  STORE_PROPERTY,
];
