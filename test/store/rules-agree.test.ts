import fc from 'fast-check';
import { judgeRule } from '../../src/domain/rule/judge-rule';
import { parseRule } from '../../src/domain/rule/parse-rule';
import type { Rule } from '../../src/domain/rule/rule';
import type { RuleFacts } from '../../src/domain/rule/rule-facts';
import { resolveZone } from '../../src/domain/schedule/zone';
import type { RuleQuestion, Store } from '../../src/store/port';
import { DATABASES, type TestDatabase } from './databases';
import './each-database';
import { factsOf, MOMENTS, people, writePeople } from './random-people';
import { BOOK as book, ruleJson } from './random-rules';

const PEOPLE = 40;
const RULES = 300;

function read(json: unknown): Rule {
  const reading = parseRule(json);
  if (!reading.ok) throw new Error(`${JSON.stringify(json)}: ${JSON.stringify(reading.problems)}`);
  return reading.value;
}

/** The ids of those a rule holds for, by definition. */
function judge({ rule, now, workflowZone }: RuleQuestion, everyone: readonly RuleFacts[]): number[] {
  const fitting = everyone.filter((facts) => {
    const { timezone, country } = facts.contact;
    const zone = resolveZone({ contactZone: timezone, country, workflowZone }, now);
    if (!zone.ok) throw new Error('The workflow has no zone');
    return judgeRule(rule, facts, { now, zone: zone.value.zone }, book).holds;
  });
  return fitting.map(({ contact }) => contact.id);
}

/** People in a store of each kind. 300 rules judged for 40 people are 12,000 cases in each of the three. */
describe.each([{ seed: 1 }, { seed: 2 }, { seed: 3 }])('people of seed $seed', ({ seed }) => {
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

  it('are the same by the plain evaluator and by SQL in both databases, whatever the rule', async () => {
    let decided = 0;
    const question = fc
      .tuple(ruleJson, fc.constantFrom(...MOMENTS), fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Apia'))
      .map(([json, now, workflowZone]) => ({ json, now, workflowZone }));
    const few = fc.uniqueArray(fc.integer({ min: 1, max: PEOPLE + 1 }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(question, few, async ({ json, now, workflowZone }, contactIds) => {
        const asked = { rule: read(json), book, now, workflowZone };
        const fitting = judge(asked, everyone);
        if (fitting.length > 0 && fitting.length < PEOPLE) decided++;
        const chosen = fitting.filter((id) => contactIds.includes(id));
        for (const store of stores) {
          const found = await store.read(async ({ rules }) => ({
            in: store.kind,
            all: await rules.select(asked, { limit: PEOPLE }),
            few: await rules.select(asked, { limit: PEOPLE, contactIds }),
            count: await rules.count(asked, contactIds),
          }));
          expect(found).toEqual({ in: store.kind, all: fitting, few: chosen, count: chosen.length });
        }
      }),
      { numRuns: RULES },
    );
    // Rules that hold for all or for nobody would prove little.
    expect(decided).toBeGreaterThan(RULES / 4);
  });
});
