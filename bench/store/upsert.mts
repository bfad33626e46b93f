/** The app layer beside a hand-written loop: contacts, and events with their contacts. */
import type { ContactPatch } from '../../src/domain/contact/contact.ts';
import type { NewEvent } from '../../src/domain/event/event.ts';
import type { Measured } from '../measurement.mts';
import { Crowd } from '../people.mts';
import { race, type Side } from '../rounds.mts';
import { recordEvents, upsertContacts } from './built-package.mts';
import type { Places } from './places.mts';

/** Contacts in one transaction, on both sides. */
export const TRANSACTION = 1_000;
const KNOWN = 10_000;
const TRANSACTIONS_A_ROUND = 10;
const ROUNDS = 7;

/** The two sides get the same people in the same order, each with a crowd of its own. */
class Work<T> {
  private readonly made = new Map<number, T[]>();
  private readonly make: () => T;

  constructor(make: () => T) {
    this.make = make;
  }

  /** The transactions of a round, made before the clock of either side runs. */
  of(round: number): T[] {
    let work = this.made.get(round);
    if (!work) {
      work = Array.from({ length: TRANSACTIONS_A_ROUND }, this.make);
      this.made.set(round, work);
    }
    return work;
  }
}

export async function measureUpsert(places: Places): Promise<Measured> {
  try {
    const store = await places.open();
    const loop = await places.openLoop();
    const crowd = new Crowd();
    const known = crowd.newcomers(KNOWN);
    await upsertContacts(store, asRequests(known), Date.now(), { allOrNothing: false });
    await loop.upsert(known, Date.now());
    const work = new Work(() => crowd.mix(TRANSACTION));
    const result = await race(
      each(work, (patches) =>
        upsertContacts(store, asRequests(patches), Date.now(), { allOrNothing: false }),
      ),
      each(work, (patches) => loop.upsert(patches, Date.now())),
      ROUNDS,
    );
    return { ...result, referenceName: places.loopName, unit: 'contacts/s' };
  } finally {
    await places.end();
  }
}

export async function measureEvents(places: Places): Promise<Measured> {
  try {
    const store = await places.open();
    const loop = await places.openLoop();
    const crowd = new Crowd();
    const known = crowd.newcomers(KNOWN);
    await upsertContacts(store, asRequests(known), Date.now(), { allOrNothing: false });
    await loop.upsert(known, Date.now());
    const orders = new Orders();
    const work = new Work(() => crowd.mix(TRANSACTION).map((patch) => ({ patch, event: orders.next() })));
    const result = await race(
      each(work, (requests) =>
        recordEvents(
          store,
          requests.map(({ patch, event }) => ({ contact: { patch, mode: 'upsert' }, event })),
          Date.now(),
          { allOrNothing: false },
        ),
      ),
      each(work, (requests) => loop.record(requests, Date.now())),
      ROUNDS,
    );
    return { ...result, referenceName: places.loopName, unit: 'events/s' };
  } finally {
    await places.end();
  }
}

/** Orders with their keys; one in ten is told a second time. */
class Orders {
  private count = 0;

  next(): NewEvent {
    const isRepeated = this.count % 10 === 9;
    const number = isRepeated ? this.count - 5 : this.count;
    this.count += 1;
    return {
      type: number % 4 === 0 ? 'order_placed' : 'cart_updated',
      occurredAt: 1_700_000_000_000 + number * 1_000,
      key: `order-${number}`,
      properties: {
        orderId: `KL-${number}`,
        value: (number % 500) + 0.99,
        currency: 'EUR',
        items: number % 5,
      },
    };
  }
}

export function asRequests(patches: readonly ContactPatch[]) {
  return patches.map((patch) => ({ patch, mode: 'upsert' as const }));
}

function each<T>(work: Work<readonly T[]>, write: (transaction: readonly T[]) => unknown): Side {
  return {
    async prepare(round) {
      work.of(round);
    },
    async run(round) {
      let rows = 0;
      for (const transaction of work.of(round)) {
        await write(transaction);
        rows += transaction.length;
      }
      return rows;
    },
  };
}
