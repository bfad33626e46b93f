import { HOSTILE_TEXTS, onEachDatabase } from './each-database';

onEachDatabase('catalogue', (test) => {
  it('notes each name once and lists a kind in order', async () => {
    const note = (...names: string[]) =>
      test.write((tx) => tx.catalogue.note(names.map((name) => ({ kind: 'tag', name }))));
    await note('b', 'a', 'b');
    await note('a', 'c');
    await note();
    await test.write((tx) => tx.catalogue.note([{ kind: 'list', name: 'z' }]));
    expect(await test.read((tx) => tx.catalogue.list('tag'))).toEqual(['a', 'b', 'c']);
    expect(await test.read((tx) => tx.catalogue.list('list'))).toEqual(['z']);
    expect(await test.read((tx) => tx.catalogue.list('stage'))).toEqual([]);
  });

  it('keeps hostile names', async () => {
    await test.write((tx) => tx.catalogue.note(HOSTILE_TEXTS.map((name) => ({ kind: 'property', name }))));
    const names = await test.read((tx) => tx.catalogue.list('property'));
    expect([...names].sort()).toEqual([...HOSTILE_TEXTS].sort());
  });

  it('makes a secret once, also when two processes ask for it first', async () => {
    const other = await test.openAgain();
    const asked = await Promise.all(
      [test.store, other, other, test.store].map((store, n) =>
        store.write((tx) => tx.catalogue.secret('s', () => `made ${n}`)),
      ),
    );
    expect(new Set(asked).size).toBe(1);
    expect(await test.write((tx) => tx.catalogue.secret('other', () => 'x'))).toBe('x');
    expect(await test.read((tx) => tx.catalogue.secret('s', () => 'never'))).toBe(asked[0]);
  });
});
