import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  IDataObject,
  IExecuteData,
  INode,
  INodeExecutionData,
  IRun,
  IRunExecutionData,
  ITriggerFunctions,
  IWebhookData,
  IWebhookFunctions,
  IWorkflowExecuteAdditionalData,
  WorkflowActivateMode,
  WorkflowExecuteMode,
  Workflow,
} from 'n8n-workflow';

export const projectFolder = join(import.meta.dirname, '..');
const hostFolder = join(projectFolder, 'host');

type Emit = ITriggerFunctions['emit'];
type HookHandler = (...parameters: never[]) => void | Promise<void>;

export interface LifecycleHooks {
  addHandler(name: string, ...handlers: HookHandler[]): void;
}

/** The part of n8n-core that the simulator stands on. */
export interface Core {
  WorkflowExecute: new (
    additionalData: IWorkflowExecuteAdditionalData,
    mode: WorkflowExecuteMode,
    data: IRunExecutionData,
  ) => { processRunExecutionData(workflow: Workflow): Promise<IRun> };
  ExecutionLifecycleHooks: new (
    mode: WorkflowExecuteMode,
    executionId: string,
    workflowData: IDataObject,
  ) => LifecycleHooks;
  TriggerContext: new (
    workflow: Workflow,
    node: INode,
    additionalData: IWorkflowExecuteAdditionalData,
    mode: WorkflowExecuteMode,
    activation: WorkflowActivateMode,
    emit: Emit,
    emitError: (error: Error) => void,
    saveFailedExecution: (error: Error) => void,
    scheduling: object,
  ) => ITriggerFunctions;
  WebhookContext: new (
    workflow: Workflow,
    node: INode,
    additionalData: IWorkflowExecuteAdditionalData,
    mode: WorkflowExecuteMode,
    webhook: IWebhookData,
    closeFunctions: Array<() => Promise<void>>,
    data: IRunExecutionData | null,
  ) => IWebhookFunctions;
  HookContext: new (
    workflow: Workflow,
    node: INode,
    additionalData: IWorkflowExecuteAdditionalData,
    mode: WorkflowExecuteMode,
    activation: WorkflowActivateMode,
    webhook: IWebhookData,
  ) => object;
  BinaryDataService: abstract new () => { init(): Promise<void> };
  InstanceSettings: abstract new () => { instanceId: string };
  ExternalSecretsProxy: abstract new () => object;
}

export interface Host {
  core: Core;
  workflow: typeof import('n8n-workflow');
  /** `require` as the host's own packages see it; absolute paths reach files that `exports` hides. */
  require: NodeJS.Require;
  instanceId: string;
  externalSecrets: object;
  /** Folder for what n8n keeps on disk (binary data, its key); it goes with the process. */
  userFolder: string;
}

/** A stack entry with only what starts an execution. */
export type StartEntry = Pick<IExecuteData, 'node'> & { data: INodeExecutionData[][] };

let loading: Promise<Host> | undefined;

/** n8n-core and its companions from `host/`, loaded once in a process. */
export async function loadHost(): Promise<Host> {
  loading ??= load();
  return await loading;
}

async function load(): Promise<Host> {
  if (!existsSync(join(hostFolder, 'node_modules', 'n8n-core', 'package.json'))) {
    throw new Error(`n8n is not installed in ${hostFolder}. Install it there first: npm start does.`);
  }
  const userFolder = mkdtempSync(join(tmpdir(), 'n8n-simulation-'));
  mkdirSync(join(userFolder, '.n8n'), { recursive: true });
  process.on('exit', () => rmSync(userFolder, { recursive: true, force: true }));
  process.env.N8N_USER_FOLDER = userFolder;
  process.env.N8N_LOG_LEVEL ??= 'silent';
  process.env.N8N_DIAGNOSTICS_ENABLED = 'false';

  const require = createRequire(join(hostFolder, 'package.json'));
  shareHostPackages(require);
  const core = require('n8n-core') as Core;
  const fromCore = createRequire(require.resolve('n8n-core'));
  const { Container } = fromCore('@n8n/di') as { Container: { get<T>(type: abstract new () => T): T } };
  await Container.get(core.BinaryDataService).init();
  return {
    core,
    workflow: require('n8n-workflow') as Host['workflow'],
    require,
    instanceId: Container.get(core.InstanceSettings).instanceId,
    externalSecrets: Container.get(core.ExternalSecretsProxy),
    userFolder,
  };
}

/** n8n gives its own copy of these to every community package; a second copy would break `instanceof`. */
function shareHostPackages(require: NodeJS.Require): void {
  const hostUrl = `${pathToFileURL(hostFolder).href}/`;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const isShared = /^n8n-(workflow|core)(\/|$)/.test(specifier);
      if (isShared && !context.parentURL?.startsWith(hostUrl)) {
        return {
          url: pathToFileURL(require.resolve(specifier)).href,
          format: 'commonjs',
          shortCircuit: true,
        };
      }
      return nextResolve(specifier, context);
    },
  });
}
