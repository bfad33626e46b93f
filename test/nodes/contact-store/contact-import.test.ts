import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { ContactStore } from '../../../nodes/ContactStore/ContactStore.node';
import { FakeExecution, useTemporaryStore, type FakeRun } from '../fake-execution';
import { createContacts, openedStore } from './store-under-test';

let store: Awaited<ReturnType<typeof useTemporaryStore>>;
beforeEach(async () => (store = await useTemporaryStore()));
afterEach(() => store.remove());

interface Imported {
  readonly json: IDataObject & { import: IDataObject & { refusedRows: IDataObject[] } };
  readonly item: INodeExecutionData;
  /** The CSV file of refused rows; null without one. */
  readonly refused: string | null;
}

/** Imports a file that an item carries, as n8n keeps files: outside the execution. */
async function importFile(
  file: string | Buffer,
  parameters: object = {},
  run: Partial<FakeRun> = {},
): Promise<Imported> {
  const items: INodeExecutionData[] = [{ json: { from: 'shop' }, binary: {} }];
  const execution = new FakeExecution({
    node: new ContactStore(),
    parameters: { resource: 'contact', operation: 'import', ...parameters },
    items,
    ...run,
  });
  if (items[0]?.binary) items[0].binary.data = execution.storeBinary(file);
  const [item] = await execution.output();
  if (!item) throw new Error('The import gave no item');
  return {
    json: item.json as Imported['json'],
    item,
    refused: item.binary?.refused ? execution.binary(item, 'refused').toString() : null,
  };
}

const profiles = async () =>
  (await openedStore()).store.read(async (tx) => {
    const contacts = await tx.contacts.select({ limit: 1_000 });
    const ids = contacts.map(({ id }) => id);
    const [tags, lists, consents] = [
      await tx.contacts.members('tag', ids),
      await tx.contacts.members('list', ids),
      await tx.consents.current(ids),
    ];
    return contacts.map((contact) => ({
      ...contact,
      tags: tags.get(contact.id) ?? [],
      lists: lists.get(contact.id) ?? [],
      consent: consents.get(contact.id)?.email?.status ?? null,
    }));
  });

const statementsOf = async (contactId: number) =>
  (await openedStore()).store.read((tx) => tx.consents.statements(contactId));

it('creates and updates contacts, and tells how many, from which columns', async () => {
  await createContacts(
    { email: 'ann@example.com', firstName: 'Ann' },
    { email: 'cia@example.com', firstName: 'Cia' },
  );
  const { json, item, refused } = await importFile(
    'E-Mail;Vorname;Lieblingsfarbe\r\nann@example.com;Anna;rot\r\nben@example.com;Ben;"blau;grün"\r\ncia@example.com;Cia;\r\n',
  );
  expect(json).toEqual({
    from: 'shop',
    import: {
      rows: 3,
      created: 1,
      updated: 1,
      unchanged: 1,
      refused: 0,
      refusedRows: [],
      valuesLeftOut: 0,
      rowsWithValuesLeftOut: [],
      source: null,
      columns: [
        { header: 'E-Mail', goesTo: 'email' },
        { header: 'Vorname', goesTo: 'firstName' },
        { header: 'Lieblingsfarbe', goesTo: 'properties.lieblingsfarbe' },
      ],
      columnsNotFound: [],
      seconds: expect.any(Number) as number,
    },
  });
  expect(item.pairedItem).toEqual({ item: 0 });
  expect(refused).toBeNull();
  expect(await profiles()).toMatchObject([
    { email: 'ann@example.com', firstName: 'Anna', properties: { lieblingsfarbe: 'rot' } },
    { email: 'cia@example.com', properties: {} },
    { email: 'ben@example.com', properties: { lieblingsfarbe: 'blau;grün' } },
  ]);
});

it('changes nothing and keeps no evidence twice when it is run again', async () => {
  const file =
    'Email Address,MEMBER_RATING,Email Marketing,Tags\nann@example.com,2,subscribed,"""vip"""\nben@example.com,3,unsubscribed,\n';
  const parameters = {
    otherwiseConsent: 'opted_in',
    consentSource: 'old shop',
    columns: { column: [{ header: 'email marketing', target: 'consent', channel: 'email' }] },
  };
  await importFile(file, parameters);
  const before = [await profiles(), await statementsOf(1), await statementsOf(2)];
  const { json } = await importFile(file, parameters);
  expect(json.import).toMatchObject({ created: 0, updated: 0, unchanged: 2 });
  expect([await profiles(), await statementsOf(1), await statementsOf(2)]).toEqual(before);
  expect(before[0]).toMatchObject([{ consent: 'opted_in' }, { consent: 'opted_out' }]);
});

