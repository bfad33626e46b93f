import fc from 'fast-check';
import type { ContactProfile } from '../../../src/domain/contact/contact';
import type { StoredEvent } from '../../../src/domain/event/event';
import type { JsonObject, JsonValue } from '../../../src/domain/json';
import type { Reading } from '../../../src/domain/problem';
import { parseRule } from '../../../src/domain/rule/parse-rule';
import type { RuleBook } from '../../../src/domain/rule/rule-book';
import type { RuleFacts } from '../../../src/domain/rule/rule-facts';
import { parseScoreModel } from '../../../src/domain/scoring/parse-score-model';
import { savedScore } from '../../../src/domain/scoring/saved-score';

/** Around this moment random events happen; five minutes after midnight in Lisbon, an hour before New York's clocks go back. */
export const NOW = Date.parse('2026-11-01T05:00:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Zones that hurt, an unknown one and none. */
export const ZONES = [
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'America/Sao_Paulo',
  'America/New_York',
  'Mars/Olympus',
  null,
] as const;

const TYPES = ['page_viewed', 'page_left', 'order_placed', 'email_opened', 'email_clicked'];
const NAMES = ['plan', 'n', 'it"s', 'a.b', '😀', 'renewsAt', 'missing', 'nested'];
const scalars: fc.Arbitrary<string | number | boolean> = fc.constantFrom(
  ...['pro', 'Pro', 'free', '', '5', ' 5 ', '5.0', 'true', '😀 it"s', '1e999', '1e-999', '%_\\'],
  ...[5, 0, -1.5, 0.1, 19.9, 1e21, true, false],
);
const dates = fc.constantFrom<string | number>(
  ...[
    '2026-11-01',
    '2026-10-31',
    '2025-11-01',
    '2024-02-29',
    '02-29',
    '2026-11-01T01:30',
    '2026-11-01T05:00:00Z',
  ],
  ...[
    '2026-10-25T02:30',
    '2026-03-29T02:30',
    '2026-10-04T02:15',
    '2026-11-08T00:00:00+05:45',
    NOW,
    NOW - 7 * DAY,
  ],
);
const items = fc.oneof({ weight: 3, arbitrary: scalars }, { weight: 2, arbitrary: dates });
const values: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 6, arbitrary: items },
  { weight: 2, arbitrary: fc.array(fc.oneof(items, fc.constant(null)), { maxLength: 3 }) },
  fc.constantFrom<JsonValue>(null, {}, { sku: 'pro' }, [{ sku: 'pro' }, { sku: 5 }], [['pro']]),
);

export const properties: fc.Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom(...NAMES), values, {
  maxKeys: 4,
});

/** When things happen: about now, at the ends of windows, and long ago; a few have not happened yet. */
const moments = fc.oneof(
  fc.integer({ min: -40, max: 3 }).map((days) => NOW + days * DAY),
  fc.integer({ min: -60, max: 30 }).map((hours) => NOW + hours * HOUR),
  fc.constantFrom(
    NOW,
    NOW + 1,
    NOW - 7 * DAY,
    NOW - 7 * DAY - 1,
    NOW - 30 * DAY,
    NOW - 30 * DAY - 1,
    NOW - 400 * DAY,
  ),
);

export const eventsOfOne: fc.Arbitrary<Array<Pick<StoredEvent, 'type' | 'occurredAt' | 'properties'>>> =
  fc.array(
    fc.record({
      type: fc.constantFrom(...TYPES),
      occurredAt: moments,
      properties: fc
        .tuple(properties, fc.option(fc.constantFrom<JsonValue>(true, 'true', false, 1), { freq: 3 }))
        .map(([own, machine]) => (machine === null ? own : { ...own, machine })),
    }),
    { maxLength: 8 },
  );

/** A contact without the id. */
export const contacts: fc.Arbitrary<Omit<ContactProfile, 'id'>> = fc.record({
  email: fc.option(fc.constantFrom('ann@example.com', 'bob@example.org')),
  phone: fc.constant(null),
  externalId: fc.constant(null),
  firstName: fc.option(fc.constantFrom('Ann', '5', 'Zoë')),
  lastName: fc.constant(null),
  locale: fc.constant(null),
  timezone: fc.constantFrom(...ZONES),
  country: fc.option(fc.constantFrom('DE', 'AT', 'US')),
  lifecycleStage: fc.option(fc.constantFrom('lead', 'customer')),
  properties,
  createdAt: moments.map((at) => Math.min(at, NOW)),
  updatedAt: fc.constant(NOW),
  tags: fc.subarray(['vip', 'beta']),
  lists: fc.subarray(['newsletter', 'blog']),
  consent: fc.dictionary(
    fc.constantFrom('email', 'sms'),
    fc.constantFrom('opted_in', 'opted_out', 'pending'),
  ),
});

