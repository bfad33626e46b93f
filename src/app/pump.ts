import type { Change, ChangeKind } from '../domain/change/change';
import type { Clock } from '../domain/clock';
import type { NewTimer, Store, Subscription, Timer, Transaction } from '../store/port';
import { StoreError } from '../store/store-error';
import { Deliveries } from './deliveries';

/** What a listener makes of ripe timers; it names each of them. */
export interface Prepared<Item> {
  readonly deliver: ReadonlyArray<{ readonly timer: Timer; readonly item: Item }>;
  /** Looked at too early: nothing let them go, they wait on until they are due. */
  readonly postpone: readonly number[];
  /** Due, but not at this moment: they wait for another one. */
  readonly reschedule?: ReadonlyArray<{ readonly id: number; readonly dueAt: number }>;
  /** Nothing is to be delivered any more. */
  readonly discard: readonly number[];
}

/**
 * How an execution that was given a batch ended. A failed batch is delivered again one by one, unless somebody
 * stopped it on purpose: then it is `final`, and kept as failed.
 */
export type DeliveryEnd =
  { readonly ok: true } | { readonly ok: false; readonly error: string; readonly isFinal?: boolean };

/** One node of a published workflow that is to be told when something is due. */
export interface Listener<Item = unknown> {
  readonly subscription: Subscription;
  /** At most so many contacts in one delivery. */
  readonly batchSize: number;
  /** At most so many deliveries at the same time. */
  readonly maxInFlight: number;
  /** The kinds of change this listener turns into timers; none for waits. */
  readonly kinds: readonly ChangeKind[];
  /** What changes mean for it: the timers to set. Called with every change of its kinds once, in order. */
  route(tx: Transaction, changes: readonly Change[], now: number): Promise<readonly NewTimer[]>;
  /** How the timers of contacts that were there before are set, page by page; listeners that watch ahead only have none. */
  readonly seeding?: {
    /** Whether pages are left, by the subscription as the store has it. */
    isUnfinished(subscription: Subscription): boolean;
    next(tx: Transaction, now: number): Promise<void>;
  };
  prepare(tx: Transaction, timers: readonly Timer[], now: number): Promise<Prepared<Item>>;
  /** Starts an execution with these items and answers when it has ended. */
  deliver(items: readonly Item[], claim: string): Promise<DeliveryEnd>;
  /** In the transaction that ends a successful delivery. */
  settled?(tx: Transaction, timers: readonly Timer[], now: number): Promise<void>;
  /** Told when the store or the execution failed; the pump goes on by itself. */
  report(error: unknown): void;
}

/** Changes that are routed in one transaction. */
const ROUTE_AT_ONCE = 1_000;
/** How long the pump rests after the store failed, in milliseconds. */
const REST_AFTER_FAILURE = 5_000;

/**
 * The one place where a process looks at what is due. It turns changes into timers, pops due timers and
 * delivers them, and rests otherwise: woken by writes to the store and by the next due time.
 */
export class Pump {
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly listeners = new Map<number, Listener>();
  private readonly deliveries: Deliveries;
  private readonly stopListening: () => void;
  private running: Promise<void> | null = null;
  private isAskedAgain = false;
  private isClosed = false;
  private cancelAlarm: () => void = () => {};

  constructor(store: Store, clock: Clock, newClaim: () => string) {
    this.store = store;
    this.clock = clock;
    this.deliveries = new Deliveries(store, clock, newClaim, () => this.wake());
    this.stopListening = store.onWrite(() => this.wake());
  }

  /** Begins to serve a listener; returns how to stop. What is in flight ends by itself. */
  add(listener: Listener): () => void {
    const { id } = listener.subscription;
    this.listeners.set(id, listener);
    this.wake();
    return () => {
      if (this.listeners.get(id) === listener) this.listeners.delete(id);
    };
  }

  /** Looks now, or again as soon as the present look has ended. */
  wake(): void {
    if (this.isClosed || this.listeners.size === 0) return;
    this.isAskedAgain = true;
    this.running ??= this.run();
  }

