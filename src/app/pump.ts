import type { Clock } from '../domain/clock';
import type { Store, Transaction } from '../store/port';
import { StoreError } from '../store/store-error';
import { Deliveries } from './deliveries';
import type { Listener, Upkeep } from './listener';

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
  private readonly upkeeps: Upkeep[] = [];
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

  /** Begins to keep something of the store right, for as long as the pump runs. */
  keep(upkeep: Upkeep): void {
    this.upkeeps.push(upkeep);
    this.wake();
  }

  /** Looks now, or again as soon as the present look has ended. */
  wake(): void {
    if (this.isClosed || this.listeners.size + this.upkeeps.length === 0) return;
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
        for (const own of [...this.listeners.values(), ...this.upkeeps]) own.report(error);
        this.alarm(this.clock.now() + REST_AFTER_FAILURE);
        break;
      }
    }
    this.running = null;
  }

  private async look(): Promise<void> {
    const rested = new Set<Listener | Upkeep>();
    // What it logs is there to be routed at once.
    const nextUpkeep = await this.upkeep(rested);
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
    const later = soonest(nextUpkeep, await this.nextLook(listeners.filter(isFree)));
    if (later !== null && later <= this.clock.now()) this.isAskedAgain = true;
    else if (rested.size > 0) this.alarm(Math.min(later ?? Infinity, this.clock.now() + REST_AFTER_FAILURE));
    else if (later !== null) this.alarm(later);
  }

  /** Does the next page of each upkeep that has something to do; gives the moment at which one next has by time alone. */
  private async upkeep(rested: Set<Listener | Upkeep>): Promise<number | null> {
    let next: number | null = null;
    for (const own of this.upkeeps) {
      await this.attempt(own, rested, async () => {
        const now = this.clock.now();
        const { isBehind, nextAt } = await this.store.read((tx) => own.state(tx, now));
        if (!isBehind && (nextAt === null || nextAt > now)) next = soonest(next, nextAt);
        else {
          await this.store.write((tx) => own.next(tx, now), { isDerived: true });
          this.isAskedAgain = true;
        }
      });
    }
    return next;
  }

  private async nextLook(listeners: readonly Listener[]): Promise<number | null> {
    if (listeners.length === 0) return null;
    const ids = listeners.map(({ subscription }) => subscription.id);
    return this.store.read((tx) => tx.timers.nextLook(ids));
  }

  /** Does something for one of them. One that cannot go on rests, and stops no other; a store that cannot stops all. */
  private async attempt(
    listener: Listener | Upkeep,
    rested: Set<Listener | Upkeep>,
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
  private async route(listeners: readonly Listener[], rested: Set<Listener | Upkeep>): Promise<boolean> {
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

function soonest(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.min(a, b);
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
