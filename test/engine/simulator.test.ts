import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pick, runSimulation } from './run-simulation';

type Items = Array<{ json: Record<string, unknown> }>;
interface Run {
  status: string;
  error?: { message: string; node?: string };
  outputs: Record<string, Items[]>;
}

jest.setTimeout(120_000);

const json = (outputs: Items[] | undefined, output = 0) => (outputs?.[output] ?? []).map((item) => item.json);

describe('stock nodes in the engine', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('stock-nodes');
  });

  it('answers a webhook, then sends a mail, at the simulated time and in both zones', () => {
    const { timeline, result } = cases.played<{ status: number; body: unknown }>('a mail by webhook');
    expect(result).toMatchObject({ status: 200, body: { message: 'Workflow was started' } });
    expect(timeline).toEqual([
      expect.objectContaining({
        kind: 'response',
        at: '2026-03-01T09:30:00Z',
        status: 200,
        to: 'POST sign-up',
      }),
      {
        kind: 'sent',
        at: '2026-03-01T09:30:00Z',
        local: '2026-03-01 10:30',
        zone: 'Europe/Ljubljana',
        workflow: 'welcome',
        node: 'Send Welcome',
        executionId: '1',
        channel: 'email',
        to: 'ana@example.com',
        contact: 'c1',
        subject: 'Hello Ana',
        text: 'It is 10:30 with you. 2026-03-01T04:30:00.000-05:00',
        details: { from: 'Example Shop <shop@example.com>' },
      },
      expect.objectContaining({ kind: 'execution', status: 'success', mode: 'webhook', items: 1 }),
    ]);
  });

  it('puts values into the settings node and into parameters', () => {
    expect(pick(cases.played('settings patched').timeline, 'sent', 'details')).toEqual([
      { details: { from: 'Patched <shop@example.com>' } },
    ]);
    expect(pick(cases.played('parameters patched').timeline, 'sent', 'subject', 'details')).toEqual([
      { subject: 'Other', details: { from: 'Example Shop <shop@example.com>', replyTo: 'help@example.com' } },
    ]);
  });

  it('refuses a setting that the workflow does not have', () => {
    expect(cases.refusal('unknown setting')).toContain('has no field "store"; it has: shop');
  });

  it('responds as n8n does, by node, by the last node, on errors, with parameters and authentication', () => {
    const { result } =
      cases.played<Record<string, { status: number; body: unknown; shop?: string }>>('responses');
    expect(result).toMatchObject({
      accepted: { status: 201, body: { greeted: 'ana@example.com' }, shop: 'example' },
      refused: { status: 400, body: 'The field "email" is unknown' },
      last: { status: 200, body: { sum: 3 } },
      failed: { status: 500, body: { message: 'Error in workflow' } },
      unsigned: { status: 403, body: 'Authorization data is wrong!' },
      signed: { status: 200, body: { ok: true } },
      parameters: { status: 200, body: { cart: '77', coupon: 'SPRING' } },
      address: { status: 200, body: { cart: '78', coupon: 'A' } },
      unknown: { status: 404, body: { message: 'The requested webhook "GET nowhere" is not registered.' } },
      broken: { status: 422, body: { message: 'Failed to parse request body' } },
      form: { status: 200, body: { sum: '12' } },
    });
  });

  it("shows n8n's form and takes what is submitted", () => {
    const { timeline, result } = cases.played('a form');
    expect(result).toEqual({ page: '<title>Sign up</title>', submitted: { status: 200 } });
    expect(pick(timeline, 'execution', 'node', 'mode', 'status')).toEqual([
      { node: 'Ask', mode: 'webhook', status: 'success' },
    ]);
  });

  it('notes the failed execution with the node and its message', () => {
    expect(pick(cases.played('responses').timeline, 'error', 'workflow', 'node', 'message')).toEqual([
      { workflow: 'failing', node: 'Stop', message: 'Not today' },
    ]);
  });

  it('gives code the simulated time by every way to ask for it, in the zone of the workflow', () => {
    const { result } = cases.played<Record<string, Items[]>>('the time in code');
    const expected = {
      now: '2026-07-02T05:15:00.000+09:00',
      today: '2026-07-02',
      date: '2026-07-01T20:15:00.000Z',
      epoch: Date.parse('2026-07-01T20:15:00Z'),
      luxon: '2026-07-01T20:15:00.000Z',
      isDate: true,
      given: 2020,
    };
    expect(json(result.Once)).toEqual([{ name: 'first', ...expected }]);
    expect(json(result.Each)).toEqual([
      { name: 'first', ...expected },
      { name: 'second', ...expected },
    ]);
  });

  it('calls a sub-workflow, and refuses one that is not published', () => {
    const called = cases.played<Run>('a sub-workflow').result;
    expect(json(called.outputs.After)).toEqual([{ got: 4 }, { got: 6 }]);
    const refused = cases.played<Run>('an unpublished sub-workflow').result;
    expect(refused).toMatchObject({
      status: 'error',
      error: { message: 'Workflow is not active and cannot be executed.' },
    });
  });
});

