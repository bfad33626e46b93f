import type { AxisPoints } from './add-up';
import {
  cellName,
  namedCell,
  roundPoints,
  type GradeAxis,
  type ScoreAxis,
  type ScoreModel,
} from './score-model';

/**
 * On which side of every limit a score stands: what is to be kept from one evaluation to the next, because with
 * hysteresis it depends on what it was.
 */
export interface ScoreStanding {
  /** The level by axis; only those that are graded. */
  readonly levels: Readonly<Partial<Record<ScoreAxis, string>>>;
  /** The thresholds it stands at or above, by name, in the order of the model. */
  readonly above: readonly string[];
}

/** What changed from one standing to another. */
export type Crossing = GradeCrossing | ThresholdCrossing;

/** `across`: one axis of a grid rose and the other fell. */
export interface GradeCrossing {
  readonly kind: 'grade';
  /** Null where there was no standing before. */
  readonly from: string | null;
  readonly to: string;
  readonly direction: 'up' | 'down' | 'across';
}

export interface ThresholdCrossing {
  readonly kind: 'threshold';
  readonly threshold: string;
  readonly of: ScoreAxis;
  /** The points that were reached, or below which it fell by the hysteresis. */
  readonly at: number;
  readonly direction: 'up' | 'down';
}

/**
 * Returns where points stand: at or above a limit, or below it. What stood above it before stays there until it is
 * below `limit - hysteresis`; without a standing before, everything was below. Names that the model no longer has
 * count as no standing.
 */
export function standingOf(
  model: ScoreModel,
  points: AxisPoints,
  before: ScoreStanding | null,
): ScoreStanding {
  const { grading, thresholds } = model;
  const levels: Partial<Record<ScoreAxis, string>> = {};
  for (const graded of grading?.axes ?? []) {
    const { axis } = graded;
    levels[axis] = levelOf(graded, points[axis], grading?.hysteresis ?? 0, before?.levels[axis]);
  }
  const above = thresholds.flatMap(({ name, of, at, hysteresis }) =>
    reaches(points[of], at, before?.above.includes(name) === true ? hysteresis : 0) ? [name] : [],
  );
  return { levels, above };
}

function levelOf({ levels }: GradeAxis, points: number, hysteresis: number, before?: string): string {
  const held = levels.findIndex(({ name }) => name === before);
  const level = levels.find(
    ({ from }, index) => from === null || reaches(points, from, held >= 0 && index >= held ? hysteresis : 0),
  );
  return level?.name ?? '';
}

function reaches(points: number, limit: number, hysteresis: number): boolean {
  return points >= roundPoints(limit - hysteresis);
}

/** The grade of a standing; null where the model has no grades. */
export function gradeOf({ grading }: ScoreModel, { levels }: ScoreStanding): string | null {
  if (!grading) return null;
  return namedCell(grading, cellName(grading.axes.map(({ axis }) => levels[axis] ?? '')));
}

/**
 * Returns what was crossed between two standings, the grade first. Without a standing before, everything was below:
 * thresholds that are reached were crossed upward, and the grade is new unless it is the lowest. Levels of a grid that
 * change within the same grade cross nothing.
 */
export function crossingsBetween(
  model: ScoreModel,
  before: ScoreStanding | null,
  after: ScoreStanding,
): Crossing[] {
  const crossings: Crossing[] = [];
  const grade = gradeCrossing(model, before, after);
  if (grade) crossings.push(grade);
  for (const { name, of, at } of model.thresholds) {
    const [was, is] = [before?.above.includes(name) ?? false, after.above.includes(name)];
    if (was === is) continue;
    crossings.push({ kind: 'threshold', threshold: name, of, at, direction: is ? 'up' : 'down' });
  }
  return crossings;
}

/** Whether two standings of a model are the same. */
export function isSameStanding(a: ScoreStanding, b: ScoreStanding): boolean {
  return (
    (['total', 'fit', 'engagement'] as const).every((axis) => a.levels[axis] === b.levels[axis]) &&
    a.above.length === b.above.length &&
    a.above.every((name) => b.above.includes(name))
  );
}

function gradeCrossing(
  model: ScoreModel,
  before: ScoreStanding | null,
  after: ScoreStanding,
): GradeCrossing | null {
  const to = gradeOf(model, after);
  if (to === null || !model.grading) return null;
  const { axes } = model.grading;
  // Levels that the model no longer has were as good as the lowest.
  const placeOf = ({ axis, levels }: GradeAxis, standing: ScoreStanding | null) => {
    const place = levels.findIndex(({ name }) => name === standing?.levels[axis]);
    return place < 0 ? levels.length - 1 : place;
  };
  const places = axes.map((graded) => [placeOf(graded, before), placeOf(graded, after)] as const);
  const cell = cellName(axes.map(({ levels }, index) => levels[places[index]?.[0] ?? 0]?.name ?? ''));
  const was = namedCell(model.grading, cell);
  if (was === to) return null;
  const [rose, fell] = [places.some(([from, now]) => now < from), places.some(([from, now]) => now > from)];
  const direction = rose && fell ? 'across' : rose ? 'up' : 'down';
  return { kind: 'grade', from: before === null ? null : was, to, direction };
}
