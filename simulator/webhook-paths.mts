import type {
  INode,
  INodeTypes,
  IWebhookData,
  IWebhookDescription,
  IWorkflowExecuteAdditionalData,
  Workflow,
} from 'n8n-workflow';
import type { Host } from './host.mts';

/** The webhooks that n8n registers for a node of a published workflow. */
export function getNodeWebhooks(
  host: Host,
  nodeTypes: INodeTypes,
  workflow: Workflow,
  node: INode,
  additionalData: IWorkflowExecuteAdditionalData,
): IWebhookData[] {
  if (node.disabled === true) return [];
  const { webhooks = [] } = nodeTypes.getByNameAndVersion(node.type, node.typeVersion).description;
  return webhooks
    .filter((description) => description.restartWebhook !== true)
    .flatMap((description) => {
      const read = (property: keyof IWebhookDescription & string, fallback?: unknown): unknown =>
        describe(host, workflow, node, description, property) ?? fallback;
      const name = trimmed(String(read('path') ?? ''));
      const isFullPath = read('isFullPath', false) as boolean;
      const path = host.workflow.NodeHelpers.getNodeWebhookPath(workflow.id, node, name, isFullPath, false);
      return String(read('httpMethod', 'GET'))
        .split(',')
        .filter(Boolean)
        .map(
          (method) =>
            ({
              httpMethod: method.trim(),
              node: node.name,
              path,
              webhookDescription: description,
              workflowId: workflow.id,
              workflowExecuteAdditionalData: additionalData,
              webhookId: path.includes(':') ? node.webhookId : undefined,
            }) as IWebhookData,
        );
    });
}

export interface Route {
  webhook: IWebhookData;
  /** Values of the path's `:parameters`. */
  params: Record<string, string>;
}

/** The webhook that answers at a path; one without parameters goes before one with them. */
export function findRoute(webhooks: IWebhookData[], method: string, path: string): Route | undefined {
  const wanted = trimmed(path);
  const routes = webhooks
    .filter(({ httpMethod }) => httpMethod === method)
    .flatMap((webhook) => {
      const params = matchPath(fullPath(webhook), wanted);
      return params === undefined ? [] : [{ webhook, params }];
    });
  return routes.sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0];
}

/** The path as it is called: one with parameters carries the node's webhook id in front. */
export function fullPath({ path, webhookId }: IWebhookData): string {
  return path.includes(':') && webhookId !== undefined ? `${webhookId}/${path}` : path;
}

function matchPath(template: string, path: string): Record<string, string> | undefined {
  const [expected, given] = [template.split('/'), path.split('/')];
  if (expected.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [place, part] of expected.entries()) {
    const value = given[place] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return undefined;
  }
  return params;
}

function describe(
  host: Host,
  workflow: Workflow,
  node: INode,
  description: IWebhookDescription,
  property: keyof IWebhookDescription & string,
): unknown {
  const native = host.workflow.resolveWebhookDescriptionField(node, description, property);
  if (native.resolved) return native.value;
  return workflow.expression.getSimpleParameterValue(node, description[property] as string, 'internal', {});
}

function trimmed(path: string): string {
  return path.trim().replace(/^\//, '').replace(/\/$/, '');
}
