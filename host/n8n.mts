/** Starts and stops a real n8n from `host/node_modules`, offline, on 127.0.0.1, with all its data in one folder. */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { freePort } from './ports.mjs';
import { Rest } from './rest.mts';
import { HOST, node24, SetupError } from './toolchain.mjs';

export { installPackage } from './install.mts';

const bcrypt = createRequire(import.meta.url)('bcryptjs') as {
  hashSync(text: string, rounds: number): string;
};

export interface Owner {
  email: string;
  password: string;
  firstName?: string;
  lastName?: string;
}

export interface N8nOptions {
  /** n8n keeps everything in `<userFolder>/.n8n`. */
  userFolder: string;
  /** The editor's port; a free one unless given. */
  port?: number;
  /** Added to n8n's environment, over the defaults below. */
  env?: Record<string, string>;
  owner?: Owner;
  /** The file that n8n's output is appended to; `<userFolder>/n8n.log` unless given. */
  log?: string;
  readyTimeoutSeconds?: number;
  /** Aborted before n8n is ready: n8n is stopped and the start rejects. */
  signal?: AbortSignal;
}

export interface RunningN8n {
  url: string;
  port: number;
  pid: number;
  owner: Owner;
  /** Signed in as the owner. */
  rest: Rest;
  log: string;
  /** The address of a published webhook. */
  webhookUrl(path: string): string;
  /** Ends n8n as a service manager does: SIGTERM, then SIGKILL when it takes longer than 20 s. May be called again. */
  stop(): Promise<void>;
  /** Ends n8n and its task runner as a power cut does. */
  kill9(): Promise<void>;
  /** Resolves when the process is gone, whoever ended it. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export const DEFAULT_OWNER: Owner = {
  email: 'owner@example.com',
  password: 'Marketing-1',
  firstName: 'Olivia',
  lastName: 'Owner',
};

/** What n8n or this package reads from the environment, and what would change how Node or n8n runs. */
const LEAKING =
  /^(N8N_|DB_|EXECUTIONS_|QUEUE_|CREDENTIALS_|NODES_|NODE_FUNCTION_|GENERIC_|WEBHOOK_|CODE_|OFFLOAD_|TASK_RUNNERS?_|EXTERNAL_|CONTACT_STORE_|DEPLOYMENT_|INSTANCE_AI_|E2E_|JEST_|npm_)|^(NODE_OPTIONS|NODE_ENV|ENVIRONMENT|SSL_.*|VUE_APP_.*|WORKFLOWS_.*)$/i;

const OFF = [
  'N8N_DIAGNOSTICS_ENABLED',
  'N8N_VERSION_NOTIFICATIONS_ENABLED',
  'N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED',
  'N8N_TEMPLATES_ENABLED',
  'N8N_DYNAMIC_BANNERS_ENABLED',
  'N8N_HIRING_BANNER_ENABLED',
  'N8N_PERSONALIZATION_ENABLED',
  'N8N_VERIFIED_PACKAGES_ENABLED',
  'N8N_LICENSE_AUTO_RENEW_ENABLED',
  'N8N_SECURE_COOKIE',
];

/** The caller's environment without what was meant for another n8n; nothing of it reaches this one unless passed. */
function cleanEnvironment(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    ([name, value]) => value !== undefined && !LEAKING.test(name),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}

function environment(
  options: N8nOptions,
  owner: Owner,
  port: number,
  brokerPort: number,
): Record<string, string> {
  return {
    ...cleanEnvironment(),
    ...Object.fromEntries(OFF.map((name) => [name, 'false'])),
    NODE_ENV: 'production',
    N8N_DISABLED_MODULES: 'mcp-registry,instance-ai,agents,chat-hub',
    N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_HOST: '127.0.0.1',
    N8N_PORT: String(port),
    N8N_RUNNERS_BROKER_PORT: String(brokerPort),
    N8N_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
    N8N_USER_FOLDER: options.userFolder,
    N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
    N8N_INSTANCE_OWNER_EMAIL: owner.email,
    N8N_INSTANCE_OWNER_PASSWORD_HASH: bcrypt.hashSync(owner.password, 10),
    N8N_INSTANCE_OWNER_FIRST_NAME: owner.firstName ?? 'Olivia',
    N8N_INSTANCE_OWNER_LAST_NAME: owner.lastName ?? 'Owner',
    N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '15',
    NO_PROXY: [process.env['NO_PROXY'], '127.0.0.1,localhost'].filter(Boolean).join(','),
    ...options.env,
  };
}

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** A process of n8n that was started, and how to end it. */
interface Process {
  readonly pid: number;
  readonly hasExited: () => boolean;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** The last lines it wrote. */
  lastLines(): string;
  stop(): Promise<void>;
  kill9(): Promise<void>;
}

/**
 * Starts a command of n8n in a process group of its own: a Ctrl-C meant for the caller does not reach it, `stop()` does;
 * should the caller be killed, it ends by itself.
 */
function spawnN8n(command: string, cwd: string, env: Record<string, string>, log: string): Process {
  mkdirSync(cwd, { recursive: true });
  const logStream = createWriteStream(log, { flags: 'a' });
  const entry = join(HOST, 'node_modules', 'n8n', 'bin', 'n8n');
  const isGroup = process.platform !== 'win32';
  const child = spawn(node24(), ['--require', join(HOST, 'end-with-parent.cjs'), entry, command], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: isGroup,
  });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      logStream.write(chunk);
      tail = (tail + chunk.toString()).slice(-8000);
    });
  }
  let hasExited = false;
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null) => {
      hasExited = true;
      process.off('exit', killAll);
      logStream.end();
      resolve({ code, signal });
    };
    child.once('error', (error) => {
      tail += error.message;
      end(null, null);
    });
    child.once('close', end);
  });

  function killAll(): void {
    if (child.pid === undefined) return;
    try {
      if (isGroup) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    } catch {
      // Already gone.
    }
  }
  // Before anybody else's handler removes the folder that it writes to.
  process.prependListener('exit', killAll);

  return {
    pid: child.pid ?? 0,
    hasExited: () => hasExited,
    exited,
    lastLines: () => tail.trimEnd().split('\n').slice(-20).join('\n'),
    async kill9() {
      killAll();
      await exited;
    },
    async stop() {
      if (!hasExited) child.kill('SIGTERM');
      const timer = setTimeout(killAll, 20_000);
      await exited;
      clearTimeout(timer);
      killAll();
    },
  };
}

