/** Queue mode: the main process wakes, a worker on another disk executes, PostgreSQL holds the contacts, Redis the jobs. */
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { installPackage, startN8n, startWorker, type RunningN8n, type RunningWorker } from '../host/n8n.mts';
import { freePort } from '../host/ports.mts';
import { startPostgres } from '../test/store/start-postgres.mjs';
import { startSink, type Sink } from './sink.mts';
import { ARTEFACTS, scratchFolder, showOnFailure, tarball } from './stage.mts';
import { chain, node, parkAndTell, parkPeople, post, saveAndWait, webhook } from './workflows.mts';

const CONTACTS = 300;
/** A claim runs out after 30 s; what the killed worker had is due again by then, and n8n looks for lost jobs before. */
const LAST_ARRIVALS_SECONDS = 180;

/** Redis is no package of npm's: where there is none these tests say so. */
const skip =
  spawnSync('redis-server', ['--version']).status === 0 ? false : 'there is no redis-server on the PATH';

const folder = scratchFolder();
const logs = { main: join(ARTEFACTS, 'queue.main.log'), worker: join(ARTEFACTS, 'queue.worker.log') };
let postgres: Awaited<ReturnType<typeof startPostgres>>;
let redis: ChildProcess;
let env: Record<string, string>;
let main: RunningN8n;
let worker: RunningWorker;
let sink: Sink;

before(async () => {
  if (skip) return;
  mkdirSync(ARTEFACTS, { recursive: true });
  postgres = await startPostgres();
  const redisPort = await freePort();
  redis = spawn(
    'redis-server',
    ['--port', String(redisPort), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { cwd: folder, stdio: 'ignore' },
  );
  const database = new URL(postgres.url);
  env = {
    EXECUTIONS_MODE: 'queue',
    QUEUE_BULL_REDIS_HOST: '127.0.0.1',
    QUEUE_BULL_REDIS_PORT: String(redisPort),
    DB_TYPE: 'postgresdb',
    DB_POSTGRESDB_HOST: database.hostname,
    DB_POSTGRESDB_PORT: database.port,
    DB_POSTGRESDB_USER: decodeURIComponent(database.username),
    DB_POSTGRESDB_PASSWORD: decodeURIComponent(database.password),
    DB_POSTGRESDB_DATABASE: database.pathname.slice(1),
    N8N_ENCRYPTION_KEY: 'the same on every process',
    // A claimed job of a worker that was killed is looked for soon.
    QUEUE_WORKER_LOCK_DURATION: '10000',
    QUEUE_WORKER_STALLED_INTERVAL: '5000',
  };
  for (const name of ['main', 'worker']) await installPackage(join(folder, name), { tarball: tarball() });
  sink = await startSink({ delayMilliseconds: () => 50 });
});
after(async () => {
  await worker?.stop();
  await main?.stop();
  redis?.kill();
  await postgres?.stop();
  await sink?.stop();
});
showOnFailure(logs.main);
showOnFailure(logs.worker);

async function start(more: Record<string, string>): Promise<void> {
  const all = { ...env, ...more };
  main = await startN8n({ userFolder: join(folder, 'main'), env: all, log: logs.main });
  worker = await startWorker({ userFolder: join(folder, 'worker'), env: all, log: logs.worker });
}

async function publish(workflow: Parameters<RunningN8n['rest']['createWorkflow']>[0]): Promise<string> {
  const { id } = await main.rest.createWorkflow(workflow);
  await main.rest.publish(id);
  return id;
}

const saving = () =>
  chain('Save people', [
    webhook('Receive People', 'save', 'allEntries'),
    node('Split People', 'splitOut', { fieldToSplitOut: 'body.people', options: {} }),
    saveAndWait({})[0]!,
  ]);

test('SQLite is refused with what to do instead', { skip }, async () => {
  await start({});
  await publish(saving());
  await assert.rejects(post(main.webhookUrl('save'), { people: [{ email: 'a@example.com' }] }));
  const [execution] = await main.rest.executions({ limit: 1 });
  const { data } = await main.rest.execution(execution!.id);
  assert.match(data.resultData.error?.message ?? '', /queue mode, where a contact store in a SQLite file/);
  await worker.stop();
  await main.stop();
});

test(
  `${CONTACTS} contacts wait in PostgreSQL and come out on a worker, also when one is killed meanwhile`,
  { skip },
  async () => {
    await start({ CONTACT_STORE_URL: `${postgres.url}?schema=contacts` });
    const parking = await publish(
      parkAndTell(sink.url, {
        until: 'date',
        date: '={{ $json.dueAt }}',
        options: { batchSize: 10, maxInFlight: 2 },
      }),
    );
    const people = Array.from({ length: CONTACTS }, (_, index) => ({
      email: `person${index}@example.com`,
      dueAt: new Date(Date.now() + 5_000 + index * 50).toISOString(),
    }));
    await parkPeople(main, people);
    await sink.until(
      () => sink.arrivals.length > CONTACTS / 3,
      60,
      () => `${sink.arrivals.length} of ${CONTACTS} came out`,
    );
    await worker.kill9();
    worker = await startWorker({
      userFolder: join(folder, 'worker'),
      env: { ...env, CONTACT_STORE_URL: `${postgres.url}?schema=contacts` },
      log: logs.worker,
    });
    const arrived = () => new Set(sink.arrivals.map(({ email }) => email));
    await sink.until(
      () => arrived().size === CONTACTS,
      LAST_ARRIVALS_SECONDS,
      () => `${arrived().size} of ${CONTACTS} came out`,
    );
    for (const { receivedAt, dueAt } of sink.arrivals) assert.ok(receivedAt >= Date.parse(dueAt));
    // Who came twice was in the execution that was killed, and says so.
    const firsts = new Set<string>();
    for (const { email, redelivered } of sink.arrivals) {
      if (firsts.has(email)) assert.equal(redelivered, true, `${email} came again without a word`);
      firsts.add(email);
    }
    assert.ok(sink.arrivals.length - CONTACTS <= 30, `${sink.arrivals.length - CONTACTS} came twice`);
    const executions = await main.rest.executions({ workflowId: parking, limit: 1 });
    assert.ok(executions.length > 0);
    assert.match(readFileSync(logs.worker, 'utf8'), /Worker started execution/);
    assert.doesNotMatch(readFileSync(logs.main, 'utf8'), /Worker started execution/);
  },
);
