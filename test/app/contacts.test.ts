import { changeMembership } from '../../src/app/change-membership';
import { mergeAll } from '../../src/app/merge-contacts';
import { keyOf, recordEvents } from '../../src/app/record-events';
import { removeContacts } from '../../src/app/remove-contacts';
import { addressHash, setConsent } from '../../src/app/set-consent';
import { statistics } from '../../src/app/statistics';
import { upsertContacts } from '../../src/app/upsert-contacts';
import type { ContactPatch, Identifier } from '../../src/domain/contact/contact';
import type { UpsertRequest } from '../../src/domain/contact/upsert';
import { HOSTILE_TEXTS, onEachDatabase } from '../store/each-database';
import { everything, NOW, said } from './store-contents';
import { contactId, eventOf, patchOf, record, SINGLY, upsertOf, WHOLE } from './requests';

const byId = (id: number) => ({ id, identifiers: [] });

onEachDatabase('contacts in use', (test) => {
  const put = (identifiers: ContactPatch['identifiers'], more: Partial<ContactPatch> = {}) =>
    contactId(test.store, NOW, identifiers, more);

  describe('upserting', () => {
    it('over any number of chunks does what single requests do', async () => {
      // Every other request meets a contact that an earlier one, some of them a chunk ago, has made, merged or changed.
      const requests = Array.from({ length: 1_300 }, (_, n): UpsertRequest => {
        if (n % 5 === 0) return upsertOf({ anonymousId: `d${n % 200}` }, { tags: [`t${n % 3}`] });
        if (n % 5 === 1)
          return upsertOf({ email: `p${n % 300}@example.com`, anonymousId: `d${(n - 1) % 200}` });
        if (n % 5 === 2) return upsertOf({ email: `p${n % 300}@example.com` }, { properties: { n } });
        if (n % 5 === 3) return upsertOf({ externalId: `x${n % 50}`, email: `q${n % 70}@example.com` });
        return upsertOf({ externalId: `x${n % 50}`, anonymousId: null });
      });
      const results = await upsertContacts(test.store, requests, NOW, SINGLY);
      const batch = await everything(test);
      await test.beginAnew();
      const single = [];
      for (const request of requests)
        single.push(...(await upsertContacts(test.store, [request], NOW, SINGLY)));
      const one = await everything(test);
      expect(named(one)).toEqual(named(batch));
      expect(single.map(({ outcome }) => outcome)).toEqual(results.map(({ outcome }) => outcome));
      const present = new Set(batch.contacts.map(({ id }) => id));
      for (const result of results)
        if (result.outcome !== 'refused') expect(present.has(result.contactId)).toBe(true);
    });

    it('again changes nothing, and says so', async () => {
      const requests = Array.from({ length: 700 }, (_, n) =>
        upsertOf(
          { email: `p${n}@example.com`, anonymousId: `d${n}` },
          { properties: { n, nested: { a: [n] } }, tags: ['vip'] },
        ),
      );
      await upsertContacts(test.store, requests, NOW, WHOLE);
      const before = await everything(test);
      const again = await upsertContacts(test.store, requests, NOW + 1, WHOLE);
      expect(again.every(({ outcome }) => outcome === 'unchanged')).toBe(true);
      expect(await everything(test)).toEqual(before);
    });

    it('refuses one without the others, or the whole batch, as asked', async () => {
      await put({ email: 'a@example.com' });
      await put({ externalId: '1' });
      const requests = [
        upsertOf({ email: 'new@example.com' }),
        upsertOf({ email: 'a@example.com', externalId: '1' }),
        upsertOf({ email: 'newer@example.com' }),
      ];
      const whole = upsertContacts(test.store, requests, NOW, WHOLE);
      await expect(whole).rejects.toMatchObject({ name: 'RefusedRequest', index: 1 });
      expect(await test.read((tx) => tx.contacts.count({}))).toBe(2);
      const results = await upsertContacts(test.store, requests, NOW, SINGLY);
      expect(results.map(({ outcome }) => outcome)).toEqual(['created', 'refused', 'created']);
    });

    it('finds a contact by the id it had before it was merged', async () => {
      const [visitor, known] = [await put({ anonymousId: 'x' }), await put({ email: 'a@example.com' })];
      await put({ email: 'a@example.com', anonymousId: 'x' });
      const request: UpsertRequest = {
        patch: patchOf({}, { fields: { firstName: 'Ann' } }),
        contactId: visitor,
        mode: 'update',
      };
      const [result] = await upsertContacts(test.store, [request], NOW, WHOLE);
      expect(result).toMatchObject({ outcome: 'updated', contactId: known });
    });

    it('takes 10,000 hostile contacts in one call', async () => {
      const requests = Array.from({ length: 10_000 }, (_, n) => {
        const text = HOSTILE_TEXTS[n % HOSTILE_TEXTS.length] ?? '';
        return upsertOf(
          { externalId: `${n} ${text}` },
          { properties: Object.fromEntries([[text, text]]), tags: [text] },
        );
      });
      const results = await upsertContacts(test.store, requests, NOW, WHOLE);
      expect(results.every(({ outcome }) => outcome === 'created')).toBe(true);
      const names = await test.read((tx) => tx.catalogue.list('property'));
      expect([...names].sort()).toEqual([...HOSTILE_TEXTS].sort());
    });

    it('of one contact by two processes at the same time makes one', async () => {
      const other = await test.openAgain();
      const asked = Array.from({ length: 20 }, (_, n) =>
        upsertContacts(
          n % 2 ? other : test.store,
          [upsertOf({ email: 'a@example.com' }, { properties: { [`k${n}`]: n } })],
          NOW,
          WHOLE,
        ),
      );
      await Promise.all(asked);
      const [contact, ...others] = await test.read((tx) => tx.contacts.select({ limit: 9 }));
      expect(others).toEqual([]);
      expect(Object.keys(contact?.properties ?? {})).toHaveLength(20);
    });
  });

  describe('recording events', () => {
    it('makes the contact, records once for a key, and tells what became of each', async () => {
      const order = eventOf('a', 'order_placed', NOW, { total: 5 }, keyOf('shop', '1'));
      const view = eventOf('a', 'page_viewed', NOW);
      const first = await record(test.store, NOW, order, view, order);
      expect(first.map(({ outcome, contactOutcome }) => [outcome, contactOutcome])).toEqual([
        ['recorded', 'created'],
        ['recorded', 'unchanged'],
        ['known', 'unchanged'],
      ]);
      const logged = await everything(test);
      const again = await record(test.store, NOW + 1, order);
      expect(again[0]).toMatchObject({ outcome: 'known', event: first[0]?.event });
      expect(await everything(test)).toEqual(logged);
      expect(await test.read((tx) => tx.catalogue.list('event'))).toEqual(['order_placed', 'page_viewed']);
    });

    it('all or none, where one is refused', async () => {
      const nobody = { contact: upsertOf({}), event: eventOf('a', 'x', NOW).event };
      const whole = recordEvents(test.store, [eventOf('a', 'x', NOW), nobody], NOW, WHOLE);
      await expect(whole).rejects.toMatchObject({ index: 1 });
      expect(await statistics(test.store, NOW)).toMatchObject({ contacts: 0, events: 0, changes: 0 });
      const singly = await recordEvents(test.store, [nobody, eventOf('a', 'x', NOW)], NOW, SINGLY);
      expect(singly.map(({ outcome }) => outcome)).toEqual(['refused', 'recorded']);
    });

    it('keys are the same for the same parts and for no others', () => {
      expect(keyOf('a', 'b')).toBe(keyOf('a', 'b'));
      expect(new Set([keyOf('a', 'b'), keyOf('ab'), keyOf('a', '', 'b'), keyOf('b', 'a')]).size).toBe(4);
    });
  });

  describe('merging', () => {
    it('joins everything, keeps the stricter consent, and again changes nothing', async () => {
      const a = await put({ email: 'a@example.com' }, { properties: { plan: 'pro', old: 1 }, tags: ['vip'] });
      const b = await contactId(
        test.store,
        NOW + 1,
        { email: 'b@example.com', phone: '+491701' },
        { properties: { plan: 'free' }, tags: ['beta'], lists: ['news'] },
      );
      await setConsent(
        test.store,
        [said(a), said(a, { channel: 'sms' }), said(b, { status: 'opted_out', at: NOW - 5 })],
        NOW,
      );
      await record(test.store, NOW, {
        contact: { patch: patchOf({}), contactId: b, mode: 'update' },
        event: { type: 'x', occurredAt: NOW, properties: {}, key: null },
      });
      const requests = [{ survivor: byId(a), absorbed: byId(b) }];
      expect(await mergeAll(test.store, requests, NOW + 2, WHOLE)).toEqual([
        { outcome: 'merged', contactId: a },
      ]);
      const merged = await everything(test);
      expect(merged.contacts).toHaveLength(1);
      expect(merged.contacts[0]).toMatchObject({
        id: a,
        email: 'b@example.com',
        phone: '+491701',
        properties: { plan: 'free', old: 1 },
        createdAt: NOW,
        updatedAt: NOW + 2,
      });
      expect(merged.identifiers.map(({ value }) => value)).toEqual([
        '+491701',
        'a@example.com',
        'b@example.com',
      ]);
      expect(merged.tags).toEqual([[a, ['beta', 'vip']]]);
      expect(merged.lists).toEqual([[a, ['news']]]);
      expect(merged.consents).toEqual([
        [a, { email: { status: 'opted_out', at: NOW - 5 }, sms: { status: 'opted_in', at: NOW } }],
      ]);
      expect(await test.read((tx) => tx.events.select({ contactIds: [a], limit: 9 }))).toHaveLength(1);
      expect(await test.read((tx) => tx.consents.statements(a))).toHaveLength(3);
      expect(await mergeAll(test.store, requests, NOW + 3, WHOLE)).toEqual([
        { outcome: 'unchanged', contactId: a },
      ]);
      expect(await everything(test)).toEqual(merged);
    });

    it('follows chains and circles within one call', async () => {
      const ids: number[] = [];
      for (const n of [1, 2, 3, 4]) ids.push(await put({ externalId: `x${n}` }));
      const [a = 0, b = 0, c = 0, d = 0] = ids;
      const pair = (survivor: number, absorbed: number) => ({
        survivor: byId(survivor),
        absorbed: byId(absorbed),
      });
      const results = await mergeAll(
        test.store,
        [pair(b, a), pair(c, b), pair(a, c), pair(d, d), pair(d, 99), pair(99, d)],
        NOW,
        SINGLY,
      );
      expect(results.map(({ outcome }) => outcome)).toEqual([
        'merged',
        'merged',
        'unchanged',
        'unchanged',
        'refused',
        'refused',
      ]);
      expect(await test.read((tx) => tx.contacts.resolve(ids))).toEqual(
        new Map([
          [a, c],
          [b, c],
          [c, c],
          [d, d],
        ]),
      );
    });

    it('takes 2,000 in one call', async () => {
      const requests = Array.from({ length: 2_001 }, (_, n) =>
        upsertOf({ externalId: `x${n}` }, { tags: [`t${n % 9}`] }),
      );
      const ids = (await upsertContacts(test.store, requests, NOW, WHOLE)).flatMap((result) =>
        result.outcome === 'refused' ? [] : [result.contactId],
      );
      const [first = 0, ...rest] = ids;
      await mergeAll(
        test.store,
        rest.map((id) => ({ survivor: byId(first), absorbed: byId(id) })),
        NOW,
        WHOLE,
      );
      const left = await everything(test);
      expect(left.contacts.map(({ id }) => id)).toEqual([first]);
      expect(left.identifiers).toHaveLength(2_001);
      expect(left.tags[0]?.[1]).toHaveLength(9);
    });
  });

  describe('removing', () => {
    it.each(['delete', 'erase'] as const)(
      '%s: who had opted out stays suppressed under every address, others not',
      async (action) => {
        const out = await put({ email: 'out@example.com', externalId: '1' });
        await upsertContacts(test.store, [upsertOf({ externalId: '1', phone: '+491701' })], NOW, WHOLE);
        const inside = await put({ email: 'in@example.com' });
        await setConsent(
          test.store,
          [
            said(out, { status: 'opted_out', evidence: { ip: '192.0.2.1' } }),
            said(out, { channel: 'sms', status: 'opted_out' }),
            said(inside),
          ],
          NOW,
        );
        await removeContacts(test.store, action, [out, inside, 99], NOW);
        const address = (channel: string, value: string) => ({ channel, hash: addressHash(channel, value) });
        const suppressed = await test.read((tx) =>
          tx.consents.suppressed([
            address('email', 'out@example.com'),
            address('sms', '+491701'),
            address('whatsapp', '+491701'),
            address('email', 'in@example.com'),
          ]),
        );
        expect([...suppressed.values()].map(({ reason }) => reason)).toEqual(['opted_out', 'opted_out']);
        expect(await test.read((tx) => tx.consents.statements(out))).toHaveLength(action === 'erase' ? 0 : 2);
        const { contacts, changes } = await everything(test);
        expect(contacts).toEqual([]);
        expect(changes.filter(({ kind }) => kind === 'contact_deleted')).toHaveLength(2);
        if (action === 'erase') {
          expect(changes.every(({ kind }) => kind === 'contact_deleted')).toBe(true);
          expect(JSON.stringify(changes)).not.toContain('example.com');
        }
        const known = await test.read((tx) => tx.contacts.count({}));
        await removeContacts(test.store, action, [out, inside], NOW);
        expect(await test.read((tx) => tx.contacts.count({}))).toBe(known);
      },
    );

    it('a contact that comes again is a new one', async () => {
      const before = await put({ email: 'a@example.com' });
      await removeContacts(test.store, 'delete', [before], NOW);
      expect(await put({ email: 'a@example.com' })).toBeGreaterThan(before);
    });
  });

  it('memberships change once, within a call and in later ones', async () => {
    const id = await put({ externalId: 'a' });
    const change = (action: 'add' | 'remove', ...names: string[]) =>
      changeMembership(
        test.store,
        'list',
        action,
        names.map((name) => ({ contactId: id, name })),
        NOW,
      );
    expect(await change('add', 'news', 'news', 'offers')).toEqual([true, false, true]);
    expect(await change('add', 'news')).toEqual([false]);
    expect(await change('remove', 'news', 'news', 'unknown')).toEqual([true, false, false]);
    const { lists, changes } = await everything(test);
    expect(lists).toEqual([[id, ['offers']]]);
    expect(changes.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['contact_created', null],
      ['list_joined', 'news'],
      ['list_joined', 'offers'],
      ['list_left', 'news'],
    ]);
  });
});

/** Contacts by what they are, not by their numbers: single requests take fewer of those. */
function named({ contacts, identifiers, tags, lists, changes }: Awaited<ReturnType<typeof everything>>) {
  const names = new Map<number, string>();
  for (const { contactId: id, kind, value } of identifiers as Array<Identifier & { contactId: number }>) {
    names.set(id, `${names.get(id) ?? ''} ${kind}:${value}`);
  }
  const name = (id: number) => names.get(id) ?? `gone`;
  const sorted = <T>(list: T[]) => list.map((entry) => JSON.stringify(entry)).sort();
  return {
    contacts: sorted(contacts.map(({ id, ...contact }) => [name(id), Object.entries(contact)])),
    tags: sorted(tags.map(([id, own]) => [name(id), own])),
    lists: sorted(lists.map(([id, own]) => [name(id), own])),
    changes: changes.map(({ kind, contactId: id, subject }) => [kind, name(id), subject]),
  };
}
