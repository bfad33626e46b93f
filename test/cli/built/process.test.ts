import { spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import path from 'node:path';
import { Folder } from '../run-main';

const root = path.join(__dirname, '../../..');
const node = path.join(root, 'node_modules/.bin/node');
const { bin } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  bin: Record<string, string>;
};
const program = path.join(root, bin['n8n-marketing'] ?? '');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line as a shell does; `closeAfter` closes its standard output after so many bytes, as head does. */
function runProgram(
  args: readonly string[],
  stdin = '',
  closeAfter = Number.POSITIVE_INFINITY,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [program, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (piece: Buffer) => {
      stdout += piece.toString();
      if (stdout.length >= closeAfter) child.stdout.destroy();
    });
    child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}

let folder: Folder;
beforeEach(() => {
  folder = new Folder();
});
afterEach(() => folder.remove());

it('is a program that a shell finds its interpreter for', () => {
  expect(readFileSync(program, 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true);
  accessSync(program, constants.R_OK);
});

it('ends with 0 when everything was taken, and with 1 when rows were refused', async () => {
  const fine = await runProgram(['import', '-', '--store', folder.store], 'email\nann@example.com\n');
  expect(fine).toEqual({
    code: 0,
    stdout: '1 row: 1 contact created, 0 updated, 0 unchanged, 0 rows refused.\n',
    stderr: '',
  });
  const mixed = await runProgram(['import', '-', '--store', folder.store], 'email\nann@example.com\nbob\n');
  expect(mixed).toMatchObject({ code: 1, stderr: expect.stringMatching(/^line 3: /) as string });
});

it('ends with 2 when it was not understood, and with 3 when there is no store', async () => {
  expect(await runProgram(['import'])).toMatchObject({ code: 2, stdout: '' });
  expect(await runProgram(['export', '-', '--store', folder.store])).toMatchObject({ code: 3, stdout: '' });
});

it('ends quietly when its reader has seen enough', async () => {
  const people = Array.from({ length: 30_000 }, (_, n) => `person-${n}@example.com\n`).join('');
  expect(await runProgram(['import', '-', '--store', folder.store], `email\n${people}`)).toMatchObject({
    code: 0,
  });
  const { code, stderr } = await runProgram(['export', '-', '--store', folder.store], '', 1_000);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}, 60_000);
