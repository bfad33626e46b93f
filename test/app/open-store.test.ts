import os from 'node:os';
import path from 'node:path';
import {
  locationFromEnvironment,
  openStore,
  parseStoreUrl,
  processClock,
  refuseSqliteInQueueMode,
  type StoreLocation,
} from '../../src/app/open-store';
import { StoreError } from '../../src/store/store-error';
import { postgresUrl, sqliteDatabase } from '../store/databases';

function errorOf(work: () => unknown): StoreError {
  try {
    work();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('Nothing was refused');
}

describe('the address of a store', () => {
  it.each<[string, StoreLocation]>([
    ['sqlite:///data/contacts.sqlite', { kind: 'sqlite', file: '/data/contacts.sqlite' }],
    ['sqlite:///data/my%20contacts%25.sqlite', { kind: 'sqlite', file: '/data/my contacts%.sqlite' }],
    [
      'postgres://ann:p%40ss@db:5433/crm?schema=other&sslmode=require',
      { kind: 'postgres', url: 'postgres://ann:p%40ss@db:5433/crm?sslmode=require', schema: 'other' },
    ],
    ['postgresql://db/crm', { kind: 'postgres', url: 'postgresql://db/crm', schema: 'marketing_automation' }],
  ])('%s', (text, location) => {
    expect(parseStoreUrl(text)).toEqual(location);
  });

  it.each([
    '',
    'contacts.sqlite',
    'sqlite://contacts.sqlite',
    'sqlite:///data/100%',
    'mysql://ann:s3cr3t@db/crm',
    's3cr3t',
  ])('refuses %j, without repeating it', (text) => {
    const error = errorOf(() => parseStoreUrl(text));
    expect(error.code).toBe('misconfigured');
    expect(`${error.message} ${error.advice}`).not.toContain('s3cr3t');
  });

  it('comes from the environment, by default a file in the folder of n8n', () => {
    expect(locationFromEnvironment({ CONTACT_STORE_URL: 'sqlite:///x/y' })).toEqual({
      kind: 'sqlite',
      file: '/x/y',
    });
    expect(locationFromEnvironment({ N8N_USER_FOLDER: '/data' })).toEqual({
      kind: 'sqlite',
      file: '/data/.n8n/contact-store.sqlite',
    });
    expect(locationFromEnvironment({})).toEqual({
      kind: 'sqlite',
      file: path.join(os.homedir(), '.n8n', 'contact-store.sqlite'),
    });
    const required = { CONTACT_STORE_REQUIRE_CREDENTIAL: 'true', CONTACT_STORE_URL: 'sqlite:///x/y' };
    expect(errorOf(() => locationFromEnvironment(required)).code).toBe('misconfigured');
  });

  it('is refused in queue mode where it is a file', () => {
    const queue = { EXECUTIONS_MODE: 'queue' };
    const file = { kind: 'sqlite', file: '/x/y' } as const;
    expect(errorOf(() => refuseSqliteInQueueMode(file, queue)).advice).toMatch(/PostgreSQL/);
    expect(() => refuseSqliteInQueueMode(file, { EXECUTIONS_MODE: 'regular' })).not.toThrow();
    expect(() => refuseSqliteInQueueMode({ kind: 'postgres', url: 'x', schema: 'y' }, queue)).not.toThrow();
  });
});

describe('the store of a process', () => {
  it('is opened once for a place and version, also by several at once, and anew after it was closed', async () => {
    const database = await sqliteDatabase();
    const location = { kind: 'sqlite', file: database.file } as const;
    const [first, second] = await Promise.all([openStore(location, '1'), openStore(location, '1')]);
    const third = await openStore({ ...location }, '1');
    const updated = await openStore(location, '2');
    try {
      expect(second).toBe(first);
      expect(third).toBe(first);
      expect(updated).not.toBe(first);
      expect(first?.clock).toBe(processClock());
      await first?.close();
      const again = await openStore(location, '1');
      expect(again).not.toBe(first);
      expect(await again.store.write((tx) => tx.contacts.allocateIds(1))).toEqual([1]);
      await again.close();
    } finally {
      await updated.close();
      await database.drop();
    }
  });

  it('that could not be opened is tried again', async () => {
    const database = await sqliteDatabase();
    const wrong = new URL(postgresUrl());
    wrong.pathname = '/nothing';
    const location = { kind: 'postgres', url: wrong.toString(), schema: 'x' } as const;
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(openStore(location, '1')).rejects.toMatchObject({ code: 'misconfigured' });
    }
    await database.drop();
  });
});
