import { matchContacts } from '../../src/app/segments/match-contacts';
import { deleteSegment, listSegments, segmentMembers } from '../../src/app/segments/saved-segments';
import { previewSegment, saveSegment } from '../../src/app/segments/save-segment';
import { watchContacts } from '../../src/app/watch-contacts';
import { parseRule } from '../../src/domain/rule/parse-rule';
import type { Rule } from '../../src/domain/rule/rule';
import { DAY, HOUR, onEachSegmentProcess, START } from './segment-process';

const VIP = { tag: 'vip' };

function ruleOf(json: unknown): Rule {
  const reading = parseRule(json);
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return reading.value;
}

onEachSegmentProcess('saving segments', (test) => {
  const attempt = async (name: string, rule: unknown, zone = 'UTC') => {
    const saved = await saveSegment(test().store, { name, rule, zone }, test().clock.now());
    return saved.outcome === 'refused' ? saved.problems : saved.outcome;
  };

  it('tells who enters and leaves, grows the version with each change, and does nothing for the same again', async () => {
    await test().put('a', { tags: ['vip'] });
    await test().put('b', { tags: ['press'] });
    expect(await test().save(' loud ', { tag: 'vip' })).toMatchObject({
      outcome: 'created',
      entered: 1,
      left: 0,
      segment: { name: 'loud', version: 1, size: 1, zone: 'UTC' },
    });
    await test().advance(HOUR);
    const moves = await test().moves();
    expect(await test().save('loud', { tag: 'vip' })).toMatchObject({
      outcome: 'unchanged',
      entered: 0,
      segment: { version: 1, updatedAt: START },
    });
    expect(await test().moves()).toEqual(moves);
    expect(await test().save('loud', { tag: 'press' })).toMatchObject({
      outcome: 'changed',
      entered: 1,
      left: 1,
      segment: { version: 2, size: 1, updatedAt: START + HOUR },
    });
    expect(await test().save('loud', { tag: 'press' }, 'Asia/Tokyo')).toMatchObject({
      segment: { version: 3 },
    });
  });

  it('refuses what cannot be a segment, each with its path, and saves nothing of it', async () => {
    expect(await attempt('', VIP)).toMatchObject([{ field: 'name' }]);
    expect(await attempt('x'.repeat(101), VIP, 'Mars')).toMatchObject([{ field: 'name' }, { field: 'zone' }]);
    expect(await attempt('a', {})).toMatchObject([{ field: 'rule' }]);
    expect(await attempt('a', { all: [VIP, { event: 'x', within: { last: 3 } }] })).toMatchObject([
      { field: 'rule.all[1].within.unit' },
    ]);
    expect(await attempt('a', { any: [VIP, { none: [{ segment: 'gone' }] }] })).toEqual([
      { field: 'rule.any[1].none[0].segment', message: 'There is no segment "gone"; none is saved yet.' },
    ]);
    expect(await attempt('a', { all: [{ segment: 'a' }] })).toEqual([
      { field: 'rule.all[0].segment', message: 'A segment cannot be made of itself: "a" → "a".' },
    ]);
    expect(await listSegments(test().store, START)).toEqual([]);
  });

  it('refuses a circle through others, naming the way', async () => {
    expect(await attempt('a', VIP)).toBe('created');
    expect(await attempt('b', { any: [VIP, { segment: 'a' }] })).toBe('created');
    expect(await attempt('c', { none: [{ segment: 'b' }] })).toBe('created');
    expect(await attempt('a', { any: [{ stage: 'lead' }, { segment: 'c' }] })).toEqual([
      {
        field: 'rule.any[1].segment',
        message: 'A segment cannot be made of itself: "a" → "c" → "b" → "a".',
      },
    ]);
    expect(await attempt('d', { segment: 'e' })).toEqual([
      { field: 'rule.segment', message: 'There is no segment "e"; saved are "a", "b", "c".' },
    ]);
  });

  it('previews who would enter and leave, with a sample of ten and why, and changes nothing', async () => {
    for (let n = 0; n < 12; n++) await test().put(`c${n}`, { tags: n === 0 ? ['press'] : ['vip', 'press'] });
    await test().save('loud', VIP);
    const ask = async (name: string | null, rule: unknown) => {
      const preview = await previewSegment(test().store, { name, rule, zone: 'UTC' }, test().clock.now());
      if (preview.outcome === 'refused') throw new Error('The preview was refused');
      return preview;
    };
    expect(await ask('loud', { all: [{ tag: 'press' }] })).toMatchObject({
      fitting: 12,
      entering: 1,
      leaving: 0,
    });
    expect(await ask('loud', { none: [VIP] })).toMatchObject({ fitting: 1, entering: 1, leaving: 11 });
    expect(await ask(null, { none: [{ segment: 'loud' }] })).toMatchObject({
      fitting: 1,
      entering: 1,
      leaving: 0,
    });
    const { sample } = await ask(null, { tag: 'press' });
    expect(sample.map(({ contact }) => contact.externalId)).toEqual(
      Array.from({ length: 10 }, (_, n) => `c${n}`),
    );
    expect(sample[0]?.explanation).toMatchObject({ holds: true, turnsAt: null, seen: 'tags: press' });
    const refused = await previewSegment(
      test().store,
      { name: 'loud', rule: { segment: 'loud' }, zone: 'UTC' },
      START,
    );
    expect(refused).toMatchObject({ outcome: 'refused', problems: [{ field: 'rule.segment' }] });
    expect((await test().members('loud')).length).toBe(11);
  });

  it('previews how long a property has been what it is by what the log knows', async () => {
    await test().put('a', { properties: { plan: 'free' } });
    await test().advance(20 * DAY);
    await test().put('a', { properties: { plan: 'trial' } });
    const rule = { property: 'plan', op: 'equals', value: 'trial', for: { last: 14, unit: 'days' } };
    const fitting = async () => {
      const preview = await previewSegment(
        test().store,
        { name: null, rule, zone: 'UTC' },
        test().clock.now(),
      );
      return preview.outcome === 'previewed' && preview.fitting;
    };
    expect(await fitting()).toBe(0);
    await test().advance(14 * DAY);
    expect(await fitting()).toBe(1);
  });

  it('lists segments with their sizes and members by page', async () => {
    for (let n = 0; n < 5; n++) await test().put(`c${n}`, { tags: ['vip'] });
    await test().save('b', VIP);
    await test().save('a', { none: [VIP] });
    const listed = await listSegments(test().store, START);
    expect(listed).toMatchObject([
      { name: 'a', size: 0, movedAt: null },
      { name: 'b', size: 5, movedAt: START },
    ]);
    const page = async (limit: number, afterId?: number) => {
      const answer = await segmentMembers(
        test().store,
        'b',
        afterId === undefined ? { limit } : { limit, afterId },
        START,
      );
      return answer.outcome === 'listed' && answer.members.map(({ contact }) => contact.externalId);
    };
    expect(await page(2)).toEqual(['c0', 'c1']);
    expect(await page(9, 2)).toEqual(['c2', 'c3', 'c4']);
    const unknown = await segmentMembers(test().store, 'x', { limit: 1 }, START);
    expect(unknown).toMatchObject({ outcome: 'refused', problems: [{ field: 'segment' }] });
  });

  it('is not undone while something depends on it, and names what', async () => {
    await test().save('a', VIP);
    await test().save('b', { any: [VIP, { none: [{ segment: 'a' }] }] });
    await test().save('c', { segment: 'b' });
    const key = {
      key: 'k',
      kind: 'changes',
      workflowId: 'w',
      workflowName: 'Welcome',
      nodeName: 'Trigger',
    } as const;
    const watch = { on: 'segment_changed', action: 'entered', segments: ['a'], alreadyIn: false } as const;
    const settings = {
      workflowZone: 'UTC',
      batchSize: 1,
      maxInFlight: 1,
      deliver: async () => ({ ok: true }) as const,
      report: () => {},
    };
    await watchContacts(test().process, key, { watch, ...settings });
    const wait = { ...key, key: 'w', kind: 'wait', nodeName: 'Wait' } as const;
    await test().store.write((tx) => tx.subscriptions.open(wait, { segments: ['a'] }, START));
    const gone = async (name: string, regardless = false) => {
      const deleted = await deleteSegment(test().store, name, { regardless });
      return deleted.outcome === 'refused' ? deleted.problems.map(({ message }) => message) : deleted.outcome;
    };
    expect(await gone('a')).toEqual([
      expect.stringContaining('"b" is made of "a"'),
      expect.stringContaining('"Trigger" of the workflow "Welcome"'),
      expect.stringContaining('"Wait" of the workflow "Welcome"'),
    ]);
    expect(await gone('b')).toEqual([expect.stringContaining('"c" is made of "b"')]);
    expect(await gone('c')).toBe('deleted');
    expect(await gone('b', true)).toBe('deleted');
    expect((await gone('a')).length).toBe(2);
    // A trigger that watches something else now holds nothing back.
    await watchContacts(test().process, key, { watch: { on: 'contact_created' }, ...settings });
    expect((await gone('a')).length).toBe(1);
    expect(await gone('a', true)).toBe('deleted');
    expect(await gone('a')).toEqual(['There is no segment "a".']);
    await test().put('x', { tags: ['vip'] });
    await test().advance(HOUR);
    expect((await test().moves()).filter((move) => move.includes(' a '))).toEqual([]);
  });
});

