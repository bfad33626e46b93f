import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { splitContacts, type SplitRequest, type SplitResult } from '../../src/app/experiments/split-contacts';
import { takeWinner, type WinnerRequest, type WinnerResult } from '../../src/app/experiments/take-winner';
import type { ContactProfile } from '../../src/domain/contact/contact';
import { toTravelForm } from '../../src/domain/contact/contact';
import type { Experiment } from '../../src/domain/experiment/experiment';
import { isJsonObject, type JsonObject } from '../../src/domain/json';
import { quote, type Reading } from '../../src/domain/problem';
import { contactOfItem } from '../execution/contact-of-item';
import { readGoal } from '../execution/experiment-goal';
import { Run } from '../execution/run';
import { ExperimentsOfItems } from './experiment-of-node';
import { split, type Way } from './outputs';

/** Lets each item out by the variant of its contact, or the rest by what did best. */
export async function splitItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const run = await Run.begin(context);
  const isWinner = run.parameters.value('operation', 0) === 'takeWinner';
  // A run by hand tries the workflow out: it is not to count.
  const record = context.getMode() !== 'manual';
  const experiments = new ExperimentsOfItems(run.parameters);
  const ways = new Map<number, Way>();
  if (isWinner) await giveWinner(run, experiments, record, ways);
  else await giveVariants(run, experiments, record, ways);
  if (!record) {
    const message = 'Test run: nothing was kept, so that it does not count in the results.';
    context.addExecutionHints({ message, location: 'outputPane' });
  }
  const variants = run.parameters.rows('variants', 'variant', 0).length;
  return split(run.finish(), ways, variants, isWinner);
}

async function giveVariants(
  run: Run,
  experiments: ExperimentsOfItems,
  record: boolean,
  ways: Map<number, Way>,
): Promise<void> {
  const read = run.read<SplitRequest>((index) => {
    const experiment = experiments.read(index);
    if (!experiment.ok) return experiment;
    const contact = contactOfItem(run.parameters, index, run.items[index]?.json ?? {});
    if (!contact.ok) return contact;
    const again = run.parameters.value('options.again', index) === 'move' ? 'move' : 'keep';
    return { ok: true, value: { contact: contact.value, experiment: experiment.value, again } };
  });
  const asked = new Map(read.map(({ index, value }) => [index, value.experiment]));
  const results = await run.batch(read, (values, policy) =>
    splitContacts(run.store, values, run.now, { ...policy, record }),
  );
  for (const { index, value } of results) {
    const experiment = asked.get(index);
    if (!experiment) continue;
    ways.set(index, wayOf(experiment, value.variant));
    run.pass(
      index,
      additions(run, index, value.contact, experiment, value.variant, splitReasons(experiment, value)),
    );
  }
}

async function giveWinner(
  run: Run,
  experiments: ExperimentsOfItems,
  record: boolean,
  ways: Map<number, Way>,
): Promise<void> {
  const moment = { now: run.now, workflowZone: run.context.getTimezone() };
  const read = run.read<WinnerRequest>((index): Reading<WinnerRequest> => {
    const experiment = experiments.read(index);
    if (!experiment.ok) return experiment;
    const goal = readGoal(run.parameters, index, moment);
    if (!goal.ok) return goal;
    const contact = contactOfItem(run.parameters, index, run.items[index]?.json ?? {});
    if (!contact.ok) return contact;
    const undecided = run.parameters.value('undecided', index) === 'split' ? 'split' : 'leader';
    const results = { name: experiment.value.name, ...goal.value };
    return { ok: true, value: { contact: contact.value, experiment: experiment.value, results, undecided } };
  });
  const asked = new Map(read.map(({ index, value }) => [index, value.experiment]));
  const results = await run.batch(read, (values, policy) =>
    takeWinner(run.store, values, run.now, { ...policy, record }),
  );
  for (const { index, value } of results) {
    const experiment = asked.get(index);
    if (!experiment) continue;
    const { contact, variant, tookPart, decision } = value;
    ways.set(index, tookPart ? 'tookPart' : wayOf(experiment, variant));
    run.pass(index, {
      ...additions(run, index, contact, experiment, variant, winnerReasons(value)),
      winner: {
        name: decision.winner,
        decidedAt: decision.decidedAt === null ? null : new Date(decision.decidedAt).toISOString(),
        reasons: [...decision.words],
      },
    });
  }
}

function wayOf({ variants }: Experiment, variant: string | null): Way {
  const place = variants.findIndex(({ name }) => name === variant);
  return place < 0 ? 'control' : place;
}

function additions(
  run: Run,
  index: number,
  contact: ContactProfile,
  experiment: Experiment,
  variant: string | null,
  reasons: readonly string[],
): JsonObject {
  const before = run.items[index]?.json.contact;
  return {
    contact: { ...(isJsonObject(before) ? before : {}), ...toTravelForm(contact) },
    variant: {
      experiment: experiment.name,
      name: variant,
      isControl: variant === null,
      reasons: [...reasons],
    },
  };
}

type Split = Exclude<SplitResult, { outcome: 'refused' }>;

function splitReasons({ variants, controlShare }: Experiment, { variant, before }: Split): string[] {
  if (variant === null && before?.variant === null) {
    return [`in the control group since ${new Date(before.at).toISOString()}`];
  }
  if (before && before.variant === variant) {
    return [`got ${quote(variant)} at ${new Date(before.at).toISOString()}, and keeps it`];
  }
  const moved = before ? [`got ${before.variant === null ? 'nothing' : quote(before.variant)} before`] : [];
  if (variant === null) return [...moved, `drawn into the control group of ${percent(controlShare)}`];
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  const own = variants.find(({ name }) => name === variant)?.weight ?? 0;
  return [
    ...moved,
    `drawn by the contact's id: ${quote(variant)} gets ${percent((own / total) * (1 - controlShare))}`,
  ];
}

type Winner = Exclude<WinnerResult, { outcome: 'refused' }>;

function winnerReasons({ variant, tookPart, decision }: Winner): string[] {
  if (tookPart) {
    const got = tookPart.variant === null ? 'was in the control group' : `got ${quote(tookPart.variant)}`;
    return [`took part: ${got} since ${new Date(tookPart.at).toISOString()}`];
  }
  if (variant === null) return ['in the control group'];
  return decision.winner === null
    ? ['not decided yet: split by the weights']
    : [`${quote(variant)} did best`];
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} % of contacts`;
}
