import type {
  IExecuteFunctions,
  INodeExecutionData,
  INodeType,
  ITriggerFunctions,
  ITriggerResponse,
} from 'n8n-workflow';
import type { OpenedStore } from '../../../simulator/simulate.mts';

interface Handle {
  clock: { now(): number; at(time: number, run: () => void): () => void };
  stores: Map<string, OpenedStore>;
}

interface Parked {
  dueAt: number;
  item: INodeExecutionData;
  attempts: number;
}

/**
 * A node that keeps its items until they are due, with `execute()` and `trigger()` as Wait Until Date has them.
 * `disk` stands for what outlives a process; `log` tells what the node saw.
 */
export function parkingNode(disk: Parked[], log: unknown[]): INodeType {
  return {
    description: {
      displayName: 'Park',
      name: 'park',
      group: ['transform'],
      version: 1,
      description: 'Keeps items for some minutes',
      defaults: { name: 'Park' },
      inputs: ['main'],
      outputs: ['main'],
      properties: [{ displayName: 'Minutes', name: 'minutes', type: 'number', default: 10 }],
    },
    execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
      const { clock, stores } = handle();
      const items = this.getInputData();
      if (this.getMode() === 'trigger' && items.every(({ json }) => json.woken === true))
        return Promise.resolve([items]);
      log.push({ execute: this.getMode(), active: this.getWorkflow().active, timezone: this.getTimezone() });
      for (const [index, item] of items.entries()) {
        const minutes = this.getNodeParameter('minutes', index) as number;
        disk.push({ dueAt: clock.now() + minutes * 60_000, item, attempts: 0 });
      }
      (stores.get('park') as ParkStore | undefined)?.arm();
      return Promise.resolve([[]]);
    },
    trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
      log.push({
        trigger: this.getActivationMode(),
        mode: this.getMode(),
        hasInstance: this.getInstanceId().length > 0,
      });
      const store = new ParkStore(disk, async (due) => {
        const done = this.helpers.createDeferredPromise<{ status: string }>();
        this.emit(
          [due.map(({ item }) => ({ ...item, json: { ...item.json, woken: true } }))],
          undefined,
          done as never,
        );
        const { status } = await done.promise;
        log.push({ done: status });
      });
      handle().stores.set('park', store);
      store.arm();
      return Promise.resolve({
        closeFunction: () => {
          log.push({ closed: true });
          return store.close();
        },
      });
    },
  };
}

class ParkStore implements OpenedStore {
  readonly #disk: Parked[];
  readonly #deliver: (due: Parked[]) => Promise<void>;
  readonly #clock = handle().clock;
  #cancel = (): void => undefined;
  #isClosed = false;
  #delivering: Promise<void> = Promise.resolve();

  constructor(disk: Parked[], deliver: (due: Parked[]) => Promise<void>) {
    this.#disk = disk;
    this.#deliver = deliver;
  }

  arm(): void {
    this.#cancel();
    if (this.#disk.length === 0 || this.#isClosed) return;
    const next = Math.min(...this.#disk.map(({ dueAt }) => dueAt));
    this.#cancel = this.#clock.at(next, () => {
      this.#delivering = this.#pump();
    });
  }

  async settled(): Promise<void> {
    await this.#delivering;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    await this.#delivering;
  }

  async #pump(): Promise<void> {
    const due = this.#disk.filter(({ dueAt }) => dueAt <= this.#clock.now());
    await this.#deliver(due);
    for (const each of due) this.#disk.splice(this.#disk.indexOf(each), 1);
    this.arm();
  }
}

/** The handle that the simulator makes before any node is loaded. */
export function handle(): Handle {
  const found = (globalThis as Record<symbol, unknown>)[Symbol.for('n8n-nodes-marketing-automation')];
  if (found === undefined) throw new Error('The simulator did not make the handle');
  return found as Handle;
}