const windows = fc.record({
  last: fc.constantFrom(1, 7, 30),
  unit: fc.constantFrom('hours', 'days', 'calendarDays', 'weeks'),
});
const PERIODS = [
  'today',
  'yesterday',
  'thisWeek',
  'lastWeek',
  'thisMonth',
  'lastMonth',
  'thisQuarter',
  'lastYear',
];
const pastPeriods = fc.oneof(
  fc.constantFrom(...PERIODS),
  fc.record({ period: fc.constantFrom(...PERIODS), weekStartsOn: fc.constantFrom('sunday', 'monday') }),
);

/** What is asked of a value, as JSON. */
export const comparisons: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record({ op: fc.constantFrom('equals', 'notEquals'), value: scalars }),
  fc.record({
    op: fc.constantFrom('contains', 'notContains'),
    value: scalars.filter((value) => value !== ''),
  }),
  fc.record({ op: fc.constantFrom('in', 'notIn'), value: fc.array(scalars, { minLength: 1, maxLength: 3 }) }),
  fc.record({ op: fc.constantFrom('exists', 'notExists') }),
  fc.record({
    op: fc.constantFrom('startsWith', 'endsWith'),
    value: fc.constantFrom('p', 'o', '5', '😀', '%', '"s'),
  }),
  fc.record({ op: fc.constant('regex'), value: fc.constantFrom('^p.o$', '\\d', '[^a-z]') }),
  fc.record({
    op: fc.constantFrom('gt', 'gte', 'lt', 'lte'),
    value: fc.constantFrom(5, 0, -1.5, 0.1, '19.9'),
  }),
  fc.record({
    op: fc.constant('between'),
    value: fc.constantFrom<JsonValue>([0, 5], ['2026-10-31', '2026-11-01']),
  }),
  fc.record({ op: fc.constantFrom('before', 'after'), value: dates.filter((date) => date !== '02-29') }),
  fc.record({ op: fc.constantFrom('withinLast', 'notWithinLast'), value: windows }),
  fc.record({
    op: fc.constant('withinNext'),
    value: fc.record({ next: fc.constantFrom(1, 7), unit: fc.constantFrom('hours', 'days', 'calendarDays') }),
  }),
  fc.record({
    op: fc.constant('inPeriod'),
    value: fc.oneof(pastPeriods, fc.constantFrom('tomorrow', 'nextWeek')),
  }),
  fc.constant({ op: 'anniversaryToday' }),
);

const FIELDS = [
  'email',
  'firstName',
  'timezone',
  'lifecycleStage',
  'createdAt',
  'properties.plan',
  'nested.sku',
];
const conditionOn = (...names: string[]) =>
  fc
    .tuple(fc.constantFrom(...names), comparisons)
    .map(([property, comparison]): JsonObject => ({ property, ...comparison }));
const eventConditions = fc.array(conditionOn('plan', 'n', 'renewsAt', 'a.b', 'machine'), { maxLength: 1 });
const eventWindows: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 3, arbitrary: windows },
  fc.record({ period: fc.constantFrom(...PERIODS) }),
  fc.constantFrom<JsonObject>(
    { after: '2026-10-25' },
    { before: '2026-10-31' },
    { between: ['2026-10-01', '2026-10-25T02:30'] },
    { after: '2026-10-01T00:00:00Z', before: '2026-11-01T05:00:00Z' },
  ),
);
const eventTypes = fc.oneof(
  fc.constantFrom<JsonValue>(...TYPES, 'page_*', '*', 'never_seen'),
  fc.constant<JsonValue>(['email_opened', 'email_clicked']),
);
const filters = fc.record(
  { event: eventTypes, where: eventConditions, machine: fc.constantFrom('include', 'exclude') },
  { requiredKeys: ['event'] },
);
const counted = { op: fc.constantFrom('gte', 'gt', 'lte', 'lt', 'eq', 'notEquals'), n: fc.nat({ max: 3 }) };
const measures: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: fc.record({ count: fc.record(counted) }) },
  fc.record({
    sum: fc.record({
      ...counted,
      property: fc.constantFrom('n', 'a.b'),
      n: fc.constantFrom(0, 0.1, 5, 24.9),
    }),
  }),
  fc.record({ distinct: fc.record({ ...counted, property: fc.constantFrom('plan', 'nested.sku') }) }),
  fc.record({ first: conditionOn('plan', 'n', 'renewsAt') }),
  fc.record({ last: fc.array(conditionOn('plan', 'n'), { minLength: 1, maxLength: 2 }) }),
);
const withWindow = (rule: fc.Arbitrary<JsonObject>) =>
  fc
    .tuple(rule, fc.option(eventWindows))
    .map(([own, within]): JsonObject => (within === null ? own : { ...own, within }));

/** The saved segments that random rules may name. */
export const SEGMENTS: Readonly<Record<string, JsonObject>> = {
  engaged: {
    event: ['email_opened', 'email_clicked'],
    count: { op: 'gte', n: 2 },
    within: { last: 30, unit: 'days' },
  },
  quiet: { all: [{ consent: 'email', is: 'opted_in' }, { none: [{ segment: 'engaged' }] }] },
  warm: { score: 'activity', op: 'gte', value: 4 },
};

