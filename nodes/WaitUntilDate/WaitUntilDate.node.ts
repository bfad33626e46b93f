import {
  NodeConnectionTypes,
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
import { isWoken } from '../execution/is-woken';
import { searchContactDates, searchContacts, searchSegments } from '../execution/list-search';
import { CREDENTIAL, CREDENTIAL_SHOWN, openContactStore, toNodeError } from '../execution/open-contact-store';
import { failAll } from '../execution/run';
import { subscriptionKeyOf } from '../execution/subscription';
import { PROPERTIES } from './properties';
import { holdExecution } from './hold';
import { parkItems } from './park';
import { passAtOnce } from './pass-at-once';
import { segmentsNamed } from './wait-parameters';

/**
 * Has both `execute`, which parks what comes in, and `trigger`, which n8n calls at publication because the method
 * is there: what it emits starts an execution at this very node, whose `execute` then lets it through.
 */
export class WaitUntilDate implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Wait Until Date',
    name: 'waitUntilDate',
    icon: { light: 'file:waitUntilDate.svg', dark: 'file:waitUntilDate.dark.svg' },
    group: ['transform'],
    version: 1,
    subtitle:
      '={{ { period: ($parameter["amount"] ?? "") + " " + ($parameter["amount"] === 1 ? ($parameter["unit"] ?? "").slice(0, -1) : ($parameter["unit"] ?? "")), date: "a date", contactDate: "contact: " + ($parameter["property"]?.value || $parameter["property"] || "date"), anniversary: "every " + ($parameter["property"]?.value || $parameter["property"] || "anniversary"), weekday: "next weekday " + ($parameter["weekdayTime"] ?? "") }[$parameter["until"]] }}',
    description: 'Lets each contact wait until its own moment, by its own clock, and wakes it there',
    defaults: { name: 'Wait Until Date' },
    usableAsTool: true,
    inputs: [NodeConnectionTypes.Main],
    outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main, NodeConnectionTypes.Main],
    outputNames: ['Due', 'Left Early', 'Missed'],
    credentials: [{ name: CREDENTIAL, required: true, displayOptions: CREDENTIAL_SHOWN }],
    hints: [
      {
        message:
          'After this wait, $("Earlier Node") is empty: contacts come back in a new execution with what their item carries.',
        type: 'info',
        location: 'outputPane',
        whenToDisplay: 'beforeExecution',
        displayCondition: '={{ $parameter["mode"] === "park" }}',
      },
    ],
    properties: PROPERTIES,
  };

  methods = {
    listSearch: {
      searchContacts,
      searchSegments,
      async searchDateProperties(
        this: ILoadOptionsFunctions,
        filter?: string,
      ): Promise<INodeListSearchResult> {
        return await searchContactDates.call(this, filter);
      },
    },
  };

  async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
    try {
      return await wait(this);
    } catch (error) {
      return [failAll(this, error), [], []];
    }
  }

  async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
    if (this.getMode() === 'manual' || this.getNodeParameter('mode') === 'hold') return {};
    const open = await openContactStore(this);
    try {
      const stop = await watchWait(open, subscriptionKeyOf(this, 'wait'), {
        segments: segmentsNamed(this.getNode().parameters),
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

async function wait(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const mode = context.getMode();
  if (mode === 'manual' || mode === 'evaluation' || mode === 'chat') return await passAtOnce(context);
  if (context.getNodeParameter('mode', 0) === 'hold') return await holdExecution(context);
  if (!(await isWoken(context))) {
    throw new NodeOperationError(
      context.getNode(),
      'This workflow is not published, so nothing would ever wake the contacts that wait here.',
      {
        description:
          'Publish the workflow, then run it again. In a test run from the editor the wait is passed at once.',
      },
    );
  }
  return await parkItems(context);
}
