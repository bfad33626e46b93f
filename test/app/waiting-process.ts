import { park, type WaitRequest, type WaitResult } from '../../src/app/park-waits';
import { watchWait, type WaitDelivery } from '../../src/app/watch-wait';
import type { JsonObject } from '../../src/domain/json';
import type { PropertyCondition } from '../../src/domain/rule/property-condition';
import type { SubscriptionKey } from '../../src/store/port';
import { DATABASES, type TestDatabase } from '../store/databases';
import { contactId, eventOf, record, WHOLE } from './requests';
import { SimulatedClock } from './simulated-clock';
import { Executions, SimulatedProcess } from './simulated-process';

export const HOUR = 3_600_000;
export const KEY: SubscriptionKey = {
  key: 'i/w/node',
  kind: 'wait',
  workflowId: 'w',
  workflowName: 'W',
  nodeName: 'Wait',
};

/** What leaves a wait. */
export type Item = JsonObject & {
  wait: {
    id: number;
    outcome: string;
    leftAt: string;
    attempt: number;
    redelivered: boolean;
    ticket: string;
    reasons: string[];
  };
};

/** A process with a wait that is published in it, and the executions that what leaves the wait starts. */
export class WaitingProcess {
  database!: TestDatabase;
  clock!: SimulatedClock;
  executions!: Executions<Item>;
  process!: SimulatedProcess;

  async begin(create: () => Promise<TestDatabase>): Promise<void> {
    this.database = await create();
    this.clock = new SimulatedClock();
    this.executions = new Executions(this.clock);
    this.process = await SimulatedProcess.start(this.database, this.clock);
    await this.watch();
  }

  async end(): Promise<void> {
    await this.process.close();
    await this.database.drop();
  }

  watch(
    settings: Partial<WaitDelivery> = {},
    key = KEY,
    on = this.process,
    executions = this.executions,
  ): Promise<() => void> {
    return watchWait(on, key, {
      batchSize: 100,
      maxInFlight: 2,
      deliver: (items, claim) => executions.deliver(items as Item[], claim),
      report: executions.report,
      ...settings,
    });
  }

  /** Ends the process as it is, and starts another with the same wait. */
  async restart(): Promise<void> {
    await this.process.close();
    this.executions.forget();
    this.process = await SimulatedProcess.start(this.database, this.clock);
    await this.watch();
  }

  advance(milliseconds: number): Promise<void> {
    return this.clock.advance(milliseconds, () => this.process.atRest());
  }

  contact(externalId: string): Promise<number> {
    return contactId(this.process.store, this.clock.now(), { externalId });
  }

  /** A contact that comes to the wait for so long. */
  requestOf(id: number, duration: number, more: Partial<WaitRequest> = {}): WaitRequest {
    const dueAt = this.clock.now() + duration;
    return {
      contact: { id, identifiers: [] },
      item: { n: id },
      key: '',
      again: 'keep',
      leaveOn: [],
      startedBy: null,
      plan: () => ({
        ok: true,
        value: {
          outcome: 'wait',
          dueAt,
          targetAt: dueAt,
          zone: 'UTC',
          zoneSource: 'fixed',
          reasons: ['so long'],
        },
      }),
      ...more,
    };
  }

  async wait(id: number, duration: number, more: Partial<WaitRequest> = {}): Promise<WaitResult> {
    const request = this.requestOf(id, duration, more);
    const [result] = await park(this.process.store, KEY, [request], this.clock.now(), WHOLE);
    if (!result) throw new Error('No result');
    return result;
  }

  /** Records an event, lets it have its effect, and gives its id. */
  async happen(
    externalId: string,
    type: string,
    properties: JsonObject = {},
    at = this.clock.now(),
  ): Promise<number> {
    const event = eventOf(externalId, type, at, properties);
    const [result] = await record(this.process.store, this.clock.now(), event);
    await this.process.settled();
    return result?.event.id ?? 0;
  }

  /** What has left so far: which item, and how. */
  outcomes(): unknown[][] {
    return this.executions.items.map(({ n, wait }) => [n, wait.outcome]);
  }
}

export function leaveOn(type: string, where: PropertyCondition[] = []) {
  return [{ type, where }];
}

/** One suite on a waiting process in every database. */
export function onEachWaitingProcess(
  title: string,
  suite: (test: WaitingProcess, create: () => Promise<TestDatabase>) => void,
): void {
  describe.each(DATABASES)(`${title} in $name`, ({ create }) => {
    const test = new WaitingProcess();
    beforeEach(() => test.begin(create));
    afterEach(() => test.end());
    suite(test, create);
  });
}
