import { execFile } from 'node:child_process';
import { join } from 'node:path';

export interface TimelineEntry {
  at: string;
  local?: string;
  zone?: string;
  kind: 'sent' | 'execution' | 'error' | 'response';
  workflow?: string;
  node?: string;
  executionId?: string;
  channel?: string;
  to?: string;
  subject?: string;
  text?: string;
  html?: string;
  contact?: string;
  details?: Record<string, unknown>;
  status?: string | number;
  mode?: string;
  items?: number;
  message?: string;
}

export interface PlayedCase<Result = unknown> {
  timeline: TimelineEntry[];
  result: Result;
}

const root = join(__dirname, '..', '..');
const node = join(root, 'node_modules', '.bin', 'node');

/**
 * Plays the cases of `test/engine/scenarios/NAME.mts` in a Node of their own and gives a function from the name of a
 * case to what happened in it. That function throws what stopped the case; `refusal` gives it instead.
 */
export async function runSimulation(name: string) {
  const output = await run(join(__dirname, 'scenarios', `${name}.mts`));
  const cases = JSON.parse(output) as Record<string, PlayedCase & { error?: string }>;
  const find = (title: string): PlayedCase & { error?: string } => {
    const found = cases[title];
    if (found === undefined)
      throw new Error(`${name} has no case "${title}"; it has: ${Object.keys(cases).join(', ')}`);
    return found;
  };
  return {
    played<Result>(title: string): PlayedCase<Result> {
      const found = find(title);
      if (found.error !== undefined) throw new Error(`"${title}" stopped: ${found.error}`);
      return found as PlayedCase<Result>;
    },
    refusal: (title: string): string | undefined => find(title).error,
  };
}

/** Entries of one kind, each with the given fields only. */
export function pick<Key extends keyof TimelineEntry>(
  timeline: TimelineEntry[],
  kind: TimelineEntry['kind'],
  ...keys: Key[]
): Array<Pick<TimelineEntry, Key>> {
  return timeline
    .filter((entry) => entry.kind === kind)
    .map((entry) => Object.fromEntries(keys.map((key) => [key, entry[key]])) as Pick<TimelineEntry, Key>);
}

function run(file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const main = join(root, 'simulator', 'main.mts');
    execFile(node, [main, file, '--json'], { cwd: root, maxBuffer: Infinity }, (error, output, errors) => {
      // A case that stopped ends the command with an error, but is told in the output.
      if (output.startsWith('{')) resolve(output);
      else reject(new Error(`The simulation of ${file} failed: ${error?.message ?? ''}\n${errors}`));
    });
  });
}