/** The saved scores that random rules may name: one of events that fade, end and take away, and one that reads it. */
export const SCORES: Readonly<Record<string, JsonObject>> = {
  activity: {
    rules: [
      { event: 'page_*', points: 2.5, halfLifeDays: 3 },
      { event: 'order_placed', points: 4, within: { last: 7, unit: 'days' }, times: 2 },
      { event: 'email_opened', points: -1.5, halfLifeDays: 0.5, cap: 4 },
    ],
    limits: { total: { floor: -3, cap: 9 } },
  },
  overall: {
    rules: [
      { rule: { segment: 'engaged' }, points: 3 },
      { rule: { score: 'activity', op: 'between', value: [1, 4] }, points: 5 },
      { event: 'email_clicked', points: 1, halfLifeDays: 7 },
    ],
  },
};

function read<T>(reading: Reading<T>): T {
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return reading.value;
}

/** The zone they were saved with, in which nobody asks. */
const SAVED_ZONE = 'Australia/Lord_Howe';

/** The book that holds them. */
export const BOOK: RuleBook = {
  segments: new Map(
    Object.entries(SEGMENTS).map(([name, json]) => [name, { rule: read(parseRule(json)), zone: SAVED_ZONE }]),
  ),
  scores: new Map(
    Object.entries(SCORES).map(([name, json]) => [
      name,
      savedScore(read(parseScoreModel({ name, ...json })), SAVED_ZONE),
    ]),
  ),
};

const leaves: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 5, arbitrary: conditionOn(...NAMES, ...FIELDS) },
  {
    weight: 5,
    arbitrary: withWindow(
      fc.tuple(filters, measures).map(([filter, measure]) => ({ ...filter, ...measure }) as JsonObject),
    ),
  },
  withWindow(
    fc
      .array(filters, { minLength: 2, maxLength: 3 })
      .map((sequence) => ({ sequence }) as unknown as JsonObject),
  ),
  withWindow(fc.record({ lastEvent: fc.constantFrom(...TYPES), has: fc.tuple(conditionOn('plan', 'n')) })),
  withWindow(fc.record({ engagement: fc.constantFrom('opened', 'clicked'), count: fc.record(counted) })),
  fc.record({ tag: fc.constantFrom('vip', 'none') }),
  fc.record({ list: fc.constantFrom('newsletter', 'none') }),
  fc.record({ segment: fc.constantFrom(...Object.keys(SEGMENTS)) }),
  fc.record({
    consent: fc.constantFrom('email', 'sms'),
    is: fc.constantFrom('opted_in', 'opted_out', 'pending', 'unknown'),
  }),
  fc.record({ stage: fc.constantFrom('lead', 'customer') }),
  fc.constantFrom<JsonObject>(
    { score: 'not saved', op: 'gte', value: 1 },
    { journey: 'welcome', is: 'never' },
    { journey: 'welcome', is: 'active' },
    { everyone: true },
  ),
  {
    weight: 2,
    arbitrary: fc.record({
      score: fc.constantFrom(...Object.keys(SCORES)),
      op: fc.constantFrom('gte', 'gt', 'lte', 'lt', 'equals'),
      value: fc.constantFrom(0, 2.5, 3, 4, -1.5, 1.25, 8, 0.0000005),
    }),
  },
  fc.record({
    score: fc.constantFrom(...Object.keys(SCORES)),
    op: fc.constant('between'),
    value: fc.constantFrom<JsonValue>([0, 2.5], [2.5, 2.5], [1, 4]),
  }),
  fc.record({ randomBucket: fc.constantFrom(0.2, 0.5, 1), seed: fc.constantFrom('autumn', 'spring') }),
);

/** Rules as JSON, of every kind, in groups up to three deep. Without `for`, whose past a store has to have seen. */
export const rules: fc.Arbitrary<JsonObject> = fc.letrec<{ rule: JsonObject; group: JsonObject }>((tie) => ({
  rule: fc.oneof({ maxDepth: 3, withCrossShrink: true }, { weight: 3, arbitrary: leaves }, tie('group')),
  group: fc
    .tuple(fc.constantFrom('all', 'any', 'none'), fc.array(tie('rule'), { minLength: 1, maxLength: 3 }))
    .map(([mode, parts]): JsonObject => ({ [mode]: parts })),
})).rule;

/** The facts of one contact as a store would give them. */
export function factsOf(
  contact: Omit<ContactProfile, 'id'> & { readonly id?: number },
  events: ReadonlyArray<Pick<StoredEvent, 'type' | 'occurredAt' | 'properties'>>,
): RuleFacts {
  const id = contact.id ?? 1;
  const stored = events.map((event, index): StoredEvent => ({
    ...event,
    id: index + 1,
    contactId: id,
    recordedAt: NOW,
    key: null,
  }));
  stored.sort((a, b) => a.occurredAt - b.occurredAt || a.id - b.id);
  return {
    contact: { ...contact, id },
    events: Map.groupBy(stored, ({ type }) => type),
    history: new Map(),
    journeys: {},
  };
}
