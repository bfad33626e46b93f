import { chmodSync, statSync } from 'node:fs';
import { Folder, run } from './run-main';

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

const PEOPLE = 'E-Mail;Vorname;Telefon;Plan\nann@example.com;Ann;030 901820;pro\nbob@example.com;Bob;;free\n';

async function exported(...args: string[]): Promise<Array<Record<string, unknown>>> {
  const { stdout } = await run(['export', '-', '--store', folder.store, '--format', 'jsonl', ...args]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('creates the contacts of a file, and changes nothing when it is run again', async () => {
  const file = folder.write('people.csv', PEOPLE);
  const args = [
    'import',
    file,
    '--store',
    folder.store,
    '--list',
    'newsletter',
    '--tag',
    'a,b',
    '--tag',
    'c',
    '--country',
    'de',
  ];
  expect(await run(args)).toEqual({
    code: 0,
    stdout: '2 rows: 2 contacts created, 0 updated, 0 unchanged, 0 rows refused.\n',
    stderr: '',
  });
  expect(await exported()).toMatchObject([
    {
      email: 'ann@example.com',
      firstName: 'Ann',
      phone: '+4930901820',
      properties: { plan: 'pro' },
      lists: ['newsletter'],
      tags: ['a', 'b', 'c'],
    },
    { email: 'bob@example.com', phone: null, properties: { plan: 'free' } },
  ]);
  expect(JSON.parse((await run([...args, '--json'])).stdout)).toEqual({
    rows: 2,
    created: 0,
    updated: 0,
    unchanged: 2,
    refused: 0,
    valuesLeftOut: 0,
  });
});

it('reads the standard input', async () => {
  expect(await run(['import', '-', '--store', folder.store], { stdin: PEOPLE })).toMatchObject({ code: 0 });
  expect(await exported()).toHaveLength(2);
});

it('puts columns where it is told, and leaves others out', async () => {
  const file = folder.write('people.csv', 'Nr,a=b,Secret\n1001,x,y\n');
  const maps = ['--map', 'Nr=externalId', '--map', 'a=b=properties.letter', '--map', 'secret='];
  expect(await run(['import', file, '--store', folder.store, ...maps])).toMatchObject({ code: 0 });
  expect(await exported()).toMatchObject([{ externalId: '1001', properties: { letter: 'x' } }]);
  expect((await exported())[0]?.properties).toEqual({ letter: 'x' });
});

describe('a row that cannot be taken', () => {
  const MIXED = 'email,firstName\nann@example.com,Ann\nnobody,Bob\n"cyd@example.com",Cyd,more\n';

  it('is named on standard error with its line, while the others are imported', async () => {
    const file = folder.write('people.csv', MIXED);
    const { code, stdout, stderr } = await run(['import', file, '--store', folder.store]);
    expect(code).toBe(1);
    expect(stdout).toBe('3 rows: 1 contact created, 0 updated, 0 unchanged, 2 rows refused.\n');
    expect(stderr).toMatch(/^line 3: .*"nobody".*\nline 4: The row has 3 cells, the header has 2\.\n$/);
    expect(await exported()).toHaveLength(1);
  });

  it('is written to a file where that is asked for', async () => {
    const file = folder.write('people.csv', MIXED);
    const refused = folder.at('refused.csv');
    expect(await run(['import', file, '--store', folder.store, '--refused', refused])).toMatchObject({
      code: 1,
      stderr: '',
    });
    const lines = folder.read('refused.csv').split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines.slice(0, 2)).toEqual([
      'line,outcome,column,reason',
      expect.stringMatching(/^3,refused,email,/),
    ]);
  });

  it('is written to no file that is read or is the store, and readable for its owner only', async () => {
    const file = folder.write('people.csv', MIXED);
    for (const kept of [file, folder.at('contacts.sqlite')]) {
      const { code, stderr } = await run(['import', file, '--store', folder.store, '--refused', kept]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('write to another')]);
    }
    expect(folder.read('people.csv')).toBe(MIXED);
    const refused = folder.write('refused.csv', 'old');
    chmodSync(refused, 0o644);
    await run(['import', file, '--store', folder.store, '--refused', refused]);
    expect(statSync(refused).mode & 0o777).toBe(0o600);
  });

  it('is counted beyond the hundredth', async () => {
    const file = folder.write('people.csv', `email\n${'nobody\n'.repeat(1_234)}`);
    const { code, stderr } = await run(['import', file, '--store', folder.store]);
    expect(code).toBe(1);
    expect(stderr.split('\n')).toHaveLength(102);
    expect(stderr).toContain('and 1,134 more; --refused FILE keeps them all.');
  });
});

