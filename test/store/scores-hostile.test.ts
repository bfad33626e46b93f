import fc from 'fast-check';
import type { JsonObject } from '../../src/domain/json';
import { evaluateScore } from '../../src/domain/scoring/evaluate-score';
import type { ContactPoints, ScoreQuestion } from '../../src/store/port';
import { modelOf } from '../domain/scoring/random-models';
import { contactOf, onEachDatabase } from './each-database';
import { factsOf, people, writePeople } from './random-people';
import { BOOK as book, filter, ruleJson } from './random-rules';

const NOW = Date.parse('2026-03-08T10:00:00Z');
const DAY = 86_400_000;

const questionOf = (json: JsonObject): ScoreQuestion => ({
  model: modelOf({ name: 'lead', ...json }),
  book,
  now: NOW,
  workflowZone: 'UTC',
});

onEachDatabase('scores worked out by the database', (test) => {
  it.each([
    [
      'two hundred rules about events with thousands of conditions',
      () =>
        fc.sample(filter, { seed: 3, numRuns: 200 }).map((own, index): JsonObject => ({
          ...own,
          where: [
            ...((own.where ?? []) as JsonObject[]),
            ...Array.from({ length: 15 }, (_, n) => ({ property: `p${n}`, op: 'notEquals', value: n })),
          ],
          points: (index % 7) + 0.5,
          ...(index % 3 === 0 ? { halfLifeDays: 30, ...(index % 2 === 0 ? { times: 2 } : {}) } : {}),
        })),
    ],
    [
      'two hundred rules about contacts',
      () =>
        fc
          .sample(ruleJson, { seed: 5, numRuns: 200 })
          .map((rule, index): JsonObject => ({ rule, points: (index % 7) - 3.5 })),
    ],
  ])('of %s are what they are by definition', async (_, rulesOf) => {
    const [list = []] = fc.sample(people(30), { seed: 7, numRuns: 1 });
    await test.write((tx) => writePeople(tx, list));
    const question = questionOf({ rules: rulesOf() });
    const expected = factsOf(list).map((facts) => {
      const zone = facts.contact.timezone ?? 'UTC';
      return { facts, zone };
    });
    const found = await test.read(({ scoring }) => scoring.totals(question, { limit: 100 }));
    const totals = new Map(found.map(({ contactId, total }) => [contactId, total]));
    let told = 0;
    for (const { facts, zone } of expected) {
      // Those whose zone is written down and real; the others are the agreement test's.
      if (zone === 'Mars/Phobos' || (facts.contact.timezone === null && facts.contact.country !== null))
        continue;
      told++;
      const { total } = evaluateScore(question.model, facts, { now: NOW, zone }, book, null);
      expect(totals.get(facts.contact.id)).toBeCloseTo(total, 6);
    }
    expect(told).toBeGreaterThan(10);
  });

  it('are there for everybody: without events, with what long since faded, and with what is yet to come', async () => {
    await test.write(async (tx) => {
      await tx.contacts.put([contactOf(1), contactOf(2), contactOf(3), contactOf(4)]);
      const event = (contactId: number, occurredAt: number) => ({
        contactId,
        type: 'a',
        occurredAt,
        properties: {},
        key: null,
      });
      await tx.events.append([event(2, 0), event(3, NOW + DAY), event(4, NOW - DAY)], 1);
    });
    const totals = (json: JsonObject) =>
      test.read(async ({ scoring }) => {
        const found = await scoring.totals(questionOf(json), { limit: 10 });
        return found.map(({ total }) => total);
      });
    const fading = { event: 'a', points: -8, halfLifeDays: 1 };
    expect(await totals({ rules: [fading] })).toEqual([0, 0, 0, -4]);
    expect(await totals({ rules: [{ ...fading, times: 1 }] })).toEqual([0, 0, 0, -4]);
    expect(await totals({ rules: [{ ...fading, times: 2 }] })).toEqual([0, 0, 0, -4]);
    expect(await totals({ rules: [{ event: 'a', points: 1 }] })).toEqual([0, 1, 0, 1]);
    expect(await totals({ rules: [{ event: 'never', points: 1 }], limits: { fit: { floor: 2 } } })).toEqual([
      2, 2, 2, 2,
    ]);
  });

  it('are told page by page, the highest or lowest first, of equal ones by id', async () => {
    await test.write(async (tx) => {
      await tx.contacts.put(Array.from({ length: 7 }, (_, n) => contactOf(n + 1)));
      await tx.events.append(
        [2, 2, 5, 6, 6, 7].map((contactId) => ({
          contactId,
          type: 'a',
          occurredAt: NOW - DAY,
          properties: {},
          key: null,
        })),
        1,
      );
    });
    const question = questionOf({ rules: [{ event: 'a', points: 0.1 }] });
    const pagesOf = async (order: 'id' | 'highest' | 'lowest', contactIds?: number[]) => {
      const found: ContactPoints[] = [];
      for (;;) {
        const page = await test.read(({ scoring }) =>
          scoring.totals(question, { limit: 2, order, after: found.at(-1), contactIds }),
        );
        found.push(...page);
        if (page.length < 2) return found.map(({ contactId }) => contactId);
      }
    };
    expect(await pagesOf('id')).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(await pagesOf('highest')).toEqual([2, 6, 5, 7, 1, 3, 4]);
    expect(await pagesOf('lowest')).toEqual([1, 3, 4, 5, 7, 2, 6]);
    expect(await pagesOf('highest', [4, 5, 6, 99])).toEqual([6, 5, 4]);
  });
});
