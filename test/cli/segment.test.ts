import { openSqliteStore } from '../../src/store/sqlite/open';
import { recordEvents } from '../../src/app/record-events';
import { saveSegment } from '../../src/app/segments/save-segment';
import { Folder, run } from './run-main';

const DAY = 86_400_000;
const START = Date.parse('2026-03-01T12:00:00Z');

let folder: Folder;
beforeEach(async () => {
  folder = new Folder();
  const people = 'email,plan,country\nann@example.com,pro,DE\nbob@example.com,free,AT\ncyd@example.com,,US\n';
  await run(['import', '-', '--store', folder.store], { stdin: people });
});
afterEach(() => folder.remove());

/** Records that somebody opened a mail so many days after the start. */
async function opened(email: string, ...days: number[]): Promise<void> {
  const store = await openSqliteStore(folder.at('contacts.sqlite'));
  const requests = days.map((day) => ({
    contact: {
      mode: 'upsert' as const,
      patch: { identifiers: { email }, fields: {}, properties: {}, tags: [], lists: [] },
    },
    event: { type: 'email_opened', occurredAt: START + day * DAY, properties: {}, key: null },
  }));
  await recordEvents(store, requests, START + 100 * DAY, { allOrNothing: true });
  await store.close();
}

async function membersOf(rule: unknown, ...args: string[]): Promise<unknown[]> {
  const options = ['--store', folder.store, '--rule', '-', '--json', ...args];
  const { code, stdout, stderr } = await run(['segment', ...options], { stdin: JSON.stringify(rule) });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { count, members } = JSON.parse(stdout) as { count: number; members: Array<{ email: unknown }> };
  expect(members).toHaveLength(count);
  return members.map(({ email }) => email);
}

it('tells who fits a rule, also those without a value', async () => {
  expect(await membersOf({ property: 'plan', op: 'equals', value: 'pro' })).toEqual(['ann@example.com']);
  expect(await membersOf({ property: 'plan', op: 'notEquals', value: 'pro' })).toEqual([
    'bob@example.com',
    'cyd@example.com',
  ]);
});

it('judges as of any moment', async () => {
  await opened('bob@example.com', 0, 10);
  const quiet = { none: [{ event: 'email_opened', within: { last: 30, unit: 'days' } }] };
  const asOf = (day: number, ms = 0) =>
    membersOf(quiet, '--now', new Date(START + day * DAY + ms).toISOString());
  expect(await asOf(40)).toEqual(['ann@example.com', 'cyd@example.com']);
  expect(await asOf(40, 1)).toEqual(['ann@example.com', 'bob@example.com', 'cyd@example.com']);
  expect(await asOf(-1)).toHaveLength(3);
});

it('explains a rule for one contact, with the moment at which it turns', async () => {
  await opened('bob@example.com', 10);
  const file = folder.write(
    'rule.json',
    '{ "all": [{ "event": "email_opened", "within": { "last": 30, "unit": "days" } }] }',
  );
  const options = [
    '--store',
    folder.store,
    '--rule',
    file,
    '--explain',
    'BOB@example.com',
    '--now',
    '2026-03-20T12:00:00Z',
  ];
  expect(await run(['segment', ...options])).toEqual({
    code: 0,
    stderr: '',
    stdout: [
      '#2  bob@example.com at 2026-03-20T12:00:00.000Z',
      'yes  email_opened at least 1 time in the last 30 days: 1 of 1 hold; turns at 2026-04-10T12:00:00.001Z',
      '  yes  email_opened at least 1 time in the last 30 days: 1 event; turns at 2026-04-10T12:00:00.001Z',
      '',
    ].join('\n'),
  });
  const { stdout } = await run(['segment', ...options, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    contact: { email: 'bob@example.com' },
    holds: true,
    turnsAt: '2026-04-10T12:00:00.001Z',
    parts: [{ holds: true, seen: '1 event' }],
  });
});

