import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DateTime, type DurationLike } from 'luxon';
import type { INodeType, IVersionedNodeType } from 'n8n-workflow';
import { SimulatedClock, type Clock } from './clock.mts';
import { Executions } from './executions.mts';
import type { HttpResponse } from './http-exchange.mts';
import { loadHost, projectFolder } from './host.mts';
import { SimulatedNodeTypes } from './node-types.mts';
import { Outbox, type CannedResponse, type Failure } from './outbox.mts';
import { Publication } from './publication.mts';
import { SimulationError } from './refusal.mts';
import { runOnce, type RunOptions, type RunResult } from './run-once.mts';
import { settle, type OpenedStore } from './settling.mts';
import { replaceDate } from './simulated-date.mts';
import { Timeline, type TimelineEntry } from './timeline.mts';
import { Webhooks, type WebhookRequest } from './webhooks.mts';
import { readWorkflow, saveWorkflow, type Adjustments, type WorkflowJson } from './workflow-source.mts';
import { Workflows, type World } from './world.mts';

export type { CannedResponse, Failure, HttpResponse, OpenedStore, RunOptions, RunResult, TimelineEntry };
export type { WebhookRequest, WorkflowJson };
export { SimulationError };

export interface SimulationOptions extends Adjustments {
  /** Workflows as JSON or as paths of files. All are published in this order unless `published` says otherwise. */
  workflows: Array<WorkflowJson | string>;
  /** Names of the workflows to publish at the start. */
  published?: string[];
  /** The first moment, ISO; without an offset it is UTC. */
  start: string;
  /** n8n's default time zone; a workflow's own setting goes first. UTC by default. */
  timezone?: string;
  /** Attempts to send that fail. */
  failures?: Failure[];
  /** Answers to HTTP requests; `{}` with status 200 to those without. */
  responses?: CannedResponse[];
  /** Values of credentials by type, or by the name a node gives to them. */
  credentials?: Record<string, Record<string, unknown>>;
  /** Nodes of the scenario's own, by full type name. */
  nodes?: Record<string, INodeType | IVersionedNodeType>;
  /** Known people: gives the zone for a message whose item carries no contact. */
  people?: Array<{ email?: string; phone?: string; timezone?: string }>;
  /** Value of `CONTACT_STORE_URL`; by default a SQLite file that goes when the simulation is closed. */
  store?: string;
  /** Folder of the built package; the project's by default. */
  packageFolder?: string;
  /** Real seconds until something that does not settle is taken to hang. 60 by default. */
  patienceSeconds?: number;
}

/** The one handle of the package in a process. */
interface Handle {
  clock: Clock;
  stores: Map<string, OpenedStore>;
}

const handleKey = Symbol.for('n8n-nodes-marketing-automation');
const process_ = globalThis as unknown as { [handleKey]?: Handle };

const commonCredentials: Record<string, Record<string, unknown>> = {
  smtp: { host: 'smtp.example.com', port: 587, secure: false, user: 'simulated', password: 'simulated' },
  httpHeaderAuth: { name: 'X-Api-Key', value: 'simulated' },
  httpBasicAuth: { user: 'simulated', password: 'simulated' },
  httpBearerAuth: { token: 'simulated' },
};

let isRunning = false;

/** Starts n8n's engine with the given workflows at the given moment. Only one simulation at a time in a process. */
export async function createSimulation(options: SimulationOptions): Promise<Simulation> {
  if (isRunning) throw new SimulationError('One simulation at a time: close the other first');
  const start = DateTime.fromISO(options.start, { zone: 'utc' });
  if (!start.isValid)
    throw new SimulationError(`"${options.start}" is no ISO time: ${start.invalidExplanation}`);
  const host = await loadHost();
  isRunning = true;
  const simulation = new Simulation(options, host, start.toMillis());
  try {
    await simulation.open();
  } catch (error) {
    await simulation.close();
    throw error;
  }
  return simulation;
}

