import fc from 'fast-check';
import type { JsonObject } from '../../src/domain/json';
import { resolveZone } from '../../src/domain/schedule/zone';
import { evaluateScore } from '../../src/domain/scoring/evaluate-score';
import { roundPoints, type ScoreModel } from '../../src/domain/scoring/score-model';
import type { RuleFacts } from '../../src/domain/rule/rule-facts';
import type { ContactPoints, ScoreQuestion, Store } from '../../src/store/port';
import { modelOf, modelsOf, points } from '../domain/scoring/random-models';
import { DATABASES, type TestDatabase } from './databases';
import './each-database';
import { factsOf, MOMENTS, people, writePeople } from './random-people';
import { BOOK as book, eventWindow, filter, ruleJson } from './random-rules';

const PEOPLE = 40;
const MODELS = 100;

const parts = fc.constantFrom('fit', 'engagement');
const lasting: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0.5, 7, 30, 365).map((halfLifeDays) => ({ halfLifeDays })) },
  // So fast that nothing is left.
  { weight: 1, arbitrary: fc.constant<JsonObject>({ halfLifeDays: 0.0001 }) },
  { weight: 3, arbitrary: eventWindow.map((within): JsonObject => ({ within })) },
  fc.constant({}),
);
const limits: fc.Arbitrary<JsonObject> = fc.record(
  { times: fc.constantFrom(1, 2, 3), cap: fc.constantFrom(4, 10.5) },
  { requiredKeys: [], noNullPrototype: true },
);
const eventRules = fc
  .tuple(filter, lasting, limits, points, parts)
  .map(([own, lasts, limited, given, part]): JsonObject => ({
    ...own,
    ...lasts,
    ...limited,
    points: given,
    part,
  }));
const profiles = fc.record({ rule: ruleJson, points, part: parts });
const models = modelsOf(
  fc.oneof({ weight: 3, arbitrary: eventRules }, { weight: 2, arbitrary: profiles }),
).map((model) => ({ ...model, name: 'lead' }));

function evaluate({ model, now, workflowZone }: ScoreQuestion, facts: RuleFacts) {
  const { timezone, country } = facts.contact;
  const zone = resolveZone({ contactZone: timezone, country, workflowZone }, now);
  if (!zone.ok) throw new Error('The workflow has no zone');
  return evaluateScore(model, facts, { now, zone: zone.value.zone }, book, null);
}

/** Points as they are compared: all three of a contact. */
const told = ({ contactId, total, fit, engagement }: ContactPoints) => [contactId, total, fit, engagement];

/** 100 models for 40 people are 4,000 cases on each database. */
describe.each([{ seed: 4 }, { seed: 5 }])('scores of people of seed $seed', ({ seed }) => {
  const databases: TestDatabase[] = [];
  const stores: Store[] = [];
  let everyone: RuleFacts[] = [];

  beforeAll(async () => {
    const [list = []] = fc.sample(people(PEOPLE), { seed, numRuns: 1 });
    everyone = factsOf(list);
    for (const { create } of DATABASES) {
      const database = await create();
      databases.push(database);
      const store = await database.open();
      stores.push(store);
      await store.write((tx) => writePeople(tx, list));
    }
  });
  afterAll(async () => {
    for (const store of stores) await store.close();
    for (const database of databases) await database.drop();
  });

  const questions = fc
    .tuple(models, fc.constantFrom(...MOMENTS), fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Apia'))
    .map(([json, now, workflowZone]) => ({ json, now, workflowZone }));
  const questionOf = ({
    json,
    now,
    workflowZone,
  }: {
    json: JsonObject;
    now: number;
    workflowZone: string;
  }) => ({
    model: modelOf(json),
    book,
    now,
    workflowZone,
  });

  it('are the same to a millionth by the plain evaluator and by SQL in both databases, whatever the model', async () => {
    let different = 0;
    const few = fc.uniqueArray(fc.integer({ min: 1, max: PEOPLE + 1 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(questions, few, async (given, contactIds) => {
        const question = questionOf(given);
        const expected = everyone.map((facts): ContactPoints => {
          const { total, fit, engagement } = evaluate(question, facts);
          return { contactId: facts.contact.id, total, fit, engagement };
        });
        if (new Set(expected.map(({ total }) => total)).size > 1) different++;
        const best = [...expected].sort((a, b) => b.total - a.total || a.contactId - b.contactId);
        const chosen = expected.filter(({ contactId }) => contactIds.includes(contactId));
        for (const store of stores) {
          const found = await store.read(async ({ scoring }) => ({
            in: store.kind,
            all: await scoring.totals(question, { limit: PEOPLE }),
            few: await scoring.totals(question, { limit: PEOPLE, contactIds }),
            best: await scoring.totals(question, { limit: 15, order: 'highest' }),
          }));
          expect({
            ...found,
            all: found.all.map(told),
            few: found.few.map(told),
            best: found.best.map(told),
          }).toEqual({
            in: store.kind,
            all: expected.map(told),
            few: chosen.map(told),
            best: best.slice(0, 15).map(told),
          });
        }
      }),
      { numRuns: MODELS },
    );
    // Models that give everybody the same would prove little.
    expect(different).toBeGreaterThan(MODELS / 4);
  });

  it('are counted by level as they are graded one by one', async () => {
    await fc.assert(
      fc.asyncProperty(questions, async (given) => {
        const question = questionOf(given);
        const scores = everyone.map((facts) => evaluate(question, facts));
        const expected = new Map<string, number[]>();
        for (const { standing, total } of scores) {
          const key = levelsOf(question.model, standing.levels).join(' / ');
          expected.set(key, [...(expected.get(key) ?? []), total]);
        }
        for (const store of stores) {
          const found = await store.read(({ scoring }) => scoring.levels(question));
          expect(
            found
              .map(({ levels, contacts, least, most, total }) => [
                levels.join(' / '),
                contacts,
                least,
                most,
                roundPoints(total),
              ])
              .sort(),
          ).toEqual(
            [...expected]
              .map(([levels, totals]) => [
                levels,
                totals.length,
                Math.min(...totals),
                Math.max(...totals),
                roundPoints(totals.reduce((sum, total) => sum + total, 0)),
              ])
              .sort(),
          );
        }
      }),
      { numRuns: 25 },
    );
  });
});

function levelsOf({ grading }: ScoreModel, levels: Readonly<Record<string, string | undefined>>): string[] {
  return (grading?.axes ?? []).map(({ axis }) => levels[axis] ?? '');
}
