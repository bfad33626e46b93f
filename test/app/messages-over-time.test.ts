import type { CompiledQuery } from 'kysely';
import { claimMessages, type ClaimRequest } from '../../src/app/messages/claim-messages';
import { watchWait } from '../../src/app/watch-wait';
import type { JsonObject } from '../../src/domain/json';
import type { Store } from '../../src/store/port';
import { openSqlStore } from '../../src/store/sql/sql-store';
import { DATABASES } from '../store/databases';
import { onEachDatabase } from '../store/each-database';
import { spyingOn } from '../store/spying-dialect';
import {
  cap,
  channelOf,
  claimOf,
  DAY,
  HOUR,
  idOf,
  PLACE,
  quietHours,
  reachable,
  settle,
  told,
} from './message-requests';
import { WHOLE } from './requests';
import { SimulatedClock } from './simulated-clock';
import { SimulatedProcess } from './simulated-process';

/** A node that holds messages: what it decides, and what becomes of those that come back to it. */
class Holding {
  readonly clock: SimulatedClock;
  readonly process: SimulatedProcess;
  readonly log: string[] = [];
  private readonly requests = new Map<string, ClaimRequest>();

  constructor(clock: SimulatedClock, process: SimulatedProcess) {
    this.clock = clock;
    this.process = process;
  }

  async watch(): Promise<void> {
    await watchWait(this.process, PLACE, {
      batchSize: 100,
      maxInFlight: 1,
      deliver: async (items) => {
        for (const { item, hold } of items) await this.back(String(item), hold as JsonObject);
        return { ok: true };
      },
      report: (error) => this.log.push(String(error)),
    });
  }

  /** Lets a message come to the node, under a name by which the log tells of it. */
  async come(item: string, request: ClaimRequest): Promise<void> {
    const held = { ...request, whenBlocked: 'hold' as const, item: { ...request.item, item } };
    this.requests.set(item, held);
    await this.decide(item, held);
  }

  advance(milliseconds: number): Promise<void> {
    return this.clock.advance(milliseconds, () => this.process.atRest());
  }

  private back(item: string, hold: JsonObject): Promise<void> {
    const request = this.requests.get(item);
    if (!request) throw new Error(`Nobody knows ${item}`);
    return this.decide(item, { ...request, heldSince: Date.parse(String(hold.startedAt)) });
  }

  private async decide(item: string, request: ClaimRequest): Promise<void> {
    const now = this.clock.now();
    const [result] = await claimMessages(this.process.store, PLACE, [request], now, WHOLE);
    this.log.push(`${new Date(now).toISOString().slice(0, 16)} ${item} ${told(result)}`);
    if (result?.outcome === 'claimed') {
      await settle(this.process.store, now, idOf(result), { kind: 'confirm' });
    }
  }
}

