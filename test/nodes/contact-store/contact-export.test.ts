import type { INodeExecutionData } from 'n8n-workflow';
import { ContactStore } from '../../../nodes/ContactStore/ContactStore.node';
import { FakeExecution, useTemporaryStore } from '../fake-execution';
import { createContacts, openedStore } from './store-under-test';

let store: Awaited<ReturnType<typeof useTemporaryStore>>;
beforeEach(async () => (store = await useTemporaryStore()));
afterEach(() => store.remove());

async function exportFile(parameters: object = {}): Promise<{ item: INodeExecutionData; text: string }> {
  const execution = new FakeExecution({
    node: new ContactStore(),
    parameters: { resource: 'contact', operation: 'export', ...parameters },
    items: [{ report: 'weekly' }],
  });
  const [item] = await execution.output();
  if (!item) throw new Error('The export gave no item');
  const [field = 'data'] = Object.keys(item.binary ?? {});
  return { item, text: execution.binary(item, field).toString() };
}

async function people(): Promise<void> {
  await createContacts(
    {
      email: 'ann@example.com',
      firstName: '=1+1',
      tags: ['vip', 'a, b'],
      properties: { visits: 3, zip: '007' },
    },
    { email: 'ben@example.com', anonymousId: 'v-1', lists: ['news'] },
  );
  const { store: opened } = await openedStore();
  await opened.write(async (tx) => {
    await tx.consents.put([{ contactId: 1, channel: 'email', status: 'opted_in', at: 1 }]);
    await tx.catalogue.note([{ kind: 'channel', name: 'email' }]);
  });
}

it('writes a CSV file that no spreadsheet runs', async () => {
  await people();
  const { item, text } = await exportFile();
  const [header, ann, ben, end] = text.split('\r\n');
  expect(header).toBe(
    '\ufeffid,email,phone,externalId,firstName,lastName,locale,timezone,country,lifecycleStage,tags,lists,consent.email,properties.visits,properties.zip,createdAt,updatedAt',
  );
  expect(ann).toMatch(/^1,ann@example\.com,,,'=1\+1,,,,,,"""a, b"", vip",,opted_in,3,007,20/);
  expect(ben).toMatch(/^2,ben@example\.com,,,,,,,,,,news,,,,20/);
  expect(end).toBe('');
  expect(item).toMatchObject({
    json: {
      report: 'weekly',
      export: {
        contacts: 2,
        format: 'csv',
        fileName: expect.stringMatching(/^contacts-\d{4}-\d\d-\d\d\.csv$/) as string,
      },
    },
    binary: { data: { mimeType: 'text/csv' } },
    pairedItem: { item: 0 },
  });
});

it('writes what the import takes back without a change', async () => {
  await people();
  const { text } = await exportFile();
  const execution = new FakeExecution({
    node: new ContactStore(),
    parameters: { resource: 'contact', operation: 'import' },
    items: [
      { json: {}, binary: { data: { data: Buffer.from(text).toString('base64'), mimeType: 'text/csv' } } },
    ],
  });
  const [item] = await execution.output();
  expect(item?.json.import).toMatchObject({ rows: 2, unchanged: 2, refused: 0, source: 'Contact Store' });
});

it('writes JSON lines with every identifier', async () => {
  await people();
  const { item, text } = await exportFile({ format: 'jsonLines', binaryPropertyName: 'file' });
  const lines = text.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { id: 1, firstName: '=1+1', consent: { email: 'opted_in' }, properties: { visits: 3, zip: '007' } },
    {
      id: 2,
      lists: ['news'],
      identifiers: [
        { kind: 'anonymousId', value: 'v-1' },
        { kind: 'email', value: 'ben@example.com' },
      ],
    },
  ]);
  expect(item.binary?.file).toMatchObject({ mimeType: 'application/x-ndjson' });
});

it('writes only the contacts that fit the filters', async () => {
  await people();
  const { item, text } = await exportFile({
    format: 'jsonLines',
    filters: { list: { mode: 'name', value: 'news' } },
  });
  expect(item.json.export).toMatchObject({ contacts: 1 });
  expect(JSON.parse(text)).toMatchObject({ email: 'ben@example.com' });
});

it('gives a file with nothing but the header for nobody', async () => {
  const { item, text } = await exportFile({ options: { delimiter: ';', fileName: 'nobody.csv' } });
  expect(item.json.export).toEqual({ contacts: 0, format: 'csv', fileName: 'nobody.csv' });
  expect(text.split('\r\n')[0]).toContain('id;email;phone');
});

it('writes contacts over several pages, each once', async () => {
  await createContacts(...Array.from({ length: 1_203 }, (_, index) => ({ externalId: `x${index}` })));
  const { item, text } = await exportFile();
  expect(item.json.export).toMatchObject({ contacts: 1_203 });
  const ids = text
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line) => Number(line.split(',')[0]));
  expect(ids).toEqual(Array.from({ length: 1_203 }, (_, index) => index + 1));
});