describe('what leaves the house', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('sending');
  });
  const attempts = (title: string) =>
    cases
      .played(title)
      .timeline.filter(({ channel }) => channel === 'email')
      .map(({ kind, to }) => `${kind} ${to}`);

  it('writes down a mail for each item, as the recipient would read it', () => {
    const { timeline } = cases.played('all go');
    expect(attempts('all go')).toEqual([
      'sent ana@example.com',
      'sent bor@example.com',
      'sent cene@example.com',
    ]);
    expect(timeline[0]?.html).toMatch(/<p>Dear ana<\/p>[^]*sent automatically with/);
  });

  it('fails the attempt of the given number, and with it the execution', () => {
    expect(attempts('the second fails')).toEqual(['sent ana@example.com', 'error bor@example.com']);
    expect(cases.played<Run>('the second fails').result).toMatchObject({
      status: 'error',
      error: { message: 'Mailbox busy', node: 'Send' },
    });
  });

  it('tries again without waiting, from the first item on, as the engine does', () => {
    expect(attempts('tried again')).toEqual([
      'error ana@example.com',
      'sent ana@example.com',
      'sent bor@example.com',
      'sent cene@example.com',
    ]);
    const { status, realSeconds } = cases.played<Run & { realSeconds: number }>('tried again').result;
    expect(status).toBe('success');
    expect(realSeconds).toBeLessThan(4.9);
  });

  it('sends the item of the failing recipient to the error output', () => {
    const { outputs } = cases.played<Run>('one recipient to the error output').result;
    expect(json(outputs.Failed)).toEqual([
      { contact: { id: 'bor', email: 'bor@example.com' }, error: 'No such mailbox' },
    ]);
    expect(json(outputs.Sent).map(({ accepted }) => accepted)).toEqual([
      ['ana@example.com'],
      ['cene@example.com'],
    ]);
  });

  it('lets a message leave whose confirmation fails', () => {
    expect(attempts('unsure whether it left').slice(0, 2)).toEqual([
      'sent ana@example.com',
      'error ana@example.com',
    ]);
  });

  it("meets the mail library's own checks", () => {
    const { outputs } = cases.played<Run>('no recipient').result;
    expect(json(outputs.Failed)).toEqual([expect.objectContaining({ error: 'No recipients defined' })]);
  });

  it('writes down messages and requests of other channels, and answers requests', () => {
    const { timeline, result } = cases.played<{ well: Run; ill: Run }>('other channels');
    expect(pick(timeline, 'sent', 'channel', 'to', 'text', 'local').slice(0, 3)).toEqual([
      { channel: 'sms', to: '+38640000000', text: 'Hi ana', local: '2026-03-01 14:30' },
      { channel: 'http', to: 'https://api.example.com/people/ana', text: '{"text":"Hi ana"}' },
      { channel: 'slack', to: '#sales', text: 'A' },
    ]);
    expect(timeline[1]?.details).toEqual({
      method: 'POST',
      headers: { 'X-Key': 'k' },
      body: { text: 'Hi ana' },
    });
    expect(result.well.status).toBe('success');
    expect(result.ill).toMatchObject({ status: 'error', error: { node: 'Ask' } });
  });

  it('refuses what it cannot write down, before anything runs or where it is met', () => {
    expect(cases.refusal('a network node without a recorder')).toMatch(
      /hubspot" would reach beyond this machine/,
    );
    expect(cases.refusal('an unknown node')).toMatch(/n8n-nodes-langchain.agent" is not known here/);
    expect(cases.refusal('an operation without a recorder')).toMatch(/does "call"; only "sms" is simulated/);
  });
});

