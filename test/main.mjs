/** `npm test`: puts in place what the tests need, builds, and runs them on Node 24. Arguments go on to Jest. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildPackage, ensureHost, ensurePackage, failWith, node24, ROOT } from '../host/toolchain.mjs';

try {
  await ensurePackage();
  await ensureHost();
  await buildPackage();
} catch (error) {
  failWith(error);
}

const given = process.argv.slice(2);
const choosesWorkers = given.some((argument) => /^(-i|-w|--runInBand|--maxWorkers)/.test(argument));
// Two on two cores: half of the tests wait for a database or an engine in a process of its own.
const workers = choosesWorkers ? [] : [`--maxWorkers=${Math.max(2, availableParallelism() - 1)}`];

const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
const child = spawn(node24(), [jest, ...workers, ...given], { cwd: ROOT, stdio: 'inherit' });
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
  process.on(signal, () => child.kill(signal));
child.on('close', (code) => process.exit(code ?? 1));
