/** Waiting contacts outlive whatever happens to n8n, and a wait that nothing would wake is refused. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { pause } from './patience.mts';
import { scratchFolder, setStage, tarball } from './stage.mts';
import { startSink, type Sink } from './sink.mts';
import {
  chain,
  listWaiting,
  node,
  PACKAGE,
  parkAndTell,
  parkPeople,
  post,
  publishNew,
  saveAndWait,
  untilNobodyWaits,
  webhook,
  whoWaits,
} from './workflows.mts';

const stage = setStage('waiting');
let sink: Sink;
let parking = '';

before(async () => {
  await stage.open();
  sink = await startSink();
  parking = await publishNew(
    stage.n8n,
    parkAndTell(sink.url, { until: 'period', amount: '={{ $json.seconds }}', unit: 'seconds' }),
  );
  await publishNew(stage.n8n, listWaiting());
});

/** Long enough to stop n8n, or take a workflow offline, before somebody who was parked is due. */
const WAIT_SECONDS = 20;
/** A contact that is due comes sooner than this after, unless something keeps it. */
const LATE_SECONDS = 3;

/** Parks one contact; resolves with the moment it is due, epoch milliseconds. */
async function park(email: string): Promise<number> {
  await parkPeople(stage.n8n, [{ email, seconds: WAIT_SECONDS }]);
  const waiting = await whoWaits(stage.n8n);
  assert.equal(waiting.length, 1, JSON.stringify(waiting));
  return Date.now() + WAIT_SECONDS * 1000;
}

function requireNoArrival(email: string): void {
  assert.deepEqual(
    sink.arrivals.filter((arrival) => arrival.email === email),
    [],
  );
}

/** The contact came once, in time, and not because of a second delivery. */
async function requireOneArrival(email: string): Promise<void> {
  const arrival = await sink.arrivalOf(email);
  assert.equal(arrival.attempt, 1);
  assert.equal(arrival.redelivered, false);
  assert.ok(arrival.receivedAt >= Date.parse(arrival.dueAt), 'It came before it was due.');
  await untilNobodyWaits(stage.n8n);
  assert.equal(sink.arrivals.filter((each) => each.email === email).length, 1);
}

test('a contact that waits outlives a restart of n8n', async () => {
  await park('restart@example.com');
  await stage.stop();
  requireNoArrival('restart@example.com');
  await stage.start();
  await requireOneArrival('restart@example.com');
});

test('while its workflow is not published a contact waits on, and goes once it is published again', async () => {
  const dueAt = await park('unpublished@example.com');
  await stage.n8n.rest.unpublish(parking);
  await pause(dueAt + LATE_SECONDS * 1000 - Date.now());
  assert.equal((await whoWaits(stage.n8n)).length, 1);
  requireNoArrival('unpublished@example.com');
  await stage.n8n.rest.publish(parking);
  await requireOneArrival('unpublished@example.com');
});

test('a contact that comes due while the package is upgraded goes on in the new version', async () => {
  await park('upgrade@example.com');
  await stage.stop();
  requireNoArrival('upgrade@example.com');
  await stage.install(withVersion('99.0.0'));
  await stage.start();
  await requireOneArrival('upgrade@example.com');
  const { version } = JSON.parse(
    readFileSync(join(stage.userFolder, '.n8n', 'nodes', 'node_modules', PACKAGE, 'package.json'), 'utf8'),
  ) as { version: string };
  assert.equal(version, '99.0.0');
});

const scratch = scratchFolder();

/** The tarball under test, packed anew as another version. */
function withVersion(version: string): string {
  const folder = join(scratch, 'unpacked');
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['-xzf', tarball(), '-C', folder]);
  const manifest = join(folder, 'package', 'package.json');
  const code = join(folder, 'package', 'dist', 'src', 'version.js');
  const { version: old } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  for (const path of [manifest, code]) {
    const text = readFileSync(path, 'utf8');
    assert.ok(text.includes(old), `${path} does not hold ${old}`);
    writeFileSync(path, text.replaceAll(old, version));
  }
  const packed = join(scratch, 'upgrade.tgz');
  execFileSync('tar', ['-czf', packed, '-C', folder, 'package']);
  return packed;
}

test('in production a wait in a workflow that is not published refuses, and says why', async () => {
  // n8n itself runs no unpublished sub-workflow, but takes one for published that stands in its caller's parameters.
  const inner = chain('Wait in a sub-workflow', [
    node('When Called', 'executeWorkflowTrigger', { inputSource: 'passthrough' }, 1.1),
    ...saveAndWait({ until: 'period', amount: 1, unit: 'hours' }),
  ]);
  const name = { mode: 'raw', jsonOutput: '{ "email": "sub@example.com" }', options: {} };
  const outer = await publishNew(
    stage.n8n,
    chain('Call the sub-workflow', [
      webhook('Receive Call', 'call', 'noData'),
      node('Name Somebody', 'set', name, 3.4),
      node(
        'Call It',
        'executeWorkflow',
        { source: 'parameter', workflowJson: JSON.stringify(inner), options: { waitForSubWorkflow: true } },
        1.2,
      ),
    ]),
  );
  await assert.rejects(post(stage.n8n.webhookUrl('call'), {}), /answered 500/);
  const [execution] = await stage.n8n.rest.executions({ workflowId: outer, status: ['error'] });
  const { data } = await stage.n8n.rest.execution(execution!.id);
  assert.match(
    data.resultData.error?.message ?? '',
    /This workflow is not published, so nothing would ever wake the contacts that wait here/,
  );
  assert.deepEqual(await whoWaits(stage.n8n), []);
});

test('the retry of a failed execution parks its contacts, though n8n calls the workflow unpublished then', async () => {
  const refusing = parkAndTell(sink.url, { until: 'date', date: 'no date at all' });
  refusing.name = 'Park after a retry';
  const [receive, ...rest] = refusing.nodes;
  refusing.nodes = [{ ...receive!, parameters: { ...receive!.parameters, path: 'retried' } }, ...rest];
  const id = await publishNew(stage.n8n, refusing);
  const people = [{ email: 'retried@example.com' }];
  await assert.rejects(post(stage.n8n.webhookUrl('retried'), { people }), /answered 500/);

  const nodes = refusing.nodes.map((each) =>
    each.name === 'Wait Until Date'
      ? { ...each, parameters: { until: 'period', amount: 3, unit: 'seconds' } }
      : each,
  );
  await stage.n8n.rest.updateWorkflow(id, { nodes });
  await stage.n8n.rest.publish(id);
  const [failed] = await stage.n8n.rest.executions({ workflowId: id, status: ['error'] });
  await stage.n8n.rest.request('POST', `/executions/${failed!.id}/retry`, { loadWorkflow: true });
  await requireOneArrival('retried@example.com');
});
