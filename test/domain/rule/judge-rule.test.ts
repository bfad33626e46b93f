import fc from 'fast-check';
import type { ContactProfile } from '../../../src/domain/contact/contact';
import type { JsonObject } from '../../../src/domain/json';
import { explainRule, reasonsOf } from '../../../src/domain/rule/explain-rule';
import { judgeRule, nextTurn } from '../../../src/domain/rule/judge-rule';
import { parseRule } from '../../../src/domain/rule/parse-rule';
import type { Rule } from '../../../src/domain/rule/rule';
import type { RuleFacts } from '../../../src/domain/rule/rule-facts';
import { BOOK as book, contacts, eventsOfOne, factsOf, NOW, rules, ZONES } from './random-rules';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BERLIN = { now: NOW, zone: 'Europe/Berlin' };

function parsed(json: unknown): Rule {
  const reading = parseRule(json);
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return reading.value;
}

const nobody: ContactProfile = {
  id: 1,
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

type Happened = [type: string, at: number, properties?: JsonObject];

function facts(own: Partial<ContactProfile>, ...events: Happened[]): RuleFacts {
  return factsOf(
    { ...nobody, ...own },
    events.map(([type, occurredAt, properties]) => ({ type, occurredAt, properties: properties ?? {} })),
  );
}

function holds(json: unknown, about: RuleFacts, now = NOW, zone = 'Europe/Berlin'): boolean {
  return judgeRule(parsed(json), about, { now, zone }, book).holds;
}

const random = fc.record({
  json: rules,
  contact: contacts,
  events: eventsOfOne,
  zone: fc.constantFrom(...ZONES.filter((zone) => zone !== null && zone !== 'Mars/Olympus')),
});

describe('judgeRule: laws', () => {
  it('stays as it is until the moment at which it could turn', () => {
    fc.assert(
      fc.property(
        random,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 }),
        (given, parts) => {
          const [rule, about] = [parsed(given.json), factsOf(given.contact, given.events)];
          const moment = { now: NOW, zone: given.zone as string };
          const { holds: now, turnsAt } = judgeRule(rule, about, moment, book);
          if (turnsAt !== null) expect(turnsAt).toBeGreaterThan(NOW);
          const end = Math.min(turnsAt ?? Infinity, NOW + 40 * DAY) - 1;
          const moments = [...parts.map((part) => Math.round(NOW + part * (end - NOW))), end];
          for (const at of moments)
            expect([at, judgeRule(rule, about, { ...moment, now: at }, book).holds]).toEqual([at, now]);
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it('has turned at the next turn, and not a moment before', () => {
    fc.assert(
      fc.property(random, (given) => {
        const [rule, about] = [parsed(given.json), factsOf(given.contact, given.events)];
        const moment = { now: NOW, zone: given.zone as string };
        const turn = nextTurn(rule, about, moment, book);
        fc.pre(turn !== null);
        const at = (now: number) => judgeRule(rule, about, { ...moment, now }, book).holds;
        expect([at(turn as number), at((turn as number) - 1)]).toEqual([!at(NOW), at(NOW)]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('does not depend on the order in which events are told, nor on those that have not occurred', () => {
    fc.assert(
      fc.property(random, (given) => {
        const rule = parsed(given.json);
        const moment = { now: NOW, zone: given.zone as string };
        const about = factsOf(given.contact, given.events);
        const past = factsOf(
          given.contact,
          given.events.filter(({ occurredAt }) => occurredAt <= NOW),
        );
        const shuffled = { ...about, events: new Map([...about.events].reverse()) };
        const expected = judgeRule(rule, about, moment, book).holds;
        expect(judgeRule(rule, shuffled, moment, book).holds).toBe(expected);
        expect(judgeRule(rule, past, moment, book).holds).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('holds none of it exactly where any of it does not', () => {
    fc.assert(
      fc.property(random, random, (given, other) => {
        const about = factsOf(given.contact, given.events);
        const judge = (json: unknown) => holds(json, about);
        expect(judge({ none: [given.json, other.json] })).toBe(!judge({ any: [given.json, other.json] }));
        expect(judge({ all: [given.json, other.json] })).toBe(
          !judge({ any: [{ none: [given.json] }, { none: [other.json] }] }),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('explains as it judges', () => {
    fc.assert(
      fc.property(random, (given) => {
        const [rule, about] = [parsed(given.json), factsOf(given.contact, given.events)];
        const moment = { now: NOW, zone: given.zone as string };
        const judgement = judgeRule(rule, about, moment, book);
        expect(explainRule(rule, about, moment, book).holds).toBe(judgement.holds);
        expect(reasonsOf(judgement).join('')).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });
});

describe('judgeRule: what is missing', () => {
  it.each([
    [{ property: 'plan', op: 'notEquals', value: 'pro' }, true],
    [{ property: 'plan', op: 'notIn', value: ['pro'] }, true],
    [{ property: 'plan', op: 'notContains', value: 'p' }, true],
    [{ property: 'plan', op: 'notExists' }, true],
    [{ property: 'plan', op: 'equals', value: 'pro' }, false],
    [{ property: 'seen', op: 'notWithinLast', value: { last: 3, unit: 'days' } }, false],
    [{ event: 'a', count: { op: 'lt', n: 1 } }, true],
    [{ event: 'a', count: { op: 'eq', n: 0 } }, true],
    [{ event: 'a', count: { op: 'gte', n: 0 } }, true],
    [{ event: 'a', sum: { property: 'v', op: 'lt', n: 5 } }, true],
    [{ lastEvent: 'a', has: [{ property: 'status', op: 'notEquals', value: 'refunded' }] }, false],
    [{ consent: 'email', is: 'unknown' }, true],
    [{ none: [{ list: 'newsletter' }] }, true],
    [{ segment: 'no such' }, false],
    [{ score: 'default', op: 'lt', value: 100 }, false],
    [{ journey: 'welcome', is: 'never' }, true],
  ])('%j holds for somebody without any data: %s', (json, expected) => {
    expect(holds(json, facts({}))).toBe(expected);
  });
});

describe('judgeRule: events', () => {
  const opens = (...days: number[]) =>
    facts({}, ...days.map((day): Happened => ['email_opened', NOW - day * DAY]));

  it('counts both ends of an exact window', () => {
    const rule = { event: 'email_opened', within: { last: 30, unit: 'days' } };
    expect(holds(rule, opens(30))).toBe(true);
    expect(holds(rule, opens(30), NOW + 1)).toBe(false);
    expect(nextTurn(parsed(rule), opens(30), BERLIN, book)).toBe(NOW + 1);
  });

  it('knows when a silence begins: a window after the last event, whatever came before', () => {
    const rule = { none: [{ event: 'email_opened', within: { last: 60, unit: 'days' } }] };
    expect(nextTurn(parsed(rule), opens(50, 20, 7, 3), BERLIN, book)).toBe(NOW + 57 * DAY + 1);
  });

  it('counts calendar days by local midnights', () => {
    const rule = { event: 'a', within: { last: 1, unit: 'calendarDays' } };
    const lateYesterday = facts({}, ['a', Date.parse('2026-10-31T22:59:59Z')]);
    expect(holds(rule, lateYesterday, NOW, 'Europe/Berlin')).toBe(false);
    expect(holds(rule, lateYesterday, NOW, 'America/New_York')).toBe(false);
    expect(holds(rule, lateYesterday, NOW, 'America/Los_Angeles')).toBe(true);
  });

  it('leaves out the clicks of machines unless asked for them', () => {
    const scanned = facts({}, ['email_clicked', NOW - HOUR, { machine: true }]);
    expect(holds({ event: 'email_clicked' }, scanned)).toBe(false);
    expect(holds({ engagement: 'clicked' }, scanned)).toBe(false);
    expect(holds({ event: 'email_clicked', machine: 'include' }, scanned)).toBe(true);
    expect(
      holds({ event: 'email_clicked', where: [{ property: 'machine', op: 'equals', value: true }] }, scanned),
    ).toBe(true);
  });

  it('knows what becomes of messages on every channel that has a name, and whose clicks are of machines', () => {
    for (const channel of ['email', 'sms', 'push', 'whatsapp', 'chat', 'ads']) {
      const clicked = (machine: boolean) => facts({}, [`${channel}_clicked`, NOW - HOUR, { machine }]);
      expect(holds({ engagement: 'clicked' }, clicked(false))).toBe(true);
      expect(holds({ engagement: 'clicked', channel }, clicked(false))).toBe(true);
      expect(holds({ engagement: 'clicked' }, clicked(true))).toBe(false);
      expect(holds({ event: `${channel}_clicked` }, clicked(true))).toBe(false);
      expect(holds({ engagement: 'sent', channel }, facts({}, [`${channel}_sent`, NOW - HOUR]))).toBe(true);
    }
    for (const channel of ['email', 'sms', 'whatsapp', 'chat']) {
      expect(holds({ engagement: 'replied' }, facts({}, [`${channel}_replied`, NOW - HOUR]))).toBe(true);
    }
  });

  it('adds money up exactly', () => {
    const spent = facts({}, ...[0.1, 0.2].map((v): Happened => ['order_placed', NOW - DAY, { v }]));
    expect(holds({ event: 'order_placed', sum: { property: 'v', op: 'eq', n: 0.3 } }, spent)).toBe(true);
  });

  it('tells different values apart by items of lists', () => {
    const bought = facts({}, [
      'order_placed',
      NOW - DAY,
      { items: [{ sku: 'a' }, { sku: 'b' }, { sku: 'a' }] },
    ]);
    expect(
      holds({ event: 'order_placed', distinct: { property: 'items.sku', op: 'eq', n: 2 } }, bought),
    ).toBe(true);
  });

  it('lets the latest event decide', () => {
    const rule = {
      lastEvent: 'order_placed',
      has: [{ property: 'status', op: 'equals', value: 'refunded' }],
    };
    const order = (day: number, status: string): Happened => ['order_placed', NOW - day * DAY, { status }];
    expect(holds(rule, facts({}, order(2, 'paid'), order(1, 'refunded')))).toBe(true);
    expect(holds(rule, facts({}, order(1, 'paid'), order(2, 'refunded')))).toBe(false);
  });

  it('follows a sequence in order, ties as they were recorded', () => {
    const rule = { sequence: [{ event: 'a' }, { event: 'b' }], within: { last: 7, unit: 'days' } };
    expect(holds(rule, facts({}, ['b', NOW - 2 * DAY], ['a', NOW - DAY]))).toBe(false);
    expect(holds(rule, facts({}, ['a', NOW - DAY], ['b', NOW - DAY]))).toBe(true);
    expect(holds(rule, facts({}, ['b', NOW - DAY], ['a', NOW - DAY]))).toBe(false);
    expect(holds(rule, facts({}, ['a', NOW - 8 * DAY], ['b', NOW - DAY]))).toBe(false);
    expect(holds({ sequence: [{ event: 'a' }, { event: 'a' }] }, facts({}, ['a', NOW - DAY]))).toBe(false);
  });

  it('does not count what has not happened, and knows when it will', () => {
    const ahead = facts({}, ['webinar_attended', NOW + HOUR]);
    expect(holds({ event: 'webinar_attended' }, ahead)).toBe(false);
    expect(nextTurn(parsed({ event: 'webinar_attended' }), ahead, BERLIN, book)).toBe(NOW + HOUR);
  });
});

describe('judgeRule: held without a break', () => {
  const rule = { property: 'plan', op: 'equals', value: 'trial', for: { last: 14, unit: 'days' } };
  const trial = { properties: { plan: 'trial' } };
  const since = (...past: Array<[at: number, before: string | null]>): RuleFacts => ({
    ...facts(trial),
    history: new Map([['properties.plan', past.map(([at, before]) => ({ at, before }))]]),
  });

  it('begins when the value last became so', () => {
    expect(holds(rule, since([NOW - 14 * DAY, 'free']))).toBe(true);
    expect(holds(rule, since([NOW - 14 * DAY + 1, 'free']))).toBe(false);
    expect(nextTurn(parsed(rule), since([NOW - 10 * DAY, null]), BERLIN, book)).toBe(NOW + 4 * DAY);
  });

  it('is broken by another value in between', () => {
    expect(
      holds(rule, since([NOW - 20 * DAY, 'free'], [NOW - 6 * DAY, 'trial'], [NOW - 5 * DAY, 'pro'])),
    ).toBe(false);
  });

  it('is not broken by a value that fits too', () => {
    const either = { ...rule, op: 'in', value: ['trial', 'pro'] };
    expect(holds(either, since([NOW - 5 * DAY, 'pro']))).toBe(true);
  });

  it('is not older than the contact', () => {
    const young = { ...facts({ ...trial, createdAt: NOW - 3 * DAY }) };
    expect(holds(rule, young)).toBe(false);
    expect(nextTurn(parsed(rule), young, BERLIN, book)).toBe(NOW + 11 * DAY);
  });
});

describe('judgeRule: shares', () => {
  it('gives a contact the same answer for ever, and each share its part', () => {
    const inside = (share: number, seed: string) =>
      Array.from({ length: 20_000 }, (_, id) => holds({ randomBucket: share, seed }, facts({ id: id + 1 })));
    const fifth = inside(0.2, 'autumn');
    expect(inside(0.2, 'autumn')).toEqual(fifth);
    const count = fifth.filter(Boolean).length;
    // Four standard deviations of the binomial.
    expect(Math.abs(count - 4_000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.2 * 0.8));
    const both = inside(0.5, 'spring').filter((isIn, index) => isIn && fifth[index]).length;
    expect(Math.abs(both - 2_000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.1 * 0.9));
    // A larger share keeps who was in the smaller one.
    expect(inside(0.4, 'autumn').every((isIn, index) => isIn || !fifth[index])).toBe(true);
  });
});

describe('explainRule', () => {
  it('tells each rule, the value seen, and when it would turn', () => {
    const about = facts({ properties: { plan: 'free' } }, ['email_opened', NOW - 10 * DAY]);
    const rule = {
      all: [
        { property: 'plan', op: 'equals', value: 'pro' },
        { event: 'email_opened', within: { last: 30, unit: 'days' } },
      ],
    };
    expect(explainRule(parsed(rule), about, BERLIN, book)).toEqual({
      rule: '(plan equals "pro" and email_opened at least 1 time in the last 30 days)',
      holds: false,
      seen: '1 of 2 hold',
      turnsAt: null,
      parts: [
        {
          rule: 'plan equals "pro"',
          holds: false,
          seen: 'plan is "free" (not: equals "pro")',
          turnsAt: null,
          parts: [],
        },
        {
          rule: 'email_opened at least 1 time in the last 30 days',
          holds: true,
          seen: '1 event',
          turnsAt: NOW + 20 * DAY + 1,
          parts: [],
        },
      ],
    });
  });
});
