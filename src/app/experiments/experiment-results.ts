import { experimentWords } from '../../domain/experiment/experiment-words';
import { parseExperiment, type Experiment } from '../../domain/experiment/experiment';
import {
  judgeExperiment,
  type ExperimentResult,
  type StoppingRule,
  type Tally,
} from '../../domain/experiment/judge-experiment';
import { quote, type Problem, type Reading } from '../../domain/problem';
import type { ExperimentQuestion, SavedExperiment, Store, Transaction } from '../../store/port';
import { savedRules } from '../segments/live-rules';
import { readDefinition } from '../segments/read-definition';
import { tallyByRule } from './tally-by-rule';

/** What is asked of an experiment: what counts, and when it has told enough. */
export interface ResultsRequest {
  readonly name: string;
  /** What counts as a success: an event, or a rule of the language in its JSON, judged since the assignment. */
  readonly question: ExperimentQuestion | (Omit<ExperimentQuestion, 'goal'> & { readonly rule: unknown });
  readonly stopping: StoppingRule;
}

/** What an experiment has told so far. */
export type ExperimentResults =
  | {
      readonly outcome: 'judged';
      readonly experiment: SavedExperiment;
      /** Its definition, read. */
      readonly definition: Experiment;
      readonly result: ExperimentResult;
      readonly words: readonly string[];
    }
  | { readonly outcome: 'refused'; readonly problems: readonly Problem[] };

/** Returns what contacts of an experiment did since they were assigned, judged. */
export function experimentResults(store: Store, request: ResultsRequest): Promise<ExperimentResults> {
  return store.read((tx) => judgeIn(tx, request));
}

/** The same within a transaction. */
export async function judgeIn(
  tx: Transaction,
  { name, question, stopping }: ResultsRequest,
): Promise<ExperimentResults> {
  const experiment = await tx.experiments.get(name);
  const reading = parseExperiment(experiment?.definition);
  if (!experiment || !reading.ok) return { outcome: 'refused', problems: [unknownExperiment(name)] };
  const found = await tallyOf(tx, experiment.id, question);
  if (!found.ok) return { outcome: 'refused', problems: found.problems };
  const result = judgeExperiment(everyTally(reading.value, found.value, stopping), stopping);
  return { outcome: 'judged', experiment, definition: reading.value, result, words: experimentWords(result) };
}

/** Counted by the database where an event is what counts. */
async function tallyOf(
  tx: Transaction,
  experimentId: number,
  question: ResultsRequest['question'],
): Promise<Reading<readonly Tally[]>> {
  if ('goal' in question) return { ok: true, value: await tx.experiments.tally(experimentId, question) };
  const { book: saved } = await savedRules(tx);
  let name = 'what counts';
  while (saved.segments.has(name)) name += '.';
  const reading = readDefinition({ name, rule: question.rule, zone: question.workflowZone }, saved);
  if (!reading.ok) return reading;
  const { rule, book } = reading.value;
  return { ok: true, value: await tallyByRule(tx, experimentId, { ...question, rule, book }) };
}

/**
 * Those of the variants, in their order, also of those that nobody got; then of the control group. Variants that the
 * experiment has no more are left out: they cannot win, and would wait for contacts for ever; so would those of weight 0 that
 * have had too few.
 */
function everyTally(
  { variants, controlShare }: Experiment,
  found: readonly Tally[],
  { minimumContacts }: StoppingRule,
): Tally[] {
  const tallyOf = (variant: string | null) =>
    found.find((own) => own.variant === variant) ?? { variant, contacts: 0, successes: 0 };
  const hasControl = controlShare > 0 || found.some(({ variant }) => variant === null);
  const known = variants.filter(
    ({ name, weight }) => weight > 0 || tallyOf(name).contacts >= Math.max(1, minimumContacts),
  );
  // Of one alone nothing can be told but that the others have had nobody.
  const told = known.length < 2 ? variants : known;
  return [...told.map(({ name }) => tallyOf(name)), ...(hasControl ? [tallyOf(null)] : [])];
}

/** What is said of an experiment that is not in the store. */
export function unknownExperiment(name: string): Problem {
  return {
    field: 'experiment',
    message: `There is no test ${quote(name)}. It begins when contacts reach a Split Test node of that name in a published workflow.`,
  };
}
