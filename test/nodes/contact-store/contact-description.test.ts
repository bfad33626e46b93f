import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ICredentialDataDecryptedObject, ILoadOptionsFunctions, INodeProperties } from 'n8n-workflow';
import { ContactStoreApi } from '../../../credentials/ContactStoreApi.credentials';
import { ContactStore } from '../../../nodes/ContactStore/ContactStore.node';
import { FakeExecution, useTemporaryStore } from '../fake-execution';
import { createContacts } from './store-under-test';

const node = new ContactStore();

/** Every parameter of a description, those inside collections too. */
function everyParameter(properties: readonly INodeProperties[]): INodeProperties[] {
  return properties.flatMap((property) => [
    property,
    ...(property.options ?? []).flatMap((option) =>
      'values' in option
        ? everyParameter(option.values)
        : 'type' in option && 'displayName' in option
          ? everyParameter([option as INodeProperties])
          : [],
    ),
  ]);
}

const all = everyParameter([...node.description.properties, ...new ContactStoreApi().properties]);

function visible(parameters: Record<string, unknown>): string[] {
  const execution = new FakeExecution({ node, parameters: { resource: 'contact', ...parameters } });
  return Object.keys(execution.parameters).filter(
    (name) => !/^(?:resource|operation|storeFrom|.*Notice)$/.test(name),
  );
}

it.each<[object, string[]]>([
  [{ operation: 'upsert' }, ['data', 'options']],
  [{ operation: 'upsert', data: 'fields' }, ['data', 'fields', 'properties', 'options']],
  [{ operation: 'update' }, ['contactFrom', 'data', 'fields', 'properties', 'options']],
  [{ operation: 'update', data: 'item' }, ['contactFrom', 'data', 'options']],
  [{ operation: 'get' }, ['contactFrom', 'whenNotFound']],
  [{ operation: 'get', contactFrom: 'chosen' }, ['contactFrom', 'contact', 'whenNotFound']],
  [{ operation: 'getAll' }, ['returnAll', 'limit', 'sortBy', 'filters']],
  [{ operation: 'getAll', returnAll: true }, ['returnAll', 'sortBy', 'filters']],
  [{ operation: 'delete' }, ['contactFrom', 'whenNotFound']],
  [{ operation: 'erase' }, ['contactFrom', 'whenNotFound']],
  [{ operation: 'merge' }, ['contactFrom', 'absorbed']],
  [{ operation: 'import' }, ['binaryPropertyName', 'columns', 'otherwiseConsent', 'options']],
  [
    { operation: 'import', otherwiseConsent: 'opted_in' },
    ['binaryPropertyName', 'columns', 'otherwiseConsent', 'consentSource', 'consentChannel', 'options'],
  ],
  [{ operation: 'export' }, ['format', 'binaryPropertyName', 'filters', 'options']],
])('shows for %j the fields %j', (parameters, names) => {
  expect(visible({ ...parameters }).sort()).toEqual([...names].sort());
});

it('begins with creating or updating the item’s own contact, without anything to fill in', () => {
  const { parameters } = new FakeExecution({ node, parameters: {} });
  expect(parameters).toMatchObject({ resource: 'contact', operation: 'upsert', data: 'item' });
});

it('says of every parameter what it does, in whole words, and of booleans whether', () => {
  const lacking = all
    .filter(({ type }) => type !== 'notice')
    .filter(({ description = '', type, placeholder = 'e.g.' }) => {
      if (description.length < 10 && type !== 'boolean') return true;
      if (type === 'boolean' && !description.startsWith('Whether')) return true;
      return type === 'string' && !placeholder.startsWith('e.g.');
    });
  expect(lacking.map(({ name }) => name)).toEqual([]);
});

