import { createHash } from 'node:crypto';
import type { IExecuteFunctions, ITriggerFunctions } from 'n8n-workflow';
import type { JourneyWorkflow } from '../../src/app/journeys/save-journey';

/**
 * The workflow that a journey stands in, with the steps that follow the node. n8n tells a node nothing of the version that
 * runs; the steps that follow it, with their settings, are what a version is to those who are on their way.
 */
export function workflowOf(context: IExecuteFunctions | ITriggerFunctions): JourneyWorkflow {
  const { id, name } = context.getWorkflow();
  const steps = context
    .getChildNodes(context.getNode().name, { includeNodeParameters: true })
    .map((step) => ({
      name: step.name,
      type: step.type,
      isDisabled: step.disabled,
      settings: createHash('sha256')
        .update(JSON.stringify(step.parameters ?? {}))
        .digest('hex')
        .slice(0, 16),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { id: id ?? '', name: name ?? '', steps };
}
