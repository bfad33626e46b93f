import { readFileSync } from 'node:fs';
import type { Simulation, WorkflowJson } from '../../../simulator/simulate.mts';
import { node, workflow } from './workflow-parts.mts';

const CONTACT_STORE = 'n8n-nodes-marketing-automation.contactStore';

export const template = (folder: string): WorkflowJson =>
  JSON.parse(
    readFileSync(new URL(`../../../templates/${folder}/workflow.json`, import.meta.url), 'utf8'),
  ) as WorkflowJson;

export const payload = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../../fixtures/shops/${file}.json`, import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >;

/** Workflows of a person who looks into the store: what it holds, who is in it, what they did. */
export const LOOKING: WorkflowJson[] = [
  looking('Count', { resource: 'store', operation: 'statistics' }),
  looking('List Contacts', { resource: 'contact', operation: 'getAll', returnAll: true }),
  looking('List Events', { resource: 'event', operation: 'getAll', eventsOf: 'everybody', returnAll: true }),
  looking('Suppress', {
    resource: 'consent',
    operation: 'suppress',
    channel: 'email',
    reason: 'hard_bounce',
  }),
];

function looking(name: string, parameters: Record<string, unknown>): WorkflowJson {
  return workflow(
    name,
    [node('Begin', 'manualTrigger'), node('Ask', CONTACT_STORE, parameters)],
    [['Begin', 'Ask']],
  );
}

/** What one of the looking workflows gives. */
export async function ask(
  sim: Simulation,
  name: string,
  item: Record<string, unknown> = {},
): Promise<Array<Record<string, unknown>>> {
  const run = await sim.run({ workflow: name, items: [item], mode: 'production' });
  if (run.status !== 'success') throw new Error(`${name}: ${run.error?.message ?? run.status}`);
  return (run.outputs.Ask?.[0] ?? []).map(({ json }) => json);
}

/** Posts to the intake as a site does, with its secret; gives status and body. */
export async function post(
  sim: Simulation,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const answer = await sim.request({
    path: 'record-events',
    method: 'POST',
    headers: { 'x-api-key': 'simulated', ...headers },
    body,
  });
  return { status: answer.status, body: answer.body };
}

/** What the store holds, as numbers. */
export async function held(sim: Simulation): Promise<Record<string, unknown>> {
  const [{ contacts, events } = {}] = await ask(sim, 'Count');
  return { contacts, events };
}
