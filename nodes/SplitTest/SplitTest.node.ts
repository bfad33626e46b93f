import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';
import {
  RULE_LIST_SEARCH,
  RULE_LOAD_OPTIONS,
  searchContacts,
  searchExperiments,
} from '../execution/list-search';
import { CREDENTIAL, CREDENTIAL_SHOWN } from '../execution/open-contact-store';
import { failAll } from '../execution/run';
import { OUTPUTS, split } from './outputs';
import { PROPERTIES } from './properties';
import { splitItems } from './split-items';

export class SplitTest implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Split Test',
    name: 'splitTest',
    icon: { light: 'file:splitTest.svg', dark: 'file:splitTest.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle:
      '={{ ($parameter["operation"] === "takeWinner" ? "winner of " : "") + ($parameter["experiment"]?.value || $parameter["experiment"] || "no name yet") }}',
    description:
      'Tries variants on contacts, each the same one for ever, tells which does best and gives it to the rest',
    defaults: { name: 'Split Test' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: OUTPUTS,
    credentials: [{ name: CREDENTIAL, required: true, displayOptions: CREDENTIAL_SHOWN }],
    properties: PROPERTIES,
  };

  methods = {
    listSearch: { searchContacts, searchExperiments, ...RULE_LIST_SEARCH },
    loadOptions: RULE_LOAD_OPTIONS,
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    try {
      return await splitItems(this);
    } catch (error) {
      const failed = failAll(this, error);
      const { variant = [] } = this.getNodeParameter('variants', 0, {}) as { variant?: unknown[] };
      const isWinner = this.getNodeParameter('operation', 0) === 'takeWinner';
      // Who could not be split gets nothing.
      return split(failed, new Map(), variant.length, isWinner);
    }
  }
}
