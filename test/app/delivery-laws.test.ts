import fc from 'fast-check';
import { LEASE } from '../../src/app/deliveries';
import { watchContacts } from '../../src/app/watch-contacts';
import { releaseWaiting } from '../../src/app/waiting';
import type { JsonObject } from '../../src/domain/json';
import type { SubscriptionKey } from '../../src/store/port';
import { DATABASES, type TestDatabase } from '../store/databases';
import { eventOf, record } from './requests';
import { SimulatedClock } from './simulated-clock';
import { Executions, SimulatedProcess } from './simulated-process';

const KEY: SubscriptionKey = {
  key: 'trigger',
  kind: 'changes',
  workflowId: 'w',
  workflowName: 'W',
  nodeName: 'N',
};

type Item = JsonObject & {
  event: { id: number; properties: { n: number } };
  delivery: { attempt: number; redelivered: boolean };
};

/** What the model knows: what has been recorded, and the real thing is held to by the log of deliveries. */
interface Model {
  recorded: number;
  /** The event whose execution fails as long as it is broken. */
  broken: number | null;
}

class System {
  readonly clock = new SimulatedClock();
  readonly executions = new Executions<Item>(this.clock);
  readonly matching: number[] = [];
  process!: SimulatedProcess;
  private readonly database: TestDatabase;
  private readonly key: SubscriptionKey;

  constructor(database: TestDatabase, name: string) {
    this.database = database;
    this.key = { ...KEY, key: name };
  }

  async start(): Promise<void> {
    this.process = await SimulatedProcess.start(this.database, this.clock);
    await watchContacts(this.process, this.key, {
      watch: { on: 'event_recorded', types: ['order_*'], where: [] },
      workflowZone: 'UTC',
      batchSize: 3,
      maxInFlight: 2,
      deliver: (items, claim) => this.executions.deliver(items as Item[], claim),
      report: this.executions.report,
    });
  }

  async crash(): Promise<void> {
    await this.process.close();
    this.executions.forget();
    await this.start();
  }

  /** What must hold at every moment. */
  check(): void {
    const seen = new Map<number, { times: number; isDone: boolean }>();
    const firsts: number[] = [];
    for (const { items, end } of this.executions.deliveries) {
      expect(items.length).toBeLessThanOrEqual(3);
      for (const { event, delivery } of items) {
        const { n } = event.properties;
        const before = seen.get(n) ?? { times: 0, isDone: false };
        if (before.times === 0) firsts.push(n);
        // Nothing is delivered again that succeeded, and what is delivered again says so.
        expect([n, before.isDone]).toEqual([n, false]);
        expect([n, delivery]).toEqual([n, { attempt: before.times + 1, redelivered: before.times > 0 }]);
        seen.set(n, { times: before.times + 1, isDone: end?.ok === true });
      }
    }
    expect(firsts).toEqual(this.matching.slice(0, firsts.length));
    expect(this.executions.mostAtOnce).toBeLessThanOrEqual(2);
    expect(this.executions.problems).toEqual([]);
  }

  get done(): number[] {
    const ended = this.executions.deliveries.filter(({ end }) => end?.ok);
    return ended.flatMap(({ items }) => items.map(({ event }) => event.properties.n));
  }
}

type Step = fc.AsyncCommand<Model, System>;

function step(name: string, run: (model: Model, system: System) => Promise<void>): Step {
  return {
    check: () => true,
    toString: () => name,
    run: async (model, system) => {
      await run(model, system);
      await system.process.atRest();
      system.check();
    },
  };
}

const steps: Array<fc.Arbitrary<Step>> = [
  fc.tuple(fc.nat(3), fc.boolean()).map(([contact, matches]) =>
    step(`record(c${contact}, ${matches})`, async (model, { process, clock, matching }) => {
      const n = model.recorded++;
      if (matches) matching.push(n);
      await record(
        process.store,
        clock.now(),
        eventOf(`c${contact}`, matches ? 'order_placed' : 'page_viewed', clock.now(), { n }),
      );
    }),
  ),
  fc.constantFrom('succeed', 'hang', 'fail').map((how) =>
    step(`executions ${how}`, async (_, { executions }) => {
      executions.behave = () =>
        how === 'hang' ? null : how === 'fail' ? { ok: false, error: 'down' } : { ok: true };
    }),
  ),
  fc
    .boolean()
    .map((ok) =>
      step(`end(${ok})`, async (_, { executions }) => executions.end(ok ? { ok } : { ok, error: 'broken' })),
    ),
  fc.constant(step('crash', (_, system) => system.crash())),
  fc
    .constantFrom(1_000, LEASE / 2, LEASE, 3 * LEASE)
    .map((time) =>
      step(`advance(${time})`, (_, { clock, process }) => clock.advance(time, () => process.atRest())),
    ),
];

describe.each(DATABASES)('laws of delivery in $name', ({ name, create }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await create();
  });
  afterAll(() => database.drop());

  test('whatever fails, crashes or takes long: everything comes, in order, again only if it had not succeeded, and marked', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.commands(steps, { maxCommands: 25 }), async (commands) => {
        const system = new System(database, `trigger ${++run}`);
        await system.start();
        try {
          await fc.asyncModelRun(() => ({ model: { recorded: 0, broken: null }, real: system }), commands);
          // In the end all is well again, and whatever is left comes through or is kept as failed.
          system.executions.behave = () => ({ ok: true });
          system.executions.end();
          await system.clock.advance(6 * LEASE, () => system.process.atRest());
          system.check();
          const { store, pump } = system.process;
          const left = await store.read((tx) => tx.timers.list({ limit: 1_000 }));
          expect(left.every(({ state }) => state === 'failed')).toBe(true);
          const failed = left.map(({ payload }) => payload.eventId);
          await releaseWaiting(store, { state: 'failed' }, system.clock.now());
          pump.wake();
          await pump.settled();
          expect(failed.length + new Set(system.done).size).toBeGreaterThanOrEqual(system.matching.length);
          expect([...system.done].sort((a, b) => a - b)).toEqual(system.matching);
        } finally {
          await system.process.store.write(async (tx) => {
            const all = await tx.timers.list({ limit: 10_000 });
            await tx.timers.remove(all.map(({ id }) => id));
          });
          await system.process.close();
        }
      }),
      { numRuns: name === 'sqlite' ? 40 : 20 },
    );
  }, 300_000);
});