describe('refused rows', () => {
  const file =
    'email,phone,n\nann@example.com,,1\nnot an address,,2\n"broken" quote,,3\nben@example.com,12,4\ncia@example.com,,5\n';

  it('are told with line and reason and never end the import', async () => {
    const { json, refused } = await importFile(file);
    expect(json.import).toMatchObject({
      rows: 5,
      created: 3,
      refused: 2,
      refusedRows: [
        {
          line: 3,
          column: 'email',
          reason: expect.stringContaining('"not an address" is not an e-mail') as string,
        },
        {
          line: 4,
          column: 'row',
          reason: expect.stringContaining('Text follows the closing quote') as string,
        },
      ],
      valuesLeftOut: 1,
      rowsWithValuesLeftOut: [
        {
          line: 5,
          column: 'phone',
          reason: expect.stringContaining(
            '"12" cannot be read as a telephone number without a country',
          ) as string,
        },
      ],
    });
    const lines = refused?.split('\r\n') ?? [];
    expect(lines).toHaveLength(4);
    expect(lines[0]).toBe('line,column,reason');
    expect(lines[1]).toMatch(/^3,email,/);
    expect((await profiles()).map(({ email }) => email)).toEqual([
      'ann@example.com',
      'ben@example.com',
      'cia@example.com',
    ]);
  });

  it('hold also those that only the store knows to be two contacts', async () => {
    await createContacts({ email: 'ann@example.com' }, { externalId: 'c-2' });
    const { json } = await importFile('email,external id\nann@example.com,c-2\nben@example.com,c-3\n');
    expect(json.import).toMatchObject({
      created: 1,
      refused: 1,
      refusedRows: [{ line: 2, reason: expect.stringContaining('Merge the two contacts first') as string }],
    });
  });

  it('are named up to a thousand in the item and all of them in the file', async () => {
    const rows = Array.from({ length: 2_500 }, (_, index) => `=nobody${index}`);
    const { json, refused } = await importFile(`email\nann@example.com\n${rows.join('\n')}\n`);
    expect(json.import).toMatchObject({ rows: 2_501, created: 1, refused: 2_500 });
    expect(json.import.refusedRows).toHaveLength(1_000);
    expect(refused?.trimEnd().split('\r\n')).toHaveLength(2_501);
  });
});

describe('columns', () => {
  it('go where the user says, whatever their header', async () => {
    const column = [
      { header: 'kundennummer', target: 'externalId' },
      { header: 'E-Mail', target: 'nothing' },
      { header: 'Gruppe', target: 'tags' },
      { header: 'Ort', target: 'property', property: 'city' },
      { header: 'Fehlt', target: 'property', property: 'x' },
    ];
    const { json } = await importFile(
      'Kundennummer,E-Mail,Gruppe,Ort\nK1,ann@example.com,"vip, new",Bonn\n',
      {
        columns: { column },
      },
    );
    expect(json.import).toMatchObject({
      created: 1,
      columnsNotFound: ['Fehlt'],
      columns: [
        { header: 'Kundennummer', goesTo: 'externalId' },
        { header: 'E-Mail', goesTo: 'nothing' },
        { header: 'Gruppe', goesTo: 'tags' },
        { header: 'Ort', goesTo: 'properties.city' },
      ],
    });
    expect(await profiles()).toMatchObject([
      { externalId: 'K1', email: null, tags: ['new', 'vip'], properties: { city: 'Bonn' } },
    ]);
  });

  it('are refused where a property or channel has no name', async () => {
    const columns = { column: [{ header: 'Ort', target: 'property', property: ' ' }] };
    await expect(importFile('email,Ort\nann@example.com,Bonn\n', { columns })).rejects.toThrow(
      'Column "Ort" goes to a property that has no name.',
    );
  });
});

describe('options', () => {
  it('add everyone to lists and tags, beside their own', async () => {
    const options = { addTags: 'import-2026', addLists: 'newsletter, shop' };
    await importFile('email,tags\nann@example.com,vip\n', { options });
    expect(await profiles()).toMatchObject([{ tags: ['import-2026', 'vip'], lists: ['newsletter', 'shop'] }]);
  });

  it('read telephone numbers in the default country', async () => {
    await importFile('phone\n030 901820\n', { options: { defaultCountry: 'DE' } });
    expect(await profiles()).toMatchObject([{ phone: '+4930901820' }]);
  });

  it('clear where a cell is blank only if asked to', async () => {
    await createContacts({ email: 'ann@example.com', firstName: 'Ann' });
    await importFile('email,first name\nann@example.com,\n');
    expect(await profiles()).toMatchObject([{ firstName: 'Ann' }]);
    await importFile('email,first name\nann@example.com,\n', { options: { clearsBlanks: true } });
    expect(await profiles()).toMatchObject([{ firstName: null }]);
  });

  it('take the delimiter and the encoding as they are told', async () => {
    const file = Buffer.from('email|name, vorname\nann@example.com|J\u00fcrgen\n', 'latin1');
    await importFile(file, { options: { delimiter: '|', encoding: 'windows-1252' } });
    expect(await profiles()).toMatchObject([
      { email: 'ann@example.com', properties: { nameVorname: 'Jürgen' } },
    ]);
  });
});

