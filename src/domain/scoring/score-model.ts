import type { EventFilter, EventWindow, Rule } from '../rule/rule';

/** The two halves of a score: who a contact is, and what it does. */
export const SCORE_PARTS = ['fit', 'engagement'] as const;
export type ScorePart = (typeof SCORE_PARTS)[number];

/** What is graded and watched: both halves together, or one of them. */
export const SCORE_AXES = ['total', ...SCORE_PARTS] as const;
export type ScoreAxis = (typeof SCORE_AXES)[number];

/**
 * How contacts are scored, read and typed; see `parseScoreModel` for the JSON it comes from. Points are numbers of at
 * most six decimals, and every sum is kept to a millionth of a point, so that 0.1 and 0.7 reach 0.8.
 */
export interface ScoreModel {
  readonly name: string;
  readonly rules: readonly PointRule[];
  readonly groups: readonly ScoreGroup[];
  /** Between which points each half and the total stay; a total may be negative unless its floor says otherwise. */
  readonly limits: Readonly<Record<ScoreAxis, PointLimits>>;
  readonly grading: Grading | null;
  readonly thresholds: readonly ScoreThreshold[];
}

/** A rule that gives points. */
export type PointRule = EventPoints | ProfilePoints;

interface AnyPoints {
  /** As it is shown: the name it was given, else what it says in words. */
  readonly name: string;
  /** Never 0; negative ones take points away. */
  readonly points: number;
  readonly part: ScorePart;
  /** The group whose limits it falls under, one of the model's. */
  readonly group: string | null;
}

/** Points for each event that fits a filter. */
export interface EventPoints extends AnyPoints {
  readonly kind: 'event';
  readonly filter: EventFilter;
  /** Events give their points while they lie in it. Never together with a half-life. */
  readonly within: EventWindow | null;
  /** The points of an event halve each time so much time has passed since it occurred, in milliseconds. */
  readonly halfLifeMs: number | null;
  /** How many events count, the earliest of those that lie in the window; 1 is the first time only, null every time. */
  readonly times: number | null;
  /** The most points the rule gives, or takes away where its points are negative; above 0. */
  readonly cap: number | null;
}

/** Points while a rule about the contact holds. */
export interface ProfilePoints extends AnyPoints {
  readonly kind: 'profile';
  readonly rule: Rule;
}

/** Rules of one half whose points together stay between limits. */
export interface ScoreGroup {
  readonly name: string;
  readonly part: ScorePart;
  readonly limits: PointLimits;
}

/** Between which points a sum stays, both of them allowed; null where it is not limited. */
export interface PointLimits {
  readonly cap: number | null;
  readonly floor: number | null;
}

/**
 * How points become grades: by the levels of one axis, or of fit and engagement together. A grade is the name of its
 * level, or of its cell: the names of both levels one after the other (`A1`) unless `cells` gives another.
 */
export interface Grading {
  /** One axis, or fit and then engagement. */
  readonly axes: readonly GradeAxis[];
  /** How far points must fall below the beginning of a level to lose it. */
  readonly hysteresis: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** The levels of an axis, the best first. */
export interface GradeAxis {
  readonly axis: ScoreAxis;
  readonly levels: readonly GradeLevel[];
}

/** A level: reached with so many points; null for the lowest, which takes what is left. */
export interface GradeLevel {
  readonly name: string;
  readonly from: number | null;
}

/** Points whose crossing is told: upward when they are reached, downward when they fall below by the hysteresis. */
export interface ScoreThreshold {
  readonly name: string;
  readonly of: ScoreAxis;
  readonly at: number;
  readonly hysteresis: number;
}

/** The cell of a grid as it is called unless the model names it otherwise. */
export function cellName(levels: readonly string[]): string {
  return levels.join('');
}

/** The grades a model gives, each once, the best first; none without grading. */
export function gradesOf({ grading }: ScoreModel): string[] {
  if (!grading) return [];
  return [...new Set(cellsOf(grading.axes).map((cell) => namedCell(grading, cell)))];
}

/** Every cell of a grid, row by row: the best fit with the best engagement first. */
export function cellsOf(axes: readonly GradeAxis[]): string[] {
  const rows = axes.reduce<string[][]>(
    (cells, { levels }) => cells.flatMap((cell) => levels.map(({ name }) => [...cell, name])),
    [[]],
  );
  return rows.map(cellName);
}

/** The grade of a cell. */
export function namedCell({ cells }: Grading, cell: string): string {
  return (Object.hasOwn(cells, cell) ? cells[cell] : undefined) ?? cell;
}

/** What gives points as a rule of the language: of events, whether there is at least one. */
export function asRule(rule: PointRule): Rule {
  if (rule.kind === 'profile') return rule.rule;
  const { filter, within } = rule;
  return { kind: 'event', filter, within, measure: { of: 'count', op: 'gte', n: 1 } };
}

/** Whether some points fade as time goes by. */
export function fades({ rules }: ScoreModel): boolean {
  return rules.some((rule) => rule.kind === 'event' && rule.halfLifeMs !== null);
}

/** Points rounded to a millionth, half of one away from 0: the grain in which points are compared and told. */
export function roundPoints(points: number): number {
  const parts = Math.trunc(points * POINT_PARTS + (points < 0 ? -0.5 : 0.5));
  // Minus zero is no number of points.
  return parts === 0 ? 0 : parts / POINT_PARTS;
}

/** How many parts a point is kept in. */
export const POINT_PARTS = 1_000_000;
