/** What the demo remembers from one start to the next, in `<folder>/demo.json`, and that only one runs at a time. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../host/toolchain.mjs';

export interface DemoState {
  /** What the shop sends along, so that nobody else can record events. */
  intakeSecret: string;
  /** Ids of the imported workflows, by template folder. */
  workflows: Record<string, string>;
  credentials: Record<string, string>;
  isSeeded: boolean;
}

const FILE = 'demo.json';
const LOCK = 'demo.pid';

/** Whether the process is a demo: after a crash and a reboot its number may be somebody else's. */
function isDemo(pid: number): boolean {
  try {
    const command =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        : execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
    return command.includes('start.mts');
  } catch {
    return false;
  }
}

/** Throws a `SetupError` while another demo uses the folder. */
export function requireUnused(folder: string): void {
  const lock = join(folder, LOCK);
  const holder = existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : undefined;
  if (!holder || holder === process.pid || !isDemo(holder)) return;
  throw new SetupError(
    `The demo is running already on ${folder} (process ${holder}).`,
    'Stop it with Ctrl-C in its terminal. A second one beside it needs a folder and ports of its own:\n\n' +
      '  npm start -- --data .n8n-demo-2 --port 5680 --inbox-port 1081 --smtp-port 1026 --shop-port 4001',
  );
}

/** Takes the folder for this process, emptied first for a fresh start. */
export function takeFolder(folder: string, { isFresh }: { isFresh: boolean }): void {
  const lock = join(folder, LOCK);
  if (isFresh && existsSync(folder)) {
    const isOurs = existsSync(join(folder, FILE)) || existsSync(lock) || readdirSync(folder).length === 0;
    if (!isOurs)
      throw new SetupError(`${folder} holds something else than a demo; --fresh does not delete it.`);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(lock, String(process.pid));
  process.on('exit', () => rmSync(lock, { force: true }));
}

export function readState(folder: string): DemoState {
  const path = join(folder, FILE);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as DemoState;
  return {
    intakeSecret: randomBytes(24).toString('base64url'),
    workflows: {},
    credentials: {},
    isSeeded: false,
  };
}

/** Written whole or not at all. */
export function writeState(folder: string, state: DemoState): void {
  const path = join(folder, FILE);
  writeFileSync(`${path}.draft`, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(`${path}.draft`, path);
}
