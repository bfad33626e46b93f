import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type {
  IDataObject,
  IExecuteFunctions,
  INodeExecutionData,
  INodeType,
  INodeTypes,
  IVersionedNodeType,
} from 'n8n-workflow';
import type { Host } from './host.mts';
import { localNodes } from './local-nodes.mts';
import type { Outbox } from './outbox.mts';
import { recordedNodes, recordingNode } from './recorders.mts';
import { SimulationError } from './refusal.mts';

type AnyNode = INodeType | IVersionedNodeType;
type KnownNodes = Record<string, { className: string; sourcePath: string }>;

export interface NodeTypesOptions {
  host: Host;
  outbox: Outbox;
  /** Folder of the built package under test. */
  packageFolder: string;
  /** Nodes of the scenario's own, by their full type name. They go first. */
  nodes: Record<string, AnyNode>;
}

/** The node types a simulation knows: the package's from `dist`, n8n's own where nothing leaves the house. */
export class SimulatedNodeTypes implements INodeTypes {
  readonly #options: NodeTypesOptions;
  readonly #require: NodeJS.Require;
  readonly #packageName: string;
  #loaded = new Map<string, AnyNode>();
  #versions = new Map<string, INodeType>();
  readonly #known: KnownNodes;

  constructor(options: NodeTypesOptions) {
    this.#options = options;
    this.#require = createRequire(join(options.packageFolder, 'package.json'));
    this.#packageName = this.#manifest().name;
    this.#known = options.host.require('n8n-nodes-base/dist/known/nodes.json') as KnownNodes;
  }

  getByName(type: string): AnyNode {
    const found = this.#loaded.get(type) ?? this.#load(type);
    this.#loaded.set(type, found);
    return found;
  }

  getByNameAndVersion(type: string, version?: number): INodeType {
    const key = `${type}@${version ?? ''}`;
    const found = this.#versions.get(key) ?? this.#prepare(type, version);
    this.#versions.set(key, found);
    return found;
  }

  getKnownTypes(): IDataObject {
    return {};
  }

  /** Loads the package anew, as a started process does. */
  reload(): void {
    const built = join(this.#options.packageFolder, 'dist');
    for (const file of Object.keys(this.#require.cache)) {
      if (file.startsWith(built)) delete this.#require.cache[file];
    }
    this.#loaded = new Map();
    this.#versions = new Map();
  }

  #prepare(type: string, version: number | undefined): INodeType {
    const { host, outbox } = this.#options;
    const real = host.workflow.NodeHelpers.getVersionedNodeType(this.getByName(type), version);
    if (real === undefined) throw new SimulationError(`The node type "${type}" has no version ${version}`);
    const name = type.replace(/^n8n-nodes-base\./, '');
    if (name === type || type in this.#options.nodes) return real;
    if (name === 'wait') return withoutSleep(real);
    return recordingNode(host, name, real, outbox) ?? real;
  }

  #load(type: string): AnyNode {
    const given = this.#options.nodes[type];
    if (given !== undefined) return given;
    const [packageName, name = ''] = splitType(type);
    if (packageName === this.#packageName) return this.#loadOwn(name);
    if (packageName !== 'n8n-nodes-base' || !(name in this.#known)) {
      throw new SimulationError(
        `The node type "${type}" is not known here. Give it in "nodes", or use another.`,
      );
    }
    if (!localNodes.has(name) && !recordedNodes.includes(name)) {
      throw new SimulationError(
        `The node type "${type}" would reach beyond this machine and has no recorder. ` +
          `Recorded are: ${recordedNodes.join(', ')}. Give your own in "nodes" otherwise.`,
      );
    }
    const { className, sourcePath } = this.#known[name]!;
    return instanceOf(this.#options.host.require(`n8n-nodes-base/${sourcePath}`), className);
  }

  #loadOwn(name: string): AnyNode {
    const files = this.#manifest().n8n.nodes.map((file) => join(this.#options.packageFolder, file));
    const missing = files.find((file) => !existsSync(file));
    if (missing !== undefined)
      throw new SimulationError(`The package is not built: ${missing} is missing. npm run build`);
    for (const file of files) {
      const node = instanceOf(this.#require(file), basename(file, '.node.js'));
      this.#loaded.set(`${this.#packageName}.${node.description.name}`, node);
    }
    const found = this.#loaded.get(`${this.#packageName}.${name}`);
    if (found === undefined)
      throw new SimulationError(`The package ${this.#packageName} has no node "${name}"`);
    return found;
  }

  #manifest(): { name: string; n8n: { nodes: string[] } } {
    return JSON.parse(readFileSync(join(this.#options.packageFolder, 'package.json'), 'utf8')) as {
      name: string;
      n8n: { nodes: string[] };
    };
  }
}

function splitType(type: string): string[] {
  const dot = type.lastIndexOf('.');
  return [type.slice(0, dot), type.slice(dot + 1)];
}

function instanceOf(module: unknown, className: string): AnyNode {
  const NodeClass = (module as Record<string, new () => AnyNode>)[className];
  if (NodeClass === undefined)
    throw new SimulationError(`No class ${className} is exported where it is expected`);
  return new NodeClass();
}

/** Stock Wait sleeps for real when the wait is shorter than 65 s; here every wait is one of simulated time. */
function withoutSleep(real: INodeType): INodeType {
  const execute = real.execute as unknown as (context: IExecuteFunctions) => Promise<INodeExecutionData[][]>;
  return Object.assign(Object.create(real) as INodeType, {
    async execute(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
      const { setTimeout } = globalThis;
      let sleep: number | undefined;
      globalThis.setTimeout = ((_: () => void, delay = 0) => {
        sleep = delay;
      }) as unknown as typeof setTimeout;
      let result: Promise<INodeExecutionData[][]>;
      try {
        // The node asks for its timer before its first await.
        result = execute.call(real, context);
      } finally {
        globalThis.setTimeout = setTimeout;
      }
      if (sleep === undefined) return await result;
      await context.putExecutionToWait(new Date(Date.now() + sleep));
      return [context.getInputData()];
    },
  });
}