onEachSegmentProcess('matching contacts', (test) => {
  it('says whether, why, and when that changes, in the zone of each', async () => {
    const a = await test().put('a', { tags: ['vip'], fields: { timezone: 'Asia/Tokyo' } });
    const b = await test().put('b');
    await test().happen('a', 'page_viewed');
    await test().happen('b', 'page_viewed');
    const rule = ruleOf({
      all: [{ tag: 'vip' }, { event: 'page_viewed', within: { last: 1, unit: 'calendarDays' } }],
    });
    const reading = await matchContacts(test().store, [b, a, 99], rule, { now: START, workflowZone: 'UTC' });
    if (!reading.ok) throw new Error('The rule was refused');
    const { value } = reading;
    expect([...value.keys()].sort()).toEqual([a, b]);
    expect(value.get(a)).toMatchObject({ holds: true, turnsAt: START + 15 * HOUR });
    expect(value.get(b)).toMatchObject({ holds: false, turnsAt: null });
    expect(value.get(b)?.contact.externalId).toBe('b');
    expect(value.get(b)?.reasons).toHaveLength(2);
    expect(value.get(a)?.explain()).toMatchObject({ holds: true, parts: [{ holds: true }, { holds: true }] });
  });

  it('judges a saved segment as its members are, in the zone it was saved with', async () => {
    const id = await test().put('a');
    await test().happen('a', 'page_viewed');
    const today = { event: 'page_viewed', within: { last: 1, unit: 'calendarDays' } };
    await test().save('today', today, 'Asia/Tokyo');
    await test().save('over', { none: [{ segment: 'today' }] }, 'America/New_York');
    await test().advance(16 * HOUR);
    expect(await test().moves()).toContain(`+${id} over ${15 * HOUR}`);
    const now = test().clock.now();
    const holds = async (json: unknown) => {
      const reading = await matchContacts(test().store, [id], ruleOf(json), { now, workflowZone: 'UTC' });
      return reading.ok && reading.value.get(id)?.holds;
    };
    expect(await holds({ segment: 'today' })).toBe(false);
    expect(await holds({ any: [{ segment: 'today' }, { none: [{ segment: 'over' }] }] })).toBe(false);
    expect(await holds(today)).toBe(true);
    const unknown = await matchContacts(test().store, [id], ruleOf({ none: [{ segment: 'x' }] }), {
      now,
      workflowZone: 'UTC',
    });
    expect(unknown).toMatchObject({ ok: false, problems: [{ message: 'There is no segment "x".' }] });
  });

  it('knows how long a property has been what it is, though nobody watched it', async () => {
    const id = await test().put('a', { properties: { plan: 'free' } });
    await test().advance(20 * DAY);
    await test().put('a', { properties: { plan: 'trial' } });
    const rule = ruleOf({ property: 'plan', op: 'equals', value: 'trial', for: { last: 14, unit: 'days' } });
    const match = async () => {
      const reading = await matchContacts(test().store, [id], rule, {
        now: test().clock.now(),
        workflowZone: 'UTC',
      });
      return reading.ok ? reading.value.get(id) : null;
    };
    expect(await match()).toMatchObject({ holds: false, turnsAt: START + 34 * DAY });
    await test().advance(14 * DAY);
    expect(await match()).toMatchObject({ holds: true });
  });
});
