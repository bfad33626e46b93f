import fc from 'fast-check';
import type { JsonObject } from '../../../src/domain/json';
import { readJourney, type JourneyDefinition } from '../../../src/domain/journey/journey';
import { judgeStay, type JudgedStay, type Stay } from '../../../src/domain/journey/judge-stay';
import type { RuleFacts } from '../../../src/domain/rule/rule-facts';
import { addPeriod, type Period } from '../../../src/domain/schedule/period';
import { BOOK, contacts, eventsOfOne, factsOf, NOW, rules, ZONES } from '../rule/random-rules';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const zones = fc.constantFrom(
  ...ZONES.filter((zone) => zone !== null && zone !== 'Mars/Olympus').map(String),
);
const runs = { numRuns: 1_000 };
const periods: fc.Arbitrary<Period> = fc.record({
  amount: fc.integer({ min: 1, max: 400 }),
  unit: fc.constantFrom('minutes', 'hours', 'days', 'weeks', 'months'),
});

function journey(json: JsonObject): JourneyDefinition {
  const reading = readJourney(json);
  if (!reading.ok) throw new Error(reading.problems.map(({ message }) => message).join(' '));
  return reading.value;
}

/** A stay that was entered at a moment, by nothing that is an event. */
const stayOf = (enteredAt: number): Stay => ({ enteredAt, sinceAt: enteredAt, eventId: null });
const judge = (definition: JourneyDefinition, stay: Stay, facts: RuleFacts, now: number, zone = 'UTC') =>
  judgeStay(definition, stay, facts, { now, zone }, BOOK);
const told = ({ end, turnsAt, reasons }: JudgedStay) => ({ end, turnsAt, reasons: reasons() });

const ordered = { event: 'order_placed' };
/** Orders of one contact by their days before now; negative ones have not occurred. */
function orders(days: readonly number[]): RuleFacts {
  const events = days.map((ago) => ({
    type: 'order_placed',
    occurredAt: NOW - Math.round(ago * DAY),
    properties: {},
  }));
  return factsOf({ ...NOBODY }, events);
}
const [NOBODY] = fc.sample(contacts, { numRuns: 1, seed: 1 }) as [Parameters<typeof factsOf>[0]];
const ages = fc.double({ min: 0.001, max: 60, noNaN: true });

