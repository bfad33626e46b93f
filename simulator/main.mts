import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { play, readScenarios, type CaseResult } from './scenario.mts';
import { formatTimeline } from './timeline.mts';

const usage = `Plays scenarios in n8n's engine under a simulated clock and prints what happened when.

  node simulator/main.mts FILE.mts|FILE.json [--json] [--case NAME]

  --json       one JSON object: for each case its timeline, its result, its error
  --case NAME  only this case of the file`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean' }, case: { type: 'string' }, help: { type: 'boolean' } },
});
const [given] = positionals;
if (values.help || given === undefined) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}
// Standard output is the result's alone.
if (values.json) console.log = console.info = console.debug = console.error;

const file = resolve(given);
const content: unknown = file.endsWith('.json')
  ? JSON.parse(readFileSync(file, 'utf8'))
  : ((await import(pathToFileURL(file).href)) as { default: unknown }).default;
const scenarios = Object.entries(readScenarios(content, file)).filter(
  ([name]) => values.case === undefined || name === values.case,
);
const results: Record<string, CaseResult> = {};
for (const [name, scenario] of scenarios) {
  const result = await play(scenario);
  results[name] = result;
  if (values.json) continue;
  console.log(`\n${name}\n`);
  console.log(formatTimeline(result.timeline));
  if (result.error !== undefined) console.log(`\nStopped: ${result.error}`);
}
const hasFailed = Object.values(results).some(({ error }) => error !== undefined);
process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : '\n', () =>
  process.exit(hasFailed ? 1 : 0),
);
