import { NodeOperationError, type IDataObject } from 'n8n-workflow';
import { CHUNK } from '../../../src/app/chunks';
import { SqliteConnection } from '../../../src/store/sqlite/connection';
import { useTemporaryStore } from '../fake-execution';
import { createContacts, jsonOf, openedStore, operate } from './store-under-test';

let store: Awaited<ReturnType<typeof useTemporaryStore>>;
beforeEach(async () => (store = await useTemporaryStore()));
afterEach(() => store.remove());

const upsert = (items: IDataObject[], parameters: object = {}, run: object = {}) =>
  operate('contact', 'upsert', { ...parameters }, { items, ...run });

const contactsStored = async () =>
  (await openedStore()).store.read((tx) => tx.contacts.select({ limit: 1_000 }));

function mapped(value: IDataObject, more: IDataObject = {}, matchingColumns = ['email']): object {
  return {
    data: 'fields',
    fields: { mappingMode: 'defineBelow', value, matchingColumns, schema: [] },
    ...more,
  };
}

describe('the item as it is', () => {
  it('creates a contact of the keys it knows and keeps every other as a property', async () => {
    const [item] = await upsert([
      { email: ' Ann@Example.com ', firstName: 'Ann', plan: 'pro', tags: ['vip', 'a'], lists: 'news, shop' },
    ]);
    expect(item?.json).toMatchObject({
      plan: 'pro',
      contact: {
        email: 'ann@example.com',
        firstName: 'Ann',
        properties: { plan: 'pro' },
        tags: ['a', 'vip'],
        lists: ['news', 'shop'],
        consent: {},
      },
      result: {
        outcome: 'created',
        changed: ['email', 'firstName', 'properties.plan', 'tags.vip', 'tags.a', 'lists.news', 'lists.shop'],
        reasons: ['no contact had e-mail ann@example.com'],
      },
    });
    expect(item?.pairedItem).toEqual({ item: 0 });
  });

  it('says what changed, and that nothing did', async () => {
    await upsert([{ email: 'ann@example.com', plan: 'free', city: 'Bonn' }]);
    const again = await upsert([{ email: 'ANN@example.com', plan: 'pro', city: 'Bonn' }]);
    expect(again[0]?.json.result).toEqual({
      outcome: 'updated',
      changed: ['properties.plan'],
      reasons: ['found by e-mail ann@example.com'],
    });
    const third = await upsert([{ email: 'ann@example.com', plan: 'pro', city: 'Bonn' }]);
    expect(third[0]?.json.result).toMatchObject({ outcome: 'unchanged', changed: [] });
  });

  it('finds a contact by any identifier, and says by which', async () => {
    await createContacts({ email: 'ann@example.com', externalId: 'c-1' });
    const [item] = await upsert([{ externalId: 'c-1', firstName: 'Ann' }]);
    expect(item?.json).toMatchObject({
      contact: { email: 'ann@example.com', firstName: 'Ann' },
      result: { outcome: 'updated', reasons: ['found by external id c-1'] },
    });
  });

  it('takes the anonymous visitor into the contact who turns out to be them', async () => {
    const [visitor] = await createContacts({ anonymousId: 'v-1', properties: { seen: 'pricing' } });
    await createContacts({ email: 'ann@example.com' });
    const [item] = await upsert([{ email: 'ann@example.com', anonymousId: 'v-1' }]);
    expect(item?.json).toMatchObject({
      contact: { email: 'ann@example.com', properties: { seen: 'pricing' } },
      result: {
        outcome: 'updated',
        reasons: ['found by e-mail ann@example.com', `took in the anonymous contact ${visitor}`],
      },
    });
  });

  it('leaves out what other nodes put on the item, but keeps plain values of the same names', async () => {
    const [item] = await upsert([
      {
        email: 'ann@example.com',
        event: { type: 'x' },
        result: { outcome: 'created' },
        message: 'Hello',
        score: 7,
      },
    ]);
    expect(item?.json.contact).toMatchObject({ properties: { message: 'Hello', score: 7 } });
  });

  it('gives its own output back unchanged when it is run again', async () => {
    const first = await upsert([{ email: 'ann@example.com', plan: 'pro', tags: ['vip'] }]);
    const second = await upsert(first.map(({ json }) => json));
    expect(second[0]?.json.result).toMatchObject({ outcome: 'unchanged' });
    expect(second[0]?.json.contact).toEqual(first[0]?.json.contact);
  });

  it('does not change its input', async () => {
    const item = { json: Object.freeze({ email: 'ann@example.com', properties: Object.freeze({ a: 1 }) }) };
    const [output] = await operate('contact', 'upsert', {}, { items: [item as never] });
    expect(Object.keys(item.json)).toEqual(['email', 'properties']);
    expect(output?.json).not.toBe(item.json);
  });

  it('keeps a key named __proto__ as data', async () => {
    const item = JSON.parse('{"email":"ann@example.com","__proto__":"x"}') as IDataObject;
    const [output] = await upsert([item]);
    const { properties } = output?.json.contact as { properties: object };
    expect(Object.entries(properties)).toEqual([['__proto__', 'x']]);
  });
});

