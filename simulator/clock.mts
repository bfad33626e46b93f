import { SimulationError } from './refusal.mts';

/** What the package's handle calls a clock: the time in epoch milliseconds, and a call at a time. */
export interface Clock {
  now(): number;
  at(time: number, run: () => void): () => void;
}

interface Timer {
  time: number;
  sequence: number;
  run: () => void;
}

/**
 * A clock that moves only when told to. Timers run in the order of their times, those of one instant in the order
 * in which they were set. A timer set for the present or the past runs at the next turn of the real event loop,
 * as it would under a real clock.
 */
export class SimulatedClock implements Clock {
  #now: number;
  #sequence = 0;
  #timers: Timer[] = [];
  #woken: NodeJS.Immediate | undefined;
  readonly #onError: (error: unknown) => void;

  constructor(start: number, onError: (error: unknown) => void) {
    this.#now = start;
    this.#onError = onError;
  }

  now(): number {
    return this.#now;
  }

  at(time: number, run: () => void): () => void {
    if (!Number.isFinite(time))
      throw new TypeError(`A timer needs a time in epoch milliseconds, not ${time}`);
    const timer: Timer = { time, sequence: this.#sequence++, run };
    this.#timers.splice(this.#placeOf(timer), 0, timer);
    if (time <= this.#now) this.#wake();
    return () => {
      const place = this.#timers.indexOf(timer);
      if (place >= 0) this.#timers.splice(place, 1);
    };
  }

  /** The time of the earliest timer, if any is set. */
  next(): number | undefined {
    return this.#timers[0]?.time;
  }

  hasDue(): boolean {
    const next = this.next();
    return next !== undefined && next <= this.#now;
  }

  /** Sets the time. Timers that became due run at the next turn of the real event loop. */
  moveTo(time: number): void {
    if (time < this.#now) {
      const [from, to] = [this.#now, time].map((each) => new Date(each).toISOString());
      throw new SimulationError(`Simulated time does not go back: it is ${from}, asked for ${to}`);
    }
    this.#now = time;
    if (this.hasDue()) this.#wake();
  }

  /** A clock whose timers can be dropped all at once, as the end of a process drops its timers. */
  lifetime(): Clock & { end(): void } {
    const cancels = new Set<() => void>();
    let ended = false;
    return {
      now: () => this.#now,
      at: (time, run) => {
        if (ended) return () => undefined;
        const cancel = this.at(time, () => {
          cancels.delete(cancel);
          run();
        });
        cancels.add(cancel);
        return () => {
          cancels.delete(cancel);
          cancel();
        };
      },
      end: () => {
        ended = true;
        for (const cancel of cancels) cancel();
        cancels.clear();
      },
    };
  }

  #placeOf({ time }: Timer): number {
    let low = 0;
    let high = this.#timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#timers[middle]!.time <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #wake(): void {
    this.#woken ??= setImmediate(() => {
      this.#woken = undefined;
      this.#runDue();
    });
  }

  #runDue(): void {
    // What a callback sets for this instant waits for the next turn, so that promises get their turn in between.
    const limit = this.#sequence;
    for (;;) {
      const place = this.#timers.findIndex(({ time, sequence }) => time > this.#now || sequence < limit);
      const timer = this.#timers[place];
      if (timer === undefined || timer.time > this.#now) break;
      this.#timers.splice(place, 1);
      try {
        timer.run();
      } catch (error) {
        this.#onError(error);
      }
    }
    if (this.hasDue()) this.#wake();
  }
}
