import { parseExperiment, type Experiment } from '../../src/domain/experiment/experiment';
import { quote, type Reading } from '../../src/domain/problem';
import { locatorText } from '../execution/locator-text';
import type { Parameters } from '../execution/parameters';

/** Reads the experiment of an item; items that ask for the same one get the same object. */
export class ExperimentsOfItems {
  private readonly parameters: Parameters;
  private readonly known = new Map<string, Reading<Experiment>>();

  constructor(parameters: Parameters) {
    this.parameters = parameters;
  }

  read(index: number): Reading<Experiment> {
    const name = locatorText(this.parameters.value('experiment', index)).trim();
    const known = this.known.get(name);
    if (known) return known;
    const reading = name === '' ? NO_NAME : this.parse(name, index);
    this.known.set(name, reading);
    return reading;
  }

  private parse(name: string, index: number): Reading<Experiment> {
    const variants = this.parameters
      .rows('variants', 'variant', index)
      .map((row) => ({ name: String(row.name ?? '').trim(), weight: row.weight as number }));
    const percent = this.parameters.number('controlPercent', index);
    const reading = parseExperiment({ name, variants, controlShare: percent / 100 });
    if (reading.ok) return reading;
    return {
      ok: false,
      problems: reading.problems.map((own) => ({ ...own, message: inWords(own.message, percent) })),
    };
  }
}

const NO_NAME: Reading<Experiment> = {
  ok: false,
  problems: [
    { field: 'experiment', message: 'The test has no name; give it one, or choose one from the list.' },
  ],
};

/** What the panel calls a share of contacts. */
function inWords(message: string, percent: number): string {
  return message
    .replace(
      /^.* is no share; .*$/,
      `${quote(percent)} is no control group; use a number from 0 to 99 percent.`,
    )
    .replace(/write \{.*$/, 'give it a name and a weight.');
}
