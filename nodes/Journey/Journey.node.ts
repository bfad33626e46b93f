import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type ITriggerFunctions,
  type ITriggerResponse,
} from 'n8n-workflow';
import { publishJourney } from '../../src/app/journeys/publish-journey';
import { readJourneyName } from '../../src/app/journeys/save-journey';
import {
  loadSegments,
  RULE_LIST_SEARCH,
  RULE_LOAD_OPTIONS,
  searchContacts,
  searchJourneys,
} from '../execution/list-search';
import { locatorText } from '../execution/locator-text';
import { CREDENTIAL, CREDENTIAL_SHOWN, openContactStore, toNodeError } from '../execution/open-contact-store';
import { failAll } from '../execution/run';
import { publishedDefinition } from './published-definition';
import { PROPERTIES } from './properties';
import { travel } from './travel';
import { workflowOf } from './workflow-of-node';

/** `trigger` starts nothing: n8n calls it at publication, which is when an edited journey and its steps are noted. */
export class Journey implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Journey',
    name: 'journey',
    icon: { light: 'file:journey.svg', dark: 'file:journey.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle:
      '={{ $parameter["operation"] + ": " + ($parameter["journey"]?.value || $parameter["journey"] || "no name yet") }}',
    description: 'Lets contacts into a journey, and lets go at once of who reaches its goal',
    defaults: { name: 'Journey' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
    outputNames: ['Continue', 'Left'],
    credentials: [{ name: CREDENTIAL, required: true, displayOptions: CREDENTIAL_SHOWN }],
    properties: PROPERTIES,
  };

  methods = {
    listSearch: { searchContacts, searchJourneys, ...RULE_LIST_SEARCH },
    loadOptions: { ...RULE_LOAD_OPTIONS, loadSegments },
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    try {
      return await travel(this, workflowOf(this));
    } catch (error) {
      // Who could not enter is not in the journey.
      return [[], failAll(this, error)];
    }
  }

  async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
    if (this.getMode() === 'manual' || this.getNodeParameter('operation') !== 'enter') return {};
    const name = readJourneyName(locatorText(this.getNode().parameters.journey));
    if (!name.ok || name.value.startsWith('=')) return {};
    const { store, clock } = await openContactStore(this);
    const definition = publishedDefinition(this);
    const published = {
      name: name.value,
      definition: definition?.ok ? definition.value : null,
      zone: this.getTimezone(),
      workflow: workflowOf(this),
    };
    try {
      const refused = await publishJourney(store, published, clock.now());
      // What is saved stays in force, and the next entry fails with the same words: publishing is not held up by it.
      for (const { message } of definition?.ok === false ? definition.problems : refused) {
        this.logger.warn(`The journey ${name.value} keeps its goal and rules: ${message}`);
      }
      return {};
    } catch (error) {
      throw toNodeError(this.getNode(), error);
    }
  }
}
