import fc from 'fast-check';
import { gradesOf, roundPoints } from '../../../src/domain/scoring/score-model';
import {
  crossingsBetween,
  gradeOf,
  isSameStanding,
  standingOf,
  type ScoreStanding,
} from '../../../src/domain/scoring/standing';
import { modelOf } from './random-models';

const rules = [{ event: 'a', points: 1 }];
const axes = (total: number, fit = total, engagement = total) => ({ total, fit, engagement });

/** The standings of a model as the total goes from value to value. */
function walk(model: ReturnType<typeof modelOf>, totals: readonly number[]): ScoreStanding[] {
  let before: ScoreStanding | null = null;
  return totals.map((total) => (before = standingOf(model, axes(total), before)));
}

describe('standingOf: laws', () => {
  const totals = fc.array(
    fc.integer({ min: 0, max: 400 }).map((n) => n / 4),
    { maxLength: 40 },
  );
  const hysteresis = fc.integer({ min: 0, max: 60 }).map((n) => n / 4);

  it('crosses a threshold upward once, and not again until it was below by the hysteresis', () => {
    fc.assert(
      fc.property(totals, hysteresis, fc.integer({ min: 10, max: 90 }), (values, width, at) => {
        const model = modelOf({ name: 'lead', rules, thresholds: [{ name: 't', at, hysteresis: width }] });
        let before: ScoreStanding | null = null;
        let isArmed = true;
        for (const total of values) {
          const after = standingOf(model, axes(total), before);
          const [crossing] = crossingsBetween(model, before, after);
          if (isArmed && total >= at) {
            expect(crossing).toMatchObject({ direction: 'up' });
            isArmed = false;
          } else if (!isArmed && total < at - width) {
            expect(crossing).toMatchObject({ direction: 'down' });
            isArmed = true;
          } else {
            expect(crossing).toBeUndefined();
          }
          before = after;
        }
      }),
    );
  });

  it('gives the same standing to the same points once more', () => {
    fc.assert(
      fc.property(totals, hysteresis, (values, width) => {
        const model = modelOf({
          name: 'lead',
          rules,
          grades: {
            total: [{ name: 'A', from: 60 }, { name: 'B', from: 30 }, { name: 'C' }],
            hysteresis: width,
          },
          thresholds: [{ name: 't', at: 50, hysteresis: width }],
        });
        const last = walk(model, values).at(-1) ?? null;
        const total = values.at(-1) ?? 0;
        const again = standingOf(model, axes(total), last);
        expect(last === null || isSameStanding(again, last)).toBe(true);
        expect(crossingsBetween(model, again, standingOf(model, axes(total), again))).toEqual([]);
      }),
    );
  });

  const modelWith = (width: number) =>
    modelOf({
      name: 'lead',
      rules,
      grades: { total: [{ name: 'A', from: 60 }, { name: 'B', from: 30 }, { name: 'C' }], hysteresis: width },
      thresholds: [
        { name: 't', at: 50, hysteresis: width },
        { name: 'u', at: 20, of: 'fit', hysteresis: width / 2 },
      ],
    });

  it('crosses nothing while points stay within a hysteresis, wherever they came from', () => {
    const width = fc.integer({ min: 1, max: 40 }).map((n) => n / 4);
    const inside = fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 1 });
    fc.assert(
      fc.property(totals, width, fc.constantFrom(60, 50, 30), inside, (values, own, limit, places) => {
        const whole = modelWith(own);
        const model =
          limit === 50
            ? { ...whole, grading: null, thresholds: whole.thresholds.slice(0, 1) }
            : { ...whole, thresholds: [] };
        let before: ScoreStanding | null = null;
        for (const total of values) before = standingOf(model, axes(total), before);
        // The first one may fall here from above or rise from below; from then on nothing is crossed.
        const walked = places
          .map((place) => roundPoints(limit - own + place * own))
          .filter((at) => at < limit);
        for (const [index, total] of walked.entries()) {
          const after = standingOf(model, axes(total), before);
          if (index > 0) expect(crossingsBetween(model, before, after)).toEqual([]);
          before = after;
        }
      }),
    );
  });

  it('crosses each threshold upward and downward in turn, and leaves each grade that it came to', () => {
    fc.assert(
      fc.property(totals, hysteresis, (values, width) => {
        const model = modelWith(width);
        let before: ScoreStanding | null = null;
        const last = new Map<string, string>();
        for (const total of values) {
          const after = standingOf(model, axes(total), before);
          for (const own of crossingsBetween(model, before, after)) {
            if (own.kind === 'threshold') {
              expect(own.direction).toBe(last.get(own.threshold) === 'up' ? 'down' : 'up');
              last.set(own.threshold, own.direction);
            } else {
              expect(own.from ?? 'C').toBe(last.get('grade') ?? 'C');
              last.set('grade', own.to);
            }
          }
          before = after;
        }
      }),
    );
  });

  it('is the same judged once at the end, or at every step, where points only rise or only fall', () => {
    fc.assert(
      fc.property(totals, totals, hysteresis, fc.boolean(), (earlier, values, width, rises) => {
        const model = modelWith(width);
        const way = [...values].sort((a, b) => (rises ? a - b : b - a));
        let before: ScoreStanding | null = null;
        for (const total of [...earlier, ...way.slice(0, 1)]) before = standingOf(model, axes(total), before);
        const end = way.at(-1);
        if (end === undefined) return;
        let walked = before;
        for (const total of way) walked = standingOf(model, axes(total), walked);
        expect(walked).toEqual(standingOf(model, axes(end), before));
      }),
    );
  });

  it('is the same judged once at the end, or at every step, without hysteresis, and outside of it', () => {
    const limits = [60, 50, 30, 20];
    fc.assert(
      fc.property(totals, hysteresis, fc.integer({ min: 0, max: 400 }), (values, width, quarters) => {
        const end = quarters / 4;
        const own = limits.some((limit) => end < limit && end >= limit - width) ? 0 : width;
        const model = modelWith(own);
        const [walked] = walk(model, [...values, end]).slice(-1);
        expect(walked).toEqual(standingOf(model, axes(end), null));
      }),
    );
  });

  it('gives no worse a grade to more points, and none but the highest that is reached without a standing before', () => {
    const from = [80, 55, 20];
    const model = modelOf({
      name: 'lead',
      rules,
      grades: {
        total: [...from.map((at, index) => ({ name: `${index}`, from: at })), { name: '3' }],
        hysteresis: 7,
      },
    });
    fc.assert(
      fc.property(totals, fc.nat({ max: 100 }), fc.nat({ max: 40 }), (values, total, more) => {
        const before = walk(model, values).at(-1) ?? null;
        const grade = (points: number, since: ScoreStanding | null) =>
          Number(gradeOf(model, standingOf(model, axes(points), since)));
        expect(grade(total + more, before)).toBeLessThanOrEqual(grade(total, before));
        expect(grade(total, null)).toBe(from.filter((at) => total < at).length);
      }),
    );
  });
});