describe('passing time', () => {
  let cases: Awaited<ReturnType<typeof runSimulation>>;
  beforeAll(async () => {
    cases = await runSimulation('passing-time');
  });
  const sent = (title: string) => pick(cases.played(title).timeline, 'sent', 'at', 'subject', 'contact');

  it("wakes a node's items at their times, those of one time together, each batch ended before the next", () => {
    expect(sent('parked and woken')).toEqual([
      { at: '2026-03-01T09:10:00Z', subject: 'As it was', contact: '0' },
      { at: '2026-03-01T09:10:00Z', subject: 'As it was', contact: '2' },
      { at: '2026-03-01T09:25:00Z', subject: 'As it was', contact: '1' },
      { at: '2026-03-01T10:30:00Z', subject: 'As it was', contact: '3' },
    ]);
    const { timeline, result } = cases.played('parked and woken');
    expect(pick(timeline, 'sent', 'text', 'local')[0]).toEqual({
      text: '2026-03-01T10:10:00.000+01:00',
      local: '2026-03-01 10:10',
    });
    expect(pick(timeline, 'execution', 'at', 'node', 'mode', 'items')).toEqual([
      { at: '2026-03-01T09:00:00Z', node: 'Begin', mode: 'trigger', items: 4 },
      { at: '2026-03-01T09:10:00Z', node: 'Park', mode: 'trigger', items: 2 },
      { at: '2026-03-01T09:25:00Z', node: 'Park', mode: 'trigger', items: 1 },
      { at: '2026-03-01T10:30:00Z', node: 'Park', mode: 'trigger', items: 1 },
    ]);
    expect(result).toEqual([
      { trigger: 'activate', mode: 'trigger', hasInstance: true },
      { execute: 'trigger', active: true, timezone: 'Europe/Berlin' },
      { done: 'success' },
      { done: 'success' },
      { done: 'success' },
      { closed: true },
    ]);
  });

  it('goes on after a restart with what was kept, each once', () => {
    expect(sent('through a restart')).toEqual(sent('parked and woken'));
    const steps = cases.played<Array<Record<string, unknown>>>('through a restart').result;
    expect(steps.map((step) => step.trigger ?? Object.keys(step)[0])).toEqual([
      'activate',
      'execute',
      'done',
      'closed',
      'init',
      'done',
      'done',
      'closed',
    ]);
  });

  it('runs the workflow of now, and nothing while it is unpublished', () => {
    expect(sent('replaced and unpublished meanwhile')).toEqual([
      { at: '2026-03-01T09:10:00Z', subject: 'As it is now', contact: '0' },
      { at: '2026-03-01T09:10:00Z', subject: 'As it is now', contact: '2' },
      { at: '2026-03-01T09:30:00Z', subject: 'As it is now', contact: '1' },
    ]);
  });

  it('tells a node of a workflow that is not published so', () => {
    const { result } = cases.played<unknown[]>('replaced and unpublished meanwhile');
    expect(result).toContainEqual({ execute: 'manual', active: false, timezone: 'Europe/Berlin' });
  });

  it('listens with a trigger in a manual run, unless it is given items', () => {
    const [live, given] = cases.played<Array<Record<string, Items[]>>>('listening for a test event').result;
    expect(json(live?.End)).toEqual([{ mode: 'manual', latest: '2026-03-01T09:00:00.000Z' }]);
    expect(json(given?.End)).toEqual([{ given: true }]);
  });

  it('resumes stock waits at their time, the long ones as the workflow was, also after a restart', () => {
    expect(sent('a stock wait of seconds')).toEqual([
      { at: '2026-03-28T09:00:30Z', subject: 'Waited', contact: 'a' },
    ]);
    expect(sent('a stock wait of days')).toEqual([
      { at: '2026-03-30T09:00:00Z', subject: 'Waited', contact: 'a' },
    ]);
    expect(pick(cases.played('a stock wait of days').timeline, 'execution', 'status')).toEqual([
      { status: 'waiting' },
      { status: 'success' },
    ]);
  });

  it('starts scheduled workflows by the clock of their zone, across a change of daylight saving', () => {
    expect(pick(cases.played('every Monday').timeline, 'sent', 'at', 'local')).toEqual([
      { at: '2026-03-23T08:30:00Z', local: '2026-03-23 09:30' },
      { at: '2026-03-30T07:30:00Z', local: '2026-03-30 09:30' },
    ]);
  });

  it('starts a failing trigger again, and keeps one that only reports an error', () => {
    const { timeline, result } = cases.played('a trigger that fails');
    expect(result).toEqual([
      '2026-03-01T09:00:00.000Z activate',
      '2026-03-01T09:00:02.000Z activate',
      '2026-03-01T09:00:04.000Z activate',
    ]);
    expect(pick(timeline, 'error', 'at', 'message')).toEqual([
      { at: '2026-03-01T09:00:01Z', message: 'Trigger failed, starting it again: Connection lost' },
      { at: '2026-03-01T09:00:03Z', message: 'Trigger failed, starting it again: Connection lost' },
      { at: '2026-03-01T09:00:05Z', message: 'One bad row' },
    ]);
  });

  it('says what it waits for in vain, and what it does not simulate', () => {
    expect(cases.refusal('a node that never ends')).toMatch(/waiting for execution 1 of "stuck"/);
    expect(cases.refusal('a stock wait for a call')).toMatch(/"Wait" of "waiting" waits for a call/);
    expect(cases.refusal('back in time')).toMatch(/does not go back/);
  });
});

