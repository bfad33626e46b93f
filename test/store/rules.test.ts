import type { JsonObject } from '../../src/domain/json';
import { parseRule } from '../../src/domain/rule/parse-rule';
import { EMPTY_BOOK } from '../../src/domain/rule/rule-book';
import type { Rule } from '../../src/domain/rule/rule';
import type { RuleQuestion } from '../../src/store/port';
import { contactOf, HOSTILE_TEXTS, onEachDatabase, type TestStore } from './each-database';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const DAY = 86_400_000;

function read(json: unknown): Rule {
  const reading = parseRule(json);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.value;
}

function questionOf(json: unknown, segments: Record<string, unknown> = {}): RuleQuestion {
  const own = new Map(
    Object.entries(segments).map(([name, rule]) => [name, { rule: read(rule), zone: 'UTC' }]),
  );
  return { rule: read(json), book: { ...EMPTY_BOOK, segments: own }, now: NOW, workflowZone: 'UTC' };
}

const holdsFor = (test: TestStore, json: unknown, segments?: Record<string, unknown>) =>
  test.read(({ rules }) => rules.select(questionOf(json, segments), { limit: 100 }));

/** Contacts from 1 on with these properties. */
const writeContacts = (test: TestStore, ...all: readonly JsonObject[]) =>
  test.write(({ contacts }) =>
    contacts.put(
      all.map((properties, index) => contactOf(index + 1, { properties, createdAt: NOW - 100 * DAY })),
    ),
  );

/** Events of contacts, `daysAgo` days before now. */
type Happened = readonly [contactId: number, type: string, daysAgo: number, properties?: JsonObject];
const writeEvents = (test: TestStore, ...all: readonly Happened[]) =>
  test.write(({ events }) =>
    events.append(
      all.map(([contactId, type, daysAgo, properties = {}]) => ({
        contactId,
        type,
        occurredAt: NOW - daysAgo * DAY,
        properties,
        key: null,
      })),
      NOW,
    ),
  );

