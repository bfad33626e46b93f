import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { main } from '../../src/cli/main';
import type { Terminal } from '../../src/cli/terminal';

// A store on a machine that does other things as well.
jest.setTimeout(60_000);

/** What a command printed and ended with. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run, besides its arguments. */
export interface RunOptions {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether standard error is a terminal. */
  readonly isTTY?: boolean;
}

/** Runs the command line in this process. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const stdout = new Printed();
  const stderr = Object.assign(new Printed(), { isTTY: options.isTTY ?? false });
  const terminal: Terminal = {
    stdin: Readable.from([options.stdin ?? '']),
    stdout,
    stderr,
    env: options.env ?? {},
  };
  const code = await main(args, terminal);
  return { code, stdout: stdout.text, stderr: stderr.text };
}

class Printed extends PassThrough {
  text = '';

  constructor() {
    super();
    this.on('data', (piece: Buffer) => (this.text += piece.toString()));
  }
}

/** A folder for the files of one test. */
export class Folder {
  readonly path = mkdtempSync(path.join(os.tmpdir(), 'n8n-marketing-'));
  /** A store in this folder, as `--store` takes it. */
  readonly store = `sqlite://${this.at('contacts.sqlite')}`;

  at(name: string): string {
    return path.join(this.path, name);
  }

  write(name: string, content: string): string {
    writeFileSync(this.at(name), content);
    return this.at(name);
  }

  read(name: string): string {
    return readFileSync(this.at(name), 'utf8');
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
