import type {
  ExecuteWorkflowData,
  IDataObject,
  IExecuteWorkflowInfo,
  INodeCredentialsDetails,
  INodeExecutionData,
  IRunExecutionData,
  IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { codeRunner } from './code-runner.mts';
import type { World } from './world.mts';

/** Where the simulated n8n can be reached from outside, so far as addresses show up in messages. */
export const instanceUrl = 'https://n8n.example.com/';

export interface SubWorkflowOptions {
  inputData?: INodeExecutionData[];
  doNotWaitToFinish?: boolean;
  returnLastRunOnly?: boolean;
  parentExecution?: { executionId: string; workflowId: string };
}

export type RunSubWorkflow = (
  info: IExecuteWorkflowInfo,
  parent: IWorkflowExecuteAdditionalData,
  options: SubWorkflowOptions,
) => Promise<ExecuteWorkflowData>;

/** What n8n hands to an execution besides the workflow. */
export function additionalDataFactory(
  world: World,
  executeWorkflow: RunSubWorkflow,
  findSubExecution: (executionId: string) => IRunExecutionData | undefined,
) {
  const startRunnerTask = codeRunner(world.host, () => world.clock.now());
  const credentialsHelper = {
    getDecrypted: (_: unknown, { name }: INodeCredentialsDetails, type: string) =>
      Promise.resolve(world.credentials[name] ?? world.credentials[type] ?? {}),
    getCredentialsProperties: () => [],
    getParentTypes: () => [],
    isCredentialUsableByNode: () => true,
    authenticate: (_: unknown, __: unknown, options: unknown) => Promise.resolve(options),
    preAuthentication: () => Promise.resolve(undefined),
  };
  return (more: Record<string, unknown> = {}): IWorkflowExecuteAdditionalData => {
    const data: Record<string, unknown> = {
      currentNodeExecutionIndex: 0,
      credentialsHelper,
      executeWorkflow,
      startRunnerTask,
      getRunnerStatus: () => ({ available: true }),
      externalSecretsProxy: world.host.externalSecrets,
      variables: {} satisfies IDataObject,
      restApiUrl: `${instanceUrl}rest`,
      instanceBaseUrl: instanceUrl,
      formWaitingBaseUrl: `${instanceUrl}form-waiting`,
      formBaseUrl: `${instanceUrl}form`,
      formTestBaseUrl: `${instanceUrl}form-test`,
      webhookBaseUrl: `${instanceUrl}webhook`,
      webhookWaitingBaseUrl: `${instanceUrl}webhook-waiting`,
      webhookTestBaseUrl: `${instanceUrl}webhook-test`,
      mcpBaseUrl: `${instanceUrl}mcp`,
      mcpTestBaseUrl: `${instanceUrl}mcp-test`,
      setExecutionStatus: () => undefined,
      sendDataToUI: () => undefined,
      logAiEvent: () => undefined,
      getRunExecutionData: (executionId: string) => Promise.resolve(findSubExecution(executionId)),
      ...more,
    };
    return data as unknown as IWorkflowExecuteAdditionalData;
  };
}
