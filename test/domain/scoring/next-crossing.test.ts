import fc from 'fast-check';
import type { JsonObject } from '../../../src/domain/json';
import type { RuleFacts } from '../../../src/domain/rule/rule-facts';
import { evaluateScore } from '../../../src/domain/scoring/evaluate-score';
import { nextCrossing } from '../../../src/domain/scoring/next-crossing';
import type { ScoreModel } from '../../../src/domain/scoring/score-model';
import { isSameStanding, type ScoreStanding } from '../../../src/domain/scoring/standing';
import { contacts, eventsOfOne, factsOf, NOW } from '../rule/random-rules';
import { book, DAY, manyEvents, modelOf, models, zones } from './random-models';

const BERLIN = { now: NOW, zone: 'Europe/Berlin' };

const nobody = {
  email: null,
  phone: null,
  externalId: null,
  firstName: null,
  lastName: null,
  locale: null,
  timezone: null,
  country: null,
  lifecycleStage: null,
  properties: {},
  createdAt: NOW - 100 * DAY,
  updatedAt: NOW,
  tags: [],
  lists: [],
  consent: {},
};
const happened = (...events: Array<[type: string, at: number]>): RuleFacts =>
  factsOf(
    nobody,
    events.map(([type, occurredAt]) => ({ type, occurredAt, properties: {} })),
  );
const watching = (rules: JsonObject[], ...thresholds: JsonObject[]) =>
  modelOf({
    name: 'lead',
    rules,
    thresholds: thresholds.map((own, index) => ({ name: `t${index}`, ...own })),
  });
const crossingOf = (model: ScoreModel, facts: RuleFacts, before: ScoreStanding | null = null) =>
  nextCrossing(model, facts, BERLIN, book, before);

const given = fc.record({
  json: models,
  contact: contacts,
  events: fc.oneof({ weight: 2, arbitrary: manyEvents }, eventsOfOne),
  zone: zones,
});

