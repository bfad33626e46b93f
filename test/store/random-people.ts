import fc from 'fast-check';
import type { Contact, ContactProfile } from '../../src/domain/contact/contact';
import { CONSENT_STATUSES, type ConsentStatus } from '../../src/domain/consent/consent';
import type { NewEvent, StoredEvent } from '../../src/domain/event/event';
import type { JsonObject, JsonValue } from '../../src/domain/json';
import type { PastValue, RuleFacts } from '../../src/domain/rule/rule-facts';
import type { Transaction } from '../../src/store/port';
import { HOSTILE_TEXTS } from './each-database';

const DAY = 86_400_000;

/** Moments around which clocks turn, days are missing and months end. */
export const MOMENTS = [
  Date.parse('2026-03-08T06:59:59.999Z'),
  Date.parse('2026-03-08T10:00:00Z'),
  Date.parse('2026-11-01T05:30:00Z'),
  Date.parse('2026-02-28T23:30:00Z'),
  Date.parse('2026-04-05T15:00:00Z'),
  Date.parse('2027-01-01T00:00:00Z'),
] as const;

const ZONES = [
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'America/New_York',
  'Europe/Berlin',
  'Mars/Phobos',
] as const;

/** Text, numbers and more that have been read in different ways. */
export const SCALARS: ReadonlyArray<string | number | boolean> = [
  ...['pro', 'Pro', 'free', 'pr', '', ' ', 'true', 'false', 'ÄÖ', '٣', 'refunded'],
  ...[
    '5',
    '5.0',
    ' 5 ',
    '\u00a05\ufeff',
    '+5',
    '05',
    '5.',
    '.5',
    '-0',
    '1e2',
    '1E+2',
    '1e999',
    '1e-50',
    '1e-999',
  ],
  ...[
    '0x10',
    '1_0',
    'Infinity',
    'NaN',
    '5,5',
    '0.1',
    '0.1000000000000000055',
    '9'.repeat(100),
    '9'.repeat(101),
  ],
  ...[
    '2026-03-08',
    '2026-03-08T02:30',
    '2026-03-08 02:30:00',
    '2026-03-08T10:00:00Z',
    '2026-03-08T10:00:00+05:45',
  ],
  ...[
    '2025-11-01',
    '2024-02-29',
    '02-29',
    '--03-08',
    '2027-01-01',
    '2026-02-30',
    '1772964000',
    '1772964000000',
  ],
  ...[
    0, 1, 5, 5.5, -3, 100, 0.1, 0.2, 0.30000000000000004, 1e21, 1e-7, 1.5e-10, 1e300, 1.7976931348623157e308,
    5e-324, 1e15, 0.0000005,
  ],
  ...[123456789012345680000, 9007199254740992, -1e21, 1772964000, 1772964000000, 20260308],
  ...[true, false],
  ...HOSTILE_TEXTS,
  // What looks like a number, a date or a blank to one reader and not to another.
  ...[
    '٥',
    '５',
    '5\u200b',
    '\u200b',
    '\u00855',
    '5\n',
    '\u2028',
    '\u180e5',
    '5\u2003',
    '00000000000000000000005',
  ],
  ...[
    '1'.repeat(400),
    `0.${'0'.repeat(400)}1`,
    '-1e-400',
    '5e0',
    '5e',
    '--5',
    '+-5',
    '5 5',
    '12:30',
    '20260308',
  ],
  ...['0000-01-01T00:00:00+14:00', '0000-01-01', '0001-01-01', '9999-12-31', '9999-12-31T23:59:59.999-12:00'],
  ...[
    '٢٠٢٦-٠٣-٠٨',
    '２０２６-03-08',
    '2026-3-8',
    '2026-03-08T24:00',
    '2026-03-08T10:00:00,5Z',
    '2026-03-08 10:00 z',
  ],
  ...[
    '2026-03-08T10:00:00.123456789Z',
    '2026-03-08T10:00:60Z',
    '2026-03-08T',
    '2026-W10',
    '2026-03-08\n',
    '٠٢-٢٩',
  ],
  ...['é', 'e\u0301', 'İ', 'ß', 'SS', 'שלום', '\ud7ff', '\ue000', 'x'.repeat(5_000), '-'.repeat(300)],
  ...[
    -0.1,
    -5e-324,
    -1.7976931348623157e308,
    2 ** 53 + 2,
    1e22,
    123456.789e3,
    -62_167_219_200_000,
    253_402_300_799_999,
  ],
];

/** Names of properties that are hard to write down in some language. */
export const NAMES = [
  ...[
    'plan',
    'mrr',
    'renews',
    'a',
    'a.b',
    'a.b.c',
    'q"uote',
    'back\\slash',
    '🎉',
    '__proto__',
    'constructor',
  ],
  ...['$', '[0]', "it's", 'email', 'machine', 'line\nbreak', '%'],
] as const;
export const EVENT_TYPES = [
  'page_viewed',
  'page_left',
  'order_placed',
  'email_opened',
  'email_sent',
  'Ünï code',
] as const;
export const GROUP_NAMES = ['vip', 'news', '🎉', "O'Brien", '100%'] as const;
export const CHANNELS = ['email', 'sms', '__proto__'] as const;
export const FIELDS = ['email', 'firstName', 'country', 'timezone', 'lifecycleStage', 'externalId'] as const;

