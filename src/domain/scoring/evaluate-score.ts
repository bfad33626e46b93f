import type { RuleBook } from '../rule/rule-book';
import type { RuleMoment } from '../rule/match-condition';
import type { RuleFacts } from '../rule/rule-facts';
import { needsOfScore, type RuleNeeds } from '../rule/rule-needs';
import { addUp, type AxisPoints } from './add-up';
import { pointsAt, trackOf } from './point-track';
import { asRule, fades, roundPoints, type ScoreModel, type ScorePart } from './score-model';
import { crossingsBetween, gradeOf, standingOf, type Crossing, type ScoreStanding } from './standing';

/** The score of a contact at a moment, and how it came about. Points are rounded to a millionth. */
export interface Score {
  readonly model: string;
  /** When it was worked out, epoch milliseconds UTC. */
  readonly at: number;
  readonly total: number;
  readonly fit: number;
  readonly engagement: number;
  /** Null where the model has no grades. */
  readonly grade: string | null;
  readonly standing: ScoreStanding;
  /** What was crossed since the standing before. */
  readonly crossings: readonly Crossing[];
  /** By rule, in the order of the model; groups and totals may give less than their sum. */
  readonly rules: readonly RulePoints[];
  /** By group, in the order of the model. */
  readonly groups: readonly GroupPoints[];
}

/** What a rule gave. */
export interface RulePoints {
  readonly name: string;
  readonly part: ScorePart;
  readonly group: string | null;
  /** With the rule's own cap applied. */
  readonly points: number;
  /** How many events gave them; null for rules about the profile. */
  readonly events: number | null;
  /** Whether the cap of the rule took some of them. */
  readonly isCapped: boolean;
}

/** What a group gave, its limits applied. */
export interface GroupPoints {
  readonly name: string;
  readonly part: ScorePart;
  readonly points: number;
}

/**
 * Works out a score from everything that is known of a contact, as of a moment: the definition of what a model means.
 *
 * An event rule gives points · Σ 2^(−age / half-life) over the events that fit it, the age counted from when they
 * occurred, or points for each while its window holds them. Of `times` events the earliest count. Events that have not
 * occurred yet give nothing, an id counts once, and machines only where the rule includes them. The order in which
 * events are told does not matter. A total may be negative unless the model sets a floor.
 *
 * `before` is the standing of the last evaluation, null where there was none; see `crossingsBetween`.
 */
export function evaluateScore(
  model: ScoreModel,
  facts: RuleFacts,
  moment: RuleMoment,
  book: RuleBook,
  before: ScoreStanding | null,
): Score {
  const { now } = moment;
  const given = model.rules.map((rule) => trackOf(rule, facts, moment, book).at(now));
  const points = given.map((contribution) => pointsAt(contribution, now));
  const { axes, groups } = addUp(model, points);
  const standing = standingOf(model, axes, before);
  return {
    model: model.name,
    at: now,
    ...axes,
    grade: gradeOf(model, standing),
    standing,
    crossings: crossingsBetween(model, before, standing),
    rules: model.rules.map(({ kind, name, part, group }, index) => {
      const [contribution, own] = [given[index], points[index] ?? 0];
      const uncapped = contribution ? pointsAt({ ...contribution, cap: null }, now) : 0;
      return {
        name,
        part,
        group,
        points: roundPoints(own),
        events: kind === 'event' ? (contribution?.events ?? 0) : null,
        isCapped: roundPoints(uncapped) !== roundPoints(own),
      };
    }),
    groups: model.groups.map(({ name, part }, index) => ({ name, part, points: groups[index] ?? 0 })),
  };
}

/** Returns the points of `evaluateScore` alone. */
export function axesAt(model: ScoreModel, facts: RuleFacts, moment: RuleMoment, book: RuleBook): AxisPoints {
  const { now } = moment;
  return addUp(
    model,
    model.rules.map((rule) => pointsAt(trackOf(rule, facts, moment, book).at(now), now)),
  ).axes;
}

/** Returns which facts a model reads and which changes move its score; `isTimed` also where points only fade. */
export function needsOfModel(model: ScoreModel, book: RuleBook): RuleNeeds {
  return needsOfScore({ rules: model.rules.map(asRule), fades: fades(model) }, book);
}
