import fc from 'fast-check';
import type { JudgedEvent } from '../../../src/domain/event/event';
import type { JsonObject } from '../../../src/domain/json';
import { judgeRule } from '../../../src/domain/rule/judge-rule';
import type { RuleFacts } from '../../../src/domain/rule/rule-facts';
import { evaluateScore, needsOfModel, type Score } from '../../../src/domain/scoring/evaluate-score';
import { asRule, type ScoreModel } from '../../../src/domain/scoring/score-model';
import type { ScoreStanding } from '../../../src/domain/scoring/standing';
import { contacts, eventsOfOne, factsOf, NOW } from '../rule/random-rules';
import { book, DAY, eventRules, manyEvents, modelOf, models, zones } from './random-models';

const nobody = {
  id: 7,
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

function score(model: ScoreModel, facts: RuleFacts, now = NOW, before: ScoreStanding | null = null): Score {
  return evaluateScore(model, facts, { now, zone: 'Europe/Berlin' }, book, before);
}

type Happened = [type: string, daysAgo: number, properties?: JsonObject];
function happened(...events: Happened[]): RuleFacts {
  return factsOf(
    nobody,
    events.map(([type, days, properties]) => ({
      type,
      occurredAt: NOW - days * DAY,
      properties: properties ?? {},
    })),
  );
}

function eventsIn(facts: RuleFacts): JudgedEvent[] {
  return [...facts.events.values()].flat();
}

function withEvents(facts: RuleFacts, events: readonly JudgedEvent[]): RuleFacts {
  return { ...facts, events: Map.groupBy(events, ({ type }) => type) };
}

/** The points of a model by the letter of its definition, each event judged alone by the language of rules. */
function byDefinition(model: ScoreModel, facts: RuleFacts, now: number, zone: string) {
  const holds = (rule: ScoreModel['rules'][number], about: RuleFacts) =>
    judgeRule(asRule(rule), about, { now, zone }, book).holds;
  const between = (sum: number, { cap, floor }: { cap: number | null; floor: number | null }) =>
    Math.min(Math.max(sum, floor ?? -Infinity), cap ?? Infinity);
  const given = model.rules.map((rule) => {
    if (rule.kind === 'profile') return holds(rule, facts) ? rule.points : 0;
    const counted = eventsIn(facts)
      .filter((event) => holds(rule, withEvents(facts, [event])))
      .sort((a, b) => a.occurredAt - b.occurredAt || a.id - b.id)
      .slice(0, rule.times ?? undefined);
    const sum = counted.reduce((points, { occurredAt }) => {
      const left = rule.halfLifeMs === null ? 1 : 2 ** ((occurredAt - now) / rule.halfLifeMs);
      return points + rule.points * left;
    }, 0);
    return between(sum, { cap: rule.cap, floor: rule.cap === null ? null : -rule.cap });
  });
  const sumWhere = (isMeant: (rule: ScoreModel['rules'][number]) => boolean) =>
    model.rules.reduce((sum, rule, index) => sum + (isMeant(rule) ? (given[index] ?? 0) : 0), 0);
  const half = (part: string) =>
    model.groups
      .filter((group) => group.part === part)
      .reduce(
        (sum, { name, limits }) =>
          sum +
          between(
            sumWhere(({ group }) => group === name),
            limits,
          ),
        sumWhere((rule) => rule.part === part && rule.group === null),
      );
  const fit = between(half('fit'), model.limits.fit);
  const engagement = between(half('engagement'), model.limits.engagement);
  return { fit, engagement, total: between(fit + engagement, model.limits.total) };
}

const given = fc.record({
  json: models,
  contact: contacts,
  events: fc.oneof(eventsOfOne, manyEvents),
  zone: zones,
});

describe('evaluateScore: laws', () => {
  it('gives what its definition gives', () => {
    fc.assert(
      fc.property(given, ({ json, contact, events, zone }) => {
        const [model, facts] = [modelOf(json), factsOf(contact, events)];
        const found = evaluateScore(model, facts, { now: NOW, zone }, book, null);
        const expected = byDefinition(model, facts, NOW, zone);
        for (const axis of ['fit', 'engagement', 'total'] as const) {
          expect(Math.abs(found[axis] - expected[axis])).toBeLessThan(1e-6);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not depend on the order in which events are told, nor on how often', () => {
    fc.assert(
      fc.property(given, fc.infiniteStream(fc.nat()), ({ json, contact, events, zone }, numbers) => {
        const [model, facts] = [modelOf(json), factsOf(contact, events)];
        const told = [...eventsIn(facts), ...eventsIn(facts).slice(0, 3)];
        const places = told.map(() => numbers.next().value as number);
        const shuffled = told
          .map((event, index) => ({ event, place: places[index] ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ event }) => event);
        const judge = (about: RuleFacts) => evaluateScore(model, about, { now: NOW, zone }, book, null);
        // Rules of the language want their events in order; points do not.
        fc.pre(model.rules.every(({ kind }) => kind === 'event'));
        expect(judge(withEvents(facts, shuffled))).toEqual(judge(facts));
      }),
      { numRuns: 1_000 },
    );
  });

  it('adds up over events, where nothing is capped', () => {
    const uncapped = fc
      .array(eventRules, { minLength: 1, maxLength: 5 })
      .map((rules) => rules.map(({ cap: _cap, times: _times, ...rule }) => rule));
    fc.assert(
      fc.property(uncapped, manyEvents, fc.array(fc.boolean()), (rules, events, sides) => {
        const model = modelOf({ name: 'lead', rules });
        const facts = factsOf(nobody, events);
        const half = (side: boolean) =>
          withEvents(
            facts,
            eventsIn(facts).filter(({ id }) => (sides[id] ?? false) === side),
          );
        const [one, other, both] = [half(true), half(false), facts].map((about) => score(model, about));
        for (const axis of ['fit', 'engagement', 'total'] as const) {
          const sum = (one?.[axis] ?? NaN) + (other?.[axis] ?? NaN);
          expect(Math.abs(sum - (both?.[axis] ?? NaN))).toBeLessThan(2e-6);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('only loses as time goes by or fades faster, where nothing takes points away', () => {
    const fading = fc.array(
      fc.record({
        event: fc.constantFrom('page_*', 'order_placed'),
        points: fc.constantFrom(1, 5, 0.1),
        halfLifeDays: fc.constantFrom(0.5, 7, 30),
        cap: fc.constantFrom(3, 8),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(fading, manyEvents, fc.integer({ min: 0, max: 90 * DAY }), (rules, events, later) => {
        const capped = (own: readonly object[]) =>
          modelOf({ name: 'lead', rules: own, limits: { total: { cap: 12 } } });
        const model = capped(rules);
        const past = factsOf(
          nobody,
          events.filter(({ occurredAt }) => occurredAt <= NOW),
        );
        const now = score(model, past).total;
        expect(score(model, past, NOW + later).total).toBeLessThanOrEqual(now);
        const faster = rules.map((rule) => ({ ...rule, halfLifeDays: rule.halfLifeDays / 2 }));
        expect(score(capped(faster), past).total).toBeLessThanOrEqual(now);
      }),
      { numRuns: 500 },
    );
  });

  it('never exceeds a cap, and never falls through a floor', () => {
    fc.assert(
      fc.property(given, ({ json, contact, events, zone }) => {
        const model = modelOf(json);
        const found = evaluateScore(model, factsOf(contact, events), { now: NOW, zone }, book, null);
        const isWithin = (value: number, { cap, floor }: { cap: number | null; floor: number | null }) =>
          value <= (cap ?? Infinity) && value >= (floor ?? -Infinity);
        model.rules.forEach((rule, index) => {
          const cap = rule.kind === 'event' ? rule.cap : null;
          expect(Math.abs(found.rules[index]?.points ?? NaN)).toBeLessThanOrEqual(cap ?? Infinity);
        });
        model.groups.forEach(({ limits }, index) => {
          expect(isWithin(found.groups[index]?.points ?? NaN, limits)).toBe(true);
        });
        for (const axis of ['fit', 'engagement', 'total'] as const) {
          expect(isWithin(found[axis], model.limits[axis])).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is the same after model, facts and standing were written down and read again', () => {
    fc.assert(
      fc.property(given, given, ({ json, contact, events, zone }, { events: earlier }) => {
        const moment = { now: NOW, zone };
        const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
        const [model, facts] = [modelOf(json), factsOf(contact, events)];
        const { standing } = evaluateScore(model, factsOf(contact, earlier), moment, book, null);
        const read = withEvents({ ...facts, contact: copy(facts.contact) }, copy(eventsIn(facts)));
        expect(evaluateScore(modelOf(copy(json)), read, moment, book, copy(standing))).toEqual(
          evaluateScore(model, facts, moment, book, standing),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('evaluateScore', () => {
  it('halves the points of an event with each half-life, from when it occurred', () => {
    const model = modelOf({ name: 'lead', rules: [{ event: 'clicked', points: 8, halfLifeDays: 10 }] });
    expect([0, 10, 20, 30].map((days) => score(model, happened(['clicked', days])).total)).toEqual([
      8, 4, 2, 1,
    ]);
    expect(score(model, happened(['clicked', 10], ['clicked', 20])).total).toBe(6);
  });

  it('counts every time, the first time, or so many times, the earliest of them', () => {
    const of = (times: number | null) =>
      modelOf({ name: 'lead', rules: [{ event: 'clicked', points: 8, halfLifeDays: 10, times }] });
    const clicks = happened(['clicked', 0], ['clicked', 10], ['clicked', 20]);
    expect([null, 1, 2, 5].map((times) => score(of(times), clicks).total)).toEqual([14, 2, 6, 14]);
    expect([null, 1, 2, 5].map((times) => score(of(times), clicks).rules[0]?.events)).toEqual([3, 1, 2, 3]);
  });

  it('caps a rule by points, in the direction of its points', () => {
    const of = (points: number) => modelOf({ name: 'lead', rules: [{ event: 'clicked', points, cap: 12 }] });
    const clicks = happened(['clicked', 0], ['clicked', 1], ['clicked', 2]);
    expect(score(of(5), clicks).rules).toEqual([
      {
        name: 'clicked, at most 12 points',
        part: 'engagement',
        group: null,
        points: 12,
        events: 3,
        isCapped: true,
      },
    ]);
    expect(score(of(-5), clicks).total).toBe(-12);
    expect(score(of(4), clicks).rules[0]?.isCapped).toBe(false);
  });

  it('gives no points for the clicks of machines unless told to', () => {
    const scanned = happened(['email_clicked', 1, { machine: true }], ['email_clicked', 1]);
    const of = (machine?: string) =>
      modelOf({ name: 'lead', rules: [{ event: 'email_clicked', points: 5, ...(machine && { machine }) }] });
    expect(score(of(), scanned).total).toBe(5);
    expect(score(of('include'), scanned).total).toBe(10);
  });

  it('lets the window of a rule end with both its ends in', () => {
    const model = modelOf({
      name: 'lead',
      rules: [{ event: 'clicked', points: 5, within: { last: 30, unit: 'days' } }],
    });
    expect(score(model, happened(['clicked', 30])).total).toBe(5);
    expect(score(model, happened(['clicked', 30]), NOW + 1).total).toBe(0);
  });

  it('tells fit and engagement apart, may be negative, and stops at a floor', () => {
    const rules = [
      { rule: { stage: 'customer' }, points: 20 },
      { event: 'unsubscribed', points: -30 },
    ];
    const facts = { ...happened(['unsubscribed', 1]), contact: { ...nobody, lifecycleStage: 'customer' } };
    const { total, fit, engagement } = score(modelOf({ name: 'lead', rules }), facts);
    expect({ total, fit, engagement }).toEqual({ total: -10, fit: 20, engagement: -30 });
    expect(score(modelOf({ name: 'lead', rules, limits: { total: { floor: 0 } } }), facts).total).toBe(0);
  });

  it('reaches 0.8 with 0.1 and 0.7', () => {
    const model = modelOf({
      name: 'lead',
      rules: [
        { event: 'a', points: 0.1 },
        { event: 'b', points: 0.7 },
      ],
      thresholds: [{ name: 'enough', at: 0.8 }],
    });
    expect(score(model, happened(['a', 1], ['b', 1])).standing.above).toEqual(['enough']);
  });

  it('gives nothing for what has not occurred', () => {
    const model = modelOf({ name: 'lead', rules: [{ event: 'a', points: 5, halfLifeDays: 1 }] });
    expect(score(model, happened(['a', -1])).total).toBe(0);
  });

  it('needs what its rules need, and time where points only fade', () => {
    const model = modelOf({
      name: 'lead',
      rules: [
        { event: 'page_*', points: 1, halfLifeDays: 7 },
        { rule: { tag: 'vip' }, points: 5 },
      ],
    });
    const { events, tags, isTimed } = needsOfModel(model, book);
    const need = { types: ['page_*'], within: null, readsProperties: false };
    expect([events, [...tags], isTimed]).toEqual([[need], ['vip'], true]);
    const lasting = modelOf({ name: 'lead', rules: [{ event: 'page_*', points: 1 }] });
    expect(needsOfModel(lasting, book).isTimed).toBe(false);
  });
});