  /** Resolves when nothing is due at the clock's present time, no change is unrouted and nothing is in flight. */
  async settled(): Promise<void> {
    for (;;) {
      if (this.running) await this.running;
      else if (this.deliveries.inFlight > 0) await this.deliveries.next();
      else return;
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.stopListening();
    this.cancelAlarm();
    this.listeners.clear();
    await this.running;
    this.deliveries.close();
  }

  private async run(): Promise<void> {
    // A caller sets several things off in one go; one look serves them all.
    await Promise.resolve();
    while (this.isAskedAgain && !this.isClosed) {
      this.isAskedAgain = false;
      try {
        await this.look();
      } catch (error) {
        for (const listener of this.listeners.values()) listener.report(error);
        this.alarm(this.clock.now() + REST_AFTER_FAILURE);
        break;
      }
    }
    this.running = null;
  }

  private async look(): Promise<void> {
    const rested = new Set<Listener>();
    const listeners = [...this.listeners.values()];
    if (await this.route(listeners, rested)) this.isAskedAgain = true;
    // A listener at its limit is looked at again when a delivery of it ends; the others at their next due time.
    const isFree = (listener: Listener) => !rested.has(listener) && !this.deliveries.isAtLimit(listener);
    const next = await this.nextLook(listeners.filter(isFree));
    if (next !== null && next <= this.clock.now()) {
      for (const listener of listeners.filter(isFree)) {
        await this.attempt(listener, rested, () => this.deliveries.dispatch(listener));
      }
    }
    const later = await this.nextLook(listeners.filter(isFree));
    if (later !== null && later <= this.clock.now()) this.isAskedAgain = true;
    else if (rested.size > 0) this.alarm(Math.min(later ?? Infinity, this.clock.now() + REST_AFTER_FAILURE));
    else if (later !== null) this.alarm(later);
  }

  private nextLook(listeners: readonly Listener[]): Promise<number | null> {
    const ids = listeners.map(({ subscription }) => subscription.id);
    return this.store.read((tx) => tx.timers.nextLook(ids));
  }

  /** Does something for one listener. One that cannot go on rests, and stops no other; a store that cannot stops all. */
  private async attempt(
    listener: Listener,
    rested: Set<Listener>,
    work: () => Promise<unknown>,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof StoreError) throw error;
      rested.add(listener);
      listener.report(error);
    }
  }

  /** Whether there is more to route or to seed. */
  private async route(listeners: readonly Listener[], rested: Set<Listener>): Promise<boolean> {
    const routed = listeners.filter(({ kinds, seeding }) => kinds.length > 0 || seeding);
    if (routed.length === 0) return false;
    const { behind, unseeded } = await this.store.read(async (tx) => {
      const last = await tx.changes.lastSequence();
      const present = new Map((await tx.subscriptions.list()).map((own) => [own.id, own]));
      const stored = (listener: Listener) => present.get(listener.subscription.id);
      return {
        behind: routed.filter((listener) => (stored(listener)?.cursor ?? last) < last),
        unseeded: routed.filter((listener) => {
          const own = stored(listener);
          return own !== undefined && listener.seeding?.isUnfinished(own) === true;
        }),
      };
    });
    const now = this.clock.now();
    let isMore = false;
    for (const listener of behind) {
      await this.attempt(listener, rested, async () => {
        isMore = (await this.store.write((tx) => routeChanges(tx, listener, now))) || isMore;
      });
    }
    for (const listener of unseeded.filter((own) => !rested.has(own))) {
      await this.attempt(listener, rested, async () => {
        await this.store.write(async (tx) => listener.seeding?.next(tx, now));
        isMore = true;
      });
    }
    return isMore;
  }

  private alarm(at: number): void {
    this.cancelAlarm();
    this.cancelAlarm = this.clock.at(at, () => this.wake());
  }
}

async function routeChanges(tx: Transaction, listener: Listener, now: number): Promise<boolean> {
  const { key, id } = listener.subscription;
  const cursor = (await tx.subscriptions.get(key))?.cursor;
  if (cursor === undefined) return false;
  const last = await tx.changes.lastSequence();
  const changes = await tx.changes.after(cursor, listener.kinds, ROUTE_AT_ONCE);
  if (changes.length > 0) {
    await tx.timers.set(id, await listener.route(tx, changes, now), 'restart', now);
  }
  const isMore = changes.length === ROUTE_AT_ONCE;
  await tx.subscriptions.advance(id, isMore ? (changes.at(-1)?.sequence ?? last) : last);
  return isMore;
}
