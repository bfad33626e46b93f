import { dirname, resolve } from 'node:path';
import type { DurationLike } from 'luxon';
import {
  createSimulation,
  type RunOptions,
  type Simulation,
  type SimulationOptions,
  type TimelineEntry,
  type WebhookRequest,
  type WorkflowJson,
} from './simulate.mts';
import { SimulationError } from './refusal.mts';

/** A case as code: what `FILE.mts` exports by default, alone or several by name. */
export interface Scenario {
  simulation: SimulationOptions;
  /** What happens; its value becomes the case's `result`, as JSON. */
  run(simulation: Simulation): Promise<unknown>;
}

export type Scenarios = Record<string, Scenario>;

/** A case as data: what `FILE.json` holds. Paths of workflows are relative to the file. */
export interface ScenarioJson extends Omit<SimulationOptions, 'nodes'> {
  steps: Step[];
}

type Step =
  | { advanceTo: string }
  | { advanceBy: DurationLike }
  | { request: WebhookRequest }
  | { run: RunOptions }
  | { publish: string }
  | { unpublish: string }
  | { replaceWorkflow: WorkflowJson | string }
  | { restart: true };

export interface CaseResult {
  timeline: TimelineEntry[];
  result?: unknown;
  /** Why the case could not be played to its end. */
  error?: string;
}

/** Plays a case from beginning to end. What goes wrong is told in `error`, with the timeline up to there. */
export async function play(scenario: Scenario): Promise<CaseResult> {
  let simulation: Simulation | undefined;
  let outcome: Omit<CaseResult, 'timeline'>;
  try {
    simulation = await createSimulation(scenario.simulation);
    outcome = { result: await scenario.run(simulation) };
  } catch (error) {
    outcome = { error: describe(error) };
  }
  const timeline = simulation?.timeline() ?? [];
  try {
    await simulation?.close();
  } catch (error) {
    outcome = { ...outcome, error: outcome.error ?? describe(error) };
  }
  return { timeline, ...outcome };
}

/** Reads what a scenario file exports or holds as cases by name. */
export function readScenarios(content: unknown, file: string): Scenarios {
  if (isScenario(content)) return { [file]: content };
  if (typeof content === 'object' && content !== null && 'steps' in content) {
    return { [file]: fromJson(content as ScenarioJson, dirname(file)) };
  }
  const cases = Object.entries((content ?? {}) as Record<string, unknown>);
  const wrong = cases.find(([, each]) => !isScenario(each));
  if (cases.length === 0 || wrong !== undefined) {
    throw new SimulationError(
      `${file}: ${wrong ? `"${wrong[0]}" is` : 'there is'} no case; one has "simulation" and "run", or "steps" in JSON`,
    );
  }
  return content as Scenarios;
}

function isScenario(content: unknown): content is Scenario {
  return typeof content === 'object' && content !== null && 'simulation' in content && 'run' in content;
}

function fromJson({ steps, ...options }: ScenarioJson, folder: string): Scenario {
  const locate = (workflow: WorkflowJson | string): WorkflowJson | string =>
    typeof workflow === 'string' ? resolve(folder, workflow) : workflow;
  return {
    simulation: { ...options, workflows: options.workflows.map(locate) },
    async run(simulation) {
      const results: unknown[] = [];
      for (const step of steps) results.push((await take(simulation, step, locate)) ?? null);
      return results;
    },
  };
}

async function take(
  simulation: Simulation,
  step: Step,
  locate: (workflow: WorkflowJson | string) => WorkflowJson | string,
): Promise<unknown> {
  if ('advanceTo' in step) return await simulation.advanceTo(step.advanceTo);
  if ('advanceBy' in step) return await simulation.advanceBy(step.advanceBy);
  if ('request' in step) {
    const { status, headers, body } = await simulation.request(step.request);
    return { status, headers, body };
  }
  if ('run' in step) return await simulation.run(step.run);
  if ('publish' in step) return await simulation.publish(step.publish);
  if ('unpublish' in step) return await simulation.unpublish(step.unpublish);
  if ('replaceWorkflow' in step) return await simulation.replaceWorkflow(locate(step.replaceWorkflow));
  if ('restart' in step) return await simulation.restart();
  throw new SimulationError(`No such step: ${JSON.stringify(step)}`);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error instanceof SimulationError ? error.message : (error.stack ?? error.message);
}
