import { segmentMembers } from '../../src/app/segments/saved-segments';
import type { ContactPatch } from '../../src/domain/contact/contact';
import { run } from '../cli/run-main';
import { DATABASES, type TestDatabase } from '../store/databases';
import { SegmentProcess } from './segment-process';
import { STORIES } from './segment-stories';
import { SimulatedClock } from './simulated-clock';

class StoryProcess extends SegmentProcess {
  override readonly clock: SimulatedClock;

  constructor(database: TestDatabase, start: number) {
    super(database);
    this.clock = new SimulatedClock(start);
  }

  /** Goes on to a moment. */
  to(at: number): Promise<void> {
    return this.advance(at - this.clock.now());
  }

  async isMember(): Promise<boolean> {
    const answer = await segmentMembers(this.store, 'told', { limit: 9 }, this.clock.now());
    if (answer.outcome === 'refused') throw new Error('There is no such segment');
    return answer.members.length > 0;
  }
}

const iso = (at: number) => new Date(at).toISOString();

describe.each(DATABASES)('stories of a segment in $name', ({ create }) => {
  it.each(STORIES)(
    '$name',
    async ({ rule, from, zone, country, properties = {}, events = [], changes = [], turns, until }) => {
      const database = await create();
      const test = new StoryProcess(database, Date.parse(from));
      await test.start();
      const fields = {
        ...(country === undefined ? { timezone: zone ?? 'UTC' } : { country }),
      };
      await test.put('one', { fields, properties } as Partial<ContactPatch>);
      for (const [at, type, own = {}] of events)
        await test.happen('one', type, own, test.clock.now() - Date.parse(at));
      await test.save('told', rule, 'Asia/Tokyo');

      const isInAtOnce = turns[0] === 'in';
      let isIn = isInAtOnce;
      const checked: Array<[at: number, isIn: boolean]> = [];
      const check = async (at: number) => {
        for (const [change, own] of changes) {
          if (Date.parse(change) > at || Date.parse(change) <= test.clock.now()) continue;
          await test.to(Date.parse(change));
          await test.put('one', { properties: own });
        }
        await test.to(at);
        expect([iso(at), await test.isMember()]).toEqual([iso(at), isIn]);
        checked.push([at, isIn]);
      };
      await check(Date.parse(from));
      const moments = turns.filter((turn) => turn !== 'in').map((turn) => Date.parse(turn));
      for (const [place, at] of moments.entries()) {
        if (at - 1 > test.clock.now()) await check(at - 1);
        isIn = !isIn;
        await check(at);
        if (moments[place + 1] !== at + 1) await check(at + 1);
      }
      await check(Date.parse(until));

      const expected = [...(isInAtOnce ? [Date.parse(from)] : []), ...moments].map(
        (at, place) => `${place % 2 === 0 ? 'entered' : 'left'} ${iso(at)}`,
      );
      const told = await test.store.read((tx) =>
        tx.changes.after(0, ['segment_entered', 'segment_left'], 100),
      );
      expect(
        told.map(({ kind, at }) => `${kind === 'segment_entered' ? 'entered' : 'left'} ${iso(at)}`),
      ).toEqual(expected);
      await test.end();

      // The database judges as of any moment. What the properties were then it does not know.
      const stable = changes.length === 0 ? checked : checked.slice(-1);
      for (const [at, wasIn] of stable) {
        const how = ['--store', database.url, '--now', iso(at), '--json'];
        const saved = await run(['segment', '--segment', 'told', ...how]);
        const written = await run(['segment', '--rule', '-', '--zone', 'Asia/Tokyo', ...how], {
          stdin: JSON.stringify(rule),
        });
        for (const { stdout, stderr } of [saved, written]) {
          expect([iso(at), stderr, (JSON.parse(stdout) as { count: number }).count]).toEqual([
            iso(at),
            '',
            wasIn ? 1 : 0,
          ]);
        }
      }
      await database.drop();
    },
  );
});
