import fc from 'fast-check';
import type { StoredEvent } from '../../../src/domain/event/event';
import type { JsonObject } from '../../../src/domain/json';
import { parseScoreModel } from '../../../src/domain/scoring/parse-score-model';
import type { ScoreModel } from '../../../src/domain/scoring/score-model';
import { NOW, properties, rules as profileRules } from '../rule/random-rules';

export { BOOK as book } from '../rule/random-rules';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Zones in which days begin and end at odd moments. */
export const zones = fc.constantFrom('Europe/Berlin', 'Pacific/Apia', 'America/New_York', 'Asia/Kathmandu');

/** The model a JSON stands for; a refusal fails the test with its problems. */
export function modelOf(json: unknown): ScoreModel {
  const reading = parseScoreModel(json);
  if (!reading.ok) {
    throw new Error(reading.problems.map(({ field, message }) => `${field}: ${message}`).join('\n'));
  }
  return reading.value;
}

export const points = fc.constantFrom(1, 2.5, 5, 10, 0.1, 0.7, 20, -1, -5, -2.5, -0.3);
const types = fc.constantFrom<JsonObject['event']>(
  'page_viewed',
  'page_left',
  'order_placed',
  'email_opened',
  'email_clicked',
  'page_*',
  '*',
  ['email_opened', 'email_clicked'],
);
const windows = fc.constantFrom<JsonObject>(
  { last: 7, unit: 'days' },
  { last: 3, unit: 'calendarDays' },
  { last: 30, unit: 'days' },
  { last: 12, unit: 'hours' },
  { period: 'thisWeek' },
  { period: 'lastMonth' },
  { after: '2026-10-25' },
  { between: ['2026-10-01', '2026-10-25T02:30'] },
);
const wheres = fc.constantFrom<JsonObject[]>(
  [{ property: 'plan', op: 'notEquals', value: 'pro' }],
  [{ property: 'renewsAt', op: 'notExists' }],
  [{ property: 'renewsAt', op: 'withinLast', value: { last: 7, unit: 'days' } }],
);

/** How long points of an event last. */
const lasting: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0.5, 3, 7, 30, 90).map((halfLifeDays) => ({ halfLifeDays })) },
  { weight: 2, arbitrary: windows.map((within) => ({ within })) },
  fc.constant({}),
);
const parts = fc.constantFrom('fit', 'engagement');

/** A rule about events, as JSON; whatever caps it has. */
export const eventRules: fc.Arbitrary<JsonObject> = fc
  .tuple(
    fc.record({ event: types, points, part: parts }),
    lasting,
    fc.record(
      { where: wheres, machine: fc.constantFrom('include', 'exclude') },
      { requiredKeys: [], noNullPrototype: true },
    ),
    fc.record(
      { times: fc.constantFrom(1, 2, 3), cap: fc.constantFrom(4, 10.5) },
      { requiredKeys: [], noNullPrototype: true },
    ),
  )
  .map(([shared, lasts, filter, caps]) => ({ ...shared, ...lasts, ...filter, ...caps }) as JsonObject);

const profiles: fc.Arbitrary<JsonObject> = fc.record({ rule: profileRules, points, part: parts });

const limits = fc.record(
  { cap: fc.constantFrom(6, 12, 25.5), floor: fc.constantFrom(-8, 0, 2) },
  { requiredKeys: [], noNullPrototype: true },
);
const levels = (...names: string[]) =>
  fc
    .uniqueArray(fc.integer({ min: -6, max: 14 }), {
      minLength: names.length - 1,
      maxLength: names.length - 1,
    })
    .map((from) => {
      const sorted = [...from].sort((a, b) => b - a);
      return names.map((name, index) => (index < sorted.length ? { name, from: sorted[index] } : { name }));
    });
const grades = fc.oneof(
  fc.record({ total: levels('A', 'B', 'C', 'D'), hysteresis: fc.constantFrom(0, 1, 3) }),
  fc.record({
    fit: levels('A', 'B', 'C'),
    engagement: levels('1', '2', '3'),
    hysteresis: fc.constantFrom(0, 0.5),
    cells: fc.constantFrom({}, { A1: 'Hot', A2: 'Hot', B1: 'Hot', C3: 'Cold' }),
  }),
);
const thresholds = fc
  .array(
    fc.record({
      of: fc.constantFrom('total', 'fit', 'engagement'),
      at: fc.oneof(fc.integer({ min: -6, max: 14 }), fc.constantFrom(0, 0.1, 2.5)),
      hysteresis: fc.constantFrom(0, 0, 1.5),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((list) => list.map((threshold, index) => ({ name: `t${index}`, ...threshold })));

/** Whole models as JSON, made of some rules that give points, with groups, limits, grades and thresholds. */
export const modelsOf = (pointRules: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
  fc
    .tuple(
      fc.array(pointRules, { minLength: 1, maxLength: 6 }),
      fc.array(fc.constantFrom('web', 'mail', null), { minLength: 6, maxLength: 6 }),
      fc.record({ web: limits, mail: limits, total: limits, fit: limits, engagement: limits }),
      fc.option(grades),
      thresholds,
    )
    .map(([rules, names, all, graded, watched]) => {
      // One part a group: that of the first rule in it.
      const partOf = new Map<string, unknown>();
      const grouped = rules.map((rule, index) => {
        const group = names[index] ?? null;
        const own = group === null ? {} : all[group];
        if (group === null || Object.keys(own).length === 0) return rule;
        if (!partOf.has(group)) partOf.set(group, rule.part);
        return partOf.get(group) === rule.part ? { ...rule, group } : rule;
      });
      return {
        name: 'lead',
        rules: grouped,
        groups: [...partOf.keys()].map((name) => ({ name, ...all[name as 'web' | 'mail'] })),
        limits: { total: all.total, fit: all.fit, engagement: all.engagement },
        grades: graded,
        thresholds: watched,
      } as JsonObject;
    });

/** A whole model as JSON: rules of both kinds and signs, groups, limits, grades and thresholds. */
export const models = modelsOf(
  fc.oneof({ weight: 4, arbitrary: eventRules }, { weight: 1, arbitrary: profiles }),
);

/** Events in the weeks before now, at moments that no round number has; a few are still to come. */
export const manyEvents: fc.Arbitrary<Array<Pick<StoredEvent, 'type' | 'occurredAt' | 'properties'>>> =
  fc.array(
    fc.record({
      type: fc.constantFrom('page_viewed', 'page_left', 'order_placed', 'email_opened', 'email_clicked'),
      occurredAt: fc.oneof(
        { weight: 5, arbitrary: fc.integer({ min: NOW - 45 * DAY, max: NOW }) },
        fc.integer({ min: NOW + 1, max: NOW + 20 * DAY }),
        fc.integer({ min: -60, max: 30 }).map((hours) => NOW + hours * HOUR),
      ),
      properties,
    }),
    { minLength: 1, maxLength: 12 },
  );
