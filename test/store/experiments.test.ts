import type { EventFilter } from '../../src/domain/rule/rule';
import type { ExperimentQuestion } from '../../src/store/port';
import { contactOf, HOSTILE_TEXTS, onEachDatabase } from './each-database';

const CLICKED: EventFilter = { types: ['email_clicked'], where: [], machine: 'exclude' };
const question = (more: Partial<ExperimentQuestion> = {}): ExperimentQuestion => ({
  goal: CLICKED,
  withinMs: null,
  reached: null,
  now: 10_000,
  workflowZone: 'UTC',
  ...more,
});

onEachDatabase('experiments', (test) => {
  const put = (name: string, definition = {}, now = 1) =>
    test.write((tx) => tx.experiments.put(name, definition, now));
  const assign = (id: number, variant: string | null, at: number, ...contactIds: number[]) =>
    test.write((tx) =>
      tx.experiments.assign(
        id,
        contactIds.map((contactId) => ({ contactId, variant, at })),
      ),
    );
  const assigned = (id: number, ...contactIds: number[]) =>
    test.read((tx) => tx.experiments.assigned(id, contactIds));
  const tally = (id: number, more: Partial<ExperimentQuestion> = {}) =>
    test.read((tx) => tx.experiments.tally(id, question(more)));
  const contacts = (...ids: number[]) => test.write((tx) => tx.contacts.put(ids.map((id) => contactOf(id))));
  const happen = (contactId: number, type: string, occurredAt: number, properties = {}) =>
    test.write(async (tx) => {
      await tx.catalogue.note([{ kind: 'event', name: type }]);
      await tx.events.append([{ contactId, type, occurredAt, properties, key: null }], occurredAt);
    });

  it('are kept by name, each change of the definition as the next version, with their winner', async () => {
    expect(await test.read((tx) => tx.experiments.get('subject'))).toBeNull();
    const first = await put('subject', { variants: 2 }, 5);
    expect(first).toEqual({
      id: 1,
      name: 'subject',
      version: 1,
      definition: { variants: 2 },
      winner: null,
      decidedAt: null,
      createdAt: 5,
      updatedAt: 5,
    });
    await test.write((tx) => tx.experiments.decide(first.id, 'A', 7));
    await test.write((tx) => tx.experiments.decide(first.id, 'B', 8));
    await put('offer');
    expect(await put('subject', { variants: 3 }, 9)).toEqual({
      ...first,
      version: 2,
      definition: { variants: 3 },
      winner: 'A',
      decidedAt: 7,
      updatedAt: 9,
    });
    expect((await test.read((tx) => tx.experiments.list())).map(({ name }) => name)).toEqual([
      'offer',
      'subject',
    ]);
  });

  it('take any text for names', async () => {
    for (const name of HOSTILE_TEXTS) {
      const { id } = await put(name);
      await assign(id, name, 1, 1);
      expect((await test.read((tx) => tx.experiments.get(name)))?.name).toBe(name);
      expect((await assigned(id, 1)).get(1)?.variant).toBe(name);
    }
  });

  it('remember what each contact got, apart for each experiment', async () => {
    await put('one');
    await put('two');
    await assign(1, 'A', 3, 1, 2);
    await assign(2, null, 4, 1);
    await assign(1, 'B', 5, 2);
    expect(await assigned(1, 1, 2, 3)).toEqual(
      new Map([
        [1, { variant: 'A', at: 3 }],
        [2, { variant: 'B', at: 5 }],
      ]),
    );
    expect(await assigned(2, 1)).toEqual(new Map([[1, { variant: null, at: 4 }]]));
    expect(await assigned(1)).toEqual(new Map());
  });

  it('count contacts by variant, and once each who reached the goal since then, in time, by hand', async () => {
    await contacts(1, 2, 3, 4, 5, 6);
    await put('one');
    await assign(1, 'A', 100, 1, 2, 3);
    await assign(1, 'B', 100, 4);
    await assign(1, null, 100, 5, 6);
    await happen(1, 'email_clicked', 100);
    await happen(1, 'email_clicked', 200);
    // Before, by a machine, another type, after the moment that is asked about.
    await happen(2, 'email_clicked', 99);
    await happen(3, 'email_clicked', 150, { machine: true });
    await happen(4, 'email_opened', 150);
    await happen(5, 'email_clicked', 10_001);
    await happen(6, 'email_clicked', 301);
    const count = (variant: string | null, members: number, successes: number) => ({
      variant,
      contacts: members,
      successes,
    });
    const sorted = (tallies: Array<{ variant: string | null }>) =>
      tallies.toSorted((a, b) => (a.variant ?? '').localeCompare(b.variant ?? ''));
    expect(sorted(await tally(1))).toEqual([count(null, 2, 1), count('A', 3, 1), count('B', 1, 0)]);
    expect(sorted(await tally(1, { withinMs: 200 }))).toEqual([
      count(null, 2, 0),
      count('A', 3, 1),
      count('B', 1, 0),
    ]);
    expect(sorted(await tally(1, { goal: { ...CLICKED, machine: 'include' } }))).toEqual([
      count(null, 2, 1),
      count('A', 3, 2),
      count('B', 1, 0),
    ]);
    // Only those who opened it count at all, and the control group, which could not.
    expect(sorted(await tally(1, { reached: { ...CLICKED, types: ['email_opened'] } }))).toEqual([
      count(null, 2, 1),
      count('B', 1, 0),
    ]);
    // Nobody ever did this.
    expect(sorted(await tally(1, { goal: { ...CLICKED, types: ['demo_*'] } }))).toEqual([
      count(null, 2, 0),
      count('A', 3, 0),
      count('B', 1, 0),
    ]);
    expect(await tally(99)).toEqual([]);
  });

  it('count goals by conditions on the event', async () => {
    await contacts(1, 2);
    await put('one');
    await assign(1, 'A', 1, 1, 2);
    await happen(1, 'order_placed', 5, { value: 80 });
    await happen(2, 'order_placed', 5, { value: 20 });
    const goal: EventFilter = {
      types: ['order_placed'],
      where: [{ property: 'value', op: 'gte', value: 50 }],
      machine: 'include',
    };
    expect(await tally(1, { goal })).toEqual([{ variant: 'A', contacts: 2, successes: 1 }]);
  });

  it('count what contacts did for what they had then, where they were moved', async () => {
    await contacts(1, 2, 3, 4);
    await put('one');
    await assign(1, 'A', 10, 1, 2, 3, 4);
    await happen(1, 'email_clicked', 15);
    await assign(1, 'B', 20, 1, 2, 3);
    await happen(2, 'email_clicked', 20);
    await happen(3, 'email_clicked', 25);
    // The same once more is no move, and back to the first is one more.
    await assign(1, 'B', 26, 2);
    await assign(1, 'A', 30, 3);
    await happen(4, 'email_clicked', 40);
    const sorted = (await tally(1)).toSorted((a, b) => String(a.variant).localeCompare(String(b.variant)));
    expect(sorted).toEqual([
      { variant: 'A', contacts: 4, successes: 2 },
      { variant: 'B', contacts: 3, successes: 2 },
    ]);
    const times = (afterId: number, limit: number) =>
      test.read((tx) => tx.experiments.times(1, { afterId, limit }));
    expect(await times(0, 1)).toEqual([
      { contactId: 1, variant: 'A', at: 10, until: 20 },
      { contactId: 1, variant: 'B', at: 20, until: null },
    ]);
    expect(await times(2, 9)).toEqual([
      { contactId: 3, variant: 'A', at: 10, until: 20 },
      { contactId: 3, variant: 'B', at: 20, until: 30 },
      { contactId: 3, variant: 'A', at: 30, until: null },
      { contactId: 4, variant: 'A', at: 10, until: null },
    ]);
    // What they had goes with a merge, and with a contact.
    await test.write((tx) => tx.contacts.absorb([{ absorbedId: 3, survivorId: 4 }], 50));
    expect((await times(3, 9)).map(({ contactId, variant, until }) => [contactId, variant, until])).toEqual(
      [
        [4, 'A', 20],
        [4, 'A', null],
        [4, 'B', 30],
      ].toSorted(),
    );
    await test.write((tx) => tx.contacts.remove([1], { erase: false }));
    expect(await times(0, 1)).toMatchObject([{ contactId: 2 }, { contactId: 2 }]);
  });

  it('follow a merge, where what was given first stands, and go with a contact', async () => {
    await contacts(1, 2, 3, 4);
    await put('one');
    await put('two');
    await assign(1, 'A', 20, 1);
    await assign(1, 'B', 10, 2);
    await assign(2, 'B', 30, 2);
    await assign(1, 'A', 1, 3);
    await test.write((tx) => tx.contacts.absorb([{ absorbedId: 2, survivorId: 1 }], 40));
    expect(await assigned(1, 1, 2)).toEqual(new Map([[1, { variant: 'B', at: 10 }]]));
    expect(await assigned(2, 1, 2)).toEqual(new Map([[1, { variant: 'B', at: 30 }]]));
    await test.write((tx) => tx.contacts.remove([3], { erase: false }));
    expect(await assigned(1, 3)).toEqual(new Map());
  });
});
