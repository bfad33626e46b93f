import { HOSTILE_TEXTS, onEachDatabase } from './each-database';

const KEY = { key: 'k', kind: 'changes', workflowId: 'w', workflowName: 'W', nodeName: 'N' } as const;
const TAGGED = { kind: 'tag_added', contactId: 1, at: 1, subject: 't', eventId: null, detail: {} } as const;

onEachDatabase('subscriptions', (test) => {
  it('is created at the newest change, and found again with its names kept fresh', async () => {
    await test.write((tx) => tx.changes.append([TAGGED, TAGGED]));
    const created = await test.write((tx) => tx.subscriptions.open(KEY, { types: ['a'] }, 7));
    const last = await test.read((tx) => tx.changes.lastSequence());
    expect(created).toEqual({
      isNew: true,
      subscription: { ...KEY, id: 1, cursor: last, definition: { types: ['a'] }, createdAt: 7, openedAt: 7 },
    });
    await test.write((tx) => tx.changes.append([TAGGED]));
    const renamed = { ...KEY, workflowName: `'New'`, nodeName: 'M' };
    const again = await test.write((tx) => tx.subscriptions.open(renamed, { types: ['b'] }, 8));
    expect(again).toEqual({
      isNew: false,
      subscription: { ...created.subscription, ...renamed, openedAt: 8 },
    });
    expect(await test.read((tx) => tx.subscriptions.get('k'))).toEqual(again.subscription);
    expect(await test.read((tx) => tx.subscriptions.get('K'))).toBeNull();
  });

  it('starts at 0 in an empty store', async () => {
    expect((await test.write((tx) => tx.subscriptions.open(KEY, {}, 7))).subscription.cursor).toBe(0);
  });

  it('is defined anew, and its cursor only moves on', async () => {
    const { subscription } = await test.write((tx) => tx.subscriptions.open(KEY, {}, 7));
    const get = () => test.read((tx) => tx.subscriptions.get('k'));
    await test.write(async (tx) => {
      await tx.subscriptions.define(subscription.id, { watch: { a: [null, `'"`] }, seededTo: 0 });
      await tx.subscriptions.advance(subscription.id, 10);
      await tx.subscriptions.advance(subscription.id, 4);
    });
    expect(await get()).toEqual({
      ...subscription,
      cursor: 10,
      definition: { watch: { a: [null, `'"`] }, seededTo: 0 },
    });
  });

  it('lists all in the order of their creation, with hostile names', async () => {
    await test.write(async (tx) => {
      for (const text of HOSTILE_TEXTS) {
        const key = { ...KEY, key: text, workflowId: text, workflowName: text, nodeName: text };
        await tx.subscriptions.open(key, { text }, 1);
      }
    });
    const listed = await test.read((tx) => tx.subscriptions.list());
    expect(
      listed.map(({ key, workflowId, workflowName, nodeName, definition }) => [
        key,
        workflowId,
        workflowName,
        nodeName,
        definition,
      ]),
    ).toEqual(HOSTILE_TEXTS.map((text) => [text, text, text, text, { text }]));
  });

  it('is created once by two processes that open it at the same time', async () => {
    const other = await test.openAgain();
    const opened = await Promise.all(
      [test.store, other, test.store, other].map((store) =>
        store.write((tx) => tx.subscriptions.open(KEY, {}, 7)),
      ),
    );
    expect(opened.map(({ isNew }) => isNew).filter(Boolean)).toHaveLength(1);
    expect(new Set(opened.map(({ subscription }) => subscription.id)).size).toBe(1);
  });
});
