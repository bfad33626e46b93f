import { setImmediate as nextTurn } from 'node:timers/promises';
import type { OpenStore } from '../../src/app/open-store';
import type { DeliveryEnd } from '../../src/app/listener';
import { Pump } from '../../src/app/pump';
import type { Store, Transaction, WriteOptions } from '../../src/store/port';
import type { TestDatabase } from '../store/databases';
import type { SimulatedClock } from './simulated-clock';

/** A store that tells whether anything is asked of it at the moment. */
export class ObservedStore implements Store {
  readonly kind;
  readonly location;
  active = 0;
  /** Transactions begun so far. */
  reads = 0;
  writes = 0;
  private readonly inner: Store;

  constructor(inner: Store) {
    this.inner = inner;
    this.kind = inner.kind;
    this.location = inner.location;
  }

  read<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    this.reads++;
    return this.observed(this.inner.read(work));
  }

  write<T>(work: (tx: Transaction) => Promise<T>, options?: WriteOptions): Promise<T> {
    this.writes++;
    return this.observed(this.inner.write(work, options));
  }

  onWrite(listener: () => void): () => void {
    return this.inner.onWrite(listener);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private async observed<T>(work: Promise<T>): Promise<T> {
    this.active++;
    try {
      return await work;
    } finally {
      this.active--;
    }
  }
}

let claims = 0;

/** n8n's process as the package sees it: a store that is open, and its pump. */
export class SimulatedProcess implements OpenStore {
  readonly store: ObservedStore;
  readonly clock: SimulatedClock;
  readonly pump: Pump;

  private constructor(store: Store, clock: SimulatedClock) {
    this.store = new ObservedStore(store);
    this.clock = clock;
    this.pump = new Pump(this.store, clock, () => `claim ${++claims}`);
  }

  static async start(database: TestDatabase, clock: SimulatedClock): Promise<SimulatedProcess> {
    return new SimulatedProcess(await database.open(), clock);
  }

  /** Resolves when nothing happens any more, though executions may still be running. */
  async atRest(): Promise<void> {
    for (let quietTurns = 0; quietTurns < 4; quietTurns++) {
      await nextTurn();
      if (this.store.active > 0) quietTurns = -1;
    }
  }

  settled(): Promise<void> {
    return this.pump.settled();
  }

  /** Ends as a process does that is killed: what runs is neither awaited nor settled. */
  async close(): Promise<void> {
    await this.pump.close();
    await this.store.close();
  }
}

/** One delivery that was given to an execution. */
export interface Delivery<Item> {
  readonly claim: string;
  readonly items: readonly Item[];
  readonly at: number;
  /** How the execution ended; null while it runs, or if its process ended before. */
  end: DeliveryEnd | null;
}

/** The executions of a workflow: written down, and ended as the test says. */
export class Executions<Item> {
  readonly deliveries: Array<Delivery<Item>> = [];
  readonly problems: unknown[] = [];
  /** How an execution that starts now ends; null: it runs until `end` is called. */
  behave: (items: readonly Item[]) => DeliveryEnd | null = () => ({ ok: true });
  /** The most that ran at the same time. */
  mostAtOnce = 0;
  private running = new Map<Delivery<Item>, (end: DeliveryEnd) => void>();
  private readonly clock: SimulatedClock;

  constructor(clock: SimulatedClock) {
    this.clock = clock;
  }

  readonly deliver = (items: readonly Item[], claim: string): Promise<DeliveryEnd> => {
    const delivery: Delivery<Item> = { claim, items, at: this.clock.now(), end: null };
    this.deliveries.push(delivery);
    return new Promise((resolve) => {
      this.running.set(delivery, (end) => {
        delivery.end = end;
        this.running.delete(delivery);
        resolve(end);
      });
      this.mostAtOnce = Math.max(this.mostAtOnce, this.running.size);
      const end = this.behave(items);
      // An execution takes a moment, so that others may start meanwhile.
      if (end) setImmediate(() => this.running.get(delivery)?.(end));
    });
  };

  readonly report = (error: unknown): void => {
    this.problems.push(error);
  };

  get items(): Item[] {
    return this.deliveries.flatMap(({ items }) => [...items]);
  }

  get atOnce(): number {
    return this.running.size;
  }

  /** Ends every execution that runs. */
  end(end: DeliveryEnd = { ok: true }): void {
    for (const finish of [...this.running.values()]) finish(end);
  }

  /** The process that ran them is gone. */
  forget(): void {
    this.running = new Map();
  }
}
