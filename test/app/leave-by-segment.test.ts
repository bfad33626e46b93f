import { park, type WaitResult } from '../../src/app/park-waits';
import { segmentUpkeep } from '../../src/app/segments/maintain';
import { deleteSegment } from '../../src/app/segments/saved-segments';
import { saveSegment } from '../../src/app/segments/save-segment';
import { contactId, SINGLY } from './requests';
import { HOUR, KEY, onEachWaitingProcess } from './waiting-process';

const DAY = 24 * HOUR;

onEachWaitingProcess('leaving a wait by a segment', (test) => {
  const keepSegments = () => test.process.pump.keep(segmentUpkeep);
  beforeEach(keepSegments);

  const save = (name: string, rule: unknown) =>
    saveSegment(test.process.store, { name, rule, zone: 'UTC' }, test.clock.now());
  const tag = async (externalId: string, ...tags: string[]) => {
    const id = await contactId(test.process.store, test.clock.now(), { externalId }, { tags });
    await test.process.settled();
    return id;
  };

  it('as soon as the contact enters it, with its name and why', async () => {
    await save('vips', { tag: 'vip' });
    const id = await test.contact('a');
    await test.wait(id, HOUR, { leaveOn: [{ segment: 'vips', is: 'in' }] });
    await tag('a', 'press');
    expect(test.outcomes()).toEqual([]);
    await tag('a', 'vip');
    expect(test.executions.items).toMatchObject([
      {
        wait: {
          outcome: 'left_early',
          leftBy: { segment: 'vips', is: 'in' },
          reasons: ['is in the segment vips', 'has the tag vip (tags: press, vip)'],
        },
      },
    ]);
    await test.advance(HOUR);
    expect(test.outcomes()).toEqual([[id, 'left_early']]);
  });

  it('at the moment at which time alone lets it leave the segment, in any order with a date that is due', async () => {
    await save('active', { event: 'page_viewed', within: { last: 2, unit: 'hours' } });
    await test.happen('a', 'page_viewed');
    const id = await test.contact('a');
    const other = await test.contact('b');
    await test.happen('b', 'page_viewed');
    const leaveOn = [{ segment: 'active', is: 'out' as const }];
    await test.wait(id, 5 * HOUR, { leaveOn });
    await test.wait(other, HOUR, { leaveOn });
    await test.advance(HOUR);
    expect(test.outcomes()).toEqual([[other, 'due']]);
    await test.advance(HOUR - 1);
    expect(test.outcomes()).toEqual([[other, 'due']]);
    await test.advance(1_000);
    expect(test.outcomes()).toEqual([
      [other, 'due'],
      [id, 'left_early'],
    ]);
    expect(test.executions.items[1]?.wait).toMatchObject({ leftBy: { segment: 'active', is: 'out' } });
  });

  it('at once, if it is so when the contact comes', async () => {
    await save('vips', { tag: 'vip' });
    const vip = await tag('a', 'vip');
    const other = await test.contact('b');
    const comes = (id: number, is: 'in' | 'out') =>
      test.wait(id, HOUR, { leaveOn: [{ segment: 'vips', is }] });
    expect(await comes(vip, 'in')).toMatchObject({ outcome: 'left_early', segment: 'vips', is: 'in' });
    expect(await comes(other, 'out')).toMatchObject({ outcome: 'left_early', segment: 'vips', is: 'out' });
    expect(await comes(vip, 'out')).toMatchObject({ outcome: 'parked' });
    expect(await comes(other, 'in')).toMatchObject({ outcome: 'parked' });
  });

  it('also when the definition changes, and after a restart', async () => {
    await save('vips', { tag: 'vip' });
    const id = await tag('a', 'press');
    await test.wait(id, DAY, { leaveOn: [{ segment: 'vips', is: 'in' }] });
    await test.restart();
    keepSegments();
    await save('vips', { tag: 'press' });
    await test.process.settled();
    await test.advance(1_000);
    expect(test.outcomes()).toEqual([[id, 'left_early']]);
  });

  it('by the event first, where both let it go', async () => {
    await save('buyers', { event: 'order_placed' });
    const id = await test.contact('a');
    const event = await test.happen('a', 'order_placed');
    const result = await test.wait(id, HOUR, {
      leaveOn: [
        { segment: 'buyers', is: 'in' },
        { type: 'order_placed', where: [] },
      ],
    });
    expect(result).toMatchObject({ outcome: 'left_early', event: { id: event } });
  });

  it('refuses a segment that there is not, for that contact only', async () => {
    const [a, b] = [await test.contact('a'), await test.contact('b')];
    const requests = [
      test.requestOf(a, HOUR, { leaveOn: [{ segment: 'nobody', is: 'in' }] }),
      test.requestOf(b, HOUR),
    ];
    const results: WaitResult[] = await park(test.process.store, KEY, requests, test.clock.now(), SINGLY);
    expect(results).toMatchObject([
      {
        outcome: 'refused',
        problems: [{ message: expect.stringContaining('There is no segment "nobody"') as string }],
      },
      { outcome: 'parked' },
    ]);
  });

  it('keeps the segment from being deleted while somebody waits, or the node names it', async () => {
    await save('vips', { tag: 'vip' });
    const isDeleted = async () => {
      const { outcome } = await deleteSegment(test.process.store, 'vips');
      return outcome === 'deleted';
    };
    const id = await test.contact('a');
    await test.wait(id, HOUR, { leaveOn: [{ segment: 'vips', is: 'in' }] });
    expect(await isDeleted()).toBe(false);
    await test.watch();
    expect(await isDeleted()).toBe(false);
    await test.advance(HOUR);
    expect(test.outcomes()).toEqual([[id, 'due']]);
    await test.watch({ segments: ['vips'] });
    expect(await isDeleted()).toBe(false);
    await test.watch();
    expect(await isDeleted()).toBe(true);
  });

  it('waits for its date where the segment is gone', async () => {
    await save('vips', { tag: 'vip' });
    const id = await test.contact('a');
    await test.wait(id, HOUR, { leaveOn: [{ segment: 'vips', is: 'in' }] });
    await deleteSegment(test.process.store, 'vips', { regardless: true });
    await tag('a', 'vip');
    expect(test.outcomes()).toEqual([]);
    await test.advance(HOUR);
    expect(test.outcomes()).toEqual([[id, 'due']]);
  });
});
