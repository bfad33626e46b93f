import { createHash } from 'node:crypto';
import { NodeConnectionTypes, type IExecuteFunctions, type ITriggerFunctions } from 'n8n-workflow';
import type { JourneyWorkflow } from '../../src/app/journeys/save-journey';

/**
 * The workflow that a journey stands in, with the steps that follow the node. n8n tells a node nothing of the version that
 * runs; the steps that follow it, with their settings and what leads to what, are what a version is to those who are on
 * their way. Through which of its outputs a step leads to another n8n does not tell.
 */
export function workflowOf(context: IExecuteFunctions | ITriggerFunctions): JourneyWorkflow {
  const { id, name } = context.getWorkflow();
  const entry = context.getNode().name;
  const children = context.getChildNodes(entry, { includeNodeParameters: true });
  const names = new Set([entry, ...children.map((step) => step.name)]);
  const steps = children
    .map((step) => ({
      name: step.name,
      type: step.type,
      isDisabled: step.disabled,
      settings: createHash('sha256')
        .update(JSON.stringify(step.parameters ?? {}))
        .digest('hex')
        .slice(0, 16),
      after: context
        .getParentNodes(step.name, { connectionType: NodeConnectionTypes.Main, depth: 1 })
        .map((own) => own.name)
        .filter((name) => names.has(name))
        .sort(),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { id: id ?? '', name: name ?? '', steps };
}
