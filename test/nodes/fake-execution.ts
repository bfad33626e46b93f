import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import {
  NodeConnectionTypes,
  Workflow,
  createEmptyRunExecutionData,
  type IBinaryData,
  type ICredentialDataDecryptedObject,
  type IDataObject,
  type IExecuteFunctions,
  type INode,
  type INodeExecutionData,
  type INodeParameters,
  type INodeType,
  type INodeTypes,
} from 'n8n-workflow';
import { locationFromEnvironment, openStore } from '../../src/app/open-store';
import { VERSION } from '../../src/version';

/** How a node is run: only what differs from a published workflow that ends at the first error. */
export interface FakeRun {
  readonly node: INodeType;
  /** As the editor saves them; what is absent has its default. Text that begins with `=` is an expression. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The items' `json`, or whole items; one empty item by default. */
  readonly items?: ReadonlyArray<IDataObject | INodeExecutionData>;
  readonly continueOnFail?: boolean;
  /** The credentials that the node has chosen, by type. */
  readonly credentials?: Readonly<Record<string, ICredentialDataDecryptedObject>>;
  readonly nodeName?: string;
  readonly workflow?: {
    readonly id?: string;
    readonly name?: string;
    readonly active?: boolean;
    readonly timezone?: string;
  };
  readonly mode?: 'manual' | 'trigger';
}

/** The context n8n gives a node's `execute`, with n8n's own defaults, visibility and expressions, but without an engine. */
export class FakeExecution {
  readonly context: IExecuteFunctions;
  /** What the node told the user beside its output. */
  readonly hints: string[] = [];
  private readonly run: FakeRun;
  private readonly items: INodeExecutionData[];
  private readonly workflow: Workflow;
  private readonly node: INode;
  private readonly runData = createEmptyRunExecutionData();
  private readonly files = new Map<string, Buffer>();

  constructor(run: FakeRun) {
    this.run = run;
    this.items = (run.items ?? [{}]).map((item) =>
      isItem(item) ? item : { json: structuredClone(item as IDataObject) },
    );
    const { description } = run.node;
    this.node = {
      id: 'node-1',
      name: run.nodeName ?? String(description.defaults.name),
      type: `n8n-nodes-marketing-automation.${description.name}`,
      typeVersion: Array.isArray(description.version)
        ? Number(description.version.at(-1))
        : description.version,
      position: [0, 0],
      parameters: structuredClone(run.parameters) as INodeParameters,
      ...(run.credentials
        ? {
            credentials: Object.fromEntries(
              Object.keys(run.credentials).map((type) => [type, { id: type, name: type }]),
            ),
          }
        : {}),
    };
    const nodeTypes = {
      getByNameAndVersion: () => run.node,
      getByName: () => run.node,
      getKnownTypes: () => ({}),
    } as INodeTypes;
    this.workflow = new Workflow({
      id: run.workflow?.id ?? 'workflow-1',
      name: run.workflow?.name ?? 'Test workflow',
      active: run.workflow?.active ?? true,
      nodes: [this.node],
      connections: {},
      nodeTypes,
      settings: { timezone: run.workflow?.timezone },
    });
    this.context = this.makeContext();
  }

  /** Runs the node and gives the items of each output. */
  async outputs(): Promise<INodeExecutionData[][]> {
    const outputs = await this.run.node.execute?.call(this.context);
    return (outputs ?? []) as INodeExecutionData[][];
  }

  /** Runs the node and gives the items of its first output. */
  async output(): Promise<INodeExecutionData[]> {
    return (await this.outputs())[0] ?? [];
  }

  /** The parameters that the node's panel shows, by name. */
  get parameters(): INodeParameters {
    return this.node.parameters;
  }

  /** Keeps a file as n8n keeps binary data outside the execution, and gives what an item holds of it. */
  storeBinary(content: Buffer | string, fileName = 'contacts.csv', mimeType = 'text/csv'): IBinaryData {
    const id = `filesystem-v2:${this.files.size + 1}`;
    this.files.set(id, Buffer.from(content));
    return { id, data: 'filesystem-v2', fileName, mimeType };
  }