describe('nextCrossing: laws', () => {
  it('is the very millisecond: the new standing then, the present one until then', () => {
    let found = 0;
    fc.assert(
      fc.property(
        given,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }),
        ({ json, contact, events, zone }, parts) => {
          const [model, facts] = [modelOf(json), factsOf(contact, events)];
          const { standing } = evaluateScore(model, facts, { now: NOW, zone }, book, null);
          const next = nextCrossing(model, facts, { now: NOW, zone }, book, standing);
          const at = (now: number) => evaluateScore(model, facts, { now, zone }, book, standing);
          const end = next?.at ?? NOW + 400 * DAY;
          if (next) {
            found++;
            expect(next.at).toBeGreaterThan(NOW);
            expect(Number.isInteger(next.at)).toBe(true);
            expect(isSameStanding(at(next.at).standing, standing)).toBe(false);
            expect(at(next.at)).toMatchObject({ standing: next.standing, crossings: next.crossings });
          }
          for (const now of [...parts.map((part) => Math.floor(NOW + part * (end - 1 - NOW))), end - 1]) {
            expect([now, at(now).standing]).toEqual([now, standing]);
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(found).toBeGreaterThan(80);
  });

  it('finds the first of several turns of points that rise and fall as they fade at different speeds', () => {
    const fading = fc.record({
      event: fc.constantFrom('a', 'b', 'c', 'd'),
      points: fc
        .integer({ min: -400, max: 400 })
        .filter((points) => points !== 0)
        .map((n) => n / 8),
      halfLifeDays: fc.constantFrom(1, 2, 5, 13, 40),
      cap: fc.option(fc.constantFrom(10, 30)),
      part: fc.constantFrom('fit', 'engagement'),
    });
    const moments = fc.integer({ min: NOW - 20 * DAY, max: NOW });
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(fading, { minLength: 2, maxLength: 7 }),
        fc.tuple(moments, moments, moments, moments),
        fc.integer({ min: -12, max: 12 }),
        fc.option(fc.constantFrom(15, 25)),
        fc.integer({ min: 5, max: 40 }),
        (rules, [a, b, c, d], at, cap, steps) => {
          const model = modelOf({
            name: 'lead',
            rules,
            limits: { fit: { cap, floor: -20 } },
            thresholds: [{ name: 't', at }],
          });
          const facts = happened(['a', a], ['b', b], ['c', c], ['d', d]);
          const { standing } = evaluateScore(model, facts, BERLIN, book, null);
          const next = crossingOf(model, facts);
          const stands = (now: number) =>
            evaluateScore(model, facts, { ...BERLIN, now }, book, standing).standing.above.length;
          const end = next?.at ?? NOW + 300 * DAY;
          if (next) {
            found++;
            expect(stands(next.at)).not.toBe(standing.above.length);
          }
          // More densely near now, where most happens.
          for (let step = 0; step < steps; step++) {
            const now = Math.floor(NOW + (end - 1 - NOW) * (step / steps) ** 2);
            expect([now, stands(now)]).toEqual([now, standing.above.length]);
          }
          expect(stands(end - 1)).toBe(standing.above.length);
        },
      ),
      { numRuns: 1_000 },
    );
    expect(found).toBeGreaterThan(300);
  });

  it('is half-life · log2(points / threshold) after the event, where there is one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 1_000 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 0.1, max: 400, noNaN: true }),
        fc.integer({ min: 0, max: DAY }),
        (points, share, halfLifeDays, age) => {
          const at = Math.round(points * share * 1_000) / 1_000;
          const model = watching([{ event: 'a', points, halfLifeDays }], { at });
          const { halfLifeMs } = model.rules[0] as { halfLifeMs: number };
          const falls = NOW - age + halfLifeMs * Math.log2(points / at);
          fc.pre(falls > NOW + 1_000 && at > 0);
          const next = crossingOf(model, happened(['a', NOW - age]));
          // Points are compared rounded to a millionth, half of which takes so long to lose.
          const grain = (0.5e-6 / at) * (halfLifeMs / Math.LN2);
          expect(Math.abs((next?.at ?? NaN) - falls)).toBeLessThanOrEqual(grain * 1.01 + 1);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('nextCrossing', () => {
  const fading = { event: 'a', points: 40, halfLifeDays: 10 };
  const down = { kind: 'threshold', threshold: 't0', of: 'total', direction: 'down' };

  it('knows when points that fade fall below a threshold, and not before the hysteresis', () => {
    const facts = happened(['a', NOW]);
    const plain = crossingOf(watching([fading], { at: 20 }), facts);
    expect(plain?.crossings).toEqual([{ ...down, at: 20 }]);
    expect(Math.abs((plain?.at ?? 0) - (NOW + 10 * DAY))).toBeLessThan(50);
    const lazy = crossingOf(watching([fading], { at: 20, hysteresis: 10 }), facts);
    expect(Math.abs((lazy?.at ?? 0) - (NOW + 20 * DAY))).toBeLessThan(100);
  });

  it('knows when points run out of their cap before they can fall', () => {
    const facts = happened(['a', NOW], ['a', NOW]);
    const capped = crossingOf(watching([{ ...fading, cap: 30 }], { at: 20 }), facts);
    // 80 points halve twice before they are 20, though no more than 30 of them counted.
    expect(Math.abs((capped?.at ?? 0) - (NOW + 20 * DAY))).toBeLessThan(50);
  });

  it('knows when a window ends, a rule turns and an event comes', () => {
    const until = { event: 'a', points: 5, within: { last: 7, unit: 'days' } };
    expect(crossingOf(watching([until], { at: 5 }), happened(['a', NOW - DAY]))?.at).toBe(NOW + 6 * DAY + 1);
    const quiet = {
      rule: { none: [{ event: 'a', within: { last: 7, unit: 'days' } }] },
      points: -10,
    };
    expect(crossingOf(watching([quiet], { at: 0 }), happened(['a', NOW - DAY]))).toMatchObject({
      at: NOW + 6 * DAY + 1,
      crossings: [{ ...down, at: 0 }],
    });
    expect(crossingOf(watching([fading], { at: 20 }), happened(['a', NOW + DAY]))).toMatchObject({
      at: NOW + DAY,
      crossings: [{ ...down, at: 20, direction: 'up' }],
    });
  });

  it('knows that points that were taken away come back', () => {
    const model = watching([{ event: 'bounced', points: -40, halfLifeDays: 10 }], { at: -10 });
    const next = crossingOf(model, happened(['bounced', NOW]));
    expect(next?.crossings).toEqual([{ ...down, at: -10, direction: 'up' }]);
    expect(Math.abs((next?.at ?? 0) - (NOW + 20 * DAY))).toBeLessThan(100);
  });

  it('never crosses what it does not fall to', () => {
    expect(crossingOf(watching([fading], { at: 0 }), happened(['a', NOW]))).toBeNull();
    expect(crossingOf(watching([{ event: 'a', points: 5 }], { at: 5 }), happened(['a', NOW]))).toBeNull();
    const even = [fading, { ...fading, points: -15 }, { ...fading, points: -25 }];
    expect(crossingOf(watching(even, { at: 0 }, { at: 0.000001 }), happened(['a', NOW]))).toBeNull();
  });

  it('keeps a move between cells of the same grade, and tells none', () => {
    const model = modelOf({
      name: 'lead',
      rules: [fading],
      grades: {
        fit: [{ name: 'A', from: 1 }, { name: 'B' }],
        engagement: [{ name: '1', from: 20 }, { name: '2' }],
        cells: { B1: 'Cold', B2: 'Cold' },
      },
    });
    expect(crossingOf(model, happened(['a', NOW]))).toMatchObject({
      standing: { levels: { fit: 'B', engagement: '2' } },
      crossings: [],
    });
  });

  it('looks through ten thousand events of a window', () => {
    const events = Array.from({ length: 10_000 }, (_, index): [string, number] => [
      'a',
      NOW - index * 60_000,
    ]);
    const windowed = { event: 'a', points: 1, within: { last: 30, unit: 'days' } };
    const model = watching([windowed, { event: 'a', points: 1, halfLifeDays: 3 }], { at: 30 });
    const next = crossingOf(model, happened(...events));
    expect(next?.crossings).toEqual([{ ...down, at: 30 }]);
  });
});
