import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { claimMessages, previewMessages, type ClaimResult } from '../../src/app/messages/claim-messages';
import { readTickets } from '../../src/app/wait-ticket';
import { toTravelForm } from '../../src/domain/contact/contact';
import { isJsonObject } from '../../src/domain/json';
import { toNodeError } from '../execution/open-contact-store';
import { Run, type ForItem } from '../execution/run';
import { subscriptionKeyOf } from '../execution/subscription';
import { countChannels, readClaimRequest } from './channel-parameters';
import { split, type Place } from './outputs';
import { toMessageJson } from './travel-form';

/**
 * Decides over which channel each item's message goes, and claims it. In a test run nothing is claimed and nobody held: who
 * would be leaves through Unreachable.
 */
export async function chooseChannels(
  context: IExecuteFunctions,
  { isTest }: { readonly isTest: boolean },
): Promise<INodeExecutionData[][]> {
  const run = await Run.begin(context);
  const held = isTest ? new Map<number, number>() : await heldItems(run);
  const workflowZone = context.getTimezone();
  const requests = run.read((index) => {
    const { hold, ...json } = run.items[index]?.json ?? {};
    const heldSince = held.get(index) ?? null;
    const carried = heldSince === null && hold !== undefined ? { ...json, hold } : json;
    return readClaimRequest(run.parameters, index, carried, { workflowZone, heldSince });
  });
  const results = await run.batch(requests, (values, policy) =>
    isTest
      ? previewMessages(run.store, values, run.now, policy)
      : claimMessages(run.store, subscriptionKeyOf(context, 'wait'), values, run.now, policy),
  );
  const requestOf = new Map(requests.map(({ index, value }) => [index, value]));
  const places = new Map<number, Place>();
  for (const { index, value } of results) {
    const request = requestOf.get(index);
    if (!request || (!isTest && (value.outcome === 'held' || value.outcome === 'dropped'))) continue;
    places.set(index, placeOf(value, request.rules.channels));
    const before = request.item.contact;
    const contact = { ...(isJsonObject(before) ? before : {}), ...toTravelForm(value.contact) };
    const { binary } = run.items[index] ?? {};
    run.emit(index, {
      json: { ...request.item, contact, ...toMessageJson(request, value, isTest) },
      ...(binary ? { binary } : {}),
    });
  }
  tell(context, results, isTest);
  return split(run.finish(), countChannels(context.getNode().parameters), places);
}

/** Since when those items were held that come back to this very node; by their ticket, which ends here. */
async function heldItems(run: Run): Promise<Map<number, number>> {
  const tickets = run.items.map(({ json }) => (isJsonObject(json.hold) ? json.hold.ticket : undefined));
  const held = new Map<number, number>();
  if (tickets.every((ticket) => ticket === undefined)) return held;
  try {
    const outcomes = await readTickets(run.store, subscriptionKeyOf(run.context, 'wait').key, tickets);
    outcomes.forEach((outcome, index) => {
      const hold = run.items[index]?.json.hold;
      const since = isJsonObject(hold) ? Date.parse(String(hold.startedAt)) : Number.NaN;
      if (outcome !== null) held.set(index, Number.isFinite(since) ? since : run.now);
    });
  } catch (error) {
    throw toNodeError(run.context.getNode(), error);
  }
  return held;
}

function placeOf(
  result: Exclude<ClaimResult, { outcome: 'refused' }>,
  channels: ReadonlyArray<{ readonly name: string }>,
): Place {
  if (result.outcome === 'answered') return 'answered';
  if (result.outcome !== 'claimed') return 'unreachable';
  return channels.findIndex(({ name }) => name === result.decision.channel.name);
}

/** Says in the execution's view where the items have gone that left through no output, and what is uncertain. */
function tell(
  context: IExecuteFunctions,
  results: ReadonlyArray<ForItem<Exclude<ClaimResult, { outcome: 'refused' }>>>,
  isTest: boolean,
): void {
  const say = (message: string) => context.addExecutionHints({ message, location: 'outputPane' });
  const moments = results.flatMap(({ value }) => (value.outcome === 'held' ? (value.eligibleAt ?? []) : []));
  if (isTest) {
    const later =
      moments.length > 0 ? ` ${counted(moments.length)} would be held and left through Unreachable.` : '';
    say(`Test run: nothing is claimed and nobody is held, so the same message may be tested again.${later}`);
  } else if (moments.length > 0) {
    const first = new Date(moments.reduce((a, b) => Math.min(a, b))).toISOString();
    say(
      `${counted(moments.length)} held in the contact store; the first is judged anew at ${first} (UTC). Contact Store › Waiting lists them.`,
    );
  }
  const dropped = results.filter(({ value }) => value.outcome === 'dropped').length;
  if (dropped > 0) say(`${counted(dropped)} dropped, because nothing may be sent to them now.`);
  const uncertain = results.filter(({ value }) =>
    value.decision.tried.some(({ state }) => state === 'uncertain'),
  ).length;
  if (uncertain > 0) {
    say(
      `${counted(uncertain)} met with an attempt whose end nobody told. Contact Store › Message › Get Many lists what is uncertain; put Confirm and Fail after what sends.`,
    );
  }
}

function counted(contacts: number): string {
  return contacts === 1 ? '1 contact was' : `${contacts} contacts were`;
}