onEachDatabase('rules', (test) => {
  describe('on properties', () => {
    it('count a missing value to those that are not something, and to nothing else', async () => {
      await writeContacts(test, { plan: 'pro' }, {}, { plan: null }, { plan: ['free', 'pro'] }, { plan: [] });
      const plan = (op: string, value?: unknown) => holdsFor(test, { property: 'plan', op, value });
      expect(await plan('equals', 'pro')).toEqual([1, 4]);
      expect(await plan('notEquals', 'pro')).toEqual([2, 3, 5]);
      expect(await plan('exists')).toEqual([1, 4, 5]);
      expect(await plan('notExists')).toEqual([2, 3]);
      expect(await plan('in', ['free', 'x'])).toEqual([4]);
      expect(await plan('notIn', ['free', 'x'])).toEqual([1, 2, 3, 5]);
    });

    it('take text that is a number for one', async () => {
      await writeContacts(
        test,
        { n: 5 },
        { n: ' 5.0 ' },
        { n: '5e0' },
        { n: '0x5' },
        { n: true },
        { n: [1, '5'] },
      );
      expect(await holdsFor(test, { property: 'n', op: 'equals', value: 5 })).toEqual([1, 2, 3, 6]);
      expect(await holdsFor(test, { property: 'n', op: 'equals', value: '5' })).toEqual([1, 6]);
      expect(await holdsFor(test, { property: 'n', op: 'lt', value: 5 })).toEqual([6]);
      expect(await holdsFor(test, { property: 'n', op: 'between', value: [4, 6] })).toEqual([1, 2, 3, 6]);
    });

    it.each(HOSTILE_TEXTS)('find %j as a value, as a part of one and as a name', async (text) => {
      await writeContacts(
        test,
        { a: text },
        { [text]: 'here' },
        { a: `x${text}y` },
        { a: [text] },
        { a: 'other' },
      );
      expect(await holdsFor(test, { property: 'a', op: 'equals', value: text })).toEqual([1, 4]);
      expect(await holdsFor(test, { property: 'a', op: 'contains', value: text })).toEqual([1, 3, 4]);
      expect(await holdsFor(test, { property: 'a', op: 'startsWith', value: `x${text}` })).toEqual([3]);
      expect(await holdsFor(test, { property: 'a', op: 'endsWith', value: `${text}y` })).toEqual([3]);
      expect(await holdsFor(test, { property: text, op: 'equals', value: 'here' })).toEqual([2]);
    });

    it('follow dots into objects and lists', async () => {
      await writeContacts(
        test,
        { items: [{ sku: 'A' }, { sku: 'B' }] },
        { items: { sku: 'A' } },
        { 'items.sku': 'A' },
      );
      expect(await holdsFor(test, { property: 'items.sku', op: 'equals', value: 'A' })).toEqual([1, 2, 3]);
      expect(await holdsFor(test, { property: 'items.sku', op: 'regex', value: '^B$' })).toEqual([1]);
    });

    it('count days in the zone of each contact', async () => {
      // 11 March has begun in Auckland, and 10 March is not over in Los Angeles.
      await test.write(({ contacts }) =>
        contacts.put([
          contactOf(1, { properties: { on: '2026-03-11' }, timezone: 'Pacific/Auckland' }),
          contactOf(2, { properties: { on: '2026-03-11' }, timezone: 'America/Los_Angeles' }),
          contactOf(3, { properties: { on: '2026-03-10' }, country: 'DE' }),
        ]),
      );
      expect(await holdsFor(test, { property: 'on', op: 'inPeriod', value: 'today' })).toEqual([1, 3]);
      expect(await holdsFor(test, { property: 'on', op: 'inPeriod', value: 'tomorrow' })).toEqual([2]);
    });

    it('that must have held ask what the property was before', async () => {
      await writeContacts(test, { plan: 'trial' }, { plan: 'trial' }, { plan: 'trial' }, { plan: 'pro' });
      await test.write(({ histories }) =>
        histories.append([
          { contactId: 1, name: 'properties.plan', at: NOW - 3 * DAY, before: 'free' },
          { contactId: 2, name: 'properties.plan', at: NOW - 3 * DAY, before: 'trial' },
          { contactId: 3, name: 'properties.plan', at: NOW - 30 * DAY, before: 'free' },
        ]),
      );
      const held = (last: number) =>
        holdsFor(test, { property: 'plan', op: 'equals', value: 'trial', for: { last, unit: 'days' } });
      expect(await held(3)).toEqual([1, 2, 3]);
      expect(await held(4)).toEqual([2, 3]);
      expect(await held(31)).toEqual([2]);
      expect(await held(101)).toEqual([]);
    });
  });

  describe('on events', () => {
    beforeEach(() => writeContacts(test, {}, {}, {}, {}));

    it('count, with none as zero, and both ends of the window', async () => {
      await writeEvents(
        test,
        [1, 'order', 30],
        [1, 'order', 2],
        [2, 'order', 30.001],
        [3, 'order', -1],
        [2, 'x', 1],
      );
      const count = (op: string, n: number) =>
        holdsFor(test, { event: 'order', count: { op, n }, within: { last: 30, unit: 'days' } });
      expect(await count('gte', 2)).toEqual([1]);
      expect(await count('equals', 0)).toEqual([2, 3, 4]);
      expect(await count('lt', 2)).toEqual([2, 3, 4]);
      expect(await count('notEquals', 2)).toEqual([2, 3, 4]);
      expect(await count('gte', 0)).toEqual([1, 2, 3, 4]);
      expect(await count('lt', 0)).toEqual([]);
    });

    it('add up to a millionth, and count different values', async () => {
      await writeEvents(
        test,
        [1, 'order', 1, { value: 0.1, sku: ['A', 'B'] }],
        [1, 'order', 2, { value: '0.2', sku: 'A' }],
        [2, 'order', 1, { value: [0.1, '0.1', 0.1], sku: [1, '1', null, {}] }],
        [3, 'order', 1, { value: 1e300, sku: { a: 1 } }],
      );
      expect(
        await holdsFor(test, { event: 'order', sum: { property: 'value', op: 'equals', n: 0.3 } }),
      ).toEqual([1, 2]);
      expect(
        await holdsFor(test, { event: 'order', sum: { property: 'value', op: 'equals', n: 0 } }),
      ).toEqual([3, 4]);
      expect(
        await holdsFor(test, { event: 'order', distinct: { property: 'sku', op: 'equals', n: 2 } }),
      ).toEqual([1, 2]);
      expect(await holdsFor(test, { event: 'order', distinct: { property: 'sku', op: 'lt', n: 1 } })).toEqual(
        [3, 4],
      );
    });

    it('add up what a path leads to', async () => {
      await writeEvents(
        test,
        [1, 'order', 1, { items: [{ price: 2 }, { price: '3' }] }],
        [2, 'order', 1, { items: { price: 9 } }],
      );
      const sum = { property: 'items.price', op: 'gte', n: 5 };
      expect(await holdsFor(test, { event: 'order', sum })).toEqual([1, 2]);
      expect(await holdsFor(test, { event: 'order', sum: { ...sum, op: 'lt' } })).toEqual([3, 4]);
      const distinct = { property: 'items.price', op: 'equals', n: 2 };
      expect(await holdsFor(test, { event: 'order', distinct })).toEqual([1]);
    });

    it('let the latest decide, of several at once the one recorded last', async () => {
      await writeEvents(
        test,
        [1, 'order', 5, { status: 'paid' }],
        [1, 'order', 5, { status: 'refunded' }],
        [2, 'order', 1, { status: 'paid' }],
        [2, 'order', 9, { status: 'refunded' }],
      );
      const refunded = [{ property: 'status', op: 'equals', value: 'refunded' }];
      expect(await holdsFor(test, { lastEvent: 'order', has: refunded })).toEqual([1]);
      expect(await holdsFor(test, { event: 'order', first: refunded })).toEqual([2]);
    });

    it('leave machines out of opens and clicks unless they are asked for', async () => {
      await writeEvents(
        test,
        [1, 'email_opened', 1, { machine: true }],
        [2, 'email_opened', 1, { machine: 'true' }],
        [3, 'email_opened', 1, { machine: false }],
        [4, 'page_viewed', 1, { machine: true }],
      );
      await test.write((tx) =>
        tx.catalogue.note(['email_opened', 'page_viewed'].map((name) => ({ kind: 'event', name }))),
      );
      expect(await holdsFor(test, { event: 'email_opened' })).toEqual([3]);
      expect(await holdsFor(test, { event: 'email_opened', machine: 'include' })).toEqual([1, 2, 3]);
      expect(await holdsFor(test, { event: ['email_*', 'page_*'] })).toEqual([3, 4]);
    });

    it('find one after the other, however many steps there are', async () => {
      await writeEvents(
        test,
        [1, 'a', 3],
        [1, 'b', 2],
        [1, 'c', 1],
        [2, 'b', 3],
        [2, 'a', 2],
        [2, 'c', 1],
        [3, 'b', 1],
        [3, 'a', 1],
        [4, 'a', 1],
        [4, 'b', 1],
      );
      const sequence = (...types: string[]) =>
        holdsFor(test, { sequence: types.map((event) => ({ event })) });
      expect(await sequence('a', 'b')).toEqual([1, 4]);
      expect(await sequence('b', 'a')).toEqual([2, 3]);
      expect(await sequence('a', 'b', 'c')).toEqual([1]);
      expect(await sequence('a', 'a')).toEqual([]);
    });

    it('count calendar days and periods in the zone of each contact', async () => {
      await test.write(({ contacts }) =>
        contacts.put([
          contactOf(1, { timezone: 'America/New_York' }),
          contactOf(2, { timezone: 'Asia/Kathmandu' }),
          contactOf(3),
          contactOf(4, { country: 'DE' }),
        ]),
      );
      // 05:00 UTC on 10 March: 01:00 in New York, 10:45 in Kathmandu; 18:30 on the day before is 00:15 there.
      const at = (hours: number) => (NOW - Date.parse('2026-03-10T00:00:00Z') - hours * 3_600_000) / DAY;
      await writeEvents(test, [1, 'x', at(5)], [2, 'x', at(-5.5)], [3, 'x', at(-0.5)], [4, 'x', at(-0.5)]);
      const today = { last: 1, unit: 'calendarDays' };
      expect(await holdsFor(test, { event: 'x', within: today })).toEqual([1, 2, 4]);
      expect(await holdsFor(test, { event: 'x', within: { period: 'yesterday' } })).toEqual([3]);
    });
  });

  it('look at memberships, consents, stages and other segments', async () => {
    await test.write(async (tx) => {
      await tx.contacts.put([contactOf(1, { lifecycleStage: 'lead' }), contactOf(2), contactOf(3)]);
      await tx.contacts.join('tag', [{ contactId: 1, name: 'vip' }], 1);
      await tx.contacts.join('list', [{ contactId: 2, name: 'vip' }], 1);
      await tx.consents.put([{ contactId: 3, channel: 'email', status: 'opted_out', at: 1 }]);
    });
    expect(await holdsFor(test, { tag: 'vip' })).toEqual([1]);
    expect(await holdsFor(test, { list: 'vip' })).toEqual([2]);
    expect(await holdsFor(test, { consent: 'email', is: 'opted_out' })).toEqual([3]);
    expect(await holdsFor(test, { consent: 'email', is: 'unknown' })).toEqual([1, 2]);
    expect(await holdsFor(test, { stage: 'lead' })).toEqual([1]);
    expect(await holdsFor(test, { none: [{ stage: 'lead' }] })).toEqual([2, 3]);
    const segments = { a: { any: [{ segment: 'b' }, { list: 'vip' }] }, b: { tag: 'vip' } };
    expect(await holdsFor(test, { segment: 'a' }, segments)).toEqual([1, 2]);
    expect(await holdsFor(test, { none: [{ segment: 'gone' }] })).toEqual([1, 2, 3]);
  });

  it('are asked page by page, and of some contacts only', async () => {
    await writeContacts(test, ...Array.from({ length: 7 }, (_, n) => ({ even: n % 2 === 1 })));
    const even = questionOf({ property: 'even', op: 'equals', value: true });
    const { rules } = await test.read(async (tx) => ({
      rules: [
        await tx.rules.select(even, { limit: 2 }),
        await tx.rules.select(even, { limit: 2, afterId: 4 }),
        await tx.rules.select(even, { limit: 9, contactIds: [6, 1, 2, 99] }),
        await tx.rules.select(even, { limit: 9, contactIds: [] }),
        [await tx.rules.count(even), await tx.rules.count(even, [1, 2])],
      ],
    }));
    expect(rules).toEqual([[2, 4], [6], [2, 6], [], [3, 1]]);
  });
});
