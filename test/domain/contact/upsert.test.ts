import fc from 'fast-check';
import { IDENTIFIER_KINDS, KNOWN_KINDS, type ContactPatch } from '../../../src/domain/contact/contact';
import { isAnonymous } from '../../../src/domain/contact/merge';
import type { UpsertRequest, UpsertResult } from '../../../src/domain/contact/upsert';
import { ContactBook, identifiersIn } from './contact-book';

const NOW = 1_000;

/** Mostly nothing. */
const sometimes = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });

/** Two or three values of each kind, so that requests meet; null clears. */
const identifiers = fc.record(
  {
    email: fc.constantFrom('a@example.com', 'b@example.com', 'c@example.com', null),
    phone: fc.constantFrom('+491701', '+491702', null),
    externalId: fc.constantFrom('1', '2', null),
    anonymousId: fc.constantFrom('x', 'y', 'z', null),
    pushToken: fc.constantFrom('p', 'q', null),
  },
  { requiredKeys: [] },
);

const patch: fc.Arbitrary<ContactPatch> = fc.record({
  identifiers,
  fields: fc.record(
    {
      firstName: fc.constantFrom('Ann', 'Ben', null),
      lifecycleStage: fc.constantFrom('lead', 'customer', null),
    },
    { requiredKeys: [] },
  ),
  properties: fc.dictionary(
    fc.constantFrom('plan', '__proto__', 'a.b', 'constructor'),
    fc.constantFrom('pro', 1, null, true, { nested: ['x'] }, []),
    { maxKeys: 2 },
  ),
  tags: fc.uniqueArray(fc.constantFrom('vip', 'beta', '__proto__'), { maxLength: 2 }),
  lists: fc.uniqueArray(fc.constantFrom('news', 'offers'), { maxLength: 1 }),
});

const request: fc.Arbitrary<UpsertRequest> = fc
  .record({
    patch,
    matchOn: sometimes(fc.uniqueArray(fc.constantFrom(...IDENTIFIER_KINDS), { minLength: 1, maxLength: 2 })),
    contactId: sometimes(fc.integer({ min: 1, max: 6 })),
    mode: fc.constantFrom('upsert' as const, 'upsert' as const, 'update' as const),
  })
  .map(({ patch: asked, matchOn, contactId, mode }) => ({
    patch: asked,
    mode,
    ...(matchOn ? { matchOn } : {}),
    ...(contactId === undefined ? {} : { contactId }),
  }));

const requests = fc.array(request, { minLength: 1, maxLength: 12 });

function oneByOne(asked: readonly UpsertRequest[], book = new ContactBook()) {
  const results = asked.map((single) => book.upsert([single], NOW)[0]);
  return { book, results };
}

/** The results, with every contact under the id it has in the end. */
function presented(results: ReadonlyArray<UpsertResult | undefined>, book: ContactBook) {
  return results.map((result) =>
    result && result.outcome !== 'refused'
      ? { ...result, contactId: book.present(result.contactId) }
      : result,
  );
}