/** Some come often, so that what is looked for is found. */
const OFTEN = ['pro', 5, '5', 100, true, 'true', '2026-03-08'] as const;
export const scalar: fc.Arbitrary<string | number | boolean> = fc.oneof(
  fc.constantFrom(...OFTEN),
  fc.constantFrom(...SCALARS),
);
const moment = fc.constantFrom(...MOMENTS);

/** A moment at an end of some window that ends at one of the moments, or just beside it. */
const nearMoment = fc
  .tuple(
    moment,
    fc.constantFrom(0, 1, 2, 7, 30, 365),
    fc.constantFrom(0, 1, -1, 3_600_000, -DAY / 2),
    fc.nat(5),
  )
  .map(([at, days, beside, chance]) => at - days * DAY + beside - (chance === 0 ? 12_345 : 0));

const dateText = nearMoment.chain((at) =>
  fc.constantFrom<JsonValue>(
    new Date(at).toISOString(),
    new Date(at).toISOString().slice(0, 10),
    new Date(at).toISOString().slice(0, 16),
    new Date(at).toISOString().slice(5, 10),
    at,
    Math.floor(at / 1000),
  ),
);

const value: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 6, arbitrary: scalar as fc.Arbitrary<JsonValue> },
  { weight: 3, arbitrary: dateText },
  { weight: 1, arbitrary: fc.constant(null) },
  {
    weight: 3,
    arbitrary: fc.array(
      fc.oneof(
        scalar as fc.Arbitrary<JsonValue>,
        dateText,
        fc.constant(null),
        fc.constant<JsonValue>([5]),
        fc.constant<JsonValue>([true]),
        fc.constant<JsonValue>({ b: 5 }),
      ),
      { maxLength: 3 },
    ),
  },
  { weight: 1, arbitrary: scalar.map((b): JsonValue => ({ b })) },
  { weight: 1, arbitrary: fc.tuple(scalar, scalar).map(([b, c]): JsonValue => [{ b }, { b: { c } }]) },
);

const properties: fc.Arbitrary<JsonObject> = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), value), { minLength: 3, maxLength: 14 })
  .map((entries) => Object.fromEntries(entries));

const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

/** A contact with everything about it; events without ids. */
export interface Person {
  readonly profile: ContactProfile;
  readonly events: readonly NewEvent[];
  /** Stays in journeys that have ended, and the journeys it is in. */
  readonly stays: ReadonlyArray<{ readonly journey: string; readonly state: 'completed' | 'left' }>;
  readonly active: readonly string[];
  readonly history: ReadonlyArray<PastValue & { readonly name: string }>;
}

const person: fc.Arbitrary<Omit<Person, 'profile'> & { profile: Omit<ContactProfile, 'id'> }> = fc.record({
  profile: fc.record({
    email: maybe(fc.constantFrom('ann@example.com', 'bob@example.org', 'true', '5')),
    phone: fc.constant(null),
    externalId: maybe(scalar.map(String)),
    firstName: maybe(fc.constantFrom('Ann', 'Ännchen', '🎉', "O'Brien", '2026-03-08', '')),
    lastName: fc.constant(null),
    locale: fc.constant(null),
    timezone: maybe(fc.constantFrom(...ZONES)),
    country: maybe(fc.constantFrom('DE', 'US', 'IN', 'BR', 'WS', 'XX')),
    lifecycleStage: maybe(fc.constantFrom('lead', 'customer')),
    properties,
    createdAt: nearMoment,
    updatedAt: nearMoment,
    tags: fc.uniqueArray(fc.constantFrom(...GROUP_NAMES), { maxLength: 2 }),
    lists: fc.uniqueArray(fc.constantFrom(...GROUP_NAMES), { maxLength: 2 }),
    consent: fc
      .uniqueArray(fc.tuple(fc.constantFrom(...CHANNELS), fc.constantFrom(...CONSENT_STATUSES)), {
        maxLength: 2,
        selector: ([channel]) => channel,
      })
      .map((entries): Record<string, ConsentStatus> => Object.fromEntries(entries)),
  }),
  events: fc.array(
    fc.record({
      type: fc.constantFrom(...EVENT_TYPES),
      occurredAt: nearMoment,
      properties,
      key: fc.constant(null),
    }),
    { maxLength: 12 },
  ),
  stays: fc.array(
    fc.record({
      journey: fc.constantFrom('welcome', "win'back"),
      state: fc.constantFrom('completed' as const, 'left' as const),
    }),
    { maxLength: 3 },
  ),
  active: fc.subarray(['welcome', "win'back"]),
  history: fc.array(
    fc.record({
      name: fc.oneof(
        fc.constantFrom('email', 'lifecycleStage', 'country'),
        fc.constantFrom('plan', 'mrr', 'q"uote', '🎉').map((name) => `properties.${name}`),
      ),
      at: nearMoment,
      before: value,
    }),
    { maxLength: 4 },
  ),
});