describe('fields below', () => {
  it('leaves out what was left empty, and takes properties of the mapper and of one’s own', async () => {
    await createContacts({
      email: 'ann@example.com',
      firstName: 'Ann',
      properties: { plan: 'free', old: 1 },
    });
    const value = {
      email: '={{ $json.mail }}',
      firstName: null,
      lastName: '',
      'property:plan': 'pro',
      'property:old': null,
    };
    const properties = {
      assignments: [
        { id: '1', name: 'visits', type: 'number', value: '={{ $json.n }}' },
        { id: '2', name: 'colours', type: 'array', value: '["red"]' },
      ],
    };
    const [item] = await upsert([{ mail: 'ann@example.com', n: '3' }], mapped(value, { properties }));
    expect(item?.json).toMatchObject({
      contact: {
        firstName: 'Ann',
        lastName: null,
        properties: { plan: 'pro', old: 1, visits: 3, colours: ['red'] },
      },
      result: { outcome: 'updated', changed: ['properties.plan', 'properties.visits', 'properties.colours'] },
    });
  });

  it('finds by the chosen identifiers only; another contact’s identifier is refused', async () => {
    await createContacts({ email: 'ann@example.com', externalId: 'c-1' }, { email: 'ben@example.com' });
    const value = { email: 'ben@example.com', externalId: 'c-1' };
    await expect(upsert([{}], mapped(value, {}, ['externalId']))).rejects.toThrow(
      'This email belongs to contact 2, not to contact 1.',
    );
    const [item] = await upsert(
      [{}],
      mapped({ email: 'new@example.com', externalId: 'c-1' }, {}, ['externalId']),
    );
    expect(item?.json).toMatchObject({
      contact: { id: 1, email: 'new@example.com' },
      result: { outcome: 'updated', reasons: ['found by external id c-1'] },
    });
  });

  it('refuses a property of the wrong type', async () => {
    const properties = { assignments: [{ id: '1', name: 'visits', type: 'number', value: 'many' }] };
    await expect(upsert([{}], mapped({ email: 'ann@example.com' }, { properties }))).rejects.toThrow(
      'properties.visits is "many"; it must be of type number.',
    );
  });
});

describe('options', () => {
  it('reads telephone numbers in the default country unless the contact has its own', async () => {
    const output = await upsert(
      [
        { email: 'a@example.com', phone: '030 901820' },
        { email: 'b@example.com', phone: '020 7946 0958', country: 'GB' },
      ],
      { options: { defaultCountry: 'DE' } },
    );
    const phones = output.map(({ json }) => (json.contact as IDataObject).phone);
    expect(phones).toEqual(['+4930901820', '+442079460958']);
  });

  it('adds tags and lists to those of the item', async () => {
    const options = { addTags: 'spring, vip', addLists: '={{ $json.wish }}' };
    const [item] = await upsert([{ email: 'ann@example.com', tags: ['vip'], wish: 'news' }], { options });
    expect(item?.json.contact).toMatchObject({ tags: ['spring', 'vip'], lists: ['news'] });
  });

  it('clears the fields that are named', async () => {
    await createContacts({
      email: 'ann@example.com',
      firstName: 'Ann',
      properties: { plan: 'pro', city: 'Bonn' },
    });
    const options = { clearFields: ['firstName', 'property:plan'] };
    const [item] = await upsert([{ email: 'ann@example.com' }], { options });
    expect(item?.json).toMatchObject({
      contact: { firstName: null, properties: { city: 'Bonn' } },
      result: { changed: ['firstName', 'properties.plan'] },
    });
  });

  it('refuses the item where one is no name of a field, and takes the others', async () => {
    const options = { clearFields: '={{ $json.gone }}' };
    const items = [
      { email: 'ann@example.com', gone: ['city', null] },
      { email: 'ben@example.com', gone: ['city'] },
    ];
    const output = await upsert(items, { options }, { continueOnFail: true });
    expect(output[0]?.json.error).toContain('Fields to Clear holds what is no name of a field.');
    expect((await contactsStored()).map(({ email }) => email)).toEqual(['ben@example.com']);
  });
});

describe('a refused item', () => {
  const items = [{ email: 'ann@example.com' }, { email: 'no address' }, { email: 'ben@example.com' }];

  it('ends the run before anything is written, and is named by the error', async () => {
    const error = await upsert(items).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NodeOperationError);
    expect((error as NodeOperationError).context.itemIndex).toBe(1);
    expect((error as NodeOperationError).message).toBe(
      '"no address" is not an e-mail address; one looks like name@example.com.',
    );
    expect(await contactsStored()).toEqual([]);
  });

  it('becomes an error item of its own where the node continues on fail, in its place', async () => {
    const output = await upsert(items, {}, { continueOnFail: true });
    expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
    expect(output.map(({ json }) => 'error' in json)).toEqual([false, true, false]);
    expect((await contactsStored()).map(({ email }) => email)).toEqual([
      'ann@example.com',
      'ben@example.com',
    ]);
  });

  it('ends the run also where only the store knows, with nothing written', async () => {
    await createContacts({ email: 'ann@example.com' }, { externalId: 'c-2' });
    const both = { email: 'ann@example.com', externalId: 'c-2' };
    const error = await upsert([{ email: 'new@example.com' }, both]).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ context: { itemIndex: 1 } });
    expect((error as Error).message).toContain('belongs to contact');
    expect(await contactsStored()).toHaveLength(2);
  });

  it('is refused when nothing identifies it', async () => {
    await expect(upsert([{ plan: 'pro' }])).rejects.toThrow('Nothing identifies this contact');
  });
});

