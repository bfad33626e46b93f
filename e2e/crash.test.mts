/** n8n is killed again and again while contacts come out of a wait: nobody is lost, and who comes twice is marked. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { pause } from './patience.mts';
import { setStage } from './stage.mts';
import { startSink, type Arrival, type Sink } from './sink.mts';
import {
  listWaiting,
  parkAndTell,
  parkPeople,
  publishNew,
  untilNobodyWaits,
  whoWaits,
} from './workflows.mts';

const CONTACTS = 1000;
const KILLS = 20;
/** By then all of them are in the store. */
const FIRST_DUE_AFTER_SECONDS = 8;
/** Contacts come due evenly over about as long as the kills take, so that each start finds some that are overdue. */
const DUE_OVER_SECONDS = 230;
/** After each start n8n lives so long at most: about as long as it takes to deliver what is overdue. */
const LONGEST_LIFE_SECONDS = 3;
const SLOWEST_ANSWER_MILLISECONDS = 120;

const seed = Number(process.env['E2E_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Numbers from 0 to 1 that the seed decides (mulberry32). */
function randomFrom(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomFrom(seed);
/**
 * n8n activates workflows under a lease of its own: killed while it does so, it leaves them alone for two minutes. That
 * is shortened, since the kills would otherwise mostly find a published workflow that n8n has not taken up yet.
 */
const stage = setStage('crash', {
  N8N_WORKFLOW_PUBLICATION_OUTBOX_LEASE_SECONDS: '5',
  N8N_WORKFLOW_PUBLICATION_OUTBOX_POLL_INTERVAL_MS: '500',
});
let sink: Sink;
before(async () => {
  await stage.open();
  sink = await startSink({ delayMilliseconds: () => random() * SLOWEST_ANSWER_MILLISECONDS });
});

test(`${CONTACTS} contacts come through a wait while n8n is killed ${KILLS} times`, async (t) => {
  t.diagnostic(`E2E_SEED=${seed} repeats these moments`);
  for (const workflow of [
    parkAndTell(sink.url, {
      until: 'date',
      date: '={{ $json.dueAt }}',
      options: { batchSize: 5, maxInFlight: 2 },
    }),
    listWaiting(),
  ]) {
    await publishNew(stage.n8n, workflow);
  }

  const arrived = () => new Set(sink.arrivals.map(({ email }) => email));
  const firstDueAt = Date.now() + FIRST_DUE_AFTER_SECONDS * 1000;
  const people = Array.from({ length: CONTACTS }, (_none, number) => ({
    email: `person-${number}@example.com`,
    dueAt: new Date(firstDueAt + (number / CONTACTS) * DUE_OVER_SECONDS * 1000).toISOString(),
  }));
  await parkPeople(stage.n8n, people);
  // Asked first who waits: whoever comes out in between is among both.
  const waiting = (await whoWaits(stage.n8n)).map(({ contact }) => contact.email);
  assert.equal(new Set([...waiting, ...arrived()]).size, CONTACTS);

  const startedAt = Date.now();
  const arrivalsAtKill: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await pause(random() * LONGEST_LIFE_SECONDS * 1000);
    await stage.kill9();
    arrivalsAtKill.push(sink.arrivals.length);
    await stage.start();
  }
  t.diagnostic(`${KILLS} kills and starts in ${Math.round((Date.now() - startedAt) / 1000)} s`);
  t.diagnostic(`arrivals at each kill: ${arrivalsAtKill.join(', ')}`);

  await sink.until(
    () => arrived().size === CONTACTS,
    () => `${CONTACTS - arrived().size} of ${CONTACTS} did not arrive (E2E_SEED=${seed})`,
  );
  const byContact = Map.groupBy(sink.arrivals, ({ email }) => email);
  const again = [...byContact.values()].filter((arrivals) => arrivals.length > 1);
  const marked = sink.arrivals.filter(({ redelivered }) => redelivered);
  t.diagnostic(
    `${sink.arrivals.length} arrivals; ${again.length} contacts came more than once; ${marked.length} arrivals are marked as delivered again`,
  );
  for (const arrivals of byContact.values()) requireMarks(arrivals);
  assert.ok(marked.length > 0, 'No kill hit a delivery, so nothing was proved.');

  await untilNobodyWaits(stage.n8n);
});

/** Each later arrival of a contact is marked, and counts on from the one before. */
function requireMarks(arrivals: readonly Arrival[]): void {
  const told = JSON.stringify(arrivals);
  arrivals.forEach((arrival, place) => {
    const before = arrivals[place - 1];
    assert.equal(arrival.redelivered, arrival.attempt > 1, told);
    assert.equal(arrival.outcome, 'due', told);
    assert.ok(arrival.receivedAt >= Date.parse(arrival.dueAt), `before its time: ${told}`);
    if (before) assert.ok(arrival.redelivered && arrival.attempt > before.attempt, told);
  });
}
