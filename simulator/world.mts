import type { SimulatedClock } from './clock.mts';
import type { Host } from './host.mts';
import type { SimulatedNodeTypes } from './node-types.mts';
import { SimulationError } from './refusal.mts';
import type { Timeline } from './timeline.mts';
import type { WorkflowState } from './workflow-source.mts';

/** What the parts of one simulation share. */
export interface World {
  host: Host;
  clock: SimulatedClock;
  timeline: Timeline;
  nodeTypes: SimulatedNodeTypes;
  workflows: Workflows;
  /** Values for credentials, by type. */
  credentials: Record<string, Record<string, unknown>>;
  /** Notes what makes the simulation itself wrong; the next step that waits throws it. */
  report(problem: unknown): void;
}

/** The workflows of a simulation by id, found by id or name. */
export class Workflows {
  readonly #states = new Map<string, WorkflowState>();

  add(state: WorkflowState): void {
    if (this.find(state.source.name) !== undefined) {
      throw new SimulationError(`Two workflows are named "${state.source.name}"`);
    }
    this.#states.set(state.source.id, state);
  }

  find(idOrName: string): WorkflowState | undefined {
    return this.#states.get(idOrName) ?? this.all().find(({ source }) => source.name === idOrName);
  }

  get(idOrName: string): WorkflowState {
    const found = this.find(idOrName);
    if (found !== undefined) return found;
    const names = this.all().map(({ source }) => `"${source.name}"`);
    throw new SimulationError(`There is no workflow "${idOrName}"; there are: ${names.join(', ')}`);
  }

  all(): WorkflowState[] {
    return [...this.#states.values()];
  }
}