describe('one batch with several items of one contact', () => {
  it('does what as many single runs would', async () => {
    const output = await upsert([
      { email: 'ann@example.com', n: 1 },
      { email: 'ann@example.com', n: 2 },
      { email: 'ann@example.com', n: 2 },
    ]);
    expect(output.map(({ json }) => (json.result as IDataObject).outcome)).toEqual([
      'created',
      'updated',
      'unchanged',
    ]);
    expect(output.map(({ json }) => (json.contact as IDataObject).properties)).toEqual([
      { n: 2 },
      { n: 2 },
      { n: 2 },
    ]);
  });

  it('gives a new contact what an anonymous one brought along', async () => {
    await createContacts({ anonymousId: 'v-1', tags: ['seen'] });
    const ann = { email: 'ann@example.com' };
    const output = await upsert([ann, { ...ann, anonymousId: 'v-1' }]);
    expect(output.map(({ json }) => (json.contact as IDataObject).tags)).toEqual([['seen'], ['seen']]);
  });

  it('gives the surviving contact to an item long before the one that joined them', async () => {
    await createContacts({ email: 'ann@example.com' });
    const others = Array.from({ length: CHUNK }, (_, index) => ({ externalId: `x${index}` }));
    const output = await upsert([
      { anonymousId: 'v-1' },
      ...others,
      { email: 'ann@example.com', anonymousId: 'v-1' },
    ]);
    const ids = [output.at(0), output.at(-1)].map((item) => (item?.json.contact as IDataObject).id);
    expect(ids).toEqual([1, 1]);
  });

  it('gives the surviving contact to an item whose anonymous contact a later item joined', async () => {
    await createContacts({ email: 'ann@example.com' });
    const output = await upsert([{ anonymousId: 'v-1' }, { email: 'ann@example.com', anonymousId: 'v-1' }]);
    expect(output.map(({ json }) => (json.contact as IDataObject).id)).toEqual([1, 1]);
  });

  it('creates somebody new under an address that an earlier item gave up', async () => {
    await createContacts({ email: 'old@example.com', externalId: 'c-1' });
    const value = { email: '={{ $json.mail }}', externalId: '={{ $json.id }}' };
    const output = await upsert(
      [
        { id: 'c-1', mail: 'new@example.com' },
        { id: null, mail: 'old@example.com' },
      ],
      mapped(value, {}, ['externalId', 'email']),
    );
    expect(output.map(({ json }) => (json.result as IDataObject).outcome)).toEqual(['updated', 'created']);
    expect((await contactsStored()).map(({ id, email }) => [id, email])).toEqual([
      [1, 'new@example.com'],
      [expect.any(Number), 'old@example.com'],
    ]);
  });
});

describe('many items', () => {
  const people = (count: number, n: number) =>
    Array.from({ length: count }, (_, index) => ({ email: `person${index}@example.com`, plan: 'pro', n }));

  it('takes 10,000 at once, each paired with its contact', async () => {
    const output = await upsert(people(10_000, 1));
    expect(output).toHaveLength(10_000);
    output.forEach(({ json, pairedItem }, index) => {
      if ((json.contact as IDataObject).email !== `person${index}@example.com`)
        throw new Error(`item ${index}`);
      if ((pairedItem as { item: number }).item !== index) throw new Error(`pairing of item ${index}`);
    });
  });

  it('costs as many statements for a chunk of contacts as for one', async () => {
    const run = jest.spyOn(SqliteConnection.prototype, 'run');
    const statementsFor = async (items: IDataObject[]) => {
      run.mockClear();
      await upsert(items);
      return run.mock.calls.length;
    };
    await upsert(people(1, 0));
    const [one, many] = [await statementsFor(people(1, 1)), await statementsFor(people(CHUNK, 2))];
    expect(many).toBeLessThanOrEqual(one + 6);
    run.mockRestore();
  });
});

it('tells what to do when the store cannot be opened', async () => {
  process.env.CONTACT_STORE_URL = 'mysql://localhost/db';
  const error = await jsonOf('contact', 'upsert', {}, { items: [{ email: 'a@example.com' }] }).catch(
    (reason: unknown) => reason,
  );
  process.env.CONTACT_STORE_URL = `sqlite://${store.file}`;
  expect(error).toMatchObject({
    message: 'CONTACT_STORE_URL is not the address of a contact store.',
    description: expect.stringContaining('sqlite:///absolute/path/contacts.sqlite') as string,
  });
});
