import type { INodeProperties } from 'n8n-workflow';
import { RULE_KINDS } from './rule-kinds';

/** Rules in groups, one level deep: how the groups go together, and the groups with their rules. */
export const RULE_GROUPS: readonly INodeProperties[] = [
  {
    displayName: 'Combine Groups',
    name: 'combine',
    type: 'options',
    noDataExpression: true,
    default: 'all',
    options: [
      { name: 'All', value: 'all', description: 'Every group must hold' },
      { name: 'Any', value: 'any', description: 'One group that holds is enough' },
    ],
    description: 'How several groups go together',
  },
  {
    displayName: 'Groups of Rules',
    name: 'groups',
    type: 'fixedCollection',
    typeOptions: { multipleValues: true, multipleValueButtonText: 'Add Group' },
    default: { group: [{ match: 'all', rules: {} }] },
    placeholder: 'Add Group',
    description: 'Which contacts are meant; each group holds rules about them',
    options: [
      {
        displayName: 'Group',
        name: 'group',
        values: [
          {
            displayName: 'Match',
            name: 'match',
            type: 'options',
            noDataExpression: true,
            default: 'all',
            options: [
              { name: 'All of These', value: 'all', description: 'Every rule of the group holds' },
              { name: 'Any of These', value: 'any', description: 'At least one rule of the group holds' },
              { name: 'None of These', value: 'none', description: 'No rule of the group holds' },
            ],
            description: 'How many rules of the group must hold',
          },
          {
            displayName: 'Rules',
            name: 'rules',
            type: 'fixedCollection',
            typeOptions: {
              multipleValues: true,
              hideOptionalFields: true,
              addOptionalFieldButtonText: 'Add Detail',
            },
            default: {},
            placeholder: 'Add Rule',
            description: 'What is asked of each contact',
            options: [...RULE_KINDS],
          },
        ],
      },
    ],
  },
];

/** The rule as JSON, for what the groups cannot say. */
export const RULE_JSON: INodeProperties = {
  displayName: 'Rule (JSON)',
  name: 'ruleJson',
  type: 'json',
  default: '{\n  "all": [\n    { "property": "plan", "op": "equals", "value": "pro" }\n  ]\n}',
  typeOptions: { rows: 8 },
  description:
    'A rule of any depth, with sequences of events too. The page of this node in the documentation has the whole language.',
};