describe('standingOf', () => {
  it('keeps a level until its beginning is missed by the hysteresis, and rises at once', () => {
    const model = modelOf({
      name: 'lead',
      rules,
      grades: { total: [{ name: 'A', from: 60 }, { name: 'B', from: 30 }, { name: 'C' }], hysteresis: 5 },
    });
    const grades = walk(model, [59, 60, 56, 55, 54.9, 59, 60, 20]).map((standing) =>
      gradeOf(model, standing),
    );
    expect(grades).toEqual(['B', 'A', 'A', 'A', 'B', 'B', 'A', 'C']);
  });

  it('reads a grid by row and column, and crosses where the grade changes only', () => {
    const fit = [{ name: 'A', from: 50 }, { name: 'B' }];
    const engagement = [{ name: '1', from: 40 }, { name: '2' }];
    const cells = { A1: 'Hot', A2: 'Warm', B1: 'Warm' };
    const model = modelOf({ name: 'lead', rules, grades: { fit, engagement, cells } });
    expect(gradesOf(model)).toEqual(['Hot', 'Warm', 'B2']);
    const at = (fits: number, engages: number) =>
      standingOf(model, { total: 0, fit: fits, engagement: engages }, null);
    const places = [at(50, 40), at(50, 0), at(0, 40), at(0, 0)];
    expect(places.map((standing) => gradeOf(model, standing))).toEqual(['Hot', 'Warm', 'Warm', 'B2']);
    const crossing = (from: number, to: number) =>
      crossingsBetween(model, places[from] ?? null, places[to] ?? at(0, 0));
    expect(crossing(0, 1)).toEqual([{ kind: 'grade', from: 'Hot', to: 'Warm', direction: 'down' }]);
    expect(crossing(3, 0)).toEqual([{ kind: 'grade', from: 'B2', to: 'Hot', direction: 'up' }]);
    expect(crossing(1, 2)).toEqual([]);
    const plain = modelOf({ name: 'lead', rules, grades: { fit, engagement } });
    expect(crossingsBetween(plain, at(50, 0), at(0, 40))).toEqual([
      { kind: 'grade', from: 'A2', to: 'B1', direction: 'across' },
    ]);
  });
  it('takes a contact without a standing for one below everything', () => {
    const model = modelOf({
      name: 'lead',
      rules,
      grades: { total: [{ name: 'A', from: 60 }, { name: 'B' }] },
      thresholds: [{ name: 'ready', at: 50 }],
    });
    const high = standingOf(model, axes(70), null);
    expect(crossingsBetween(model, null, high)).toEqual([
      { kind: 'grade', from: null, to: 'A', direction: 'up' },
      { kind: 'threshold', threshold: 'ready', of: 'total', at: 50, direction: 'up' },
    ]);
    expect(crossingsBetween(model, null, standingOf(model, axes(10), null))).toEqual([]);
    // So is one whose level and thresholds the model no longer has.
    const old: ScoreStanding = { levels: { total: 'Z' }, above: ['gone'] };
    expect(standingOf(model, axes(55), old)).toEqual({ levels: { total: 'B' }, above: ['ready'] });
  });
});
