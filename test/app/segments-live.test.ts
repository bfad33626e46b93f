import { changeMembership } from '../../src/app/change-membership';
import { mergeAll } from '../../src/app/merge-contacts';
import { removeContacts } from '../../src/app/remove-contacts';
import { setConsent } from '../../src/app/set-consent';
import { segmentMembers } from '../../src/app/segments/saved-segments';
import { recordEvents } from '../../src/app/record-events';
import { contactId, eventOf, record, WHOLE } from './requests';
import { DAY, HOUR, onEachSegmentProcess, START } from './segment-process';
import { said } from './store-contents';

const ORDERED = { event: 'order_placed' };
const ACTIVE = { event: 'page_viewed', within: { last: 2, unit: 'hours' } };
const QUIET = { event: 'page_viewed', count: { op: 'lt', n: 1 }, within: { last: 2, unit: 'hours' } };

onEachSegmentProcess('live segments', (test) => {
  const listedMembers = async (name: string) => {
    const answer = await segmentMembers(test().store, name, { limit: 9 }, test().clock.now());
    if (answer.outcome === 'refused') throw new Error('There is no such segment');
    return answer;
  };

  it('are entered and left with what changes, at that moment, and only by those concerned', async () => {
    await test().save('pros', { property: 'plan', op: 'equals', value: 'pro' });
    await test().save('vips', { tag: 'vip' });
    await test().save('readers', { list: 'news' });
    await test().save('buyers', ORDERED);
    await test().save('customers', { stage: 'customer' });
    await test().save('reachable', { consent: 'email', is: 'opted_in' });
    await test().save('all', { everyone: true });
    const id = await test().put('a', { properties: { plan: 'free' } });
    await test().advance(1_000);
    await test().put('a', { properties: { plan: 'pro' } });
    await test().advance(1_000);
    await test().put('a', { tags: ['vip'], lists: ['news'], fields: { lifecycleStage: 'customer' } });
    await test().advance(1_000);
    await test().happen('a', 'order_placed');
    await setConsent(test().store, [said(id, { at: test().clock.now() })], test().clock.now());
    await test().process.settled();
    await test().advance(1_000);
    await changeMembership(
      test().store,
      'tag',
      'remove',
      [{ contactId: id, name: 'vip' }],
      test().clock.now(),
    );
    await test().process.settled();
    await changeMembership(
      test().store,
      'list',
      'remove',
      [{ contactId: id, name: 'news' }],
      test().clock.now(),
    );
    await test().process.settled();
    await test().put('a', { properties: { plan: null }, fields: { lifecycleStage: 'evangelist' } });
    expect(await test().moves()).toEqual([
      '+1 all 0',
      '+1 pros 1000',
      '+1 customers 2000',
      '+1 readers 2000',
      '+1 vips 2000',
      '+1 buyers 3000',
      '+1 reachable 3000',
      '-1 vips 4000',
      '-1 readers 4000',
      '-1 customers 4000',
      '-1 pros 4000',
    ]);
    for (const name of ['all', 'buyers', 'reachable']) expect(await test().members(name)).toEqual([1]);
    for (const name of ['pros', 'vips', 'readers', 'customers'])
      expect(await test().members(name)).toEqual([]);
  });

  it('are entered and left at the very moment at which time alone lets them, with few looks in between', async () => {
    await test().save('active', ACTIVE);
    await test().save('quiet', QUIET);
    await test().put('a');
    await test().happen('a', 'page_viewed');
    await test().advance(HOUR);
    await test().happen('a', 'page_viewed');
    const { reads, writes } = test().store;
    await test().advance(2 * HOUR - 1);
    // One look when the first of the views is no longer counted: the second did not move the timer.
    expect(test().store.writes - writes).toBe(1);
    expect(test().store.reads - reads).toBeLessThan(5);
    expect([await test().members('active'), await test().members('quiet')]).toEqual([[1], []]);
    await test().advance(1_000);
    expect([await test().members('active'), await test().members('quiet')]).toEqual([[], [1]]);
    // The window includes the moment at its end.
    expect(await test().moves()).toEqual([
      '+1 quiet 0',
      '+1 active 0',
      '-1 quiet 0',
      `-1 active ${3 * HOUR + 1}`,
      `+1 quiet ${3 * HOUR + 1}`,
    ]);
  });

  it('follow an event that is yet to occur, one that comes late, and one told twice', async () => {
    await test().save('active', ACTIVE);
    await test().save('buyers', ORDERED);
    await test().put('a');
    await test().happen('a', 'order_placed', {}, -HOUR);
    await test().happen('a', 'page_viewed', {}, 90 * 60_000);
    await test().happen('a', 'page_viewed', {}, 3 * HOUR);
    await test().advance(DAY);
    expect(await test().moves()).toEqual(['+1 active 0', `-1 active ${HOUR / 2 + 1}`, `+1 buyers ${HOUR}`]);
  });

  it('turn at local midnight, for each contact at its own', async () => {
    await test().save(
      'today',
      { event: 'page_viewed', within: { last: 1, unit: 'calendarDays' } },
      'Asia/Tokyo',
    );
    await test().save('birthday', { property: 'birthday', op: 'anniversaryToday' }, 'Asia/Tokyo');
    for (const [name, timezone] of [
      ['tokyo', null],
      ['kathmandu', 'Asia/Kathmandu'],
      ['new york', 'America/New_York'],
    ] as const) {
      await test().put(name, { fields: { timezone }, properties: { birthday: '1990-01-02' } });
      await test().happen(name, 'page_viewed');
    }
    await test().advance(2 * DAY);
    expect(
      (await test().moves()).filter((move) => move.startsWith('-') || move.includes('birthday')),
    ).toEqual([
      `-3 today ${5 * HOUR}`,
      `+1 birthday ${15 * HOUR}`,
      `-1 today ${15 * HOUR}`,
      `+2 birthday ${18.25 * HOUR}`,
      `-2 today ${18.25 * HOUR}`,
      `+3 birthday ${29 * HOUR}`,
      `-1 birthday ${39 * HOUR}`,
      `-2 birthday ${42.25 * HOUR}`,
    ]);
    await test().advance(DAY);
    expect((await test().moves()).at(-1)).toBe(`-3 birthday ${53 * HOUR}`);
  });

  it('move a turn with the zone of the contact', async () => {
    await test().save('today', { event: 'page_viewed', within: { last: 1, unit: 'calendarDays' } });
    await test().put('a');
    await test().happen('a', 'page_viewed');
    await test().put('a', { fields: { timezone: 'America/New_York' } });
    await test().advance(2 * DAY);
    expect(await test().moves()).toEqual(['+1 today 0', `-1 today ${5 * HOUR}`]);
  });

  it('know for how long a property has been what it is, without a break', async () => {
    const trial = { property: 'plan', op: 'equals', value: 'trial', for: { last: 14, unit: 'days' } };
    await test().put('a', { properties: { plan: 'free' } });
    await test().advance(DAY);
    await test().put('a', { properties: { plan: 'trial' } });
    await test().put('b', { properties: { plan: 'trial' } });
    await test().advance(DAY);
    // What happened before the segment was saved is known from the log.
    await test().save('long', trial);
    await test().advance(8 * DAY);
    await test().put('b', { properties: { plan: 'pro' } });
    await test().put('b', { properties: { plan: 'trial' } });
    await test().advance(20 * DAY);
    await test().put('a', { properties: { plan: 'pro' } });
    expect(await test().moves()).toEqual([
      `+1 long ${15 * DAY}`,
      `+2 long ${24 * DAY}`,
      `-1 long ${30 * DAY}`,
    ]);
  });

  it('of segments follow those they are made of, at the same moment', async () => {
    await test().save('active', ACTIVE);
    await test().save('vips', { tag: 'vip' });
    await test().save('active vips', { all: [{ segment: 'active' }, { segment: 'vips' }] });
    await test().save('others', { none: [{ segment: 'active vips' }] });
    await test().put('a', { tags: ['vip'] });
    await test().happen('a', 'page_viewed');
    await test().advance(DAY);
    const turned = 2 * HOUR + 1;
    expect((await test().moves()).filter((move) => /vips|others/.test(move))).toEqual([
      '+1 others 0',
      '+1 vips 0',
      '+1 active vips 0',
      '-1 others 0',
      `-1 active vips ${turned}`,
      `+1 others ${turned}`,
    ]);
  });

  it('survive a restart: what was due meanwhile happens as of its own moment, once', async () => {
    await test().save('active', ACTIVE);
    await test().put('a');
    await test().happen('a', 'page_viewed');
    await test().process.close();
    await test().sleep(DAY);
    await test().start();
    test().process.pump.wake();
    await test().process.settled();
    await test().restart();
    await test().advance(DAY);
    expect(await test().moves()).toEqual(['+1 active 0', `-1 active ${2 * HOUR + 1}`]);
  });

  it('asleep for a week: turns and changes happen in the order of time, each as of its own', async () => {
    await test().save('active', ACTIVE);
    await test().save('vips', { tag: 'vip' });
    await test().save('lapsed', {
      all: [ORDERED, { event: 'order_placed', count: { op: 'lt', n: 1 }, within: { last: 2, unit: 'days' } }],
    });
    await test().put('a');
    await test().put('b');
    await test().happen('a', 'page_viewed');
    await test().happen('b', 'order_placed');
    await test().process.close();
    // Another process writes meanwhile, and keeps no segments.
    const writer = await test().database.open();
    await test().sleep(DAY);
    await record(writer, test().clock.now(), eventOf('a', 'page_viewed', test().clock.now()));
    await test().sleep(3 * DAY);
    await record(writer, test().clock.now(), eventOf('b', 'order_placed', test().clock.now()));
    await test().sleep(1_000);
    await contactId(writer, test().clock.now(), { externalId: 'a' }, { tags: ['vip'] });
    await test().sleep(3 * DAY);
    await writer.close();
    await test().start();
    test().process.pump.wake();
    await test().process.settled();
    expect(await test().moves()).toEqual([
      '+1 active 0',
      `-1 active ${2 * HOUR + 1}`,
      `+1 active ${DAY}`,
      `-1 active ${DAY + 2 * HOUR + 1}`,
      `+2 lapsed ${2 * DAY + 1}`,
      `-2 lapsed ${4 * DAY}`,
      `+1 vips ${4 * DAY + 1_000}`,
      `+2 lapsed ${6 * DAY + 1}`,
    ]);
    const { members } = await listedMembers('lapsed');
    expect(members).toMatchObject([{ contact: { id: 2 }, enteredAt: START + 6 * DAY + 1 }]);
  });

  it('asleep for a week: each moment is judged by what was known then', async () => {
    await test().save('pros', { property: 'plan', op: 'equals', value: 'pro' });
    await test().save('vips', {
      all: [{ tag: 'vip' }, { list: 'news' }, { consent: 'email', is: 'opted_in' }],
    });
    const silent = { none: [{ event: 'page_viewed', within: { last: 1, unit: 'days' } }] };
    await test().save('silent', silent);
    await test().save('silent free', { all: [{ property: 'plan', op: 'equals', value: 'free' }, silent] });
    const id = await test().put('a', { properties: { plan: 'pro' }, tags: ['vip'], lists: ['news'] });
    await test().happen('a', 'page_viewed');
    await test().process.close();
    const writer = await test().database.open();
    const now = () => test().clock.now();
    const consent = (status: 'opted_in' | 'opted_out') =>
      setConsent(writer, [said(id, { status, at: now() })], now());
    await consent('opted_in');
    // Known only on the third day, when it makes nobody less silent.
    await test().sleep(3 * DAY);
    await record(writer, now(), eventOf('a', 'page_viewed', now() - 2.5 * DAY));
    await contactId(writer, now(), { externalId: 'a' }, { properties: { plan: 'free' } });
    await test().sleep(HOUR);
    await changeMembership(writer, 'tag', 'remove', [{ contactId: id, name: 'vip' }], now());
    await contactId(writer, now(), { externalId: 'a' }, { properties: { plan: 'pro' } });
    await test().sleep(HOUR);
    await contactId(writer, now(), { externalId: 'a' }, { tags: ['vip'] });
    await test().sleep(HOUR);
    await changeMembership(writer, 'list', 'remove', [{ contactId: id, name: 'news' }], now());
    await test().sleep(HOUR);
    await contactId(writer, now(), { externalId: 'a' }, { lists: ['news'] });
    await test().sleep(HOUR);
    await consent('opted_out');
    await test().sleep(3 * DAY);
    await writer.close();
    await test().start();
    test().process.pump.wake();
    await test().process.settled();
    expect((await test().moves()).filter((move) => !/^.1 (pros|silent) 0$/.test(move))).toEqual([
      '+1 vips 0',
      `+1 silent ${DAY + 1}`,
      `-1 pros ${3 * DAY}`,
      `+1 silent free ${3 * DAY}`,
      `+1 pros ${3 * DAY + HOUR}`,
      `-1 silent free ${3 * DAY + HOUR}`,
      `-1 vips ${3 * DAY + HOUR}`,
      `+1 vips ${3 * DAY + 2 * HOUR}`,
      `-1 vips ${3 * DAY + 3 * HOUR}`,
      `+1 vips ${3 * DAY + 4 * HOUR}`,
      `-1 vips ${3 * DAY + 5 * HOUR}`,
    ]);
  });

  it('with a clock that was set back repeat nothing, and go on when it has come that far again', async () => {
    await test().save('active', ACTIVE);
    await test().put('a');
    await test().happen('a', 'page_viewed');
    await test().advance(2 * HOUR + 250);
    const told = ['+1 active 0', `-1 active ${2 * HOUR + 1}`];
    expect(await test().moves()).toEqual(told);
    await test().advance(-HOUR);
    await test().put('a', { tags: ['x'] });
    // Recorded before the moment at which the contact left: it counts as of the highest moment there was.
    await test().happen('a', 'page_opened');
    await test().put('b');
    await test().happen('b', 'page_viewed');
    expect(await test().moves()).toEqual([...told, `+2 active ${2 * HOUR + 1}`]);
    await test().advance(2 * HOUR);
    expect(await test().moves()).toEqual([...told, `+2 active ${2 * HOUR + 1}`]);
    await test().advance(1_000);
    expect(await test().moves()).toEqual([
      ...told,
      `+2 active ${2 * HOUR + 1}`,
      `-2 active ${3 * HOUR + 251}`,
    ]);
  });

  it('with a clock that had run years ahead by mistake are judged anew by the right one', async () => {
    await test().save('active', ACTIVE);
    await test().put('a');
    await test().happen('a', 'page_viewed');
    await test().advance(3_650 * DAY);
    await test().put('b');
    await test().advance(-3_650 * DAY + HOUR);
    test().process.pump.wake();
    await test().process.settled();
    expect(await test().members('active')).toEqual([1]);
    await test().happen('b', 'page_viewed');
    await test().advance(DAY);
    expect((await test().moves()).slice(2)).toEqual([
      `+1 active ${HOUR}`,
      `+2 active ${HOUR}`,
      `-1 active ${2 * HOUR + 1}`,
      `-2 active ${3 * HOUR + 1}`,
    ]);
  });

  it('in two processes at once: everything happens once', async () => {
    const other = await test().another();
    await test().save('active', ACTIVE);
    await test().save('vips', { tag: 'vip' });
    await Promise.all(
      Array.from({ length: 30 }, async (_, n) => {
        const store = n % 2 === 0 ? test().store : other.store;
        await contactId(store, test().clock.now(), { externalId: `c${n}` }, { tags: ['vip'] });
        await record(store, test().clock.now(), eventOf(`c${n}`, 'page_viewed', test().clock.now() - n));
      }),
    );
    const both = async () => {
      await test().process.settled();
      await other.settled();
    };
    await both();
    await test().clock.advance(3 * HOUR, both);
    const moves = await test().moves();
    expect(new Set(moves).size).toBe(moves.length);
    expect(moves.length).toBe(90);
    const ats = moves.map((move) => Number(move.split(' ').at(-1)));
    expect(ats).toEqual([...ats].sort((a, b) => a - b));
    expect((await test().members('vips')).length).toBe(30);
    expect(await test().members('active')).toEqual([]);
    await other.close();
  });

  it('with a definition that changes: members move at once, and turns are those of the new one', async () => {
    await test().save('active', ACTIVE);
    await test().save('also', { segment: 'active' });
    await test().put('a');
    await test().happen('a', 'page_viewed');
    await test().put('b');
    await test().happen('b', 'page_viewed', {}, 3 * HOUR);
    await test().advance(HOUR);
    const wider = { ...ACTIVE, within: { last: 4, unit: 'hours' } };
    expect(await test().save('active', wider)).toMatchObject({
      entered: 1,
      left: 0,
      segment: { version: 2 },
    });
    await test().advance(DAY);
    expect(await test().moves()).toEqual([
      '+1 active 0',
      '+1 also 0',
      `+2 active ${HOUR}`,
      `+2 also ${HOUR}`,
      `-2 active ${HOUR + 1}`,
      `-2 also ${HOUR + 1}`,
      `-1 active ${4 * HOUR + 1}`,
      `-1 also ${4 * HOUR + 1}`,
    ]);
    // A rule that time does not turn, in place of one that it does.
    await test().save('active', { event: 'page_viewed' });
    await test().advance(DAY);
    expect((await test().moves()).slice(8)).toEqual(
      [1, 2]
        .flatMap((id) => [`+${id} active ${HOUR + DAY}`])
        .concat([1, 2].map((id) => `+${id} also ${HOUR + DAY}`)),
    );
  });

  it('of a store that is full turn for everybody who was there before, also over many pages', async () => {
    const people = Array.from({ length: 2_300 }, (_, n) => n);
    await recordEvents(
      test().store,
      people.map((n) => eventOf(`c${n}`, 'page_viewed', START - (n % 7_000))),
      START,
      WHOLE,
    );
    await test().save('active', ACTIVE);
    await test().save('quiet', QUIET);
    expect((await test().members('active')).length).toBe(2_300);
    await test().advance(2 * HOUR - 6_000);
    expect((await test().members('active')).length).toBe(2_300);
    await test().advance(6_000 - 1_000);
    expect((await test().members('active')).length).toBe(1_001);
    expect((await test().members('quiet')).length).toBe(1_299);
    await test().advance(2_000);
    expect((await test().members('quiet')).length).toBe(2_300);
    expect((await test().moves()).length).toBe(3 * 2_300);
  }, 120_000);

  it('follow a merge, without entering twice, and with one timer for the one that is left', async () => {
    await test().save('active', ACTIVE);
    await test().save('pros', { property: 'plan', op: 'equals', value: 'pro' });
    await test().save('frees', { property: 'plan', op: 'equals', value: 'free' });
    const a = await test().put('a', { properties: { plan: 'free' } });
    await test().happen('a', 'page_viewed');
    await test().advance(HOUR);
    const b = await test().put('b', { properties: { plan: 'pro' } });
    await test().happen('b', 'page_viewed', {}, 1_000);
    await test().advance(1_000);
    const one = { survivor: { id: a, identifiers: [] }, absorbed: { id: b, identifiers: [] } };
    await mergeAll(test().store, [one], test().clock.now(), WHOLE);
    await test().process.settled();
    expect(await test().members('active')).toEqual([a]);
    const before = await test().moves();
    expect(before.slice(4)).toEqual([`-1 frees ${HOUR + 1_000}`]);
    await test().advance(DAY);
    expect((await test().moves()).slice(5)).toEqual([`-1 active ${3 * HOUR - 1_000 + 1}`]);
    expect(await test().store.read((tx) => tx.timers.list({ limit: 9 }))).toEqual([]);
  });

  it.each(['delete', 'erase'] as const)(
    'lose who is removed by %s, and nothing is left to be turned',
    async (action) => {
      await test().save('active', ACTIVE);
      const id = await test().put('a');
      await test().happen('a', 'page_viewed');
      await removeContacts(test().store, action, [id], test().clock.now());
      await test().process.settled();
      expect(await test().members('active')).toEqual([]);
      await test().advance(DAY);
      expect((await test().moves()).filter((move) => move.startsWith('-'))).toEqual([]);
    },
  );

  it('are right for whoever asks, also where no pump runs', async () => {
    await test().save('active', ACTIVE);
    await test().put('a');
    await test().process.close();
    const store = await test().database.open();
    await record(store, test().clock.now(), eventOf('a', 'page_viewed', test().clock.now()));
    const ids = async () => {
      const answer = await segmentMembers(store, 'active', { limit: 9 }, test().clock.now());
      return (
        answer.outcome === 'listed' && answer.members.map(({ contact, enteredAt }) => [contact.id, enteredAt])
      );
    };
    expect(await ids()).toEqual([[1, START]]);
    await test().sleep(2 * HOUR + 1);
    expect(await ids()).toEqual([]);
    await store.close();
    await test().start();
  });

  it('cost a store without segments no write, and one at rest no look', async () => {
    await test().put('a');
    const { writes } = test().store;
    await test().happen('a', 'page_viewed');
    expect(test().store.writes).toBe(writes + 1);
    await test().save('active', ACTIVE);
    await test().process.settled();
    const before = [test().store.reads, test().store.writes];
    await test().advance(HOUR);
    expect([test().store.reads, test().store.writes]).toEqual(before);
  });
});
