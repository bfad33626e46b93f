import type { IDataObject } from 'n8n-workflow';
import { useTemporaryStore } from '../fake-execution';
import { createContacts, jsonOf, openedStore, operate } from './store-under-test';

let temporary: Awaited<ReturnType<typeof useTemporaryStore>>;
beforeEach(async () => {
  temporary = await useTemporaryStore();
  await createContacts(
    { email: 'ann@example.com' },
    { email: 'bob@example.com' },
    { email: 'cyd@example.com' },
  );
});
afterEach(() => temporary.remove());

const named = (name: string) => ({ __rl: true, mode: 'name', value: name });
const BOTH = { items: [{ email: 'ann@example.com' }, { email: 'bob@example.com' }] };

async function kindsLogged(): Promise<string[]> {
  const { store } = await openedStore();
  const changes = await store.read((tx) =>
    tx.changes.latest(['tag_added', 'tag_removed', 'list_joined', 'list_left', 'consent_changed'], 100),
  );
  return changes.map(({ kind, subject }) => `${kind} ${subject}`).sort();
}

describe.each([
  { resource: 'list', held: 'lists', joined: 'list_joined', left: 'list_left' },
  { resource: 'tag', held: 'tags', joined: 'tag_added', left: 'tag_removed' },
])('$resource', ({ resource, held, joined, left }) => {
  it('takes contacts in, and says of whom that is new', async () => {
    expect(await jsonOf(resource, 'add', { [resource]: named(' spring ') }, BOTH)).toMatchObject([
      { contact: { email: 'ann@example.com', [held]: ['spring'] }, result: { outcome: 'added' } },
      { contact: { email: 'bob@example.com', [held]: ['spring'] }, result: { outcome: 'added' } },
    ]);
    const again = await jsonOf(resource, 'add', { [resource]: named('spring') }, BOTH);
    expect(again.map(({ result }) => result)).toEqual([{ outcome: 'unchanged' }, { outcome: 'unchanged' }]);
    expect(await kindsLogged()).toEqual([`${joined} spring`, `${joined} spring`]);
  });

  it('lets them go, and is no consent', async () => {
    await operate(resource, 'add', { [resource]: named('spring') }, BOTH);
    const items = [{ email: 'ann@example.com' }, { email: 'cyd@example.com' }];
    expect(await jsonOf(resource, 'remove', { [resource]: named('spring') }, { items })).toMatchObject([
      { contact: { email: 'ann@example.com', [held]: [], consent: {} }, result: { outcome: 'removed' } },
      { contact: { email: 'cyd@example.com' }, result: { outcome: 'unchanged' } },
    ]);
    expect(await kindsLogged()).toEqual([`${joined} spring`, `${joined} spring`, `${left} spring`]);
  });

  it('counts the same contact twice in a batch once', async () => {
    const items = [{ email: 'ann@example.com' }, { email: 'ann@example.com' }];
    const results = await jsonOf(resource, 'add', { [resource]: named('spring') }, { items });
    expect(results.map(({ result }) => result)).toEqual([{ outcome: 'added' }, { outcome: 'unchanged' }]);
  });

  it('may differ from item to item', async () => {
    const items = [
      { email: 'ann@example.com', name: 'one' },
      { email: 'ann@example.com', name: 'two' },
    ];
    const results = await jsonOf(resource, 'add', { [resource]: named('={{ $json.name }}') }, { items });
    expect(results.map(({ contact }) => (contact as IDataObject)[held])).toEqual([
      ['one', 'two'],
      ['one', 'two'],
    ]);
  });

  it('gives its contacts, as many as asked for', async () => {
    const items = ['ann', 'bob', 'cyd'].map((name) => ({ email: `${name}@example.com` }));
    await operate(resource, 'add', { [resource]: named('spring') }, { items });
    await operate(
      resource,
      'remove',
      { [resource]: named('spring') },
      { items: [{ email: 'bob@example.com' }] },
    );
    const emails = async (parameters: Record<string, unknown>) =>
      (await operate(resource, 'members', { [resource]: named('spring'), ...parameters })).map(
        ({ json, pairedItem }) => [
          (json.contact as IDataObject).email,
          (pairedItem as { item: number }).item,
        ],
      );
    expect(await emails({ returnAll: true })).toEqual([
      ['ann@example.com', 0],
      ['cyd@example.com', 0],
    ]);
    expect(await emails({ limit: 1 })).toEqual([['ann@example.com', 0]]);
    expect(await emails({ [resource]: named('unheard of') })).toEqual([]);
  });

  it('is refused without a name, and for a contact that the store does not have', async () => {
    await expect(operate(resource, 'add', { [resource]: named(' ') }, BOTH)).rejects.toThrow('is empty');
    await expect(operate(resource, 'add', { [resource]: named('x'.repeat(101)) }, BOTH)).rejects.toThrow(
      '100',
    );
    const items = [{ email: 'ann@example.com' }, { email: 'eve@example.com' }];
    await expect(operate(resource, 'add', { [resource]: named('spring') }, { items })).rejects.toMatchObject({
      context: { itemIndex: 1 },
    });
    expect(await kindsLogged()).toEqual([]);
    const output = await operate(
      resource,
      'add',
      { [resource]: named('spring') },
      { items, continueOnFail: true },
    );
    expect(output).toMatchObject([
      { json: { result: { outcome: 'added' } }, pairedItem: { item: 0 } },
      { json: { error: expect.stringContaining('not in the store') as string }, pairedItem: { item: 1 } },
    ]);
  });
});
