/**
 * `npm run test:e2e`: puts n8n, the packed package and the browser's driver in place on whatever Node runs this (20 or
 * newer), then runs the tests on Node 24. Arguments choose among them: `npm run test:e2e -- crash shop`.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  E2E,
  ensureAll,
  ensureBrowserDriver,
  failWith,
  node24,
  ROOT,
  SetupError,
} from '../host/toolchain.mjs';

const ARTEFACTS = join(E2E, 'artefacts');
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const LONGEST_TEST_MINUTES = 30;

/** The Chromium of `CHROMIUM_PATH`, else the first on the PATH. */
function findChromium() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen && !existsSync(chosen)) {
    throw new SetupError(
      `CHROMIUM_PATH is "${chosen}", and there is nothing.`,
      'Set it to the executable itself.',
    );
  }
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = BROWSERS.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) =>
    existsSync(path),
  );
  const chromium = chosen ?? found;
  if (!chromium) {
    throw new SetupError(
      'The end-to-end tests need Chromium, and there is none on the PATH.',
      'Install it (Debian, Ubuntu: apt-get install chromium), or set CHROMIUM_PATH to a Chromium or Chrome.',
    );
  }
  return chromium;
}

/** The test files whose name contains one of the words given; all without any. */
function chooseTests() {
  const words = process.argv.slice(2);
  const all = readdirSync(E2E).filter((name) => name.endsWith('.test.mts'));
  const chosen = all.filter((name) => words.length === 0 || words.some((word) => name.includes(word)));
  if (chosen.length === 0) {
    throw new SetupError(`No test is called like ${words.join(', ')}.`, `There are: ${all.join(', ')}`);
  }
  return chosen.map((name) => join(E2E, name));
}

async function setUp() {
  const tests = chooseTests();
  const chromium = findChromium();
  const tarball = await ensureAll();
  await ensureBrowserDriver();
  rmSync(ARTEFACTS, { recursive: true, force: true });
  mkdirSync(ARTEFACTS);
  return { tests, env: { ...process.env, CHROMIUM_PATH: chromium, E2E_TARBALL: tarball } };
}

try {
  const { tests, env } = await setUp();
  const flags = [
    '--test',
    '--test-concurrency=1',
    '--test-reporter=spec',
    `--test-timeout=${LONGEST_TEST_MINUTES * 60_000}`,
  ];
  const child = spawn(node24(), [...flags, ...tests], { cwd: ROOT, env, stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM']))
    process.on(signal, () => child.kill(signal));
  child.on('close', (code) => process.exit(code ?? 1));
} catch (error) {
  failWith(error);
}
