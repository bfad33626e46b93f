import type {
  ExecuteWorkflowData,
  ExecutionError,
  IDataObject,
  IExecuteData,
  IExecuteWorkflowInfo,
  IN8nHttpFullResponse,
  INodeExecutionData,
  IPinData,
  IRun,
  IRunExecutionData,
  IWorkflowExecuteAdditionalData,
  Workflow,
  WorkflowExecuteMode,
} from 'n8n-workflow';
import { additionalDataFactory, type SubWorkflowOptions } from './additional-data.mts';
import { SimulationError } from './refusal.mts';
import { engineWorkflow, type WorkflowSource, type WorkflowState } from './workflow-source.mts';
import type { World } from './world.mts';

export interface StartOptions {
  state: WorkflowState;
  mode: WorkflowExecuteMode;
  /** Name of the node to begin at, and the items that it takes. */
  node: string;
  items: INodeExecutionData[][];
  pinData?: IPinData;
  onResponse?: (response: IN8nHttpFullResponse) => void;
  /** What a webhook adds to the data that executions get. */
  more?: Record<string, unknown>;
  runData?: IRunExecutionData;
}

export interface Started {
  executionId: string;
  /** Never rejects: a failure is a run with an error in it, as it is in n8n. */
  ended: Promise<IRun>;
}

interface Running extends StartOptions {
  executionId: string;
  source: WorkflowSource;
  data: IRunExecutionData;
}

const keptSubExecutions = 100;

/** Runs workflows in the engine, one execution like another: new ones, resumed ones and sub-workflows. */
export class Executions {
  readonly #world: World;
  readonly #inFlight = new Map<string, { name: string; ended: Promise<IRun> }>();
  readonly #ended = new Map<string, IRunExecutionData>();
  readonly additionalData: (more?: Record<string, unknown>) => IWorkflowExecuteAdditionalData;
  #count = 0;

  constructor(world: World) {
    this.#world = world;
    this.additionalData = additionalDataFactory(
      world,
      (...given) => this.#runSubWorkflow(...given),
      (id) => this.#ended.get(id),
    );
  }

  /** How many have been started so far, resumptions included. */
  get count(): number {
    return this.#count;
  }

