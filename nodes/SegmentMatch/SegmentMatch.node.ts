import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';
import { RULE_LIST_SEARCH, RULE_LOAD_OPTIONS, searchContacts } from '../execution/list-search';
import { CREDENTIAL, CREDENTIAL_SHOWN } from '../execution/open-contact-store';
import { failAll } from '../execution/run';
import { matchItems } from './match';
import { PROPERTIES } from './properties';

export class SegmentMatch implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Segment Match',
    name: 'segmentMatch',
    icon: { light: 'file:segmentMatch.svg', dark: 'file:segmentMatch.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle:
      '={{ { segment: "in: " + ($parameter["segment"]?.value || $parameter["segment"] || "not chosen"), rules: "by rules", json: "by JSON" }[$parameter["defineBy"]] }}',
    description: 'Tells contacts who fit a segment or rules from those who do not, and says why',
    defaults: { name: 'Segment Match' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
    outputNames: ['Match', 'No Match'],
    credentials: [{ name: CREDENTIAL, required: true, displayOptions: CREDENTIAL_SHOWN }],
    properties: PROPERTIES,
  };

  methods = {
    listSearch: { searchContacts, ...RULE_LIST_SEARCH },
    loadOptions: RULE_LOAD_OPTIONS,
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    try {
      return await matchItems(this);
    } catch (error) {
      // Who could not be judged did not match.
      return [[], failAll(this, error)];
    }
  }
}
