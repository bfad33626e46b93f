/** Whether a large store is as fast as a small one. */
import type { Measured } from '../measurement.mts';
import { Crowd } from '../people.mts';
import { race, type Side } from '../rounds.mts';
import { upsertContacts } from './built-package.mts';
import { sqlitePlaces, type Places } from './places.mts';
import { asRequests, TRANSACTION } from './upsert.mts';

const SMALL = 10_000;
const LARGE = 1_000_000;
const SEEDED_AT_ONCE = 10_000;
const TRANSACTIONS_A_ROUND = 5;
const ROUNDS = 15;
/** Rounds before those, after which the pages in use are in memory, as in a store that is at work. */
const UNCOUNTED = 6;

export async function measureGrowth(): Promise<Measured> {
  const places = await sqlitePlaces();
  try {
    const small = await filled(places, SMALL);
    const begun = performance.now();
    const large = await filled(places, LARGE);
    const seconds = (performance.now() - begun) / 1000;
    const result = await race(large, small, ROUNDS, UNCOUNTED);
    return {
      ...result,
      referenceName: `the same with ${SMALL.toLocaleString('en')} contacts in the store`,
      unit: 'contacts/s',
      filledAtRate: Math.round(LARGE / seconds),
    };
  } finally {
    await places.end();
  }
}

/** A store with `count` contacts, and rounds of upserts to it. */
async function filled(places: Places, count: number): Promise<Side> {
  const store = await places.open();
  const crowd = new Crowd();
  const write = (patches: ReturnType<Crowd['mix']>) =>
    upsertContacts(store, asRequests(patches), Date.now(), { allOrNothing: false });
  for (let at = 0; at < count; at += SEEDED_AT_ONCE) await write(crowd.newcomers(SEEDED_AT_ONCE));
  let work: Array<ReturnType<Crowd['mix']>> = [];
  return {
    async prepare() {
      work = Array.from({ length: TRANSACTIONS_A_ROUND }, () => crowd.mix(TRANSACTION));
    },
    async run() {
      for (const patches of work) await write(patches);
      return TRANSACTIONS_A_ROUND * TRANSACTION;
    },
  };
}
