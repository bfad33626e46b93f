import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/domain/json';
import type { Reading } from '../../src/domain/problem';
import { parseRule } from '../../src/domain/rule/parse-rule';
import type { RuleBook } from '../../src/domain/rule/rule-book';
import { parseScoreModel } from '../../src/domain/scoring/parse-score-model';
import { savedScore } from '../../src/domain/scoring/saved-score';
import { CHANNELS, EVENT_TYPES, FIELDS, GROUP_NAMES, MOMENTS, NAMES, scalar } from './random-people';

const UNITS = ['seconds', 'minutes', 'hours', 'days', 'weeks', 'calendarDays'] as const;
const PAST_PERIODS = [
  'today',
  'yesterday',
  'thisWeek',
  'lastWeek',
  'thisMonth',
  'lastMonth',
  'thisQuarter',
  'lastQuarter',
  'thisYear',
  'lastYear',
] as const;
const COMING_PERIODS = ['tomorrow', 'nextWeek', 'nextMonth', 'nextQuarter', 'nextYear'] as const;

const amount = fc.constantFrom(1, 2, 7, 30, 365);
const unit = fc.oneof(fc.constant('days'), fc.constant('calendarDays'), fc.constantFrom(...UNITS));
const window = (direction: 'last' | 'next') =>
  fc.record({ [direction]: amount, unit }) as fc.Arbitrary<JsonObject>;

const date = fc.oneof(
  fc.constantFrom(
    '2026-03-08',
    '2026-03-01',
    '2026-02-28',
    '2025-11-01',
    '2026-11-01',
    '2026-12-31',
    '2026-03-08T02:30',
  ),
  fc.constantFrom(...MOMENTS).map((at) => new Date(at).toISOString()),
  fc.constantFrom(...MOMENTS),
);
const dates = fc.tuple(
  fc.constantFrom('2025-03-08', '2026-02-28', '2026-03-08', '2026-03-08T02:30'),
  fc.constantFrom('2026-03-08T10:00', '2026-04-05', '2026-11-01', '2027-01-01'),
);
const period = (names: readonly string[]) =>
  fc.oneof(
    fc.constantFrom(...names),
    fc.record({ period: fc.constantFrom(...names), weekStartsOn: fc.constantFrom('sunday', 'saturday', 3) }),
  ) as fc.Arbitrary<JsonValue>;

const number = fc.constantFrom(
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  5e-324,
  -3,
  0,
  0.1,
  5,
  5.5,
  100,
  1e21,
  9007199254740992,
  1e-7,
  20260308,
);
const part = fc.oneof(
  scalar,
  fc.constantFrom(
    'p',
    'r',
    'o',
    '1',
    'e',
    'e+',
    '-',
    '.',
    '0',
    'tr',
    'example',
    'n',
    '🎉',
    'Ä',
    '\\',
    '"',
    '%',
    '_',
    '2026',
    'T',
  ),
);
const textPart = part.map(String).filter((text) => text !== '');
const scalars = fc.oneof(
  fc.array(scalar, { minLength: 1, maxLength: 3 }),
  fc.array(scalar, { minLength: 9, maxLength: 15 }),
);

type Asked = { op: string; value?: JsonValue };
const asked = (op: string, value: fc.Arbitrary<JsonValue>): fc.Arbitrary<Asked> =>
  value.map((own) => ({ op, value: own }));
