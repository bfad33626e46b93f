import { isTooOld } from '../../src/cli/main';
import { VERSION } from '../../src/version';
import { run } from './run-main';

it('tells its version', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
});

it.each([[['--help']], [['-h']], [['help']]])('tells its commands with %p', async (args) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const word of ['import FILE.csv', 'export FILE', 'Exit codes']) expect(stdout).toContain(word);
});

it.each([
  ['import', ['--store', '--list', '--tag', '--country', '--map', '--refused', '--json']],
  ['export', ['--store', '--format', 'jsonl', '--list', '--tag', '--json']],
])('tells what %s takes, whatever else is given', async (command, words) => {
  const { code, stdout } = await run([command, '--wrong', '--help']);
  expect(code).toBe(0);
  for (const word of words) expect(stdout).toContain(word);
});

it.each([
  ['No command is given.', []],
  ['There is no command "imprt".', ['imprt', 'people.csv']],
])('says so when it is not understood: %s', async (message, args) => {
  expect(await run(args)).toEqual({
    code: 2,
    stdout: '',
    stderr: `n8n-marketing: ${message}\nn8n-marketing --help tells what it takes.\n`,
  });
});

it.each([
  ['20.20.2', true],
  ['22.15.9', true],
  ['22.16.0', false],
  ['24.1.0', false],
])('takes Node %s for too old: %p', (version, tooOld) => {
  expect(isTooOld(version)).toBe(tooOld);
});
