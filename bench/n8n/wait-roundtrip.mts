/**
 * Contacts that wait until one moment, in one n8n: ten thousand in the contact store, and fewer in n8n's Wait with one execution
 * a contact, which is how a journey is built with it. Both are measured by the time n8n is busy with them: from the first
 * webhook call until the last contact waits, and from the moment they wait for until the last of them has gone through
 * the node behind the wait. The moment lies so far ahead that n8n's Wait keeps its executions in the database.
 */
import type { RunningN8n } from '../../host/n8n.mts';
import type { Measured } from '../measurement.mts';
import { ended, node, pause, personOf, post, publish, splitPeople, webhook, withN8n } from './stage.mts';

const CONTACTS = 10_000;
const BATCH = 2_500;
const EXECUTIONS = 200;
const LANES = 10;
/** How often n8n is asked how far it is, in milliseconds: asking is work for it as well. */
const SELDOM = 1_000;
/** How long our contacts wait at least, so that all are parked before the first is due. */
const OURS_AHEAD = 25_000;
/** The same for n8n's Wait; up to 65 s it would hold the executions in memory. */
const STOCK_AHEAD = 100_000;

interface Busy {
  /** Milliseconds. */
  enter: number;
  leave: number;
}

export function measureWaitRoundtrip(): Promise<Measured> {
  return withN8n(async (n8n) => {
    await saveContacts(n8n);
    // Not at the same time: each has the machine for itself. The first, shorter one only warms up.
    await parkAndWake(n8n, 'warm-up', 1_000);
    const ours = await parkAndWake(n8n, 'ours', CONTACTS);
    const stock = await waitInExecutions(n8n, EXECUTIONS);
    const rate = (count: number, busy: Busy) => (count / (busy.enter + busy.leave)) * 1000;
    const result = { ours: rate(CONTACTS, ours), reference: rate(EXECUTIONS, stock) };
    return {
      ...result,
      referenceName: `n8n's Wait, ${EXECUTIONS} contacts with one execution each`,
      ratio: result.ours / result.reference,
      unit: 'contacts/s in and out',
      oursParkSeconds: ours.enter / 1000,
      oursWakeSeconds: ours.leave / 1000,
      referenceEnterSeconds: stock.enter / 1000,
      referenceResumeSeconds: stock.leave / 1000,
      method:
        'time from the first call until all wait, plus time from the due moment until the last is through',
    };
  });
}

/** What a mail after the wait needs; both sides carry the same. */
function addressedPerson(number: number): Record<string, unknown> {
  const { email, firstName, lastName } = personOf(number, 0);
  return { email, firstName, lastName };
}

async function saveContacts(n8n: RunningN8n): Promise<void> {
  const id = await publish(n8n, 'Save people', [
    webhook('save'),
    splitPeople(),
    node('Save', '.contactStore', { resource: 'contact', operation: 'upsert', data: 'item' }),
  ]);
  await post(n8n, 'save', {
    people: Array.from({ length: CONTACTS }, (_, number) => addressedPerson(number)),
  });
  await ended(n8n, id, 1);
}

async function parkAndWake(n8n: RunningN8n, path: string, count: number): Promise<Busy> {
  const due = Date.now() + OURS_AHEAD;
  const id = await publish(n8n, `Wait in the store (${path})`, [
    webhook(path),
    splitPeople(),
    node('Wait Until Date', '.waitUntilDate', {
      until: 'date',
      date: new Date(due).toISOString(),
      direction: 'on',
      mode: 'park',
      options: { batchSize: BATCH },
    }),
    node('Go On', 'noOp', {}),
  ]);
  const people = Array.from({ length: count }, (_, number) => addressedPerson(number));
  const begun = Date.now();
  await post(n8n, path, { people });
  const [parked] = await ended(n8n, id, 1, SELDOM);
  const parkedAt = Date.parse(parked?.stoppedAt ?? '');
  if (parkedAt >= due) throw new Error('The contacts were due before all were parked; nothing was measured');
  await pause(Math.max(0, due - Date.now()));
  const woken = await ended(n8n, id, 1 + Math.ceil(count / BATCH), SELDOM);
  await requireThrough(
    n8n,
    woken.map((execution) => execution.id),
    count,
  );
  return { enter: parkedAt - begun, leave: lastStop(woken) - due };
}

async function waitInExecutions(n8n: RunningN8n, count: number): Promise<Busy> {
  const due = Date.now() + STOCK_AHEAD;
  const id = await publish(n8n, 'Wait in executions', [
    webhook('stock'),
    node('Wait', 'wait', { resume: 'specificTime', dateTime: new Date(due).toISOString() }, 1.1),
    node('Go On', 'noOp', {}),
  ]);
  const begun = Date.now();
  const numbers = Array.from({ length: count }, (_, number) => number).values();
  await Promise.all(
    Array.from({ length: LANES }, async () => {
      for (const number of numbers) await post(n8n, 'stock', addressedPerson(number));
    }),
  );
  while ((await waitingCount(n8n, id)) < count) {
    if (Date.now() > due) throw new Error('The executions were due before all waited; nothing was measured');
    await pause(SELDOM);
  }
  const waiting = await n8n.rest.executions({ workflowId: id, limit: count });
  const enter = lastStop(waiting) - begun;
  await pause(Math.max(0, due - Date.now()));
  const through = await ended(n8n, id, count, SELDOM);
  await requireThrough(n8n, [through[0]?.id ?? '', through.at(-1)?.id ?? ''], 2);
  return { enter, leave: lastStop(through) - due };
}

/** Whether the node behind the wait saw so many items in these executions. */
async function requireThrough(n8n: RunningN8n, ids: readonly string[], count: number): Promise<void> {
  let through = 0;
  for (const id of ids) {
    const { data } = await n8n.rest.execution(id);
    for (const run of data.resultData.runData['Go On'] ?? []) through += run.data?.main?.[0]?.length ?? 0;
  }
  if (through !== count) throw new Error(`${through} of ${count} contacts came through the wait`);
}

async function waitingCount(n8n: RunningN8n, workflowId: string): Promise<number> {
  const filter = encodeURIComponent(JSON.stringify({ workflowId, status: ['waiting'] }));
  const { count } = await n8n.rest.request<{ count: number }>('GET', `/executions?filter=${filter}&limit=1`);
  return count;
}

function lastStop(executions: ReadonlyArray<{ stoppedAt: string | null }>): number {
  return Math.max(...executions.map(({ stoppedAt }) => Date.parse(stoppedAt ?? '')));
}
