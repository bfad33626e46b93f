import type { INodeExecutionData, IRun, WorkflowExecuteMode } from 'n8n-workflow';
import type { Executions } from './executions.mts';
import { SimulationError } from './refusal.mts';
import { toEngineWorkflow } from './workflow-source.mts';
import type { World } from './world.mts';

export interface RunOptions {
  workflow: string;
  /** Where to begin; by default the node that nothing leads to. */
  startNode?: string;
  /** What the node takes: JSON objects or whole items. One empty item by default. */
  items?: Array<Record<string, unknown> | INodeExecutionData>;
  /** `manual` as by pressing Execute Workflow, `production` as by the workflow's trigger. */
  mode: 'manual' | 'production';
}

export interface RunResult {
  executionId: string;
  status: string;
  error?: { message: string; description?: string | null; node?: string };
  /** By node: what it put out in its last run, a list of items for each output. Nodes that did not run are absent. */
  outputs: Record<string, INodeExecutionData[][]>;
  /** By node: the errors of its runs that the workflow went on after. */
  nodeErrors: Record<string, string>;
  /** By node: hints for the user. */
  hints: Record<string, string[]>;
}

/** One execution from a chosen node on. A trigger without `execute()` puts the given items out; see RunOptions. */
export async function runOnce(world: World, executions: Executions, options: RunOptions): Promise<RunResult> {
  const { host, nodeTypes, workflows } = world;
  const state = workflows.get(options.workflow);
  const workflow = toEngineWorkflow(host, nodeTypes, state);
  const name =
    options.startNode ?? findStart(Object.values(workflow.nodes), workflow.connectionsByDestinationNode);
  const node = workflow.getNode(name);
  if (node === null) throw new SimulationError(`The workflow "${options.workflow}" has no node "${name}"`);
  const items = (options.items ?? [{}]).map(asItem);
  const mode: WorkflowExecuteMode = options.mode === 'manual' ? 'manual' : 'trigger';
  // In a manual run the engine would call the trigger and wait for an event; given items stand for that event.
  const { execute } = nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
  const isPinned = mode === 'manual' && options.items !== undefined && execute === undefined;
  const { executionId, ended } = executions.start({
    ...{ state, mode, node: name, items: [items] },
    ...(isPinned && { pinData: { [name]: items } }),
  });
  return { executionId, ...resultOf(await ended) };
}

function findStart(
  nodes: Array<{ name: string; type: string; disabled?: boolean }>,
  incoming: Record<string, unknown>,
): string {
  const starts = nodes.filter(
    ({ name, type, disabled }) => !(name in incoming) && !type.endsWith('.stickyNote') && disabled !== true,
  );
  const [start] = starts;
  if (start === undefined || starts.length > 1) {
    const names = starts.map(({ name }) => `"${name}"`).join(', ');
    throw new SimulationError(`Say where to begin with startNode; nothing leads to: ${names || 'no node'}`);
  }
  return start.name;
}

function asItem(given: Record<string, unknown> | INodeExecutionData): INodeExecutionData {
  const keys = Object.keys(given);
  const isItem =
    'json' in given && keys.every((key) => ['json', 'binary', 'pairedItem', 'error'].includes(key));
  return structuredClone(isItem ? given : { json: given }) as INodeExecutionData;
}

function resultOf(run: IRun): Omit<RunResult, 'executionId'> {
  const { error, runData, lastNodeExecuted } = run.data.resultData;
  const result: Omit<RunResult, 'executionId'> = {
    status: run.status,
    outputs: {},
    nodeErrors: {},
    hints: {},
  };
  if (error !== undefined) {
    result.error = {
      message: error.message,
      ...(error.description !== undefined && { description: error.description }),
      ...(lastNodeExecuted !== undefined && { node: lastNodeExecuted }),
    };
  }
  for (const [name, tasks] of Object.entries(runData)) {
    const last = tasks.at(-1);
    result.outputs[name] = (last?.data?.main ?? []).map((items) => items ?? []);
    if (last?.error) result.nodeErrors[name] = last.error.message;
    if (last?.hints?.length) result.hints[name] = last.hints.map(({ message }) => message);
  }
  return result;
}
