import type { INodeProperties } from 'n8n-workflow';
import {
  surveyTotals,
  type GroupTotals,
  type TotalsRequest,
} from '../../../../src/app/surveys/survey-totals';
import type { JsonObject } from '../../../../src/domain/json';
import { BANDS, bandRange, bandWord, scaleName, type ScaleKind } from '../../../../src/domain/nps/scale';
import type { Problem, Reading } from '../../../../src/domain/problem';
import type { Run } from '../../../execution/run';
import { shownWhen } from '../../../execution/shown-when';
import { readScale, readSurveyName, SCALE_PROPERTIES, surveyLocator } from '../../../execution/survey-scale';
import type { Operation } from '../../operation';
import { readMoment } from '../../read-values';
import { oneByOne } from '../segment/one-by-one';

const GROUPS = ['none', 'day', 'week', 'month', 'quarter', 'year', 'segment'] as const;

const PROPERTIES: readonly INodeProperties[] = [
  surveyLocator('The survey whose answers to count', { mode: 'list', value: '' }),
  ...SCALE_PROPERTIES,
  {
    displayName: 'Count',
    name: 'counted',
    type: 'options',
    noDataExpression: true,
    default: 'latest',
    options: [
      { name: 'Every Answer', value: 'every', description: 'Who answers often counts often' },
      {
        name: 'The Latest of Each Contact',
        value: 'latest',
        description: 'Everybody counts once in each group',
      },
    ],
    description: 'Which answers of a contact count',
  },
  {
    displayName: 'Group By',
    name: 'groupBy',
    type: 'options',
    noDataExpression: true,
    default: 'none',
    options: [
      { name: 'Day', value: 'day' },
      { name: 'Month', value: 'month' },
      { name: 'Nothing', value: 'none', description: 'One item with the totals of all answers' },
      { name: 'Quarter', value: 'quarter' },
      { name: 'Segment', value: 'segment', description: 'By the segments that contacts are in right now' },
      { name: 'Week', value: 'week', description: 'From Monday to Sunday' },
      { name: 'Year', value: 'year' },
    ],
    description: "Gives an item for each group; periods go by the calendar of the contact's time zone",
  },
  ...shownWhen({ groupBy: ['segment'] }, [
    {
      displayName: 'Segment Names or IDs',
      name: 'surveySegments',
      type: 'multiOptions',
      typeOptions: { loadOptionsMethod: 'loadSegments' },
      default: [],
      description:
        'The segments to compare; none chosen: all of them. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
    },
  ]),
  {
    displayName: 'Filters',
    name: 'surveyFilters',
    type: 'collection',
    placeholder: 'Add Filter',
    default: {},
    options: [
      {
        displayName: 'Before',
        name: 'before',
        type: 'dateTime',
        default: '',
        description: 'Only answers given before this moment',
      },
      {
        displayName: 'From',
        name: 'from',
        type: 'dateTime',
        default: '',
        description: 'Only answers given at this moment or later',
      },
      {
        displayName: 'Segment Names or IDs',
        name: 'inSegments',
        type: 'multiOptions',
        typeOptions: { loadOptionsMethod: 'loadSegments' },
        default: [],
        description:
          'Only answers of contacts that are in one of these segments right now. Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>.',
      },
    ],
    description: 'Which answers to count; without a filter all of them',
  },
];

export const getTotals: Operation = {
  value: 'getTotals',
  name: 'Get Totals',
  action: 'Get the totals of a survey',
  description:
    'Gives how many answered what, the score with its margin of error, and whether it says anything yet',
  properties: PROPERTIES,
  async execute(run) {
    const moment = { now: run.now, workflowZone: run.context.getTimezone() };
    const read = run.read((index) => readRequest(run, index));
    await oneByOne(run, read, async (request) => {
      const result = await surveyTotals(run.store, request, moment);
      if (result.outcome === 'refused') return result;
      return { items: result.groups.map((group) => ({ totals: toForm(request, group) })) };
    });
  },
};

function readRequest(run: Run, index: number): Reading<TotalsRequest> {
  const { parameters } = run;
  const zone = run.context.getTimezone();
  const filters = parameters.object('surveyFilters', index);
  const problems: Problem[] = [];
  const take = <T>(reading: Reading<T>): T | null => {
    if (reading.ok) return reading.value;
    problems.push(...reading.problems);
    return null;
  };
  const survey = take(readSurveyName(parameters.value('survey', index)));
  const scale = take(readScale(parameters, index));
  const from = take(readMoment(filters.from, 'from', zone));
  const before = take(readMoment(filters.before, 'before', zone));
  if (problems.length > 0 || survey === null || scale === null) return { ok: false, problems };
  const groupBy = GROUPS.find((group) => group === parameters.value('groupBy', index)) ?? 'none';
  const counted = parameters.value('counted', index) === 'every' ? 'every' : 'latest';
  const chosen = parameters.value('surveySegments', index);
  const segments = groupBy === 'segment' && Array.isArray(chosen) ? chosen.map(String) : [];
  const inSegments = Array.isArray(filters.inSegments) ? filters.inSegments.map(String) : [];
  return { ok: true, value: { survey, scale, from, before, counted, groupBy, segments, inSegments } };
}

const MEASURES: Readonly<Record<ScaleKind, string>> = {
  nps: 'promoters minus detractors, in percentage points',
  csat: 'percentage that is satisfied',
  ces: 'mean score',
  own: 'percentage that is satisfied',
};

/** The totals of a group as they travel: figures unrounded, `from` and `to` the ends of the 95 % interval. */
function toForm({ survey, scale, groupBy }: TotalsRequest, group: GroupTotals): JsonObject {
  const { answers, bands, score, mean, warnings } = group.totals;
  const counted = BANDS.filter((band) => bandRange(band, scale) !== null);
  const isGrouped = groupBy !== 'none';
  return {
    survey,
    scale: scaleName(scale),
    ...(isGrouped ? { [groupBy === 'segment' ? 'segment' : 'period']: group.group } : {}),
    answers,
    counts: Object.fromEntries(counted.map((band) => [bandWord(band, scale), bands[band]])),
    measure: MEASURES[scale.kind],
    score: score?.value ?? null,
    margin: score?.margin ?? null,
    from: score?.from ?? null,
    to: score?.to ?? null,
    mean: mean?.value ?? null,
    lastAnswerAt: group.lastAnswerAt === null ? null : new Date(group.lastAnswerAt).toISOString(),
    leftOut: { ...group.leftOut },
    warnings: [...warnings],
  };
}