export class Simulation {
  readonly #options: SimulationOptions;
  readonly #clock: SimulatedClock;
  readonly #timeline: Timeline;
  readonly #outbox: Outbox;
  readonly #world: World;
  readonly #executions: Executions;
  readonly #publication: Publication;
  readonly #webhooks: Webhooks;
  readonly #problems: unknown[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), 'contact-store-'));
  readonly #undo: Array<() => void> = [];
  #life: ReturnType<SimulatedClock['lifetime']>;
  #ids = 0;

  constructor(options: SimulationOptions, host: World['host'], start: number) {
    this.#options = options;
    const report = (problem: unknown): void => void this.#problems.push(problem);
    this.#clock = new SimulatedClock(start, report);
    this.#life = this.#clock.lifetime();
    this.#timeline = new Timeline(() => this.#clock.now());
    const zones = new Map(
      (options.people ?? []).flatMap(({ email, phone, timezone }) =>
        [email?.toLowerCase(), phone].map((address) => [address, timezone] as const),
      ),
    );
    const zoneOf = (address: string): string | undefined => zones.get(address.toLowerCase());
    this.#outbox = new Outbox(this.#timeline, options.failures ?? [], [...(options.responses ?? [])], zoneOf);
    const packageFolder = options.packageFolder ?? projectFolder;
    const nodeTypes = new SimulatedNodeTypes({
      host,
      outbox: this.#outbox,
      packageFolder,
      nodes: options.nodes ?? {},
    });
    this.#world = {
      ...{
        host,
        clock: this.#clock,
        timeline: this.#timeline,
        nodeTypes,
        workflows: new Workflows(),
        report,
      },
      credentials: { ...commonCredentials, ...options.credentials },
    };
    this.#executions = new Executions(this.#world);
    this.#publication = new Publication(this.#world, this.#executions);
    this.#webhooks = new Webhooks(this.#world, this.#executions, this.#publication);
  }

  /** Called by `createSimulation` alone. */
  async open(): Promise<void> {
    const { workflows, published, timezone = 'UTC', store } = this.#options;
    this.#undo.push(replaceDate(() => this.#clock.now()));
    this.#setEnvironment('CONTACT_STORE_URL', store ?? `sqlite://${join(this.#folder, 'contacts.sqlite')}`);
    this.#setEnvironment('GENERIC_TIMEZONE', timezone);
    this.#world.host.workflow.setGlobalState({ defaultTimezone: timezone });
    this.#startProcess();
    for (const given of workflows) this.#add(readWorkflow(given));
    this.#checkAdjustments();
    const names = published ?? this.#world.workflows.all().map(({ source }) => source.name);
    for (const name of names) this.#world.workflows.get(name).published = true;
    for (const name of names) await this.#publication.publish(this.#world.workflows.get(name), 'activate');
    await this.settle();
  }

  /** The present moment in ISO, UTC. */
  now(): string {
    return new Date(this.#clock.now()).toISOString();
  }

  /** Calls a webhook, and waits until everything it started has ended. */
  async request(request: WebhookRequest): Promise<HttpResponse> {
    const [response] = await Promise.all([this.#webhooks.request(request), this.#settleSoon()]);
    await this.settle();
    return response;
  }

  /** Goes to a moment (ISO; without an offset UTC), one timer after the other, each settled before the next. */
  async advanceTo(moment: string): Promise<void> {
    const time = DateTime.fromISO(moment, { zone: 'utc' });
    if (!time.isValid) throw new SimulationError(`"${moment}" is no ISO time: ${time.invalidExplanation}`);
    await this.#advanceTo(time.toMillis());
  }

  /** Goes on by a duration of exact length in UTC, e.g. `{ hours: 1 }`. */
  async advanceBy(duration: DurationLike): Promise<void> {
    const now = DateTime.fromMillis(this.#clock.now(), { zone: 'utc' });
    await this.#advanceTo(now.plus(duration).toMillis());
  }

  /** Waits until nothing is left to do at this moment. The other calls do so by themselves. */
  async settle(): Promise<void> {
    await settle({
      clock: this.#clock,
      executions: this.#executions,
      activations: () => this.#publication.underWay(),
      stores: () => [...this.#handle().stores.values()],
      problems: this.#problems,
      patienceSeconds: this.#options.patienceSeconds ?? 60,
    });
  }

  /** Runs one workflow once, as pressing Execute (`manual`) or as its trigger would, and gives each node's output. */
  async run(options: RunOptions): Promise<RunResult> {
    const result = runOnce(this.#world, this.#executions, options);
    await Promise.all([result, this.#settleSoon()]);
    await this.settle();
    return await result;
  }

  timeline(): TimelineEntry[] {
    return this.#timeline.entries();
  }

  /** From now on, attempts like this fail; see `failures`. */
  failWhen(failure: Failure): void {
    this.#outbox.fail(failure);
  }

  /** From now on, requests like this are answered so; goes before earlier answers. */
  respondWith(response: CannedResponse): void {
    this.#outbox.respond(response);
  }

  async publish(workflow: string): Promise<void> {
    await this.#publication.publish(this.#world.workflows.get(workflow), 'activate');
    await this.settle();
  }

  async unpublish(workflow: string): Promise<void> {
    await this.#publication.unpublish(this.#world.workflows.get(workflow));
    await this.settle();
  }

  /** Saves a new version of the workflow of the same name; if it is published, the new one is from now on. */
  async replaceWorkflow(given: WorkflowJson | string): Promise<void> {
    const json = readWorkflow(given);
    const state = this.#world.workflows.get(json.name);
    state.source = this.#save(json, state.source.id);
    if (state.published) await this.#publication.publish(state, 'update');
    await this.settle();
  }

  /** Ends the process in order and starts it again: triggers and stores close, the package is loaded anew. */
  async restart(): Promise<void> {
    await this.settle();
    await this.#endProcess();
    this.#startProcess();
    for (const state of this.#world.workflows.all()) {
      if (state.published) await this.#publication.publish(state, 'init');
    }
    await this.settle();
  }

  async close(): Promise<void> {
    try {
      await this.#endProcess();
    } finally {
      for (const undo of this.#undo.splice(0).reverse()) undo();
      delete process_[handleKey];
      rmSync(this.#folder, { recursive: true, force: true });
      isRunning = false;
    }
  }

  async #advanceTo(time: number): Promise<void> {
    await this.settle();
    for (let next = this.#clock.next(); next !== undefined && next <= time; next = this.#clock.next()) {
      this.#clock.moveTo(Math.max(next, this.#clock.now()));
      await this.settle();
    }
    this.#clock.moveTo(time);
    await this.settle();
  }

  /** Settles while a request is answered, so that whatever hangs is told with its reason. */
  async #settleSoon(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    await this.settle();
  }

  #add(json: WorkflowJson): void {
    this.#ids += 1;
    const source = this.#save(json, json.id ?? `workflow-${this.#ids}`);
    this.#world.workflows.add({
      source,
      published: false,
      staticData: structuredClone(json.staticData ?? {}),
    });
  }

  #save(json: WorkflowJson, id: string): ReturnType<typeof saveWorkflow> {
    const { host, nodeTypes } = this.#world;
    try {
      return saveWorkflow(host, nodeTypes, json, id, this.#options);
    } catch (error) {
      if (!(error instanceof SimulationError)) throw error;
      throw new SimulationError(`In the workflow "${json.name}": ${error.message}`);
    }
  }

  #checkAdjustments(): void {
    const { settings = {}, parameters = {} } = this.#options;
    for (const name of [...Object.keys(settings), ...Object.keys(parameters)])
      this.#world.workflows.get(name);
  }

  #startProcess(): void {
    this.#life = this.#clock.lifetime();
    process_[handleKey] = { clock: this.#life, stores: new Map() };
    this.#world.nodeTypes.reload();
  }

  async #endProcess(): Promise<void> {
    await this.#publication.shutDown();
    for (const store of this.#handle().stores.values()) await store.close();
    this.#life.end();
  }

  #handle(): Handle {
    process_[handleKey] ??= { clock: this.#life, stores: new Map() };
    return process_[handleKey];
  }

  #setEnvironment(name: string, value: string): void {
    const before = process.env[name];
    process.env[name] = value;
    this.#undo.push(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}