describe.each(DATABASES)('messages over time in $name', ({ create }) => {
  let holding: Holding;
  let end: () => Promise<void>;
  const begin = async (start: number) => {
    const database = await create();
    const clock = new SimulatedClock(start);
    const process = await SimulatedProcess.start(database, clock);
    holding = new Holding(clock, process);
    await holding.watch();
    end = async () => {
      await process.close();
      await database.drop();
    };
  };
  afterEach(() => end());
  const person = (name: string, timezone: string, phone = '+442079460958') =>
    reachable(holding.process.store, holding.clock.now(), name, { fields: { timezone } }, phone);
  const email = { channels: [channelOf('email')] };

  it('are held over the night in which clocks change, until 08:00 of the contact', async () => {
    await begin(Date.UTC(2026, 2, 28, 21, 30));
    const quiet = { ...email, hours: quietHours() };
    // Berlin puts its clock forward in this night, New York did so three weeks before.
    await holding.come('berlin', claimOf(await person('ann', 'Europe/Berlin'), quiet));
    const newYork = await person('bob', 'America/New_York', '+442079460959');
    await holding.come('new york', claimOf(newYork, quiet));
    await holding.advance(2 * DAY);
    expect(holding.log).toEqual([
      '2026-03-28T21:30 berlin held',
      '2026-03-28T21:30 new york email',
      '2026-03-29T06:00 berlin email',
    ]);
  });

  it('by calendar day, there is room at the midnight of the contact', async () => {
    await begin(Date.UTC(2026, 0, 10, 12));
    const rules = { ...email, caps: [cap(1, 1, { unit: 'days', counts: 'calendarDays' })] };
    for (const [name, zone, phone] of [
      ['ann', 'Asia/Tokyo', '+442079460958'],
      ['bob', 'America/Los_Angeles', '+442079460959'],
    ] as const) {
      const id = await person(name, zone, phone);
      for (const message of ['a', 'b'])
        await holding.come(`${name} ${message}`, claimOf(id, { ...rules, message }));
    }
    await holding.advance(2 * DAY);
    expect(holding.log).toEqual([
      '2026-01-10T12:00 ann a email',
      '2026-01-10T12:00 ann b held',
      '2026-01-10T12:00 bob a email',
      '2026-01-10T12:00 bob b held',
      '2026-01-10T15:00 ann b email',
      '2026-01-11T08:00 bob b email',
    ]);
  });

  it('are judged anew when they come back: the cap is used up, and in the end they are stale', async () => {
    await begin(Date.UTC(2026, 0, 10));
    const id = await person('ann', 'UTC');
    const rules = { ...email, caps: [cap(1, 24)] };
    for (const message of ['a', 'b', 'c', 'd']) {
      await holding.come(message, claimOf(id, { ...rules, message }, { freshForMs: 2 * DAY + HOUR }));
    }
    await holding.advance(5 * DAY);
    expect(holding.log).toEqual([
      '2026-01-10T00:00 a email',
      '2026-01-10T00:00 b held',
      '2026-01-10T00:00 c held',
      '2026-01-10T00:00 d held',
      '2026-01-11T00:00 b email',
      '2026-01-11T00:00 c held',
      '2026-01-11T00:00 d held',
      '2026-01-12T00:00 c email',
      // There would be room again on the 13th, when it is stale.
      '2026-01-12T00:00 d stale',
    ]);
  });

  it('that come back too late, because nobody ran, are stale though nothing stands against them', async () => {
    await begin(Date.UTC(2026, 0, 10, 22));
    const id = await person('ann', 'UTC');
    await holding.come('a', claimOf(id, { ...email, hours: quietHours() }, { freshForMs: DAY }));
    await holding.clock.advance(0, () => holding.process.atRest());
    const heldSince = holding.clock.now();
    const late = claimOf(id, email, { heldSince, freshForMs: DAY, whenBlocked: 'hold' });
    const at = async (now: number) =>
      told((await claimMessages(holding.process.store, PLACE, [late], now, WHOLE))[0]);
    expect(await at(heldSince + DAY)).toBe('stale');
    expect(await at(heldSince + DAY - 1)).toBe('email');
  });
});

onEachDatabase('a piece of claims', (test) => {
  it('costs the same number of statements however many contacts it has', async () => {
    const statements: CompiledQuery[] = [];
    const store: Store = await openSqlStore(spyingOn(test.database.dialect(), statements), 'spied on');
    try {
      const ids: number[] = [];
      for (let n = 0; n < 60; n++) {
        ids.push(await reachable(store, 1, `p${n}`, {}, `+4420794600${String(n).padStart(2, '0')}`));
      }
      const rules = {
        channels: [channelOf('email'), channelOf('web_push')],
        caps: [cap(1, 24)],
        order: 'answers' as const,
      };
      const cost = async (contacts: readonly number[], now: number) => {
        statements.length = 0;
        const requests = ['a', 'b'].flatMap((message) =>
          contacts.map((id) =>
            claimOf(id, { ...rules, message }, { whenBlocked: 'hold', occasion: `${now}` }),
          ),
        );
        await claimMessages(store, PLACE, requests, now, WHOLE);
        return statements.length;
      };
      // The first to be held opens the subscription of the node.
      await cost(ids.slice(0, 1), 10 * DAY);
      const few = await cost(ids.slice(1, 3), 10 * DAY);
      expect(few).toBeGreaterThan(5);
      expect(await cost(ids.slice(3), 10 * DAY)).toBe(few);
    } finally {
      await store.close();
    }
  });
});