describe('consent', () => {
  const file = 'email,Email Marketing Consent\nann@example.com,\nben@example.com,unsubscribed\n';
  const mapping = {
    columns: { column: [{ header: 'Email Marketing Consent', target: 'consent', channel: 'email' }] },
  };

  it('stays unknown where the file says nothing, and opt-outs are taken over', async () => {
    await importFile(file, mapping);
    expect((await profiles()).map(({ consent }) => consent)).toEqual([null, 'opted_out']);
  });

  it('is recorded with its source for those of whom nothing is known, and for nobody else', async () => {
    await createContacts({ email: 'ann@example.com' }, { email: 'cia@example.com' });
    const { store: opened } = await openedStore();
    await opened.write((tx) =>
      tx.consents.put([{ contactId: 2, channel: 'email', status: 'pending', at: 1 }]),
    );
    const parameters = {
      ...mapping,
      otherwiseConsent: 'opted_in',
      consentSource: 'Shop 2019, double opt-in',
    };
    await importFile(`${file}cia@example.com,\n`, parameters);
    expect((await profiles()).map(({ email, consent }) => [email, consent])).toEqual([
      ['ann@example.com', 'opted_in'],
      ['cia@example.com', 'pending'],
      ['ben@example.com', 'opted_out'],
    ]);
    expect(await statementsOf(1)).toMatchObject([{ source: 'Shop 2019, double opt-in', by: 'import' }]);
  });

  it('never brings back who opted out', async () => {
    await createContacts({ email: 'ann@example.com' });
    const { store: opened } = await openedStore();
    await opened.write((tx) =>
      tx.consents.put([{ contactId: 1, channel: 'email', status: 'opted_out', at: 1 }]),
    );
    await importFile('email,Email Marketing Consent\nann@example.com,subscribed\n', {
      ...mapping,
      otherwiseConsent: 'opted_in',
      consentSource: 'x',
    });
    expect(await profiles()).toMatchObject([{ consent: 'opted_out' }]);
  });

  it('needs a source', async () => {
    await expect(importFile(file, { ...mapping, otherwiseConsent: 'opted_in' })).rejects.toThrow(
      'Say in Source of the Consent where and how these contacts agreed',
    );
    expect(await profiles()).toEqual([]);
  });
});

describe('a file that holds no contacts', () => {
  it.each([
    ['an empty one', '', 'The file is empty.'],
    [
      'one without a column that identifies anybody',
      'name,city\nAnn,Bonn\n',
      'The columns are "name", "city".',
    ],
  ])('%s is refused', async (_, file, message) => {
    await expect(importFile(file)).rejects.toThrow(message);
    const { json } = await importFile(file, {}, { continueOnFail: true });
    expect(json.error).toContain(message);
  });

  it('is named where the item has no such file', async () => {
    await expect(importFile('email\n', { binaryPropertyName: 'csv' })).rejects.toThrow("'csv'");
  });
});

it('takes a file that n8n keeps within the item', async () => {
  const data = Buffer.from('email\nann@example.com\n').toString('base64');
  const execution = new FakeExecution({
    node: new ContactStore(),
    parameters: { resource: 'contact', operation: 'import' },
    items: [{ json: {}, binary: { data: { data, mimeType: 'text/csv' } } }],
  });
  const [item] = await execution.output();
  expect(item?.json.import).toMatchObject({ rows: 1, created: 1 });
});

it('reads a file of 20,000 contacts, each of them once', async () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => `person${index}@example.com,${index}`);
  const { json } = await importFile(`email,n\n${rows.join('\n')}\n`);
  expect(json.import).toMatchObject({ rows: 20_000, created: 20_000, refused: 0 });
  const { store: opened } = await openedStore();
  expect(await opened.read((tx) => tx.contacts.count({}))).toBe(20_000);
});

it('takes both people of a household that share a telephone, and says whose it stays', async () => {
  const file = [
    'Email,Phone',
    'ann@example.com,+442079460958',
    'ben@example.com,+442079460958',
    'cyd@example.com,',
  ].join('\n');
  const { json } = await importFile(file);
  expect(json.import).toMatchObject({ created: 3, refused: 0, valuesLeftOut: 1 });
  expect(json.import.rowsWithValuesLeftOut).toEqual([expect.objectContaining({ line: 3 })]);
  expect((await profiles()).map(({ email, phone }) => [email, phone]).sort()).toEqual([
    ['ann@example.com', '+442079460958'],
    ['ben@example.com', null],
    ['cyd@example.com', null],
  ]);
  const again = await importFile(file);
  expect(again.json.import).toMatchObject({ created: 0, updated: 0, unchanged: 3 });
});
