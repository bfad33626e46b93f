import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';
import { searchContacts, searchNames } from '../execution/list-search';
import { CREDENTIAL, CREDENTIAL_SHOWN } from '../execution/open-contact-store';
import { failAll } from '../execution/run';
import { branchItems } from './branch';
import { OUTPUTS } from './outputs';
import { PROPERTIES } from './properties';

export class NpsBranch implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'NPS Branch',
    name: 'npsBranch',
    icon: { light: 'file:npsBranch.svg', dark: 'file:npsBranch.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle:
      '={{ { nps: "NPS", csat: "CSAT", ces: "CES", own: "own scale" }[$parameter["scale"]] + ": " + ($parameter["survey"]?.value || $parameter["survey"] || "no survey") }}',
    description: 'Branches by what contacts answer to a survey, and keeps their answers',
    defaults: { name: 'NPS Branch' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: OUTPUTS,
    credentials: [{ name: CREDENTIAL, required: true, displayOptions: CREDENTIAL_SHOWN }],
    properties: PROPERTIES,
  };

  methods = {
    listSearch: { searchContacts, searchSurveys: searchNames('survey') },
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    try {
      return await branchItems(this);
    } catch (error) {
      return [[], [], [], failAll(this, error)];
    }
  }
}
