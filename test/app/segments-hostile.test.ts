import { matchContacts } from '../../src/app/segments/match-contacts';
import { listSegments, segmentMembers } from '../../src/app/segments/saved-segments';
import { previewSegment, saveSegment } from '../../src/app/segments/save-segment';
import { parseRule } from '../../src/domain/rule/parse-rule';
import type { Store } from '../../src/store/port';
import { run } from '../cli/run-main';
import { contactOf, onEachDatabase, type TestStore } from '../store/each-database';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const EVENT = { event: 'a' };
const PLAN = { property: 'plan', op: 'equals', value: 'pro' };
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

onEachDatabase('segments made of segments', (test) => {
  const save = (name: string, rule: unknown) => saveSegment(test.store, { name, rule, zone: 'UTC' }, NOW);
  const problemsOf = async (name: string, rule: unknown) => {
    const saved = await save(name, rule);
    return saved.outcome === 'refused' ? saved.problems : [];
  };
  const contents = (store: Store) =>
    store.read(async (tx) => [
      await tx.segments.list(),
      await tx.changes.after(0, ['segment_entered', 'segment_left'], 1_000),
    ]);

  it('stand 50 deep, each with a group of its own', async () => {
    await writeFew(test);
    await save('0', { tag: 't' });
    for (let level = 1; level < 50; level++) {
      const rule = {
        [level % 2 === 0 ? 'all' : 'none']: [
          { segment: String(level - 1) },
          level % 2 === 0 ? { everyone: true } : GONE,
        ],
      };
      expect(await save(String(level), rule)).toMatchObject({ outcome: 'created' });
    }
    expect(await segmentMembers(test.store, '49', { limit: 9 }, NOW)).toMatchObject({
      members: [{ contact: { id: 2 } }, { contact: { id: 3 } }],
    });
    expect(await save('0', { none: [{ tag: 't' }] })).toMatchObject({
      outcome: 'changed',
      entered: 2,
      left: 1,
    });
    expect(await segmentMembers(test.store, '49', { limit: 9 }, NOW)).toMatchObject({
      members: [{ contact: { id: 1 } }],
    });
  });

  it('are refused where each is made of the one before twice, before that takes for ever', async () => {
    await save('0', { tag: 't' });
    let level = 1;
    let problems: ReadonlyArray<{ field: string; message: string }> = [];
    for (; problems.length === 0 && level < 60; level++) {
      problems = await problemsOf(String(level), { any: times(2, () => ({ segment: String(level - 1) })) });
    }
    expect(level).toBeLessThan(20);
    expect(problems).toMatchObject([
      { field: 'rule', message: expect.stringContaining('more than 5000 rules') as string },
    ]);
    const before = await contents(test.store);
    // What is at the bottom would make all above it too large.
    expect(await problemsOf('0', { any: times(900, () => ({ tag: 't' })) })).not.toEqual([]);
    const asked = { rule: { any: times(40, () => ({ segment: String(level - 2) })) }, zone: 'UTC' };
    expect(await previewSegment(test.store, { ...asked, name: null }, NOW)).toMatchObject({
      outcome: 'refused',
    });
    const rule = parseRule(asked.rule);
    if (!rule.ok) throw new Error('By itself it is a rule');
    expect(await matchContacts(test.store, [1], rule.value, { now: NOW, workflowZone: 'UTC' })).toMatchObject(
      {
        ok: false,
      },
    );
    expect(await contents(test.store)).toEqual(before);
  });

  it('never close a circle, also through three others', async () => {
    await save('a', { tag: 't' });
    await save('b', { any: [{ segment: 'a' }, { tag: 'x' }] });
    await save('c', { none: [{ segment: 'b' }] });
    await save('d', { all: [{ everyone: true }, { segment: 'c' }] });
    const before = await contents(test.store);
    const message = 'A segment cannot be made of itself: "a" → "d" → "c" → "b" → "a".';
    expect(await problemsOf('a', { any: [{ tag: 't' }, { all: [{ segment: 'd' }] }] })).toEqual([
      { field: 'rule.any[1].all[0].segment', message },
    ]);
    expect(await problemsOf('e', { segment: 'e' })).toMatchObject([{ field: 'rule.segment' }]);
    expect(await contents(test.store)).toEqual(before);
  });

  it('have names of any kind up to 100 characters', async () => {
    for (const name of [
      "x'); drop table segment; --",
      '🎉'.repeat(50),
      '__proto__',
      'constructor',
      'é'.repeat(100),
      '%',
      '"',
    ]) {
      expect(await save(name, { everyone: true })).toMatchObject({ outcome: 'created', segment: { name } });
      expect(await save(`of ${name}`.slice(0, 99), { none: [{ segment: name }] })).toMatchObject({
        outcome: 'created',
      });
    }
    for (const name of ['', ' ', '\u0000', 'x'.repeat(101)])
      expect(await problemsOf(name, { everyone: true })).toMatchObject([{ field: 'name' }]);
    expect(await listSegments(test.store, NOW)).toHaveLength(14);
  });
});

onEachDatabase('the command line', (test) => {
  const ask = (stdin: string, ...args: string[]) =>
    run(
      [
        'segment',
        '--store',
        test.database.url,
        '--rule',
        '-',
        '--json',
        '--now',
        new Date(NOW).toISOString(),
        ...args,
      ],
      { stdin },
    );
  const membersOf = async (stdin: string) => {
    const { code, stdout, stderr } = await ask(stdin);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return (JSON.parse(stdout) as { members: Array<{ id: number }> }).members.map(({ id }) => id);
  };

  it('answers and explains the deepest and largest rules there may be, with a byte order mark and double keys', async () => {
    await writeFew(test);
    expect(await membersOf(JSON.stringify(nested(['any', 'none'], 50, PLAN)))).toEqual([2, 3]);
    expect(
      await membersOf(
        JSON.stringify(nested(['any'], 50, { ...EVENT, within: { between: ['2026-03-10', '2026-03-10'] } })),
      ),
    ).toEqual([1]);
    expect(await membersOf('\ufeff{"tag":"x","tag":"t"}')).toEqual([1]);
    const { code, stdout } = await ask(JSON.stringify(nested(['any', 'none'], 50, PLAN)), '--explain', '1');
    expect({ code, holds: (JSON.parse(stdout) as { holds: boolean }).holds }).toEqual({
      code: 0,
      holds: false,
    });
  });

  it.each([
    [
      '200 groups',
      JSON.stringify(nested(['all'], 200, PLAN)),
      /rule(\.all\[0\]){51}: Groups stand more than 50 deep/,
    ],
    ['a million brackets', '['.repeat(1e6), /is not JSON/],
    ['100,000 groups', `${'{"all":['.repeat(1e5)}${']}'.repeat(1e5)}`, /Groups stand more than 50 deep/],
    ['UTF-16', Buffer.from('\ufeff{"everyone":true}', 'utf16le').toString('latin1'), /is not JSON/],
    [
      'a number too large',
      '{"property":"n","op":"equals","value":1e999}',
      /rule\.value: equals has the value "null"/,
    ],
  ])('refuses %s with the path, and nothing happens', async (_, stdin, message) => {
    const { code, stdout, stderr } = await ask(stdin);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.length).toBeLessThan(2_000);
  });
});
