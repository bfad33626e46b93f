import {
  NodeConnectionTypes,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
} from 'n8n-workflow';
import { CREDENTIAL_SHOWN, STORE_PROPERTY } from '../execution/open-contact-store';
import { failAll, Run } from '../execution/run';
import { METHODS } from './methods';
import { chosenOperation, parametersOf } from './registry';
import { RESOURCES } from './resources';

export class ContactStore implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Contact Store',
    name: 'contactStore',
    icon: { light: 'file:contactStore.svg', dark: 'file:contactStore.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ $parameter["operation"] + ": " + $parameter["resource"] }}',
    description: 'Keep contacts with their events, consents, lists and tags in your own database',
    defaults: { name: 'Contact Store' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main],
    credentials: [
      {
        name: 'contactStoreApi',
        required: true,
        testedBy: 'testContactStore',
        displayOptions: CREDENTIAL_SHOWN,
      },
    ],
    properties: [...parametersOf(RESOURCES), STORE_PROPERTY],
  };

  methods = METHODS;

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const resource = this.getNodeParameter('resource', 0);
    const operation = this.getNodeParameter('operation', 0);
    try {
      const run = await Run.begin(this);
      await chosenOperation(RESOURCES, resource, operation).execute(run);
      return [run.finish()];
    } catch (error) {
      return [failAll(this, error)];
    }
  }
}
