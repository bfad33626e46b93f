import fc from 'fast-check';
import { parseScoreModel } from '../../../src/domain/scoring/parse-score-model';
import { modelOf, models } from './random-models';

const buys = { event: 'order_placed', points: 20 };
const model = (own: object) => ({ name: 'lead', rules: [buys], ...own });
const withRule = (own: object) => model({ rules: [{ ...buys, ...own }] });

describe('parseScoreModel', () => {
  it('takes every model that is written in its language, and the same again from its text', () => {
    fc.assert(
      fc.property(models, (json) => {
        expect(modelOf(JSON.parse(JSON.stringify(json)))).toEqual(modelOf(json));
      }),
    );
  });

  it('reads a whole model', () => {
    const read = modelOf({
      name: 'default',
      rules: [
        {
          event: 'page_viewed',
          where: [{ property: 'url', op: 'contains', value: '/pricing' }],
          points: 5,
          times: 4,
          halfLifeDays: 14,
          group: 'web',
        },
        {
          engagement: 'clicked',
          channel: 'email',
          points: '2.5',
          within: { last: 90, unit: 'days' },
          cap: 10,
        },
        { rule: { stage: 'customer' }, points: 10, name: 'Buys already' },
      ],
      groups: [{ name: 'web', cap: 15 }],
      limits: { total: { cap: 100, floor: 0 } },
      grades: { total: [{ name: 'A', from: 60 }, { name: 'B' }], hysteresis: 5 },
      thresholds: [{ name: 'ready', at: 50 }],
    });
    expect(read.rules.map(({ kind, name, part, points }) => [kind, name, part, points])).toEqual([
      [
        'event',
        'page_viewed with url contains "/pricing", at most 4 times, halving every 14 days',
        'engagement',
        5,
      ],
      ['event', 'email_clicked in the last 90 days, at most 10 points', 'engagement', 2.5],
      ['profile', 'Buys already', 'fit', 10],
    ]);
    expect(read.groups).toEqual([{ name: 'web', part: 'engagement', limits: { cap: 15, floor: null } }]);
    expect(read.thresholds).toEqual([{ name: 'ready', of: 'total', at: 50, hysteresis: 0 }]);
  });

  it.each([
    ['nothing', null, 'model'],
    ['no rules', { name: 'lead', rules: [] }, 'model.rules'],
    ['no name', { rules: [buys] }, 'model.name'],
    ['a strange key', model({ color: 'red' }), 'model.color'],
    ['a rule that gives points for nothing', model({ rules: [{ points: 5 }] }), 'model.rules[0]'],
    ['no points', withRule({ points: null }), 'model.rules[0].points'],
    ['0 points', withRule({ points: 0 }), 'model.rules[0].points'],
    ['points too fine to be compared', withRule({ points: 0.000_000_1 }), 'model.rules[0].points'],
    ['a strange part', withRule({ part: 'heart' }), 'model.rules[0].part'],
    ['half a time', withRule({ times: 1.5 }), 'model.rules[0].times'],
    ['a cap of 0', withRule({ cap: 0 }), 'model.rules[0].cap'],
    ['a negative cap', withRule({ points: -5, cap: -10 }), 'model.rules[0].cap'],
    ['a half-life of 0', withRule({ halfLifeDays: 0 }), 'model.rules[0].halfLifeDays'],
    [
      'a half-life and a window',
      withRule({ halfLifeDays: 3, within: { last: 3, unit: 'days' } }),
      'model.rules[0].halfLifeDays',
    ],
    ['a window without a unit', withRule({ within: { last: 3 } }), 'model.rules[0].within.unit'],
    ['a number of events', withRule({ count: { op: 'gte', n: 2 } }), 'model.rules[0].count'],
    [
      'a strange operator',
      withRule({ where: [{ property: 'n', op: 'is', value: 1 }] }),
      'model.rules[0].where[0].op',
    ],
    [
      'a profile rule with a window',
      model({ rules: [{ rule: { tag: 'vip' }, points: 5, within: { last: 3, unit: 'days' } }] }),
      'model.rules[0].within',
    ],
    ['an unknown rule', model({ rules: [{ rule: { mood: 'good' }, points: 5 }] }), 'model.rules[0].rule'],
    [
      'its own score',
      model({ rules: [{ rule: { any: [{ score: 'lead', op: 'gte', value: 5 }] }, points: 5 }] }),
      'model.rules[0].rule',
    ],
    ['a group that is not there', withRule({ group: 'web' }), 'model.rules[0].group'],
    ['a group without rules', model({ groups: [{ name: 'web', cap: 5 }] }), 'model.groups[0].name'],
    [
      'a group without limits',
      model({ rules: [{ ...buys, group: 'web' }], groups: [{ name: 'web' }] }),
      'model.groups[0]',
    ],
    [
      'a group across both halves',
      model({
        rules: [
          { ...buys, group: 'web' },
          { ...buys, group: 'web', part: 'fit' },
        ],
        groups: [{ name: 'web', cap: 5 }],
      }),
      'model.groups[0].name',
    ],
    ['a floor above its cap', model({ limits: { total: { cap: 1, floor: 2 } } }), 'model.limits.total.floor'],
    ['limits of nothing', model({ limits: { sum: { cap: 1 } } }), 'model.limits.sum'],
    ['grades without levels', model({ grades: { hysteresis: 1 } }), 'model.grades'],
    ['one level', model({ grades: { total: [{ name: 'A' }] } }), 'model.grades.total'],
    [
      'levels from the worst up',
      model({ grades: { total: [{ name: 'C', from: 1 }, { name: 'B', from: 5 }, { name: 'A' }] } }),
      'model.grades.total[1].from',
    ],
    [
      'no lowest level',
      model({
        grades: {
          total: [
            { name: 'A', from: 5 },
            { name: 'B', from: 1 },
          ],
        },
      }),
      'model.grades.total[1].from',
    ],
    [
      'a level twice',
      model({ grades: { total: [{ name: 'A', from: 5 }, { name: 'A' }] } }),
      'model.grades.total[1].name',
    ],
    [
      'a total beside its halves',
      model({
        grades: {
          total: [{ name: 'A', from: 5 }, { name: 'B' }],
          fit: [{ name: 'A', from: 5 }, { name: 'B' }],
        },
      }),
      'model.grades',
    ],
    [
      'a cell that is none',
      model({
        grades: {
          fit: [{ name: 'A', from: 5 }, { name: 'B' }],
          engagement: [{ name: '1', from: 5 }, { name: '2' }],
          cells: { C1: 'Hot' },
        },
      }),
      'model.grades.cells.C1',
    ],
    [
      'cells that cannot be told apart',
      model({
        grades: {
          fit: [{ name: 'A', from: 5 }, { name: 'A1' }],
          engagement: [{ name: '11', from: 5 }, { name: '1' }],
        },
      }),
      'model.grades',
    ],
    [
      'a threshold of nothing',
      model({ thresholds: [{ name: 't', of: 'mood', at: 5 }] }),
      'model.thresholds[0].of',
    ],
    [
      'a threshold twice',
      model({
        thresholds: [
          { name: 't', at: 5 },
          { name: 't', at: 6 },
        ],
      }),
      'model.thresholds[1].name',
    ],
    [
      'a negative hysteresis',
      model({ thresholds: [{ name: 't', at: 5, hysteresis: -1 }] }),
      'model.thresholds[0].hysteresis',
    ],
  ])('refuses %s with the path to it', (_, json, field) => {
    const reading = parseScoreModel(json);
    expect(reading.ok ? [] : [...new Set(reading.problems.map((problem) => problem.field))]).toEqual([field]);
  });

  it('tells all problems at once', () => {
    const reading = parseScoreModel({
      name: '',
      rules: [{ event: 'a', points: 0, times: 0 }],
      thresholds: [{ name: 't' }],
    });
    expect(reading.ok ? [] : reading.problems.map(({ field }) => field)).toEqual([
      'model.name',
      'model.rules[0].points',
      'model.rules[0].times',
      'model.thresholds[0].at',
    ]);
  });
});
