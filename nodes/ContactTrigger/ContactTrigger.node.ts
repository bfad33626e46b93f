import {
  NodeConnectionTypes,
  NodeOperationError,
  type ILoadOptionsFunctions,
  type INodeListSearchResult,
  type INodeType,
  type INodeTypeDescription,
  type ITriggerFunctions,
  type ITriggerResponse,
} from 'n8n-workflow';
import { latestContactChange, watchContacts } from '../../src/app/watch-contacts';
import type { Watch } from './watch-parameters';
import { startExecution } from '../execution/deliver';
import {
  loadJourneys,
  loadNames,
  loadScores,
  loadSegments,
  searchContactDates,
  searchNames,
} from '../execution/list-search';
import { CREDENTIAL, CREDENTIAL_SHOWN, openContactStore, toNodeError } from '../execution/open-contact-store';
import { subscriptionKeyOf } from '../execution/subscription';
import { PROPERTIES } from './properties';
import { readWatch } from './watch-parameters';

export class ContactTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'Contact Trigger',
    name: 'contactTrigger',
    icon: { light: 'file:contactTrigger.svg', dark: 'file:contactTrigger.dark.svg' },
    group: ['trigger'],
    version: 1,
    subtitle:
      '={{ { event_recorded: "event: " + ($parameter["eventType"]?.value || $parameter["eventType"] || "not chosen"), contact_created: "contact created", contact_updated: "contact updated", stage_changed: "stage changed", tag_changed: "tag " + ($parameter["tagAction"] || "changed"), list_changed: "list " + ($parameter["listAction"] || "changed"), consent_changed: "consent changed", segment_entered: "entered: " + ([$parameter["segments"]].flat().join(", ") || "not chosen"), segment_left: "left: " + ([$parameter["segments"]].flat().join(", ") || "not chosen"), score_crossed: "score: " + ([$parameter["models"]].flat().join(", ") || "any model"), journey_entered: "entered: " + ([$parameter["journeys"]].flat().join(", ") || "any journey"), journey_completed: "goal of: " + ([$parameter["journeys"]].flat().join(", ") || "any journey"), journey_left: "left: " + ([$parameter["journeys"]].flat().join(", ") || "any journey"), date_reached: "date: " + ($parameter["dateProperty"]?.value || $parameter["dateProperty"] || "") }[$parameter["on"]] }}',
    description: 'Starts the workflow when something happens to contacts of the contact store',
    defaults: { name: 'Contact Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    credentials: [{ name: CREDENTIAL, required: true, displayOptions: CREDENTIAL_SHOWN }],
    triggerPanel: {
      header: '',
      executionsHelp: {
        inactive:
          '<b>While building</b>, press the button to get the latest thing in the store that fits, and use it for the rest of the workflow. <br /><br /> <b>Once you publish</b>, everything that happens from then on starts executions, up to 100 contacts in each.',
        active:
          '<b>While building</b>, press the button to get the latest thing in the store that fits. <br /><br /> <b>The workflow is published</b>: what happens starts executions by itself. You find them in the executions list.',
      },
      activationHint:
        'Publish the workflow to have it started by what happens from then on. What happened before is not looked at.',
    },
    properties: PROPERTIES,
  };

  methods = {
    listSearch: {
      searchEventTypes: searchNames('event'),
      async searchDateProperties(
        this: ILoadOptionsFunctions,
        filter?: string,
      ): Promise<INodeListSearchResult> {
        return await searchContactDates.call(this, filter);
      },
    },
    loadOptions: {
      loadTags: loadNames('tag'),
      loadLists: loadNames('list'),
      loadSegments,
      loadJourneys,
      loadScores,
    },
  };

  async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
    const watch = watchOf(this);
    const open = await openContactStore(this);
    if (this.getMode() === 'manual') {
      return { manualTriggerFunction: async () => emitLatest(this, watch) };
    }
    try {
      const stop = await watchContacts(
        open,
        subscriptionKeyOf(this, watch.on === 'date_reached' ? 'dates' : 'changes'),
        {
          watch,
          workflowZone: this.getTimezone(),
          batchSize: Number(this.getNodeParameter('options.batchSize', 100)),
          maxInFlight: Number(this.getNodeParameter('options.maxInFlight', 1)),
          deliver: (items, claim) =>
            startExecution(
              this,
              items.map((json) => ({ json })),
              claim,
            ),
          report: (error) =>
            this.logger.error(`Contact Trigger: ${error instanceof Error ? error.message : String(error)}`),
        },
      );
      return { closeFunction: async () => stop() };
    } catch (error) {
      throw toNodeError(this.getNode(), error);
    }
  }
}

function watchOf(context: ITriggerFunctions): Watch {
  const reading = readWatch(context);
  if (reading.ok) return reading.value;
  const [problem] = reading.problems;
  throw new NodeOperationError(context.getNode(), problem?.message ?? 'The trigger is not set up.', {
    description: `Set "${problem?.field}" in the node.`,
  });
}

async function emitLatest(context: ITriggerFunctions, watch: Watch): Promise<void> {
  const { store, clock } = await openContactStore(context);
  const json = await latestContactChange(store, watch, context.getTimezone(), clock.now());
  if (!json) {
    throw new NodeOperationError(context.getNode(), 'Nothing in the contact store fits this trigger yet.', {
      description: 'Record one, for example with a Contact Store node, and press the button again.',
    });
  }
  context.emit([[{ json }]]);
}
