import type { INodeType, ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import type { Scenarios } from '../../../simulator/scenario.mts';
import type { WorkflowJson } from '../../../simulator/simulate.mts';
import { handle, parkingNode } from './parking-node.mts';
import { node, workflow } from './workflow-parts.mts';

const start = '2026-03-01T09:00:00Z';
const note = (name: string, subject: string) =>
  node(
    name,
    'emailSend',
    {
      ...{
        fromEmail: 'shop@example.com',
        toEmail: '={{ $json.contact.email }}',
        subject,
        emailFormat: 'text',
      },
      ...{ text: '={{ $now.toISO() }}', options: { appendAttribution: false } },
    },
    2.1,
  );
const ana = { id: 'a', email: 'ana@example.com', timezone: 'Europe/Berlin' };

const parked = (subject: string): WorkflowJson =>
  workflow(
    'parked',
    [
      node('Begin', 'manualTrigger'),
      node('Park', 'test.park', { minutes: '={{ $json.minutes }}' }),
      note('Tell', subject),
    ],
    [['Begin', 'Park', 'Tell']],
    { settings: { timezone: 'Europe/Berlin' } },
  );
const toPark = [10, 25, 10, 90].map((minutes, index) => ({
  minutes,
  contact: { ...ana, id: String(index) },
}));

function parking(
  run: (simulation: Parameters<Scenarios[string]['run']>[0]) => Promise<void>,
): Scenarios[string] {
  const log: unknown[] = [];
  return {
    simulation: { workflows: [parked('As it was')], start, nodes: { 'test.park': parkingNode([], log) } },
    async run(simulation) {
      await simulation.run({ workflow: 'parked', items: toPark, mode: 'production' });
      await run(simulation);
      return log;
    },
  };
}

const waiting = (amount: number, unit: string): WorkflowJson =>
  workflow(
    'waiting',
    [
      node('Receive', 'webhook', { httpMethod: 'POST', path: 'wait' }, 2),
      node('Wait', 'wait', { resume: 'timeInterval', amount, unit }, 1.1),
      node('Pick', 'set', { mode: 'raw', jsonOutput: '={{ $("Receive").item.json.body }}' }, 3.4),
      note('Tell', 'Waited'),
    ],
    [['Receive', 'Wait', 'Pick', 'Tell']],
  );

function waitingCase(
  json: WorkflowJson,
  run: (simulation: Parameters<Scenarios[string]['run']>[0]) => Promise<void>,
): Scenarios[string] {
  return {
    simulation: { workflows: [json], start: '2026-03-28T09:00:00Z' },
    async run(simulation) {
      await simulation.request({ path: 'wait', body: { contact: ana } });
      await run(simulation);
    },
  };
}

const scheduled = workflow(
  'weekly',
  [
    node(
      'Every Monday',
      'scheduleTrigger',
      { rule: { interval: [{ field: 'cronExpression', expression: '0 30 9 * * 1' }] } },
      1.2,
    ),
    node('Pick', 'set', { mode: 'raw', jsonOutput: `={{ { contact: ${JSON.stringify(ana)} } }}` }, 3.4),
    note('Report', 'Weekly'),
  ],
  [['Every Monday', 'Pick', 'Report']],
  { settings: { timezone: 'Europe/Berlin' } },
);

function described(name: string): INodeType['description'] {
  return {
    ...{ displayName: name, name, group: ['trigger'], version: 1, description: name, defaults: { name } },
    ...{ inputs: [], outputs: ['main'], properties: [] },
  };
}

/** Loses its connection a second after it began, twice; then works, with one row that it cannot read. */
function flakyTrigger(log: string[]): INodeType {
  let failures = 2;
  return {
    description: described('flaky'),
    trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
      log.push(`${new Date().toISOString()} ${this.getActivationMode()}`);
      const error = (message: string) => new Error(message) as Parameters<ITriggerFunctions['emitError']>[0];
      handle().clock.at(Date.now() + 1000, () => {
        if (failures === 0) this.saveFailedExecution(error('One bad row') as never);
        else this.emitError(error('Connection lost'));
        failures -= 1;
      });
      return Promise.resolve({});
    },
  };
}

