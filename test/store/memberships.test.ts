import { HOSTILE_TEXTS, onEachDatabase } from './each-database';

onEachDatabase('memberships', (test) => {
  describe.each(['tag', 'list'] as const)('%s', (kind) => {
    const other = kind === 'tag' ? 'list' : 'tag';

    it('joining is idempotent, leaving too, and neither touches the other kind', async () => {
      const vip = [
        { contactId: 1, name: 'vip' },
        { contactId: 1, name: 'vip' },
        { contactId: 2, name: 'vip' },
      ];
      await test.write(async (tx) => {
        await tx.contacts.join(kind, vip, 5);
        await tx.contacts.join(kind, [...vip, { contactId: 1, name: 'a' }], 6);
        await tx.contacts.join(other, [{ contactId: 3, name: 'vip' }], 6);
      });
      const members = () => test.read((tx) => tx.contacts.members(kind, [1, 2, 3]));
      expect(await members()).toEqual(
        new Map([
          [1, ['a', 'vip']],
          [2, ['vip']],
        ]),
      );
      for (let again = 0; again < 2; again++) {
        await test.write((tx) =>
          tx.contacts.leave(kind, [
            { contactId: 1, name: 'vip' },
            { contactId: 2, name: 'VIP' },
          ]),
        );
        expect(await members()).toEqual(
          new Map([
            [1, ['a']],
            [2, ['vip']],
          ]),
        );
      }
      expect(await test.read((tx) => tx.contacts.members(other, [3]))).toEqual(new Map([[3, ['vip']]]));
    });

    it('keeps hostile names', async () => {
      const all = HOSTILE_TEXTS.map((name) => ({ contactId: 1, name }));
      await test.write((tx) => tx.contacts.join(kind, all, 5));
      const kept = (await test.read((tx) => tx.contacts.members(kind, [1]))).get(1);
      expect([...(kept ?? [])].sort()).toEqual([...HOSTILE_TEXTS].sort());
      await test.write((tx) => tx.contacts.leave(kind, all.slice(1)));
      expect(await test.read((tx) => tx.contacts.members(kind, [1]))).toEqual(
        new Map([[1, [HOSTILE_TEXTS[0]]]]),
      );
    });

    it('takes 10,000 in one call', async () => {
      const all = Array.from({ length: 10_000 }, (_, n) => ({ contactId: n + 1, name: 'all' }));
      await test.write((tx) => tx.contacts.join(kind, all, 5));
      const ids = all.map(({ contactId }) => contactId);
      expect((await test.read((tx) => tx.contacts.members(kind, ids))).size).toBe(10_000);
      await test.write((tx) => tx.contacts.leave(kind, all.slice(2)));
      expect((await test.read((tx) => tx.contacts.members(kind, ids))).size).toBe(2);
    });
  });
});
