import type { JsonObject } from '../../src/domain/json';
import { contactOf, HOSTILE_TEXTS, onEachDatabase } from './each-database';

/** The largest moment a JavaScript date can have. */
const LAST_MOMENT = 8_640_000_000_000_000;

onEachDatabase('contacts', (test) => {
  it('numbers grow and are never given twice, also after a deletion and in another process', async () => {
    const first = await test.write((tx) => tx.contacts.allocateIds(3));
    expect(first).toEqual([1, 2, 3]);
    await test.write((tx) => tx.contacts.put(first.map((id) => contactOf(id))));
    await test.write((tx) => tx.contacts.remove([3], { erase: true }));
    const other = await test.openAgain();
    expect(await other.write((tx) => tx.contacts.allocateIds(2))).toEqual([4, 5]);
    expect(await test.write((tx) => tx.contacts.allocateIds(0))).toEqual([]);
    expect(await test.write((tx) => tx.contacts.allocateIds(1))).toEqual([6]);
  });

  it('gives back what was put, and nothing for unknown ids', async () => {
    const ann = contactOf(1, {
      email: 'ann@example.com',
      phone: '+442079460958',
      externalId: 'c-1',
      firstName: 'Ann',
      lastName: 'Lee',
      locale: 'pt-BR',
      timezone: 'Europe/Berlin',
      country: 'DE',
      lifecycleStage: 'customer',
      properties: {
        plan: 'pro',
        nested: { a: [1, null, 'x', { b: false }] },
        n: 1.5,
        big: 1e300,
        none: null,
      },
      createdAt: -LAST_MOMENT,
      updatedAt: LAST_MOMENT,
    });
    await test.write((tx) => tx.contacts.put([ann, contactOf(2)]));
    const found = await test.read((tx) => tx.contacts.get([1, 2, 3, 1]));
    expect([...found.keys()].sort()).toEqual([1, 2]);
    expect(found.get(1)).toEqual(ann);
    expect(found.get(2)).toEqual(contactOf(2));
    expect(await test.read((tx) => tx.contacts.get([]))).toEqual(new Map());
  });

  it('writes whole contacts: what is null now is gone', async () => {
    await test.write((tx) =>
      tx.contacts.put([contactOf(1, { email: 'a@example.com', firstName: 'A', properties: { a: 1 } })]),
    );
    const after = contactOf(1, { lastName: 'B', properties: { b: 2 }, updatedAt: 2_000 });
    await test.write((tx) => tx.contacts.put([after]));
    expect((await test.read((tx) => tx.contacts.get([1]))).get(1)).toEqual(after);
  });

  it('keeps hostile text in every field, property name and property value', async () => {
    const contacts = HOSTILE_TEXTS.map((text, index) =>
      contactOf(index + 1, {
        firstName: text,
        lastName: text,
        externalId: text,
        lifecycleStage: text,
        properties: Object.fromEntries([
          [text, text],
          ['nested', Object.fromEntries([[text, [text]]]) as JsonObject],
        ]),
      }),
    );
    await test.write((tx) => tx.contacts.put(contacts));
    const found = await test.read((tx) => tx.contacts.get(contacts.map(({ id }) => id)));
    for (const contact of contacts) {
      expect(found.get(contact.id)).toEqual(contact);
      const [text] = Object.entries(contact.properties)[0] ?? [''];
      expect(Object.hasOwn(found.get(contact.id)?.properties ?? {}, text)).toBe(true);
    }
  });

  it('takes 10,000 contacts in one call', async () => {
    const ids = await test.write((tx) => tx.contacts.allocateIds(10_000));
    await test.write((tx) =>
      tx.contacts.put(ids.map((id) => contactOf(id, { email: `p${id}@example.com`, properties: { n: id } }))),
    );
    const found = await test.read((tx) => tx.contacts.get(ids));
    expect(found.size).toBe(10_000);
    expect(found.get(9_999)?.properties).toEqual({ n: 9_999 });
    expect(await test.read((tx) => tx.contacts.count({}))).toBe(10_000);
  });

  describe('select and count', () => {
    beforeEach(async () => {
      await test.write(async (tx) => {
        await tx.contacts.put([
          contactOf(1, { email: 'ann@example.com', firstName: 'Ann', lifecycleStage: 'lead', updatedAt: 10 }),
          contactOf(2, { email: 'bob_x@example.com', firstName: 'Bob', lastName: '100%', updatedAt: 20 }),
          contactOf(3, { firstName: 'ÜMIT', lifecycleStage: 'lead', updatedAt: 30, timezone: 'UTC' }),
          contactOf(4, { lastName: 'back\\slash', properties: { birthday: '1990-05-01', gone: null } }),
        ]);
        await tx.contacts.putIdentifiers([
          { kind: 'email', value: 'ann@example.com', contactId: 1 },
          { kind: 'email', value: 'ann@work.example.com', contactId: 1 },
          { kind: 'email', value: 'bob_x@example.com', contactId: 2 },
        ]);
        await tx.contacts.join(
          'tag',
          [
            { contactId: 1, name: 'vip' },
            { contactId: 3, name: 'vip' },
          ],
          1,
        );
        await tx.contacts.join('list', [{ contactId: 3, name: 'news' }], 1);
      });
    });

    type Query = Parameters<Parameters<Parameters<typeof test.read>[0]>[0]['contacts']['count']>[0];
    const ids = (query: Query) =>
      test.read(async (tx) => {
        const selected = (await tx.contacts.select({ ...query, limit: 100 })).map(({ id }) => id);
        expect(await tx.contacts.count(query)).toBe(selected.length);
        return selected;
      });

    it.each<[string, Query, number[]]>([
      ['no condition', {}, [1, 2, 3, 4]],
      ['a tag', { tag: 'vip' }, [1, 3]],
      ['a list', { list: 'news' }, [3]],
      ['tag and list', { tag: 'vip', list: 'news' }, [3]],
      ['a stage', { lifecycleStage: 'lead' }, [1, 3]],
      ['changed since', { updatedAfter: 20 }, [3, 4]],
      ['any identifier', { identifiers: [{ kind: 'email', value: 'ann@work.example.com' }] }, [1]],
      ['an identifier of nobody', { identifiers: [{ kind: 'phone', value: 'ann@example.com' }] }, []],
      ['no identifiers', { identifiers: [] }, []],
      ['text in an e-mail', { search: 'EXAMPLE.com' }, [1, 2]],
      ['text in a name', { search: 'nn' }, [1]],
      ['a percent sign, literally', { search: '0%' }, [2]],
      ['an underscore, literally', { search: 'b_x' }, [2]],
      ['an underscore is no wildcard', { search: 'a_n' }, []],
      ['a backslash, literally', { search: 'k\\s' }, [4]],
      ['letters beyond ASCII, whatever the case', { search: 'ümit' }, [3]],
      ['a quote', { search: "'" }, []],
      ['a property', { having: [{ property: 'birthday' }] }, [4]],
      ['a property that is null', { having: [{ property: 'gone' }] }, []],
      ['one of several', { having: [{ property: 'birthday' }, { field: 'timezone' }] }, [3, 4]],
      ['a field', { having: [{ field: 'timezone' }] }, [3]],
      ['a field everybody has', { having: [{ field: 'createdAt' }] }, [1, 2, 3, 4]],
    ])('%s', async (_, query, expected) => {
      expect(await ids(query)).toEqual(expected);
    });

    it('pages by id', async () => {
      const page = (afterId: number) =>
        test.read(async (tx) => (await tx.contacts.select({ limit: 2, afterId })).map(({ id }) => id));
      expect([await page(0), await page(2), await page(4)]).toEqual([[1, 2], [3, 4], []]);
    });

    it('finds properties under any name', async () => {
      const names = [...HOSTILE_TEXTS, 'plain', 'quo"te', "it's", 'a"."b', '#', '[0]', 'ключ'];
      await test.write((tx) =>
        tx.contacts.put(
          names.map((name, index) => contactOf(100 + index, { properties: Object.fromEntries([[name, 1]]) })),
        ),
      );
      for (const [index, name] of names.entries()) {
        expect([name, await ids({ having: [{ property: name }] })]).toEqual([name, [100 + index]]);
      }
    });
  });

  describe('absorb', () => {
    it('moves everything that hangs on a contact to its survivor, and leaves a trace', async () => {
      await test.write(async (tx) => {
        await tx.contacts.put([contactOf(1), contactOf(2), contactOf(3)]);
        await tx.contacts.putIdentifiers([
          { kind: 'email', value: 'a@example.com', contactId: 1 },
          { kind: 'anonymousId', value: 'x', contactId: 2 },
        ]);
        const member = (contactId: number, name: string) => ({ contactId, name });
        await tx.contacts.join('tag', [member(1, 'both'), member(2, 'both'), member(2, 'only')], 5);
        await tx.contacts.join('list', [member(2, 'news')], 5);
        const said = { channel: 'email', status: 'opted_out' as const, at: 3, source: 's', evidence: {} };
        await tx.consents.put([{ contactId: 2, channel: 'email', status: 'opted_out', at: 3 }]);
        await tx.consents.append([{ ...said, by: 'contact', contactId: 2, changed: true }], 4);
        await tx.events.append(
          [{ contactId: 2, type: 'page_viewed', occurredAt: 7, properties: {}, key: null }],
          8,
        );
        await tx.changes.append([
          { kind: 'event_recorded', contactId: 2, at: 8, subject: 'page_viewed', eventId: 1, detail: {} },
        ]);
        const { subscription } = await tx.subscriptions.open(WAIT, {}, 1);
        await tx.timers.set(subscription.id, [timer(1), timer(2), timer(3)], 'keep', 1);
        await tx.contacts.absorb([{ absorbedId: 2, survivorId: 1 }], 9);
      });
      await test.read(async (tx) => {
        expect([...(await tx.contacts.get([1, 2, 3])).keys()].sort()).toEqual([1, 3]);
        expect(await tx.contacts.resolve([1, 2, 3, 4])).toEqual(
          new Map([
            [1, 1],
            [2, 1],
            [3, 3],
          ]),
        );
        expect(await tx.contacts.identifiers([1, 2])).toEqual([
          { kind: 'anonymousId', value: 'x', contactId: 1 },
          { kind: 'email', value: 'a@example.com', contactId: 1 },
        ]);
        expect(await tx.contacts.members('tag', [1, 2])).toEqual(new Map([[1, ['both', 'only']]]));
        expect(await tx.contacts.members('list', [1, 2])).toEqual(new Map([[1, ['news']]]));
        expect((await tx.consents.statements(1)).map(({ status }) => status)).toEqual(['opted_out']);
        expect(await tx.consents.current([2])).toEqual(new Map());
        expect((await tx.events.select({ contactIds: [1], limit: 5 })).map(({ id }) => id)).toEqual([1]);
        expect((await tx.changes.after(0, ['event_recorded'], 5)).map(({ contactId }) => contactId)).toEqual([
          1,
        ]);
        const timers = await tx.timers.list({ limit: 9 });
        expect(timers.map(({ contactId, dedupeKey }) => [contactId, dedupeKey])).toEqual([
          [1, ''],
          [1, null],
          [3, ''],
        ]);
      });
    });

    it('10,000 contacts are absorbed with their timers in one call', async () => {
      const ids = Array.from({ length: 10_000 }, (_, n) => n + 1);
      await test.write((tx) => tx.contacts.put([...ids, 10_001].map((id) => contactOf(id))));
      await test.write(async (tx) => {
        const { subscription } = await tx.subscriptions.open(WAIT, {}, 1);
        await tx.timers.set(
          subscription.id,
          ids.map((id) => ({ ...timer(id), dedupeKey: `k${id}` })),
          'keep',
          1,
        );
      });
      await test.write((tx) =>
        tx.contacts.absorb(
          ids.map((absorbedId) => ({ absorbedId, survivorId: 10_001 })),
          9,
        ),
      );
      expect(
        (await test.read((tx) => tx.timers.list({ limit: 20_000 }))).every(
          ({ contactId }) => contactId === 10_001,
        ),
      ).toBe(true);
      expect(await test.read((tx) => tx.contacts.count({}))).toBe(1);
    });

    it('follows merges of merges, in one call or in several', async () => {
      await test.write(async (tx) => {
        await tx.contacts.put([1, 2, 3, 4, 5].map((id) => contactOf(id)));
        await tx.contacts.absorb([{ absorbedId: 1, survivorId: 2 }], 9);
        await tx.contacts.absorb(
          [
            { absorbedId: 2, survivorId: 3 },
            { absorbedId: 4, survivorId: 3 },
            { absorbedId: 3, survivorId: 5 },
          ],
          9,
        );
      });
      const resolved = await test.read((tx) => tx.contacts.resolve([1, 2, 3, 4, 5]));
      expect(resolved).toEqual(new Map([1, 2, 3, 4, 5].map((id) => [id, 5])));
    });

    it('joins the waits of several absorbed contacts without losing one', async () => {
      await test.write(async (tx) => {
        await tx.contacts.put([1, 2, 3].map((id) => contactOf(id)));
        const { subscription } = await tx.subscriptions.open(WAIT, {}, 1);
        await tx.timers.set(subscription.id, [timer(2), timer(3)], 'keep', 1);
        await tx.contacts.absorb(
          [
            { absorbedId: 2, survivorId: 1 },
            { absorbedId: 3, survivorId: 1 },
          ],
          9,
        );
      });
      const timers = await test.read((tx) => tx.timers.list({ limit: 9 }));
      expect(timers.map(({ contactId, dedupeKey }) => [contactId, dedupeKey])).toEqual([
        [1, ''],
        [1, null],
      ]);
    });
  });

  describe('remove', () => {
    beforeEach(async () => {
      await test.write(async (tx) => {
        await tx.contacts.put([contactOf(1), contactOf(2), contactOf(3)]);
        await tx.contacts.absorb([{ absorbedId: 3, survivorId: 1 }], 9);
        const { subscription } = await tx.subscriptions.open(WAIT, {}, 1);
        for (const contactId of [1, 2]) {
          await tx.contacts.putIdentifiers([{ kind: 'email', value: `${contactId}@example.com`, contactId }]);
          await tx.contacts.join('tag', [{ contactId, name: 'vip' }], 5);
          await tx.contacts.join('list', [{ contactId, name: 'news' }], 5);
          await tx.consents.put([{ contactId, channel: 'email', status: 'opted_in', at: 3 }]);
          const said = { channel: 'email', status: 'opted_in' as const, at: 3, source: 's', evidence: {} };
          await tx.consents.append([{ ...said, by: 'contact', contactId, changed: true }], 4);
          await tx.events.append([{ contactId, type: 'x', occurredAt: 7, properties: {}, key: null }], 8);
          await tx.changes.append([
            { kind: 'event_recorded', contactId, at: 8, subject: 'x', eventId: 1, detail: {} },
          ]);
          await tx.timers.set(subscription.id, [timer(contactId)], 'keep', 1);
        }
      });
    });

    it.each([false, true])(
      'takes the contact with what hangs on it and nothing of others (erase: %s)',
      async (erase) => {
        await test.write((tx) => tx.contacts.remove([1, 99], { erase }));
        await test.read(async (tx) => {
          expect([...(await tx.contacts.get([1, 2])).keys()]).toEqual([2]);
          expect(await tx.contacts.resolve([1, 2, 3])).toEqual(new Map([[2, 2]]));
          expect((await tx.contacts.identifiers([1, 2])).map(({ contactId }) => contactId)).toEqual([2]);
          for (const kind of ['tag', 'list'] as const)
            expect([...(await tx.contacts.members(kind, [1, 2])).keys()]).toEqual([2]);
          expect([...(await tx.consents.current([1, 2])).keys()]).toEqual([2]);
          expect((await tx.events.select({ limit: 9 })).map(({ contactId }) => contactId)).toEqual([2]);
          expect((await tx.timers.list({ limit: 9 })).map(({ contactId }) => contactId)).toEqual([2]);
          const logged = (await tx.changes.after(0, ['event_recorded'], 9)).map(({ contactId }) => contactId);
          expect(logged).toEqual(erase ? [2] : [1, 2]);
          expect(await tx.consents.statements(1)).toHaveLength(erase ? 0 : 1);
          expect(await tx.consents.statements(2)).toHaveLength(1);
        });
      },
    );
  });
});

const WAIT = { key: 'w', kind: 'wait', workflowId: 'w', workflowName: 'W', nodeName: 'N' } as const;

function timer(contactId: number) {
  return { contactId, dedupeKey: '', dueAt: 100, sinceAt: 1, sinceEventId: null, watch: null, payload: {} };
}
