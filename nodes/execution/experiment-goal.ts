import type { INodeProperties } from 'n8n-workflow';
import { engagementTypes } from '../../src/domain/event/engagement';
import { USUAL_STOPPING } from '../../src/domain/experiment/judge-experiment';
import { quote, type Problem, type Reading } from '../../src/domain/problem';
import type { EventFilter } from '../../src/domain/rule/rule';
import type { ResultsRequest } from '../../src/app/experiments/experiment-results';
import type { ExperimentQuestion } from '../../src/store/port';
import { CONDITION_ROWS, readConditionRows, readEventTypes } from './conditions';
import { nameLocator } from './name-locator';
import type { Parameters } from './parameters';
import { parseWrittenRule, readWrittenRule } from './rule-decoding';
import { RULE_GROUPS, RULE_JSON } from './rule-properties';
import { shownWhen } from './shown-when';

/** The parameter `experiment`: a test, chosen from those that have begun, or by its name. */
export function experimentLocator(description: string): INodeProperties {
  return nameLocator({
    displayName: 'Test',
    name: 'experiment',
    searchListMethod: 'searchExperiments',
    placeholder: 'e.g. subject line of the May issue',
    description,
    initial: { mode: 'name', value: '' },
    required: true,
  });
}

/** The event types of each reaction, of people on any channel. */
const REACTIONS = {
  clicked: engagementTypes('clicked'),
  opened: [...engagementTypes('opened'), ...engagementTypes('clicked')],
  replied: engagementTypes('replied'),
} as const;

const DAY_MS = 86_400_000;

/** The parameters by which a user says what counts as a success, and when a test has told enough. */
export const GOAL_PROPERTIES: readonly INodeProperties[] = [
  {
    displayName: 'What Counts',
    name: 'measure',
    type: 'options',
    noDataExpression: true,
    default: 'clicked',
    options: [
      {
        name: 'A Rule',
        value: 'rule',
        description: 'Any rule of the language; its statements about events count what happened since then',
      },
      {
        name: 'An Event',
        value: 'event',
        description: 'An order, a booking, or anything else that is recorded',
      },
      { name: 'Clicks', value: 'clicked', description: 'Clicks of people; those of machines never count' },
      { name: 'Opens', value: 'opened', description: 'Opens and clicks of people; clicks tell more' },
      { name: 'Replies', value: 'replied', description: 'Answers to a mail, a text message or a chat' },
    ],
    description: 'What contacts are hoped to do after they got their variant; each contact counts once',
  },
  ...shownWhen({ measure: ['clicked', 'opened', 'replied'] }, [
    {
      displayName: 'Message',
      name: 'goalMessage',
      type: 'string',
      default: '',
      placeholder: 'e.g. may-issue',
      description:
        'Only reactions to this message, by the property "message" of their events. Empty: to any.',
    },
  ]),
  ...shownWhen({ measure: ['event'] }, [
    {
      displayName: 'Event Types',
      name: 'goalEvent',
      type: 'string',
      required: true,
      default: '',
      placeholder: 'e.g. order_placed',
      description: 'One or several types, separated by commas; a * at the end stands for any ending',
    },
    { ...CONDITION_ROWS, name: 'goalConditions' },
  ]),
  ...shownWhen({ measure: ['rule'] }, [
    {
      displayName: 'Define By',
      name: 'goalBy',
      type: 'options',
      noDataExpression: true,
      default: 'rules',
      options: [
        { name: 'JSON', value: 'json', description: 'Write the rule' },
        { name: 'Rules', value: 'rules', description: 'Build the rule here, from lists' },
      ],
      description: 'How you say what counts',
    },
  ]),
  ...shownWhen({ measure: ['rule'], goalBy: ['rules'] }, RULE_GROUPS),
  ...shownWhen({ measure: ['rule'], goalBy: ['json'] }, [RULE_JSON]),
  {
    displayName: 'Counting',
    name: 'counting',
    type: 'collection',
    placeholder: 'Add Option',
    default: {},
    options: [
      {
        displayName: 'Acceptable Loss in Percentage Points',
        name: 'acceptableLoss',
        type: 'number',
        typeOptions: { minValue: 0.001, maxValue: 50, numberPrecision: 3 },
        default: 0.1,
        description:
          'How much of the rate may be lost on average if the leader is taken and another was better after all: the smaller, the longer a test runs',
      },
      {
        displayName: 'At Least So Many Contacts in Each Variant',
        name: 'minimumContacts',
        type: 'number',
        typeOptions: { minValue: 1 },
        default: 100,
        description: 'Before that nothing is said of which is better',
      },
      {
        displayName: 'Only Contacts It Was Sent To',
        name: 'sentOnly',
        type: 'boolean',
        default: false,
        description:
          'Whether only contacts count that a message went to since they got their variant (an event such as email_sent, as Contact Store › Message › Confirm records it)',
      },
      {
        displayName: 'Within So Many Days',
        name: 'withinDays',
        type: 'number',
        typeOptions: { minValue: 0, numberPrecision: 2 },
        default: 7,
        description:
          'How long after a contact got its variant a success counts. Without this option: for ever.',
      },
    ],
    description: 'What else decides what counts and when a test has told enough',
  },
];

