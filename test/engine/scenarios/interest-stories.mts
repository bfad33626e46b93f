import type { Scenario } from '../../../simulator/scenario.mts';
import type { Simulation, SimulationOptions, WorkflowJson } from '../../../simulator/simulate.mts';
import { LOOKING, ask, template } from './record-events-intake.mts';
import { node, workflow } from './workflow-parts.mts';

export const INTAKE = 'Record events from sites and shops in the contact store';

/** A person of support who lets go again what failed. */
export const RELEASING: WorkflowJson = workflow(
  'Release What Failed',
  [
    node('Begin', 'manualTrigger'),
    node('Ask', 'n8n-nodes-marketing-automation.contactStore', {
      resource: 'waiting',
      operation: 'release',
      waitsOf: 'filters',
      waitingFilters: { state: 'failed' },
    }),
  ],
  [['Begin', 'Ask']],
);

/** The template beside the intake, from Monday 2 March 2026, 10:00 in Berlin, which is the workflow's zone. */
export const simulationOf = (folder: string): SimulationOptions => ({
  workflows: [template('01-record-events'), template(folder), ...LOOKING, RELEASING],
  start: '2026-03-02T09:00:00Z',
  timezone: 'Europe/Berlin',
});

/** What a contact, of whom something is known, did. */
export function did(who: object, type: string, properties: object = {}, occurredAt?: string) {
  return { contact: who, event: { type, properties, ...(occurredAt === undefined ? {} : { occurredAt }) } };
}

/** The property in which each contact tells how a journey ended, by name; null where it does not. */
export async function tellEnds<Told>(
  sim: Simulation,
  property: string,
  say: (told: Told) => string,
): Promise<Record<string, string | null>> {
  const contacts = (await ask(sim, 'List Contacts')).map(({ contact }) => contact) as Array<{
    id: number;
    email: string | null;
    properties: Record<string, unknown>;
  }>;
  return Object.fromEntries(
    contacts.map(({ id, email, properties }) => {
      const told = properties[property] as Told | undefined;
      return [email?.split('@')[0] ?? `contact ${id}`, told === undefined ? null : say(told)];
    }),
  );
}

/** How stories of one template are told: with its simulation, and with how it ended for each contact. */
export function storyteller(
  simulation: SimulationOptions,
  ends: (sim: Simulation) => Promise<Record<string, string | null>>,
) {
  return (run: (sim: Simulation) => Promise<unknown>, more: Partial<SimulationOptions> = {}): Scenario => ({
    simulation: { ...simulation, ...more },
    async run(sim) {
      const seen = await run(sim);
      return { ends: await ends(sim), seen };
    },
  });
}

/** Values of a workflow's Settings node. */
export function settingsOf(journey: string, values: Record<string, unknown>): Partial<SimulationOptions> {
  const named = Object.entries(values).map(([name, value]) => [`settings.${name}`, value]);
  return { settings: { [journey]: Object.fromEntries(named) as Record<string, unknown> } };
}
