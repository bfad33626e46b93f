import { dirname, join } from 'node:path';
import type {
  IDataObject,
  IExecuteData,
  IExecuteFunctions,
  INode,
  INodeExecutionData,
  INodeParameters,
  IRunExecutionData,
  ITaskDataConnections,
  IWorkflowExecuteAdditionalData,
  Workflow,
  WorkflowExecuteMode,
} from 'n8n-workflow';
import type { Host } from './host.mts';
import { SimulationError } from './refusal.mts';
import { simulatedDate } from './simulated-date.mts';

interface TaskSettings {
  code: string;
  nodeMode: 'runOnceForAllItems' | 'runOnceForEachItem' | 'runCode';
  [other: string]: unknown;
}

type TaskResult = { ok: true; result: unknown } | { ok: false; error: unknown };

interface JsTaskRunner {
  runForAllItems(
    id: string,
    settings: TaskSettings,
    data: object,
    workflow: Workflow,
    abort: AbortSignal,
  ): Promise<unknown>;
  runForEachItem(
    id: string,
    settings: TaskSettings,
    data: object,
    workflow: Workflow,
    abort: AbortSignal,
  ): Promise<unknown>;
  runCode(settings: TaskSettings, abort: AbortSignal): Promise<unknown>;
  buildContext(id: string, workflow: Workflow, node: INode, proxy?: object, more?: object): object;
}

const secondsForOneTask = 60;

/**
 * n8n's own JavaScript runner without the process around it: same sandbox, same built-ins, results carried over as
 * JSON as between its processes. The sandbox has a `Date` of its own, which is told the simulated time.
 */
export function codeRunner(host: Host, now: () => number) {
  let prototype: JsTaskRunner | undefined;
  return async function startRunnerTask(
    additionalData: IWorkflowExecuteAdditionalData,
    jobType: string,
    settings: TaskSettings,
    executeFunctions: IExecuteFunctions,
    inputData: ITaskDataConnections,
    node: INode,
    workflow: Workflow,
    runExecutionData: IRunExecutionData,
    runIndex: number,
    itemIndex: number,
    activeNodeName: string,
    connectionInputData: INodeExecutionData[],
    siblingParameters: INodeParameters,
    mode: WorkflowExecuteMode,
    envProviderState: IDataObject,
    executeData?: IExecuteData,
  ): Promise<TaskResult> {
    if (jobType !== 'javascript')
      throw new SimulationError(`"${node.name}" runs ${jobType}; only JavaScript is simulated`);
    prototype ??= loadRunner(host);
    const runner = Object.assign(Object.create(prototype) as JsTaskRunner, {
      taskTimeout: secondsForOneTask,
      mode: 'secure',
      requireResolver: (name: string) => {
        throw new Error(`Module '${name}' is disallowed`);
      },
      makeRpcCall: (_: string, method: string, given: unknown[]) => call(executeFunctions, method, given),
      buildContext: (...given: Parameters<JsTaskRunner['buildContext']>) =>
        Object.assign(prototype!.buildContext.apply(runner, given), { Date: simulatedDate(now) }),
    });
    const data = {
      ...{ additionalData, inputData, node, runExecutionData, runIndex, itemIndex, activeNodeName },
      ...{ siblingParameters, mode, envProviderState, executeData },
      connectionInputData: asJson(connectionInputData),
    };
    const abort = new AbortController().signal;
    try {
      const result = await {
        runOnceForAllItems: () => runner.runForAllItems('', settings, data, workflow, abort),
        runOnceForEachItem: () => runner.runForEachItem('', settings, data, workflow, abort),
        runCode: () => runner.runCode(settings, abort),
      }[settings.nodeMode]();
      return { ok: true, result: asJson(result) };
    } catch (error) {
      return { ok: false, error };
    }
  };
}

function loadRunner(host: Host): JsTaskRunner {
  const folder = join(dirname(host.require.resolve('@n8n/task-runner')), 'js-task-runner');
  const { JsTaskRunner: Runner } = host.require(join(folder, 'js-task-runner.js')) as {
    JsTaskRunner: { prototype: JsTaskRunner };
  };
  return Runner.prototype;
}

async function call(context: IExecuteFunctions, method: string, given: unknown[]): Promise<unknown> {
  if (method === 'logNodeOutput') return undefined;
  if (/request/i.test(method)) {
    throw new SimulationError(
      `The code of "${context.getNode().name}" calls ${method}; use an HTTP Request node`,
    );
  }
  const path = method.split('.');
  const owner = path
    .slice(0, -1)
    .reduce<unknown>((from, key) => (from as Record<string, unknown>)[key], context);
  return await (owner as Record<string, (...given: unknown[]) => unknown>)[path.at(-1)!]!(...given);
}

function asJson<T>(value: T): T {
  return value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T);
}
