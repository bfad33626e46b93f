import {
  roundPoints,
  type PointLimits,
  type PointRule,
  type ScoreAxis,
  type ScoreModel,
} from './score-model';

/** The points of both halves and their total, each rounded to a millionth. */
export type AxisPoints = Readonly<Record<ScoreAxis, number>>;

/** What rules add up to. */
export interface Sums {
  readonly axes: AxisPoints;
  /** By group, in the order of the model, each rounded to a millionth. */
  readonly groups: readonly number[];
}

/**
 * Adds up what the rules of a model give, in their order, each with its own cap applied: first the groups, then both
 * halves, then the total, each kept between its limits; nothing is rounded before the end. Where one rule gives more,
 * no sum is less.
 */
export function addUp(model: ScoreModel, rulePoints: readonly number[]): Sums {
  const groups = model.groups.map(({ name, limits }) =>
    limited(
      limits,
      sumOf(model.rules, rulePoints, ({ group }) => group === name),
    ),
  );
  const half = (part: 'fit' | 'engagement'): number => {
    let sum = sumOf(model.rules, rulePoints, (rule) => rule.part === part && rule.group === null);
    model.groups.forEach((group, index) => {
      if (group.part === part) sum += groups[index] ?? 0;
    });
    return limited(model.limits[part], sum);
  };
  const [fit, engagement] = [half('fit'), half('engagement')];
  const total = limited(model.limits.total, fit + engagement);
  return {
    axes: { total: roundPoints(total), fit: roundPoints(fit), engagement: roundPoints(engagement) },
    groups: groups.map(roundPoints),
  };
}

/** A sum kept between its limits. */
export function limited({ cap, floor }: PointLimits, sum: number): number {
  return Math.min(cap ?? Infinity, Math.max(floor ?? -Infinity, sum));
}

function sumOf(
  rules: readonly PointRule[],
  points: readonly number[],
  isMeant: (rule: PointRule) => boolean,
): number {
  let sum = 0;
  for (let index = 0; index < rules.length; index++) {
    const rule = rules[index];
    if (rule && isMeant(rule)) sum += points[index] ?? 0;
  }
  return sum;
}
