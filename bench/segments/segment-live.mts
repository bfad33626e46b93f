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
/** Rounds in a store that has been in use for a while: before, code is compiled and pages of the file are mapped. */
const ROUNDS = 25;
const UNCOUNTED = 8;
const ZONE = 'Europe/Berlin';
const MONTH = 30 * 86_400_000;

/** Fifty segments: the five typical kinds of `segment-full`, ten of each with other windows and limits. */
export function fiftySegments(): ReadonlyArray<{ name: string; rule: unknown }> {
  const within = (last: number) => ({ last, unit: 'days' });
  const kinds: Array<(n: number) => unknown> = [
    (n) => ({ event: ['email_opened', 'email_clicked'], count: { op: 'gte', n: 2 }, within: within(30 + n) }),
    (n) => ({
      all: [
        { consent: 'email', is: 'opted_in' },
        { none: [{ event: 'email_opened', within: within(60 + n * 10) }] },
      ],
    }),
    (n) => ({
      all: [
        { event: 'order_placed', within: within(90 + n) },
        { event: 'page_viewed', count: { op: 'gte', n: 2 }, within: within(30 + n) },
      ],
    }),
    (n) => ({
      all: [
        { property: 'plan', op: 'equals', value: n % 2 === 0 ? 'pro' : 'team' },
        { property: 'mrr', op: 'gte', value: 50 + n },
      ],
    }),
    (n) =>
      n % 2 === 0
        ? { sequence: [{ event: 'page_viewed' }, { event: 'order_placed' }], within: within(7 + n) }
        : {
            all: [
              { segment: 'kind 0, 0' },
              { property: 'country', op: 'in', value: ['DE', 'AT', 'CH'].slice(n % 3) },
              { none: [{ stage: 'customer' }] },
            ],
          },
  ];
  return Array.from({ length: 50 }, (_, index) => {
    const [kind, n] = [index % kinds.length, Math.floor(index / kinds.length)];
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
      if (saved.outcome === 'refused') {
        throw new Error(saved.problems.map(({ message }) => message).join(' '));
      }
      // The timers of all contacts are set below at once; working each out takes minutes and is not what is measured.
      await shop.write('update segment set seeded_to = null');
    }
    await shop.write(`
      insert into timer (id, subscription_id, contact_id, dedupe_key, due_at, look_at, since_at, payload, attempt, is_alone,
        created_at)
      select c.id, s.id, c.id, '', ${NOW + MONTH} + c.id, ${NOW + MONTH} + c.id, 0,
        '{"turns":{"1":' || (${NOW + MONTH} + c.id) || '}}', 0, 0, ${NOW}
      from contact as c cross join subscription as s where s.kind = 'segments' and c.id % 3 > 0;
      update counter set value = ${contacts} where name = 'timer'`);
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

  /** How long judging every segment for everybody and bringing its members up to date takes, in seconds. */
  async full(): Promise<number> {
    const book = Object.fromEntries(fiftySegments().map(({ name, rule }) => [name, rule]));
    const saved = await this.shop.store.read((tx) => tx.segments.list());
    const begun = performance.now();
    for (const { name, rule } of fiftySegments()) {
      const segment = saved.find((own) => own.name === name);
      if (!segment) throw new Error(`There is no segment ${name}`);
      const question = { ...questionOf({ rule, segments: book }), now: this.moment };
      await this.shop.store.write((tx) => tx.segments.refresh(segment, question, this.moment, 'later'));
    }
    return (performance.now() - begun) / 1_000;
  }
}

export async function measureLive(): Promise<Measured> {
  const large = await LiveShop.open(CONTACTS);
  try {
    const seconds: number[] = [];
    for (let round = 0; round < UNCOUNTED + ROUNDS; round++) seconds.push(await large.live());
    const full = await large.full();
    const live = median(seconds.slice(UNCOUNTED));
    return {
      ours: 1 / live,
      reference: 1 / full,
      ratio: full / live,
      referenceName: 'all 50 segments judged anew for all contacts',
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
    for (let round = 0; round < UNCOUNTED + ROUNDS; round++) {
      seconds.small.push(await small.live());
      seconds.large.push(await large.live());
    }
    const [ours, reference] = [
      median(seconds.large.slice(UNCOUNTED)),
      median(seconds.small.slice(UNCOUNTED)),
    ];
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