/** What counts and when it is enough, by the parameters of {@link GOAL_PROPERTIES}. */
export function readGoal(
  parameters: Parameters,
  index: number,
  moment: Pick<ExperimentQuestion, 'now' | 'workflowZone'>,
): Reading<Pick<ResultsRequest, 'question' | 'stopping'>> {
  const goal = readSuccess(parameters, index);
  if (!goal.ok) return goal;
  const counting = parameters.object('counting', index);
  const problems: Problem[] = [];
  const number = (name: string, label: string, fallback: number | null, low: number) => {
    const value = counting[name];
    if (value === undefined || value === '' || value === null) return fallback;
    const read = Number(value);
    if (Number.isFinite(read) && read >= low) return read;
    problems.push({ field: name, message: `${label} is ${quote(value)}; use a number from ${low}.` });
    return fallback;
  };
  const days = number('withinDays', 'Within So Many Days', null, 0);
  const minimumContacts = number(
    'minimumContacts',
    'At Least So Many Contacts',
    USUAL_STOPPING.minimumContacts,
    1,
  );
  const loss = number('acceptableLoss', 'Acceptable Loss', USUAL_STOPPING.acceptableLoss * 100, 0);
  if (problems.length > 0) return { ok: false, problems };
  const message = parameters.text('goalMessage', index).trim();
  const reached: EventFilter = {
    types: engagementTypes('sent'),
    where: message === '' ? [] : [{ property: 'message', op: 'equals', value: message }],
    machine: 'include',
  };
  return {
    ok: true,
    value: {
      question: {
        ...moment,
        ...goal.value,
        withinMs: days === null ? null : Math.round(days * DAY_MS),
        reached: counting.sentOnly === true ? reached : null,
      },
      stopping: {
        minimumContacts: minimumContacts ?? USUAL_STOPPING.minimumContacts,
        acceptableLoss: (loss ?? 0) / 100,
      },
    },
  };
}

function readSuccess(
  parameters: Parameters,
  index: number,
): Reading<{ goal: EventFilter } | { rule: unknown }> {
  if (parameters.value('measure', index) !== 'rule') {
    const filter = readFilter(parameters, index);
    return filter.ok ? { ok: true, value: { goal: filter.value } } : filter;
  }
  const by = parameters.value('goalBy', index) === 'json' ? 'json' : 'groups';
  const written = readWrittenRule(parameters, index, by);
  if (!written.ok) return written;
  const rule = parseWrittenRule(written.value);
  return rule.ok ? { ok: true, value: { rule: written.value.json } } : rule;
}

function readFilter(parameters: Parameters, index: number): Reading<EventFilter> {
  const measure = parameters.value('measure', index);
  if (measure === 'event') {
    const types = readEventTypes(parameters.text('goalEvent', index), 'goalEvent');
    const where = readConditionRows(parameters.rows('goalConditions', 'condition', index), 'goalConditions');
    if (types.ok && where.ok) {
      return { ok: true, value: { types: types.value, where: where.value, machine: 'exclude' } };
    }
    return { ok: false, problems: [types, where].flatMap((own) => (own.ok ? [] : [...own.problems])) };
  }
  const reaction = measure === 'opened' || measure === 'replied' ? measure : 'clicked';
  const message = parameters.text('goalMessage', index).trim();
  return {
    ok: true,
    value: {
      types: REACTIONS[reaction],
      where: message === '' ? [] : [{ property: 'message', op: 'equals', value: message }],
      machine: 'exclude',
    },
  };
}
