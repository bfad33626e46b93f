import { readFileSync } from 'node:fs';
import type {
  IConnections,
  IDataObject,
  INode,
  INodeParameters,
  INodeTypes,
  IWorkflowSettings,
  Workflow,
} from 'n8n-workflow';
import type { Host } from './host.mts';
import { SimulationError } from './refusal.mts';

/** A workflow as the editor exports it. */
export interface WorkflowJson {
  id?: string;
  name: string;
  nodes: Array<Partial<INode> & Pick<INode, 'name' | 'type'>>;
  connections: IConnections;
  settings?: IWorkflowSettings;
  staticData?: IDataObject;
  [other: string]: unknown;
}

export interface Adjustments {
  /** For each workflow: values of the fields of its `Settings` node. */
  settings?: Record<string, Record<string, unknown>>;
  /** For each workflow and node: values of parameters, by their path, e.g. `{ 'rule.interval[0].hours': 2 }`. */
  parameters?: Record<string, Record<string, Record<string, unknown>>>;
}

/** One saved version of a workflow. A published workflow that is replaced gets a new one of the same id. */
export interface WorkflowSource {
  id: string;
  name: string;
  nodes: INode[];
  connections: IConnections;
  settings: IWorkflowSettings;
}

/** What n8n keeps about a workflow apart from its versions. */
export interface WorkflowState {
  source: WorkflowSource;
  published: boolean;
  staticData: IDataObject;
}

export function readWorkflow(given: WorkflowJson | string): WorkflowJson {
  return typeof given === 'string' ? (JSON.parse(readFileSync(given, 'utf8')) as WorkflowJson) : given;
}

/** The version that n8n would save: every node with an id, adjusted as the scenario asks. */
export function saveWorkflow(
  host: Host,
  nodeTypes: INodeTypes,
  given: WorkflowJson,
  id: string,
  adjustments: Adjustments,
): WorkflowSource {
  const json = structuredClone(given);
  const nodes = json.nodes.map((node, index) => completeNode(node, `${id}-node-${index + 1}`));
  const source = {
    id,
    name: json.name,
    nodes,
    connections: json.connections,
    settings: { executionOrder: 'v1' as const, ...json.settings },
  };
  adjustSettings(source, adjustments.settings?.[json.name]);
  adjustParameters(host, source, adjustments.parameters?.[json.name]);
  for (const node of nodes) signIn(host, nodeTypes, node);
  return source;
}

/** A fresh engine workflow, as n8n makes one for every execution. */
export function toEngineWorkflow(host: Host, nodeTypes: INodeTypes, state: WorkflowState): Workflow {
  return engineWorkflow(host, nodeTypes, state.source, state);
}

/** The same of a version that may no longer be the present one, as a resumed execution needs it. */
export function engineWorkflow(
  host: Host,
  nodeTypes: INodeTypes,
  source: WorkflowSource,
  { published, staticData }: Pick<WorkflowState, 'published' | 'staticData'>,
): Workflow {
  return new host.workflow.Workflow({
    id: source.id,
    name: source.name,
    nodes: structuredClone(source.nodes),
    connections: source.connections,
    active: published,
    nodeTypes,
    staticData: structuredClone(staticData),
    settings: source.settings,
  });
}

function completeNode(node: WorkflowJson['nodes'][number], id: string): INode {
  return {
    id,
    typeVersion: 1,
    position: [0, 0],
    parameters: {},
    webhookId: id,
    ...node,
    // The engine takes a wait of 0 for "not set" and sleeps a real second; what is negative it takes for none.
    ...(node.retryOnFail === true && { waitBetweenTries: -1 }),
  };
}

function adjustSettings({ name, nodes }: WorkflowSource, patch: Record<string, unknown> | undefined): void {
  if (patch === undefined) return;
  const settings = nodes.filter(
    ({ type, name: node }) => type === 'n8n-nodes-base.set' && /\bsettings\b/i.test(node),
  );
  const [node] = settings;
  if (node === undefined || settings.length > 1) {
    const found = settings.map((each) => `"${each.name}"`).join(', ') || 'none';
    throw new SimulationError(
      `The workflow "${name}" needs exactly one Edit Fields node with "Settings" in its name to take settings; found: ${found}`,
    );
  }
  const fields = settingsFields(node);
  for (const [field, value] of Object.entries(patch)) {
    const set = fields.get(field);
    if (set === undefined) {
      throw new SimulationError(
        `The node "${node.name}" of "${name}" has no field "${field}"; it has: ${[...fields.keys()].join(', ')}`,
      );
    }
    set(value);
  }
}

function settingsFields(node: INode): Map<string, (value: unknown) => void> {
  const { mode, jsonOutput, assignments } = node.parameters as {
    mode?: string;
    jsonOutput?: string;
    assignments?: { assignments?: Array<{ name: string; value: unknown }> };
  };
  if (mode === 'raw') {
    const values = JSON.parse(String(jsonOutput)) as Record<string, unknown>;
    return new Map(
      Object.keys(values).map((field) => [
        field,
        (value) => {
          values[field] = value;
          node.parameters.jsonOutput = JSON.stringify(values);
        },
      ]),
    );
  }
  return new Map(
    (assignments?.assignments ?? []).map((assignment) => [
      assignment.name,
      (value) => {
        assignment.value = value;
      },
    ]),
  );
}

function adjustParameters(
  host: Host,
  { name, nodes }: WorkflowSource,
  patches: Record<string, Record<string, unknown>> | undefined,
): void {
  const set = host.require('lodash/set') as (target: INodeParameters, path: string, value: unknown) => void;
  for (const [nodeName, patch] of Object.entries(patches ?? {})) {
    const node = nodes.find((each) => each.name === nodeName);
    if (node === undefined) throw new SimulationError(`The workflow "${name}" has no node "${nodeName}"`);
    for (const [path, value] of Object.entries(patch)) set(node.parameters, path, value);
  }
}

/** Templates come without credentials; whatever a node must have, it has. */
function signIn(host: Host, nodeTypes: INodeTypes, node: INode): void {
  const { description } = nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
  const { NodeHelpers } = host.workflow;
  const parameters =
    NodeHelpers.getNodeParameters(description.properties, node.parameters, true, false, node, description) ??
    {};
  for (const credential of description.credentials ?? []) {
    const isNeeded =
      credential.required === true && NodeHelpers.displayParameter(parameters, credential, node, description);
    if (!isNeeded || node.credentials?.[credential.name]) continue;
    node.credentials = {
      ...node.credentials,
      [credential.name]: { id: credential.name, name: credential.name },
    };
  }
}
