import fc from 'fast-check';
import { matchContacts } from '../../src/app/segments/match-contacts';
import { saveSegment } from '../../src/app/segments/save-segment';
import { segmentMembers } from '../../src/app/segments/saved-segments';
import { judgeRule } from '../../src/domain/rule/judge-rule';
import { EMPTY_BOOK, type RuleBook } from '../../src/domain/rule/rule-book';
import { parseRule } from '../../src/domain/rule/parse-rule';
import type { Rule } from '../../src/domain/rule/rule';
import { resolveZone } from '../../src/domain/schedule/zone';
import type { RuleQuestion } from '../../src/store/port';
import { contactOf, HOSTILE_TEXTS, onEachDatabase, type TestStore } from './each-database';
import { factsOf, people, writePeople } from './random-people';
import { BOOK as book, ruleJson } from './random-rules';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const EVENT = { event: 'a' };
const PLAN = { property: 'plan', op: 'equals', value: 'pro' };
const SEQUENCE = { sequence: [EVENT, EVENT, EVENT] };
const GONE = { property: 'gone', op: 'exists' };

const times = (count: number, make: (at: number) => unknown): unknown[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** Groups of these modes in turn, so many inside each other, each with others beside the next. */
function nested(modes: readonly string[], depth: number, leaf: unknown, beside: readonly unknown[] = []) {
  let rule = leaf;
  for (let level = 0; level < depth; level++)
    rule = { [modes[level % modes.length] ?? '']: [...beside, rule] };
  return rule;
}

function read(json: unknown): Rule {
  const reading = parseRule(json);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.value;
}

const questionOf = (json: unknown, book: RuleBook = EMPTY_BOOK): RuleQuestion => ({
  rule: read(json),
  book,
  now: NOW,
  workflowZone: 'UTC',
});

/** One with a plan, a tag, three events, and a list of everything; two and three with nothing. */
async function writeFew(test: TestStore): Promise<void> {
  await test.write(async (tx) => {
    const properties = { plan: 'pro', n: 5, o: { p: 'pro' } };
    await tx.contacts.put([
      contactOf(1, { properties, email: 'ann@example.com', timezone: 'Asia/Kathmandu' }),
      contactOf(2, { timezone: 'Europe/Berlin' }),
      contactOf(3),
    ]);
    await tx.contacts.join('tag', [{ contactId: 1, name: 't' }], 1);
    await tx.catalogue.note([{ kind: 'event', name: 'a' }]);
    const events = [3, 2, 1].map((day) => ({ contactId: 1, type: 'a', occurredAt: NOW - day, key: null }));
    await tx.events.append(
      events.map((event) => ({ ...event, properties: { v: 1 } })),
      NOW,
    );
  });
}

const LARGE: ReadonlyArray<readonly [name: string, rule: unknown, ids: readonly number[]]> = [
  ['any of 999 properties', { any: [...times(998, () => GONE), PLAN] }, [1]],
  [
    'all of 999 properties',
    { all: times(999, (at) => ({ ...PLAN, op: 'notEquals', value: at })) },
    [1, 2, 3],
  ],
  ['all of 999 tags', { all: times(999, () => ({ tag: 't' })) }, [1]],
  ['none of 999 tags', { none: times(999, () => ({ tag: 't' })) }, [2, 3]],
  ['all of 999 events', { all: times(999, () => EVENT) }, [1]],
  ['any of 999 events', { any: times(999, () => EVENT) }, [1]],
  ['none of 999 events', { none: times(999, () => EVENT) }, [2, 3]],
  ['all of 300 sequences', { all: times(300, () => SEQUENCE) }, [1]],
  ['all of 999 consents', { all: times(999, (at) => ({ consent: `c${at}`, is: 'unknown' })) }, [1, 2, 3]],
  [
    'any of 999 sums',
    { any: times(999, (at) => ({ ...EVENT, sum: { property: 'v', op: 'gte', n: 3 + at } })) },
    [1],
  ],
  ['999 pasts', { all: times(999, () => ({ ...PLAN, for: { last: 1, unit: 'calendarDays' } })) }, [1]],
  [
    '999 lists of numbers',
    { any: times(999, () => ({ property: 'n', op: 'in', value: times(8, (at) => at) })) },
    [1],
  ],
  [
    '999 patterns',
    { any: times(999, (at) => ({ property: 'plan', op: 'regex', value: `o{1,${1 + (at % 400)}}$` })) },
    [1],
  ],
  [
    '999 paths',
    { any: times(999, (at) => ({ property: 'o.p', op: 'startsWith', value: at > 0 ? 'x' : 'p' })) },
    [1],
  ],
  ['999 conditions on events', { ...EVENT, where: times(990, () => ({ ...GONE, op: 'notExists' })) }, [1]],
  ['999 conditions on the last', { ...EVENT, last: times(990, () => ({ ...GONE, op: 'notExists' })) }, [1]],
  [
    'ten steps of 98 lists of numbers',
    {
      sequence: times(10, () => ({
        ...EVENT,
        where: times(98, () => ({ property: 'v', op: 'in', value: times(8, (at) => at) })),
      })),
    },
    [],
  ],
  ['50 groups of all', nested(['all'], 50, PLAN), [1]],
  ['50 groups of any and none', nested(['any', 'none'], 50, PLAN), [2, 3]],
  ['50 groups of every kind about events', nested(['any', 'none', 'all'], 50, EVENT), [2, 3]],
  [
    '50 groups with 18 rules beside each',
    nested(
      ['any', 'all'],
      50,
      EVENT,
      times(18, () => EVENT),
    ),
    [1],
  ],
  [
    '50 groups with 18 absent ones beside',
    nested(
      ['any', 'none'],
      50,
      PLAN,
      times(18, () => GONE),
    ),
    [2, 3],
  ],
  ['19 times 49 groups', { all: times(19, () => nested(['any', 'none', 'all'], 49, EVENT)) }, [1]],
  ['10,000 texts', { property: 'plan', op: 'in', value: [...times(10_000, (at) => `v${at}`), 'pro'] }, [1]],
  [
    'not 10,000 texts',
    { property: 'plan', op: 'notIn', value: [...times(10_000, (at) => `v${at}`), 'pro'] },
    [2, 3],
  ],
  ['10,000 numbers', { property: 'n', op: 'in', value: times(10_000, (at) => at) }, [1]],
  [
    '10,000 at the end of a path',
    { property: 'o.p', op: 'in', value: [...times(10_000, (at) => at), 'pro'] },
    [1],
  ],
  [
    '10,000 addresses',
    { property: 'email', op: 'notIn', value: times(10_000, (at) => `${at}@x`) },
    [1, 2, 3],
  ],
];

onEachDatabase('hostile rules', (test) => {
  it.each(LARGE)('are answered, however large: %s', async (_, json, ids) => {
    await writeFew(test);
    const asked = questionOf(json);
    expect(await test.read(({ rules }) => rules.select(asked, { limit: 10 }))).toEqual(ids);
    expect(await test.read(({ rules }) => rules.count(asked, [1, 3, 99]))).toBe(
      ids.filter((id) => id !== 2).length,
    );
    const judged = await matchContacts(test.store, [1, 2, 3], asked.rule, { now: NOW, workflowZone: 'UTC' });
    if (!judged.ok) throw new Error(JSON.stringify(judged.problems));
    expect([...judged.value].flatMap(([id, { holds }]) => (holds ? [id] : []))).toEqual(ids);
    const saved = await saveSegment(test.store, { name: 's', rule: json, zone: 'UTC' }, NOW);
    expect(saved).toMatchObject({ outcome: 'created', entered: ids.length });
  });

  it('asked piece by piece hold for whom they hold by definition', async () => {
    const [everyone = []] = fc.sample(people(40), { seed: 7, numRuns: 1 });
    await test.write((tx) => writePeople(tx, everyone));
    const facts = factsOf(everyone);
    // Rules that hold for many in `all` and `none`, for few in `any`: else the piece does not matter.
    const holding = (asked: RuleQuestion) =>
      facts.flatMap((own) => {
        const { timezone, country, id } = own.contact;
        const zone = resolveZone({ contactZone: timezone, country, workflowZone: 'UTC' }, NOW);
        if (!zone.ok) throw new Error('There is a zone');
        return judgeRule(asked.rule, own, { now: NOW, zone: zone.value.zone }, book).holds ? [id] : [];
      });
    const pool = fc.sample(ruleJson, { seed: 7, numRuns: 2_000 }).filter((json) => {
      const { length } = holding(questionOf(json, book));
      return length <= 2 || length >= 38;
    });
    const rare = pool.filter((json) => holding(questionOf(json, book)).length <= 2);
    const usual = pool.filter((json) => !rare.includes(json));
    let decided = 0;
    for (let at = 0; at < 12; at++) {
      const few = rare.slice(at * 30, at * 30 + 60 + at);
      const many = usual.slice(at * 10, at * 10 + 20 + at);
      for (const json of [
        { any: [...few, { all: [...many, { none: few }] }] },
        { none: [...few, { any: few.slice(0, 5) }, { none: [...many.slice(0, 9)] }] },
        { all: [...many, { none: few }, { any: [...few, ...many.slice(0, 1)] }] },
      ]) {
        const asked = questionOf(json, book);
        const expected = holding(asked);
        if (expected.length > 0 && expected.length < 40) decided++;
        expect(await test.read(({ rules }) => rules.select(asked, { limit: 50 }))).toEqual(expected);
      }
    }
    expect(decided).toBeGreaterThan(10);
  });

  it('of names and texts that break out elsewhere are saved, kept and told', async () => {
    const names = [...HOSTILE_TEXTS, '%s', 'x'.repeat(300), 'a\\u0000'];
    const properties = Object.fromEntries(names.map((name) => [name, name]));
    await test.write(async (tx) => {
      await tx.contacts.put([contactOf(1, { properties }), contactOf(2)]);
      await tx.catalogue.note(names.map((name) => ({ kind: 'event', name })));
      await tx.events.append(
        names.map((type) => ({ contactId: 1, type, occurredAt: 1, properties, key: null })),
        2,
      );
    });
    for (const name of names) {
      const condition = { property: name, op: 'equals', value: name };
      const rule = {
        all: [
          condition,
          { event: name, where: [condition], last: condition },
          { none: [{ tag: name }, { list: name }, { consent: name, is: 'opted_in' }] },
        ],
      };
      const segment = name.trim().slice(0, 100);
      const saved = await saveSegment(test.store, { name: segment, rule, zone: 'UTC' }, NOW);
      expect(saved).toMatchObject({ outcome: 'created', entered: 1 });
      expect((await test.read(({ segments }) => segments.get(segment)))?.definition).toEqual(rule);
      const members = await segmentMembers(test.store, segment, { limit: 5 }, NOW);
      expect(members).toMatchObject({ outcome: 'listed', members: [{ contact: { id: 1 } }] });
    }
  });

  it('with a pattern that backtracks for ever elsewhere take their time by the length of the texts', async () => {
    const long = 'a'.repeat(50_000);
    await test.write(({ contacts }) =>
      contacts.put(
        times(20, (at) =>
          contactOf(Number(at) + 1, { properties: { p: `${long}${at}!`, short: `aaa${at}` } }),
        ) as never,
      ),
    );
    for (const value of ['^(a+)+$', '(a|aa)+b', '^(([a-z])+.)+[A-Z]([a-z])+$', '(x+x+)+y']) {
      const found = await test.read(({ rules }) =>
        rules.select(questionOf({ property: 'p', op: 'regex', value }), { limit: 50 }),
      );
      expect(found).toEqual([]);
    }
    const found = await test.read(({ rules }) =>
      rules.select(questionOf({ property: 'short', op: 'regex', value: '^(a+)+1?5$' }), { limit: 50 }),
    );
    expect(found).toEqual([6, 16]);
  });
});
