import type { Clock } from '../domain/clock';
import { cleanText } from '../domain/json';
import type { Store, Timer } from '../store/port';
import type { DeliveryEnd, Listener } from './listener';

/** How long a claim holds without renewal, in milliseconds. After a crash its timers are due again by then. */
export const LEASE = 30_000;
const RENEW_EVERY = LEASE / 3;
/** A timer whose process ended so often while it was delivered travels alone: it may be what ends the process. */
const ALONE_FROM = 2;
/** And is kept as failed after so many deliveries without an end. */
const MOST_ATTEMPTS = 5;
/** How often the end of a delivery is written before its claim is left to run out. */
const WRITE_TRIES = 5;
const WRITE_AGAIN_AFTER = 1_000;
const LONGEST_ERROR = 1_000;

interface InFlight {
  readonly listener: Listener;
  readonly end: Promise<void>;
}

/** The deliveries of a process: claimed under a lease, renewed while they run, settled or given back at their end. */
export class Deliveries {
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly newClaim: () => string;
  private readonly onEnd: () => void;
  private readonly running = new Map<string, InFlight>();
  private cancelRenewal: (() => void) | null = null;
  private isClosed = false;

  constructor(store: Store, clock: Clock, newClaim: () => string, onEnd: () => void) {
    this.store = store;
    this.clock = clock;
    this.newClaim = newClaim;
    this.onEnd = onEnd;
  }

  get inFlight(): number {
    return this.running.size;
  }

  /** Resolves when the next of the running deliveries has ended. */
  async next(): Promise<void> {
    await Promise.race([...this.running.values()].map(({ end }) => end));
  }

  /** Whether so many deliveries of a listener run that no other may start. */
  isAtLimit(listener: Listener): boolean {
    const { id } = listener.subscription;
    const own = [...this.running.values()].filter((delivery) => delivery.listener.subscription.id === id);
    return own.length >= listener.maxInFlight;
  }

  /** Starts deliveries of what is due, up to the listener's limit. */
  async dispatch(listener: Listener): Promise<void> {
    while (!this.isAtLimit(listener)) {
      const claim = this.newClaim();
      const claimed = await this.claim(listener, claim);
      if (claimed === null) return;
      if (claimed.length > 0) this.start(listener, claim, claimed);
    }
  }

  close(): void {
    this.isClosed = true;
    this.cancelRenewal?.();
    this.cancelRenewal = null;
  }

  /** Claims the next batch; empty when there was something to look at but nothing to deliver, null when nothing was ripe. */
  private claim(listener: Listener, claim: string) {
    return this.store.write(async (tx) => {
      const now = this.clock.now();
      const ripe = await tx.timers.ripe(listener.subscription.id, now, listener.batchSize);
      const mine = ripe.filter((timer) => timer.claim !== null && this.running.has(timer.claim));
      if (mine.length > 0) {
        // Still running here: the lease ran out because this process was held up, not because it ended.
        await tx.timers.renew([...new Set(mine.flatMap((timer) => timer.claim ?? []))], now + LEASE);
        return ripe.length === mine.length ? null : [];
      }
      const batch = together(ripe);
      if (batch.length === 0) return null;
      const worn = batch.filter(({ attempt }) => attempt >= MOST_ATTEMPTS);
      if (worn.length > 0) {
        await tx.timers.claim(
          worn.map((timer) => timer.id),
          claim,
          now + LEASE,
        );
        await tx.timers.fail(
          claim,
          `Delivered ${MOST_ATTEMPTS} times, and each time the process ended before the execution did.`,
        );
        return [];
      }
      const prepared = await listener.prepare(tx, batch, now);
      await tx.timers.postpone(prepared.postpone);
      await tx.timers.reschedule(prepared.reschedule ?? []);
      if (prepared.discard.length > 0) await tx.timers.remove(prepared.discard);
      await tx.timers.claim(
        prepared.deliver.map(({ timer }) => timer.id),
        claim,
        now + LEASE,
      );
      return prepared.deliver;
    });
  }

  private start(
    listener: Listener,
    claim: string,
    claimed: ReadonlyArray<{ timer: Timer; item: unknown }>,
  ): void {
    const timers = claimed.map(({ timer }) => timer);
    const delivered = listener
      .deliver(
        claimed.map(({ item }) => item),
        claim,
      )
      .catch((error: unknown): DeliveryEnd => ({
        ok: false,
        error: error instanceof Error ? error.message : String(error),
      }));
    const end = delivered
      .then((outcome) => this.finish(listener, claim, timers, outcome))
      .catch((error: unknown) => listener.report(error))
      .finally(() => {
        this.running.delete(claim);
        this.onEnd();
      });
    this.running.set(claim, { listener, end });
    this.keepLeases();
  }

  private async finish(
    listener: Listener,
    claim: string,
    timers: readonly Timer[],
    outcome: DeliveryEnd,
  ): Promise<void> {
    if (!outcome.ok && outcome.isLost) return;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.store.write(async (tx) => {
          const now = this.clock.now();
          if (outcome.ok) {
            await listener.settled?.(tx, timers, now);
            await tx.timers.settle(claim);
          } else if (timers.length > 1 && !outcome.isFinal) {
            // One bad contact stops nobody else: each is delivered again by itself.
            await tx.timers.isolate(claim, now);
          } else {
            await tx.timers.fail(claim, cleanText(outcome.error.slice(0, LONGEST_ERROR)));
          }
        });
        return;
      } catch (error) {
        // What has not been written when the process ends is delivered again, and says so.
        if (this.isClosed) return;
        if (attempt >= WRITE_TRIES) throw error;
        await new Promise<void>((resolve) => this.clock.at(this.clock.now() + WRITE_AGAIN_AFTER, resolve));
      }
    }
  }

  private keepLeases(): void {
    if (this.isClosed) return;
    this.cancelRenewal ??= this.clock.at(this.clock.now() + RENEW_EVERY, () => {
      this.cancelRenewal = null;
      if (this.running.size === 0) return;
      const claims = [...this.running.keys()];
      this.store
        .write((tx) => tx.timers.renew(claims, this.clock.now() + LEASE))
        .catch(() => {})
        .finally(() => {
          if (this.running.size > 0) this.keepLeases();
        });
    });
  }
}

/** The first timers that may travel together, or the first one that travels alone. */
function together(ripe: readonly Timer[]): readonly Timer[] {
  const travelsAlone = (timer: Timer) => timer.isAlone || timer.attempt >= ALONE_FROM;
  const [first] = ripe;
  if (!first) return [];
  if (travelsAlone(first)) return [first];
  const end = ripe.findIndex(travelsAlone);
  return end < 0 ? ripe : ripe.slice(0, end);
}
