import type { Identifier } from '../../src/domain/contact/contact';
import { identifierKey } from '../../src/domain/contact/identifier';
import { contactOf, HOSTILE_TEXTS, onEachDatabase } from './each-database';

const email = (value: string): Identifier => ({ kind: 'email', value });

onEachDatabase('identifiers', (test) => {
  const owners = (...identifiers: Identifier[]) => test.read((tx) => tx.contacts.owners(identifiers));
  const put = (...identifiers: Array<Identifier & { contactId: number }>) =>
    test.write((tx) => tx.contacts.putIdentifiers(identifiers));

  it('knows owners by kind and value; unknown ones are absent', async () => {
    await put({ ...email('a'), contactId: 1 }, { kind: 'externalId', value: 'a', contactId: 2 });
    expect(
      await owners(email('a'), { kind: 'externalId', value: 'a' }, { kind: 'phone', value: 'a' }),
    ).toEqual(
      new Map([
        ['email:a', 1],
        ['externalId:a', 2],
      ]),
    );
    expect(await owners()).toEqual(new Map());
  });

  it('are unique: one that is put again belongs to the last owner only', async () => {
    await put({ ...email('a'), contactId: 1 });
    await put({ ...email('a'), contactId: 2 });
    expect(await owners(email('a'))).toEqual(new Map([['email:a', 2]]));
    expect(await test.read((tx) => tx.contacts.identifiers([1, 2]))).toEqual([
      { ...email('a'), contactId: 2 },
    ]);
  });

  it('are compared exactly, without wildcards, case or trailing space', async () => {
    await put({ ...email('a%b'), contactId: 1 }, { kind: 'externalId', value: 'AB', contactId: 2 });
    expect(
      await owners(
        email('axb'),
        email('a%b '),
        { kind: 'externalId', value: 'ab' },
        { kind: 'externalId', value: 'AB' },
      ),
    ).toEqual(new Map([['externalId:AB', 2]]));
  });

  it('drop takes the named ones and no others', async () => {
    await put(
      { ...email('a'), contactId: 1 },
      { ...email('b'), contactId: 1 },
      { kind: 'phone', value: 'a', contactId: 1 },
    );
    await test.write((tx) => tx.contacts.dropIdentifiers([email('a'), email('unknown')]));
    expect(await test.read((tx) => tx.contacts.identifiers([1]))).toEqual([
      { ...email('b'), contactId: 1 },
      { kind: 'phone', value: 'a', contactId: 1 },
    ]);
  });

  it('keep hostile text', async () => {
    const identifiers = HOSTILE_TEXTS.map((value, index) => ({
      kind: 'externalId' as const,
      value,
      contactId: index + 1,
    }));
    await put(...identifiers);
    const found = await owners(...identifiers);
    expect(found).toEqual(new Map(identifiers.map((own) => [identifierKey(own), own.contactId])));
    await test.write((tx) => tx.contacts.dropIdentifiers(identifiers));
    expect(await owners(...identifiers)).toEqual(new Map());
  });

  it('take 10,000 in one call', async () => {
    const identifiers = Array.from({ length: 10_000 }, (_, n) => ({
      ...email(`p${n}@example.com`),
      contactId: n + 1,
    }));
    await put(...identifiers);
    expect((await owners(...identifiers)).size).toBe(10_000);
    await test.write((tx) => tx.contacts.dropIdentifiers(identifiers.slice(1)));
    expect((await owners(...identifiers)).size).toBe(1);
  });

  it('resolve finds present contacts only', async () => {
    await test.write((tx) => tx.contacts.put([contactOf(1)]));
    expect(await test.read((tx) => tx.contacts.resolve([1, 2, 1]))).toEqual(new Map([[1, 1]]));
  });
});
