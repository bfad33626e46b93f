import type { ChangeKind, NewChange } from '../../src/domain/change/change';
import { CHANGE_KINDS } from '../../src/domain/change/change';
import { HOSTILE_TEXTS, onEachDatabase } from './each-database';

const change = (kind: ChangeKind, values: Partial<NewChange> = {}): NewChange => ({
  kind,
  contactId: 1,
  at: 5,
  subject: null,
  eventId: null,
  detail: {},
  ...values,
});
const LISTENER = { key: 'c', kind: 'changes', workflowId: 'w', workflowName: 'W', nodeName: 'N' } as const;

onEachDatabase('changes', (test) => {
  const append = (...changes: NewChange[]) => test.write((tx) => tx.changes.append(changes));
  const after = (sequence: number, kinds: readonly ChangeKind[] = CHANGE_KINDS, limit = 100) =>
    test.read((tx) => tx.changes.after(sequence, kinds, limit));

  it('logs in the order given, with growing numbers', async () => {
    const changes = Array.from({ length: 50 }, (_, n) =>
      change(n % 2 ? 'tag_added' : 'event_recorded', { contactId: 50 - n, subject: `s${n}`, at: 100 - n }),
    );
    await append(...changes);
    const logged = await after(0);
    expect(logged.map(({ sequence: _, ...own }) => own)).toEqual(changes);
    const sequences = logged.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    expect(await test.read((tx) => tx.changes.lastSequence())).toBe(sequences.at(-1));
  });

  it('reads after a number, of kinds, at most so many; the newest first', async () => {
    await append(
      change('tag_added'),
      change('event_recorded', { eventId: 7 }),
      change('tag_added'),
      change('list_left'),
    );
    const [a, b, c, d] = (await after(0)).map(({ sequence }) => sequence);
    const numbers = async (reading: Promise<Array<{ sequence: number }>>) =>
      (await reading).map(({ sequence }) => sequence);
    expect(await numbers(after(a ?? 0))).toEqual([b, c, d]);
    expect(await numbers(after(0, ['tag_added', 'list_left'], 2))).toEqual([a, c]);
    expect(await numbers(after(0, []))).toEqual([]);
    expect(await numbers(test.read((tx) => tx.changes.latest(['tag_added', 'event_recorded'], 2)))).toEqual([
      c,
      b,
    ]);
    expect(await numbers(test.read((tx) => tx.changes.latest([], 2)))).toEqual([]);
  });

  it('is empty at first', async () => {
    expect(await test.read((tx) => tx.changes.lastSequence())).toBe(0);
    expect(await test.read((tx) => tx.changes.count())).toBe(0);
    await append();
    expect(await after(0)).toEqual([]);
  });

  it('keeps hostile subjects and details', async () => {
    const changes = HOSTILE_TEXTS.map((text) =>
      change('contact_updated', {
        subject: text,
        detail: { fields: Object.fromEntries([[text, [null, text]]]) },
      }),
    );
    await append(...changes);
    expect((await after(0)).map(({ sequence: _, ...own }) => own)).toEqual(changes);
  });

  it('prunes what is old and what every listener that still opens has passed, and never uses a number again', async () => {
    await append(...[1, 2, 3, 4, 5].map((at) => change('tag_added', { at })));
    const sequences = (await after(0)).map(({ sequence }) => sequence);
    const prune = (before: number, limit = 100) => test.write((tx) => tx.changes.prune(before, limit));
    const { subscription } = await test.write((tx) => tx.subscriptions.open(LISTENER, {}, 1_000));
    const gone = { ...LISTENER, key: 'gone' };
    await test.write((tx) => tx.subscriptions.open(gone, {}, 1));
    const wait = { ...LISTENER, key: 'w', kind: 'wait' } as const;
    await append(change('tag_added', { at: 1 }));
    await test.write((tx) => tx.subscriptions.open(wait, {}, 1));

    expect(await prune(3, 1)).toBe(1);
    expect(await prune(3)).toBe(1);
    expect(await prune(100)).toBe(3);
    expect((await after(0)).map(({ at }) => at)).toEqual([1]);
    const last = await test.read((tx) => tx.changes.lastSequence());
    await test.write((tx) => tx.subscriptions.advance(subscription.id, last));
    expect(await prune(100)).toBe(1);
    expect(await test.read((tx) => tx.changes.count())).toBe(0);
    await append(change('tag_added'));
    expect((await after(0))[0]?.sequence).toBeGreaterThan(Math.max(...sequences, last));
  });

  it('a listener that opens after everything was pruned starts at the end', async () => {
    await append(change('tag_added', { at: 1 }), change('tag_added', { at: 1 }));
    await test.write((tx) => tx.changes.prune(100, 100));
    const { subscription } = await test.write((tx) => tx.subscriptions.open(LISTENER, {}, 1));
    await append(change('tag_added'));
    expect(await after(subscription.cursor)).toHaveLength(1);
  });

  it('numbers become visible in their order, whichever process wrote them', async () => {
    const other = await test.openAgain();
    const seen: number[] = [];
    const writers = [test.store, other].map(async (store) => {
      for (let n = 0; n < 20; n++) await store.write((tx) => tx.changes.append([change('tag_added')]));
    });
    const reader = (async () => {
      while (seen.length < 40) {
        const fresh = await other.read((tx) => tx.changes.after(seen.at(-1) ?? 0, CHANGE_KINDS, 100));
        seen.push(...fresh.map(({ sequence }) => sequence));
      }
    })();
    await Promise.all([...writers, reader]);
    expect((await after(0)).map(({ sequence }) => sequence)).toEqual(seen);
  });

  it('takes 10,000 in one call', async () => {
    await append(...Array.from({ length: 10_000 }, (_, n) => change('tag_added', { contactId: n })));
    expect(await test.read((tx) => tx.changes.count())).toBe(10_000);
    expect((await after(0, CHANGE_KINDS, 20_000)).map(({ contactId }) => contactId)).toEqual(
      Array.from({ length: 10_000 }, (_, n) => n),
    );
  });
});
