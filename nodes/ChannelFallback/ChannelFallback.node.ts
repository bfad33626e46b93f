import {
  NodeConnectionTypes,
  NodeOperationError,
  type IExecuteFunctions,
  type INodeExecutionData,
  type INodeType,
  type INodeTypeDescription,
  type ITriggerFunctions,
  type ITriggerResponse,
} from 'n8n-workflow';
import { watchWait } from '../../src/app/watch-wait';
import { startExecution } from '../execution/deliver';
import { isWoken } from '../execution/is-woken';
import { searchContacts } from '../execution/list-search';
import { CREDENTIAL, CREDENTIAL_SHOWN, openContactStore, toNodeError } from '../execution/open-contact-store';
import { failAll } from '../execution/run';
import { subscriptionKeyOf } from '../execution/subscription';
import { countChannels } from './channel-parameters';
import { chooseChannels } from './choose';
import { OUTPUTS } from './outputs';
import { PROPERTIES } from './properties';

/** Has both `execute` and `trigger`, as Wait Until Date does: whom it holds comes back to its own `execute`. */
export class ChannelFallback implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Channel Fallback',
    name: 'channelFallback',
    icon: { light: 'file:channelFallback.svg', dark: 'file:channelFallback.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle: '={{ ($parameter["message"] || "no message") + ", " + $parameter["purpose"] }}',
    description: 'Sends each contact on over the first channel that may reach it, and claims the message',
    defaults: { name: 'Channel Fallback' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: OUTPUTS,
    credentials: [{ name: CREDENTIAL, required: true, displayOptions: CREDENTIAL_SHOWN }],
    hints: [
      {
        message:
          'This node sends nothing itself. After what sends, put Contact Store › Message › Confirm, and Fail on its error output; without them a message is uncertain and its channel is not tried again.',
        type: 'info',
        location: 'outputPane',
        whenToDisplay: 'beforeExecution',
      },
    ],
    properties: PROPERTIES,
  };

  methods = { listSearch: { searchContacts } };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    try {
      return await choose(this);
    } catch (error) {
      const outputs: INodeExecutionData[][] = Array.from(
        { length: countChannels(this.getNode().parameters) + 1 },
        () => [],
      );
      return [...outputs, failAll(this, error)];
    }
  }

  /** Wakes whom this node holds, also where it holds nobody new any more. */
  async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
    if (this.getMode() === 'manual') return {};
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
          this.logger.error(`Channel Fallback: ${error instanceof Error ? error.message : String(error)}`),
      });
      return { closeFunction: async () => stop() };
    } catch (error) {
      throw toNodeError(this.getNode(), error);
    }
  }
}

async function choose(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const mode = context.getMode();
  if (mode === 'manual' || mode === 'evaluation' || mode === 'chat') {
    return await chooseChannels(context, { isTest: true });
  }
  if (context.getNodeParameter('whenBlocked', 0) === 'hold' && !(await isWoken(context))) {
    throw new NodeOperationError(
      context.getNode(),
      'This workflow is not published, so nothing would ever wake the contacts that are held here.',
      {
        description:
          'Publish the workflow, or let blocked contacts be skipped. In a test run from the editor nobody is held.',
      },
    );
  }
  return await chooseChannels(context, { isTest: false });
}