/** Contacts with ids from 1 on. */
export const people = (count: number): fc.Arbitrary<Person[]> =>
  fc
    .array(person, { minLength: count, maxLength: count })
    .map((list) => list.map((one, index) => ({ ...one, profile: { ...one.profile, id: index + 1 } })));

/** Writes people into an empty store. Their events are recorded in turns, so that ids do not go by contact or time. */
export async function writePeople(tx: Transaction, list: readonly Person[]): Promise<void> {
  await tx.contacts.put(list.map(({ profile }): Contact => profile));
  for (const [kind, names] of [
    ['tag', 'tags'],
    ['list', 'lists'],
  ] as const) {
    const members = list.flatMap(({ profile }) =>
      profile[names].map((name) => ({ contactId: profile.id, name })),
    );
    await tx.contacts.join(kind, members, 1);
  }
  await tx.consents.put(
    list.flatMap(({ profile }) =>
      Object.entries(profile.consent).map(([channel, status]) => ({
        contactId: profile.id,
        channel,
        status,
        at: 1,
      })),
    ),
  );
  await tx.histories.append(
    list.flatMap(({ profile, history }) => history.map((past) => ({ ...past, contactId: profile.id }))),
  );
  await writeStays(tx, list);
  await tx.catalogue.note(EVENT_TYPES.map((name) => ({ kind: 'event', name })));
  await tx.events.append(eventsOf(list), 1);
}

/** What a person is judged by, when their events were recorded by {@link writePeople}. */
export function factsOf(list: readonly Person[]): RuleFacts[] {
  const stored = eventsOf(list).map((event, index): StoredEvent => ({
    ...event,
    id: index + 1,
    recordedAt: 1,
  }));
  const inOrder = stored.sort((a, b) => a.occurredAt - b.occurredAt || a.id - b.id);
  return list.map(({ profile, history, stays, active }) => {
    const own = inOrder.filter(({ contactId }) => contactId === profile.id);
    return {
      contact: profile,
      events: Map.groupBy(own, ({ type }) => type),
      history: Map.groupBy(
        [...history].sort((a, b) => a.at - b.at),
        ({ name }) => name,
      ),
      journeys: standingsOf(stays, active),
    };
  });
}

async function writeStays(tx: Transaction, list: readonly Person[]): Promise<void> {
  const ids = new Map<string, number>();
  for (const name of ['welcome', "win'back"]) {
    const workflow = { workflowId: 'w', workflowName: 'W', workflowVersion: 1, steps: [], seededTo: null };
    const journey = await tx.journeys.put({ name, version: 1, definition: {}, zone: 'UTC', ...workflow }, 1);
    ids.set(name, journey.id);
  }
  const enrolment = (contactId: number, journey: string) => ({
    contactId,
    journeyId: ids.get(journey) ?? 0,
    enteredAt: 1,
    sinceAt: 1,
    eventId: null,
    entryKey: null,
    isControl: false,
    workflowId: 'w',
    workflowVersion: 1,
  });
  for (let turn = 0; turn < 3; turn++) {
    const ended = list.flatMap(({ profile, stays }) => {
      const stay = stays[turn];
      return stay ? [{ ...stay, contactId: profile.id }] : [];
    });
    const entered = await tx.enrolments.enter(
      ended.map(({ contactId, journey }) => enrolment(contactId, journey)),
    );
    await tx.enrolments.end(
      ended.map(({ state }, index) => ({ id: entered[index] ?? 0, state, at: 2, reason: 'r' })),
    );
  }
  await tx.enrolments.enter(
    list.flatMap(({ profile, active }) => active.map((journey) => enrolment(profile.id, journey))),
  );
}

function standingsOf(stays: Person['stays'], active: Person['active']): RuleFacts['journeys'] {
  const names = new Set([...stays.map(({ journey }) => journey), ...active]);
  return Object.fromEntries(
    [...names].map((name) => {
      const own = stays.filter(({ journey }) => journey === name);
      return [
        name,
        {
          isActive: active.includes(name),
          hasCompleted: own.some(({ state }) => state === 'completed'),
          hasLeft: own.some(({ state }) => state === 'left'),
        },
      ];
    }),
  );
}

function eventsOf(list: readonly Person[]): Array<NewEvent & { contactId: number }> {
  const longest = Math.max(...list.map(({ events }) => events.length));
  return Array.from({ length: longest }, (_, turn) =>
    list.flatMap(({ profile, events }) => {
      const event = events[turn];
      return event ? [{ ...event, contactId: profile.id }] : [];
    }),
  ).flat();
}
