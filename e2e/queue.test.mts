/** Queue mode: the main process wakes, a worker on another disk executes, PostgreSQL holds the contacts, Redis the jobs. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';
import { before, test } from 'node:test';
import { installPackage, startN8n, startWorker, type RunningN8n, type RunningWorker } from '../host/n8n.mts';
import { freePort } from '../host/ports.mjs';
import { startPostgres } from '../test/store/start-postgres.mjs';
import { eventually } from './patience.mts';
import { startSink, type Sink } from './sink.mts';
import { ARTEFACTS, atEnd, scratchFolder, showOnFailure, tarball } from './stage.mts';
import {
  chain,
  executionsOf,
  node,
  parkAndTell,
  parkPeople,
  post,
  publishNew,
  saveAndWait,
  webhook,
} from './workflows.mts';

const CONTACTS = 300;

/** Redis is no package of npm's: where there is none these tests say so. */
const skip =
  spawnSync('redis-server', ['--version']).status === 0 ? false : 'there is no redis-server on the PATH';

const folder = scratchFolder();
const logs = { main: join(ARTEFACTS, 'queue.main.log'), worker: join(ARTEFACTS, 'queue.worker.log') };
let postgres: Awaited<ReturnType<typeof startPostgres>>;
let env: Record<string, string>;
let main: RunningN8n;
let worker: RunningWorker;
let sink: Sink;

before(async () => {
  if (skip) return;
  mkdirSync(ARTEFACTS, { recursive: true });
  postgres = await startPostgres();
  atEnd(() => postgres.stop());
  const redisPort = await startRedis();
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
  atEnd(stopAll);
  for (const name of ['main', 'worker']) await installPackage(join(folder, name), { tarball: tarball() });
  sink = await startSink({ delayMilliseconds: () => 50 });
});
showOnFailure(logs.main);
showOnFailure(logs.worker);

/** Starts a Redis that keeps nothing; resolves with its port when it answers there. */
async function startRedis(): Promise<number> {
  const port = await freePort();
  const redis = spawn(
    'redis-server',
    ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    { cwd: folder, stdio: 'ignore' },
  );
  const kill = () => redis.kill();
  atEnd(kill);
  process.on('exit', kill);
  await eventually(
    () => answers(port),
    Boolean,
    () => `no Redis on port ${port}; its exit code is ${redis.exitCode}`,
  );
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (does: boolean) => {
      socket.destroy();
      resolve(does);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

const stops: Array<() => Promise<void>> = [];

/** Starts the main process and a worker, with more in their environment, in place of those that run. */
async function start(more: Record<string, string>): Promise<void> {
  await stopAll();
  const all = { ...env, ...more };
  main = await startN8n({ userFolder: join(folder, 'main'), env: all, log: logs.main });
  stops.push(main.stop);
  worker = await startOneWorker(all);
}

async function startOneWorker(all: Record<string, string>): Promise<RunningWorker> {
  const started = await startWorker({ userFolder: join(folder, 'worker'), env: all, log: logs.worker });
  stops.push(started.stop);
  return started;
}

/** Ends what runs, the worker before the main process. What was killed may be stopped again. */
async function stopAll(): Promise<void> {
  for (const stop of stops.splice(0).reverse()) await stop();
}

const saving = () =>
  chain('Save people', [
    webhook('Receive People', 'save', 'allEntries'),
    node('Split People', 'splitOut', { fieldToSplitOut: 'body.people', options: {} }),
    saveAndWait({})[0]!,
  ]);

test('SQLite is refused with what to do instead', { skip }, async () => {
  await start({});
  const saves = await publishNew(main, saving());
  await assert.rejects(post(main.webhookUrl('save'), { people: [{ email: 'a@example.com' }] }));
  const [execution] = await executionsOf(main, saves);
  const said = execution?.data.resultData.error?.message ?? '';
  assert.match(said, /queue mode, where a contact store in a SQLite file/);
});

test(
  `${CONTACTS} contacts wait in PostgreSQL and come out on a worker, also when one is killed meanwhile`,
  { skip },
  async () => {
    const store = { CONTACT_STORE_URL: `${postgres.url}?schema=contacts` };
    await start(store);
    const parking = await publishNew(
      main,
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
      () => `${sink.arrivals.length} of ${CONTACTS} came out`,
    );
    await worker.kill9();
    await startOneWorker({ ...env, ...store });
    const arrived = () => new Set(sink.arrivals.map(({ email }) => email));
    await sink.until(
      () => arrived().size === CONTACTS,
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