describe('laws of upserting', () => {
  test('a batch does what as many single requests do: results, state and changes', () => {
    fc.assert(
      fc.property(requests, fc.nat(11), (asked, cut) => {
        const single = oneByOne(asked);
        const batches = new ContactBook();
        // Cut anywhere, so that what a batch finds in the store is part of it too.
        const pieces = [asked.slice(0, cut), asked.slice(cut)].filter((piece) => piece.length > 0);
        const results = pieces.flatMap((piece) => [...batches.upsert(piece, NOW)]);
        expect(batches.state()).toEqual(single.book.state());
        expect(presented(results, batches)).toEqual(presented(single.results, single.book));
        expect(batches.changes).toEqual(single.book.changes);
      }),
      { numRuns: 1_500 },
    );
  });

  test('the same request again is unchanged and changes nothing', () => {
    fc.assert(
      fc.property(requests, (asked) => {
        const { book, results } = oneByOne(asked);
        const last = asked.at(-1);
        const result = results.at(-1);
        if (!last || !result || result.outcome === 'refused') return;
        const before = structuredClone(book.state());
        const logged = book.changes.length;
        const [again] = book.upsert([last], NOW + 1);
        // Whoever gave up what found them is not found by it again.
        if (again?.outcome === 'refused' || again?.outcome === 'created') return;
        expect(again).toMatchObject({ outcome: 'unchanged', changed: [] });
        expect(book.state()).toEqual(before);
        expect(book.changes).toHaveLength(logged);
      }),
      { numRuns: 1_500 },
    );
  });

  test('an identified request without a null is always unchanged when it comes again', () => {
    fc.assert(
      fc.property(requests, identifiers, (asked, given) => {
        const { book } = oneByOne(asked);
        const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
        const again: UpsertRequest = { patch: { ...EMPTY, identifiers: values }, mode: 'upsert' };
        const [first] = book.upsert([again], NOW);
        const [second] = book.upsert([again], NOW);
        expect(second?.outcome).toBe(first?.outcome === 'refused' ? 'refused' : 'unchanged');
      }),
      { numRuns: 1_000 },
    );
  });

  test('a contact holds its main identifiers, and every identifier belongs to a contact that is there', () => {
    fc.assert(
      fc.property(requests, (asked) => {
        const { book } = oneByOne(asked);
        for (const { contactId } of book.owners.values()) expect(book.contacts.has(contactId)).toBe(true);
        for (const contact of book.contacts.values()) {
          const held = book.identifiersOf(contact.id);
          for (const kind of KNOWN_KINDS) {
            const own = held.filter((identifier) => identifier.kind === kind).map(({ value }) => value);
            const main = contact[kind];
            if (main === null) expect(own).toEqual([]);
            else expect(own).toContain(main);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('no two known contacts ever become one', () => {
    fc.assert(
      fc.property(requests, request, (asked, next) => {
        const { book } = oneByOne(asked);
        const known = [...book.contacts.values()]
          .filter((contact) => !isAnonymous(contact))
          .map(({ id }) => id);
        book.upsert([next], NOW);
        for (const id of known) expect(book.present(id)).toBe(id);
      }),
      { numRuns: 1_000 },
    );
  });

  test('what an anonymous contact had is not lost when it turns out to be a known one', () => {
    fc.assert(
      fc.property(patch, patch, fc.constantFrom('a@example.com', 'b@example.com'), (before, other, email) => {
        const book = new ContactBook();
        const visitor = { ...before, identifiers: { anonymousId: 'x' } };
        const known = { ...other, identifiers: { email } };
        book.upsert([{ patch: visitor, mode: 'upsert' }], NOW);
        book.upsert([{ patch: known, mode: 'upsert' }], NOW + 1);
        const both: UpsertRequest = {
          patch: { ...EMPTY, identifiers: { email, anonymousId: 'x' } },
          mode: 'upsert',
        };
        const [result] = book.upsert([both], NOW + 2);
        expect(result).toMatchObject({ outcome: 'updated', contactId: 2, foundBy: 'email', absorbed: [1] });
        expect(book.present(1)).toBe(2);
        const contact = book.contacts.get(2);
        const kept = (values: object) => Object.entries(values).filter(([, value]) => value !== null);
        expect(Object.entries(contact?.properties ?? {}).sort()).toEqual(
          Object.entries(Object.fromEntries([...kept(before.properties), ...kept(other.properties)])).sort(),
        );
        expect(contact?.firstName).toBe(other.fields.firstName ?? before.fields.firstName ?? null);
        expect([...(book.tags.get(2) ?? [])].sort()).toEqual(
          [...new Set([...before.tags, ...other.tags])].sort(),
        );
        expect(contact?.createdAt).toBe(NOW);
        expect(book.changes.at(-1)).toMatchObject({
          kind: 'contact_merged',
          contactId: 2,
          detail: { absorbedId: 1 },
        });
      }),
    );
  });

  test('every change names what truly differs', () => {
    fc.assert(
      fc.property(requests, request, (asked, next) => {
        const { book } = oneByOne(asked);
        const before = structuredClone(book.contacts);
        const logged = book.changes.length;
        const [result] = book.upsert([next], NOW + 1);
        const fresh = book.changes.slice(logged);
        if (!result || result.outcome === 'refused') {
          expect(fresh).toEqual([]);
          return;
        }
        expect(fresh.filter(({ kind }) => kind === 'contact_created')).toHaveLength(
          result.outcome === 'created' ? 1 : 0,
        );
        const after = book.contacts.get(result.contactId);
        const earlier = before.get(result.contactId);
        if (result.outcome === 'unchanged') expect(after).toEqual(earlier);
        for (const { kind, detail, contactId } of fresh) {
          expect(contactId).toBe(result.contactId);
          if (kind !== 'contact_updated') continue;
          for (const [from, to] of Object.values(detail.fields ?? {}) as unknown[][])
            expect(from).not.toEqual(to);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

const EMPTY: ContactPatch = { identifiers: {}, fields: {}, properties: {}, tags: [], lists: [] };

describe('upserting', () => {
  const upsert = (book: ContactBook, given: ContactPatch['identifiers'], more: Partial<UpsertRequest> = {}) =>
    book.upsert([{ patch: { ...EMPTY, identifiers: given }, mode: 'upsert', ...more }], NOW)[0];

  it('creates, updates and leaves alone, and says which', () => {
    const book = new ContactBook();
    const patched = {
      ...EMPTY,
      identifiers: { email: 'a@example.com' },
      properties: { plan: 'pro' },
      tags: ['vip'],
    };
    const [created] = book.upsert([{ patch: patched, mode: 'upsert' }], NOW);
    expect(created).toMatchObject({
      outcome: 'created',
      contactId: 1,
      changed: ['email', 'properties.plan', 'tags.vip'],
      foundBy: null,
    });
    const more = { ...patched, fields: { firstName: 'Ann' }, properties: { plan: null, seats: 3 } };
    expect(book.upsert([{ patch: more, mode: 'upsert' }], NOW)[0]).toMatchObject({
      outcome: 'updated',
      changed: ['firstName', 'properties.plan', 'properties.seats'],
      foundBy: 'email',
    });
    expect(book.contacts.get(1)?.properties).toEqual({ seats: 3 });
    expect(book.upsert([{ patch: more, mode: 'upsert' }], NOW)[0]).toMatchObject({ outcome: 'unchanged' });
  });

  it('refuses two known contacts, an unknown id, nothing to go by, and an update of nobody', () => {
    const book = new ContactBook();
    upsert(book, { email: 'a@example.com' });
    upsert(book, { externalId: '1' });
    const before = book.state();
    const refused = [
      upsert(book, { email: 'a@example.com', externalId: '1' }),
      upsert(book, { externalId: '1' }, { contactId: 1 }),
      upsert(book, {}, { contactId: 9 }),
      upsert(book, {}),
      upsert(book, { email: null }),
      upsert(book, { email: 'new@example.com' }, { mode: 'update' }),
      upsert(book, { email: 'a@example.com', externalId: '1' }, { matchOn: ['email'] }),
    ];
    for (const result of refused) {
      expect(result?.outcome).toBe('refused');
      expect(result && 'problems' in result && result.problems[0]?.message.length).toBeGreaterThan(20);
    }
    expect(book.state()).toEqual(before);
  });

  it('a new e-mail for a contact found otherwise replaces the old one, which is free then', () => {
    const book = new ContactBook();
    upsert(book, { email: 'a@example.com', externalId: '1' });
    upsert(book, { email: 'b@example.com', externalId: '1' });
    expect(book.contacts.get(1)?.email).toBe('b@example.com');
    expect(upsert(book, { email: 'a@example.com' })).toMatchObject({ outcome: 'created', contactId: 2 });
  });

  it('null clears every identifier of a kind, once', () => {
    const book = new ContactBook();
    upsert(book, { email: 'a@example.com', anonymousId: 'x' });
    upsert(book, { email: 'a@example.com', anonymousId: 'y' });
    expect(upsert(book, { email: 'a@example.com', anonymousId: null })).toMatchObject({
      outcome: 'updated',
      changed: ['identifiers'],
    });
    expect(book.identifiersOf(1)).toEqual([expect.objectContaining({ kind: 'email' })]);
    expect(upsert(book, { email: 'a@example.com', anonymousId: null })).toMatchObject({
      outcome: 'unchanged',
    });
  });

  it('a shared computer joins nobody: its identifier follows who identified themselves last', () => {
    const book = new ContactBook();
    upsert(book, { email: 'a@example.com', anonymousId: 'x' });
    upsert(book, { email: 'b@example.com', anonymousId: 'x' });
    expect(book.contacts.size).toBe(2);
    expect(book.owners.get('anonymousId:x')?.contactId).toBe(2);
    expect(upsert(book, { anonymousId: 'x' })).toMatchObject({ outcome: 'unchanged', contactId: 2 });
  });

  it('a property named __proto__ is data', () => {
    const book = new ContactBook();
    const properties = JSON.parse('{"__proto__":{"polluted":true}}');
    book.upsert([{ patch: { ...EMPTY, identifiers: { externalId: '1' }, properties }, mode: 'upsert' }], NOW);
    expect(Object.hasOwn(book.contacts.get(1)?.properties ?? {}, '__proto__')).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('finds only by what it is told to match on', () => {
    const book = new ContactBook();
    upsert(book, { email: 'a@example.com', phone: '+491701' });
    expect(upsert(book, { phone: '+491701', email: 'a@example.com' }, { matchOn: ['phone'] })).toMatchObject({
      outcome: 'unchanged',
      foundBy: 'phone',
    });
    expect(identifiersIn({ email: null })).toEqual([]);
  });
});
