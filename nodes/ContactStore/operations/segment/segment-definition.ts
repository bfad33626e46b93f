import type { INodeProperties } from 'n8n-workflow';
import type { SegmentRequest } from '../../../../src/app/segments/read-definition';
import type { Problem, Reading } from '../../../../src/domain/problem';
import { parseWrittenRule, readWrittenRule } from '../../../execution/rule-decoding';
import { inWords, type RulePlaces } from '../../../execution/rule-places';
import { RULE_GROUPS, RULE_JSON } from '../../../execution/rule-properties';
import type { Run } from '../../../execution/run';
import { shownWhen } from '../../../execution/shown-when';

/** A definition as the user filled it in, with what the panel calls its parts. */
export interface WrittenDefinition {
  readonly request: Omit<SegmentRequest, 'name'>;
  readonly places: RulePlaces;
}

/** The parameters by which a user says who belongs to a segment. */
export const DEFINITION_PROPERTIES: readonly INodeProperties[] = [
  {
    displayName: 'Define By',
    name: 'defineBy',
    type: 'options',
    noDataExpression: true,
    default: 'rules',
    options: [
      { name: 'JSON', value: 'json', description: 'Write the rule; of any depth, with sequences of events' },
      { name: 'Rules', value: 'rules', description: 'Build the rule here, from lists' },
    ],
    description: 'How you say who belongs to the segment',
  },
  ...shownWhen({ defineBy: ['rules'] }, RULE_GROUPS),
  ...shownWhen({ defineBy: ['json'] }, [RULE_JSON]),
];

/** The options of {@link DEFINITION_PROPERTIES}. */
export const DEFINITION_OPTIONS: INodeProperties = {
  displayName: 'Options',
  name: 'segmentOptions',
  type: 'collection',
  placeholder: 'Add Option',
  default: {},
  options: [
    {
      displayName: 'Time Zone of Contacts Without One',
      name: 'zone',
      type: 'string',
      default: '',
      placeholder: 'e.g. Europe/Berlin',
      description:
        "In which zone calendar days count for contacts whose own is unknown. Empty: the workflow's time zone.",
    },
  ],
  description: 'What else decides who belongs to the segment',
};

/** Reads the rule and the zone of an item, by the parameters of {@link DEFINITION_PROPERTIES}. */
export function readDefinitionOf(run: Run, index: number): Reading<WrittenDefinition> {
  const { parameters } = run;
  const written = readWrittenRule(
    parameters,
    index,
    parameters.value('defineBy', index) === 'json' ? 'json' : 'groups',
  );
  if (!written.ok) return written;
  // Refused here, so that nothing is saved of a batch that holds a rule which cannot be.
  const rule = parseWrittenRule(written.value);
  if (!rule.ok) return rule;
  const { zone } = parameters.object('segmentOptions', index);
  const own = typeof zone === 'string' ? zone.trim() : '';
  return {
    ok: true,
    value: {
      request: { rule: written.value.json, zone: own === '' ? run.context.getTimezone() : own },
      places: written.value.places,
    },
  };
}

/** Problems of a definition, told by what the panel calls their places; those of its name and zone are told as they are. */
export function definitionProblems(problems: readonly Problem[], places: RulePlaces): Problem[] {
  return problems.map((problem) => (problem.field.startsWith('rule') ? inWords(problem, places) : problem));
}