it('asks only for lists that the node can give', () => {
  const methods = node.methods;
  const asked = all.flatMap(({ typeOptions, modes }) => [
    ...(typeOptions?.loadOptionsMethod ? [`loadOptions.${typeOptions.loadOptionsMethod}`] : []),
    ...(typeOptions?.resourceMapper?.resourceMapperMethod
      ? [`resourceMapping.${typeOptions.resourceMapper.resourceMapperMethod}`]
      : []),
    ...(modes ?? []).flatMap((mode) =>
      mode.typeOptions?.searchListMethod ? [`listSearch.${mode.typeOptions.searchListMethod}`] : [],
    ),
  ]);
  const given = Object.entries(methods).flatMap(([kind, of]) =>
    Object.keys(of).map((name) => `${kind}.${name}`),
  );
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.filter((name) => !given.includes(name))).toEqual([]);
});

it('may be used as a tool, and is found by the words people use', async () => {
  expect(node.description.usableAsTool).toBe(true);
  const folder = path.join(__dirname, '../../../nodes/ContactStore');
  const codex = JSON.parse(await readFile(path.join(folder, 'ContactStore.node.json'), 'utf8')) as {
    node: string;
    categories: string[];
    alias: string[];
  };
  expect(codex.node).toBe('n8n-nodes-marketing-automation.contactStore');
  expect(codex.categories).toContain('Marketing & Content');
  expect(codex.alias).toEqual(expect.arrayContaining(['crm', 'contact', 'subscriber', 'lead', 'consent']));
  for (const icon of ['contactStore.svg', 'contactStore.dark.svg']) {
    expect(await readFile(path.join(folder, icon), 'utf8')).toContain('viewBox="0 0 60 60"');
  }
});

describe('with a store', () => {
  let store: Awaited<ReturnType<typeof useTemporaryStore>>;
  beforeEach(async () => (store = await useTemporaryStore()));
  afterEach(() => store.remove());

  const editor = {
    getNode: () => ({ parameters: {}, credentials: undefined }),
  } as unknown as ILoadOptionsFunctions;

  it('offers the contact’s own fields and the properties seen, and finds by identifiers only', async () => {
    await createContacts({
      email: 'ann@example.com',
      properties: { plan: 'pro', 'Favourite colour': 'red' },
    });
    const { fields } = await node.methods.resourceMapping.mapContact.call(editor);
    expect(fields.filter(({ canBeUsedToMatch }) => canBeUsedToMatch).map(({ id }) => id)).toEqual([
      'email',
      'phone',
      'externalId',
      'anonymousId',
      'pushToken',
    ]);
    expect(fields.filter(({ defaultMatch }) => defaultMatch).map(({ id }) => id)).toEqual(['email']);
    expect(fields.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['property:plan', 'property:Favourite colour']),
    );
    const changes = await node.methods.resourceMapping.mapContactChanges.call(editor);
    expect(changes.fields.some(({ canBeUsedToMatch }) => canBeUsedToMatch)).toBe(false);
  });

  describe('a credential is tested by opening its place', () => {
    const test = (data: ICredentialDataDecryptedObject) =>
      node.methods.credentialTest.testContactStore.call({} as never, {
        id: '1',
        name: 'x',
        type: 'contactStoreApi',
        data,
      });

    it('and says what is there', async () => {
      await createContacts({ email: 'ann@example.com' });
      expect(await test({ database: 'sqlite', file: store.file })).toEqual({
        status: 'OK',
        message: `SQLite store at ${store.file}: 1 contact, 0 events, 0 waiting`,
      });
    });

    it.each<[string, ICredentialDataDecryptedObject, string]>([
      ['a path that is not absolute', { database: 'sqlite', file: 'x.sqlite' }, 'is not an absolute path'],
      ['a folder that is a file', { database: 'sqlite', file: `${__filename}/x.sqlite` }, 'cannot be opened'],
      [
        'a server that nobody answers at',
        {
          database: 'postgres',
          host: '127.0.0.1',
          port: 1,
          user: 'ann',
          password: 'secret-word',
          databaseName: 'n8n',
          schema: 'marketing_automation',
          tls: 'off',
        },
        '127.0.0.1',
      ],
    ])('and what is wrong with %s', async (_, data, message) => {
      const result = await test(data);
      expect(result.status).toBe('Error');
      expect(result.message).toContain(message);
      expect(result.message).not.toContain('secret-word');
    });
  });
});
