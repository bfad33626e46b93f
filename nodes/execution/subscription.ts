import { NodeOperationError, type IExecuteFunctions, type ITriggerFunctions } from 'n8n-workflow';
import type { SubscriptionKey } from '../../src/store/port';

/** The key under which a node of a workflow of this n8n has its waits and deliveries; it outlives restarts and renaming. */
export function subscriptionKeyOf(
  context: IExecuteFunctions | ITriggerFunctions,
  kind: SubscriptionKey['kind'],
): SubscriptionKey {
  const node = context.getNode();
  const { id, name } = context.getWorkflow();
  if (id === undefined || id === '') {
    throw new NodeOperationError(node, 'This workflow has not been saved yet.', {
      description: 'Save and publish it; contacts wait under its id.',
    });
  }
  return {
    key: `${context.getInstanceId()}:${id}:${node.id}`,
    kind,
    workflowId: id,
    workflowName: name ?? id,
    nodeName: node.name,
  };
}
