import { existsSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { Folder, run } from './run-main';

let folder: Folder;
beforeEach(async () => {
  folder = new Folder();
  const people =
    'email,tags,lists,Notes\nann@example.com,vip,news,=1+1\nbob@example.com,,news,\ncyd@example.com,vip,,\n';
  await run(['import', '-', '--store', folder.store], { stdin: people });
});
afterEach(() => folder.remove());

function emailsOf(jsonLines: string): unknown[] {
  const lines = jsonLines.split('\n').filter((line) => line !== '');
  return lines.map((line) => (JSON.parse(line) as { email: unknown }).email);
}

it('writes a file that import takes again unchanged', async () => {
  const file = folder.at('people.csv');
  expect(await run(['export', file, '--store', folder.store])).toEqual({
    code: 0,
    stdout: '3 contacts exported.\n',
    stderr: '',
  });
  const { stdout } = await run(['import', file, '--store', folder.store, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ rows: 3, created: 0, updated: 0, unchanged: 3, refused: 0 });
});

it('is safe to open in a spreadsheet, readable for its owner only, and leaves nothing beside it', async () => {
  await run(['export', folder.at('people.csv'), '--store', folder.store]);
  expect(folder.read('people.csv')).not.toMatch(/(^|,|")=1\+1/m);
  expect(statSync(folder.at('people.csv')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder.path).filter((name) => !name.startsWith('contacts.sqlite'))).toEqual([
    'people.csv',
  ]);
});

it('takes the place of an older file at once', async () => {
  const file = folder.write('people.jsonl', 'old\n');
  await run(['export', file, '--store', folder.store]);
  expect(emailsOf(folder.read('people.jsonl'))).toEqual([
    'ann@example.com',
    'bob@example.com',
    'cyd@example.com',
  ]);
});

it('never takes the place of the store itself, under whatever name', async () => {
  symlinkSync(folder.at('contacts.sqlite'), folder.at('linked'));
  for (const name of ['contacts.sqlite', 'contacts.sqlite-wal', 'linked']) {
    const { code, stderr } = await run(['export', folder.at(name), '--store', folder.store]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is the contact store itself')]);
  }
  const { stdout } = await run(['export', '-', '--format', 'jsonl', '--store', folder.store]);
  expect(emailsOf(stdout)).toHaveLength(3);
});

it('follows no link that somebody laid beside its file', async () => {
  const precious = folder.write('precious', 'kept');
  symlinkSync(precious, folder.at('people.csv.partial'));
  await run(['export', folder.at('people.csv'), '--store', folder.store]);
  expect(folder.read('precious')).toBe('kept');
  expect(folder.read('people.csv')).toContain('ann@example.com');
});

it('chooses contacts by list and tag', async () => {
  const emails = async (...args: string[]) =>
    emailsOf((await run(['export', '-', '--store', folder.store, '--format', 'jsonl', ...args])).stdout);
  expect(await emails('--list', 'news')).toEqual(['ann@example.com', 'bob@example.com']);
  expect(await emails('--tag', 'vip')).toEqual(['ann@example.com', 'cyd@example.com']);
  expect(await emails('--tag', 'vip', '--list', 'news')).toEqual(['ann@example.com']);
  expect(await emails('--tag', 'unheard of')).toEqual([]);
});

it('tells on standard error how many went to the standard output', async () => {
  const { stdout, stderr } = await run(['export', '-', '--store', folder.store, '--json']);
  expect(JSON.parse(stderr)).toEqual({ contacts: 3 });
  expect(stdout.startsWith('\ufeffid,email,')).toBe(true);
});

it('makes no store where there is none', async () => {
  const missing = folder.at('missing.sqlite');
  const { code, stderr } = await run(['export', '-', '--store', `sqlite://${missing}`]);
  expect(code).toBe(3);
  expect(stderr).toContain(`There is no contact store at ${missing}.`);
  expect(existsSync(missing)).toBe(false);
});

it.each([
  ['no file', []],
  ['a format that does not exist', ['-', '--format', 'xml']],
  ['an empty list', ['-', '--list', ' ']],
  ['a folder', ['FOLDER']],
  ['a folder that is not there', ['FOLDER/nowhere/people.csv']],
])('refuses %s', async (_, args) => {
  const given = args.map((arg) => arg.replace('FOLDER', folder.path));
  const { code, stderr } = await run(['export', '--store', folder.store, ...given]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^n8n-marketing export: .+\nn8n-marketing export --help/);
});