/** Every operator with what it takes; each as likely as the others. */
const comparison: fc.Arbitrary<Asked> = fc.oneof(
  asked('equals', scalar),
  asked('notEquals', scalar),
  asked('in', scalars),
  asked('notIn', scalars),
  fc.constantFrom({ op: 'exists' }, { op: 'notExists' }),
  asked(
    'contains',
    part.filter((text) => text !== ''),
  ),
  asked(
    'notContains',
    part.filter((text) => text !== ''),
  ),
  asked('startsWith', textPart),
  asked('endsWith', textPart),
  asked(
    'regex',
    fc.constantFrom('^p', 'o$', '\\d+', '^[+-]?5', 'é|Ä', 'e\\+', '^$|^ ', 'T\\d\\d:', '^true$', '.{5}'),
  ),
  asked('gt', number),
  asked('gte', number),
  asked('lt', number),
  asked('lte', number),
  asked('between', fc.constantFrom([0, 5], [-3, 1e21], [0.1, 0.1], [5, 100])),
  asked('between', dates),
  asked('before', date),
  asked('after', date),
  asked('withinLast', window('last')),
  asked('notWithinLast', window('last')),
  asked('withinNext', window('next')),
  asked('inPeriod', period([...PAST_PERIODS, ...COMING_PERIODS])),
  fc.constant({ op: 'anniversaryToday' }),
);

const eventCondition = fc
  .tuple(fc.constantFrom(...NAMES, 'missing'), comparison)
  .map(([property, own]): JsonObject => ({ property, ...own }));
const contactProperty = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...NAMES, 'missing') },
  { weight: 2, arbitrary: fc.constantFrom(...NAMES).map((name) => `properties.${name}`) },
  { weight: 2, arbitrary: fc.constantFrom(...FIELDS) },
  { weight: 2, arbitrary: fc.constantFrom('createdAt', 'updatedAt') },
);
const property = fc
  .tuple(contactProperty, comparison)
  .map(([name, own]): JsonObject => ({ property: name, ...own }));
const heldProperty = fc
  .tuple(
    fc.constantFrom('plan', 'properties.mrr', 'q"uote', '🎉', 'email', 'lifecycleStage', 'country'),
    comparison.filter(({ op }) => !/^(within|notWithin|inPeriod|anniversary)/.test(op)),
    window('last'),
  )
  .map(([name, own, held]): JsonObject => ({ property: name, ...own, for: held }));

const type = fc.oneof(
  fc.constantFrom(...EVENT_TYPES),
  fc.constantFrom('page_*', '*', 'email_*', 'never', 'nothing_*'),
);
const types = fc.oneof(type, fc.array(type, { minLength: 1, maxLength: 3 }));
/** Which events, as JSON. */
export const filter = fc.record(
  {
    event: types,
    where: fc.array(eventCondition, { maxLength: 2 }),
    machine: fc.constantFrom('include', 'exclude'),
  },
  { requiredKeys: ['event'] },
) as fc.Arbitrary<JsonObject>;
/** When events count, as JSON. */
export const eventWindow = fc.oneof(
  { weight: 4, arbitrary: window('last') as fc.Arbitrary<JsonValue> },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: fc.constantFrom(...PAST_PERIODS).map((name): JsonValue => ({ period: name })) },
  { weight: 1, arbitrary: date.map((after): JsonValue => ({ after })) },
  { weight: 1, arbitrary: date.map((before): JsonValue => ({ before })) },
  { weight: 1, arbitrary: dates.map((between): JsonValue => ({ between })) },
);
const op = fc.constantFrom('gte', 'gt', 'lte', 'lt', 'equals', 'notEquals');
const has = fc.array(eventCondition, { minLength: 1, maxLength: 2 });
const measure: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.constant({}),
  fc.record({ op, n: fc.nat(4) }).map((count) => ({ count })),
  fc
    .record({
      property: fc.constantFrom(...NAMES),
      op,
      n: fc.constantFrom(0, 0.1, 0.3, 5, -3, 100, 0.000001),
    })
    .map((sum) => ({ sum })),
  fc.record({ property: fc.constantFrom(...NAMES), op, n: fc.nat(3) }).map((distinct) => ({ distinct })),
  has.map((first) => ({ first })),
  has.map((last) => ({ last })),
);
const event = fc
  .tuple(filter, measure, eventWindow)
  .map(([own, measured, within]): JsonObject => ({ ...own, ...measured, within }));