describe('judgeStay: laws', () => {
  it('a goal reached before entering never counts since entering, and one reached since always does', () => {
    const goal = journey({ goal: { rule: ordered } });
    fc.assert(
      fc.property(fc.array(ages, { maxLength: 8 }), ages, (days, entered) => {
        const enteredAt = NOW - Math.round(entered * DAY);
        const isSince = days.some((ago) => NOW - Math.round(ago * DAY) >= enteredAt);
        const { end } = judge(goal, stayOf(enteredAt), orders(days), NOW);
        expect(end?.state ?? null).toBe(isSince ? 'completed' : null);
        const older = days.filter((ago) => NOW - Math.round(ago * DAY) < enteredAt);
        expect(judge(goal, stayOf(enteredAt), orders(older), NOW).end).toBeNull();
      }),
      runs,
    );
  });

  it('a goal that counts all events is reached by those of before as well', () => {
    const goal = journey({ goal: { rule: ordered, sinceEntering: false } });
    fc.assert(
      fc.property(fc.array(ages, { maxLength: 8 }), ages, (days, entered) => {
        const { end } = judge(goal, stayOf(NOW - Math.round(entered * DAY)), orders(days), NOW);
        expect(end?.state ?? null).toBe(days.length > 0 ? 'completed' : null);
      }),
      runs,
    );
  });

  it('the event that it entered by never counts, though one of the same moment that was recorded later does', () => {
    const goal = journey({ goal: { rule: ordered } });
    fc.assert(
      fc.property(ages, (entered) => {
        const facts = orders([entered]);
        const [event] = facts.events.get('order_placed') ?? [];
        if (!event) throw new Error('No event');
        const at = event.occurredAt;
        const stay = { enteredAt: at, sinceAt: at };
        expect(judge(goal, { ...stay, eventId: event.id }, facts, NOW).end).toBeNull();
        expect(judge(goal, { ...stay, eventId: event.id - 1 }, facts, NOW).end?.state).toBe('completed');
      }),
      runs,
    );
  });

  it('the longest stay ends exactly at its moment, by the clock of the contact, and not before', () => {
    const nothing = orders([]);
    fc.assert(
      fc.property(periods, zones, fc.integer({ min: 0, max: 400 * DAY }), (longestStay, zone, ago) => {
        const definition = journey({ longestStay: { ...longestStay } });
        const stay = stayOf(NOW - ago);
        const end = addPeriod(stay.enteredAt, longestStay, zone).at;
        fc.pre(end > stay.enteredAt);
        expect(judge(definition, stay, nothing, end - 1, zone)).toMatchObject({ end: null, turnsAt: end });
        expect(judge(definition, stay, nothing, end, zone).end).toMatchObject({
          state: 'left',
          reason: 'longest stay',
        });
        expect(judge(definition, stay, nothing, end + DAY, zone).end?.state).toBe('left');
      }),
      runs,
    );
  });

  const definitions = fc
    .record({
      goal: fc.option(fc.record({ rule: rules, sinceEntering: fc.boolean() })),
      exit: fc.option(fc.record({ rule: rules, sinceEntering: fc.boolean() })),
      longestStay: fc.option(periods),
    })
    .map(({ goal, exit, longestStay }) =>
      journey({ goal, exit, longestStay: longestStay ? { ...longestStay } : null }),
    );
  const given = fc.record({
    definition: definitions,
    contact: contacts,
    events: eventsOfOne,
    zone: zones,
    stay: fc.integer({ min: 0, max: 60 * DAY }).map((ago) => stayOf(NOW - ago)),
  });

  it('does not depend on the order in which events are told', () => {
    fc.assert(
      fc.property(
        given.chain((own) =>
          fc.tuple(
            fc.constant(own),
            fc.shuffledSubarray(own.events, { minLength: own.events.length, maxLength: own.events.length }),
          ),
        ),
        ([{ definition, contact, events, zone, stay }, shuffled]) => {
          // Those of one moment keep theirs: a sequence takes them as they were recorded.
          const ofMoment = Map.groupBy(events, ({ occurredAt }) => occurredAt);
          const retold = shuffled.flatMap(({ occurredAt }) => ofMoment.get(occurredAt)?.shift() ?? []);
          expect(retold).toHaveLength(events.length);
          const [one, other] = [events, retold].map((own) => {
            const { end, turnsAt } = told(judge(definition, stay, factsOf(contact, own), NOW, zone));
            return { state: end?.state, reason: end?.reason, turnsAt };
          });
          expect(other).toEqual(one);
        },
      ),
      runs,
    );
  });

  it('goes on as it stands until the moment at which it is to be judged again', () => {
    fc.assert(
      fc.property(
        given,
        fc.double({ min: 0, max: 1, noNaN: true }),
        ({ definition, contact, events, zone, stay }, part) => {
          const facts = factsOf(contact, events);
          const { end, turnsAt } = judge(definition, stay, facts, NOW, zone);
          if (end !== null) return expect(turnsAt).toBeNull();
          if (turnsAt !== null) expect(turnsAt).toBeGreaterThan(NOW);
          const last = Math.min(turnsAt ?? Infinity, NOW + 40 * DAY) - 1;
          const between = Math.round(NOW + part * (last - NOW));
          for (const at of [between, last]) expect(judge(definition, stay, facts, at, zone).end).toBeNull();
        },
      ),
      runs,
    );
  });

  it('the goal comes before what lets contacts out, and that before the longest stay', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.boolean(), (isGoal, isExit, isLong) => {
        const definition = journey({
          goal: { rule: isGoal ? { everyone: true } : { tag: 'nobody has it' } },
          exit: { rule: isExit ? { everyone: true } : { tag: 'nobody has it' } },
          longestStay: { amount: isLong ? 1 : 100, unit: 'days' },
        });
        const { end } = judge(definition, stayOf(NOW - 2 * DAY), orders([]), NOW);
        const reason = isGoal ? 'goal reached' : isExit ? 'exit rule' : isLong ? 'longest stay' : null;
        expect(end?.reason ?? null).toBe(reason);
      }),
    );
  });
});
