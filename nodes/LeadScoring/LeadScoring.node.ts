import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';
import { RULE_LIST_SEARCH, RULE_LOAD_OPTIONS, searchContacts, searchScores } from '../execution/list-search';
import { CREDENTIAL, CREDENTIAL_SHOWN } from '../execution/open-contact-store';
import { failAll } from '../execution/run';
import { gradeNames, OUTPUTS, split } from './outputs';
import { PROPERTIES } from './properties';
import { scoreItems } from './score-items';

export class LeadScoring implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Lead Scoring',
    name: 'leadScoring',
    icon: { light: 'file:leadScoring.svg', dark: 'file:leadScoring.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["model"]?.value || $parameter["model"] || "no model" }}',
    description: 'Gives contacts points for what they do and who they are, and a grade, and says why',
    defaults: { name: 'Lead Scoring' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: OUTPUTS,
    credentials: [{ name: CREDENTIAL, required: true, displayOptions: CREDENTIAL_SHOWN }],
    properties: PROPERTIES,
  };

  methods = {
    listSearch: { searchContacts, searchScores, ...RULE_LIST_SEARCH },
    loadOptions: RULE_LOAD_OPTIONS,
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const grades = branchesOf(this);
    try {
      return await scoreItems(this, grades);
    } catch (error) {
      // Who could not be scored has no grade.
      return split(failAll(this, error), grades, new Map());
    }
  }
}

/** The grades that have an output each, in the order of `OUTPUTS`; null where there is one for all. */
function branchesOf(context: IExecuteFunctions): readonly string[] | null {
  const isBranching =
    context.getNodeParameter('defineBy', 0) === 'rules' &&
    context.getNodeParameter('gradeBy', 0) !== 'none' &&
    context.getNodeParameter('branch', 0, false) === true;
  return isBranching ? gradeNames(context.getNode().parameters) : null;
}
