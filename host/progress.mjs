/** Runs one long command while a person watches: how long, how much, and on failure the lines that say why. */
import { spawn } from 'node:child_process';
import { statfsSync } from 'node:fs';

const EDGE_LINES = 12;
const PLAIN_INTERVAL_SECONDS = 15;

/** A failure that is the reader's to act on: printed as it is, without a stack. */
export class SetupError extends Error {
  /** @param {string} message @param {string} [whatToDo] */
  constructor(message, whatToDo) {
    super(whatToDo ? `${message}\n\n${whatToDo}` : message);
    this.name = 'SetupError';
  }
}

/** Free bytes of the file system that holds `folder`; undefined where the platform does not tell. @param {string} folder */
export function freeBytes(folder) {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** @param {number} seconds */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/** @param {number} bytes */
const size = (bytes) => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`);

/**
 * The line that shows while a command runs. On a terminal it is rewritten every half second; elsewhere a new line
 * every 15 seconds. The volume is what the file system lost since the start: walking 200,000 files would slow the
 * very installation that is being watched.
 *
 * @param {string} title
 * @param {{ folder?: string, expectedBytes?: number }} volume
 */
function startTicker(title, { folder, expectedBytes }) {
  const startedAt = Date.now();
  const freeAtStart = folder ? freeBytes(folder) : undefined;
  const isTerminal = Boolean(process.stdout.isTTY);
  let isStopped = false;

  const line = () => {
    const parts = [clock((Date.now() - startedAt) / 1000)];
    if (folder && expectedBytes && freeAtStart !== undefined) {
      const written = Math.min(Math.max(0, freeAtStart - (freeBytes(folder) ?? freeAtStart)), expectedBytes);
      parts.push(`about ${size(written)} of ${size(expectedBytes)} on disk`);
    }
    return `  ${title} … ${parts.join(', ')}`;
  };
  const show = () => {
    if (isTerminal) process.stdout.write(`\r\x1b[2K${line()}`);
    else console.log(line());
  };

  if (isTerminal) show();
  else console.log(`  ${title} …`);
  const timer = setInterval(show, isTerminal ? 500 : PLAIN_INTERVAL_SECONDS * 1000);

  return {
    /** @param {string} outcome */
    stop(outcome) {
      if (isStopped) return;
      isStopped = true;
      clearInterval(timer);
      if (isTerminal) process.stdout.write('\r\x1b[2K');
      console.log(`  ${title}: ${outcome} (${clock((Date.now() - startedAt) / 1000)})`);
    },
  };
}

/** The lines of a failed command that say why: npm's own error without the manual page behind it, both of its ends. */
function telling(/** @type {string} */ output) {
  const lines = output.trimEnd().split('\n');
  const manual = lines.findIndex((line) => /^npm (error|ERR!) Usage:/.test(line));
  const said = manual > 0 ? lines.slice(0, manual) : lines;
  const errors = said.slice(
    Math.max(
      0,
      said.findIndex((line) => /^npm (error|ERR!)/.test(line)),
    ),
  );
  if (errors.length <= 2 * EDGE_LINES) return said.slice(-2 * EDGE_LINES).join('\n');
  return [...errors.slice(0, EDGE_LINES), '…', ...errors.slice(-EDGE_LINES)].join('\n');
}

/**
 * Runs a command to its end and resolves with its standard output. A failure rejects with the last lines the command
 * wrote and, from `advise`, what to do about them. Ctrl-C reaches the command as well, since it shares our terminal.
 *
 * @param {string} title
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, folder?: string, expectedBytes?: number, advise?: (output: string) => string | undefined }} options
 * @returns {Promise<string>}
 */
export function runWithProgress(title, command, args, { cwd, env, folder, expectedBytes, advise }) {
  const ticker = startTicker(title, { folder, expectedBytes });
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let output = '';
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      output = (output + chunk).slice(-200_000);
    });
    child.stderr.on('data', (chunk) => {
      output = (output + chunk).slice(-200_000);
    });
    child.on('error', (error) => {
      ticker.stop('failed');
      reject(new SetupError(`${title}: ${command} could not be started (${error.message}).`));
    });
    child.on('close', (code, signal) => {
      if (code === 0) {
        ticker.stop('done');
        resolve(stdout);
        return;
      }
      ticker.stop('failed');
      const ended = signal ? `was ended by ${signal}` : `ended with code ${code}`;
      reject(
        new SetupError(
          `${title}: ${[command, ...args].join(' ')} ${ended}. It said:\n\n${telling(output)}`,
          advise?.(output),
        ),
      );
    });
  });
}
