#!/usr/bin/env node
import { RefusedFile } from '../app/import-contact-file';
import { StoreError } from '../store/store-error';
import { VERSION } from '../version';
import { EXPORT_HELP, exportCommand } from './export-command';
import { IMPORT_HELP, importCommand } from './import-command';
import { SEGMENT_HELP, segmentCommand } from './segment-command';
import { EXIT, UsageError, type ExitCode, type Terminal } from './terminal';

const HELP = `n8n-marketing ${VERSION}: works on a contact store outside n8n.

  n8n-marketing import FILE.csv [options]   creates or updates the contacts of a CSV file
  n8n-marketing export FILE [options]       writes contacts to a CSV or JSON lines file
  n8n-marketing segment --rule FILE.json    tells who fits a rule, and why
  n8n-marketing COMMAND --help              tells what a command takes
  n8n-marketing --version

Exit codes
  0  everything was done
  1  it was done, but rows of the file were refused
  2  the command line or the file is wrong; nothing was written
  3  the store, or something under it, failed; what was done before that stays done
`;

interface Command {
  readonly help: string;
  run(args: readonly string[], terminal: Terminal): Promise<ExitCode>;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['import', { help: IMPORT_HELP, run: importCommand }],
  ['export', { help: EXPORT_HELP, run: exportCommand }],
  ['segment', { help: SEGMENT_HELP, run: segmentCommand }],
]);

/**
 * Runs the command that `args` name (without the program's own name) and returns its exit code. Says on standard
 * error what went wrong and what to do; never throws.
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const [name = '', ...rest] = args;
  const command = COMMANDS.get(name);
  try {
    if (command) {
      if (!rest.includes('--help') && !rest.includes('-h')) return await command.run(rest, terminal);
      terminal.stdout.write(command.help);
    } else if (name === '--version' || name === '-v') terminal.stdout.write(`${VERSION}\n`);
    else if (name === '--help' || name === '-h' || name === 'help')
      terminal.stdout.write(COMMANDS.get(rest[0] ?? '')?.help ?? HELP);
    else throw new UsageError(name === '' ? 'No command is given.' : `There is no command "${name}".`);
    return EXIT.ok;
  } catch (error) {
    return explain(error, command ? name : '', terminal);
  }
}

function explain(error: unknown, command: string, { stderr }: Terminal): ExitCode {
  const [name, hint] =
    command === '' ? ['n8n-marketing', '--help'] : [`n8n-marketing ${command}`, `${command} --help`];
  if (error instanceof UsageError || isParseArgsError(error)) {
    stderr.write(`${name}: ${error.message}\nn8n-marketing ${hint} tells what it takes.\n`);
    return EXIT.usage;
  }
  if (error instanceof RefusedFile) {
    stderr.write(`${name}: ${error.message}\n`);
    return EXIT.usage;
  }
  const message = error instanceof Error ? error.message : String(error);
  stderr.write(`${name}: ${message}\n${error instanceof StoreError ? `${error.advice}\n` : ''}`);
  return EXIT.store;
}

function isParseArgsError(error: unknown): error is Error {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : '';
  return String(code).startsWith('ERR_PARSE_ARGS_');
}

/** Whether a version of Node comes without what the store is built on, `node:sqlite` above all. */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 22 || (major === 22 && minor < 16);
}

if (require.main === module) {
  // Who closes the pipe early, as head does, has what they wanted.
  process.stdout.on('error', (error: Error & { code?: string }) => {
    if (error.code !== 'EPIPE') throw error;
  });
  // Not process.exit: what is still on its way to a pipe would be cut off.
  if (isTooOld(process.versions.node)) {
    process.stderr.write(`n8n-marketing needs Node.js 22.16 or newer; this is ${process.versions.node}.\n`);
    process.exitCode = EXIT.store;
  } else {
    void main(process.argv.slice(2), process).then((code) => (process.exitCode = code));
  }
}
