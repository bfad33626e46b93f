import type { IDataObject } from 'n8n-workflow';
import { useTemporaryStore } from '../fake-execution';
import { createContacts, jsonOf, openedStore, operate } from './store-under-test';

let store: Awaited<ReturnType<typeof useTemporaryStore>>;
beforeEach(async () => (store = await useTemporaryStore()));
afterEach(() => store.remove());

const emails = (items: IDataObject[]) =>
  items.map(({ contact }) => (contact as IDataObject | null)?.email ?? null);

describe('get', () => {
  it('gives each item its contact with tags, lists and consent', async () => {
    await createContacts({ email: 'ann@example.com', tags: ['vip'], lists: ['news'] });
    const { store: opened } = await openedStore();
    await opened.write((tx) =>
      tx.consents.put([{ contactId: 1, channel: 'email', status: 'opted_in', at: 5 }]),
    );
    const [item] = await operate('contact', 'get', {}, { items: [{ email: 'ANN@example.com', order: 7 }] });
    expect(item).toMatchObject({
      json: {
        order: 7,
        contact: {
          id: 1,
          email: 'ann@example.com',
          tags: ['vip'],
          lists: ['news'],
          consent: { email: 'opted_in' },
        },
      },
      pairedItem: { item: 0 },
    });
  });

  it.each([
    [{ mode: 'list', value: '2' }, 'ben@example.com'],
    [{ mode: 'id', value: '={{ $json.n }}' }, 'ben@example.com'],
    [{ mode: 'email', value: 'Ann@example.com' }, 'ann@example.com'],
    [{ mode: 'externalId', value: 'c-2' }, 'ben@example.com'],
    [{ mode: 'phone', value: '+44 20 7946 0958' }, 'ann@example.com'],
  ])('finds the contact that %j names', async (contact, email) => {
    await createContacts(
      { email: 'ann@example.com', phone: '+442079460958' },
      { email: 'ben@example.com', externalId: 'c-2' },
    );
    const parameters = { contactFrom: 'chosen', contact: { __rl: true, ...contact } };
    expect(emails(await jsonOf('contact', 'get', parameters, { items: [{ n: 2 }] }))).toEqual([email]);
  });

  it.each([true, [1], '0x1', '1e0', {}])('takes %j for no id', async (id) => {
    await createContacts({ email: 'ann@example.com' });
    const given = (parameters: object, item: object) =>
      operate('contact', 'get', { ...parameters }, { items: [{ ...item }] });
    await expect(given({}, { contact: { id } })).rejects.toThrow('names no contact');
    const contact = { __rl: true, mode: 'id', value: '={{ $json.id }}' };
    await expect(given({ contactFrom: 'chosen', contact }, { id })).rejects.toThrow('is not the id');
  });

  it('finds a merged contact under its old id', async () => {
    await createContacts({ email: 'ann@example.com' }, { externalId: 'c-2' });
    const parameters = { contactFrom: 'chosen', contact: { mode: 'id', value: '1' } };
    await operate('contact', 'merge', { ...parameters, absorbed: { mode: 'id', value: '2' } });
    const [item] = await jsonOf('contact', 'get', {
      contactFrom: 'chosen',
      contact: { mode: 'id', value: '2' },
    });
    expect(item?.contact).toMatchObject({ id: 1, externalId: 'c-2', email: 'ann@example.com' });
  });

  it('gives an error for an unknown contact, or passes the item, or leaves it out, as the item says', async () => {
    await createContacts({ email: 'ann@example.com' });
    const parameters = { whenNotFound: '={{ $json.then }}' };
    const items = [
      { email: 'nobody@example.com', then: 'pass' },
      { email: 'nobody@example.com', then: 'nothing' },
      { email: 'ann@example.com', then: 'error' },
    ];
    const output = await operate('contact', 'get', parameters, { items });
    expect(output.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
    expect(emails(output.map(({ json }) => json))).toEqual([null, 'ann@example.com']);
    const error = await operate(
      'contact',
      'get',
      {},
      { items: [...items, { email: 'x@example.com' }] },
    ).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      message: "This item's contact is not in the store.",
      context: { itemIndex: 0 },
    });
  });

  it('says which item names no contact', async () => {
    const error = await operate('contact', 'get', {}, { items: [{ name: 'Ann' }] }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      message: expect.stringContaining('This item names no contact.') as string,
    });
  });
});

