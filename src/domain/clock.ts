/** Where the package takes the time from. Logic never reads the system's clock itself. */
export interface Clock {
  /** The present moment, in epoch milliseconds UTC. */
  now(): number;
  /** Calls `run` once when the clock reaches `time` (epoch milliseconds), at once if it has; returns a cancel. */
  at(time: number, run: () => void): () => void;
}
