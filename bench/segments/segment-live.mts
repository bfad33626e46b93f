/** What 1,000 changed contacts cost with 50 live segments, beside judging the 50 segments anew. */
import type { Measured } from '../measurement.mts';
import { median } from '../rounds.mts';
import { loadBuilt, recordEvents, upsertContacts } from '../store/built-package.mts';
import { NOW } from './population.mts';
import { CONTACTS, questionOf } from './segment-full.mts';
import { sqliteShop, type Shop } from './shop.mts';

const { saveSegment } =
  loadBuilt<typeof import('../../src/app/segments/save-segment.ts')>('app/segments/save-segment');
const { maintain } = loadBuilt<typeof import('../../src/app/segments/maintain.ts')>('app/segments/maintain');

const SMALL = 10_000;
const CHANGED = 1_000;
const ROUNDS = 9;
const ZONE = 'Europe/Berlin';

/** Fifty segments of the kinds that shops have: most of events in a window, some of properties, sequences and others. */
export function fiftySegments(): ReadonlyArray<{ name: string; rule: unknown }> {
  const kinds: Array<(n: number) => unknown> = [
    (n) => ({ none: [{ event: 'email_opened', within: { last: 30 + n * 7, unit: 'days' } }] }),
    (n) => ({
      event: 'order_placed',
      count: { op: 'gte', n: 1 + (n % 3) },
      within: { last: 30 + n * 10, unit: 'days' },
    }),
    (n) => ({
      all: [
        { property: 'plan', op: 'equals', value: 'pro' },
        { property: 'mrr', op: 'gte', value: n * 15 },
      ],
    }),
    (n) => ({
      event: ['email_opened', 'email_clicked'],
      count: { op: 'gte', n: 2 + (n % 3) },
      within: { last: 14 + n * 5, unit: 'days' },
    }),
    (n) => ({
      all: [
        { segment: 'kind 3, 0' },
        { property: 'orders', op: 'lt', value: n },
        { none: [{ stage: 'customer' }] },
      ],
    }),
    (n) => ({
      sequence: [{ event: 'page_viewed' }, { event: 'order_placed' }],
      within: { last: 3 + n, unit: 'days' },
    }),
    (n) => ({
      event: 'order_placed',
      sum: { property: 'value', op: 'gte', n: 100 + n * 50 },
      within: { last: 90, unit: 'days' },
    }),
    (n) => ({
      all: [
        { consent: 'email', is: 'opted_in' },
        { lastEvent: 'order_placed', has: { property: 'value', op: 'gte', value: n * 20 } },
      ],
    }),
  ];
  // The one that others name comes first.
  const order = [3, 0, 1, 2, 4, 5, 6, 7];
  return Array.from({ length: 50 }, (_, index) => {
    const kind = order[index % order.length] ?? 0;
    const n = Math.floor(index / order.length);
    return { name: `kind ${kind}, ${n}`, rule: kinds[kind]?.(n) };
  });
}

/** A shop whose segments are live, and rounds of changes to it. */
class LiveShop {
  private moment = NOW;
  private round = 0;
  readonly shop: Shop;
  readonly contacts: number;

  private constructor(shop: Shop, contacts: number) {
    this.shop = shop;
    this.contacts = contacts;
  }

  static async open(contacts: number): Promise<LiveShop> {
    const shop = await sqliteShop(contacts);
    for (const { name, rule } of fiftySegments()) {
      const saved = await saveSegment(shop.store, { name, rule, zone: ZONE }, NOW);
      if (saved.outcome === 'refused')
        throw new Error(saved.problems.map(({ message }) => message).join(' '));
    }
    await maintain(shop.store, NOW);
    return new LiveShop(shop, contacts);
  }

  /** Changes 1,000 contacts, half by an event and half by a property; then tells how long their segments took, in seconds. */
  async live(): Promise<number> {
    const { store } = this.shop;
    this.moment += 1_000;
    this.round += 1;
    // Spread over the whole store, others in each round.
    const ids = Array.from(
      { length: CHANGED },
      (_, index) => 1 + (((index * 7_919 + this.round * 104_729) * 31) % this.contacts),
    );
    const contact = (id: number, properties = {}) => ({
      mode: 'upsert' as const,
      patch: {
        identifiers: { email: `person${id}@example.com` },
        fields: {},
        properties,
        tags: [],
        lists: [],
      },
    });
    const types = ['page_viewed', 'email_opened', 'email_clicked', 'order_placed'];
    await recordEvents(
      store,
      ids.slice(0, CHANGED / 2).map((id, index) => ({
        contact: contact(id),
        event: {
          type: types[index % types.length] ?? '',
          occurredAt: this.moment,
          properties: { value: index % 200 },
          key: null,
        },
      })),
      this.moment,
      { allOrNothing: true },
    );
    await upsertContacts(
      store,
      ids.slice(CHANGED / 2).map((id, index) => contact(id, { mrr: (index + this.round) % 200 })),
      this.moment,
      { allOrNothing: true },
    );
    const begun = performance.now();
    await maintain(store, this.moment);
    return (performance.now() - begun) / 1_000;
  }

  /** How long judging every segment for everybody takes, in seconds. */
  async full(): Promise<number> {
    const book = Object.fromEntries(fiftySegments().map(({ name, rule }) => [name, rule]));
    const begun = performance.now();
    for (const { rule } of fiftySegments()) {
      const question = { ...questionOf({ rule, segments: book }), now: this.moment };
      await this.shop.store.read((tx) => tx.rules.count(question));
    }
    return (performance.now() - begun) / 1_000;
  }
}

export async function measureLive(): Promise<Measured> {
  const large = await LiveShop.open(CONTACTS);
  try {
    const seconds: number[] = [];
    for (let round = 0; round < ROUNDS; round++) seconds.push(await large.live());
    const full = await large.full();
    const live = median(seconds.slice(1));
    return {
      ours: 1 / live,
      reference: 1 / full,
      ratio: full / live,
      referenceName: 'all 50 segments judged for all contacts',
      unit: 'times/s',
      contacts: CONTACTS,
      liveSeconds: live,
      fullSeconds: full,
    };
  } finally {
    await large.shop.end();
  }
}

export async function measureLiveGrowth(): Promise<Measured> {
  const small = await LiveShop.open(SMALL);
  const large = await LiveShop.open(CONTACTS);
  try {
    const seconds = { small: [] as number[], large: [] as number[] };
    for (let round = 0; round < 2 * ROUNDS; round++) {
      seconds.small.push(await small.live());
      seconds.large.push(await large.live());
    }
    const [ours, reference] = [median(seconds.large.slice(3)), median(seconds.small.slice(3))];
    return {
      ours: CHANGED / ours,
      reference: CHANGED / reference,
      ratio: reference / ours,
      referenceName: `the same with ${SMALL.toLocaleString('en')} contacts in the store`,
      unit: 'changed contacts/s',
      contacts: CONTACTS,
    };
  } finally {
    await small.shop.end();
    await large.shop.end();
  }
}