describe('get many', () => {
  const getMany = (parameters: object, items: IDataObject[] = [{}]) =>
    operate('contact', 'getAll', { ...parameters }, { items });
  const many = async (parameters: object, items?: IDataObject[]) =>
    emails((await getMany(parameters, items)).map(({ json }) => json));

  beforeEach(() =>
    createContacts(
      { email: 'ann@example.com', firstName: 'Ann', tags: ['vip'], lists: ['news'], lifecycleStage: 'lead' },
      { email: 'ben@example.com', firstName: 'Benjamin', lists: ['news'], lifecycleStage: 'customer' },
      { email: 'cia@example.com', lastName: 'Annan', tags: ['vip'] },
    ),
  );

  it.each<[string, object, string[]]>([
    ['all of them without a filter', {}, ['ann', 'ben', 'cia']],
    ['those with a tag', { tag: { mode: 'list', value: 'vip' } }, ['ann', 'cia']],
    ['those in a list', { list: { mode: 'name', value: 'news' } }, ['ann', 'ben']],
    ['those with a tag who are in a list', { tag: { value: 'vip' }, list: { value: 'news' } }, ['ann']],
    ['those at a stage', { lifecycleStage: { mode: 'name', value: 'customer' } }, ['ben']],
    ['those whose name or address holds a text', { search: 'aNN' }, ['ann', 'cia']],
    ['those after an id', { afterId: 1 }, ['ben', 'cia']],
    ['those changed after a moment that has not come', { updatedAfter: '2999-01-01T00:00:00' }, []],
    ['those changed after a moment long ago', { updatedAfter: '2020-01-01T00:00:00' }, ['ann', 'ben', 'cia']],
    ['all of them where a filter is empty', { tag: { value: '' }, search: ' ' }, ['ann', 'ben', 'cia']],
  ])('gives %s', async (_, filters, names) => {
    expect(await many({ filters })).toEqual(names.map((name) => `${name}@example.com`));
  });

  it('gives at most the limit, by id, and goes on after the last', async () => {
    expect(await many({ limit: 2 })).toEqual(['ann@example.com', 'ben@example.com']);
    expect(await many({ limit: 2, filters: { afterId: 2 } })).toEqual(['cia@example.com']);
    await expect(many({ limit: 0 })).rejects.toThrow('Limit is "0"');
  });

  it('gives an item for each contact, paired with the item that asked', async () => {
    const output = await getMany({ filters: { tag: { value: '={{ $json.tag }}' } } }, [
      { tag: 'vip' },
      { tag: 'x' },
      { tag: 'vip' },
    ]);
    expect(output.map(({ pairedItem }) => pairedItem)).toEqual([
      { item: 0 },
      { item: 0 },
      { item: 2 },
      { item: 2 },
    ]);
    expect(Object.keys(output[0]?.json ?? {})).toEqual(['contact']);
  });

  it('returns all over several pages, none twice', async () => {
    await createContacts(...Array.from({ length: 1_100 }, (_, index) => ({ externalId: `x${index}` })));
    const ids = (await getMany({ returnAll: true })).map(({ json }) => (json.contact as IDataObject).id);
    expect(ids).toEqual(Array.from({ length: 1_103 }, (_, index) => index + 1));
  });

  it('refuses what is no date', async () => {
    await expect(many({ filters: { updatedAfter: 'last week' } })).rejects.toThrow('"last week"');
  });
});
