import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { findContacts, type ContactReference } from '../../src/app/find-contacts';
import { UNKNOWN_CONTACT } from '../../src/app/find-profiles';
import { matchContacts, type ContactMatch } from '../../src/app/segments/match-contacts';
import { toTravelForm } from '../../src/domain/contact/contact';
import { isJsonObject, type JsonObject } from '../../src/domain/json';
import type { Reading } from '../../src/domain/problem';
import { contactOfItem } from '../execution/contact-of-item';
import { toNodeError } from '../execution/open-contact-store';
import { Run, type ForItem } from '../execution/run';
import { RulesOfItems, type AskedRule } from './rule-of-item';

/** What one item asks, of whom. */
interface Question {
  readonly asked: AskedRule;
  /** Null where the item names nobody. */
  readonly contact: ContactReference | null;
}

/** The node's outputs, in the order of its description. */
const OUTPUTS = { match: 0, noMatch: 1 } as const;

/**
 * Lets each item out through Match or No Match. Items that ask the same are judged together, so that the number of
 * statements goes with the number of different rules, not of items.
 */
export async function matchItems(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
  const run = await Run.begin(context);
  const matching = new Set<number>();
  const questions = readQuestions(run);
  const ids = await idsOf(run, questions);
  const byRule = Map.groupBy(
    questions.map((question, at) => ({ ...question, id: ids[at] ?? null })),
    ({ value }) => value.asked,
  );
  let unknown = 0;
  for (const [asked, items] of byRule) {
    const matches = await matchesOf(run, asked, items);
    if (!matches.ok) {
      for (const { index } of items) run.refuse(index, matches.problems);
      continue;
    }
    for (const { index, id } of items) {
      const match = id === null ? undefined : matches.value.get(id);
      if (match?.holds) matching.add(index);
      if (match) run.pass(index, resultOf(run, index, asked, match));
      else if (passUnknown(run, index, asked)) unknown++;
    }
  }
  if (unknown > 0) {
    const who = unknown === 1 ? '1 item names' : `${unknown} items name`;
    const message = `${who} no contact of the store and left through No Match.`;
    context.addExecutionHints({ message, location: 'outputPane' });
  }
  return split(run.finish(), matching);
}

function readQuestions(run: Run): Array<ForItem<Question>> {
  const rules = new RulesOfItems(run.parameters);
  return run.read((index): Reading<Question> => {
    const asked = rules.read(index);
    if (!asked.ok) return asked;
    const contact = contactOfItem(run.parameters, index, run.items[index]?.json ?? {});
    if (!contact.ok && isErrorWhenUnknown(run, index)) return contact;
    return { ok: true, value: { asked: asked.value, contact: contact.ok ? contact.value : null } };
  });
}

async function idsOf(run: Run, questions: ReadonlyArray<ForItem<Question>>): Promise<Array<number | null>> {
  const references = questions.map(({ value }) => value.contact ?? { id: null, identifiers: [] });
  try {
    return await run.store.read((tx) => findContacts(tx, references));
  } catch (error) {
    throw toNodeError(run.context.getNode(), error);
  }
}

async function matchesOf(
  run: Run,
  { rule }: AskedRule,
  items: ReadonlyArray<{ readonly id: number | null }>,
): Promise<Reading<Map<number, ContactMatch>>> {
  const ids = items.flatMap(({ id }) => (id === null ? [] : [id]));
  try {
    const moment = { now: run.now, workflowZone: run.context.getTimezone() };
    return await matchContacts(run.store, ids, rule, moment);
  } catch (error) {
    throw toNodeError(run.context.getNode(), error);
  }
}

function resultOf(run: Run, index: number, asked: AskedRule, match: ContactMatch): JsonObject {
  const before = run.items[index]?.json.contact;
  return {
    contact: { ...(isJsonObject(before) ? before : {}), ...toTravelForm(match.contact) },
    match: {
      matches: match.holds,
      ...(asked.segment === null ? {} : { segment: asked.segment }),
      reasons: [...match.reasons],
      nextTurnAt: match.turnsAt === null ? null : new Date(match.turnsAt).toISOString(),
    },
  };
}

/** Does with an item whose contact is unknown what the user chose; tells whether it went on. */
function passUnknown(run: Run, index: number, { segment }: AskedRule): boolean {
  if (isErrorWhenUnknown(run, index)) {
    run.refuse(index, [UNKNOWN_CONTACT]);
    return false;
  }
  const match = {
    matches: false,
    ...(segment === null ? {} : { segment }),
    reasons: ['the contact is not in the store'],
    nextTurnAt: null,
  };
  run.pass(index, { match });
  return true;
}

function isErrorWhenUnknown(run: Run, index: number): boolean {
  return run.parameters.value('unknownContact', index) === 'error';
}

/** Whoever does not match, error items too, leaves through No Match: nobody is written to by mistake. */
function split(items: readonly INodeExecutionData[], matching: ReadonlySet<number>): INodeExecutionData[][] {
  const outputs: INodeExecutionData[][] = [[], []];
  for (const item of items) {
    const { item: index } = item.pairedItem as { item: number };
    outputs[matching.has(index) ? OUTPUTS.match : OUTPUTS.noMatch]?.push(item);
  }
  return outputs;
}
