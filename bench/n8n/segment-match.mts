/**
 * The same question about people, in one n8n: Segment Match asks the contact store, the stock way looks each up in a Data Table
 * and asks an If. Compared is the time n8n recorded for the nodes that do it.
 */
import type { RunningN8n } from '../../host/n8n.mts';
import type { Measured } from '../measurement.mts';
import { median } from '../rounds.mts';
import { fillDataTable } from './data-table.mts';
import {
  ended,
  node,
  outputsOf,
  people,
  post,
  publish,
  rateOf,
  runOnce,
  splitPeople,
  webhook,
  withN8n,
} from './stage.mts';

const CONTACTS = 10_000;
const ROWS = 300;
const ROUNDS = 5;
const UNCOUNTED = 2;

interface Side {
  readonly path: string;
  readonly workflowId: string;
  /** The nodes that look up and decide. */
  readonly deciding: readonly string[];
  readonly size: number;
  readonly rates: number[];
  /** How many of the people matched, in the last round. */
  matched: number;
}

export function measureSegmentMatch(): Promise<Measured> {
  return withN8n(async (n8n) => {
    const ours = await contactStore(n8n);
    const stock = await dataTable(n8n);
    for (let round = 0; round < UNCOUNTED + ROUNDS; round++) {
      for (const side of round % 2 === 0 ? [ours, stock] : [stock, ours]) await run(n8n, side, round);
    }
    const share = (side: Side) => side.matched / side.size;
    if (ours.matched === 0 || Math.abs(share(ours) - share(stock)) > 0.05) {
      throw new Error(
        `${ours.matched} of ${ours.size} matched here and ${stock.matched} of ${stock.size} there`,
      );
    }
    const result = { ours: median(ours.rates), reference: median(stock.rates) };
    return {
      ...result,
      referenceName: `n8n's Data Table, Get, and If, for ${ROWS} people`,
      ratio: result.ours / result.reference,
      unit: 'contacts/s in the nodes',
      rounds: ROUNDS,
    };
  });
}

async function contactStore(n8n: RunningN8n): Promise<Side> {
  const saving = await publish(n8n, 'Save contacts', [
    webhook('save-contacts'),
    splitPeople(),
    node('Save', '.contactStore', { resource: 'contact', operation: 'upsert', data: 'item' }),
  ]);
  await post(n8n, 'save-contacts', { people: people(CONTACTS) });
  await ended(n8n, saving, 1);
  const rule = {
    all: [
      { property: 'plan', op: 'equals', value: 'pro' },
      { property: 'country', op: 'in', value: ['DE', 'AT'] },
    ],
  };
  const workflowId = await publish(n8n, 'Match contacts', [
    webhook('match-contacts'),
    splitPeople(),
    node('Match', '.segmentMatch', { defineBy: 'json', ruleJson: JSON.stringify(rule) }),
  ]);
  return { path: 'match-contacts', workflowId, deciding: ['Match'], size: CONTACTS, rates: [], matched: 0 };
}

async function dataTable(n8n: RunningN8n): Promise<Side> {
  const table = await fillDataTable(n8n, 'people', people(ROWS));
  const workflowId = await publish(n8n, 'Match rows', [
    webhook('match-rows'),
    splitPeople(),
    table.lookUp('Look Up'),
    node('If', 'if', isProInDachParameters(), 2.2),
  ]);
  return { path: 'match-rows', workflowId, deciding: ['Look Up', 'If'], size: ROWS, rates: [], matched: 0 };
}

function isProInDachParameters(): Record<string, unknown> {
  const text = (operation: string) => ({ type: 'string', operation });
  return {
    conditions: {
      options: { caseSensitive: true, leftValue: '', typeValidation: 'strict', version: 2 },
      combinator: 'and',
      conditions: [
        { id: '1', leftValue: '={{ $json.plan }}', rightValue: 'pro', operator: text('equals') },
        { id: '2', leftValue: '={{ $json.country }}', rightValue: '^(DE|AT)$', operator: text('regex') },
      ],
    },
    options: {},
  };
}

async function run(n8n: RunningN8n, side: Side, round: number): Promise<void> {
  const execution = await runOnce(n8n, side, { people: people(side.size) });
  const [matched = [], others = []] = outputsOf(execution, side.deciding.at(-1) ?? '');
  if (matched.length + others.length !== side.size)
    throw new Error(`${matched.length + others.length} of ${side.size} came out of ${side.path}`);
  side.matched = matched.length;
  if (round >= UNCOUNTED) side.rates.push(rateOf(execution, side.deciding, side.size));
}
