/** Installs the packed package into an n8n user folder, step by step as n8n's own Community Nodes page does. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE } from './toolchain.mjs';

const run = promisify(execFile);

/** n8n's own flags (`downloadPackage` in its community-packages service). */
const INSTALL_FLAGS = [
  '--audit=false',
  '--fund=false',
  '--bin-links=false',
  '--install-strategy=shallow',
  '--ignore-scripts=true',
  '--package-lock=false',
];

interface Manifest {
  name: string;
  version: string;
  devDependencies?: unknown;
  peerDependencies?: unknown;
  optionalDependencies?: unknown;
}

/** Unpacks and installs once for each content of the tarball; resolves with the folder that can be copied from then on. */
async function installOnce(tarball: string, digest: string): Promise<string> {
  const ready = join(CACHE, 'installs', digest);
  if (existsSync(ready)) return ready;
  const draft = `${ready}.${process.pid}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', draft, '--strip-components=1']);
  const manifestPath = join(draft, 'package.json');
  const { devDependencies, peerDependencies, optionalDependencies, ...manifest } = JSON.parse(
    await readFile(manifestPath, 'utf8'),
  ) as Manifest;
  await writeFile(manifestPath, JSON.stringify(manifest, null, 2));
  await run('npm', ['install', ...INSTALL_FLAGS], { cwd: draft, shell: process.platform === 'win32' });
  await rename(draft, ready).catch(async (error: unknown) => {
    // Another process may have finished the very same install first.
    if (!existsSync(ready)) throw error;
    await rm(draft, { recursive: true, force: true });
  });
  return ready;
}

/**
 * Puts the package at `<userFolder>/.n8n/nodes/node_modules/<name>`, where n8n looks at its next start, with its
 * run-time dependencies only and no install scripts. Replaces another version; does nothing when this very tarball is there.
 */
export async function installPackage(userFolder: string, { tarball }: { tarball: string }): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(tarball))
    .digest('hex')
    .slice(0, 24);
  const source = await installOnce(tarball, digest);
  const { name, version } = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as Manifest;
  const nodes = join(userFolder, '.n8n', 'nodes');
  const target = join(nodes, 'node_modules', name);
  const stamp = join(nodes, `${name}.tarball`);
  const installed = existsSync(stamp) && existsSync(target) ? await readFile(stamp, 'utf8') : undefined;
  if (installed === digest) return target;
  await rm(stamp, { force: true });
  await rm(target, { recursive: true, force: true });
  await mkdir(join(nodes, 'node_modules'), { recursive: true });
  await cp(source, target, { recursive: true, verbatimSymlinks: true });
  const ledger = { name: 'installed-nodes', private: true, dependencies: { [name]: version } };
  await writeFile(join(nodes, 'package.json'), JSON.stringify(ledger, null, 2));
  await writeFile(stamp, digest);
  return target;
}