  inFlight(): Array<{ name: string; ended: Promise<IRun> }> {
    return [...this.#inFlight.values()];
  }

  start(options: StartOptions): Started {
    const { pinData } = options;
    const data =
      options.runData ??
      this.#world.host.workflow.createRunExecutionData({
        resultData: { runData: {}, ...(pinData && { pinData }) },
      });
    return this.#launch({
      ...options,
      executionId: String(this.#count + 1),
      source: options.state.source,
      data,
    });
  }

  #launch(running: Running, isResumed = false): Started {
    this.#count += 1;
    const { executionId, source } = running;
    const ended = this.#run(running, isResumed).then((run) => {
      this.#inFlight.delete(executionId);
      this.#note(running, run);
      if (run.status === 'waiting') this.#keepWaiting(running, run);
      return run;
    });
    this.#inFlight.set(executionId, { name: `${executionId} of "${source.name}"`, ended });
    return { executionId, ended };
  }

  async #run(running: Running, isResumed: boolean): Promise<IRun> {
    const { host, nodeTypes } = this.#world;
    const { executionId, mode, source, state, data } = running;
    const hooks = new host.core.ExecutionLifecycleHooks(mode, executionId, source as unknown as IDataObject);
    hooks.addHandler('sendResponse', (response: IN8nHttpFullResponse) => running.onResponse?.(response));
    hooks.addHandler('workflowExecuteAfter', (_: IRun, staticData?: IDataObject) => {
      if (staticData !== undefined) state.staticData = plainCopy(staticData);
    });
    const additionalData = this.additionalData({
      ...running.more,
      ...{ executionId, hooks, workflowId: source.id, workflowSettings: source.settings },
      rootMode: running.more?.rootMode ?? mode,
      ...(isResumed && { restartExecutionId: executionId }),
    });
    const startedAt = new Date();
    try {
      const workflow = engineWorkflow(host, nodeTypes, source, state);
      if (running.pinData) workflow.pinData = running.pinData;
      // The engine wants the node as the workflow completed it, with every default filled in.
      if (!isResumed) data.executionData!.nodeExecutionStack = [firstEntry(workflow, running)];
      return await new host.core.WorkflowExecute(additionalData, mode, data).processRunExecutionData(
        workflow,
      );
    } catch (error) {
      return failedRun(data, mode, startedAt, error);
    }
  }

  #note({ executionId, mode, source, node, items }: Running, run: IRun): void {
    const { timeline } = this.#world;
    const { error, lastNodeExecuted, runData } = run.data.resultData;
    const entry = { workflow: source.name, executionId, mode };
    const failing = Object.values(runData).flatMap((tasks) => tasks.map((task) => task.error));
    const refusal = [error, ...failing].find((each) => each?.name === 'SimulationError');
    if (refusal !== undefined) this.#world.report(new SimulationError(refusal.message));
    if (error !== undefined) {
      timeline.add({
        kind: 'error',
        ...entry,
        ...(lastNodeExecuted !== undefined && { node: lastNodeExecuted }),
        message: [error.message, error.description].filter(Boolean).join(' - '),
      });
    }
    timeline.add({ kind: 'execution', ...entry, node, status: run.status, items: items.flat().length });
  }

  /** n8n keeps the execution as text and starts it again as it was, also when the workflow is another by now. */
  #keepWaiting(running: Running, run: IRun): void {
    const { host, clock } = this.#world;
    const { WAIT_INDEFINITELY, WAIT_FOR_SUB_EXECUTION } = host.workflow;
    const until = run.waitTill?.getTime() ?? Infinity;
    if (until >= Math.min(WAIT_INDEFINITELY.getTime(), WAIT_FOR_SUB_EXECUTION.getTime())) {
      const { source, data } = running;
      this.#world.report(
        new SimulationError(
          `"${data.resultData.lastNodeExecuted}" of "${source.name}" waits for a call, a form or a sub-workflow; ` +
            'only waits until a time are simulated',
        ),
      );
      return;
    }
    const flatted = host.require('flatted') as {
      parse(text: string): unknown;
      stringify(value: unknown): string;
    };
    const kept = flatted.stringify(run.data);
    clock.at(until, () => {
      this.#launch({ ...running, data: flatted.parse(kept) as IRunExecutionData }, true);
    });
  }

  /** The node that called asks for the data right afterwards. */
  #keepForParent(executionId: string, data: IRunExecutionData): void {
    this.#ended.set(executionId, data);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > keptSubExecutions && oldest !== undefined) this.#ended.delete(oldest);
  }

  async #runSubWorkflow(
    { id, code }: IExecuteWorkflowInfo,
    parent: IWorkflowExecuteAdditionalData,
    options: SubWorkflowOptions,
  ): Promise<ExecuteWorkflowData> {
    if (code !== undefined || id === undefined)
      throw new SimulationError('A sub-workflow given as JSON is not simulated');
    const state = this.#world.workflows.get(id);
    const { rootMode } = parent as { rootMode?: string };
    if (!state.published && rootMode !== 'manual')
      throw new Error('Workflow is not active and cannot be executed.');
    const node = state.source.nodes.find(({ type }) => type === 'n8n-nodes-base.executeWorkflowTrigger');
    if (node === undefined) throw new Error('Missing node to start execution');
    const items = [options.inputData ?? [{ json: {} }]];
    const { executionId, ended } = this.start({
      state,
      mode: 'integrated',
      node: node.name,
      items,
      more: { rootMode },
    });
    if (options.doNotWaitToFinish) return { executionId, data: [null] };
    const run = await ended;
    this.#keepForParent(executionId, run.data);
    if (run.status === 'waiting') throw new SimulationError('A sub-workflow that waits is not simulated');
    const { error, lastNodeExecuted } = run.data.resultData;
    if (error !== undefined) throw Object.assign(new Error(error.message), { ...error, executionId });
    const runs = run.data.resultData.runData[lastNodeExecuted ?? ''] ?? [];
    const isLastOnly =
      options.returnLastRunOnly === true ||
      (node.typeVersion < 1.2 && node.parameters.returnOutput !== 'allRuns');
    const { mergeRunsPerBranch } = this.#world.host.workflow;
    const data =
      isLastOnly || runs.length === 0 ? (runs.at(-1)?.data?.main ?? [null]) : mergeRunsPerBranch(runs);
    return { executionId, data };
  }
}

function firstEntry(workflow: Workflow, { node: name, items }: Running): IExecuteData {
  const node = workflow.getNode(name);
  if (node === null) throw new SimulationError(`The workflow "${workflow.name}" has no node "${name}"`);
  return { node, data: { main: items }, source: null };
}

function failedRun(
  data: IRunExecutionData,
  mode: WorkflowExecuteMode,
  startedAt: Date,
  error: unknown,
): IRun {
  const cause = error instanceof Error ? error : new Error(String(error));
  data.resultData.error = {
    ...cause,
    name: cause.name,
    message: cause.message,
    stack: cause.stack,
  } as ExecutionError;
  return {
    data,
    mode,
    startedAt,
    stoppedAt: new Date(),
    status: 'error',
    finished: false,
  } as unknown as IRun;
}

function plainCopy(data: IDataObject): IDataObject {
  return JSON.parse(JSON.stringify(data)) as IDataObject;
}