it('takes a saved segment by its name, and rules that name one', async () => {
  const store = await openSqliteStore(folder.at('contacts.sqlite'));
  const rule = { property: 'country', op: 'in', value: ['DE', 'AT'] };
  expect(await saveSegment(store, { name: 'DACH', rule, zone: 'UTC' }, START)).toMatchObject({
    outcome: 'created',
  });
  await store.close();
  const { stdout } = await run(['segment', '--segment', 'DACH', '--store', folder.store]);
  expect(stdout).toMatch(/^2 contacts at .*\n {2}#1 {2}ann@example.com\n {2}#2 {2}bob@example.com\n$/);
  expect(await membersOf({ none: [{ segment: 'DACH' }] })).toEqual(['cyd@example.com']);
});

it('counts the days of a saved segment in the zone it was saved with, unless told another', async () => {
  const store = await openSqliteStore(folder.at('contacts.sqlite'));
  const rule = { event: 'email_opened', within: { last: 1, unit: 'calendarDays' } };
  await saveSegment(store, { name: 'today', rule, zone: 'Pacific/Auckland' }, START);
  await store.close();
  await opened('cyd@example.com', 0);
  // Noon in UTC is 01:00 in Auckland, whose day ends 22 hours later, and 21:00 in Tokyo.
  const asked = ['segment', '--segment', 'today', '--json', '--store', folder.store];
  const countAt = async (now: string, ...args: string[]) =>
    (JSON.parse((await run([...asked, '--now', now, ...args])).stdout) as { count: number }).count;
  expect(await countAt('2026-03-02T10:59:59Z')).toBe(1);
  expect(await countAt('2026-03-02T11:00:00Z')).toBe(0);
  expect(await countAt('2026-03-02T10:59:59Z', '--zone', 'Asia/Tokyo')).toBe(0);
});

it('counts the days of a saved segment in its own zone also where another rule names it', async () => {
  const store = await openSqliteStore(folder.at('contacts.sqlite'));
  const rule = { event: 'email_opened', within: { last: 1, unit: 'calendarDays' } };
  await saveSegment(store, { name: 'today', rule, zone: 'Pacific/Auckland' }, START);
  await saveSegment(store, { name: 'also', rule: { segment: 'today' }, zone: 'America/New_York' }, START);
  await store.close();
  await opened('cyd@example.com', 0);
  for (const asked of [{ segment: 'today' }, { all: [{ segment: 'also' }] }]) {
    expect(await membersOf(asked, '--now', '2026-03-02T10:59:59Z')).toEqual(['cyd@example.com']);
    expect(await membersOf(asked, '--now', '2026-03-02T11:00:00Z')).toEqual([]);
    expect(await membersOf({ none: [asked] }, '--now', '2026-03-02T11:00:00Z')).toHaveLength(3);
  }
});

it('takes a moment without a zone as one in the zone that counts', async () => {
  const told = async (...args: string[]) =>
    (
      JSON.parse((await run(['segment', '--store', folder.store, '--json', ...args])).stdout) as {
        now: string;
      }
    ).now;
  const file = folder.write('rule.json', '{ "everyone": true }');
  const asked = ['--rule', file, '--now', '2026-03-07'];
  expect(await told(...asked)).toBe('2026-03-07T00:00:00.000Z');
  expect(await told(...asked, '--zone', 'Asia/Kathmandu')).toBe('2026-03-06T18:15:00.000Z');
  const store = await openSqliteStore(folder.at('contacts.sqlite'));
  await saveSegment(store, { name: 'all', rule: { everyone: true }, zone: 'Asia/Tokyo' }, START);
  await store.close();
  expect(await told('--segment', 'all', '--now', '2026-03-07T10:00')).toBe('2026-03-07T01:00:00.000Z');
});

it('tells what it takes, also to who asks for help first', async () => {
  const { stdout } = await run(['help', 'segment']);
  expect(stdout).toBe((await run(['segment', '--help'])).stdout);
  expect(stdout).toContain('--rule FILE');
});

it.each([
  [['--rule', '-'], '{', 'The standard input is not JSON'],
  [['--rule', '-', '--segment', 'x'], '{"everyone":true}', 'not both'],
  [
    ['--rule', '-'],
    '{"property":"plan","operator":"equals"}',
    '"operator" is not part of a condition on a property; known are property, op, value',
  ],
  [['--rule', '-'], '{"event":"x","count":{"op":"gte"}}', 'rule.count.n: n is nothing; it must be'],
  [['--rule', '-'], '{"all":[]}', 'rule.all: all is "[]"'],
  [['--rule', '-'], '{"segment":"nobody"}', 'There is no segment "nobody"'],
  [['--rule', '-', '--now', 'soon'], '{"everyone":true}', '--now is "soon", which is no moment; write 2026'],
  [['--rule', '-', '--zone', 'Mars'], '{"everyone":true}', 'not a time zone'],
  [['--rule', '-', '--explain', 'nobody@example.com'], '{"everyone":true}', 'There is no contact'],
  [['--rule', '/nowhere/rule.json'], '', 'cannot be read'],
  [[], '', 'needs either --rule'],
])('refuses %j with %j: %s', async (args, stdin, message) => {
  const { code, stderr } = await run(['segment', '--store', folder.store, ...args], { stdin });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
