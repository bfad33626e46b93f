import type { StoredEvent } from '../../../src/domain/event/event';
import type { JsonObject } from '../../../src/domain/json';
import { judgeRule, nextTurn } from '../../../src/domain/rule/judge-rule';
import { parseRule } from '../../../src/domain/rule/parse-rule';
import type { Rule } from '../../../src/domain/rule/rule';
import { EMPTY_BOOK, type RuleBook } from '../../../src/domain/rule/rule-book';
import { isAffected, needsOf } from '../../../src/domain/rule/rule-needs';
import { RuleSizes } from '../../../src/domain/rule/rule-size';
import { savedScore } from '../../../src/domain/scoring/saved-score';
import type { Change } from '../../../src/domain/change/change';
import { modelOf } from '../scoring/random-models';
import { factsOf, NOW } from './random-rules';

const DAY = 86_400_000;

function read(json: JsonObject): Rule {
  const reading = parseRule(json);
  if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
  return reading.value;
}

function bookOf(
  scores: Record<string, readonly JsonObject[]>,
  segments: Record<string, JsonObject> = {},
): RuleBook {
  return {
    segments: new Map(
      Object.entries(segments).map(([name, json]) => [name, { rule: read(json), zone: 'UTC' }]),
    ),
    scores: new Map(
      Object.entries(scores).map(([name, rules]) => [name, savedScore(modelOf({ name, rules }), 'UTC')]),
    ),
  };
}

const person = {
  email: null,
  phone: null,
  externalId: null,
  firstName: null,
  lastName: null,
  locale: null,
  timezone: null,
  country: null,
  lifecycleStage: 'lead',
  properties: { plan: 'pro' },
  createdAt: NOW - 100 * DAY,
  updatedAt: NOW,
  tags: [],
  lists: [],
  consent: {},
};
const orders = (...days: number[]) =>
  factsOf(
    person,
    days.map((day): Pick<StoredEvent, 'type' | 'occurredAt' | 'properties'> => ({
      type: 'order_placed',
      occurredAt: NOW - day * DAY,
      properties: {},
    })),
  );
const moment = { now: NOW, zone: 'Europe/Berlin' };

describe('a rule about a score', () => {
  const fading = bookOf({ default: [{ event: 'order_placed', points: 20, halfLifeDays: 10 }] });
  const asked = (op: string, value: unknown) => read({ score: 'default', op, value } as JsonObject);

  it.each([
    ['gte', 20, true],
    ['gte', 20.000001, false],
    ['gt', 20, false],
    ['gt', 19.9999995, true],
    ['lte', 20, true],
    ['lt', 20, false],
    ['equals', 20, true],
    ['between', [20, 30], true],
    ['between', [0, 19.999999], false],
  ])('compares the total as of the moment: %s %j is %s', (op, value, expected) => {
    expect(judgeRule(asked(op, value), orders(0), moment, fading).holds).toBe(expected);
  });

  it.each([
    // Below 10 a moment after a half-life; rounded, 10 points last 400 ms and 10.000001 up to then.
    ['gte', 10, 10 * DAY],
    ['between', [5, 10], 10 * DAY],
    ['lt', 10, 10 * DAY],
    ['equals', 10, 10 * DAY],
  ])('turns by time alone: %s %j', (op, value, about) => {
    const rule = asked(op, value);
    const facts = orders(0);
    const turn = nextTurn(rule, facts, moment, fading) ?? NaN;
    expect(Math.abs(turn - NOW - about)).toBeLessThan(2_000);
    const holds = (now: number) => judgeRule(rule, facts, { ...moment, now }, fading).holds;
    expect([holds(turn - 1), holds(turn)]).toEqual([holds(NOW), !holds(NOW)]);
  });

  it('turns back where it was equal for a while', () => {
    const rule = asked('equals', 10);
    const facts = orders(0);
    const first = nextTurn(rule, facts, moment, fading) ?? NaN;
    const second = nextTurn(rule, facts, { ...moment, now: first }, fading) ?? NaN;
    expect(second - first).toBeGreaterThan(0);
    expect(second - first).toBeLessThan(2_000);
    expect(nextTurn(rule, facts, { ...moment, now: second }, fading)).toBeNull();
  });

  it('holds for nobody where there is no such score, whatever is asked', () => {
    for (const [op, value] of [
      ['lt', 100],
      ['gte', -100],
    ] as const) {
      const judged = judgeRule(asked(op, value), orders(0), moment, EMPTY_BOOK);
      expect([judged.holds, judged.turnsAt, judged.seen()]).toEqual([false, null, 'there is no such score']);
    }
  });

  it('finds a score for somebody of whom nothing is known', () => {
    expect(judgeRule(asked('equals', 0), orders(), moment, fading).holds).toBe(true);
  });

  it('looks through segments and other scores', () => {
    const book = bookOf(
      {
        activity: [{ event: 'order_placed', points: 20, halfLifeDays: 10 }],
        overall: [{ rule: { segment: 'active' }, points: 5 }],
      },
      { active: { score: 'activity', op: 'gte', value: 10 } },
    );
    const rule = read({ score: 'overall', op: 'gte', value: 5 });
    expect(judgeRule(rule, orders(3), moment, book).holds).toBe(true);
    // The same moment at which the other score falls below ten.
    const other = read({ score: 'activity', op: 'gte', value: 10 });
    expect(nextTurn(rule, orders(3), moment, book)).toBe(nextTurn(other, orders(3), moment, book));
    expect(nextTurn(rule, orders(3), moment, book)).not.toBeNull();
  });

  it('is judged by what its score is worked out from', () => {
    const book = bookOf(
      {
        default: [
          { event: 'order_placed', points: 20, halfLifeDays: 10 },
          { rule: { segment: 'pro' }, points: 5 },
        ],
      },
      { pro: { property: 'plan', op: 'equals', value: 'pro' } },
    );
    const needs = needsOf(asked('gte', 5), book);
    expect([...needs.scores]).toEqual(['default']);
    expect([...needs.segments]).toEqual(['pro']);
    expect(needs.events.map(({ types }) => types)).toEqual([['order_placed']]);
    expect(needs.properties.has('properties.plan')).toBe(true);
    expect(needs.isTimed).toBe(true);
    const recorded = { kind: 'event_recorded', subject: 'order_placed' } as Change;
    expect(isAffected(needs, recorded)).toBe(true);
    expect(isAffected(needs, { ...recorded, subject: 'page_viewed' })).toBe(false);
    // The rule, its two, and the segment's one.
    expect(new RuleSizes(book).of(asked('gte', 5)).rules).toBe(4);
  });
});