/** Resolves when a process answers at its address; rejects with its last lines when it ends or takes too long. */
async function ready(
  started: Process,
  url: string,
  log: string,
  { readyTimeoutSeconds = 180, signal }: Pick<N8nOptions, 'readyTimeoutSeconds' | 'signal'>,
): Promise<void> {
  const deadline = Date.now() + readyTimeoutSeconds * 1000;
  const why = (what: string) => `${what} Its last lines (all of them: ${log}):\n\n${started.lastLines()}`;
  while (!(await isReady(url))) {
    if (started.hasExited()) throw new SetupError(why('n8n ended before it was ready.'));
    if (signal?.aborted) {
      await started.stop();
      throw new SetupError('The start of n8n was called off.');
    }
    if (Date.now() > deadline) {
      await started.kill9();
      throw new SetupError(why('n8n was not ready in time.'));
    }
    await pause(100);
  }
}

/** Starts n8n and resolves when it answers and the owner is signed in (about 15 s, longer on the first start of a folder). */
export async function startN8n(options: N8nOptions): Promise<RunningN8n> {
  const owner = options.owner ?? DEFAULT_OWNER;
  const port = options.port || (await freePort());
  const env = environment(options, owner, port, await freePort());
  const log = options.log ?? join(options.userFolder, 'n8n.log');
  const started = spawnN8n('start', options.userFolder, env, log);
  const url = `http://127.0.0.1:${port}`;
  await ready(started, url, log, options);
  const rest = new Rest(url);
  try {
    await rest.login(owner.email, owner.password);
  } catch (error) {
    await started.stop();
    throw error;
  }
  return {
    url,
    port,
    pid: started.pid,
    owner,
    rest,
    log,
    webhookUrl: (path) => `${url}/webhook/${path.replace(/^\//, '')}`,
    stop: started.stop,
    kill9: started.kill9,
    exited: started.exited,
  };
}

/** A worker of an n8n in queue mode. */
export type RunningWorker = Pick<RunningN8n, 'pid' | 'log' | 'stop' | 'kill9' | 'exited'>;

/** Starts a worker, with the environment of its main process in `env`, and resolves when it takes executions. */
export async function startWorker(
  options: Pick<N8nOptions, 'userFolder' | 'env' | 'log' | 'readyTimeoutSeconds'>,
): Promise<RunningWorker> {
  const port = await freePort();
  const env = {
    ...environment(options, DEFAULT_OWNER, port, await freePort()),
    QUEUE_HEALTH_CHECK_ACTIVE: 'true',
    QUEUE_HEALTH_CHECK_PORT: String(port),
  };
  const log = options.log ?? join(options.userFolder, 'n8n.log');
  const started = spawnN8n('worker', options.userFolder, env, log);
  await ready(started, `http://127.0.0.1:${port}`, log, options);
  return { pid: started.pid, log, stop: started.stop, kill9: started.kill9, exited: started.exited };
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz/readiness`, { signal: AbortSignal.timeout(2000) });
    return response.ok;
  } catch {
    return false;
  }
}