  /** The bytes of binary data that the node gave. */
  binary(item: INodeExecutionData | undefined, name: string): Buffer {
    const data = item?.binary?.[name];
    if (!data) throw new Error(`The item has no binary data named "${name}"`);
    return this.bytes(data);
  }

  private bytes(data: IBinaryData): Buffer {
    return (data.id === undefined ? undefined : this.files.get(data.id)) ?? Buffer.from(data.data, 'base64');
  }

  private parameter(name: string, itemIndex: number, fallback: unknown): unknown {
    let raw: unknown = this.node.parameters;
    for (const key of name.split('.')) raw = (raw as Record<string, unknown> | null | undefined)?.[key];
    const value = raw === undefined ? fallback : raw;
    if (value === undefined) throw new Error(`Could not get parameter "${name}"`);
    return this.workflow.expression.getParameterValue(
      value as never,
      this.runData,
      0,
      itemIndex,
      this.node.name,
      this.items,
      this.run.mode ?? 'trigger',
      {},
    );
  }

  private makeContext(): IExecuteFunctions {
    const { run, workflow, node, items } = this;
    const itemBinary = (itemIndex: number, given: string | IBinaryData): IBinaryData => {
      if (typeof given !== 'string') return given;
      const data = items[itemIndex]?.binary?.[given];
      if (!data)
        throw new Error(`This operation expects the node's input data to contain a binary file '${given}'`);
      return data;
    };
    const context = {
      getNode: () => node,
      getInputData: () => items,
      getNodeParameter: (name: string, itemIndex: number, fallback?: unknown) =>
        this.parameter(name, itemIndex, fallback),
      continueOnFail: () => run.continueOnFail ?? false,
      getMode: () => run.mode ?? 'trigger',
      getWorkflow: () => ({ id: workflow.id, name: workflow.name, active: workflow.active }),
      getWorkflowStaticData: () => ({}),
      getInstanceId: () => 'instance-1',
      getExecutionId: () => 'execution-1',
      getTimezone: () => workflow.timezone,
      getCredentials: async (type: string) => {
        const credential = run.credentials?.[type];
        if (!credential) throw new Error(`Node does not have any credentials of type "${type}"`);
        return credential;
      },
      addExecutionHints: (...hints: Array<{ message: string }>) => {
        for (const { message } of hints) this.hints.push(message);
      },
      getConnectedNodes: () => [],
      getChildNodes: () => [],
      getNodeInputs: () => [{ type: NodeConnectionTypes.Main }],
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      helpers: {
        createDeferredPromise: () => Promise.withResolvers(),
        assertBinaryData: itemBinary,
        getBinaryDataBuffer: async (itemIndex: number, given: string | IBinaryData) =>
          this.bytes(itemBinary(itemIndex, given)),
        getBinaryStream: async (id: string) => {
          const bytes = this.files.get(id);
          if (!bytes) throw new Error(`There is no binary data "${id}"`);
          return Readable.from(cut(bytes));
        },
        prepareBinaryData: async (content: Buffer | Readable, fileName?: string, mimeType?: string) => {
          const bytes = Buffer.isBuffer(content) ? content : await buffer(content);
          return this.storeBinary(bytes, fileName, mimeType);
        },
      },
    };
    return context as unknown as IExecuteFunctions;
  }
}

/** Runs a node once and gives the items of its first output. */
export function runNode(run: FakeRun): Promise<INodeExecutionData[]> {
  return new FakeExecution(run).output();
}

/** Sets the environment to a new SQLite store for the tests of a file; returns how to close and remove it. */
export async function useTemporaryStore(): Promise<{ readonly file: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'contact-store-'));
  const file = path.join(folder, 'contacts.sqlite');
  const before = process.env.CONTACT_STORE_URL;
  process.env.CONTACT_STORE_URL = `sqlite://${file}`;
  return {
    file,
    async remove() {
      await (await openStore(locationFromEnvironment(process.env), VERSION)).close();
      if (before === undefined) delete process.env.CONTACT_STORE_URL;
      else process.env.CONTACT_STORE_URL = before;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function isItem(item: IDataObject | INodeExecutionData): item is INodeExecutionData {
  return 'json' in item && typeof item.json === 'object' && item.json !== null;
}

/** Pieces as a file system gives them, so that a reader cannot count on getting all at once. */
function* cut(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