/** Emits the latest thing when somebody presses Listen, as a trigger does in a manual run. */
const listening = (): INodeType => ({
  description: described('listening'),
  trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
    const manualTriggerFunction = (): Promise<void> => {
      this.emit([this.helpers.returnJsonArray([{ mode: this.getMode(), latest: new Date().toISOString() }])]);
      return Promise.resolve();
    };
    return Promise.resolve(this.getMode() === 'manual' ? { manualTriggerFunction } : {});
  },
});

const never = (): INodeType => ({
  description: { ...described('never'), inputs: ['main'] },
  execute: () => new Promise(() => undefined),
});

export default {
  'parked and woken': parking((simulation) => simulation.advanceTo('2026-03-01T12:00:00Z')),
  'through a restart': parking(async (simulation) => {
    await simulation.advanceBy({ minutes: 15 });
    await simulation.restart();
    await simulation.advanceBy({ hours: 3 });
  }),
  'replaced and unpublished meanwhile': parking(async (simulation) => {
    await simulation.replaceWorkflow(parked('As it is now'));
    await simulation.advanceBy({ minutes: 15 });
    await simulation.unpublish('parked');
    const later = [{ minutes: 9_000, contact: ana }];
    await simulation.run({ workflow: 'parked', startNode: 'Park', items: later, mode: 'manual' });
    await simulation.advanceBy({ minutes: 15 });
    await simulation.publish('parked');
  }),
  'a stock wait of seconds': waitingCase(waiting(30, 'seconds'), (simulation) =>
    simulation.advanceBy({ minutes: 1 }),
  ),
  'a stock wait of days': waitingCase(waiting(2, 'days'), async (simulation) => {
    await simulation.advanceBy({ days: 1 });
    await simulation.replaceWorkflow({ ...waiting(9, 'days'), nodes: waiting(9, 'days').nodes.slice(0, 2) });
    await simulation.restart();
    await simulation.advanceBy({ days: 2 });
  }),
  'a stock wait for a call': waitingCase(
    workflow(
      'waiting',
      [
        node('Receive', 'webhook', { httpMethod: 'POST', path: 'wait' }, 2),
        node('Wait', 'wait', { resume: 'webhook' }, 1.1),
      ],
      [['Receive', 'Wait']],
    ),
    () => Promise.resolve(),
  ),
  'every Monday': {
    simulation: { workflows: [scheduled], start: '2026-03-20T09:00:00Z' },
    async run(simulation) {
      await simulation.advanceTo('2026-04-01T00:00:00Z');
      await simulation.unpublish('weekly');
      await simulation.advanceBy({ days: 10 });
    },
  },
  'a trigger that fails': (() => {
    const log: string[] = [];
    return {
      simulation: {
        workflows: [workflow('flaky', [node('Flaky', 'test.flaky')], [])],
        ...{ start, nodes: { 'test.flaky': flakyTrigger(log) } },
      },
      async run(simulation) {
        await simulation.advanceBy({ minutes: 1 });
        return log;
      },
    };
  })(),
  'listening for a test event': {
    simulation: {
      workflows: [
        workflow('listening', [node('Listen', 'test.listening'), node('End', 'noOp')], [['Listen', 'End']]),
      ],
      ...{ start, nodes: { 'test.listening': listening() } },
    },
    async run(simulation) {
      const live = await simulation.run({ workflow: 'listening', mode: 'manual' });
      const given = await simulation.run({ workflow: 'listening', items: [{ given: true }], mode: 'manual' });
      return [live.outputs, given.outputs];
    },
  },
  'a node that never ends': {
    simulation: {
      workflows: [
        workflow(
          'stuck',
          [node('Begin', 'manualTrigger'), node('Never', 'test.never')],
          [['Begin', 'Never']],
        ),
      ],
      ...{ start, nodes: { 'test.never': never() }, patienceSeconds: 0.3 },
    },
    run: (simulation) => simulation.run({ workflow: 'stuck', mode: 'production' }),
  },
  'back in time': {
    simulation: { workflows: [], start },
    run: (simulation) => simulation.advanceTo('2026-02-28T09:00:00Z'),
  },
} satisfies Scenarios;
