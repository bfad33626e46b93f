import { latestContactChange, watchContacts } from '../../src/app/watch-contacts';
import type { SegmentWatch } from '../../src/domain/change/watch';
import type { JsonObject } from '../../src/domain/json';
import { upsertContacts } from '../../src/app/upsert-contacts';
import { upsertOf, WHOLE } from './requests';
import { HOUR, onEachSegmentProcess, START, type SegmentProcess } from './segment-process';
import { Executions } from './simulated-process';

const KEY = { key: 'trigger', kind: 'changes', workflowId: 'w', workflowName: 'W', nodeName: 'N' } as const;
const VIPS = { on: 'segment_changed', action: 'both', segments: ['vips'], alreadyIn: true } as const;

type Item = JsonObject & { contact: { id: number }; change: { kind: string; subject: string; at: string } };

onEachSegmentProcess('watching segments', (test) => {
  let told: Executions<Item>;
  beforeEach(async () => {
    told = new Executions<Item>(test().clock);
    await test().save('vips', { tag: 'vip' });
    await test().save('pros', { property: 'plan', op: 'equals', value: 'pro' });
    await test().save('active', { event: 'page_viewed', within: { last: 2, unit: 'hours' } });
  });
  afterEach(() => expect(told.problems).toEqual([]));

  const watch = async (own: SegmentWatch, on: SegmentProcess['process'] = test().process) => {
    const stop = await watchContacts(on, KEY, {
      watch: own,
      workflowZone: 'UTC',
      batchSize: 500,
      maxInFlight: 2,
      deliver: (items, claim) => told.deliver(items as Item[], claim),
      report: told.report,
    });
    await on.settled();
    return stop;
  };
  /** `+1 vips` for contact 1 that entered, in the order of delivery, since the last asking. */
  const heard = () => {
    const items = told.items.map(
      ({ contact, change }) =>
        `${change.kind === 'segment_entered' ? '+' : '-'}${contact.id} ${change.subject}`,
    );
    told.deliveries.length = 0;
    return items;
  };

  it('takes those who fit a segment when it is first saved for already in it, whichever came first', async () => {
    await test().put('a', { tags: ['new'] });
    await watch({ ...VIPS, segments: ['newcomers'], alreadyIn: false });
    await test().save('newcomers', { tag: 'new' });
    expect(heard()).toEqual([]);
    await test().put('b', { tags: ['new'] });
    expect(heard()).toEqual(['+2 newcomers']);
    // A change of the definition lets them enter.
    await test().put('c', { tags: ['newer'] });
    await test().save('newcomers', { any: [{ tag: 'new' }, { tag: 'newer' }] });
    expect(heard()).toEqual(['+3 newcomers']);
  });

  it('tells of them where everyone already in it was asked for, once', async () => {
    await test().put('a', { tags: ['new'] });
    await watch({ ...VIPS, segments: ['newcomers'] });
    await test().save('newcomers', { tag: 'new' });
    expect(heard()).toEqual(['+1 newcomers']);
  });

  it('tells who enters and leaves from now on, with the moment, also when time alone does it', async () => {
    await test().put('a', { tags: ['vip'] });
    await watch({ ...VIPS, segments: ['active', 'vips'], alreadyIn: false });
    expect(heard()).toEqual([]);
    await test().put('b', { tags: ['vip'], properties: { plan: 'pro' } });
    await test().happen('b', 'page_viewed');
    expect(heard()).toEqual(['+2 vips', '+2 active']);
    await test().advance(3 * HOUR);
    expect(told.items).toEqual([
      {
        contact: expect.objectContaining({ id: 2, externalId: 'b' }),
        change: { kind: 'segment_left', subject: 'active', at: new Date(START + 2 * HOUR + 1).toISOString() },
        delivery: { attempt: 1, redelivered: false },
      },
    ]);
    // Told within a second of the moment.
    expect(told.deliveries[0]?.at).toBeLessThanOrEqual(START + 2 * HOUR + 1_000);
  });

  it.each(['entered', 'left'] as const)('only of those who %s, if that is asked', async (action) => {
    await test().put('a', { tags: ['vip'] });
    await watch({ ...VIPS, action, segments: [] });
    await test().put('b', { tags: ['vip'] });
    await test().save('vips', { tag: 'other' });
    expect(heard()).toEqual(action === 'entered' ? ['+1 vips', '+2 vips'] : ['-1 vips', '-2 vips']);
  });

  it('tells everybody already in it once, page by page, beside those who enter meanwhile', async () => {
    const everybody = Array.from({ length: 2_300 }, (_, n) =>
      upsertOf({ externalId: `c${n}` }, { tags: ['vip'] }),
    );
    await upsertContacts(test().store, everybody, START, WHOLE);
    await test().process.settled();
    // Somebody enters in the very moment in which the watch is opened, before anybody was looked at.
    const opened = watch(VIPS);
    await upsertContacts(test().store, [upsertOf({ externalId: 'late' }, { tags: ['vip'] })], START, WHOLE);
    await opened;
    await test().process.settled();
    const items = heard();
    expect(items.length).toBe(2_301);
    expect(new Set(items).size).toBe(2_301);
    const stop = await watch(VIPS);
    stop();
    await test().restart();
    await watch(VIPS);
    expect(heard()).toEqual([]);
    const { reads, writes } = test().store;
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect([test().store.reads, test().store.writes]).toEqual([reads, writes]);
  });

  it('tells once who entered while the watch was closed, though a segment is newly watched', async () => {
    const stop = await watch({ ...VIPS, alreadyIn: false });
    stop();
    await test().put('a', { tags: ['vip'], properties: { plan: 'pro' } });
    await watch({ ...VIPS, segments: ['vips', 'pros'] });
    expect(heard().sort()).toEqual(['+1 pros', '+1 vips']);
  });

  it('tells of those already in a segment that is added later, and not again of those in the first', async () => {
    await test().put('a', { tags: ['vip'], properties: { plan: 'pro' } });
    const stop = await watch(VIPS);
    expect(heard()).toEqual(['+1 vips']);
    stop();
    await watch({ ...VIPS, segments: ['vips', 'pros', 'gone'] });
    expect(heard()).toEqual(['+1 pros']);
  });

  it('shows a test run the latest who fits', async () => {
    await test().put('a', { tags: ['vip'] });
    await test().put('b', { properties: { plan: 'pro' } });
    const latest = (own: SegmentWatch) => latestContactChange(test().store, own, 'UTC', test().clock.now());
    expect(await latest(VIPS)).toMatchObject({ contact: { externalId: 'a' }, change: { subject: 'vips' } });
    expect(await latest({ ...VIPS, segments: [] })).toMatchObject({ contact: { externalId: 'b' } });
    expect(await latest({ ...VIPS, action: 'left' })).toBeNull();
  });
});
