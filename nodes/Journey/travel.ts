import type { INodeExecutionData, IExecuteFunctions } from 'n8n-workflow';
import { checkStays, endStaysOf, type StayResult } from '../../src/app/journeys/check-stays';
import { enterJourney, type EntryRequest, type EntryResult } from '../../src/app/journeys/enter-journey';
import type { JourneyRequest, JourneyWorkflow } from '../../src/app/journeys/save-journey';
import { toTravelForm } from '../../src/domain/contact/contact';
import { isJsonObject, type JsonObject } from '../../src/domain/json';
import type { Reading } from '../../src/domain/problem';
import { Run, type ForItem } from '../execution/run';
import { readDefinition } from './journey-definition';
import { journeyOfItem, readEntry, readStay } from './stay-of-item';

/** The node's outputs, in the order of its description. */
const OUTPUTS = { continues: 0, left: 1 } as const;
type Result = Exclude<EntryResult | StayResult, { outcome: 'refused' }>;

/** Lets contacts into a journey, checks who is still in it, or ends their stays. */
export async function travel(
  context: IExecuteFunctions,
  workflow: JourneyWorkflow,
): Promise<INodeExecutionData[][]> {
  const run = await Run.begin(context);
  const going = new Set<number>();
  const operation = run.parameters.value('operation', 0);
  if (context.getMode() === 'manual') tryOut(run, operation !== 'leave', going);
  else if (operation === 'enter') await enter(run, workflow, going);
  else await check(run, operation === 'leave', going);
  return split(run.finish(), going);
}

interface Entering {
  readonly journey: JourneyRequest;
  readonly entry: EntryRequest;
}

/** Items that name the same journey with the same definition enter together. */
async function enter(run: Run, workflow: JourneyWorkflow, going: Set<number>): Promise<void> {
  const zone = run.context.getTimezone();
  const known = new Map<string, JourneyRequest>();
  const read = run.read<Entering>((index): Reading<Entering> => {
    const name = journeyOfItem(run, index);
    if (!name.ok) return name;
    const definition = readDefinition(run.parameters, index);
    if (!definition.ok) return definition;
    const entry = readEntry(run, index);
    if (!entry.ok) return entry;
    const key = JSON.stringify([name.value, definition.value]);
    const journey = known.get(key) ?? { name: name.value, definition: definition.value, zone, workflow };
    known.set(key, journey);
    return { ok: true, value: { journey, entry: entry.value } };
  });
  for (const [journey, items] of Map.groupBy(read, ({ value }) => value.journey)) {
    const results = await run.batch(
      items.map(({ index, value }) => ({ index, value: value.entry })),
      (entries, policy) => enterJourney(run.store, journey, entries, run.now, policy),
    );
    for (const result of results) pass(run, result, going);
  }
}

async function check(run: Run, ends: boolean, going: Set<number>): Promise<void> {
  const read = run.read((index) => readStay(run, index));
  const reasonOf = (at: number) =>
    run.parameters.text('reason', read[at]?.index ?? 0).trim() || 'left by hand';
  const results = await run.batch(read, (stays, policy) =>
    ends
      ? endStaysOf(
          run.store,
          stays.map((stay, at) => ({ ...stay, reason: reasonOf(at) })),
          run.now,
          policy,
        )
      : checkStays(run.store, stays, run.now, policy),
  );
  for (const result of results) pass(run, result, going);
}

function pass(run: Run, { index, value }: ForItem<Result>, going: Set<number>): void {
  if (value.outcome === 'continues') going.add(index);
  const { enrolment, contact, journey, reasons } = value;
  const before = run.items[index]?.json.contact;
  run.pass(index, {
    contact: { ...(isJsonObject(before) ? before : {}), ...toTravelForm(contact) },
    journey: {
      name: journey,
      enrolmentId: enrolment?.id ?? null,
      enteredAt: enrolment === null ? null : iso(enrolment.enteredAt),
      isControl: enrolment?.isControl ?? false,
      state: enrolment?.state ?? null,
      endedAt: enrolment?.endedAt == null ? null : iso(enrolment.endedAt),
      reason: enrolment?.reason ?? null,
      ...('entry' in value
        ? { entry: value.entry, eligibleAt: value.eligibleAt === null ? null : iso(value.eligibleAt) }
        : {}),
      reasons: [...reasons],
    },
  });
}

/** A run by hand tries the workflow out: nobody enters, and nobody's stay ends. */
function tryOut(run: Run, continues: boolean, going: Set<number>): void {
  for (const { index, value: name } of run.read((item) => journeyOfItem(run, item))) {
    if (continues) going.add(index);
    const carried = run.items[index]?.json.journey;
    const journey: JsonObject = isJsonObject(carried) ? { ...carried } : { enrolmentId: null };
    run.pass(index, { journey: { ...journey, name, test: true, reasons: ['test run: nothing is kept'] } });
  }
  const message = 'Test run: nobody enters the journey, and nobody leaves it.';
  run.context.addExecutionHints({ message, location: 'outputPane' });
}

/** Whoever is not in the journey, error items too, leaves through Left: nobody is written to by mistake. */
function split(items: readonly INodeExecutionData[], going: ReadonlySet<number>): INodeExecutionData[][] {
  const outputs: INodeExecutionData[][] = [[], []];
  for (const item of items) {
    const { item: index } = item.pairedItem as { item: number };
    outputs[going.has(index) ? OUTPUTS.continues : OUTPUTS.left]?.push(item);
  }
  return outputs;
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
