import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { leftBy } from '../../src/app/leave-early';
import { park, type WaitRequest, type WaitResult } from '../../src/app/park-waits';
import { readTickets } from '../../src/app/wait-ticket';
import { isJsonObject } from '../../src/domain/json';
import { toNodeError } from '../execution/open-contact-store';
import { Run, type ForItem } from '../execution/run';
import { subscriptionKeyOf } from '../execution/subscription';
import { describeWait, WaitOutputs } from './outputs';
import { readWaitRequest } from './wait-parameters';

/** Parks the items that come to the wait, and lets out those that come from it. */
export async function parkItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const run = await Run.begin(context);
  const key = subscriptionKeyOf(context, 'wait');
  const outputs = new WaitOutputs(run);
  const returned = await letOut(run, key.key, outputs);
  const place = { workflowZone: context.getTimezone(), now: run.now };
  const requests = run
    .read<WaitRequest | null>((index) =>
      returned.has(index)
        ? { ok: true, value: null }
        : readWaitRequest(run.parameters, index, run.items[index]?.json ?? {}, place),
    )
    .flatMap(({ index, value }) => (value === null ? [] : [{ index, value }]));
  if (requests.length === 0) return outputs.finish();
  const results = await run.batch(requests, (values, policy) =>
    park(run.store, key, values, run.now, policy),
  );
  for (const { index, value } of results) leaveNow(outputs, index, value, run.now);
  tell(context, results);
  return outputs.finish();
}

/** Items with a ticket of this very wait have waited: they leave, without the ticket. */
async function letOut(run: Run, key: string, outputs: WaitOutputs): Promise<Set<number>> {
  const tickets = run.items.map(({ json }) => (isJsonObject(json.wait) ? json.wait.ticket : undefined));
  const returned = new Set<number>();
  if (tickets.every((ticket) => ticket === undefined)) return returned;
  try {
    const outcomes = await readTickets(run.store, key, tickets);
    outcomes.forEach((outcome, index) => {
      const wait = run.items[index]?.json.wait;
      if (outcome === null || !isJsonObject(wait)) return;
      const told = { ...wait };
      delete told.ticket;
      returned.add(index);
      outputs.leave(index, outcome, null, told);
    });
  } catch (error) {
    throw toNodeError(run.context.getNode(), error);
  }
  return returned;
}

function leaveNow(
  outputs: WaitOutputs,
  index: number,
  result: Exclude<WaitResult, { outcome: 'refused' }>,
  now: number,
): void {
  if (result.outcome === 'due' || result.outcome === 'missed') {
    outputs.leave(index, result.outcome, result.contact, describeWait(result.outcome, result.plan, now));
  } else if (result.outcome === 'left_early') {
    const more = { leftBy: leftBy(result), reasons: [...result.reasons] };
    outputs.leave(index, 'left_early', result.contact, describeWait('left_early', result.plan, now, more));
  }
}

/** Says in the execution's view where the items have gone that left through no output. */
function tell(context: IExecuteFunctions, results: ReadonlyArray<ForItem<WaitResult>>): void {
  const waiting = results.flatMap(({ value }) => ('timerId' in value ? [value] : []));
  const [first] = waiting;
  if (!first) return;
  const kept = waiting.filter(({ outcome }) => outcome === 'kept').length;
  const dates = waiting.map(({ dueAt }) => dueAt);
  const earliest = new Date(dates.reduce((a, b) => Math.min(a, b))).toISOString();
  const already = kept > 0 ? `, ${kept} of them already` : '';
  context.addExecutionHints({
    message: `${waiting.length === 1 ? '1 contact waits' : `${waiting.length} contacts wait`} in the contact store${already}; the first is due at ${earliest} (UTC). Contact Store › Waiting lists them.`,
    location: 'outputPane',
  });
}
