import os from 'node:os';
import path from 'node:path';
import type { IExecuteFunctions } from 'n8n-workflow';
import { locationFromCredential, openContactStore } from '../../nodes/execution/open-contact-store';
import { locationFromEnvironment, parseStoreUrl } from '../../src/app/open-store';
import { VERSION } from '../../src/version';
import manifest from '../../package.json';

/** A node that has no credential, which is all that opening a store asks of its context. */
const context = {
  getNode: () => ({
    id: '1',
    name: 'Contact Store',
    type: 'contactStore',
    typeVersion: 1,
    position: [0, 0],
    parameters: {},
  }),
} as unknown as IExecuteFunctions;

describe('where the store is', () => {
  const before = { ...process.env };
  afterEach(() => {
    process.env = { ...before };
  });

  it('is a file in n8n’s own folder, without any set-up', () => {
    expect(locationFromEnvironment({})).toEqual({
      kind: 'sqlite',
      file: path.join(os.homedir(), '.n8n', 'contact-store.sqlite'),
    });
    expect(locationFromEnvironment({ N8N_USER_FOLDER: '/data' })).toEqual({
      kind: 'sqlite',
      file: '/data/.n8n/contact-store.sqlite',
    });
  });

  it('is what CONTACT_STORE_URL says', () => {
    expect(parseStoreUrl('sqlite:///var/lib/my%20store.sqlite')).toEqual({
      kind: 'sqlite',
      file: '/var/lib/my store.sqlite',
    });
    expect(parseStoreUrl('postgres://ann:p%40ss@db:5433/crm?sslmode=require&schema=crm')).toEqual({
      kind: 'postgres',
      url: 'postgres://ann:p%40ss@db:5433/crm?sslmode=require',
      schema: 'crm',
    });
    expect(parseStoreUrl('postgresql://db/crm')).toMatchObject({ schema: 'marketing_automation' });
  });

  it.each(['', 'contacts.sqlite', 'sqlite://contacts.sqlite', 'mysql://db/crm', 'not a url at all'])(
    'refuses %p as an address, without repeating it',
    (text) => {
      expect(() => parseStoreUrl(text)).toThrow(/CONTACT_STORE_URL is not the address/);
    },
  );

  it('keeps names and passwords with odd characters whole', () => {
    const location = locationFromCredential({
      database: 'postgres',
      host: 'db.example.com',
      port: 5432,
      databaseName: 'crm/one',
      user: 'ann@office',
      password: 'p:/@?#%é',
      schema: 'crm',
      tls: 'verify',
    });
    if (location.kind !== 'postgres') throw new Error('expected PostgreSQL');
    const url = new URL(location.url);
    expect([url.username, url.password, url.pathname.slice(1)].map(decodeURIComponent)).toEqual([
      'ann@office',
      'p:/@?#%é',
      'crm/one',
    ]);
    expect(location).toMatchObject({ schema: 'crm', tls: 'verify' });
  });

  it('must not be a SQLite file in queue mode, and the message says what to do', async () => {
    process.env.EXECUTIONS_MODE = 'queue';
    delete process.env.CONTACT_STORE_URL;
    const refusal = openContactStore(context);
    await expect(refusal).rejects.toThrow(/queue mode/);
    await expect(refusal).rejects.toMatchObject({
      description: expect.stringContaining('CONTACT_STORE_URL=postgres://') as string,
    });
  });

  it('must come from a credential where the instance asks for that', async () => {
    process.env.CONTACT_STORE_REQUIRE_CREDENTIAL = 'true';
    process.env.CONTACT_STORE_URL = 'sqlite:///tmp/never-opened.sqlite';
    await expect(openContactStore(context)).rejects.toThrow(/asks for a Contact Store credential/);
  });
});

describe('the version in the code', () => {
  it('is that of the package', () => {
    expect(VERSION).toBe(manifest.version);
  });
});
