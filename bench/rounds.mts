/** Two ways of doing the same work, measured in turns so that whatever else the machine does falls on both. */

/** One way: does the work of a round and tells how many rows that were. */
export interface Side {
  /** What is to be ready before the clock runs. */
  prepare?(round: number): Promise<void>;
  run(round: number): Promise<number>;
}

export interface Race {
  /** Medians over the rounds, rows a second. */
  ours: number;
  reference: number;
  ratio: number;
  rounds: number;
}

/** Runs both sides `rounds` times after some uncounted ones, the one that goes first changing from round to round. */
export async function race(ours: Side, reference: Side, rounds: number, uncounted = 1): Promise<Race> {
  const rates = { ours: [] as number[], reference: [] as number[] };
  for (let round = 0; round < uncounted + rounds; round++) {
    const order = round % 2 === 0 ? (['ours', 'reference'] as const) : (['reference', 'ours'] as const);
    for (const name of order) {
      const rate = await rateOf(name === 'ours' ? ours : reference, round);
      if (round >= uncounted) rates[name].push(rate);
    }
  }
  const result = { ours: median(rates.ours), reference: median(rates.reference) };
  return { ...result, ratio: result.ours / result.reference, rounds };
}

async function rateOf(side: Side, round: number): Promise<number> {
  await side.prepare?.(round);
  globalThis.gc?.();
  const begun = performance.now();
  const rows = await side.run(round);
  return (rows / (performance.now() - begun)) * 1000;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
