import { experimentResults, type ResultsRequest } from '../../../../src/app/experiments/experiment-results';
import type { ExperimentResult, VariantResult } from '../../../../src/domain/experiment/judge-experiment';
import type { JsonObject } from '../../../../src/domain/json';
import type { Reading } from '../../../../src/domain/problem';
import { experimentLocator, GOAL_PROPERTIES, readGoal } from '../../../execution/experiment-goal';
import { locatorText } from '../../../execution/locator-text';
import type { Run } from '../../../execution/run';
import type { Operation } from '../../operation';
import { oneByOne } from '../segment/one-by-one';
import { describeTest } from './test-form';

export const getResults: Operation = {
  value: 'getResults',
  name: 'Get Results',
  action: 'Get the results of a split test',
  description: 'Gives the rate of each variant, how likely each is to be the best, and whether to stop',
  properties: [
    experimentLocator('The test, by the name that its Split Test node gives it'),
    ...GOAL_PROPERTIES,
  ],
  async execute(run) {
    const read = run.read((index) => readRequest(run, index));
    await oneByOne(run, read, async (request) => {
      const judged = await experimentResults(run.store, request);
      if (judged.outcome === 'refused') return judged;
      const { experiment, result, words } = judged;
      return { json: { test: describeTest(experiment), results: toForm(result, words) } };
    });
  },
};

function readRequest(run: Run, index: number): Reading<ResultsRequest> {
  const name = locatorText(run.parameters.value('experiment', index)).trim();
  const moment = { now: run.now, workflowZone: run.context.getTimezone() };
  const goal = readGoal(run.parameters, index, moment);
  if (!goal.ok) return goal;
  if (name !== '') return { ok: true, value: { name, ...goal.value } };
  const message = 'No test is chosen; choose one from the list or give its name.';
  return { ok: false, problems: [{ field: 'experiment', message }] };
}

/** Rates and probabilities as shares from 0 to 1; the ends of intervals hold with 95 % probability. */
function toForm({ variants, leader, verdict }: ExperimentResult, words: readonly string[]): JsonObject {
  return {
    verdict,
    isDecided: verdict === 'decided' || verdict === 'same',
    leader,
    variants: variants.map(variantForm),
    reasons: [...words],
  };
}

function variantForm(own: VariantResult): JsonObject {
  const { difference } = own;
  return {
    name: own.variant,
    isControl: own.variant === null,
    contacts: own.contacts,
    successes: own.successes,
    rate: own.rate,
    from: own.interval.low,
    to: own.interval.high,
    probabilityBest: own.probabilityBest,
    difference: difference && {
      against: difference.to ?? 'Control Group',
      mean: difference.mean,
      from: difference.low,
      to: difference.high,
      probabilityAbove: difference.probabilityAbove,
    },
  };
}
