import type { Clock } from '../../src/domain/clock';

interface Alarm {
  readonly time: number;
  readonly run: () => void;
}

/** A clock that stands still until it is told to go on. Alarms ring in the order of their times. */
export class SimulatedClock implements Clock {
  private time: number;
  private readonly alarms = new Set<Alarm>();

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.time = start;
  }

  now(): number {
    return this.time;
  }

  at(time: number, run: () => void): () => void {
    const alarm = { time, run };
    this.alarms.add(alarm);
    // As under a real clock, what is due already runs soon, not at once.
    if (time <= this.time) setImmediate(() => this.ring(alarm));
    return () => this.alarms.delete(alarm);
  }

  /** Goes on by so many milliseconds, from alarm to alarm; `settle` is awaited after each. */
  async advance(milliseconds: number, settle: () => Promise<void>): Promise<void> {
    const end = this.time + milliseconds;
    await settle();
    for (;;) {
      const next = [...this.alarms].sort((a, b) => a.time - b.time)[0];
      if (!next || next.time > end) break;
      this.time = Math.max(this.time, next.time);
      this.ring(next);
      await settle();
    }
    this.time = end;
    await settle();
  }

  private ring(alarm: Alarm): void {
    if (this.alarms.delete(alarm)) alarm.run();
  }
}
