/**
 * The same score of the same people, in one n8n: Lead Scoring asks the contact store, the stock way fetches each one's events
 * from a Data Table and adds the points up in a Code node. Compared is the time n8n recorded for the nodes that do it.
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
const EVENTS_EACH = 10;
/** People whose events are recorded in one execution. */
const TOLD_AT_ONCE = 1_000;
const ROUNDS = 5;
const UNCOUNTED = 2;
const DAY = 86_400_000;
const BEGIN = Date.now();

const VIEWS = [0, 1, 2, 3, 4, 5, 6, 7].map((topic) => ({
  event: 'page_viewed',
  where: [{ property: 'topic', op: 'equals', value: `t${topic}` }],
  points: 1 + topic,
  halfLifeDays: 30,
}));
const CLICKS = [0, 1, 2, 3].map((topic) => ({
  event: 'email_clicked',
  where: [{ property: 'topic', op: 'equals', value: `t${topic}` }],
  points: 3,
  halfLifeDays: 14,
}));
const ORDERS = [100, 200, 300].map((value) => ({
  event: 'order_placed',
  where: [{ property: 'value', op: 'gte', value }],
  points: 10,
  halfLifeDays: 60,
}));
const PROFILE = [
  { property: 'country', op: 'equals', value: 'DE' },
  { property: 'country', op: 'equals', value: 'FR' },
  { property: 'plan', op: 'equals', value: 'pro' },
  { property: 'plan', op: 'equals', value: 'starter' },
  { property: 'city', op: 'equals', value: 'Berlin' },
].map((rule) => ({ rule, points: 5 }));
const RULES = [...VIEWS, ...CLICKS, ...ORDERS, ...PROFILE];

/** The same rules as one would write them in a Code node. */
const CODE = `
const rules = ${JSON.stringify(RULES)};
const now = Date.now();
const holds = ({ property, op, value }, of) => op === 'gte' ? of[property] >= value : of[property] === value;
const eventsOf = new Map();
for (const { json } of $input.all()) {
  if (!eventsOf.has(json.email)) eventsOf.set(json.email, []);
  eventsOf.get(json.email).push(json);
}
return $('Split').all().map(({ json: person }) => {
  let total = 0;
  for (const rule of rules) {
    if (rule.rule) { if (holds(rule.rule, person)) total += rule.points; continue; }
    for (const event of eventsOf.get(person.email) ?? []) {
      if (event.type !== rule.event || !rule.where.every((each) => holds(each, event))) continue;
      total += rule.points * 0.5 ** ((now - event.at) / (rule.halfLifeDays * ${DAY}));
    }
  }
  return { json: { email: person.email, total } };
});`;

interface Side {
  readonly path: string;
  readonly workflowId: string;
  /** The nodes that look up and add up. */
  readonly scoring: readonly string[];
  readonly size: number;
  readonly rates: number[];
  totalOf(item: Record<string, unknown>): number;
  /** Of the people that both sides know, in the last round. */
  total: number;
}

export function measureScoreNode(): Promise<Measured> {
  return withN8n(async (n8n) => {
    const ours = await contactStore(n8n);
    const stock = await dataTable(n8n);
    for (let round = 0; round < UNCOUNTED + ROUNDS; round++) {
      for (const side of round % 2 === 0 ? [ours, stock] : [stock, ours]) await run(n8n, side, round);
    }
    // Seconds lie between the two; a half-life of two weeks does not notice them.
    if (!(ours.total > 0) || Math.abs(ours.total / stock.total - 1) > 0.001)
      throw new Error(`${ours.total} points here, and ${stock.total} there`);
    const result = { ours: median(ours.rates), reference: median(stock.rates) };
    return {
      ...result,
      referenceName: `n8n's Data Table, Get, and Code, for ${ROWS} people with ${EVENTS_EACH} events each`,
      ratio: result.ours / result.reference,
      unit: 'contacts/s in the nodes',
      rounds: ROUNDS,
      rules: RULES.length,
    };
  });
}

/** What person `number` did, the same for both sides. */
function eventsOf(number: number) {
  return Array.from({ length: EVENTS_EACH }, (_, place) => ({
    type: ['page_viewed', 'page_viewed', 'email_clicked', 'order_placed'][place % 4] ?? '',
    topic: `t${(number + place) % 8}`,
    value: ((number * 7 + place * 31) % 40) * 10,
    at: BEGIN - ((number * 13 + place * 29) % 200) * (DAY / 2),
  }));
}

async function contactStore(n8n: RunningN8n): Promise<Side> {
  const saving = await publish(n8n, 'Save contacts', [
    webhook('save-scored'),
    splitPeople(),
    node('Save', '.contactStore', { resource: 'contact', operation: 'upsert', data: 'item' }),
  ]);
  await post(n8n, 'save-scored', { people: people(CONTACTS) });
  await ended(n8n, saving, 1);
  const recording = await publish(n8n, 'Record events', [
    webhook('record-scored'),
    splitPeople(),
    node('Record', '.contactStore', { resource: 'event', operation: 'record', dataFrom: 'item' }),
  ]);
  for (let at = 0; at < CONTACTS; at += TOLD_AT_ONCE) {
    const told = people(at + TOLD_AT_ONCE)
      .slice(at)
      .flatMap(({ email }, place) =>
        eventsOf(at + place).map(({ type, topic, value, at: occurredAt }) => ({
          contact: { email },
          event: { type, occurredAt: new Date(occurredAt).toISOString(), properties: { topic, value } },
        })),
      );
    await post(n8n, 'record-scored', { people: told });
    await ended(n8n, recording, at / TOLD_AT_ONCE + 1);
  }
  const workflowId = await publish(n8n, 'Score contacts', [
    webhook('score-contacts'),
    splitPeople(),
    node('Score', '.leadScoring', {
      defineBy: 'json',
      modelJson: JSON.stringify({ name: 'leads', rules: RULES }),
    }),
  ]);
  return {
    path: 'score-contacts',
    workflowId,
    scoring: ['Score'],
    size: CONTACTS,
    rates: [],
    totalOf: ({ score }) => (score as { total: number }).total,
    total: 0,
  };
}

async function dataTable(n8n: RunningN8n): Promise<Side> {
  const rows = people(ROWS).flatMap(({ email }, number) =>
    eventsOf(number).map((event) => ({ email, ...event })),
  );
  const table = await fillDataTable(n8n, 'events', rows, { optimizeBulk: true });
  const workflowId = await publish(n8n, 'Score rows', [
    webhook('score-rows'),
    splitPeople(),
    table.lookUp('Look Up'),
    node('Add Up', 'code', { mode: 'runOnceForAllItems', jsCode: CODE }, 2),
  ]);
  return {
    path: 'score-rows',
    workflowId,
    scoring: ['Look Up', 'Add Up'],
    size: ROWS,
    rates: [],
    totalOf: ({ total }) => total as number,
    total: 0,
  };
}

async function run(n8n: RunningN8n, side: Side, round: number): Promise<void> {
  const execution = await runOnce(n8n, side, { people: people(side.size) });
  const [scored = []] = outputsOf(execution, side.scoring.at(-1) ?? '');
  if (scored.length !== side.size)
    throw new Error(`${scored.length} of ${side.size} came out of ${side.path}`);
  side.total = scored.slice(0, ROWS).reduce((sum, { json }) => sum + side.totalOf(json), 0);
  if (round >= UNCOUNTED) side.rates.push(rateOf(execution, side.scoring, side.size));
}
