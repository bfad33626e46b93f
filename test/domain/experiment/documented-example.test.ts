import { readFileSync } from 'node:fs';
import path from 'node:path';
import { experimentWords } from '../../../src/domain/experiment/experiment-words';
import { judgeExperiment } from '../../../src/domain/experiment/judge-experiment';

it('tells of the documented example what the page of the node says', () => {
  const page = readFileSync(path.join(__dirname, '../../../docs/nodes/split-test.md'), 'utf8');
  const result = judgeExperiment([
    { variant: 'Short', contacts: 1_000, successes: 120 },
    { variant: 'Long', contacts: 1_000, successes: 90 },
  ]);
  const percent = (share: number | null) => Number(((share ?? 0) * 100).toFixed(1));
  for (const { variant, rate, interval, probabilityBest } of result.variants) {
    const cells = [
      variant,
      `${percent(rate)} %`,
      `${percent(interval.low)}, ${percent(interval.high)} %`,
      `${percent(probabilityBest)} %`,
    ];
    expect(page).toMatch(new RegExp(`\\| ${cells.map((cell) => `${cell} *`).join('\\| ')}\\|`));
  }
  expect(page).toContain(`> ${experimentWords(result)[0]}`);
});