const sequence = fc
  .tuple(fc.array(filter, { minLength: 2, maxLength: 4 }), eventWindow)
  .map(([steps, within]): JsonObject => ({ sequence: steps, within }));

const other: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.constantFrom(...GROUP_NAMES, 'nobody').map((tag) => ({ tag })),
  fc.constantFrom(...GROUP_NAMES).map((list) => ({ list })),
  fc.constantFrom('engaged', 'nested', 'unknown segment').map((segment) => ({ segment })),
  fc.record({
    consent: fc.constantFrom(...CHANNELS),
    is: fc.constantFrom('opted_in', 'opted_out', 'pending', 'unknown'),
  }),
  fc.constantFrom('lead', 'customer', 'none').map((stage) => ({ stage })),
  fc.record({
    score: fc.constantFrom('activity', 'activity', 'overall', 'unknown score'),
    op: fc.constantFrom('gte', 'gt', 'lte', 'lt', 'equals'),
    value: fc.constantFrom(0, 0.5, 1, 2.5, 5, -1, 7.000001, 1e300),
  }),
  fc.record({
    score: fc.constantFrom('activity', 'overall'),
    op: fc.constant('between'),
    value: fc.constantFrom<JsonValue>([0, 0], [0, 2.5], [-5, 1e300]),
  }),
  fc.record({
    journey: fc.constantFrom('welcome', "win'back", 'nothing'),
    is: fc.constantFrom('active', 'completed', 'left', 'ever', 'never'),
  }),
  fc.record({
    randomBucket: fc.constantFrom(0.1, 0.5, 0.9, 1),
    seed: fc.string({ minLength: 1, maxLength: 3 }),
  }),
  fc.constant({ everyone: true }),
  fc.record({ engagement: fc.constantFrom('opened', 'sent'), within: window('last') }),
);

const leaf = fc.oneof(
  { weight: 6, arbitrary: property },
  { weight: 2, arbitrary: heldProperty },
  { weight: 6, arbitrary: event },
  { weight: 2, arbitrary: sequence },
  { weight: 3, arbitrary: other },
);

const { rule } = fc.letrec<{ rule: JsonObject; group: JsonObject }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 4, arbitrary: leaf },
    { weight: 1, arbitrary: tie('group') },
  ),
  group: fc
    .tuple(fc.constantFrom('all', 'any', 'none'), fc.array(tie('rule'), { minLength: 1, maxLength: 3 }))
    .map(([mode, rules]): JsonObject => ({ [mode]: rules })),
}));

/** A rule as it is written, of any kind. */
export const ruleJson: fc.Arbitrary<JsonObject> = rule;

/** Saved scores that rules name: of events that fade, end and are few, and of rules that name segments and the other. */
export const SCORES: Readonly<Record<string, JsonObject>> = {
  activity: {
    rules: [
      { event: 'page_*', points: 2.5, halfLifeDays: 30 },
      { event: 'order_placed', points: 4, within: { last: 30, unit: 'calendarDays' }, times: 2, cap: 5 },
      { event: ['email_opened', 'email_sent'], points: -1, halfLifeDays: 7, times: 2 },
    ],
    limits: { total: { floor: -1, cap: 8 } },
  },
  overall: {
    rules: [
      { rule: { segment: 'nested' }, points: 2.5 },
      { rule: { score: 'activity', op: 'gt', value: 0.5 }, points: 5 },
      { rule: { property: 'plan', op: 'regex', value: '^p' }, points: -1 },
      { event: 'email_opened', points: 1, machine: 'include' },
    ],
  },
};

/** Saved segments that rules name. */
export const SEGMENTS: Readonly<Record<string, JsonObject>> = {
  engaged: { event: 'page_viewed', within: { last: 30, unit: 'calendarDays' } },
  nested: { any: [{ none: [{ segment: 'engaged' }] }, { tag: 'vip' }] },
};

function read<T>(reading: Reading<T>): T {
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
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
