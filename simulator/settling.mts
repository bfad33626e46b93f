import type { SimulatedClock } from './clock.mts';
import type { Executions } from './executions.mts';
import { SimulationError } from './refusal.mts';

/** What the package puts into the `stores` of its handle. */
export interface OpenedStore {
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface SettlingOptions {
  clock: SimulatedClock;
  executions: Executions;
  /** Workflows that are being activated or deactivated. */
  activations: () => Array<Promise<void>>;
  stores: () => OpenedStore[];
  problems: unknown[];
  /** Real seconds after which something is taken to hang. */
  patienceSeconds: number;
}

const mostRoundsInOneInstant = 100_000;

/**
 * Waits until nothing is left to do at the present instant: no timer due, no execution under way, every store
 * settled, and all of that still so after one more turn. Throws what was reported meanwhile.
 */
export async function settle(options: SettlingOptions): Promise<void> {
  const { clock, executions, activations, stores, problems } = options;
  for (let round = 0; ; round++) {
    if (problems.length > 0) throw asError(problems);
    if (round > mostRoundsInOneInstant) {
      throw new SimulationError(
        `Time stands still at ${new Date(clock.now()).toISOString()}: there is always more to do`,
      );
    }
    const before = executions.count;
    await turn();
    const underWay = executions.inFlight();
    const ended = Promise.all(underWay.map((execution) => execution.ended));
    await patiently(
      ended,
      options,
      underWay.map(({ name }) => `execution ${name}`),
    );
    await patiently(Promise.all(activations()), options, ['the activation of a workflow']);
    await patiently(Promise.all(stores().map((store) => store.settled())), options, ['the contact store']);
    await turn();
    const isIdle = executions.inFlight().length === 0 && activations().length === 0;
    const isQuiet = !clock.hasDue() && isIdle && executions.count === before;
    if (isQuiet && problems.length === 0) return;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function patiently(work: Promise<unknown>, options: SettlingOptions, what: string[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const at = new Date(options.clock.now()).toISOString();
      reject(
        new SimulationError(
          `Not settled at ${at} after ${options.patienceSeconds} real seconds; waiting for ${what.join(', ')}`,
        ),
      );
    }, options.patienceSeconds * 1_000);
  });
  try {
    await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

function asError(problems: unknown[]): Error {
  const [first] = problems.splice(0);
  return first instanceof Error ? first : new Error(String(first));
}
