import { createRequire } from 'node:module';
import type {
  INode,
  IRun,
  ITriggerFunctions,
  ITriggerResponse,
  IWebhookData,
  Workflow,
  WorkflowActivateMode,
} from 'n8n-workflow';
import type { Executions } from './executions.mts';
import { toEngineWorkflow, type WorkflowState } from './workflow-source.mts';
import { getNodeWebhooks } from './webhook-paths.mts';
import type { World } from './world.mts';

interface CronTime {
  getNextDateFrom(start: Date, timezone?: string): { toMillis(): number };
}

interface Active {
  close: Array<() => Promise<void>>;
  webhooks: IWebhookData[];
}

const reactivationMs = { first: 1_000, longest: 24 * 3_600_000 };

/** Publishes and unpublishes: calls `trigger()` of every node that has one and registers webhooks, as n8n does. */
export class Publication {
  readonly #world: World;
  readonly #executions: Executions;
  readonly #active = new Map<string, Active>();
  readonly #deduplication = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(world: World, executions: Executions) {
    this.#world = world;
    this.#executions = executions;
  }

  async publish(state: WorkflowState, activation: WorkflowActivateMode): Promise<void> {
    const { host, nodeTypes } = this.#world;
    await this.#deactivate(state);
    state.published = true;
    const workflow = toEngineWorkflow(host, nodeTypes, state);
    const active: Active = { close: [], webhooks: [] };
    this.#active.set(state.source.id, active);
    try {
      active.webhooks = await this.#addWebhooks(workflow, activation, active);
      for (const node of workflow.getTriggerNodes())
        await this.#startTrigger(state, workflow, node, activation, active);
    } catch (error) {
      await this.unpublish(state);
      throw error;
    }
    this.#saveStaticData(state, workflow);
  }

  async unpublish(state: WorkflowState): Promise<void> {
    state.published = false;
    await this.#deactivate(state);
  }

  /** Ends triggers and webhooks of every workflow, as the end of the process does; published stays published. */
  async shutDown(): Promise<void> {
    for (const state of this.#world.workflows.all()) await this.#deactivate(state);
  }

  webhooks(): IWebhookData[] {
    return [...this.#active.values()].flatMap(({ webhooks }) => webhooks);
  }

  /** Activations and deactivations that a failed trigger began. */
  underWay(): Array<Promise<void>> {
    return [...this.#underWay];
  }

  async #deactivate(state: WorkflowState): Promise<void> {
    const active = this.#active.get(state.source.id);
    this.#active.delete(state.source.id);
    for (const close of active?.close ?? []) await close();
  }

  async #addWebhooks(
    workflow: Workflow,
    activation: WorkflowActivateMode,
    active: Active,
  ): Promise<IWebhookData[]> {
    const { host, nodeTypes } = this.#world;
    const additionalData = this.#executions.additionalData({ workflowId: workflow.id });
    const webhooks = Object.values(workflow.nodes).flatMap((node) =>
      getNodeWebhooks(host, nodeTypes, workflow, node, additionalData),
    );
    for (const webhook of webhooks) {
      const node = workflow.getNode(webhook.node)!;
      const methods = nodeTypes.getByNameAndVersion(node.type, node.typeVersion).webhookMethods?.[
        webhook.webhookDescription.name
      ];
      const context = (): never =>
        new host.core.HookContext(workflow, node, additionalData, 'trigger', activation, webhook) as never;
      if (methods && !(await methods.checkExists?.call(context()))) await methods.create?.call(context());
      active.close.push(async () => {
        await methods?.delete?.call(context());
      });
    }
    return webhooks;
  }

  async #startTrigger(
    state: WorkflowState,
    workflow: Workflow,
    node: INode,
    activation: WorkflowActivateMode,
    active: Active,
  ): Promise<void> {
    const { host, nodeTypes, timeline } = this.#world;
    const place = { workflow: state.source.name, node: node.name };
    const emit: ITriggerFunctions['emit'] = (items, responsePromise, donePromise, deduplicationKey) => {
      this.#saveStaticData(state, workflow);
      if (deduplicationKey !== undefined && this.#deduplication.has(deduplicationKey)) {
        donePromise?.resolve(undefined as unknown as IRun);
        return;
      }
      if (deduplicationKey !== undefined) this.#deduplication.add(deduplicationKey);
      const { ended } = this.#executions.start({
        ...{ state, mode: 'trigger', node: node.name, items },
        onResponse: (response) => responsePromise?.resolve(response),
      });
      if (donePromise) void ended.then(donePromise.resolve);
    };
    const emitError = (error: Error): void => {
      timeline.add({
        kind: 'error',
        ...place,
        message: `Trigger failed, starting it again: ${error.message}`,
      });
      this.#begin(
        this.#deactivate(state).then(() => this.#activateLater(state, activation, reactivationMs.first)),
      );
    };
    const saveFailedExecution = (error: Error): void => {
      timeline.add({ kind: 'error', ...place, message: error.message });
    };
    const additionalData = this.#executions.additionalData({ workflowId: workflow.id });
    const context = new host.core.TriggerContext(
      ...([
        workflow,
        node,
        additionalData,
        'trigger',
        activation,
        emit,
        emitError,
        saveFailedExecution,
      ] as const),
      this.#scheduling(workflow, active),
    );
    const { trigger } = nodeTypes.getByNameAndVersion(node.type, node.typeVersion);
    const response: ITriggerResponse | undefined = await trigger!.call(context);
    active.close.push(async () => {
      await response?.closeFunction?.();
    });
  }

  /** n8n tries again after a second, then after twice as long each time, up to a day. */
  #activateLater(state: WorkflowState, activation: WorkflowActivateMode, delay: number): void {
    const { clock } = this.#world;
    clock.at(clock.now() + delay, () => {
      if (!state.published || this.#active.has(state.source.id)) return;
      const activating = this.publish(state, activation).catch(() => {
        state.published = true;
        this.#activateLater(state, activation, Math.min(delay * 2, reactivationMs.longest));
      });
      this.#begin(activating);
    });
  }

  #begin(work: Promise<void>): void {
    const watched = work.catch(this.#world.report).finally(() => this.#underWay.delete(watched));
    this.#underWay.add(watched);
  }

  /** What Schedule Trigger asks for, on simulated time. */
  #scheduling(workflow: Workflow, active: Active): object {
    const { host, clock } = this.#world;
    const { CronTime } = createRequire(host.require.resolve('n8n-core'))('cron') as {
      CronTime: new (expression: string, timezone: string) => CronTime;
    };
    const registerCron = ({ expression }: { expression: string }, onTick: (at: Date) => void): boolean => {
      const times = new CronTime(expression, workflow.timezone);
      let cancel = (): void => undefined;
      const setNext = (): void => {
        const next = times.getNextDateFrom(new Date(clock.now()), workflow.timezone).toMillis();
        cancel = clock.at(next, () => {
          setNext();
          onTick(new Date(next));
        });
      };
      setNext();
      active.close.push(() => Promise.resolve(cancel()));
      return true;
    };
    return { registerCron };
  }

  #saveStaticData(state: WorkflowState, { staticData }: Workflow): void {
    if (staticData.__dataChanged === true)
      state.staticData = JSON.parse(JSON.stringify(staticData)) as typeof staticData;
  }
}
