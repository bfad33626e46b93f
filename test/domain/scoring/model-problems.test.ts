import type { JsonObject } from '../../../src/domain/json';
import { parseRule } from '../../../src/domain/rule/parse-rule';
import { EMPTY_BOOK, type RuleBook } from '../../../src/domain/rule/rule-book';
import { problemsOfModel } from '../../../src/domain/scoring/model-problems';
import { savedScore } from '../../../src/domain/scoring/saved-score';
import { modelOf } from './random-models';

function bookOf(segments: Record<string, JsonObject>, scores: Record<string, JsonObject[]> = {}): RuleBook {
  return {
    segments: new Map(
      Object.entries(segments).map(([name, json]) => {
        const reading = parseRule(json);
        if (!reading.ok) throw new Error(name);
        return [name, { rule: reading.value, zone: 'UTC' }];
      }),
    ),
    scores: new Map(
      Object.entries(scores).map(([name, rules]) => [name, savedScore(modelOf({ name, rules }), 'UTC')]),
    ),
  };
}

function problems(json: JsonObject, book: RuleBook) {
  return problemsOfModel(modelOf(json), json, book);
}

const reads = (rule: JsonObject): JsonObject => ({ name: 'lead', rules: [{ rule, points: 5 }] });

describe('problemsOfModel', () => {
  it('finds none in a model of what is saved', () => {
    const book = bookOf({ warm: { stage: 'lead' } }, { fit: [{ rule: { segment: 'warm' }, points: 1 }] });
    expect(
      problems(reads({ any: [{ segment: 'warm' }, { score: 'fit', op: 'gt', value: 0 }] }), book),
    ).toEqual([]);
  });

  it('refuses what does not exist, where it is named', () => {
    const rule: JsonObject = { all: [{ segment: 'warm' }, { none: [{ score: 'fit', op: 'gt', value: 0 }] }] };
    expect(problems(reads(rule), EMPTY_BOOK)).toEqual([
      {
        field: 'model.rules[0].rule.all[0].segment',
        message: 'There is no segment "warm"; none is saved yet.',
      },
      {
        field: 'model.rules[0].rule.all[1].none[0].score',
        message: 'There is no score "fit"; none is saved yet.',
      },
    ]);
  });

  it('refuses a score that is worked out from itself, through segments and other scores', () => {
    const book = bookOf(
      { warm: { score: 'fit', op: 'gte', value: 5 } },
      {
        lead: [{ event: 'a', points: 1 }],
        fit: [{ rule: { score: 'lead', op: 'gt', value: 0 }, points: 1 }],
      },
    );
    expect(problems(reads({ segment: 'warm' }), book)).toEqual([
      {
        field: 'model.rules[0].rule.segment',
        message: 'A score cannot be made of itself: "lead" → the segment "warm" → "fit" → "lead".',
      },
    ]);
  });

  it('refuses one that is too large with what it is made of, and one that makes another too large', () => {
    const doubled = (count: number, first: JsonObject) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, index): [string, JsonObject] => {
          const below = index === 0 ? first : { segment: `s${index - 1}` };
          return [`s${index}`, { any: [below, below] }];
        }),
      );
    const small = reads({ segment: 's3' });
    expect(problems(small, bookOf(doubled(20, { stage: 'lead' })))).toEqual([]);
    expect(problems(reads({ segment: 's19' }), bookOf(doubled(20, { stage: 'lead' })))[0]).toMatchObject({
      field: 'model',
      message: expect.stringContaining('this score comes to more than 5000 rules'),
    });
    const book = bookOf(doubled(8, { score: 'lead', op: 'gt', value: 0 }), {
      lead: [{ event: 'a', points: 1 }],
    });
    const many = Array.from({ length: 50 }, (_, index) => ({ event: `type_${index}`, points: 1 }));
    expect(problems({ name: 'lead', rules: many }, book)[0]?.message).toContain(
      'the segment "s6" comes to more',
    );
  });
});
