import { segmentUpkeep } from '../../src/app/segments/maintain';
import { saveSegment } from '../../src/app/segments/save-segment';
import type { ContactPatch } from '../../src/domain/contact/contact';
import type { JsonObject } from '../../src/domain/json';
import { DATABASES, type TestDatabase } from '../store/databases';
import { contactId, eventOf, record } from './requests';
import { SimulatedClock } from './simulated-clock';
import { SimulatedProcess, type ObservedStore } from './simulated-process';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** The moment at which a simulated clock starts. */
export const START = Date.UTC(2026, 0, 1);

/** A process that keeps the saved segments of a store right. */
export class SegmentProcess {
  readonly clock = new SimulatedClock(START);
  readonly problems: unknown[] = [];
  readonly database: TestDatabase;
  process!: SimulatedProcess;

  constructor(database: TestDatabase) {
    this.database = database;
  }

  async start(): Promise<void> {
    this.process = await this.another();
  }

  /** One more process with the same store and clock. */
  async another(): Promise<SimulatedProcess> {
    const process = await SimulatedProcess.start(this.database, this.clock);
    process.pump.keep({ ...segmentUpkeep, report: (error) => this.problems.push(error) });
    return process;
  }

  async end(): Promise<void> {
    await this.process.close();
    expect(this.problems).toEqual([]);
  }

  async restart(): Promise<void> {
    await this.process.close();
    await this.start();
  }

  get store(): ObservedStore {
    return this.process.store;
  }

  /** Milliseconds since the clock started. */
  get elapsed(): number {
    return this.clock.now() - START;
  }

  advance(milliseconds: number): Promise<void> {
    return this.clock.advance(milliseconds, () => this.process.settled());
  }

  /** Time passes while no process looks. */
  sleep(milliseconds: number): Promise<void> {
    return this.clock.advance(milliseconds, async () => {});
  }

  async save(name: string, rule: unknown, zone = 'UTC') {
    const saved = await saveSegment(this.store, { name, rule, zone }, this.clock.now());
    if (saved.outcome === 'refused') throw new Error(saved.problems.map(({ message }) => message).join(' '));
    await this.process.settled();
    return saved;
  }

  async put(externalId: string, more: Partial<ContactPatch> = {}): Promise<number> {
    const id = await contactId(this.store, this.clock.now(), { externalId }, more);
    await this.process.settled();
    return id;
  }

  async happen(externalId: string, type: string, properties: JsonObject = {}, agoMs = 0): Promise<void> {
    await record(
      this.store,
      this.clock.now(),
      eventOf(externalId, type, this.clock.now() - agoMs, properties),
    );
    await this.process.settled();
  }

  /** Who is in a segment, as the store has it, without catching up. */
  members(name: string): Promise<number[]> {
    return this.store.read(async (tx) => {
      const segment = await tx.segments.get(name);
      if (!segment) throw new Error(`There is no segment ${name}`);
      const members = await tx.segments.members({ segmentId: segment.id, limit: 10_000 });
      expect(segment.size).toBe(members.length);
      return members.map(({ contactId: id }) => id);
    });
  }

  /** Everybody who entered or left, in the order of the log: `+1 a 3600000` for contact 1 entering a after an hour. */
  moves(): Promise<string[]> {
    return this.store.read(async (tx) => {
      const changes = await tx.changes.after(0, ['segment_entered', 'segment_left'], 100_000);
      return changes.map(
        ({ kind, contactId: id, subject, at }) =>
          `${kind === 'segment_entered' ? '+' : '-'}${id} ${subject} ${at - START}`,
      );
    });
  }
}

/** One suite on every database, each test in a store of its own. */
export function onEachSegmentProcess(title: string, suite: (test: () => SegmentProcess) => void): void {
  describe.each(DATABASES)(`${title} in $name`, ({ create }) => {
    let database: TestDatabase;
    let process: SegmentProcess;
    beforeEach(async () => {
      database = await create();
      process = new SegmentProcess(database);
      await process.start();
    });
    afterEach(async () => {
      await process.end();
      await database.drop();
    });
    suite(() => process);
  });
}
