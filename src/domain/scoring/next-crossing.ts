import type { RuleBook } from '../rule/rule-book';
import type { RuleMoment } from '../rule/match-condition';
import type { RuleFacts } from '../rule/rule-facts';
import { DAY_MS } from '../schedule/zone-clock';
import { addUp } from './add-up';
import { addCurves, curveOf, limitCurve, turningPoints, type DecayCurve } from './decay-curve';
import { pointsAt, trackOf, type Contribution, type PointTrack } from './point-track';
import type { PointLimits, ScoreModel } from './score-model';
import { crossingsBetween, isSameStanding, standingOf, type Crossing, type ScoreStanding } from './standing';

/** A moment at which a score comes to stand elsewhere, nothing happening until then. */
export interface NextCrossing {
  /** Epoch milliseconds UTC; a millisecond before, the score stands where it does now. */
  readonly at: number;
  readonly standing: ScoreStanding;
  /** Empty where only the cell of a grid changes and both have the same grade: to be kept, not told. */
  readonly crossings: readonly Crossing[];
}

/** What does not happen within a hundred years is not looked for. */
const FURTHEST_MS = 100 * 366 * DAY_MS;

/**
 * Returns the first moment after now at which a score crosses a threshold or changes its grade by time alone, as
 * points fade, events leave their windows and rules turn; null where it does not within a hundred years. To the
 * millisecond: there `evaluateScore` gives the new standing, and a millisecond before it still gives the present one.
 * `before` is the standing of the last evaluation, which the one at `now` continues.
 */
export function nextCrossing(
  model: ScoreModel,
  facts: RuleFacts,
  moment: RuleMoment,
  book: RuleBook,
  before: ScoreStanding | null,
): NextCrossing | null {
  const limit = moment.now + FURTHEST_MS;
  let tracks = model.rules.map((rule) => trackOf(rule, facts, moment, book));
  let piece = pieceAt(model, tracks, moment.now);
  const standing = standingOf(model, axesAt(piece, moment.now), before);
  const crossing = (at: number): NextCrossing => {
    const next = standingOf(model, axesAt(piece, at), standing);
    return { at, standing: next, crossings: crossingsBetween(model, standing, next) };
  };
  for (;;) {
    const at = firstByFading(piece, standing, limit);
    if (at !== null) return crossing(at);
    const next = piece.until;
    if (next > limit) return null;
    tracks = tracks.map((track, index) => {
      const rule = model.rules[index];
      return rule && track.staleAt <= next ? trackOf(rule, facts, { ...moment, now: next }, book) : track;
    });
    piece = pieceAt(model, tracks, next);
    if (!standsAt(piece, next, standing)) return crossing(next);
  }
}

/** A time in which points fade and nothing else changes: from `from` up to, but not with, `until`. */
interface Piece {
  readonly model: ScoreModel;
  readonly given: readonly Contribution[];
  readonly from: number;
  readonly until: number;
}

function pieceAt(model: ScoreModel, tracks: readonly PointTrack[], from: number): Piece {
  const until = tracks.reduce((first, track) => Math.min(first, track.changeAfter(from)), Infinity);
  return { model, given: tracks.map((track) => track.at(from)), from, until };
}

function axesAt({ model, given }: Piece, at: number) {
  return addUp(
    model,
    given.map((contribution) => pointsAt(contribution, at)),
  ).axes;
}

function standsAt(piece: Piece, at: number, standing: ScoreStanding): boolean {
  return isSameStanding(standingOf(piece.model, axesAt(piece, at), standing), standing);
}

/** The first moment after the beginning of a piece, within it and up to `limit`, at which a score stands elsewhere. */
function firstByFading(piece: Piece, standing: ScoreStanding, limit: number): number | null {
  const last = Math.min(piece.until - 1, limit, fadedAt(piece));
  if (last <= piece.from || staysBetween(piece, last, standing)) return null;
  let steady = piece.from;
  for (const at of [...momentsBetween(piece, last), last]) {
    if (standsAt(piece, at, standing)) {
      steady = at;
      continue;
    }
    // From one of these moments to the next no axis turns back, so that what was left is not come back to.
    let left = at;
    while (left - steady > 1) {
      const middle = Math.floor((steady + left) / 2);
      if (standsAt(piece, middle, standing)) steady = middle;
      else left = middle;
    }
    return left;
  }
  return null;
}

/** So few points in all change nothing when points are rounded to a millionth. */
const NOTHING = 1e-7;

/** From when on nothing that fades is left; the beginning where nothing does. */
function fadedAt({ given, from }: Piece): number {
  const fading = given.filter(({ halfLifeMs }) => halfLifeMs !== null);
  const all = fading.reduce((sum, contribution) => sum + Math.abs(uncapped(contribution, from)), 0);
  if (all <= 0) return from;
  const halvings = Math.max(1, Math.log2(all / NOTHING));
  const slowest = fading.reduce((longest, { halfLifeMs }) => Math.max(longest, halfLifeMs ?? 0), 0);
  return from + Math.ceil(halvings * slowest);
}

/** Whether the score could not leave its standing even if everything fell at once, or everything rose. */
function staysBetween({ model, given, from }: Piece, last: number, standing: ScoreStanding): boolean {
  return [Math.min, Math.max].every((extreme) => {
    const points = given.map((contribution) =>
      extreme(pointsAt(contribution, from), pointsAt(contribution, last)),
    );
    return isSameStanding(standingOf(model, addUp(model, points).axes, standing), standing);
  });
}

/** Moments of a piece between which both halves and the total each only rise or only fall, in order. */
function momentsBetween(piece: Piece, last: number): number[] {
  const moments = new Set<number>();
  for (const curve of axisCurves(piece, last - piece.from)) {
    for (const point of turningPoints(curve)) {
      const at = piece.from + Math.floor(point);
      for (const near of [at - 1, at, at + 1]) if (near > piece.from && near < last) moments.add(near);
    }
  }
  return [...moments].sort((a, b) => a - b);
}

/** The curves of the same sums that `addUp` makes, both halves and the total. */
function axisCurves({ model, given, from }: Piece, until: number): DecayCurve[] {
  const curves = given.map((contribution) => {
    const { cap, halfLifeMs } = contribution;
    const curve = curveOf(uncapped(contribution, from), halfLifeMs, until);
    return limitCurve(curve, { cap, floor: cap === null ? null : -cap });
  });
  const sum = (limits: PointLimits, parts: readonly DecayCurve[]) =>
    limitCurve(addCurves(parts, until), limits);
  const curvesOf = (isMeant: (rule: ScoreModel['rules'][number]) => boolean) =>
    curves.filter((_, index) => {
      const rule = model.rules[index];
      return rule !== undefined && isMeant(rule);
    });
  const halves = (['fit', 'engagement'] as const).map((part) =>
    sum(model.limits[part], [
      ...curvesOf((rule) => rule.part === part && rule.group === null),
      ...model.groups
        .filter((group) => group.part === part)
        .map(({ name, limits }) =>
          sum(
            limits,
            curvesOf(({ group }) => group === name),
          ),
        ),
    ]),
  );
  return [...halves, sum(model.limits.total, halves)];
}

function uncapped(contribution: Contribution, at: number): number {
  return pointsAt({ ...contribution, cap: null }, at);
}