it.each([
  ['no file', []],
  ['a file that is not there', ['missing.csv']],
  ['two files', ['a.csv', 'b.csv']],
  ['an unknown option', ['FILE', '--wrong']],
  ['an option without its value', ['FILE', '--list']],
  ['an address that is none', ['FILE', '--store', 'mysql://secret@host/db']],
  ['a country that is none', ['FILE', '--country', 'Germany']],
  ['a map without a target', ['FILE', '--map', 'Nr']],
  ['a map to what does not exist', ['FILE', '--map', 'Nr=number']],
  ['a report that cannot be written', ['FILE', '--refused', '/nowhere/refused.csv']],
])('refuses %s, and says what it takes', async (_, args) => {
  const file = folder.write('people.csv', PEOPLE);
  const given = args.map((arg) => (arg === 'FILE' ? file : arg));
  const { code, stdout, stderr } = await run(['import', '--store', folder.store, ...given]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^n8n-marketing import: .+\nn8n-marketing import --help tells what it takes\.\n$/);
  expect(stderr).not.toContain('secret');
});

it.each([
  ['is empty', ''],
  ['identifies nobody', 'colour,size\nred,1\n'],
])('refuses a file that %s', async (_, content) => {
  const file = folder.write('people.csv', content);
  const { code, stderr } = await run(['import', file, '--store', folder.store]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^n8n-marketing import: .+/);
});

it('says what to do where the store is no store', async () => {
  const file = folder.write('people.csv', PEOPLE);
  folder.write('contacts.sqlite', `this is no database, ${'x'.repeat(5_000)}`);
  const { code, stderr } = await run(['import', file, '--store', folder.store]);
  expect(code).toBe(3);
  expect(stderr.split('\n').length).toBeGreaterThanOrEqual(3);
  expect(folder.read('contacts.sqlite')).toContain('this is no database');
});

it('finds the store by the environment, else in the folder of n8n', async () => {
  const file = folder.write('people.csv', PEOPLE);
  const env = { CONTACT_STORE_URL: `sqlite://${folder.at('from-environment.sqlite')}` };
  expect(await run(['import', file], { env })).toMatchObject({ code: 0 });
  expect((await run(['export', '-', '--format', 'jsonl'], { env })).stdout.trim().split('\n')).toHaveLength(
    2,
  );

  const n8n = { N8N_USER_FOLDER: folder.at('n8n') };
  expect(await run(['import', file], { env: n8n })).toMatchObject({ code: 0 });
  expect(folder.read('n8n/.n8n/contact-store.sqlite')).toContain('SQLite format 3');
});

it('draws progress on a terminal only, and takes it away in the end', async () => {
  const file = folder.write(
    'people.csv',
    `email\n${Array.from({ length: 3_000 }, (_, n) => `p${n}@example.com`).join('\n')}\n`,
  );
  const quiet = await run(['import', file, '--store', folder.store]);
  expect(quiet.stderr).toBe('');
  const drawn = await run(['import', file, '--store', folder.store], { isTTY: true });
  expect(drawn.stderr).toContain('contacts');
  expect(drawn.stdout).toBe('3,000 rows: 0 contacts created, 0 updated, 3,000 unchanged, 0 rows refused.\n');
});
