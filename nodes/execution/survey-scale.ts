import type { INodeProperties } from 'n8n-workflow';
import { ownScale, SCALES, type Scale } from '../../src/domain/nps/scale';
import { readWord } from '../../src/domain/nps/survey-answer';
import { quote, type Problem, type Reading } from '../../src/domain/problem';
import { locatorText } from './locator-text';
import { nameLocator } from './name-locator';
import type { Parameters } from './parameters';
import { shownWhen } from './shown-when';

/** The parameter `survey`: one whose answers are in the store, or a name. */
export function surveyLocator(
  description: string,
  initial: { readonly mode: 'list' | 'name'; readonly value: string },
): INodeProperties {
  return {
    ...nameLocator({
      displayName: 'Survey',
      name: 'survey',
      searchListMethod: 'searchSurveys',
      placeholder: 'e.g. nps-2026',
      description,
      initial,
    }),
    required: true,
  };
}

/** The name that the parameter of {@link surveyLocator} holds. */
export function readSurveyName(locator: unknown): Reading<string> {
  const name = readWord(locatorText(locator));
  if (name !== null) return { ok: true, value: name };
  const message = 'The survey has no name; give it one, such as nps, that all its answers share.';
  return { ok: false, problems: [{ field: 'survey', message }] };
}

/** The parameters that say on which scale people answer. */
export const SCALE_PROPERTIES: readonly INodeProperties[] = [
  {
    displayName: 'Scale',
    name: 'scale',
    type: 'options',
    noDataExpression: true,
    default: 'nps',
    options: [
      {
        name: 'Customer Effort (CES), 1 to 7',
        value: 'ces',
        description: 'How easy it was: 5 to 7 easy, 4 neutral, 1 to 3 difficult',
      },
      {
        name: 'Customer Satisfaction (CSAT), 1 to 5',
        value: 'csat',
        description: '4 and 5 satisfied, 3 neutral, 1 and 2 dissatisfied',
      },
      {
        name: 'Net Promoter Score (NPS), 0 to 10',
        value: 'nps',
        description: '9 and 10 promoters, 7 and 8 passives, 0 to 6 detractors',
      },
      {
        name: 'Your Own',
        value: 'own',
        description: 'Whole numbers between two ends, satisfied from a limit that you set',
      },
    ],
    description: 'What people could answer',
  },
  ...shownWhen({ scale: ['own'] }, [
    {
      displayName: 'Lowest Score',
      name: 'lowest',
      type: 'number',
      typeOptions: { minValue: 0, maxValue: 99 },
      default: 0,
      description: 'The lowest number that people can answer',
    },
    {
      displayName: 'Highest Score',
      name: 'highest',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 100 },
      default: 10,
      description: 'The highest number that people can answer',
    },
    {
      displayName: 'Satisfied From',
      name: 'satisfiedFrom',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 100 },
      default: 7,
      description: 'Who answers this or more is satisfied',
    },
    {
      displayName: 'Neutral From',
      name: 'neutralFrom',
      type: 'string',
      default: '',
      placeholder: 'e.g. 5',
      description:
        'Who answers this or more, but less than Satisfied From, is neutral. Empty: nobody is; everybody else is dissatisfied.',
    },
  ]),
];

/** The scale that the parameters of {@link SCALE_PROPERTIES} describe. */
export function readScale(parameters: Parameters, index: number): Reading<Scale> {
  const kind = parameters.value('scale', index);
  if (kind === 'nps' || kind === 'csat' || kind === 'ces') return { ok: true, value: SCALES[kind] };
  const problems: Problem[] = [];
  const take = (name: string, title: string): number => {
    const value = parameters.value(name, index);
    const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value);
    if (!Number.isFinite(number) || value === null) {
      problems.push({
        field: name,
        message: `${title} is ${quote(value ?? '')}; it must be a whole number.`,
      });
    }
    return number;
  };
  const lowest = take('lowest', 'Lowest Score');
  const highest = take('highest', 'Highest Score');
  const satisfiedFrom = take('satisfiedFrom', 'Satisfied From');
  const neutralFrom =
    parameters.text('neutralFrom', index).trim() === '' ? null : take('neutralFrom', 'Neutral From');
  if (problems.length > 0) return { ok: false, problems };
  return ownScale({ lowest, highest, satisfiedFrom, neutralFrom });
}
