import type { Scenarios } from '../../../simulator/scenario.mts';
import type { Simulation, WorkflowJson } from '../../../simulator/simulate.mts';
import { happens, person } from './abandoned-carts-people.mts';
import { RELEASING } from './interest-stories.mts';
import { comes, opens, story, withApp, withPhone } from './nurture-people.mts';
import { LOOKING, ask, template } from './record-events-intake.mts';
import { node } from './workflow-parts.mts';

const [ana, bor, cene, gita] = [person('Ana'), person('Bor'), person('Cene'), person('Gita')];

/** Steps after which everything may come down: what was sent is recorded, and the lead is not yet further on. */
const STEPS: Record<string, string[]> = {
  'after the intro': ['Record the Intro'],
  'after what follows the intro': [
    'Record SMS 1',
    'Record Piece 2',
    'Record the Intro Again',
    'Record Push 1',
  ],
  'after the second': ['Record the Mail', 'Record Piece 3', 'Record the Audience', 'Record Push 2'],
  'after the last': ['Record SMS 2', 'Record Push 3'],
};

/** Twelve days, on each of which the same people open the same. */
async function twelveDays(sim: Simulation): Promise<void> {
  for (let day = 0; day < 12; day++) {
    await sim.advanceBy({ days: 1 });
    await happens(sim, opens(ana, '1'), opens(gita, '1-again'), opens(bor, '2'));
  }
}
/** One for each way. */
const allCome = (sim: Simulation) =>
  happens(
    sim,
    ...[comes(ana), withPhone(bor), withPhone(cene), comes(gita), withApp(person('Fran'))],
    ...[comes(person('Ema'), ['email', 'ads']), withPhone(person('Hugo'), ['sms'])],
  );

/** The template, in which everything comes down right after these steps. */
function comingDownAfter(steps: readonly string[]): WorkflowJson {
  const given = template('29-nurture-leads-across-channels');
  const comingDown = { ...node('Come Down', 'httpRequest', { url: 'https://down.example.com' }, 4.2) };
  const broken: WorkflowJson['connections'][string] = {
    main: [[{ node: 'Come Down', type: 'main', index: 0 }]],
  };
  return {
    ...given,
    nodes: [...given.nodes, { position: [0, 0], ...comingDown } as WorkflowJson['nodes'][number]],
    connections: { ...given.connections, ...Object.fromEntries(steps.map((step) => [step, broken])) },
  };
}

export default {
  'nothing comes down': story(async (sim) => {
    await allCome(sim);
    await twelveDays(sim);
  }),
  ...Object.fromEntries(
    Object.entries(STEPS).map(([title, steps]) => [
      title,
      story(
        async (sim) => {
          await allCome(sim);
          await twelveDays(sim);
          await sim.restart();
          await sim.replaceWorkflow(template('29-nurture-leads-across-channels'));
          await ask(sim, 'Release What Failed');
          await twelveDays(sim);
        },
        {
          workflows: [template('01-record-events'), comingDownAfter(steps), ...LOOKING, RELEASING],
          failures: [{ node: 'Come Down', error: 'The server is gone' }],
        },
      ),
    ]),
  ),
} satisfies Scenarios;
