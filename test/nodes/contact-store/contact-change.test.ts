import { readFile } from 'node:fs/promises';
import type { IDataObject } from 'n8n-workflow';
import { addressHash } from '../../../src/app/set-consent';
import { useTemporaryStore } from '../fake-execution';
import { createContacts, jsonOf, openedStore, operate } from './store-under-test';

let store: Awaited<ReturnType<typeof useTemporaryStore>>;
beforeEach(async () => (store = await useTemporaryStore()));
afterEach(() => store.remove());

const read = async <T>(work: Parameters<Awaited<ReturnType<typeof openedStore>>['store']['read']>[0]) =>
  (await (await openedStore()).store.read(work)) as T;
const idsStored = () =>
  read<number[]>(async (tx) => (await tx.contacts.select({ limit: 1_000 })).map(({ id }) => id));

describe('update', () => {
  const fields = (value: IDataObject) => ({ fields: { mappingMode: 'defineBelow', value } });

  it('changes what is given and leaves everything else', async () => {
    await createContacts({
      email: 'ann@example.com',
      firstName: 'Ann',
      properties: { plan: 'free', city: 'Bonn' },
    });
    const parameters = fields({ firstName: null, lastName: 'Lee', 'property:plan': '={{ $json.plan }}' });
    const [item] = await jsonOf('contact', 'update', parameters, {
      items: [{ email: 'ann@example.com', plan: 'pro' }],
    });
    expect(item).toMatchObject({
      plan: 'pro',
      contact: { firstName: 'Ann', lastName: 'Lee', properties: { plan: 'pro', city: 'Bonn' } },
      result: {
        outcome: 'updated',
        changed: ['lastName', 'properties.plan'],
        reasons: ['found by its id 1'],
      },
    });
  });

  it('reads a national telephone number in the country of the contact', async () => {
    await createContacts({ email: 'ann@example.com', country: 'GB' }, { email: 'ben@example.com' });
    const parameters = fields({ phone: '={{ $json.tel }}' });
    const ask = (email: string) =>
      jsonOf('contact', 'update', parameters, { items: [{ email, tel: '020 7946 0958' }] });
    expect(await ask('ann@example.com')).toMatchObject([
      { contact: { phone: '+442079460958' }, result: { outcome: 'updated', changed: ['phone'] } },
    ]);
    await expect(ask('ben@example.com')).rejects.toThrow(/"020 7946 0958" .* without a country/);
  });

  it('gives the contact a new address without losing it', async () => {
    await createContacts({ email: 'ann@example.com' });
    const parameters = {
      contactFrom: 'chosen',
      contact: { mode: 'id', value: 1 },
      ...fields({ email: 'new@example.com' }),
    };
    const [item] = await jsonOf('contact', 'update', parameters);
    expect(item?.contact).toMatchObject({ id: 1, email: 'new@example.com' });
    expect(await idsStored()).toEqual([1]);
  });

  it('refuses unknown contacts, and writes nothing of the others then', async () => {
    await createContacts({ email: 'ann@example.com' });
    const items = [{ email: 'ann@example.com' }, { email: 'nobody@example.com' }];
    const parameters = fields({ lastName: 'Lee' });
    const error = await operate('contact', 'update', parameters, { items }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({
      message: 'The contact to update is not in the store. Use Create or Update to add contacts.',
      context: { itemIndex: 1 },
    });
    const contacts = await read<Map<number, { lastName: string }>>((tx) => tx.contacts.get([1]));
    expect(contacts.get(1)?.lastName).toBeNull();
    const output = await operate('contact', 'update', parameters, { items, continueOnFail: true });
    expect(output.map(({ json }) => 'error' in json)).toEqual([false, true]);
    expect(await idsStored()).toEqual([1]);
  });

  it('refuses an address that another contact has', async () => {
    await createContacts({ email: 'ann@example.com' }, { email: 'ben@example.com' });
    const parameters = {
      contactFrom: 'chosen',
      contact: { mode: 'id', value: 1 },
      ...fields({ email: 'ben@example.com' }),
    };
    await expect(operate('contact', 'update', parameters)).rejects.toThrow(
      'belongs to contact 2, not to contact 1',
    );
  });
});

describe.each(['delete', 'erase'])('%s', (operation) => {
  const outcome = operation === 'delete' ? 'deleted' : 'erased';

  it('removes the contact of each item with its events, and passes the items on', async () => {
    await createContacts({ email: 'ann@example.com' }, { email: 'ben@example.com' });
    const { store: opened } = await openedStore();
    const event = { type: 'page_viewed', occurredAt: 1, properties: {}, key: 'k' };
    await opened.write((tx) => tx.events.append([{ ...event, contactId: 1 }], 1));
    const output = await operate(
      'contact',
      operation,
      {},
      { items: [{ email: 'ann@example.com', ticket: 4 }] },
    );
    expect(output).toEqual([
      {
        json: { email: 'ann@example.com', ticket: 4, result: { outcome, contactId: 1 } },
        pairedItem: { item: 0 },
      },
    ]);
    expect(await idsStored()).toEqual([2]);
    expect(await read<number>((tx) => tx.events.count())).toBe(0);
  });

  it('keeps who had opted out from being written to again, as a hash', async () => {
    await createContacts({ email: 'ann@example.com' });
    const { store: opened } = await openedStore();
    await opened.write((tx) =>
      tx.consents.put([{ contactId: 1, channel: 'email', status: 'opted_out', at: 5 }]),
    );
    await operate('contact', operation, {}, { items: [{ email: 'ann@example.com' }] });
    const address = { channel: 'email', hash: addressHash('email', 'ann@example.com') };
    const suppressed = await read<Map<string, { reason: string }>>((tx) => tx.consents.suppressed([address]));
    expect([...suppressed.values()]).toMatchObject([{ reason: 'opted_out' }]);
  });

  it('removes nothing when one of the contacts is unknown, unless the item may pass', async () => {
    await createContacts({ email: 'ann@example.com' });
    const items = [{ email: 'ann@example.com' }, { email: 'nobody@example.com' }];
    await expect(operate('contact', operation, {}, { items })).rejects.toThrow('is not in the store');
    expect(await idsStored()).toEqual([1]);
    const passed = await jsonOf('contact', operation, { whenNotFound: 'pass' }, { items });
    expect(passed.map(({ result }) => result)).toEqual([
      { outcome, contactId: 1 },
      { outcome: 'not_found', contactId: null },
    ]);
    expect(await idsStored()).toEqual([]);
  });
});

it('keeps the evidence of consent on delete, and nothing on erase', async () => {
  await createContacts({ email: 'ann@example.com' }, { email: 'ben@example.com' });
  const { store: opened } = await openedStore();
  const statement = {
    channel: 'email',
    status: 'opted_in',
    at: 1,
    source: 'form',
    evidence: {},
    by: 'contact',
    changed: true,
  } as const;
  await opened.write((tx) =>
    tx.consents.append(
      [1, 2].map((contactId) => ({ ...statement, contactId })),
      1,
    ),
  );
  await operate('contact', 'delete', {}, { items: [{ email: 'ann@example.com' }] });
  await operate('contact', 'erase', {}, { items: [{ email: 'ben@example.com' }] });
  expect(await read<unknown[]>((tx) => tx.consents.statements(1))).toHaveLength(1);
  expect(await read<unknown[]>((tx) => tx.consents.statements(2))).toEqual([]);
});

it('leaves nothing of who was erased in the file, also of what was changed before', async () => {
  for (const plan of ['first', 'second', 'third'])
    await createContacts({
      email: 'ann@example.com',
      properties: { plan: `annsplan-${plan}` },
      tags: ['vip'],
    });
  const item = {
    contact: { email: 'ann@example.com' },
    event: { type: 'page_viewed', properties: { url: 'https://example.com/annsplan' } },
    consent: { email: 'opted_out', source: 'annsplan form' },
  };
  await operate('event', 'record', { dataFrom: 'item' }, { items: [item] });
  const inFiles = async () => {
    const files = [store.file, `${store.file}-wal`];
    const contents = await Promise.all(files.map((file) => readFile(file, 'latin1')));
    return contents.some((content) => /ann@example|annsplan/.test(content));
  };
  expect(await inFiles()).toBe(true);
  await operate('contact', 'erase', {}, { items: [{ email: 'ann@example.com' }] });
  expect(await inFiles()).toBe(false);
});

describe('merge', () => {
  const merge = (items: IDataObject[], absorbed: object, run: object = {}) =>
    operate('contact', 'merge', { absorbed: { __rl: true, ...absorbed } }, { items, ...run });

  it('makes one contact of two and says so', async () => {
    await createContacts(
      { email: 'ann@example.com', tags: ['a'], properties: { plan: 'pro' } },
      { externalId: 'c-2', tags: ['b'], lists: ['news'], properties: { city: 'Bonn' } },
    );
    const [item] = await merge([{ email: 'ann@example.com' }], { mode: 'externalId', value: 'c-2' });
    expect(item).toMatchObject({
      json: {
        contact: {
          id: 1,
          email: 'ann@example.com',
          externalId: 'c-2',
          tags: ['a', 'b'],
          lists: ['news'],
          properties: { plan: 'pro', city: 'Bonn' },
        },
        result: { outcome: 'merged', contactId: 1 },
      },
      pairedItem: { item: 0 },
    });
    expect(await idsStored()).toEqual([1]);
    const again = await merge([{ email: 'ann@example.com' }], { mode: 'externalId', value: 'c-2' });
    expect(again[0]?.json.result).toMatchObject({ outcome: 'unchanged' });
  });

  it('gives the last survivor to every item of a chain', async () => {
    await createContacts({ externalId: 'a' }, { externalId: 'b' }, { externalId: 'c' });
    const items = [
      { externalId: 'b', into: 'c' },
      { externalId: 'a', into: 'b' },
    ];
    const output = await merge(items, { mode: 'externalId', value: '={{ $json.into }}' });
    expect(output.map(({ json }) => (json.contact as IDataObject).id)).toEqual([1, 1]);
    expect(await idsStored()).toEqual([1]);
  });

  it('says which of the two is unknown, and merges none of the batch then', async () => {
    await createContacts({ externalId: 'a' }, { externalId: 'b' });
    const items = [
      { externalId: 'a', into: 'b' },
      { externalId: 'a', into: 'x' },
    ];
    const locator = { mode: 'externalId', value: '={{ $json.into }}' };
    await expect(merge(items, locator)).rejects.toThrow(
      'The contact that is to be merged into it is not in the store.',
    );
    expect(await idsStored()).toEqual([1, 2]);
    const output = await merge(items, locator, { continueOnFail: true });
    expect(output.map(({ json }) => 'error' in json)).toEqual([false, true]);
  });
});
