/** `npm run bench`: puts in place what is measured on whatever Node runs this (20 or newer), then hands over to Node 24. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureAll, failWith, node24, ROOT } from '../host/toolchain.mjs';

const USAGE = `npm run bench -- [options]

Measures this package beside what a user would take instead, each pair in one run.

  --only name,name   only these; without it everything
  --json             one JSON object a line instead of the table
  --check            end with 1 when a required figure is missed
  --list             print the names
`;

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  console.log(USAGE);
  process.exit(0);
}

// Standard output holds the measurements only where a program reads them.
if (args.includes('--json')) console.log = console.error;
if (!args.includes('--list')) {
  try {
    process.env.BENCH_TARBALL = await ensureAll();
  } catch (error) {
    failWith(error);
  }
}

const run = fileURLToPath(new URL('run.mts', import.meta.url));
const child = spawn(node24(), [run, ...args], { cwd: ROOT, stdio: 'inherit' });
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.on(signal, () => child.kill(signal));
child.on('close', (code) => process.exit(code ?? 1));
