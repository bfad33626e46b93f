import {
  NodeOperationError,
  type IExecuteFunctions,
  type ILoadOptionsFunctions,
  type INodeExecutionData,
  type INodeListSearchResult,
  type INodeType,
  type INodeTypeDescription,
  type ITriggerFunctions,
  type ITriggerResponse,
} from 'n8n-workflow';
import { watchWait } from '../../src/app/watch-wait';
import { startExecution } from '../execution/deliver';
import { searchContactDates, searchContacts } from '../execution/list-search';
import { openContactStore, toNodeError } from '../execution/open-contact-store';
import { subscriptionKeyOf } from '../execution/subscription';
import { DESCRIPTION } from './description';
import { holdExecution } from './hold';
import { parkItems } from './park';
import { passAtOnce } from './pass-at-once';

/**
 * Has both `execute`, which parks what comes in, and `trigger`, which n8n calls at publication because the method
 * is there: what it emits starts an execution at this very node, whose `execute` then lets it through.
 */
export class WaitUntilDate implements INodeType {
  description: INodeTypeDescription = DESCRIPTION;

  methods = {
    listSearch: {
      searchContacts,
      async searchDateProperties(
        this: ILoadOptionsFunctions,
        filter?: string,
      ): Promise<INodeListSearchResult> {
        return await searchContactDates.call(this, filter);
      },
    },
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    const mode = this.getMode();
    if (mode === 'manual' || mode === 'evaluation' || mode === 'chat') return await passAtOnce(this);
    if (this.getNodeParameter('mode', 0) === 'hold') return await holdExecution(this);
    if (!this.getWorkflow().active) {
      throw new NodeOperationError(
        this.getNode(),
        'This workflow is not published, so nothing would ever wake the contacts that wait here.',
        {
          description:
            'Publish the workflow, then run it again. In a test run from the editor the wait is passed at once.',
        },
      );
    }
    return await parkItems(this);
  }

  async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
    if (this.getMode() === 'manual' || this.getNodeParameter('mode') === 'hold') return {};
    const open = await openContactStore(this);
    try {
      const stop = await watchWait(open, subscriptionKeyOf(this, 'wait'), {
        batchSize: Number(this.getNodeParameter('options.batchSize', 100)),
        maxInFlight: Number(this.getNodeParameter('options.maxInFlight', 1)),
        deliver: (items, claim) =>
          startExecution(
            this,
            items.map((json) => ({ json })),
            claim,
          ),
        report: (error) =>
          this.logger.error(`Wait Until Date: ${error instanceof Error ? error.message : String(error)}`),
      });
      return { closeFunction: async () => stop() };
    } catch (error) {
      throw toNodeError(this.getNode(), error);
    }
  }
}
