/** A real n8n with the packed package installed, all its data in a scratch folder, for the tests of one file. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach } from 'node:test';
import { installPackage, startN8n, type RunningN8n } from '../host/n8n.mts';
import { freePort } from '../host/ports.mjs';

/** Where screenshots and n8n's output stay after the run. */
export const ARTEFACTS = join(import.meta.dirname, 'artefacts');

const TAIL_LINES = 40;
/** What n8n writes at every start. */
const ROUTINE = /migration|deprecat|license|checkpoint thread IDs|^ - N8N_|^$|Python task runner/i;

/** The tarball under test; `main.mjs` packs it. */
export function tarball(): string {
  const path = process.env['E2E_TARBALL'];
  if (!path) throw new Error('E2E_TARBALL is not set: run these tests with npm run test:e2e.');
  return path;
}

const closings: Array<() => unknown> = [];
after(closeAll);
// A run that is called off ends what it started, and removes its folders, as any other does when its process exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

/** Closes something when the tests of this file have ended: what was opened last first, each though another one fails. */
export function atEnd(close: () => unknown): void {
  closings.push(close);
}

async function closeAll(): Promise<void> {
  const failures: unknown[] = [];
  for (const close of closings.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, 'More than one thing could not be closed.');
}

/** A folder of its own, deleted when the tests of this file have ended, or this process does before that. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'marketing-automation-e2e-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  atEnd(remove);
  process.on('exit', remove);
  return folder;
}

/** Prints the end of a log below each test of this file that fails. */
export function showOnFailure(log: string): void {
  afterEach((context) => {
    if (!('passed' in context) || context.passed) return;
    let tail: string[];
    try {
      const lines = readFileSync(log, 'utf8').split('\n');
      tail = lines.filter((line) => !ROUTINE.test(line)).slice(-TAIL_LINES);
    } catch {
      tail = ['(nothing)'];
    }
    context.diagnostic(`The end of ${log}:\n${tail.map((line) => `    ${line}`).join('\n')}`);
  });
}

export class Stage {
  readonly userFolder = join(scratchFolder(), 'n8n');
  readonly log: string;
  private port = 0;
  private running: RunningN8n | undefined;

  private readonly env: Record<string, string>;

  /** @param name of the log among the artefacts */
  constructor(name: string, env: Record<string, string>) {
    mkdirSync(ARTEFACTS, { recursive: true });
    this.log = join(ARTEFACTS, `${name}.n8n.log`);
    this.env = env;
  }

  /** The n8n that runs now. */
  get n8n(): RunningN8n {
    if (!this.running) throw new Error('n8n does not run.');
    return this.running;
  }

  /** Installs the package under test and starts n8n. */
  async open(): Promise<RunningN8n> {
    await this.install(tarball());
    return await this.start();
  }

  /** Installs a tarball, which replaces the version that is there. n8n takes it up at its next start. */
  async install(path: string): Promise<void> {
    await installPackage(this.userFolder, { tarball: path });
  }

  /** Starts n8n, always on the same port, on the data that are there. */
  async start(): Promise<RunningN8n> {
    this.port ||= await freePort();
    this.running = await startN8n({
      userFolder: this.userFolder,
      port: this.port,
      log: this.log,
      env: this.env,
    });
    return this.running;
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.stop();
  }

  /** Ends n8n as a power cut does. Its next start does without the 10 s that n8n rests after a crash. */
  async kill9(): Promise<void> {
    await this.n8n.kill9();
    this.running = undefined;
    rmSync(join(this.userFolder, '.n8n', 'crash.journal'), { force: true });
  }
}

/** The stage of this file's tests: not open yet, closed after them, its log shown where one fails. */
export function setStage(name: string, env: Record<string, string> = {}): Stage {
  const stage = new Stage(name, env);
  atEnd(() => stage.stop());
  showOnFailure(stage.log);
  return stage;
}
