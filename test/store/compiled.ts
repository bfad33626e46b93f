import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import ts from 'typescript';

const ROOT = path.join(__dirname, '..', '..');

/** The package's own source as plain Node runs it, so that a test can start processes of it. */
export class CompiledSource {
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<CompiledSource> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'compiled-'));
    for (const file of await readdir(path.join(ROOT, 'src'), { recursive: true })) {
      if (!file.endsWith('.ts')) continue;
      const source = await readFile(path.join(ROOT, 'src', file), 'utf8');
      const { outputText } = ts.transpileModule(source, {
        compilerOptions: {
          target: ts.ScriptTarget.ES2022,
          module: ts.ModuleKind.CommonJS,
          esModuleInterop: true,
        },
      });
      const target = path.join(folder, file.replace(/\.ts$/, '.js'));
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, outputText);
    }
    return new CompiledSource(folder);
  }

  /** Starts a process that runs `script`, in which `load('store/sqlite/open')` gives a module of the source. */
  start(script: string, ...parameters: readonly string[]): ChildProcess {
    const prelude = `const load = (name) => require(${JSON.stringify(this.folder)} + '/' + name + '.js');`;
    const child = spawn(process.execPath, ['-e', `${prelude}\n(async () => {${script}})()`, ...parameters], {
      env: { ...process.env, NODE_PATH: path.join(ROOT, 'node_modules') },
    });
    return new ChildProcess(child);
  }

  drop(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** A process of a test's own, spoken to line by line. */
export class ChildProcess {
  readonly lines: string[] = [];
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly ended: Promise<unknown>;
  private errors = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    this.child = child;
    this.ended = once(child, 'close');
    createInterface({ input: child.stdout }).on('line', (line) => this.lines.push(line));
    child.stderr.on('data', (data: Buffer) => (this.errors += data.toString()));
  }

  /** Resolves when it has said so many lines. */
  async said(count: number): Promise<void> {
    while (this.lines.length < count) {
      if (this.child.exitCode !== null) throw new Error(`The process has ended: ${this.errors}`);
      await Promise.race([once(this.child.stdout, 'data'), this.ended]);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Tells it something, on a line of its own. */
  tell(text: string): void {
    this.child.stdin.write(`${text}\n`);
  }

  /** Resolves with its exit code when it has ended by itself. */
  async end(): Promise<number | null> {
    await this.ended;
    if (this.child.exitCode !== 0)
      throw new Error(`The process ended with ${this.child.exitCode}: ${this.errors}`);
    return this.child.exitCode;
  }

  /** Ends it as the machine does when it loses power. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
