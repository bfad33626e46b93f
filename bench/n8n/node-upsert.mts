/**
 * Two nodes of one n8n, each upserting people it gets from the same kind of webhook: half of them new, half known by their
 * e-mail. What is compared is the time n8n recorded for the node itself; the rates of the whole executions are told beside it.
 * The Data Table gets fewer rows: it takes each by itself, and slows down as the table grows.
 */
import type { RunningN8n } from '../../host/n8n.mts';
import type { Measured } from '../measurement.mts';
import { median } from '../rounds.mts';
import { createDataTable } from './data-table.mts';
import {
  node,
  outputsOf,
  personOf,
  publish,
  rateOf,
  runOnce,
  splitPeople,
  webhook,
  wholeTime,
  withN8n,
} from './stage.mts';

const CONTACTS = 10_000;
const ROWS = 300;
const ROUNDS = 5;
/** Rounds before those, the first of which has only new people. */
const UNCOUNTED = 2;

interface Side {
  readonly path: string;
  readonly nodeName: string;
  readonly workflowId: string;
  readonly size: number;
  readonly node: number[];
  readonly whole: number[];
}

export function measureNodeUpsert(): Promise<Measured> {
  return withN8n(async (n8n) => {
    const ours = await side(n8n, 'contact-store', CONTACTS, {
      ...node('Upsert', '.contactStore', { resource: 'contact', operation: 'upsert', data: 'item' }),
    });
    const table = await createDataTable(n8n, 'people', personOf(0, 0));
    const theirs = await side(n8n, 'data-table', ROWS, table.upsert('Upsert'));
    for (let round = 0; round < UNCOUNTED + ROUNDS; round++) {
      for (const one of round % 2 === 0 ? [ours, theirs] : [theirs, ours]) await run(n8n, one, round);
    }
    const result = { ours: median(ours.node), reference: median(theirs.node) };
    const whole = { ours: median(ours.whole), reference: median(theirs.whole) };
    return {
      ...result,
      referenceName: `n8n's Data Table node, upsert of ${ROWS} rows`,
      ratio: result.ours / result.reference,
      unit: 'contacts/s in the node',
      rounds: ROUNDS,
      wholeExecution: whole.ours,
      wholeExecutionOfReference: whole.reference,
      wholeExecutionRatio: whole.ours / whole.reference,
    };
  });
}

async function side(
  n8n: RunningN8n,
  path: string,
  size: number,
  measured: ReturnType<typeof node>,
): Promise<Side> {
  const workflowId = await publish(n8n, `Upsert by ${path}`, [webhook(path), splitPeople(), measured]);
  return { path, nodeName: measured.name, workflowId, size, node: [], whole: [] };
}

async function run(n8n: RunningN8n, side: Side, round: number): Promise<void> {
  const firstNumber = (round * side.size) / 2;
  const people = Array.from({ length: side.size }, (_, place) => personOf(firstNumber + place, round));
  const execution = await runOnce(n8n, side, { people });
  const given = outputsOf(execution, side.nodeName)[0]?.length;
  if (given !== side.size) throw new Error(`${given} of ${side.size} items came out of ${side.path}`);
  if (round < UNCOUNTED) return;
  side.node.push(rateOf(execution, [side.nodeName], side.size));
  side.whole.push((side.size / wholeTime(execution)) * 1000);
}