describe('the command', () => {
  it('plays a scenario of JSON and prints its timeline as a table', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'scenario-'));
    const type = (name: string) => `n8n-nodes-base.${name}`;
    const workflow = {
      name: 'echo',
      nodes: [
        {
          name: 'Hook',
          type: type('webhook'),
          typeVersion: 2,
          parameters: { path: 'echo', responseMode: 'lastNode' },
        },
        {
          name: 'Say',
          type: type('set'),
          typeVersion: 3.4,
          parameters: { mode: 'raw', jsonOutput: '={{ { at: $now.toISO() } }}' },
        },
      ],
      connections: { Hook: { main: [[{ node: 'Say', type: 'main', index: 0 }]] } },
    };
    const steps = [{ advanceBy: { days: 1 } }, { request: { path: 'echo' } }];
    writeFileSync(join(folder, 'echo.json'), JSON.stringify(workflow));
    writeFileSync(
      join(folder, 'scenario.json'),
      JSON.stringify({
        workflows: ['echo.json'],
        start: '2026-03-28T12:00',
        timezone: 'Europe/Berlin',
        steps,
      }),
    );
    const root = join(__dirname, '..', '..');
    const { stdout } = await promisify(execFile)(join(root, 'node_modules', '.bin', 'node'), [
      join(root, 'simulator', 'main.mts'),
      join(folder, 'scenario.json'),
    ]);
    rmSync(folder, { recursive: true });
    expect(stdout).toMatch(
      /2026-03-29T12:00:00Z +response 200 +http +GET echo +\{"at":"2026-03-29T14:00:00.000\+02:00"\}/,
    );
  });
});
