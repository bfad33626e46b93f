import type { KeptStanding, SavedScoreModel, Transaction } from '../../src/store/port';
import { contactOf, HOSTILE_TEXTS, onEachDatabase } from './each-database';

const RULES = { name: 'default', rules: [{ event: 'order_placed', points: 20 }] };
const put = (tx: Transaction, name: string, definition: SavedScoreModel['definition'] = RULES, now = 10) =>
  tx.scores.put({ name, definition, zone: 'UTC', tellsPresent: false, watchesSince: 3 }, now);
const standing = (
  { id, version }: SavedScoreModel,
  contactId: number,
  values: Partial<KeptStanding> = {},
): KeptStanding => ({
  contactId,
  modelId: id,
  version,
  standing: { levels: { fit: 'A', engagement: '1' }, above: ['hot', 'warm'] },
  points: { total: 80.5, fit: 20, engagement: 60.000001 },
  grade: 'A1',
  at: 20,
  crossedAt: null,
  stoodBefore: null,
  ...values,
});

onEachDatabase('saved score models', (test) => {
  it('are created in version 1, and saved again in the next under the same id, to be seeded anew', async () => {
    const [first, second] = await test.write(async (tx) => {
      const created = await put(tx, 'default', RULES, 10);
      await tx.scores.seed([created.id], null);
      const next = { name: 'default', definition: { changed: true }, zone: 'Asia/Tokyo' };
      return [created, await tx.scores.put({ ...next, tellsPresent: true, watchesSince: 7 }, 20)];
    });
    expect(first).toEqual({
      id: 1,
      name: 'default',
      version: 1,
      definition: RULES,
      zone: 'UTC',
      tellsPresent: false,
      watchesSince: 3,
      seededTo: 0,
      createdAt: 10,
      updatedAt: 10,
    });
    expect(second).toEqual({
      ...first,
      version: 2,
      definition: { changed: true },
      zone: 'Asia/Tokyo',
      tellsPresent: true,
      watchesSince: 7,
      updatedAt: 20,
    });
    expect(await test.read((tx) => tx.scores.get('default'))).toEqual(second);
    expect(await test.read((tx) => tx.scores.get('Default'))).toBeNull();
  });

  it('keep names and definitions of any text, are listed by name, and know how far each is seeded', async () => {
    const definition = { rules: HOSTILE_TEXTS.map((tag) => ({ rule: { tag }, points: 1 })) };
    await test.write(async (tx) => {
      const ids: number[] = [];
      for (const name of HOSTILE_TEXTS) ids.push((await put(tx, name, definition)).id);
      await tx.scores.seed(ids.slice(1), 500);
      await tx.scores.seed(ids.slice(2), null);
    });
    const listed = await test.read((tx) => tx.scores.list());
    expect(new Set(listed.map(({ name }) => name))).toEqual(new Set(HOSTILE_TEXTS));
    for (const model of listed) expect(model.definition).toEqual(definition);
    const seeded = new Map(listed.map(({ name, seededTo }) => [name, seededTo]));
    expect(HOSTILE_TEXTS.slice(0, 3).map((name) => seeded.get(name))).toEqual([0, 500, null]);
  });

  it('keep a standing for each contact and model, and lose them with the model', async () => {
    await test.write(async (tx) => {
      const [a, b] = [await put(tx, 'a'), await put(tx, 'b')];
      await tx.scores.keep([]);
      await tx.scores.keep([standing(a, 1), standing(b, 1), standing(a, 2)]);
      const moved = standing(a, 1, {
        version: 2,
        standing: { levels: {}, above: [] },
        points: { total: -3, fit: 0, engagement: -3 },
        grade: null,
        at: 40,
        crossedAt: 40,
        stoodBefore: { levels: { total: 'B' }, above: ['warm'] },
      });
      await tx.scores.keep([moved]);
      expect(await tx.scores.standings([2, 1, 3])).toEqual([moved, standing(b, 1), standing(a, 2)]);
      await tx.scores.remove(a.id);
      expect(await tx.scores.standings([1, 2])).toEqual([standing(b, 1)]);
      expect((await tx.scores.list()).map(({ name }) => name)).toEqual(['b']);
      expect((await put(tx, 'a')).id).not.toBe(a.id);
    });
  });

  it('keep names of levels and thresholds of any text', async () => {
    await test.write(async (tx) => {
      const model = await put(tx, 'a');
      const kept = HOSTILE_TEXTS.map((text, index) =>
        standing(model, index + 1, { standing: { levels: { total: text }, above: [text] }, grade: text }),
      );
      await tx.scores.keep(kept);
      expect(await tx.scores.standings(kept.map(({ contactId }) => contactId))).toEqual(kept);
    });
  });

  it('forget the standings of contacts that are removed or erased', async () => {
    await test.write(async (tx) => {
      await tx.contacts.put([1, 2, 3].map((id) => contactOf(id)));
      const model = await put(tx, 'a');
      await tx.scores.keep([1, 2, 3].map((id) => standing(model, id)));
      await tx.contacts.remove([1], { erase: false });
      await tx.contacts.remove([2], { erase: true });
      expect(await tx.scores.standings([1, 2, 3])).toEqual([standing(model, 3)]);
    });
  });

  it('follow a merge: a survivor keeps its own standing, and takes over the newest of those it has none of', async () => {
    await test.write(async (tx) => {
      await tx.contacts.put([1, 2, 3, 4].map((id) => contactOf(id)));
      const [a, b, c] = [await put(tx, 'a'), await put(tx, 'b'), await put(tx, 'c')];
      await tx.scores.keep([
        standing(a, 1, { at: 90 }),
        standing(a, 3, { at: 10, grade: 'own' }),
        standing(b, 1, { at: 30 }),
        standing(b, 2, { at: 40, grade: 'newest' }),
        standing(c, 4),
      ]);
      await tx.contacts.absorb(
        [
          { absorbedId: 2, survivorId: 3 },
          { absorbedId: 1, survivorId: 2 },
        ],
        50,
      );
      expect(await tx.scores.standings([1, 2, 3, 4])).toEqual([
        standing(a, 3, { at: 10, grade: 'own' }),
        standing(b, 3, { at: 40, grade: 'newest' }),
        standing(c, 4),
      ]);
    });
  });

  it('leave what waits for points to fade out of the count of waiting contacts', async () => {
    await test.write(async (tx) => {
      const key = { key: 'scores', kind: 'scores', workflowId: '', workflowName: '', nodeName: '' } as const;
      const { subscription } = await tx.subscriptions.open(key, {}, 1);
      const timer = { contactId: 1, dedupeKey: '', dueAt: 5, sinceAt: 0, sinceEventId: null };
      await tx.timers.set(subscription.id, [{ ...timer, watch: null, payload: {} }], 'restart', 1);
      expect(await tx.timers.countByState()).toEqual({ waiting: 0, delivering: 0, failed: 0 });
    });
  });
});
